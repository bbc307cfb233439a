// The search engine of the directory. Pure: it knows rows and queries, neither the page nor its address.
// A later engine keeps these functions and their types; nothing else knows how mentors are matched.
import { wordsOf } from "./folding.mjs";

/** @type {Facet[]} */
export const FACETS = ["area", "training", "age", "province", "lang", "experience", "topic"];

/** Apart from the others: nothing of them is ever part of an address. @type {IdentityFacet[]} */
export const IDENTITY_FACETS = ["gender", "race", "ethnicity", "orientation", "indigenous"];

/** What came from the server is not an index of mentors. */
export class MalformedIndexError extends Error {}

/**
 * Returns an engine over the parsed index file. Raises MalformedIndexError.
 * @param {unknown} index
 * @param {string} language whose collation sorts names
 * @param {Set<string>} [withdrawn] addresses of who has left the public since the index was made
 * @param {(mentors: Mentor[]) => Mentor[]} [join] adds what signed-in members see
 * @returns {Engine}
 */
export function createEngine(index, language, withdrawn = new Set(), join = (mentors) => mentors) {
  const mentors = join(mentorsOf(index)).filter((mentor) => mentor.members_only || !withdrawn.has(mentor.slug));
  const texts = mentors.map((mentor) => ` ${mentor.words} `);
  const orders = createOrders(mentors, language);
  return {
    total: mentors.length,
    mentor: (id) => mentors[id],
    match(wishes) {
      const { ids, ...matches } = sift(mentors, conditions(wishes, texts));
      return { ids: orders[wishes.sort](ids), ...matches };
    },
  };
}

/**
 * @param {unknown} index
 * @returns {Mentor[]}
 */
function mentorsOf(index) {
  const { version, mentors } = /** @type {any} */ (index ?? {});
  if (version !== 1 || !Array.isArray(mentors) || !mentors.every(isMentor)) {
    throw new MalformedIndexError("the directory's index does not hold mentors");
  }
  return mentors;
}

const TEXTS = ["slug", "name", "profession", "city", "province", "experience", "confirmed_on", "listed_on", "words"];
const LISTS = ["area", "training", "age", "lang", "topic"];

/** @param {any} row */
function isMentor(row) {
  return (
    typeof row === "object" &&
    row !== null &&
    TEXTS.every((key) => typeof row[key] === "string") &&
    LISTS.every((key) => Array.isArray(row[key])) &&
    typeof row.excerpt === "object" &&
    row.excerpt !== null
  );
}

/**
 * @param {Mentor} mentor
 * @param {Facet | IdentityFacet | "paused"} facet
 * @returns {string[]}
 */
function valuesOf(mentor, facet) {
  if (facet === "paused") return mentor.available ? [] : ["1"];
  if (isIdentity(facet)) return mentor.identity?.[facet] ?? [];
  const values = mentor[facet];
  return typeof values === "string" ? [values] : values;
}

/**
 * @param {string} facet
 * @returns {facet is IdentityFacet}
 */
export function isIdentity(facet) {
  return /** @type {string[]} */ (IDENTITY_FACETS).includes(facet);
}

/**
 * One condition for each facet that was asked for.
 * @param {Wishes} wishes
 * @param {string[]} texts
 * @returns {Map<string, (mentor: Mentor, id: number) => boolean>}
 */
function conditions(wishes, texts) {
  const asked = new Map();
  for (const facet of [...FACETS, ...IDENTITY_FACETS]) {
    const wanted = new Set(isIdentity(facet) ? wishes.identity?.[facet] : wishes[facet]);
    if (wanted.size > 0) {
      asked.set(facet, (/** @type {Mentor} */ mentor) => valuesOf(mentor, facet).some((value) => wanted.has(value)));
    }
  }
  const parts = textParts(wishes.q);
  if (parts.length > 0) {
    asked.set("q", (/** @type {Mentor} */ _, /** @type {number} */ id) => parts.every((part) => texts[id].includes(part)));
  }
  // Who takes no new mentees is out unless asked for (DIR-7).
  if (!wishes.paused) asked.set("paused", (/** @type {Mentor} */ mentor) => mentor.available);
  return asked;
}

/**
 * Every word must be there; the last one may still be in the making, so its beginning is enough.
 * @param {string} q
 */
function textParts(q) {
  const words = wordsOf(q);
  return words.map((word, index) => (index === words.length - 1 ? ` ${word}` : ` ${word} `));
}

/**
 * One walk gives all: who meets every condition is a result; who fails one alone counts for that facet only,
 * because that is who its other values, or its absence, would bring in.
 * @param {Mentor[]} mentors
 * @param {ReturnType<typeof conditions>} asked
 * @returns {Matches}
 */
function sift(mentors, asked) {
  const ids = /** @type {number[]} */ ([]);
  const counts = emptyCounts();
  const failing = new Map([...asked.keys()].map((facet) => [facet, 0]));
  const everyFacet = /** @type {(Facet | IdentityFacet | "paused")[]} */ (Object.keys(counts));
  mentors.forEach((mentor, id) => {
    const failed = failures(mentor, id, asked);
    if (failed.length > 1) return;
    if (failed.length === 0) ids.push(id);
    for (const facet of failed) failing.set(facet, (failing.get(facet) ?? 0) + 1);
    for (const facet of everyFacet) {
      if (failed.length === 0 || failed[0] === facet) tally(counts[facet], valuesOf(mentor, facet));
    }
  });
  const without = new Map([...failing].map(([facet, count]) => [facet, count + ids.length]));
  return { ids, counts, without };
}

/**
 * Returns the first two conditions that a mentor fails: more make no difference.
 * @param {Mentor} mentor
 * @param {number} id
 * @param {ReturnType<typeof conditions>} asked
 */
function failures(mentor, id, asked) {
  const failed = [];
  for (const [facet, isMet] of asked) {
    if (!isMet(mentor, id) && failed.push(facet) > 1) break;
  }
  return failed;
}

/** @returns {Matches["counts"]} */
function emptyCounts() {
  const counts = [...FACETS, ...IDENTITY_FACETS, "paused"].map((facet) => [facet, new Map()]);
  return Object.fromEntries(counts);
}

/**
 * @param {Map<string, number>} counts
 * @param {string[]} values
 */
function tally(counts, values) {
  for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
}

/**
 * The index comes in the order of the day, which every order keeps among equals.
 * @param {Mentor[]} mentors
 * @param {string} language
 * @returns {Record<Sort, (ids: number[]) => number[]>}
 */
function createOrders(mentors, language) {
  const { compare } = new Intl.Collator(language);
  return {
    daily: (ids) => ids,
    name: (ids) => [...ids].sort((one, other) => compare(mentors[one].name, mentors[other].name)),
    newest: (ids) => [...ids].sort((one, other) => compare(mentors[other].listed_on, mentors[one].listed_on)),
  };
}
