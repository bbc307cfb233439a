// What every peer is given and does alike, and what its users write by hand around a library that only finds words.
import { wordsOf } from "../../../site/theme/static/js/folding.mjs";

export const FACETS = ["area", "training", "age", "province", "lang", "experience", "topic"];
const EXCERPT = 200; // characters

/**
 * Returns the words that a document is found by, folded: name, city, biographies, and what people call its facets.
 * @param {Bench.Doc} document
 * @param {Bench.Labels} labels
 */
export function textOf(document, labels) {
  const called = FACETS.flatMap((facet) => document[/** @type {Bench.Facet} */ (facet)].flatMap((id) => labels[facet][id]));
  const texts = [document.name, document.city, ...Object.values(document.bio), ...labels.profession[document.profession]];
  return [...new Set(wordsOf([...texts, ...called].join(" ")))].join(" ");
}

/**
 * Returns what a card says.
 * @param {Bench.Doc} document
 * @returns {Bench.Card}
 */
export function cardOf({ slug, name, city, province, area, bio }) {
  return { slug, name, place: `${city}, ${province[0]}`, areas: area, excerpt: (bio.en ?? bio.fr ?? "").slice(0, EXCERPT) };
}

/**
 * One walk over candidates gives results and counts: who fails one facet alone counts for that facet only.
 * @param {Iterable<Bench.Doc>} candidates
 * @param {Bench.Query} query
 * @returns {{ hits: Bench.Doc[], counts: Bench.Counts }}
 */
export function sift(candidates, query) {
  const asked = Object.entries(query.choices).map(([facet, ids]) => /** @type {const} */ ([facet, new Set(ids)]));
  const hits = [];
  const counts = emptyCounts();
  for (const document of candidates) {
    if (!query.paused && !document.available) continue;
    const failed = failures(document, asked);
    if (failed.length > 1) continue;
    if (failed.length === 0) hits.push(document);
    for (const facet of failed.length === 0 ? FACETS : failed) tally(counts[facet], document[/** @type {Bench.Facet} */ (facet)]);
  }
  return { hits, counts };
}

/**
 * @param {Bench.Doc} document
 * @param {(readonly [string, Set<string>])[]} asked
 */
function failures(document, asked) {
  const failed = [];
  for (const [facet, wanted] of asked) {
    const met = document[/** @type {Bench.Facet} */ (facet)].some((id) => wanted.has(id));
    if (!met && failed.push(facet) > 1) break;
  }
  return failed;
}

/** @returns {Bench.Counts} */
function emptyCounts() {
  return Object.fromEntries(FACETS.map((facet) => [facet, {}]));
}

/**
 * @param {Record<string, number>} counts
 * @param {string[]} ids
 */
function tally(counts, ids) {
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1;
}

/**
 * Returns how many of the wishes a document meets.
 * @param {Bench.Doc} document
 * @param {Bench.Query} query
 */
export function scoreOf(document, { wishes }) {
  return wishes.filter(({ facet, id }) => document[/** @type {Bench.Facet} */ (facet)].includes(id)).length;
}

/**
 * Returns the first page of hits, those that meet most wishes first. Linear: there are few different scores.
 * @param {Bench.Doc[]} hits
 * @param {Bench.Query} query
 */
export function firstPage(hits, query) {
  /** @type {Bench.Doc[][]} */
  const byScore = Array.from({ length: query.wishes.length + 1 }, () => []);
  for (const document of hits) {
    const equals = byScore[scoreOf(document, query)];
    if (equals.length < query.size) equals.push(document);
  }
  return byScore.reverse().flat().slice(0, query.size);
}

/**
 * Returns the answer of a library that finds words: the rest is done by hand.
 * @param {Iterable<Bench.Doc>} candidates
 * @param {Bench.Query} query
 * @returns {Bench.Answer}
 */
export function answerOver(candidates, query) {
  const { hits, counts } = sift(candidates, query);
  return { total: hits.length, counts, page: firstPage(hits, query).map(({ slug }) => slug) };
}
