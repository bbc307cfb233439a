import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fold, wordsOf } from "../../../site/theme/static/js/folding.mjs";

const ANSWERS = JSON.parse(readFileSync(new URL("folding.json", import.meta.url), "utf8"));

for (const [text, words] of ANSWERS) {
  test(`the words of ${JSON.stringify(text)} are those that the server writes`, () => {
    assert.deepEqual(wordsOf(text), words);
  });
}

test("folding twice changes nothing more", () => {
  for (const [text] of ANSWERS) assert.equal(fold(fold(text)), fold(text));
});
