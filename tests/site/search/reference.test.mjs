// Thousands of random queries against a search so plain that it can be believed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { wordsOf } from "../../../site/theme/static/js/folding.mjs";
import { openEngine } from "../../../site/theme/static/js/search/engine.mjs";
import { rowOf } from "../../../site/theme/static/js/search/slugs.mjs";
import { row, sourceOf, valuesOf } from "./rows.mjs";

/** @typedef {import("./rows.mjs").Mentor} Mentor */

const FACETS = {
  area: ["a1", "a2", "a3", "a4", "a5"],
  training: ["t1", "t2"],
  age: ["0-4", "5-17", "65+"],
  province: ["ON", "QC", "NB"],
  lang: ["en", "fr", "cr", "pa"],
  experience: ["0-2", "3-5", "21+"],
  topic: ["x", "y", "z"],
  format: ["video", "in-person"],
  paused: ["1"],
};
const WORDS = ["ana", "anais", "enfance", "enfant", "enfants", "main", "maintien", "quebec", "de", "the"];
const NAMES = ["Ana Main", "Anaïs de Québec", "Le Bo", "Émile Côté", "Zoé"];

/** The generator of Park and Miller: the same queries on every machine. @param {number} seed */
function createRandom(seed) {
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const below = (/** @type {number} */ limit) => Math.floor(next() * limit);
  const some = (/** @type {string[]} */ values, /** @type {number} */ most) =>
    values.filter(() => next() < most / values.length);
  const one = (/** @type {string[]} */ values) => values[below(values.length)];
  return { below, some, one, chance: (/** @type {number} */ share) => next() < share };
}

/** @typedef {ReturnType<typeof createRandom>} Random */

/** @param {Random} random @param {number} id */
function randomMentor(random, id) {
  const name = random.one(NAMES);
  return row({
    slug: `mentor-${id}`,
    name,
    area: random.some(FACETS.area, 2),
    training: random.some(FACETS.training, 1),
    age: random.some(FACETS.age, 1.5),
    province: random.one(FACETS.province),
    lang: random.some(FACETS.lang, 1.5),
    experience: random.one(FACETS.experience),
    topic: random.some(FACETS.topic, 1.5),
    format: random.some(FACETS.format, 1),
    available: random.chance(0.85),
    listed_on: `2026-0${1 + random.below(9)}-11`,
    words: [...random.some(WORDS, 3), ...wordsOf(name)].join(" "),
  });
}

/** @param {Random} random @param {Record<string, string[]>} facets @param {string[]} words */
function randomQuery(random, facets, words) {
  /** @type {SearchQuery} */
  const query = { choices: {}, text: "", wishes: [], sort: "fit", paused: random.chance(0.3), page: 1 + random.below(3), size: 7 };
  const wished = { ...facets, place: ["near-NB", "remote"] };
  for (const [facet, ids] of Object.entries(facets)) {
    if (facet !== "paused" && random.chance(0.3)) query.choices[facet] = random.some(ids, 1.6);
  }
  if (random.chance(0.4)) {
    const last = random.one(words);
    query.text = [...random.some(words, 0.6), last.slice(0, 1 + random.below(last.length))].join(" ");
  }
  for (let left = random.below(6); left > 0; left -= 1) {
    const facet = random.one(Object.keys(wished).filter((each) => each !== "paused"));
    const id = random.one(/** @type {any} */ (wished)[facet]);
    if (!query.wishes.some((wish) => wish.facet === facet && wish.id === id)) query.wishes.push({ facet, id, must: random.chance(0.2) });
  }
  query.sort = /** @type {any} */ (random.one(["fit", "fit", "daily", "name", "newest"]));
  return query;
}

/** What a query asks, condition by condition. @param {SearchQuery} query @param {any} manifest */
function conditionsOf(query, manifest) {
  const isMet = (/** @type {Wish} */ { facet, id }) => (/** @type {Mentor} */ mentor) =>
    facet === "place"
      ? Object.entries(manifest.places[id]).some(([name, values]) => valuesOf(mentor, name).some((value) => values.includes(value)))
      : valuesOf(mentor, facet).includes(id);
  const isFound = wordTest(query.text, manifest.stop);
  /** @type {Record<string, (mentor: Mentor) => boolean>} */
  const asked = {};
  for (const [facet, ids] of Object.entries(query.choices)) {
    if (ids.length > 0) asked[facet] = (mentor) => ids.some((id) => valuesOf(mentor, facet).includes(id));
  }
  if (isFound) asked.text = (mentor) => isFound(mentor.words.split(" ").filter((word) => !manifest.stop.includes(word) || wordsOf(mentor.name).includes(word)));
  if (!query.paused) asked.paused = (mentor) => mentor.available || (isFound?.(wordsOf(mentor.name)) ?? false);
  const musts = query.wishes.filter(({ must }) => must);
  for (const wish of musts) {
    const alike = manifest.single.includes(wish.facet) ? musts.filter(({ facet }) => facet === wish.facet) : [wish];
    asked[`must ${alike.map(({ facet, id }) => `${facet} ${id}`).join()}`] = (mentor) => alike.some((each) => isMet(each)(mentor));
  }
  return { asked, isMet };
}

/** @param {string} text @param {string[]} stops @returns {((words: string[]) => boolean) | null} */
function wordTest(text, stops) {
  const all = wordsOf(text);
  const telling = all.filter((word) => !stops.includes(word));
  const [last, ...others] = (telling.length > 0 ? telling : all).reverse();
  if (!last) return null;
  return (words) => words.some((word) => word.startsWith(last)) && others.every((word) => words.includes(word));
}

/** @param {Found["ways_out"][number]["drop"][number]} condition */
function nameOf({ facet, wishes }) {
  return wishes ? `must ${wishes.map((wish) => `${wish.facet} ${wish.id}`).join()}` : facet;
}

/**
 * @param {Mentor[]} mentors in the order of the rows
 * @param {Source} source
 * @param {Random} random
 * @param {number} rounds
 * @param {string[]} words
 */
async function compare(mentors, source, random, rounds, words) {
  const engine = await openEngine(source, "en");
  const { facets } = source.manifest;
  const base = { choices: {}, text: "", wishes: [], sort: /** @type {const} */ ("daily"), paused: true, page: 1, size: mentors.length };
  const orders = new Map();
  for (const sort of /** @type {const} */ (["daily", "name", "newest"])) orders.set(sort, (await engine.search({ ...base, sort })).rows);
  orders.set("fit", orders.get("daily"));
  for (let round = 0; round < rounds; round += 1) {
    const query = randomQuery(random, facets, words);
    const { asked, isMet } = conditionsOf(query, source.manifest);
    const says = JSON.stringify(query);
    const meeting = (/** @type {string[]} */ ...dropped) =>
      mentors.filter((mentor) => Object.entries(asked).every(([name, test]) => dropped.includes(name) || test(mentor)));
    const met = (/** @type {Mentor} */ mentor) => query.wishes.filter((wish) => isMet(wish)(mentor)).length;
    const wanted = new Set(meeting());
    const ordered = orders.get(query.sort).map((/** @type {number} */ at) => mentors[at]).filter((/** @type {Mentor} */ mentor) => wanted.has(mentor));
    if (query.sort === "fit") ordered.sort((/** @type {Mentor} */ one, /** @type {Mentor} */ other) => met(other) - met(one));

    const found = await engine.search(query);
    assert.equal(found.total, wanted.size, says);
    const page = Math.min(query.page, Math.max(1, Math.ceil(wanted.size / query.size)));
    const shown = ordered.slice((page - 1) * query.size, page * query.size);
    assert.deepEqual([found.page, found.rows.map((at) => mentors[at].slug)], [page, shown.map((/** @type {Mentor} */ { slug }) => slug)], says);
    found.rows.forEach((at, place) => {
      const reasons = query.wishes.map((wish) => isMet(wish)(mentors[at]));
      assert.deepEqual(found.reasons[place].met, query.wishes.filter((_, each) => reasons[each]), says);
      assert.deepEqual(found.reasons[place].missed, query.wishes.filter((_, each) => !reasons[each]), says);
    });
    for (const [facet, ids] of Object.entries(facets)) {
      const others = meeting(facet);
      for (const id of ids) {
        assert.equal(found.counts[facet][id], others.filter((mentor) => valuesOf(mentor, facet).includes(id)).length, `${facet}=${id} of ${says}`);
      }
    }
    const size = found.ways_out[0]?.drop.length ?? 0;
    const names = Object.keys(asked);
    const expected = wanted.size > 0 ? [] : smallest(names, (dropped) => meeting(...dropped).length);
    const ways = found.ways_out.map(({ drop, total }) => [drop.map(nameOf).sort().join("+"), total]);
    assert.deepEqual(ways.sort(), expected.sort(), `${size} of ${says}`);
  }
}

/** @param {string[]} names @param {(dropped: string[]) => number} give */
function smallest(names, give) {
  const sets = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_name, place) => (bits >> place) & 1));
  for (let size = 1; size <= names.length; size += 1) {
    const open = sets.filter((set) => set.length === size && give(set) > 0);
    if (open.length > 0) return open.map((set) => [[...set].sort().join("+"), give(set)]);
  }
  return [];
}

for (const seed of [1, 20261121, 424242]) {
  test(`DIR-11, DIR-13: 700 random queries over 120 mentors give what a plain search gives (seed ${seed})`, async () => {
    const random = createRandom(seed);
    const mentors = Array.from({ length: 120 }, (_, id) => randomMentor(random, id));
    await compare(mentors, sourceOf(mentors, FACETS), random, 700, WORDS);
  });
}

/** @param {Mentor} mentor @param {number} row */
function cardOf({ words: _, age: _age, experience: _years, topic: _topics, format: _ways, listed_on: _day, ...shown }, row) {
  return { row, ...shown };
}

// What the build has written: test_search_index.py says where.
const { WRITTEN } = process.env;
if (WRITTEN) {
  test("DIR-11: an index that the build has written says what its mentors say", async () => {
    const { folder, mentors, daily } = JSON.parse(readFileSync(WRITTEN, "utf8"));
    const bytes = async (/** @type {string} */ name) => new Uint8Array(readFileSync(`${folder}/${name}`));
    const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
    const words = [...new Set(mentors.flatMap((/** @type {Mentor} */ { words: said }) => said.split(" ")))].sort();
    await compare(mentors, { manifest, bytes }, createRandom(7), 500, /** @type {string[]} */ (words));
    const engine = await openEngine({ manifest, bytes }, "en");
    const everybody = { choices: {}, text: "", wishes: [], sort: /** @type {const} */ ("daily"), paused: true, page: 1, size: 999 };
    assert.deepEqual((await engine.search(everybody)).rows, daily, "the order of the day is the server's");
    const cards = await engine.cards(mentors.map((/** @type {unknown} */ _, /** @type {number} */ at) => at));
    assert.deepEqual(cards, mentors.map((/** @type {Mentor} */ mentor, /** @type {number} */ at) => cardOf(mentor, at)));
    for (const { row: at, slug } of cards) assert.equal(await rowOf({ manifest, bytes }, slug), at);
    assert.equal(await rowOf({ manifest, bytes }, "nobody"), null);
  });
}
