// The directory's own engine, over the files of the nightly build.
import { openEngine } from "../../../../site/theme/static/js/search/engine.mjs";

/** @type {Bench.TextRule} */
export const TEXT_RULE = "last";

/**
 * @param {Bench.Source} source
 * @param {Bench.Start} start
 * @returns {Promise<Bench.Engine<number>>}
 */
export async function open(source, { index }) {
  const [manifest, labels] = await Promise.all([source.json(index), source.json("labels.json")]);
  const folder = index.replace("manifest.json", "");
  const engine = await openEngine({ manifest, bytes: (name) => source.bytes(folder + name) }, "en");
  return {
    search: async (query) => {
      const { total, counts, rows } = await engine.search(query);
      return { total, counts, page: rows };
    },
    cards: async (rows) => (await engine.cards(rows)).map((card) => cardOf(card, labels)),
  };
}

/**
 * @param {Card} card
 * @param {Record<string, Record<string, string>>} labels
 * @returns {Bench.Card}
 */
function cardOf({ slug, name, city, province, area, excerpt }, labels) {
  const place = `${city}, ${labels.province[province]}`;
  return { slug, name, place, areas: area.map((id) => labels.area[id]), excerpt: excerpt.en ?? excerpt.fr ?? "" };
}
