import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedIndexError, createEngine } from "../../../site/theme/static/js/matching.mjs";
import { emptyQuery } from "../../../site/theme/static/js/query.mjs";
import { indexOf, row } from "./rows.mjs";

const MENTORS = [
  row({ slug: "ana", area: ["hand-therapy", "research"], lang: ["en", "fr"], words: "ana hand main quebec therapie therapy" }),
  row({ slug: "bo", area: ["research"], lang: ["fr"], province: "QC", words: "bo enfance enfants quebec" }),
  row({ slug: "cy", area: ["hand-therapy"], lang: ["cr"], province: "QC", available: false, words: "cy enfant" }),
  row({ slug: "di", area: ["oncology"], age: ["65+"], experience: "21+", words: "di enfant therapy" }),
];

/** @param {Partial<ReturnType<typeof emptyQuery>>} asked */
function match(asked) {
  const engine = createEngine(indexOf(MENTORS), "fr");
  const { ids, ...rest } = engine.match({ ...emptyQuery(), ...asked });
  return { slugs: ids.map((id) => engine.mentor(id).slug), ...rest };
}

const RESULTS = [
  ["everybody who is available, in the order of the file", {}, ["ana", "bo", "di"]],
  ["one value", { area: ["research"] }, ["ana", "bo"]],
  ["any of two values of a facet", { area: ["research", "oncology"] }, ["ana", "bo", "di"]],
  ["all of two facets", { area: ["research"], province: ["QC"] }, ["bo"]],
  ["a facet with one value a mentor", { experience: ["21+"] }, ["di"]],
  ["DIR-7: the paused, once asked for", { paused: true, area: ["hand-therapy"] }, ["ana", "cy"]],
  ["DIR-7: not the paused otherwise", { area: ["hand-therapy"] }, ["ana"]],
  ["a whole word", { q: "Thérapie" }, ["ana"]],
  ["the beginning of the last word", { q: "enf" }, ["bo", "di"]],
  ["all words, and only the last one's beginning", { q: "therapy enf" }, ["di"]],
  ["no beginning of a word before the last", { q: "enf therapy" }, []],
  ["no middle of a word", { q: "herap" }, []],
  ["words and facets", { q: "quebec", lang: ["en"] }, ["ana"]],
  ["signs alone ask for nothing", { q: " ’ - " }, ["ana", "bo", "di"]],
  ["nobody", { area: ["oncology"], lang: ["fr"] }, []],
];

for (const [what, asked, slugs] of RESULTS) {
  test(`DIR-11: finds ${what}`, () => assert.deepEqual(match(asked).slugs, slugs));
}

test("counts leave the facet's own choice out, so that each says what choosing it too would bring", () => {
  const { counts } = match({ area: ["research"], lang: ["fr"] });
  assert.deepEqual(Object.fromEntries(counts.area), { "hand-therapy": 1, research: 2 });
  assert.deepEqual(Object.fromEntries(counts.lang), { en: 1, fr: 2 });
  assert.deepEqual(Object.fromEntries(counts.province), { NB: 1, QC: 1 });
});

test("DIR-7: the count of the paused says whom they would add", () => {
  assert.equal(match({ area: ["hand-therapy"] }).counts.paused.get("1"), 1);
  assert.equal(match({ area: ["hand-therapy"], paused: true }).counts.paused.get("1"), 1);
  assert.equal(match({ area: ["oncology"] }).counts.paused.get("1"), undefined);
});

test("each facet asked for says how many there would be without it", () => {
  const { without } = match({ area: ["oncology"], lang: ["fr"], q: "enf" });
  assert.deepEqual(Object.fromEntries(without), { area: 1, lang: 1, q: 0, paused: 0 });
});

test("a value that stands twice in a row counts once", () => {
  const engine = createEngine(indexOf([row({ slug: "twice", lang: ["en", "en"] })]), "en");
  assert.equal(engine.match(emptyQuery()).counts.lang.get("en"), 1);
});

test("names are sorted by the language's collation, equals in the order of the day", () => {
  const names = ["côté", "Zoé", "cote", "Émile", "coté", "côte", "Eve", "cote"];
  const mentors = names.map((name, index) => row({ slug: String(index), name }));
  const engine = createEngine(indexOf(mentors), "fr-CA");
  const sorted = engine.match({ ...emptyQuery(), sort: "name" }).ids;
  assert.deepEqual(sorted.map((id) => names[id]), ["cote", "cote", "côte", "coté", "côté", "Émile", "Eve", "Zoé"]);
  assert.ok(sorted[0] < sorted[1]);
});

test("the newest come first, equals in the order of the day", () => {
  const days = ["2025-03-01", "2026-02-01", "2025-03-01", "2026-11-20"];
  const engine = createEngine(indexOf(days.map((day, index) => row({ slug: String(index), listed_on: day }))), "en");
  assert.deepEqual(engine.match({ ...emptyQuery(), sort: "newest" }).ids, [3, 1, 0, 2]);
});

const MALFORMED = {
  nothing: null,
  "a text": "<!DOCTYPE html>",
  "no rows": { version: 1 },
  "another version": { version: 2, mentors: [] },
  "rows that are no mentors": { version: 1, mentors: [{ slug: "ana" }] },
  "an empty row": { version: 1, mentors: [null] },
  "a list that is a text": indexOf([row({ slug: "x", area: /** @type {any} */ ("research") })]),
};

for (const [what, index] of Object.entries(MALFORMED)) {
  test(`an index with ${what} is refused`, () => {
    assert.throws(() => createEngine(index, "en"), MalformedIndexError);
  });
}

test("an index without mentors is an empty directory", () => {
  assert.deepEqual(createEngine(indexOf([]), "en").match(emptyQuery()).ids, []);
});
