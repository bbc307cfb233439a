// Measures one engine in a process of its own, and prints what it found as JSON.
//
//     node --expose-gc measure.mjs PEER FOLDER
//
// Bytes and memory come first, while nothing else is loaded; then the comparison with the reference; then the times.
import { readFileSync } from "node:fs";
import { FolderSource, brotliSize } from "./source.mjs";
import { verify } from "./verify.mjs";

const ROUNDS = 5;
const LONGEST = 4_000; // milliseconds, for warming, comparing and timing each: a slow peer is asked fewer queries
const MB = 1_000_000;

const [, , peer, folder] = process.argv;
const read = (/** @type {string} */ name) => JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
/** @type {Bench.Peer} */
const module = await import(`./peers/${peer}.mjs`);

const before = memory();
const source = new FolderSource(`${folder}/served/${peer}`);
const engine = await module.open(source, read("start"));
const loaded = memory() - before;
const bytes = await bytesOfFirstResult();
const queries = read("queries");
await timesOf(performance.now() + LONGEST); // all words that are sought are fetched
const used = memory() - before;
const compared = await verify(engine, module, known(), LONGEST);
// Code is warm once it has run often: compiling it beside the queries is processor time as well.
for (const until = performance.now() + LONGEST / 2; performance.now() < until; ) await timesOf(until);
memory();
const rounds = await timedRounds();
process.stdout.write(JSON.stringify({ peer, text_rule: module.TEXT_RULE, compared, bytes, memory_mb: { loaded, used }, rounds }));

/** Returns what lives, in MB, after everything else was given back. */
function memory() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MB;
}

/** Returns the compressed bytes that came over the wire when twenty cards of a filtered result stand there. */
async function bytesOfFirstResult() {
  const { page } = await engine.search(read("start").filtered);
  await engine.cards(page);
  const code = read(`served/${peer}/code`).map((/** @type {string} */ name) => brotliSize(`${source.folder}/${name}`));
  return { code: sum(await Promise.all(code)), fetched: source.bytesFetched };
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function known() {
  return { documents: read("documents"), labels: read("labels"), answers: read("answers"), queries };
}

/**
 * Returns the milliseconds of processor time of each query, as many as there is time for: what else the machine does
 * is not counted.
 * @param {number} until
 */
async function timesOf(until) {
  const times = [];
  for (const query of queries) {
    const began = process.cpuUsage();
    await engine.search(query);
    const { user, system } = process.cpuUsage(began);
    times.push((user + system) / 1000);
    if (performance.now() > until) break;
  }
  return times;
}

/** Returns the p95 of each round in milliseconds: of all queries, of those with facets alone, of those with words. */
async function timedRounds() {
  const until = performance.now() + LONGEST;
  /** @type {{ queries: number, p95: number, facets: number, text: number }[]} */
  const rounds = [];
  while (rounds.length < ROUNDS && performance.now() < until) {
    const times = await timesOf(until);
    const asked = (/** @type {boolean} */ hasText) => times.filter((_, place) => (queries[place].text !== "") === hasText);
    rounds.push({ queries: times.length, p95: p95(times), facets: p95(asked(false)), text: p95(asked(true)) });
  }
  return rounds.filter((round) => round.queries >= rounds[0].queries);
}

/** @param {number[]} times */
function p95(times) {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.95) - 1];
}
