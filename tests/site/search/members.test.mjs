// What signed-in members see besides: joined to the public rows, matched and counted; and what is kept in the tab.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetChoices, keepChoices, readChoices } from "../../../site/theme/static/js/identity-choices.mjs";
import { IDENTITY_FACETS, createEngine } from "../../../site/theme/static/js/matching.mjs";
import { fetchMembers, joinMembers, readMembers } from "../../../site/theme/static/js/members.mjs";
import { emptyQuery, withoutChoice, withoutFacet, writeQuery } from "../../../site/theme/static/js/query.mjs";
import { hasSignedIn } from "../../../site/theme/static/js/signed-in.mjs";
import { waysOut } from "../../../site/theme/static/js/way-out.mjs";
import { indexOf, row } from "./rows.mjs";

const FACETS = {
  gender: { name: "Gender", terms: [["woman", "Woman"], ["non-binary", "Non-binary person"]] },
  race: { name: "Race", terms: [["black", "Black"]] },
  ethnicity: { name: "Ethnicity", terms: [["acadian", "Acadian"]] },
  orientation: { name: "Sexual orientation", terms: [] },
  indigenous: { name: "Indigenous identity", terms: [] },
};
const ANSWER = {
  version: 1,
  mentors: [row({ slug: "mo", area: ["research"] }), row({ slug: "ny", available: false })],
  places: [0, 2],
  identity: {
    ana: { gender: ["woman"], ethnicity: ["Acadienne et fière"] },
    bo: { gender: ["Non binary PERSON", "woman"], race: ["black"] },
    mo: { gender: ["non-binary"], ethnicity: ["acadienne, ET fiere", "ACADIAN"] },
  },
  facets: FACETS,
};
const PUBLIC = [row({ slug: "ana" }), row({ slug: "bo" }), row({ slug: "cy", area: ["research"] })];

/** @param {object} asked */
function match(asked) {
  const engine = createEngine(indexOf(PUBLIC), "en", new Set(), (mentors) => joinMembers(mentors, readMembers(ANSWER)));
  const { ids, ...rest } = engine.match({ ...emptyQuery(), ...asked });
  return { slugs: ids.map((id) => engine.mentor(id).slug), ...rest, engine };
}

test("DIR-11: who is listed for members stands among the others, where the day has put them", () => {
  assert.deepEqual(match({ paused: true }).slugs, ["mo", "ana", "bo", "ny", "cy"]);
  assert.deepEqual(match({}).engine.mentor(0).members_only, true);
  assert.deepEqual(match({ area: ["research"] }).slugs, ["mo", "cy"]);
});

const RESULTS = [
  ["one answer", { gender: ["woman"] }, ["ana", "bo"]],
  ["any of two answers to a question", { gender: ["woman", "non-binary"] }, ["mo", "ana", "bo"]],
  ["answers to two questions", { gender: ["woman"], race: ["black"] }, ["bo"]],
  ["own words, whatever their case, accents and signs", { ethnicity: ["acadienne et fiere"] }, ["mo", "ana"]],
  ["own words that are a list's", { ethnicity: ["acadian"] }, ["mo"]],
  ["nobody who did not share it", { race: ["black"], ethnicity: ["acadian"] }, []],
];
for (const [what, identity, slugs] of RESULTS) {
  test(`DIR-11: finds ${what}`, () => assert.deepEqual(match({ identity }).slugs, slugs));
}

test("DIR-11: counts leave the question's own choice out, as the other facets' do", () => {
  const { counts } = match({ identity: { gender: ["woman"], race: ["black"] } });
  assert.deepEqual(Object.fromEntries(counts.gender), { woman: 1, "non-binary": 1 });
  assert.deepEqual(Object.fromEntries(counts.race), { black: 1 });
  assert.deepEqual(Object.fromEntries(counts.area), { "mental-health": 1 });
});

test("DIR-11: answers are offered once, a list's in its order and then own words as they were first written", () => {
  const { facets } = readMembers(ANSWER);
  assert.deepEqual(facets.gender.terms, FACETS.gender.terms);
  assert.deepEqual(facets.ethnicity.terms, [["acadian", "Acadian"], ["acadienne et fiere", "Acadienne et fière"]]);
});

test("DIR-4: without members' rows nobody has an identity, whatever is looked for", () => {
  const engine = createEngine(indexOf(PUBLIC), "en");
  assert.deepEqual(engine.match({ ...emptyQuery(), identity: { gender: ["woman"] } }).ids, []);
  for (const facet of IDENTITY_FACETS) assert.equal(engine.match(emptyQuery()).counts[facet].size, 0);
});

test("DIR-8: who left the public and is listed for members stays among those, and is not there twice", () => {
  const withdrawn = new Set(["ana", "mo"]);
  const join = (/** @type {any[]} */ mentors) => joinMembers(mentors, readMembers(ANSWER));
  const engine = createEngine(indexOf([...PUBLIC, row({ slug: "mo" })]), "en", withdrawn, join);
  const slugs = engine.match(emptyQuery()).ids.map((id) => engine.mentor(id).slug);
  assert.deepEqual(slugs, ["mo", "bo", "cy"]);
});

test("DIR-12: a choice about identity is no part of a query or of its address", () => {
  const query = { ...emptyQuery(), identity: { gender: ["woman"] }, area: ["research"], page: 3 };
  assert.equal(writeQuery(query), "?area=research&page=3");
  for (const fewer of [withoutChoice(query, { facet: "gender", value: "woman" }), withoutFacet(query, "gender")]) {
    assert.equal(writeQuery(fewer), "?area=research");
  }
});

test("an empty result names the questions that block, and says which choices stay", () => {
  const identity = { gender: ["woman"], race: ["black"] };
  const query = { ...emptyQuery(), area: ["research"] };
  const { engine, slugs, ...matches } = match({ ...query, identity });
  assert.deepEqual(slugs, []);
  const ways = waysOut(engine, query, /** @type {any} */ (matches), identity);
  assert.deepEqual(ways.map(({ kind, facet, count, keep }) => [kind, facet, count, keep]), [
    ["without", "area", 1, ["gender", "race"]],
  ]);
});

test("where no single filter is to blame, each question alone is offered without the others", () => {
  const identity = { race: ["black"], ethnicity: ["acadian"] };
  const query = { ...emptyQuery(), q: "nowhere" };
  const { engine, ...matches } = match({ ...query, identity });
  const ways = waysOut(engine, query, /** @type {any} */ (matches), identity);
  assert.deepEqual(ways.map(({ kind, facet, count, keep, query: next }) => [kind, facet, count, keep, next.q]), [
    ["only", "race", 1, ["race"], ""],
    ["only", "ethnicity", 1, ["ethnicity"], ""],
  ]);
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
  assert.deepEqual(await fetchMembers("/en/account/mentors.json"), { state: "ended" });
  assert.deepEqual([asked[0][0], asked[0][1].redirect, asked[0][1].cache], ["/en/account/mentors.json", "manual", "no-store"]);
  assert.match(document.cookie, /^signed-in=; .*Max-Age=0/);
});

test("ELI-8: a membership that does not count opens nothing", async () => {
  answering({ type: "basic", status: 403 });
  assert.deepEqual(await fetchMembers("/x"), { state: "closed" });
});

test("what is no answer of ours is an error", async () => {
  answering({ type: "basic", status: 500, json: async () => ({ message: "x" }) });
  await assert.rejects(fetchMembers("/x"));
});
