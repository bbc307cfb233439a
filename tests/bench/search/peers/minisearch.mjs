// MiniSearch: words, and stored fields to filter by. https://lucaong.github.io/minisearch/
import MiniSearch from "minisearch";
import { answerOver, cardOf, textOf } from "../documents.mjs";
import { wordsOf } from "../../../../site/theme/static/js/folding.mjs";

/** @type {Bench.TextRule} */
export const TEXT_RULE = "last";

/**
 * @param {Bench.Source} source
 * @returns {Promise<Bench.Engine>}
 */
export async function open(source) {
  const [documents, labels] = await Promise.all([source.json("documents.json"), source.json("labels.json")]);
  const bySlug = new Map(documents.map((/** @type {Bench.Doc} */ document) => [document.slug, document]));
  const index = indexOf(documents, labels);
  return {
    search: (query) => {
      const found = index.search(query.text || MiniSearch.wildcard);
      return answerOver(found.map(({ id }) => bySlug.get(id)), query);
    },
    cards: async (slugs) => slugs.map((slug) => cardOf(bySlug.get(slug))),
  };
}

/**
 * @param {Bench.Doc[]} documents
 * @param {Bench.Labels} labels
 */
export function indexOf(documents, labels) {
  const index = new MiniSearch({
    idField: "slug",
    fields: ["text"],
    extractField: (document, field) => (field === "text" ? textOf(document, labels) : document[field]),
    tokenize: wordsOf,
    processTerm: (word) => word,
    searchOptions: { combineWith: "AND", prefix: (_word, place, words) => place === words.length - 1 },
  });
  index.addAll(documents);
  return index;
}
