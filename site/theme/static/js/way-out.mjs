// The ways out of an empty result: which filters block, and what giving them up brings.
import { element } from "./dom.mjs";
import { isIdentity } from "./facets.mjs";
import { withoutFacet, writeQuery } from "./query.mjs";

/**
 * Returns what leads to mentors again, in the order given: the query without what blocks, and which choices about
 * identity stay.
 * @param {Found["ways_out"]} ways
 * @param {Query} query which matches nobody
 * @param {Choices} [identity] what is looked for besides
 * @returns {WayOut[]}
 */
export function waysOut(ways, query, identity = {}) {
  return ways.map(({ drop, total }) => {
    const facets = drop.map(({ facet }) => /** @type {Choice["facet"]} */ (facet === "text" ? "q" : facet));
    const fewer = facets.reduce((less, facet) => (facet === "paused" ? { ...less, paused: true } : withoutFacet(less, facet)), query);
    const keep = Object.keys(identity).filter((name) => isIdentity(name) && !facets.includes(name));
    return { facets, total, query: { ...fewer, page: 1 }, keep };
  });
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
    const mentors = way.keep.length > 0 ? wording.someMentors(way.total) : wording.mentors(way.total);
    const kept = { "data-query": "", "data-keep": way.keep.join(" ") };
    return element("a", { href: writeQuery(way.query) || "?", ...kept, class: "govuk-link" }, textOf(way, choices, wording, mentors));
  });
  list.replaceChildren(...links.map((link) => element("li", {}, link)));
  list.hidden = links.length === 0;
}

/**
 * @param {WayOut} way
 * @param {Choice[]} choices
 * @param {Wording} wording
 * @param {string} mentors
 */
function textOf({ facets }, choices, wording, mentors) {
  const chosen = facets.filter((facet) => facet !== "paused");
  if (chosen.length === 0) return wording.say("with_paused", { mentors });
  const values = chosen.map((facet) => wording.either(choices.filter((choice) => choice.facet === facet).map((choice) => wording.value(choice))));
  const paused = facets.includes("paused") ? ` (${wording.say("paused_choice")})` : "";
  return wording.say("without", { what: wording.both(values) + paused, mentors });
}
