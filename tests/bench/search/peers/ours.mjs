// The directory's own engine.
import { createEngine } from "../../../../site/theme/static/js/matching.mjs";

/** @type {Bench.TextRule} */
export const TEXT_RULE = "last";

/**
 * @param {Bench.Source} source
 * @param {Bench.Start} start
 * @returns {Promise<Bench.Engine<number>>}
 */
export async function open(source, { index }) {
  const engine = createEngine(await source.json(index), "en");
  return {
    search: (query) => {
      const { ids, counts } = engine.match({ area: [], training: [], age: [], province: [], lang: [], experience: [], topic: [], ...query.choices, q: query.text, paused: query.paused, sort: "daily" });
      return { total: ids.length, counts: Object.fromEntries(Object.entries(counts).map(([f, m]) => [f, Object.fromEntries(m)])), page: ids.slice(0, 20) };
    },
    cards: async (ids) => ids.map((id) => /** @type {any} */ (engine.mentor(id))),
  };
}
