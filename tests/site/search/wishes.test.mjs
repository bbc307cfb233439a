// What somebody wishes, and why a mentor fits it in words.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { reasonsIn } from "../../../site/theme/static/js/reasons.mjs";
import { forgetAnswers, useAnswers } from "../../../site/theme/static/js/answers.mjs";
import { keepWishes, readPublic, readWishes, withWish, withoutWish } from "../../../site/theme/static/js/wishes.mjs";
import { Wording } from "../../../site/theme/static/js/wording.mjs";

/** @param {string} facet @param {string} id */
const wish = (facet, id, must = false) => ({ facet, id, must });

const TEXTS = {
  choice: "{facet}: {value}",
  more: "and {count} more",
  value_age: "clients of {value}",
  fits: "Fits: {reasons}.",
  fits_partly: "{met} of {all}: {reasons}.",
  missed: "Not: {missed}.",
  shares_area: "shares {met} of {all} areas",
  reason_lang: "speaks {values}",
};
const FACETS = /** @type {any} */ ({
  area: { name: "Area", terms: [["a", "Hands"], ["b", "Minds"], ["c", "Homes"]] },
  lang: { name: "Language", terms: [["en", "English"], ["fr", "French"]] },
  age: { name: "Age", terms: [["5-17", "5 to 17"]] },
  place: { name: "Place", terms: [["remote", "From a distance"]] },
});
const WORDING = new Wording(/** @type {any} */ ({ lang: "en", facets: FACETS, texts: TEXTS, professions: {} }));

/** @type {[string, any[], any[], string][]} */
const SAID = [
  ["nobody's wish", [], [wish("lang", "fr")], ""],
  ["all of one", [wish("lang", "fr")], [], "Fits: speaks French."],
  ["all of a facet", [wish("area", "a"), wish("area", "b")], [], "Fits: Area: Hands and Minds."],
  ["some of a facet", [wish("area", "a"), wish("lang", "en")], [wish("area", "b")], "2 of 3: shares 1 of 2 areas; speaks English. Not: Minds."],
  [
    "more than one reads at a glance",
    [wish("area", "a"), wish("lang", "en"), wish("age", "5-17"), wish("place", "remote")],
    [wish("lang", "fr")],
    "4 of 5: Area: Hands; speaks English; Age: clients of 5 to 17; and 1 more. Not: French.",
  ],
  [
    "few of many",
    [wish("place", "remote")],
    [wish("lang", "fr"), wish("area", "a"), wish("area", "b"), wish("area", "c"), wish("age", "5-17")],
    "1 of 6: Place: from a distance. Not: French, Hands, Minds and 2 more.",
  ],
  ["all but what they may not share", [wish("lang", "fr")], [wish("gender", "woman")], "1 of 2: speaks French."],
];

for (const [what, met, missed, words] of SAID) {
  test(`DIR-13: why a mentor fits who meets ${what}`, () => assert.equal(reasonsIn({ met, missed }, WORDING), words));
}

test("DIR-13: a wish that is added again takes the new importance in its place", () => {
  const wishes = withWish([wish("lang", "fr"), wish("area", "a")], wish("lang", "fr", true));
  assert.deepEqual(wishes, [wish("lang", "fr", true), wish("area", "a")]);
  assert.deepEqual(withoutWish(wishes, wish("lang", "fr")), [wish("area", "a")]);
});

test("DIR-13: in French a word stands small within a sentence, unless it is a name or letters alone", () => {
  const facets = /** @type {any} */ ({ lang: { name: "Langue", terms: [["fr", "Français"], ["ase", "ASL"]] }, place: { name: "Lieu", terms: [["near-QC", "Québec"]] } });
  const texts = { fits: "Correspond : {reasons}.", reason_lang: "langues : {values}", reason_place: "{values}" };
  const wording = new Wording(/** @type {any} */ ({ lang: "fr", facets, texts, professions: {} }));
  const met = [wish("lang", "fr"), wish("lang", "ase"), wish("place", "near-QC")];
  assert.equal(reasonsIn({ met, missed: [] }, wording), "Correspond : langues : français et ASL; Québec.");
});

test("DIR-13: answers take the place of those before; what was wished by hand stays as it is, and stays after signing out", () => {
  const kept = storageOf(["wishes", JSON.stringify([wish("lang", "fr", true), { ...wish("area", "b"), answered: true }])]);
  Object.assign(globalThis, { localStorage: kept, sessionStorage: kept });
  useAnswers([wish("lang", "fr"), wish("area", "a")]);
  assert.deepEqual(readPublic(), [wish("lang", "fr", true), { ...wish("area", "a"), answered: true }]);
  forgetAnswers();
  assert.deepEqual(readPublic(), [wish("lang", "fr", true)]);
});
/** A storage that holds these texts. @param {[string, string][]} texts */
function storageOf(...texts) {
  const held = new Map(texts);
  return {
    held,
    getItem: (/** @type {string} */ key) => held.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void held.set(key, value),
    removeItem: (/** @type {string} */ key) => void held.delete(key),
  };
}

afterEach(() => void Object.assign(globalThis, { localStorage: undefined, sessionStorage: undefined }));

for (const text of ["x", "null", "[]", "5", '{"mark":"m","wishes":null}']) {
  test(`DIR-13: a tab whose storage holds '${text}' about identity keeps all other wishes`, () => {
    const localStorage = storageOf(["wishes", '[{"facet":"lang","id":"fr"},{"facet":5}]']);
    Object.assign(globalThis, { localStorage, sessionStorage: storageOf(["identity-wishes", text]) });
    assert.deepEqual(readWishes("m"), [wish("lang", "fr")]);
  });
}

for (const [who, mark] of [["another sign-in", "m-2"], ["nobody who is signed in", ""]]) {
  test(`DIR-12: wishes about identity belong to one sign-in and to its tab; ${who} finds none, and ends them`, () => {
    const [localStorage, sessionStorage] = [storageOf(), storageOf()];
    Object.assign(globalThis, { localStorage, sessionStorage });
    const wishes = [wish("lang", "fr"), wish("gender", "woman", true)];
    keepWishes(wishes, "m-1");
    assert.deepEqual(readWishes("m-1"), wishes);
    assert.doesNotMatch([...localStorage.held.values()].join(), /woman/);
    assert.deepEqual(readWishes(mark), [wish("lang", "fr")]);
    assert.deepEqual(readWishes("m-1"), [wish("lang", "fr")]);
    keepWishes(wishes);
    assert.equal(sessionStorage.held.size, 0, "nobody is signed in");
    keepWishes(wishes, "m-1");
    keepWishes([wish("lang", "fr")], "m-1");
    assert.equal(sessionStorage.held.size, 0, "none is left");
  });
}

test("a browser that forbids storage keeps wishes for as long as the page is open", () => {
  assert.deepEqual(readWishes(), []);
  keepWishes([wish("lang", "fr")]);
  assert.deepEqual(readWishes(), [wish("lang", "fr")]);
  keepWishes([]);
  assert.deepEqual(readWishes(), []);
});
