// What signed-in members see besides the public index. Nobody else loads this.
import { FACETS, IDENTITY_FACETS } from "./facets.mjs";
import { wordsOf } from "./folding.mjs";
import { IdentityFacets } from "./identity-facets.mjs";
import { noteSignedOut } from "./signed-in.mjs";

const LONGEST_WAIT = 8_000; // milliseconds: the list waits for it

/** What came is about another index than the page's: its numbers would lead to other mentors. */
export class OtherIndexError extends Error {}

/**
 * Raises OtherIndexError, or what the browser raises where nothing of ours comes in time.
 * @param {string} address
 * @param {string} index that the answer must be about
 * @returns {Promise<MembersAnswer>}
 */
export async function fetchMembers(address, index) {
  const signal = AbortSignal.timeout(LONGEST_WAIT);
  const response = await fetch(address, { cache: "no-store", redirect: "manual", signal });
  if (response.type === "opaqueredirect") {
    noteSignedOut();
    return { state: "ended" };
  }
  if (response.status === 403) return { state: "closed" };
  const answer = await response.json();
  if (answer.public !== index) throw new OtherIndexError(answer.public);
  const members = readMembers(answer);
  const mark = response.headers.get("Session-Mark") ?? "";
  return {
    state: "open",
    facets: members.facets,
    knows: (slug) => members.identity.has(slug) || members.rows.some((row) => row.slug === slug),
    rowsAfter: (total) => rowsAfter(total, members),
    openFacets: (section) => new IdentityFacets(section, members.facets, mark),
  };
}

/**
 * Reads what the server sends. Answers in a mentor's own words are one where they differ in case, accents and signs
 * alone, and are the answer of the list whose words they are.
 * @param {any} answer
 * @returns {Members}
 */
export function readMembers(answer) {
  const shared = /** @type {[string, Record<string, string[]>][]} */ (Object.entries(answer.identity));
  const identity = new Map(shared.map(([slug]) => [slug, /** @type {any} */ ({})]));
  const facets = /** @type {any} */ ({});
  for (const facet of IDENTITY_FACETS) {
    const { name, terms } = answer.facets[facet];
    const labels = new Map(terms);
    const ids = new Map(terms.map((/** @type {[string, string]} */ [id, label]) => [folded(label), id]));
    for (const [slug, answers] of shared) {
      identity.get(slug)[facet] = (answers[facet] ?? []).map((given) => {
        const id = labels.has(given) ? given : (ids.get(folded(given)) ?? folded(given));
        if (!labels.has(id)) labels.set(id, given);
        return id;
      });
    }
    facets[facet] = { name, terms: [...labels] };
  }
  return { rows: answer.mentors, places: answer.places, numbers: answer.numbers, identity, facets };
}

/**
 * Returns who is listed for members alone, after the rows of the public index, and what everybody shares with members.
 * @param {number} total of the public index
 * @param {Members} members
 * @returns {MoreRows}
 */
export function rowsAfter(total, { rows, places, numbers, identity, facets }) {
  const own = rows.map((mentor, at) => ({ ...mentor, row: total + at, members_only: true, places: places[at] }));
  const rowOf = new Map([...Object.entries(numbers), ...own.map(({ slug, row }) => /** @type {const} */ ([slug, row]))]);
  const values = own.flatMap((mentor) => [
    .../** @type {const} */ ([...FACETS, "format"]).flatMap((facet) => valuesIn(mentor.row, facet, [mentor[facet]].flat())),
    ...valuesIn(mentor.row, "paused", mentor.available ? [] : ["1"]),
  ]);
  const shared = [...identity].flatMap(([slug, answers]) =>
    Object.entries(answers).flatMap(([facet, ids]) => valuesIn(/** @type {number} */ (rowOf.get(slug)), facet, ids)),
  );
  const ids = IDENTITY_FACETS.map((facet) => [facet, facets[facet].terms.map(([id]) => id)]);
  return { rows: own, facets: Object.fromEntries(ids), values: [...values, ...shared] };
}

/**
 * @param {number} row
 * @param {string} facet
 * @param {string[]} ids
 */
function valuesIn(row, facet, ids) {
  return ids.map((id) => /** @type {[number, string, string]} */ ([row, facet, id]));
}

/** @param {string} text */
function folded(text) {
  return wordsOf(text).join(" ") || text;
}
