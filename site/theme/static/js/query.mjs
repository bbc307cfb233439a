// A query and its address. The address is the only state: language-neutral ids, in one order, whatever was clicked first.
import { FACETS, isIdentity } from "./facets.mjs";
import { wordsOf } from "./folding.mjs";

/** @type {Sort[]} */
export const SORTS = ["fit", "daily", "name", "newest"];
const LONGEST_TEXT = 200;

/** @returns {Query} */
export function emptyQuery() {
  const facets = FACETS.map((facet) => [facet, []]);
  return { ...Object.fromEntries(facets), q: "", paused: false, sort: "fit", page: 1 };
}

/**
 * Reads an address; whatever is not known is left out.
 * @param {string} search the address's part from `?` on
 * @param {KnownIds} known
 * @returns {Query}
 */
export function parseQuery(search, known) {
  const asked = new URLSearchParams(search);
  const query = emptyQuery();
  for (const facet of FACETS) {
    const values = new Set(asked.getAll(facet));
    query[facet] = known[facet].filter((id) => values.has(id));
  }
  query.q = textOf(asked.get("q") ?? "");
  query.paused = asked.get("paused") === "1";
  query.sort = SORTS.find((sort) => sort === asked.get("sort")) ?? "fit";
  query.page = /^[1-9]\d{0,5}$/.test(asked.get("page") ?? "") ? Number(asked.get("page")) : 1;
  return query;
}

/**
 * Signs alone ask for nothing: they are no filter that one could take back.
 * @param {string} typed
 */
function textOf(typed) {
  const text = typed.trim().slice(0, LONGEST_TEXT).trim();
  return wordsOf(text).length > 0 ? text : "";
}

/**
 * Writes the address of a query, from `?` on; empty for the whole directory.
 * @param {Query} query
 */
export function writeQuery(query) {
  const asked = new URLSearchParams();
  for (const facet of FACETS) {
    for (const id of query[facet]) asked.append(facet, id);
  }
  if (query.q) asked.set("q", query.q);
  if (query.paused) asked.set("paused", "1");
  if (query.sort !== "fit") asked.set("sort", query.sort);
  if (query.page > 1) asked.set("page", String(query.page));
  const search = asked.toString();
  return search && `?${search}`;
}

/**
 * Returns everything that was asked for, one by one, in the order of the address.
 * @param {Query} query
 * @returns {Choice[]}
 */
export function choicesOf(query) {
  /** @type {Choice[]} */
  const choices = FACETS.flatMap((facet) => query[facet].map((value) => ({ facet, value })));
  if (query.q) choices.push({ facet: "q", value: query.q });
  if (query.paused) choices.push({ facet: "paused", value: "1" });
  return choices;
}

/**
 * Returns the query without one choice, from its first page. Choices about identity and wishes are no part of a query.
 * @param {Query} query
 * @param {Choice} choice
 * @returns {Query}
 */
export function withoutChoice(query, { facet, value, wish }) {
  if (wish || isIdentity(facet)) return { ...query, page: 1 };
  const fewer = withoutFacet(query, facet);
  if (facet === "q" || facet === "paused") return fewer;
  return { ...fewer, [facet]: query[facet].filter((id) => id !== value) };
}

/**
 * Returns the query without any choice of a facet, from its first page.
 * @param {Query} query
 * @param {Choice["facet"]} facet
 * @returns {Query}
 */
export function withoutFacet(query, facet) {
  if (isIdentity(facet)) return { ...query, page: 1 };
  return { ...query, [facet]: emptyQuery()[facet], page: 1 };
}
