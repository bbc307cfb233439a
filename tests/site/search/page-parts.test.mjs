// The parts of the page that can be judged without one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersAbout } from "../../../site/theme/static/js/paging.mjs";
import { emptyQuery, writeQuery } from "../../../site/theme/static/js/query.mjs";
import { corrected, waysOut } from "../../../site/theme/static/js/way-out.mjs";
import { Wording } from "../../../site/theme/static/js/wording.mjs";

const PAGES = [
  [1, 1, [1]],
  [1, 3, [1, 2, 3]],
  [1, 12, [1, 2, null, 12]],
  [6, 12, [1, null, 5, 6, 7, null, 12]],
  [12, 12, [1, null, 11, 12]],
];

for (const [page, pages, numbers] of PAGES) {
  test(`page ${page} of ${pages} offers ${numbers}`, () => assert.deepEqual(numbersAbout(page, pages), numbers));
}

test("a way out is the query without what blocks, from its first page, and says which choices stay", () => {
  /** @type {Query} */
  const query = { ...emptyQuery(), area: ["oncology"], lang: ["fr"], q: "nowhere", sort: "name", page: 3 };
  const found = [
    { drop: [{ facet: "area" }, { facet: "text" }], total: 2 },
    { drop: [{ facet: "paused" }, { facet: "gender" }], total: 1 },
  ];
  const ways = waysOut(found, query, { gender: ["woman"], race: ["black"] });
  assert.deepEqual(ways.map(({ total, query: next, keep }) => [total, writeQuery(next), keep]), [
    [2, "?lang=fr&sort=name", ["gender", "race"]],
    [1, "?area=oncology&lang=fr&q=nowhere&paused=1&sort=name", ["race"]],
  ]);
});

test("of many ways out as many are offered as one reads through", () => {
  assert.equal(waysOut(Array.from({ length: 9 }, () => ({ drop: [{ facet: "area" }], total: 1 })), emptyQuery()).length, 5);
});

test("STF-7: the number of a way out is a small one where somebody would still be found by identity", () => {
  const wished = { facet: "race", id: "black", must: true };
  const isHidden = (/** @type {Found["ways_out"][number]["drop"]} */ drop) =>
    waysOut([{ drop, total: 1 }], emptyQuery(), { gender: ["woman"] }, [wished])[0].is_by_identity;
  const lifted = { facet: "race", wishes: [wished] };
  assert.deepEqual([[], [{ facet: "gender" }], [lifted], [{ facet: "gender" }, lifted]].map(isHidden), [true, true, true, false]);
});

/** @type {[string, string, string][]} */
const CORRECTED = [
  ["dr Thrapie main", "thrapie", "dr Therapie main"],
  ["l’anxietee, d'ici", "anxietee", "l’anxiete, d'ici"],
  ["Jean-Frnçois", "frncois", "Jean-Francois"],
  ["(quebek)", "quebek", "(quebec)"],
];
for (const [typed, mistyped, wanted] of CORRECTED) {
  test(`DIR-11: what was meant by "${typed}" is "${wanted}"`, () => {
    const word = /** @type {Record<string, string>} */ ({ thrapie: "therapie", anxietee: "anxiete", frncois: "francois", quebek: "quebec" })[mistyped];
    assert.equal(corrected(typed, [{ typed: mistyped, word }]), wanted);
  });
}

/** @param {"en" | "fr"} lang */
function wordingOf(lang) {
  const mentors = lang === "en" ? { one: "{count} mentor", other: "{count} mentors" } : { one: "{count} profil", other: "{count} profils" };
  const texts = { mentors, choice: "{facet} : {value}", quoted: "« {words} »", text_name: "Mots" };
  const facets = /** @type {any} */ ({ lang: { name: "Langue", terms: [["fr", "Français"]] } });
  return new Wording({ lang, facets, texts, professions: {}, index_url: "", mentors_url: "", per_page: 20 });
}

const COUNTS = [
  ["en", 0, "0 mentors"],
  ["en", 1, "1 mentor"],
  ["en", 1204, "1,204 mentors"],
  ["fr", 0, "0 profil"],
  ["fr", 1, "1 profil"],
  ["fr", 2, "2 profils"],
  ["fr", 1204, "1\u00a0204 profils"],
];

for (const [lang, count, words] of COUNTS) {
  test(`MOD-27: ${count} in ${lang} is "${words}"`, () => {
    assert.equal(wordingOf(/** @type {any} */ (lang)).mentors(Number(count)), words);
  });
}

test("typed words are named as they were typed, signs of templates and of markup included", () => {
  const choice = wordingOf("fr").choice({ facet: "q", value: "{facet} $& <b>" });
  assert.equal(choice.replace(/[\u2068\u2069]/g, ""), "Mots : « {facet} $& <b> »");
});

test("typed words stand apart, so that those which run from right to left turn nothing around them", () => {
  assert.equal(wordingOf("fr").value({ facet: "q", value: "שלום" }), "« \u2068שלום\u2069 »");
});

test("an id of a newer release stays as it is", () => {
  assert.equal(wordingOf("fr").label("lang", "xx"), "xx");
});
