// A filter so plain that it can be believed: every engine's answers are held against it before anything is timed.
//
//     node reference.mjs FOLDER
//
// writes answers.json and start.json beside documents.json.
import { readFileSync, writeFileSync } from "node:fs";
import { FACETS, scoreOf, textOf } from "./documents.mjs";
import { wordsOf } from "../../../site/theme/static/js/folding.mjs";

/**
 * Returns what a query should give. `scores`: of the first page, how many wishes each mentor meets.
 * @param {Bench.Doc[]} documents
 * @param {string[]} texts of the documents, in their order, between blanks
 * @param {Bench.Query} query
 * @param {Bench.TextRule} rule
 */
export function expected(documents, texts, query, rule) {
  const isFound = textTest(query.text, rule);
  const candidates = documents.filter((document, place) => (query.paused || document.available) && isFound(texts[place]));
  const hits = candidates.filter((document) => isChosen(document, query.choices));
  const scores = hits.map((document) => scoreOf(document, query)).sort((one, other) => other - one);
  return { total: hits.length, scores: scores.slice(0, query.size), counts: countsOf(candidates, hits, query) };
}

/**
 * @param {Bench.Doc} document
 * @param {Bench.Query["choices"]} choices
 */
export function isChosen(document, choices) {
  return Object.entries(choices).every(([facet, ids]) => {
    return ids.some((id) => document[/** @type {Bench.Facet} */ (facet)].includes(id));
  });
}

/**
 * Returns what tells whether a text, which stands between blanks, has these words.
 * @param {string} asked
 * @param {Bench.TextRule} rule
 */
export function textTest(asked, rule) {
  const words = wordsOf(asked);
  const parts = words.map((word, place) => (rule === "last" && place < words.length - 1 ? ` ${word} ` : ` ${word}`));
  return (/** @type {string} */ text) => parts.every((part) => text.includes(part));
}

/**
 * @param {Bench.Doc[]} candidates
 * @param {Bench.Doc[]} hits those of them who meet every choice
 * @param {Bench.Query} query
 * @returns {Bench.Counts}
 */
function countsOf(candidates, hits, query) {
  return Object.fromEntries(FACETS.map((facet) => {
    const { [facet]: own, ...others } = query.choices;
    /** @type {Record<string, number>} */
    const counts = {};
    for (const document of own ? candidates.filter((each) => isChosen(each, others)) : hits) {
      for (const id of document[/** @type {Bench.Facet} */ (facet)]) counts[id] = (counts[id] ?? 0) + 1;
    }
    return [facet, counts];
  }));
}

/**
 * Returns the first query whose filters fill a page, and the first with a text that somebody's words hold.
 * @param {Bench.Query[]} queries
 * @param {{ last: { total: number } }[]} answers
 */
function firstQueries(queries, answers) {
  const filtered = queries.find(({ text, size }, place) => !text && answers[place].last.total >= size);
  const text = queries.find(({ text }, place) => text && answers[place].last.total > 0);
  return { filtered, text };
}

/** @param {string} folder */
export function writeAnswers(folder) {
  const read = (/** @type {string} */ name) => JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
  const documents = read("documents");
  const labels = read("labels");
  const texts = documents.map((/** @type {Bench.Doc} */ document) => ` ${textOf(document, labels)} `);
  const queries = read("queries");
  const answers = queries.map((/** @type {Bench.Query} */ query) => ({
    last: expected(documents, texts, query, "last"),
    beginnings: query.text.includes(" ") ? expected(documents, texts, query, "beginnings") : null,
  }));
  writeFileSync(`${folder}/answers.json`, JSON.stringify(answers));
  const start = { ...firstQueries(queries, answers), index: read("index") };
  writeFileSync(`${folder}/start.json`, JSON.stringify(start));
}

if (process.argv[1] === import.meta.filename) writeAnswers(process.argv[2]);
