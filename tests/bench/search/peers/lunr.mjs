// Lunr: words only; facets are its users' affair. https://lunrjs.com
import lunr from "lunr";
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
  const index = lunr((builder) => {
    builder.ref("slug");
    builder.field("text", { extractor: (/** @type {any} */ document) => textOf(document, labels) });
    const tokenizer = (/** @type {any} */ text) => wordsOf(text).map((word) => new lunr.Token(word, {}));
    builder.tokenizer = Object.assign(tokenizer, { separator: / / });
    builder.pipeline.reset();
    builder.searchPipeline.reset();
    for (const document of documents) builder.add(document);
  });
  return {
    search: (query) => answerOver(query.text ? found(index, query.text).map(({ ref }) => bySlug.get(ref)) : documents, query),
    cards: async (slugs) => slugs.map((slug) => cardOf(bySlug.get(slug))),
  };
}

/**
 * @param {lunr.Index} index
 * @param {string} text
 */
function found(index, text) {
  const words = wordsOf(text);
  return index.query((query) => {
    words.forEach((word, place) => {
      const wildcard = place === words.length - 1 ? lunr.Query.wildcard.TRAILING : lunr.Query.wildcard.NONE;
      query.term(word, { presence: lunr.Query.presence.REQUIRED, wildcard, usePipeline: false });
    });
  });
}
