// Pagefind: an index in pieces, a fragment a mentor, filters with counts. It cannot rank by wishes. https://pagefind.app
import { FACETS } from "../documents.mjs";

/** It stems, and finds beginnings of every word. @type {Bench.TextRule} */
export const TEXT_RULE = "own";
export const RANKS = false;

/**
 * @param {Bench.Source} source
 * @returns {Promise<Bench.Engine<any>>}
 */
export async function open(source) {
  const pagefind = await source.module("pagefind/pagefind.js");
  await pagefind.init();
  return {
    search: (query) => answer(pagefind, query),
    cards: async (page) => (await Promise.all(page.map((result) => result.data()))).map(cardOf),
  };
}

/** @param {any} fragment */
function cardOf({ raw_url, meta, excerpt }) {
  return { slug: raw_url.replaceAll("/", ""), name: meta.title, place: meta.place, areas: meta.areas.split(" "), excerpt };
}

/**
 * @param {any} pagefind
 * @param {Bench.Query} query
 * @returns {Promise<Bench.Answer<any>>}
 */
async function answer(pagefind, query) {
  await pagefind.filters(); // otherwise it counts only the facets that were chosen
  const first = await found(pagefind, query, query.choices);
  const counts = countsOf(first.filters, FACETS);
  for (const facet of Object.keys(query.choices)) {
    const { [facet]: _, ...others } = query.choices;
    Object.assign(counts, countsOf((await found(pagefind, query, others)).filters, [facet]));
  }
  return { total: first.results.length, counts, page: first.results.slice(0, query.size) };
}

/**
 * @param {any} pagefind
 * @param {Bench.Query} query
 * @param {Bench.Query["choices"]} choices
 */
function found(pagefind, { text, paused }, choices) {
  const filters = Object.entries(choices).map(([facet, ids]) => [facet, { any: ids }]);
  return pagefind.search(text || null, { filters: { ...Object.fromEntries(filters), ...(paused ? {} : { state: "available" }) } });
}

/**
 * @param {Bench.Counts} filters
 * @param {string[]} facets
 */
function countsOf(filters, facets) {
  return Object.fromEntries(facets.map((facet) => [facet, filters[facet] ?? {}]));
}
