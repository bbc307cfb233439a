import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedIndexError, openEngine } from "../../../site/theme/static/js/search/engine.mjs";
import { isOneOff } from "../../../site/theme/static/js/search/ends.mjs";
import { FACETS, row, sourceOf } from "./rows.mjs";

const MENTORS = [
  row({ slug: "ana", area: ["hand-therapy", "research"], lang: ["en", "fr"], words: "hand main quebec therapie therapy" }),
  row({ slug: "bo", area: ["research"], lang: ["fr"], province: "QC", words: "enfance enfants quebec" }),
  row({ slug: "cy", name: "Cy Le", area: ["hand-therapy"], lang: ["cr"], province: "QC", available: false, words: "cy enfant" }),
  row({ slug: "di", area: ["oncology"], age: ["65+"], experience: "21+", words: "enfant therapy de" }),
];
/** @type {SearchQuery} */
const QUERY = { choices: {}, text: "", wishes: [], sort: "name", paused: false, page: 1, size: 20 };

/** @param {Partial<SearchQuery>} asked @param {Parameters<typeof openEngine>[2]} [besides] */
async function search(asked, besides) {
  const engine = await openEngine(sourceOf(MENTORS), "fr", besides);
  const found = await engine.search({ ...QUERY, ...asked });
  return { slugs: (await engine.cards(found.rows)).map(({ slug }) => slug), ...found };
}

/** @type {[string, Partial<SearchQuery>, string[]][]} */
const RESULTS = [
  ["everybody who is available", {}, ["ana", "bo", "di"]],
  ["one value", { choices: { area: ["research"] } }, ["ana", "bo"]],
  ["any of two values of a facet", { choices: { area: ["research", "oncology"] } }, ["ana", "bo", "di"]],
  ["all of two facets", { choices: { area: ["research"], province: ["QC"] } }, ["bo"]],
  ["nobody by a value or a facet that it does not know", { choices: { area: ["colour"] } }, []],
  ["DIR-7: the paused, once asked for", { paused: true, choices: { area: ["hand-therapy"] } }, ["ana", "cy"]],
  ["DIR-7: not the paused otherwise", { choices: { area: ["hand-therapy"] } }, ["ana"]],
  ["DIR-7: the paused by their name", { text: "cy" }, ["cy"]],
  ["DIR-7: and not by what they write", { text: "enfant cy" }, []],
  ["a whole word", { text: "Thérapie" }, ["ana"]],
  ["the beginning of the last word", { text: "enf" }, ["bo", "di"]],
  ["all words, and only the last one's beginning", { text: "therapy enf" }, ["di"]],
  ["no beginning of a word before the last", { text: "enf therapy" }, []],
  ["no middle of a word", { text: "herap" }, []],
  ["words and facets", { text: "quebec", choices: { lang: ["en"] } }, ["ana"]],
  ["words that every text has mean nothing beside others", { text: "de la thérapie" }, ["ana"]],
  ["but names by them", { text: "le" }, ["cy"]],
  ["signs alone ask for nothing", { text: " ’ - " }, ["ana", "bo", "di"]],
];
for (const [what, asked, slugs] of RESULTS) {
  test(`DIR-11: finds ${what}`, async () => assert.deepEqual((await search(asked)).slugs, slugs));
}

/** @type {[string, string | null][]} */
const MEANT = [["enfent", "enfant"], ["teh", null], ["queebc", "quebec"], ["threapy", "therapy"], ["mainn", "main"], ["mai", null], ["enfent threapy", "enfant therapy"], ["enfent xyz", null]];
for (const [typed, word] of MEANT) {
  test(`DIR-11: "${typed}" may mean "${word}"`, async () => {
    const words = (word ?? "").split(" ");
    const meant = typed.split(" ").map((each, place) => ({ typed: each, word: words[place] }));
    assert.deepEqual((await search({ text: typed })).meant, word ? meant : []);
  });
}

test("DIR-11: nothing is meant with which nobody is found", async () => {
  assert.deepEqual((await search({ text: "queebc", choices: { lang: ["zz"] } })).meant, []);
});

test("words are one letter apart by what is added, left out, another or in another place", () => {
  for (const other of ["mais", "mai", "amin", "mian", "pain", "maint", "smain"]) assert.ok(isOneOff("main", other), other);
  for (const other of ["main", "ma", "nima", "manie", "mina s", "palin"]) assert.ok(!isOneOff("main", other), other);
});

test("DIR-13: who meets most wishes comes first, with what is met and what is missed", async () => {
  const wishes = [
    { facet: "area", id: "research", must: false },
    { facet: "lang", id: "fr", must: false },
    { facet: "place", id: "near-NB", must: true },
    { facet: "experience", id: "21+", must: false },
  ];
  const { slugs, reasons } = await search({ wishes, sort: "fit" });
  assert.deepEqual([slugs.slice(0, 2).sort(), slugs[2]], [["ana", "bo"], "di"]);
  assert.deepEqual(reasons[2], { met: [wishes[2], wishes[3]], missed: [wishes[0], wishes[1]] });
});

test("DIR-13: what must be met filters: all languages, but any province", async () => {
  const must = (/** @type {string} */ facet, /** @type {string} */ id) => ({ facet, id, must: true });
  assert.deepEqual((await search({ wishes: [must("lang", "en"), must("lang", "fr")] })).slugs, ["ana"]);
  assert.deepEqual((await search({ wishes: [must("province", "NB"), must("province", "QC")] })).slugs, ["ana", "bo", "di"]);
});

test("the smallest sets of conditions lead out of an empty result, the paused and the words among them", async () => {
  const ways = async (/** @type {Partial<SearchQuery>} */ asked) =>
    (await search(asked)).ways_out.map(({ drop, total }) => [drop.map(({ facet }) => facet).join("+"), total]);
  assert.deepEqual(await ways({ choices: { area: ["oncology"], lang: ["fr"] } }), [["area", 2], ["lang", 1]]);
  assert.deepEqual(await ways({ choices: { lang: ["cr"] } }), [["lang", 3], ["paused", 1]]);
  assert.deepEqual(await ways({ choices: { area: ["oncology"], lang: ["fr"] }, text: "xyzzy" }), [["area+text", 2], ["lang+text", 1]]);
});

test("DIR-13: forty wishes that must be met lead out of an empty result as a few do", async () => {
  const area = Array.from({ length: 40 }, (_, at) => `a${at}`);
  const source = sourceOf([row({ slug: "ana", area: area.slice(0, 3) }), row({ slug: "bo", area: [] })], { ...FACETS, area });
  const wishes = area.map((id) => ({ facet: "area", id, must: true }));
  const { ways_out } = await (await openEngine(source, "en")).search({ ...QUERY, wishes });
  assert.deepEqual(ways_out.map(({ drop, total }) => [drop.length, total]), [[37, 1]]);
});

test("a page beyond the last is the last", async () => {
  const { page, slugs } = await search({ page: 9, size: 2 });
  assert.deepEqual([page, slugs], [2, ["di"]]);
});

test("the newest come first", async () => {
  const days = ["2025-03-01", "2026-02-01", "2025-03-02", "2026-11-20"];
  const engine = await openEngine(sourceOf(days.map((day, at) => row({ slug: String(at), listed_on: day }))), "en");
  assert.deepEqual((await engine.search({ ...QUERY, sort: "newest" })).rows, [3, 1, 2, 0]);
});

test("the order of the day is another one every day, the same all day, and of everybody", async () => {
  const engine = await openEngine(sourceOf(Array.from({ length: 40 }, (_, at) => row({ slug: `m-${at}` }))), "en");
  const on = async (/** @type {string} */ day) => (await engine.search({ ...QUERY, sort: "daily", day, size: 40 })).rows;
  assert.deepEqual(await on("2026-11-22"), await on("2026-11-22"));
  assert.notDeepEqual(await on("2026-11-22"), await on("2026-11-23"));
  assert.equal(new Set(await on("2026-11-22")).size, 40);
});

test("without words, nothing is fetched to search", async () => {
  const source = sourceOf(MENTORS);
  const engine = await openEngine(source, "en");
  await engine.search({ ...QUERY, sort: "fit", choices: { area: ["research"] } });
  assert.deepEqual(source.fetched, ["facets.bin"]);
});

test("what did not come is asked for again", async () => {
  const source = sourceOf(MENTORS);
  let isDown = true;
  const bytes = (/** @type {string} */ name) =>
    isDown && name !== "facets.bin" ? Promise.reject(new TypeError("offline")) : source.bytes(name);
  const engine = await openEngine({ ...source, bytes }, "en");
  await assert.rejects(engine.search({ ...QUERY, text: "main" }));
  await assert.rejects(engine.search(QUERY));
  await assert.rejects(engine.cards([0]));
  isDown = false;
  assert.equal((await engine.search({ ...QUERY, text: "main" })).total, 1);
  assert.equal((await engine.cards([0]))[0].slug, "ana");
});

test("DIR-8: who has left is in no result and in no count", async () => {
  const besides = { withdrawn: new Set(["ana", "nobody"]) };
  const { slugs, counts } = await search({}, besides);
  assert.deepEqual([slugs, counts.area.research, counts.area["hand-therapy"]], [["bo", "di"], 1, 0]);
});

test("DIR-8: the name of who has left is meant by no mistyped word", async () => {
  assert.deepEqual((await search({ text: "enfanec" })).meant, [{ typed: "enfanec", word: "enfance" }]);
  assert.deepEqual((await search({ text: "enfanec" }, { withdrawn: new Set(["bo"]) })).meant, []);
});

/** @type {[string, (source: ReturnType<typeof sourceOf>) => Partial<Source>][]} */
const MALFORMED = [
  ["nothing", () => ({ manifest: null })],
  ["a text", () => ({ manifest: "<!DOCTYPE html>" })],
  ["another version", ({ manifest }) => ({ manifest: { ...manifest, version: 99 } })],
  ["other bytes", () => ({ bytes: async () => new TextEncoder().encode("<!DOCTYPE html>") })],
  ["too few bytes", (source) => ({ bytes: async (name) => (await source.bytes(name)).slice(0, -1) })],
  ["too many bytes", (source) => ({ bytes: async (name) => new Uint8Array([...(await source.bytes(name)), 0]) })],
  ["the facets of other mentors", () => ({ bytes: sourceOf(MENTORS.slice(1)).bytes })],
];
for (const [what, spoil] of MALFORMED) {
  test(`an index with ${what} is refused`, async () => {
    const source = sourceOf(MENTORS);
    await assert.rejects(openEngine({ ...source, ...spoil(source) }, "en"), MalformedIndexError);
  });
}

/** @type {[string, string, (bytes: number[]) => number[], Partial<SearchQuery>][]} */
const DAMAGED = [
  ["words that end too early", "text/0.bin", (bytes) => bytes.slice(0, -1), { text: "bo" }],
  ["words of a row beyond the last", "text/0.bin", (bytes) => [...bytes.slice(0, -1), 2, 99], { text: "bo" }],
  ["an order that ends too early", "order/name-fr.bin", (bytes) => bytes.slice(0, -1), {}],
  ["an order that goes on", "order/name-fr.bin", (bytes) => [...bytes, 0], {}],
  ["an order that names somebody twice", "order/name-fr.bin", ([one, , ...rest]) => [one, one, ...rest], {}],
  ["facets with a row beyond the last", "facets.bin", (bytes) => [...bytes.slice(0, -2), 2, 99], {}],
  ["facets with a row before the first", "facets.bin", (bytes) => [...bytes.slice(0, -2), 2, 255, 255, 255, 255, 15], {}],
  ["more rows than there are bytes", "facets.bin", (bytes) => [...bytes.slice(0, 2), 255, 255, 255, 255, 15, 0], {}],
  ["addresses that end too early", "slugs/0.bin", (bytes) => bytes.slice(0, -3), {}],
];
for (const [what, file, spoil, asked] of DAMAGED) {
  test(`an index with ${what} is refused, not half believed`, async () => {
    const source = sourceOf(MENTORS);
    const bytes = async (/** @type {string} */ name) => {
      const read = await source.bytes(name);
      return name === file ? new Uint8Array(spoil([...read])) : read;
    };
    const searched = openEngine({ ...source, bytes }, "fr", { withdrawn: ["di"] }).then((engine) => engine.search({ ...QUERY, ...asked }));
    await assert.rejects(searched, MalformedIndexError);
  });
}

test("an index without mentors is an empty directory", async () => {
  const { total, rows } = await (await openEngine(sourceOf([]), "en")).search(QUERY);
  assert.deepEqual([total, rows], [0, []]);
});
