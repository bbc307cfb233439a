// What to do where nobody is found: which filters to give up, and how many mentors that gives; which word was meant.
import { element } from "./dom.mjs";
import { wordsOf } from "./folding.mjs";
import { isIdentity } from "./matching.mjs";
import { withoutFacet, writeQuery } from "./query.mjs";

const MOST = 5; // ways that one reads through

/**
 * Returns the smallest sets of filters to give up, as links say them, the one that gives most first.
 * @param {Found} found which holds nobody
 * @param {Query} query
 * @param {Choice[]} choices in force
 * @param {Wording} wording
 * @returns {Way[]}
 */
export function waysOut(found, query, choices, wording) {
  return found.ways_out.slice(0, MOST).map(({ drop, total }) => {
    const dropped = drop.filter(({ wishes }) => !wishes).map(({ facet }) => (facet === "text" ? "q" : facet));
    const keep = [...new Set(choices.map(({ facet }) => facet))].filter((facet) => isIdentity(facet) && !dropped.includes(facet));
    const lifted = drop.flatMap(({ wishes }) => wishes ?? []);
    const mentors = keep.length > 0 ? wording.someMentors(total) : wording.mentors(total);
    const what = wording.both([...dropped.map((facet) => valuesOf(facet, choices, wording)), ...lifted.map((wish) => wording.wish(wish))].filter(Boolean));
    const kind = !dropped.includes("paused") ? "without" : what ? "without_with_paused" : "with_paused";
    return { search: writeQuery(dropped.reduce(giveUp, query)), keep, lifted, text: wording.say(kind, { what, mentors }) };
  });
}

/**
 * @param {Query} query
 * @param {string} facet
 * @returns {Query}
 */
function giveUp(query, facet) {
  if (facet === "paused") return { ...query, paused: true, page: 1 };
  return withoutFacet(query, /** @type {Choice["facet"]} */ (facet));
}

/**
 * @param {string} facet
 * @param {Choice[]} choices
 * @param {Wording} wording
 */
function valuesOf(facet, choices, wording) {
  if (facet === "paused") return "";
  return wording.either(choices.filter((choice) => choice.facet === facet).map((choice) => wording.value(choice)));
}

/**
 * Shows the ways out as links.
 * @param {HTMLElement} list
 * @param {Way[]} ways
 */
export function showWaysOut(list, ways) {
  const links = ways.map(({ search, keep, lifted, text }) => {
    const kept = { "data-query": "", "data-keep": keep.join(" "), "data-lift": JSON.stringify(lifted) };
    return element("a", { href: search || "?", ...kept, class: "govuk-link" }, text);
  });
  list.replaceChildren(...links.map((link) => element("li", {}, link)));
  list.hidden = links.length === 0;
}

/**
 * Offers the word that was meant, where one was mistyped.
 * @param {HTMLElement} place
 * @param {Found["meant"]} meant
 * @param {Query} query
 * @param {Wording} wording
 */
export function showMeant(place, meant, query, wording) {
  place.hidden = !meant;
  if (!meant) return place.replaceChildren();
  const q = corrected(query.q, meant);
  const words = wording.value({ facet: "q", value: q });
  const link = element("a", { href: writeQuery({ ...query, q, page: 1 }), "data-query": "", class: "govuk-link" }, words);
  place.replaceChildren(`${wording.say("meant")} `, link);
}

/**
 * Returns what was typed with one word replaced.
 * @param {string} typed
 * @param {{ typed: string, word: string }} meant
 */
export function corrected(typed, meant) {
  const parts = typed.split(/(\s+)/);
  return parts.map((part) => (wordsOf(part).join(" ") === meant.typed ? meant.word : part)).join("");
}
