// Whom a shortlist or a shared link names: addresses of public pages, and nothing that leads elsewhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { comparedIn, readShortlist, searchFor } from "../../../site/theme/static/js/shortlist.mjs";

/** @type {[string, string[]][]} */
const COMPARED = [
  ["", []],
  ["?mentors=", []],
  ["?mentors=ana,bo-2", ["ana", "bo-2"]],
  ["?mentors=ana,ana,bo", ["ana", "bo"]],
  ["?mentors=../account/mentors/ana,..%2F..%2Faccount,/ana,ana/,//example.org,https:ana", []],
  ["?mentors=Ana,a--b,-a,a-,é,%3Cb%3E,a%22%5D,a b,ana?x,ana%23x", []],
];
for (const [search, slugs] of COMPARED) {
  test(`DIR-14: '${search}' compares ${slugs.length} mentors`, () => {
    assert.deepEqual(comparedIn(search), slugs);
    assert.deepEqual(comparedIn(searchFor(slugs)), slugs);
  });
}

for (const [text, slugs] of /** @type {[string, string[]][]} */ ([["x", []], ["null", []], ['{"a":1}', []], ['["ana","ana",null,"../x",["bo"]]', ["ana", "null", "bo"]]])) {
  test(`DIR-14: storage that holds '${text}' holds ${slugs.length} addresses`, () => {
    Object.assign(globalThis, { localStorage: { getItem: () => text } });
    assert.deepEqual(readShortlist(), slugs);
  });
}
