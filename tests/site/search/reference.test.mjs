// Thousands of random queries against a filter so plain that it can be believed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FACETS, createEngine } from "../../../site/theme/static/js/matching.mjs";
import { emptyQuery, withoutFacet } from "../../../site/theme/static/js/query.mjs";
import { indexOf, row } from "./rows.mjs";

const VALUES = {
  area: ["a1", "a2", "a3", "a4", "a5"],
  training: ["t1", "t2"],
  age: ["0-4", "5-17", "65+"],
  province: ["ON", "QC", "NU"],
  lang: ["en", "fr", "cr", "pa"],
  experience: ["0-2", "3-5", "21+"],
  topic: ["x", "y", "z"],
};
const WORDS = ["ana", "anais", "enfance", "enfant", "enfants", "main", "maintien", "quebec"];

/** The generator of Park and Miller: the same queries on every machine. @param {number} seed */
function createRandom(seed) {
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  const some = (/** @type {string[]} */ values, /** @type {number} */ most) =>
    values.filter(() => next() < most / values.length);
  return { below, some, chance: (/** @type {number} */ share) => next() < share };
}

/** @param {ReturnType<typeof createRandom>} random @param {number} id */
function randomMentor(random, id) {
  const one = (/** @type {string[]} */ values) => values[random.below(values.length)];
  return row({
    slug: `mentor-${id}`,
    area: random.some(VALUES.area, 2),
    training: random.some(VALUES.training, 1),
    age: random.some(VALUES.age, 1.5),
    province: one(VALUES.province),
    lang: random.some(VALUES.lang, 1.5),
    experience: one(VALUES.experience),
    topic: random.some(VALUES.topic, 1.5),
    available: random.chance(0.85),
    words: random.some(WORDS, 3).join(" "),
  });
}

/** @param {ReturnType<typeof createRandom>} random */
function randomQuery(random) {
  const query = emptyQuery();
  for (const facet of FACETS) if (random.chance(0.35)) query[facet] = random.some(VALUES[facet], 1.6);
  if (random.chance(0.4)) {
    const last = WORDS[random.below(WORDS.length)];
    query.q = [...random.some(WORDS, 0.6), last.slice(0, 1 + random.below(last.length))].join(" ");
  }
  query.paused = random.chance(0.3);
  return query;
}

/** @param {ReturnType<typeof row>} mentor @param {ReturnType<typeof emptyQuery>} query */
function isWanted(mentor, query) {
  if (!query.paused && !mentor.available) return false;
  const words = mentor.words.split(" ");
  const asked = query.q.split(" ").filter(Boolean);
  const last = asked.pop();
  if (asked.some((word) => !words.includes(word))) return false;
  if (last && !words.some((word) => word.startsWith(last))) return false;
  return FACETS.every((facet) => {
    const had = [mentor[facet]].flat();
    return query[facet].length === 0 || query[facet].some((value) => had.includes(value));
  });
}

for (const seed of [1, 20261121, 424242]) {
  test(`1,500 random queries over 120 mentors give what a plain filter gives (seed ${seed})`, () => {
    const random = createRandom(seed);
    const mentors = Array.from({ length: 120 }, (_, id) => randomMentor(random, id));
    const engine = createEngine(indexOf(mentors), "en");
    const found = (/** @type {ReturnType<typeof emptyQuery>} */ query) => mentors.filter((mentor) => isWanted(mentor, query));
    for (let round = 0; round < 1500; round += 1) {
      const query = randomQuery(random);
      const { ids, counts, without } = engine.match(query);
      assert.deepEqual(ids.map((id) => engine.mentor(id)), found(query));
      for (const facet of FACETS) {
        const others = found({ ...query, [facet]: [] });
        for (const value of VALUES[facet]) {
          const expected = others.filter((mentor) => [mentor[facet]].flat().includes(value)).length;
          assert.equal(counts[facet].get(value) ?? 0, expected, `${facet}=${value} of ${JSON.stringify(query)}`);
        }
      }
      for (const [facet, count] of without) {
        const fewer = facet === "paused" ? { ...query, paused: true } : withoutFacet(query, /** @type {any} */ (facet));
        assert.equal(count, found(fewer).length, `without ${facet} of ${JSON.stringify(query)}`);
      }
    }
  });
}
