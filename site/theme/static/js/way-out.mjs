// The ways out of an empty result: which filters block, and what giving them up brings.
import { element } from "./dom.mjs";
import { isIdentity } from "./facets.mjs";
import { wordsOf } from "./folding.mjs";
import { withoutFacet, writeQuery } from "./query.mjs";

const MOST = 5; // as many as one reads through

/**
 * Returns what leads to mentors again, in the order given: the query without what blocks, and what stays of identity.
 * @param {Found["ways_out"]} ways
 * @param {Query} query which matches nobody
 * @param {Choices} [identity] what is looked for besides
 * @param {Wish[]} [wishes]
 * @returns {WayOut[]}
 */
export function waysOut(ways, query, identity = {}, wishes = []) {
  return ways.slice(0, MOST).map(({ drop, total }) => {
    const dropped = drop.filter((condition) => !condition.wishes);
    const facets = dropped.map(({ facet }) => /** @type {Choice["facet"]} */ (facet === "text" ? "q" : facet));
    const lifted = drop.flatMap((condition) => condition.wishes ?? []);
    const fewer = facets.reduce((less, facet) => (facet === "paused" ? { ...less, paused: true } : withoutFacet(less, facet)), query);
    const keep = Object.entries(identity).filter(([name, ids]) => ids.length > 0 && !facets.includes(/** @type {any} */ (name)));
    const musts = wishes.filter((wish) => wish.must && isIdentity(wish.facet) && !lifted.includes(wish));
    const is_by_identity = keep.length + musts.length > 0;
    return { facets, lifted, total, query: { ...fewer, page: 1 }, keep: keep.map(([name]) => name), is_by_identity };
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
    const mentors = way.is_by_identity ? wording.someMentors(way.total) : wording.mentors(way.total);
    const kept = { "data-query": "", "data-keep": way.keep.join(" "), "data-lift": JSON.stringify(way.lifted) };
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
function textOf({ facets, lifted }, choices, wording, mentors) {
  const chosen = facets.filter((facet) => facet !== "paused");
  const isOf = (/** @type {Choice} */ choice, /** @type {string} */ facet) => !choice.wish && choice.facet === facet;
  const values = chosen.map((facet) => wording.either(choices.filter((choice) => isOf(choice, facet)).map((choice) => wording.value(choice))));
  const musts = lifted.map(({ facet, id }) => wording.say("wish_must", { wish: wording.label(/** @type {Facet} */ (facet), id) }));
  const what = wording.both([...values, ...musts]);
  if (!facets.includes("paused")) return wording.say("without", { what, mentors });
  return wording.say(what ? "without_with_paused" : "with_paused", { what, mentors });
}

/**
 * Offers the word that was meant, where one was mistyped; returns what it says.
 * @param {HTMLElement} place
 * @param {Found["meant"]} meant
 * @param {Query} query
 * @param {Wording} wording
 */
export function showMeant(place, meant, query, wording) {
  place.hidden = meant.length === 0;
  if (place.hidden) return "";
  const q = corrected(query.q, meant);
  const href = writeQuery({ ...query, q, page: 1 });
  const [before, after] = wording.say("meant", { words: "\n" }).split("\n");
  place.replaceChildren(
    before,
    element("a", { href, "data-query": "", class: "govuk-link" }, wording.value({ facet: "q", value: q })),
    after,
  );
  return ` ${place.textContent}`;
}

/**
 * Returns what was typed with these words replaced, each with the capital that it had.
 * @param {string} typed
 * @param {Meant[]} meant
 */
export function corrected(typed, meant) {
  const parts = typed.split(/([^\p{L}\p{M}\p{N}]+)/u);
  return parts.map((each) => inItsPlace(each, meant)).join("");
}

/**
 * @param {string} written
 * @param {Meant[]} meant
 */
function inItsPlace(written, meant) {
  const word = meant.find(({ typed }) => wordsOf(written).join(" ") === typed)?.word;
  if (!word) return written;
  return /^\p{Lu}/u.test(written) ? word[0].toUpperCase() + word.slice(1) : word;
}
