// The ways out of an empty result: which filters block, and what each one's removal gives.
import { element } from "./dom.mjs";
import { isIdentity } from "./matching.mjs";
import { emptyQuery, withoutFacet, writeQuery } from "./query.mjs";

/**
 * Returns what leads to mentors again: one filter less or, where none alone blocks, one filter alone. Most mentors first.
 * @param {Engine} engine
 * @param {Query} query which matches nobody
 * @param {Matches} matches
 * @param {Choices} [identity] what is looked for besides
 * @returns {WayOut[]}
 */
export function waysOut(engine, query, matches, identity = {}) {
  const asked = /** @type {Choice["facet"][]} */ ([...matches.without.keys()]);
  const known = asked.filter(isIdentity);
  /** @type {WayOut[]} */
  const fewer = asked.map((facet) => {
    const count = matches.without.get(facet) ?? 0;
    if (facet === "paused") {
      return { kind: "with_paused", facet, count, query: { ...query, paused: true, page: 1 }, keep: known };
    }
    return { kind: "without", facet, count, query: withoutFacet(query, facet), keep: known.filter((name) => name !== facet) };
  });
  const open = fewer.filter(({ count }) => count > 0);
  const ways = open.length > 0 ? open : alone(engine, query, identity, asked);
  return [...ways].sort((one, other) => other.count - one.count);
}

/**
 * @param {Engine} engine
 * @param {Query} query
 * @param {Choices} identity
 * @param {Choice["facet"][]} asked
 * @returns {WayOut[]}
 */
function alone(engine, query, identity, asked) {
  return asked
    .filter((facet) => facet !== "paused")
    .map((facet) => {
      const bare = { ...emptyQuery(), sort: query.sort, paused: query.paused };
      const kept = isIdentity(facet) ? bare : { ...bare, [facet]: query[facet] };
      const wishes = isIdentity(facet) ? { ...bare, identity: { [facet]: identity[facet] } } : kept;
      const keep = isIdentity(facet) ? [facet] : [];
      return { kind: /** @type {const} */ ("only"), facet, count: engine.match(wishes).ids.length, query: kept, keep };
    })
    .filter(({ count }) => count > 0);
}

/**
 * Shows the ways out as links.
 * @param {HTMLElement} list
 * @param {WayOut[]} ways
 * @param {Choice[]} choices in force, with which nobody is found
 * @param {Wording} wording
 */
export function showWaysOut(list, ways, choices, wording) {
  const links = ways.map((way) => {
    const values = choices.filter(({ facet }) => facet === way.facet).map((choice) => wording.value(choice));
    const mentors = way.keep.length > 0 ? wording.someMentors(way.count) : wording.mentors(way.count);
    const text = wording.say(way.kind, { what: wording.either(values), mentors });
    const kept = { "data-query": "", "data-keep": way.keep.join(" ") };
    return element("a", { href: writeQuery(way.query) || "?", ...kept, class: "govuk-link" }, text);
  });
  list.replaceChildren(...links.map((link) => element("li", {}, link)));
  list.hidden = links.length === 0;
}
