// The ways out of an empty result: which filters block, and what each one's removal gives.
import { element } from "./dom.mjs";
import { choicesOf, emptyQuery, withoutFacet, writeQuery } from "./query.mjs";

/**
 * @typedef {import("./matching.mjs").Engine} Engine
 * @typedef {import("./matching.mjs").Matches} Matches
 * @typedef {import("./query.mjs").Query} Query
 * @typedef {import("./query.mjs").Choice} Choice
 * @typedef {import("./wording.mjs").Wording} Wording
 *
 * @typedef {{ kind: "without" | "with_paused" | "only", facet: Choice["facet"], count: number, query: Query }} WayOut
 */

/**
 * Returns what leads to mentors again: one filter less or, where none alone blocks, one filter alone. Most mentors first.
 * @param {Engine} engine
 * @param {Query} query which matches nobody
 * @param {Matches} matches
 * @returns {WayOut[]}
 */
export function waysOut(engine, query, matches) {
  /** @type {WayOut[]} */
  const fewer = [...matches.without].map(([name, count]) => {
    const facet = /** @type {Choice["facet"]} */ (name);
    if (facet === "paused") return { kind: "with_paused", facet, count, query: { ...query, paused: true, page: 1 } };
    return { kind: "without", facet, count, query: withoutFacet(query, facet) };
  });
  const open = fewer.filter(({ count }) => count > 0);
  const ways = open.length > 0 ? open : alone(engine, query);
  return [...ways].sort((one, other) => other.count - one.count);
}

/**
 * @param {Engine} engine
 * @param {Query} query
 * @returns {WayOut[]}
 */
function alone(engine, query) {
  const facets = new Set(choicesOf(query).map(({ facet }) => facet));
  facets.delete("paused");
  return [...facets]
    .map((facet) => {
      const kept = { ...emptyQuery(), sort: query.sort, paused: query.paused, [facet]: query[facet] };
      return { kind: /** @type {const} */ ("only"), facet, count: engine.match(kept).ids.length, query: kept };
    })
    .filter(({ count }) => count > 0);
}

/**
 * Shows the ways out as links.
 * @param {HTMLElement} list
 * @param {WayOut[]} ways
 * @param {Query} query which matches nobody
 * @param {Wording} wording
 */
export function showWaysOut(list, ways, query, wording) {
  const links = ways.map((way) => {
    const values = choicesOf(query).filter(({ facet }) => facet === way.facet).map((choice) => wording.value(choice));
    const text = wording.say(way.kind, { what: wording.either(values), mentors: wording.mentors(way.count) });
    return element("a", { href: writeQuery(way.query) || "?", "data-query": "", class: "govuk-link" }, text);
  });
  list.replaceChildren(...links.map((link) => element("li", {}, link)));
  list.hidden = links.length === 0;
}
