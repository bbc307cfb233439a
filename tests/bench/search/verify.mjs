// Holds an engine's answers against the reference; raises at the first that differs.
import assert from "node:assert/strict";
import { FACETS, scoreOf, textOf } from "./documents.mjs";
import { isChosen, textTest } from "./reference.mjs";

/** @typedef {{ documents: Bench.Doc[], labels: Bench.Labels, queries: Bench.Query[], answers: any[] }} Known */

/**
 * Returns how many queries were compared until the time was over: all but those whose text the engine has a rule of
 * its own for.
 * @param {Bench.Engine<any>} engine
 * @param {Bench.Peer} peer
 * @param {Known} known
 * @param {number} longest milliseconds
 */
export async function verify(engine, { TEXT_RULE: rule, RANKS = true }, { documents, labels, queries, answers }, longest) {
  const bySlug = new Map(documents.map((document) => [document.slug, document]));
  const until = performance.now() + longest;
  let compared = 0;
  for (const [place, query] of queries.entries()) {
    if (performance.now() > until) break;
    if (!isComparable(query.text, rule)) continue;
    const answer = await engine.search(query);
    const slugs = (await engine.cards(answer.page)).map(({ slug }) => slug);
    const wanted = (rule === "beginnings" && answers[place].beginnings) || answers[place].last;
    compare(query, answer, slugs.map((slug) => /** @type {Bench.Doc} */ (bySlug.get(slug))), wanted);
    compared += 1;
  }
  return compared;

  /**
   * Total, every count and the page: who stands on it is wanted, and nobody who meets more wishes is missing.
   * @param {Bench.Query} query
   * @param {Bench.Answer<any>} answer
   * @param {Bench.Doc[]} shown
   * @param {{ total: number, counts: Bench.Counts, scores: number[] }} wanted
   */
  function compare(query, answer, shown, wanted) {
    const asked = JSON.stringify(query);
    assert.deepEqual(nonzero(answer.counts), wanted.counts, `counts of ${asked}`);
    assert.equal(answer.total, wanted.total, `total of ${asked}`);
    if (RANKS) assert.deepEqual(shown.map((document) => scoreOf(document, query)), wanted.scores, `ranking of ${asked}`);
    assert.equal(new Set(shown).size, wanted.scores.length, `a full page of ${asked}`);
    const isFound = textTest(query.text, rule);
    const isWanted = (/** @type {Bench.Doc} */ document) =>
      (query.paused || document.available) && isChosen(document, query.choices) && isFound(` ${textOf(document, labels)} `);
    assert.ok(shown.every(isWanted), `page of ${asked}`);
  }
}

/**
 * @param {string} text
 * @param {Bench.TextRule} rule
 */
function isComparable(text, rule) {
  return !text || (rule !== "own" && (rule !== "one" || !text.includes(" ")));
}

/**
 * Returns the counts of the facets that the reference counts, without values that nobody has.
 * @param {Bench.Counts} counts
 */
function nonzero(counts) {
  const kept = FACETS.map((facet) => [facet, Object.fromEntries(Object.entries(counts[facet]).filter(([, count]) => count > 0))]);
  return Object.fromEntries(kept);
}
