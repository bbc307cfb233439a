// What mentors can be filtered by.

/** In the order of an address. @type {Facet[]} */
export const FACETS = ["area", "training", "age", "province", "lang", "experience", "topic"];

/** Apart from the others: nothing of them is ever part of an address. @type {IdentityFacet[]} */
export const IDENTITY_FACETS = ["gender", "race", "ethnicity", "orientation", "indigenous"];

/**
 * @param {string} facet
 * @returns {facet is IdentityFacet}
 */
export function isIdentity(facet) {
  return /** @type {string[]} */ (IDENTITY_FACETS).includes(facet);
}
