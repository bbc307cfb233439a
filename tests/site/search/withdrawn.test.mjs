// Whoever has left since the index was made is nobody to the directory.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fetchWithdrawn } from "../../../site/theme/static/js/withdrawn.mjs";

const fetched = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = fetched;
});

/** @param {() => Promise<any>} answer */
async function askedOf(answer) {
  /** @type {any[]} */
  const asked = [];
  globalThis.fetch = (...given) => {
    asked.push(given);
    return answer();
  };
  return { withdrawn: [...(await fetchWithdrawn())], asked };
}

test("DIR-8: the file is asked of nobody's memory", async () => {
  const { withdrawn, asked } = await askedOf(async () => ({ ok: true, json: async () => ["ana", "bo"] }));
  assert.deepEqual(withdrawn, ["ana", "bo"]);
  assert.equal(asked[0][0], "/live/withdrawn.json");
  assert.equal(asked[0][1].cache, "no-store");
});

/** @type {[string, () => Promise<any>][]} */
const FAILURES = [
  ["no answer", () => Promise.reject(new TypeError("offline"))],
  ["a missing file", async () => ({ ok: false, status: 404, json: async () => ["ana"] })],
  ["no JSON", async () => ({ ok: true, json: () => Promise.reject(new SyntaxError("<")) })],
  ["another kind of JSON", async () => ({ ok: true, json: async () => ({ ana: true }) })],
  ["nothing", async () => ({ ok: true, json: async () => null })],
];

for (const [name, answer] of FAILURES) {
  test(`${name} names nobody`, async () => assert.deepEqual((await askedOf(answer)).withdrawn, []));
}
