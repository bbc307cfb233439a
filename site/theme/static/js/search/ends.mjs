// What helps whoever finds nobody: which conditions to give up, and which word may have been meant.
import { count } from "./bits.mjs";
import { meeting } from "./conditions.mjs";
import { eachTerm } from "./decoding.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {import("./conditions.mjs").Asked} Asked */

const MOST_SHARDS = 6; // looked through for a word that somebody may have meant
const UTF8 = new TextDecoder();

/**
 * Returns the smallest sets of conditions without which somebody is found, and how many; the most first.
 * @param {Bits} everybody
 * @param {Asked[]} asked
 * @returns {Found["ways_out"]}
 */
export function waysOut(everybody, asked) {
  for (let size = 1; size <= asked.length; size += 1) {
    const ways = subsets(asked, size).map((dropped) => ({
      drop: dropped.map(({ rows: _, ...condition }) => condition),
      total: count(meeting(everybody, asked, (condition) => dropped.includes(condition))),
    }));
    const open = ways.filter(({ total }) => total > 0);
    if (open.length > 0) return open.sort((one, other) => other.total - one.total);
  }
  return [];
}

/**
 * @template Type
 * @param {Type[]} all
 * @param {number} size
 * @returns {Type[][]}
 */
function subsets(all, size) {
  if (size === 0) return [[]];
  return all.flatMap((one, place) => subsets(all.slice(place + 1), size - 1).map((others) => [one, ...others]));
}

/**
 * Returns a word that nobody has, with the most frequent one that differs from it by a letter; null where there is none
 * near it. Raises what the source raises.
 * @param {string} typed
 * @param {import("./text.mjs").Texts} texts
 * @param {number} total
 * @returns {Promise<Found["meant"]>}
 */
export async function meantBy(typed, texts, total) {
  let best = { word: /** @type {string | null} */ (null), mentors: 0 };
  for (const shard of await texts.about(typed.slice(0, 2), MOST_SHARDS)) {
    eachTerm(shard, (letters, length, lists) => {
      const word = UTF8.decode(letters.subarray(0, length));
      if (!isOneOff(typed, word)) return false;
      const mentors = count(lists.rows(total, total));
      lists.pass();
      if (mentors > best.mentors) best = { word, mentors };
      return true;
    });
  }
  return best.word === null ? null : { typed, word: best.word };
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
