// What signed-in members see besides: joined to the public rows, matched and counted; and what is kept in the tab.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetChoices, keepChoices, readChoices } from "../../../site/theme/static/js/identity-choices.mjs";
import { OtherIndexError, fetchMembers, readMembers, rowsAfter } from "../../../site/theme/static/js/members.mjs";
import { emptyQuery, withoutChoice, withoutFacet, writeQuery } from "../../../site/theme/static/js/query.mjs";
import { openEngine } from "../../../site/theme/static/js/search/engine.mjs";
import { hasSignedIn } from "../../../site/theme/static/js/signed-in.mjs";
import { row, sourceOf } from "./rows.mjs";

const FACETS = {
  gender: { name: "Gender", terms: [["woman", "Woman"], ["non-binary", "Non-binary person"]] },
  race: { name: "Race", terms: [["black", "Black"]] },
  ethnicity: { name: "Ethnicity", terms: [["acadian", "Acadian"]] },
  orientation: { name: "Sexual orientation", terms: [] },
  indigenous: { name: "Indigenous identity", terms: [] },
};
const ANSWER = {
  version: 2,
  public: "/data/x/manifest.json",
  mentors: [row({ slug: "mo", area: ["research"], words: "loup" }), row({ slug: "ny", available: false, words: "ny" })],
  places: [{ "name-en": [1, 0], newest: [0, 0] }, { "name-en": [3, 1], newest: [3, 1] }],
  numbers: { ana: 0, bo: 1 },
  identity: {
    ana: { gender: ["woman"], ethnicity: ["Acadienne et fière"] },
    bo: { gender: ["Non binary PERSON", "woman"], race: ["black"] },
    mo: { gender: ["non-binary"], ethnicity: ["acadienne, ET fiere", "ACADIAN"] },
  },
  facets: FACETS,
};
const PUBLIC = [row({ slug: "ana" }), row({ slug: "bo" }), row({ slug: "cy", area: ["research"] })];
/** @type {SearchQuery} */
const QUERY = { choices: {}, text: "", wishes: [], sort: "name", paused: false, page: 1, size: 20 };

/** @param {Partial<SearchQuery>} asked @param {Iterable<string>} [withdrawn] */
async function search(asked, withdrawn) {
  const more = rowsAfter(PUBLIC.length, readMembers(ANSWER));
  const engine = await openEngine(sourceOf(PUBLIC), "en", { more, withdrawn });
  const found = await engine.search({ ...QUERY, ...asked });
  return { cards: await engine.cards(found.rows), ...found };
}

/** @param {{ cards: Card[] }} found */
const slugsOf = ({ cards }) => cards.map(({ slug }) => slug);

test("DIR-11: who is listed for members stands among the others, by name, by day and the newest", async () => {
  assert.deepEqual(slugsOf(await search({ paused: true })), ["ana", "mo", "bo", "cy", "ny"]);
  assert.deepEqual(slugsOf(await search({ paused: true, sort: "newest" })), ["mo", "ana", "bo", "cy", "ny"]);
  assert.deepEqual(slugsOf(await search({ sort: "daily" })).sort(), ["ana", "bo", "cy", "mo"]);
  assert.deepEqual(slugsOf(await search({ choices: { area: ["research"] } })), ["mo", "cy"]);
  assert.deepEqual((await search({ choices: { area: ["research"] } })).cards.map(({ members_only }) => members_only), [true, undefined]);
});

test("DIR-11: of two who stand behind the same public mentor, the first by the order comes first", async () => {
  const mentors = [row({ slug: "zo" }), row({ slug: "xu" })];
  const places = [{ "name-en": [3, 1], newest: [0, 0] }, { "name-en": [3, 0], newest: [0, 1] }];
  const more = rowsAfter(PUBLIC.length, readMembers({ ...ANSWER, mentors, places, identity: {} }));
  const engine = await openEngine(sourceOf(PUBLIC), "en", { more });
  const slugs = async (/** @type {SearchQuery["sort"]} */ sort) =>
    (await engine.cards((await engine.search({ ...QUERY, sort })).rows)).map(({ slug }) => slug);
  assert.deepEqual(await slugs("name"), ["ana", "bo", "cy", "xu", "zo"]);
  assert.deepEqual(await slugs("newest"), ["zo", "xu", "ana", "bo", "cy"]);
});

test("DIR-11: their words are searched, and DIR-7: who has paused is found by name", async () => {
  assert.deepEqual(slugsOf(await search({ text: "lou" })), ["mo"]);
  assert.deepEqual(slugsOf(await search({ text: "ny" })), ["ny"]);
});

/** @type {[string, Record<string, string[]>, string[]][]} */
const RESULTS = [
  ["one answer", { gender: ["woman"] }, ["ana", "bo"]],
  ["any of two answers to a question", { gender: ["woman", "non-binary"] }, ["ana", "mo", "bo"]],
  ["answers to two questions", { gender: ["woman"], race: ["black"] }, ["bo"]],
  ["own words, whatever their case, accents and signs", { ethnicity: ["acadienne et fiere"] }, ["ana", "mo"]],
  ["own words that are a list's", { ethnicity: ["acadian"] }, ["mo"]],
  ["nobody who did not share it", { race: ["black"], ethnicity: ["acadian"] }, []],
];
for (const [what, choices, slugs] of RESULTS) {
  test(`DIR-11: finds ${what}`, async () => assert.deepEqual(slugsOf(await search({ choices })), slugs));
}

test("DIR-11: counts leave the question's own choice out, as the other facets' do", async () => {
  const { counts } = await search({ choices: { gender: ["woman"], race: ["black"] } });
  assert.deepEqual(counts.gender, { woman: 1, "non-binary": 1 });
  assert.deepEqual(counts.race, { black: 1 });
  assert.equal(counts.area["mental-health"], 1);
});

test("DIR-11: an answer ranks as any other wish does", async () => {
  const wishes = [{ facet: "gender", id: "non-binary", must: false }];
  assert.deepEqual(slugsOf(await search({ wishes, sort: "fit" })).slice(0, 2).sort(), ["bo", "mo"]);
});

test("DIR-11: answers are offered once, a list's in its order and then own words as they were first written", () => {
  const { facets } = readMembers(ANSWER);
  assert.deepEqual(facets.gender.terms, FACETS.gender.terms);
  assert.deepEqual(facets.ethnicity.terms, [["acadian", "Acadian"], ["acadienne et fiere", "Acadienne et fière"]]);
});

test("DIR-4: without members' rows nobody has an identity, whatever is looked for", async () => {
  const engine = await openEngine(sourceOf(PUBLIC), "en");
  const found = await engine.search({ ...QUERY, choices: { gender: ["woman"] } });
  assert.deepEqual([found.rows, found.counts.gender], [[], undefined]);
});

test("DIR-8: who left the public is gone, and whoever is listed for members stays", async () => {
  assert.deepEqual(slugsOf(await search({}, ["ana"])), ["mo", "bo", "cy"]);
});

test("DIR-12: a choice about identity is no part of a query or of its address", () => {
  const query = { ...emptyQuery(), identity: { gender: ["woman"] }, area: ["research"], page: 3 };
  assert.equal(writeQuery(query), "?area=research&page=3");
  for (const fewer of [withoutChoice(query, { facet: "gender", value: "woman" }), withoutFacet(query, "gender")]) {
    assert.equal(writeQuery(fewer), "?area=research");
  }
});

/** @type {Map<string, string>} */
const kept = new Map();
const storage = {
  getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  removeItem: (/** @type {string} */ key) => void kept.delete(key),
};
const forbidden = new Proxy({}, { get: () => { throw new Error("SecurityError"); } });

beforeEach(() => {
  kept.clear();
  Object.assign(globalThis, { sessionStorage: storage, document: { cookie: "a=b; signed-in=1" } });
});

test("DIR-11: choices stay in the tab for the sign-in that made them, and for no other", () => {
  keepChoices("mark-1", { gender: ["woman"] });
  assert.deepEqual(readChoices("mark-1"), { gender: ["woman"] });
  assert.deepEqual(readChoices("mark-2"), {});
  assert.deepEqual(readChoices("mark-1"), {}, "another's sign-in has made the tab forget them");
});

test("DIR-11: no choice leaves nothing behind", () => {
  keepChoices("mark-1", { gender: ["woman"] });
  keepChoices("mark-1", { gender: [] });
  assert.equal(kept.size, 0);
  keepChoices("mark-1", { gender: ["woman"] });
  forgetChoices();
  assert.equal(kept.size, 0);
});

for (const text of ["", "x", "null", "[]", '{"mark":"m","choices":5}', '{"mark":"m","choices":{"gender":"woman","age":["x"]}}']) {
  test(`storage that holds '${text}' holds no choice`, () => {
    kept.set("identity-choices", text);
    assert.deepEqual(readChoices("m"), {});
  });
}

test("a browser that forbids storage loses nothing else", () => {
  Object.assign(globalThis, { sessionStorage: forbidden });
  keepChoices("m", { gender: ["woman"] });
  assert.deepEqual(readChoices("m"), {});
  forgetChoices();
});

test("the hint is a cookie of that very name and value", () => {
  assert.equal(hasSignedIn(), true);
  for (const cookie of ["", "signed-in=", "not-signed-in=1", "signed-in=11", "x=signed-in=1"]) {
    Object.assign(globalThis, { document: { cookie } });
    assert.equal(hasSignedIn(), false, cookie);
  }
});

/** @param {object} response */
function answering(response) {
  /** @type {[string, any][]} */
  const asked = [];
  globalThis.fetch = /** @type {any} */ (async (/** @type {string} */ address, /** @type {any} */ how) => {
    asked.push([address, how]);
    return response;
  });
  return asked;
}

test("DIR-11: a session that is over is told, corrects the hint, and is followed nowhere", async () => {
  const asked = answering({ type: "opaqueredirect", status: 0 });
  assert.deepEqual(await fetchMembers("/en/account/mentors.json", "/x"), { state: "ended" });
  assert.deepEqual([asked[0][0], asked[0][1].redirect, asked[0][1].cache], ["/en/account/mentors.json", "manual", "no-store"]);
  assert.match(document.cookie, /^signed-in=; .*Max-Age=0/);
});

test("ELI-8: a membership that does not count opens nothing", async () => {
  answering({ type: "basic", status: 403 });
  assert.deepEqual(await fetchMembers("/x", "/x"), { state: "closed" });
});

test("what is no answer of ours is an error", async () => {
  answering({ type: "basic", status: 500, json: async () => ({ message: "x" }) });
  await assert.rejects(fetchMembers("/x", "/x"));
});

test("DIR-12: an answer about another index would be said of other mentors: it is refused", async () => {
  answering({ type: "basic", status: 200, headers: new Map(), json: async () => ANSWER });
  assert.equal((await fetchMembers("/x", ANSWER.public)).state, "open");
  await assert.rejects(fetchMembers("/x", "/data/y/manifest.json"), OtherIndexError);
});
