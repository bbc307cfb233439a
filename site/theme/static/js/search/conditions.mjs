// What a query asks of mentors.
import { any, common } from "./bits.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {Condition & { rows: Bits }} Asked a condition, and who meets it */

/**
 * Returns who meets every condition, or all but those named.
 * @param {Bits} everybody
 * @param {Asked[]} asked
 * @param {(condition: Asked) => boolean} [isLeftOut]
 */
export function meeting(everybody, asked, isLeftOut = () => false) {
  return common([everybody, ...asked.filter((condition) => !isLeftOut(condition)).map(({ rows }) => rows)]);
}

/**
 * Returns the wishes that must be met as conditions. Of a facet of which everybody has one value, any is enough.
 * @param {Wish[]} wishes
 * @param {string[]} single facets
 * @param {(wish: Wish) => Bits} rowsOf
 * @returns {Asked[]}
 */
export function musts(wishes, single, rowsOf) {
  /** @type {Map<string, Wish[]>} */
  const groups = new Map();
  for (const wish of wishes.filter(({ must }) => must)) {
    const key = single.includes(wish.facet) ? wish.facet : `${wish.facet} ${wish.id}`;
    groups.set(key, [...(groups.get(key) ?? []), wish]);
  }
  return [...groups.values()].map((group) => {
    const sets = group.map(rowsOf);
    return { facet: group[0].facet, wishes: group, rows: any(sets[0].length * 32, sets) };
  });
}
