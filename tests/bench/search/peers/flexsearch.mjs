// FlexSearch: beginnings of words, fast; facets are its users' affair. https://github.com/nextapps-de/flexsearch
import { Index } from "flexsearch";
import { answerOver, cardOf, textOf } from "../documents.mjs";
import { wordsOf } from "../../../../site/theme/static/js/folding.mjs";

/** @type {Bench.TextRule} */
export const TEXT_RULE = "beginnings";

/**
 * @param {Bench.Source} source
 * @returns {Promise<Bench.Engine>}
 */
export async function open(source) {
  const [documents, labels] = await Promise.all([source.json("documents.json"), source.json("labels.json")]);
  const places = new Map(documents.map((/** @type {Bench.Doc} */ { slug }, /** @type {number} */ place) => [slug, place]));
  const index = new Index({ tokenize: "forward", encode: wordsOf });
  documents.forEach((/** @type {Bench.Doc} */ document, /** @type {number} */ place) => index.add(place, textOf(document, labels)));
  return {
    search: (query) => {
      if (!query.text) return answerOver(documents, query);
      const found = /** @type {number[]} */ (index.search(query.text, { limit: documents.length }));
      return answerOver(found.map((place) => documents[place]), query);
    },
    cards: async (slugs) => slugs.map((slug) => cardOf(documents[places.get(slug)])),
  };
}
