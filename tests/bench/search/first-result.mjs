// What a page does that shows a filtered result first, then answers somebody who types: the same for every peer.
import { open } from "peer";

/** @type {Bench.Start} */
const start = JSON.parse(document.querySelector("script[type='application/json']")?.textContent ?? "");
const module = (/** @type {string} */ name) => import(new URL(name, location.href).href);
const json = async (/** @type {string} */ name) => (await asked(name)).json();
const engine = await open({ bytes, json, module }, start);
await show(start.filtered);
const filtered = performance.now();
// Nobody types sooner than this after the first result is there.
await new Promise((typing) => setTimeout(typing, 500));
const typed = performance.now();
await show(start.text);
Object.assign(globalThis, { shown: { filtered_ms: filtered, filtered_at: performance.timeOrigin + filtered, typed_at: performance.timeOrigin + typed, text_ms: performance.now() - typed } });

/** @param {string} name */
async function asked(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name} answered ${response.status}`);
  return response;
}

/** @param {string} name */
async function bytes(name) {
  return new Uint8Array(await (await asked(name)).arrayBuffer());
}

/** @param {Bench.Query} query */
async function show(query) {
  const { total, page } = await engine.search(query);
  const cards = await engine.cards(page);
  const lines = cards.map((card) => Object.assign(document.createElement("li"), { textContent: Object.values(card).join(" ") }));
  document.querySelector("ol")?.replaceChildren(...lines);
  document.title = `${total}`;
}
