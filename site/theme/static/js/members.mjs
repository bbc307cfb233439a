// What signed-in members see besides the public index. Nobody else loads this.
import { wordsOf } from "./folding.mjs";
import { IdentityFacets } from "./identity-facets.mjs";
import { IDENTITY_FACETS } from "./matching.mjs";
import { noteSignedOut } from "./signed-in.mjs";

const LONGEST_WAIT = 8_000; // milliseconds: the list waits for it

/**
 * Raises what the browser raises where nothing of ours comes in time.
 * @param {string} address
 * @returns {Promise<MembersAnswer>}
 */
export async function fetchMembers(address) {
  const signal = AbortSignal.timeout(LONGEST_WAIT);
  const response = await fetch(address, { cache: "no-store", redirect: "manual", signal });
  if (response.type === "opaqueredirect") {
    noteSignedOut();
    return { state: "ended" };
  }
  if (response.status === 403) return { state: "closed" };
  const members = readMembers(await response.json());
  const mark = response.headers.get("Session-Mark") ?? "";
  return {
    state: "open",
    facets: members.facets,
    join: (mentors) => joinMembers(mentors, members),
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
  return { rows: answer.mentors, places: answer.places, identity, facets };
}

/**
 * Returns the mentors of the public index together with those whom members alone see, in the order of the day, each
 * with the answers they share.
 * @param {Mentor[]} mentors
 * @param {Members} members
 * @returns {Mentor[]}
 */
export function joinMembers(mentors, { rows, places, identity }) {
  // Somebody may have changed from one to the other between two releases: the members' one is the newer.
  const apart = new Set(rows.map(({ slug }) => slug));
  const joined = [];
  let next = 0;
  for (let place = 0; place <= mentors.length; place += 1) {
    const isEnd = place === mentors.length;
    while (next < rows.length && (isEnd || places[next] <= place)) {
      joined.push({ ...rows[next], members_only: true, identity: identity.get(rows[next].slug) });
      next += 1;
    }
    if (!isEnd && !apart.has(mentors[place].slug)) {
      joined.push({ ...mentors[place], identity: identity.get(mentors[place].slug) });
    }
  }
  return joined;
}

/** @param {string} text */
function folded(text) {
  return wordsOf(text).join(" ") || text;
}
