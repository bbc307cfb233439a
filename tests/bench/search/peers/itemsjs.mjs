// itemsjs: facets with counts, each facet's own choice left out; its documentation takes the words from MiniSearch,
// where its own Lunr 1 is too slow. https://github.com/itemsapi/itemsjs
import itemsjs from "itemsjs";
import { FACETS, cardOf, firstPage } from "../documents.mjs";
import { indexOf } from "./minisearch.mjs";

/** @type {Bench.TextRule} */
export const TEXT_RULE = "last";

/**
 * @param {Bench.Source} source
 * @returns {Promise<Bench.Engine>}
 */
export async function open(source) {
  const [documents, labels] = await Promise.all([source.json("documents.json"), source.json("labels.json")]);
  const bySlug = new Map(documents.map((/** @type {Bench.Doc} */ document) => [document.slug, document]));
  const rows = documents.map((/** @type {Bench.Doc} */ document) => {
    return { ...document, id: document.slug, state: document.available ? "available" : "paused" };
  });
  const facets = [...FACETS, "state"].map((facet) => [facet, { conjunction: false, size: 1000 }]);
  const index = itemsjs(rows, { aggregations: Object.fromEntries(facets), native_search_enabled: false });
  const words = indexOf(documents, labels);
  return {
    search: (query) => answer(index, query, query.text ? words.search(query.text).map(({ id }) => id) : undefined),
    cards: async (slugs) => slugs.map((slug) => cardOf(bySlug.get(slug))),
  };
}

/**
 * @param {any} index
 * @param {Bench.Query} query
 * @param {string[]} [ids] of whom the words find
 * @returns {Bench.Answer}
 */
function answer(index, query, ids) {
  const filters = query.paused ? query.choices : { ...query.choices, state: ["available"] };
  // It sorts by fields alone: ranking by wishes asks for everybody who was found.
  const { data, pagination } = index.search({ ids, filters, per_page: Number.MAX_SAFE_INTEGER });
  const counts = FACETS.map((facet) => [facet, countsOf(data.aggregations[facet].buckets)]);
  const page = firstPage(data.items, query).map(({ slug }) => slug);
  return { total: pagination.total, counts: Object.fromEntries(counts), page };
}

/** @param {{ key: string, doc_count: number }[]} buckets */
function countsOf(buckets) {
  return Object.fromEntries(buckets.filter(({ doc_count }) => doc_count > 0).map(({ key, doc_count }) => [key, doc_count]));
}
