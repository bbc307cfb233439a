// Orama: words, filters and counts of what was found; a facet without its own choice is another search. https://docs.orama.com
import { create, insertMultiple, search } from "@orama/orama";
import { FACETS, cardOf, scoreOf, textOf } from "../documents.mjs";
import { wordsOf } from "../../../../site/theme/static/js/folding.mjs";

/** Two words that begin as one that was asked for count as two that were found. @type {Bench.TextRule} */
export const TEXT_RULE = "one";
const SINGLE = ["province", "experience"];

/**
 * @param {Bench.Source} source
 * @returns {Promise<Bench.Engine>}
 */
export async function open(source) {
  const [documents, labels] = await Promise.all([source.json("documents.json"), source.json("labels.json")]);
  const bySlug = new Map(documents.map((/** @type {Bench.Doc} */ document) => [document.slug, document]));
  const facets = FACETS.map((facet) => [facet, SINGLE.includes(facet) ? "enum" : "enum[]"]);
  const index = create({
    schema: { text: "string", available: "boolean", ...Object.fromEntries(facets) },
    components: { tokenizer: { language: "english", normalizationCache: new Map(), tokenize: wordsOf } },
  });
  const rows = documents.map((/** @type {Bench.Doc} */ document) => {
    const single = SINGLE.map((facet) => [facet, document[/** @type {Bench.Facet} */ (facet)][0]]);
    return { id: document.slug, text: textOf(document, labels), document, ...document, ...Object.fromEntries(single) };
  });
  await insertMultiple(index, rows, 1000);
  return {
    search: (query) => answer(index, query),
    cards: async (slugs) => slugs.map((slug) => cardOf(bySlug.get(slug))),
  };
}

/**
 * @param {any} index
 * @param {Bench.Query} query
 * @returns {Promise<Bench.Answer>}
 */
async function answer(index, query) {
  const first = await found(index, query, FACETS, query.size);
  const counts = countsOf(first);
  for (const facet of Object.keys(query.choices)) {
    const { [facet]: _, ...choices } = query.choices;
    Object.assign(counts, countsOf(await found(index, { ...query, choices }, [facet], 1)));
  }
  return { total: first.count, counts, page: first.hits.map(({ id }) => id) };
}

/**
 * @param {any} index
 * @param {Bench.Query} query
 * @param {string[]} facets
 * @param {number} limit
 */
function found(index, query, facets, limit) {
  const where = Object.entries(query.choices).map(([facet, ids]) => [facet, SINGLE.includes(facet) ? { in: ids } : { containsAny: ids }]);
  const words = wordsOf(query.text).join(" ");
  return search(index, {
    term: words,
    threshold: 0,
    where: { ...Object.fromEntries(where), ...(query.paused ? {} : { available: true }) },
    facets: Object.fromEntries(facets.map((facet) => [facet, { limit: 1000 }])),
    limit,
    sortBy: (one, other) => scoreOf(other[2].document, query) - scoreOf(one[2].document, query),
  });
}

/**
 * @param {any} found
 * @returns {Bench.Counts}
 */
function countsOf({ facets }) {
  const counts = Object.entries(facets).map(([facet, { values }]) => {
    return [facet, Object.fromEntries(Object.entries(values).filter(([, count]) => count > 0))];
  });
  return Object.fromEntries(counts);
}
