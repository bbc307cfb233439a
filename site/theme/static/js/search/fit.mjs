// How well mentors fit what somebody wishes: each wish that is met counts the same.
import { common, count, has, without } from "./bits.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */

/**
 * Returns the rows of a page in the order of their levels, within one in the order given.
 * @param {Iterable<Bits>} levels
 * @param {ArrayLike<number>} order all rows
 * @param {number} from
 * @param {number} size
 */
export function pageOf(levels, order, from, size) {
  const rows = [];
  let before = 0;
  for (const level of levels) {
    const found = count(level);
    if (before + found > from) rows.push(...taken(level, order, Math.max(from - before, 0), size - rows.length));
    if (rows.length === size) break;
    before += found;
  }
  return rows;
}

/**
 * @param {Bits} level
 * @param {ArrayLike<number>} order
 * @param {number} from
 * @param {number} most
 */
function taken(level, order, from, most) {
  const rows = [];
  for (let place = 0, seen = 0; place < order.length && rows.length < most; place += 1) {
    if (has(level, order[place]) && seen++ >= from) rows.push(order[place]);
  }
  return rows;
}

/**
 * Yields mentors by the number of wishes that they meet, the most first. Numbers are added up for 32 mentors at once:
 * `slices` hold the digits, in base two, of how many each meets.
 * @param {Bits} found
 * @param {Bits[]} wishes who meets each
 */
export function* levelsOf(found, wishes) {
  /** @type {Bits[]} */
  const slices = [];
  wishes.forEach((wish, before) => {
    let carried = wish;
    for (const slice of slices) {
      const next = common([slice, carried]);
      for (let at = 0; at < slice.length; at += 1) slice[at] ^= carried[at];
      carried = next;
    }
    if (slices.length < 32 - Math.clz32(before + 1)) slices.push(carried.slice());
  });
  for (let met = wishes.length; met >= 0; met -= 1) {
    yield slices.reduce((level, slice, digit) => ((met >>> digit) & 1 ? common([level, slice]) : without(level, slice)), found);
  }
}
