// What helps whoever finds nobody: which conditions to give up, and which word may have been meant.
import { common, count, has, listed } from "./bits.mjs";
import { eachTerm } from "./decoding.mjs";
import { levelsOf } from "./fit.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {import("./conditions.mjs").Asked} Asked */

const SHORTEST_MEANT = 4; // letters: of shorter words, another letter makes any other
const MOST_SHARDS = 6; // looked through for a word that somebody may have meant
const UTF8 = new TextDecoder();

/**
 * Returns the smallest sets of conditions without which somebody is found, and how many; the most first. Each is what
 * mentors miss of whom nobody misses less: sets are not tried out, which would take as long as there are sets.
 * @param {Bits} everybody
 * @param {Asked[]} asked which nobody meets all of
 * @returns {Found["ways_out"]}
 */
export function waysOut(everybody, asked) {
  /** @type {Map<string, Found["ways_out"][number]>} */
  const ways = new Map();
  for (const row of nearest(everybody, asked)) {
    const missed = asked.filter(({ rows }) => !has(rows, row));
    const key = missed.map((condition) => asked.indexOf(condition)).join();
    const way = ways.get(key) ?? { drop: missed.map(({ rows: _, ...condition }) => condition), total: 0 };
    ways.set(key, { ...way, total: way.total + 1 });
  }
  return [...ways.values()].sort((one, other) => other.total - one.total);
}

/**
 * Returns who meets the most conditions.
 * @param {Bits} everybody
 * @param {Asked[]} asked
 */
function nearest(everybody, asked) {
  for (const level of levelsOf(everybody, asked.map(({ rows }) => rows))) {
    if (count(level) > 0) return listed(level);
  }
  return [];
}

/**
 * Returns words that nobody has, each with the most frequent one that differs from it by a letter; none where one of them
 * has none near it. Raises what the source raises.
 * @param {string[]} unknown
 * @param {import("./text.mjs").Texts} texts
 * @param {number} rows in the index
 * @param {Bits} shown whose words count
 * @returns {Promise<Meant[]>}
 */
export async function meantBy(unknown, texts, rows, shown) {
  const meant = [];
  for (const typed of unknown) {
    const word = typed.length < SHORTEST_MEANT ? null : await wordNear(typed, texts, rows, shown);
    if (word === null) return [];
    meant.push({ typed, word });
  }
  return meant;
}

/**
 * @param {string} typed
 * @param {import("./text.mjs").Texts} texts
 * @param {number} rows
 * @param {Bits} shown
 */
async function wordNear(typed, texts, rows, shown) {
  let best = { word: /** @type {string | null} */ (null), mentors: 0 };
  for (const shard of await texts.about(typed.slice(0, 2), MOST_SHARDS)) {
    eachTerm(shard, (letters, length, lists) => {
      const word = UTF8.decode(letters.subarray(0, length));
      if (!isOneOff(typed, word)) return false;
      const mentors = count(common([lists.rows(rows, shown.length * 32), shown]));
      lists.pass();
      if (mentors > best.mentors) best = { word, mentors };
      return true;
    });
  }
  return best.word;
}

/**
 * Returns whether two words differ by one letter that is added, left out, another, or that has changed places.
 * @param {string} one
 * @param {string} other
 */
export function isOneOff(one, other) {
  const more = one.length - other.length;
  if (one === other || Math.abs(more) > 1) return false;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const rest = (/** @type {number} */ skipped, /** @type {number} */ left) => one.slice(at + skipped) === other.slice(at + left);
  if (more !== 0) return more > 0 ? rest(1, 0) : rest(0, 1);
  return rest(1, 1) || (one[at] === other[at + 1] && one[at + 1] === other[at] && rest(2, 2));
}
