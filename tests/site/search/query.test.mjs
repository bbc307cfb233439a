import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf, emptyQuery, parseQuery, withoutChoice, withoutFacet, writeQuery } from "../../../site/theme/static/js/query.mjs";

const KNOWN = {
  area: ["mental-health", "oncology"],
  training: ["msc-ot"],
  age: ["0-4", "65+"],
  province: ["NB", "QC"],
  lang: ["en", "fr"],
  experience: ["0-2", "21+"],
  topic: ["canadian-practice"],
};

const ADDRESSES = [
  ["", ""],
  ["?", ""],
  ["?area=mental-health&lang=fr", "?area=mental-health&lang=fr"],
  ["?lang=fr&area=oncology&area=mental-health", "?area=mental-health&area=oncology&lang=fr"],
  ["?area=oncology&area=oncology", "?area=oncology"],
  ["?age=65%2B&experience=21%2B", "?age=65%2B&experience=21%2B"],
  ["?area=gone&colour=blue&utm_source=mail&province=NB", "?province=NB"],
  ["?province=nb", ""],
  ["?gender=woman", ""],
  ["?q=+enfants+%C3%A0+l%E2%80%99%C3%A9cole+", "?q=enfants+%C3%A0+l%E2%80%99%C3%A9cole"],
  ["?q=%3Cscript%3E", "?q=%3Cscript%3E"],
  ["?q=", ""],
  ["?q=%F0%9F%98%80+%3F%21", ""],
  ["?q=%28%2B%5B%5C+hand", "?q=%28%2B%5B%5C+hand"],
  ["?paused=1", "?paused=1"],
  ["?paused=yes", ""],
  ["?sort=name&page=3", "?sort=name&page=3"],
  ["?sort=fit&page=1", ""],
  ["?sort=best&page=0", ""],
  ["?page=-2", ""],
  ["?page=2e5", ""],
  ["?page=12345678901", ""],
  ["?%E0%A4%A=1&area=oncology", "?area=oncology"],
];

for (const [given, written] of ADDRESSES) {
  test(`the address "${given}" means "${written}"`, () => {
    assert.equal(writeQuery(parseQuery(given, KNOWN)), written);
  });
  test(`reading "${written}" again changes nothing`, () => {
    const query = parseQuery(written, KNOWN);
    assert.deepEqual(parseQuery(writeQuery(query), KNOWN), query);
  });
}

test("a very long text is cut, and no space is left at its end", () => {
  assert.equal(parseQuery(`?q=${"x".repeat(5000)}`, KNOWN).q.length, 200);
  assert.equal(parseQuery(`?q=${"x".repeat(199)}+${"y".repeat(9)}`, KNOWN).q.length, 199);
});

test("DIR-12: no identity facet can be read from an address or written into one", () => {
  const identity = "?gender=woman&race=black&ethnicity=x&orientation=y&indigenous=z";
  assert.deepEqual(parseQuery(identity, KNOWN), emptyQuery());
});

test("every choice is listed in the order of the address", () => {
  const query = parseQuery("?paused=1&q=main&lang=fr&area=oncology&area=mental-health", KNOWN);
  assert.deepEqual(
    choicesOf(query).map(({ facet, value }) => `${facet}=${value}`),
    ["area=mental-health", "area=oncology", "lang=fr", "q=main", "paused=1"],
  );
});

const REMOVALS = [
  [{ facet: "area", value: "oncology" }, "?area=mental-health&lang=fr&q=main&paused=1&sort=name"],
  [{ facet: "lang", value: "fr" }, "?area=mental-health&area=oncology&q=main&paused=1&sort=name"],
  [{ facet: "q", value: "main" }, "?area=mental-health&area=oncology&lang=fr&paused=1&sort=name"],
  [{ facet: "paused", value: "1" }, "?area=mental-health&area=oncology&lang=fr&q=main&sort=name"],
];

for (const [choice, written] of REMOVALS) {
  test(`taking ${choice.facet} ${choice.value} back leaves the rest, from its first page`, () => {
    const query = parseQuery("?area=mental-health&area=oncology&lang=fr&q=main&paused=1&sort=name&page=2", KNOWN);
    assert.equal(writeQuery(withoutChoice(query, /** @type {any} */ (choice))), written);
  });
}

test("a whole facet goes at once", () => {
  const query = parseQuery("?area=mental-health&area=oncology&lang=fr&page=2", KNOWN);
  assert.equal(writeQuery(withoutFacet(query, "area")), "?lang=fr");
});
