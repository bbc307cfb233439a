// itemsjs: facets with counts, each facet's own choice left out, and the words of Lunr 1. https://github.com/itemsapi/itemsjs
import itemsjs from "itemsjs";
import { FACETS, cardOf, firstPage, textOf } from "../documents.mjs";
import { fold } from "../../../../site/theme/static/js/folding.mjs";

/** @type {Bench.TextRule} */
export const TEXT_RULE = "beginnings";

/**
 * @param {Bench.Source} source
 * @returns {Promise<Bench.Engine>}
 */
export async function open(source) {
  const [documents, labels] = await Promise.all([source.json("documents.json"), source.json("labels.json")]);
  const bySlug = new Map(documents.map((/** @type {Bench.Doc} */ document) => [document.slug, document]));
  const rows = documents.map((/** @type {Bench.Doc} */ document) => {
    return { ...document, state: document.available ? "available" : "paused", text: textOf(document, labels) };
  });
  const facets = [...FACETS, "state"].map((facet) => [facet, { conjunction: false, size: 1000 }]);
  const index = itemsjs(rows, {
    aggregations: Object.fromEntries(facets),
    searchableFields: ["text"],
    isExactSearch: true,
  });
  return {
    search: (query) => answer(index, query, documents.length),
    cards: async (slugs) => slugs.map((slug) => cardOf(bySlug.get(slug))),
  };
}

/**
 * @param {any} index
 * @param {Bench.Query} query
 * @param {number} rows that there are: it ranks by fields alone, so that ranking by wishes asks for all that it finds
 * @returns {Bench.Answer}
 */
function answer(index, query, rows) {
  const filters = query.paused ? query.choices : { ...query.choices, state: ["available"] };
  const { data, pagination } = index.search({ query: fold(query.text), filters, per_page: rows });
  const counts = FACETS.map((facet) => [facet, countsOf(data.aggregations[facet].buckets)]);
  const page = firstPage(data.items, query).map(({ slug }) => slug);
  return { total: pagination.total, counts: Object.fromEntries(counts), page };
}

/** @param {{ key: string, doc_count: number }[]} buckets */
function countsOf(buckets) {
  return Object.fromEntries(buckets.filter(({ doc_count }) => doc_count > 0).map(({ key, doc_count }) => [key, doc_count]));
}
