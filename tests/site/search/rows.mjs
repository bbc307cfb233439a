// Small mentors for the tests, and an index of them: what a test does not say is the same for all. The writer is as
// plain as can be; what build/search writes is read in reference.test.mjs.
import { wordsOf } from "../../../site/theme/static/js/folding.mjs";

/** @typedef {MembersRow} Mentor */

export const FACETS = {
  area: ["mental-health", "oncology", "research", "hand-therapy"],
  training: ["msc-ot", "bsc-ot"],
  age: ["0-4", "5-17", "18-64", "65+"],
  province: ["NB", "QC", "ON", "NU"],
  lang: ["en", "fr", "cr", "pa"],
  experience: ["0-2", "3-5", "21+"],
  topic: ["canadian-practice", "vocational-help"],
  format: ["video", "in-person"],
  paused: ["1"],
};
export const STOPS = ["de", "la", "the"];

/**
 * @param {Partial<Mentor> & { slug: string }} given
 * @returns {Mentor}
 */
export function row(given) {
  return {
    name: given.slug,
    profession: "ot",
    city: "Moncton",
    area: ["mental-health"],
    training: ["msc-ot"],
    age: ["18-64"],
    province: "NB",
    lang: ["en"],
    experience: "3-5",
    topic: ["canadian-practice"],
    format: ["video"],
    available: true,
    accepts_requests: true,
    returns_on: null,
    confirmed_on: "2026-10-01",
    listed_on: "2026-01-01",
    excerpt: { en: "Hello." },
    words: "mental moncton",
    ...given,
  };
}

/** @param {Mentor} mentor @param {string} facet */
export function valuesOf(mentor, facet) {
  if (facet === "paused") return mentor.available ? [] : ["1"];
  return [/** @type {any} */ (mentor)[facet]].flat();
}

/**
 * An index of mentors in the order of its rows, as openEngine takes it.
 * @param {Mentor[]} mentors
 * @param {Record<string, string[]>} [facets]
 * @returns {Source & { fetched: string[] }}
 */
export function sourceOf(mentors, facets = FACETS) {
  const total = mentors.length;
  const files = new Map([["facets.bin", [1, ...number(total), ...facetBytes(mentors, facets)]]]);
  const shards = shardsOf(mentors);
  shards.forEach((terms, place) => files.set(`text/${place}.bin`, termBytes(terms, total)));
  files.set("slugs/0.bin", termBytes(mentors.map(({ slug }, at) => [slug, [at], []]), total));
  for (const [name, order] of Object.entries(ordersOf(mentors))) files.set(`order/${name}.bin`, order.flatMap(number));
  mentors.forEach((mentor, at) => files.set(`cards/${at}.json`, [...Buffer.from(JSON.stringify(cardOf(mentor, facets)))]));
  const text = shards.map((terms, place) => (place === 0 ? "" : terms[0][0]));
  const places = { remote: { format: ["video"] }, "near-NB": { province: ["NB", "QC"] } };
  const manifest = { version: 1, day: "2026-11-22", total, facets, single: ["province", "experience", "place"], places, slugs: 1, stop: STOPS, text };
  /** @type {string[]} */
  const fetched = [];
  const bytes = async (/** @type {string} */ name) => {
    fetched.push(name);
    const file = files.get(name);
    if (!file) throw new Error(`no file ${name}`);
    return new Uint8Array(file);
  };
  return { manifest, bytes, fetched };
}

/** @param {Mentor[]} mentors @param {Record<string, string[]>} facets */
function facetBytes(mentors, facets) {
  const having = (/** @type {string} */ facet, /** @type {string} */ id) =>
    mentors.flatMap((mentor, at) => (valuesOf(mentor, facet).includes(id) ? [at] : []));
  return Object.entries(facets).flatMap(([facet, ids]) => ids.flatMap((id) => rowBytes(having(facet, id), mentors.length)));
}

/** Two terms a shard, so that every search crosses some. @param {Mentor[]} mentors */
function shardsOf(mentors) {
  const named = mentors.map(({ name }) => wordsOf(name));
  const all = mentors.map(({ words }, at) => [...words.split(" ").filter((word) => !STOPS.includes(word)), ...named[at]]);
  const terms = [...new Set(all.flat())].sort().map((term) => {
    const rows = all.flatMap((words, at) => (words.includes(term) ? [at] : []));
    const paused = rows.filter((at) => !mentors[at].available && named[at].includes(term));
    return /** @type {[string, number[], number[]]} */ ([term, rows, paused]);
  });
  return Array.from({ length: Math.ceil(terms.length / 2) }, (_, place) => terms.slice(place * 2, place * 2 + 2));
}

/** @param {Mentor[]} mentors */
function ordersOf(mentors) {
  const by = (/** @type {(one: Mentor, other: Mentor) => number} */ compare) =>
    mentors.map((_, at) => at).sort((one, other) => compare(mentors[one], mentors[other]));
  const name = by((one, other) => one.name.localeCompare(other.name, "en"));
  return { "name-en": name, "name-fr": name, newest: by((one, other) => other.listed_on.localeCompare(one.listed_on)) };
}

/** @param {any} mentor @param {Record<string, string[]>} facets */
function cardOf(mentor, facets) {
  const [[province], ...lists] = ["province", "area", "training", "lang"].map((facet) => valuesOf(mentor, facet).map((id) => facets[facet].indexOf(id)));
  const state = mentor.available ? (mentor.accepts_requests ? 0 : 1) : 2;
  const { slug, name, profession, city, returns_on, confirmed_on, excerpt } = mentor;
  return [slug, name, profession, city, province, ...lists, state, confirmed_on, excerpt, ...(returns_on ? [returns_on] : [])];
}

/** @param {[string, number[], number[]][]} terms @param {number} total */
function termBytes(terms, total) {
  let before = "";
  return terms.flatMap(([term, rows, paused]) => {
    const [bytes, last] = [Buffer.from(term), Buffer.from(before)];
    let shared = 0;
    while (shared < bytes.length && bytes[shared] === last[shared]) shared += 1;
    before = term;
    const rest = bytes.subarray(shared);
    return [...number(shared), ...number(rest.length), ...rest, ...rowBytes(rows, total), ...rowBytes(paused, total)];
  });
}

/** @param {number[]} rows @param {number} total */
function rowBytes(rows, total) {
  const isMissing = rows.length * 2 > total;
  const listed = isMissing ? Array.from({ length: total }, (_, at) => at).filter((at) => !rows.includes(at)) : rows;
  return [...number(listed.length * 2 + Number(isMissing)), ...listed.flatMap((at, place) => number(at - (listed[place - 1] ?? -1) - 1))];
}

/** @param {number} value @returns {number[]} */
function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}
