// How well mentors fit what somebody wishes: each wish that is met counts the same.
import { common, count, has, listed, without } from "./bits.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {import("./orders.mjs").Order} Order */

/**
 * Returns the rows of a page in the order of their levels, within one in the order given.
 * @param {Iterable<Bits>} levels
 * @param {Order} order
 * @param {number} from
 * @param {number} size
 */
export function pageOf(levels, order, from, size) {
  const rows = [];
  let before = 0;
  for (const level of levels) {
    const found = count(level);
    const [start, end] = [Math.max(from - before, 0), Math.min(from + size - before, found)];
    if (start < end) rows.push(...(isShortWalk(found, end, order) ? walked(level, order, start, end) : sorted(level, order, start, end)));
    if (rows.length === size) break;
    before += found;
  }
  return rows;
}

/**
 * Returns whether so many of a level are met sooner in the order of all than by sorting the level.
 * @param {number} found mentors of the level
 * @param {number} wanted
 * @param {Order} order
 */
function isShortWalk(found, wanted, order) {
  return (order.rows.length / found) * wanted < found;
}

/**
 * @param {Bits} level
 * @param {Order} order
 * @param {number} start
 * @param {number} end
 */
function walked(level, { rows }, start, end) {
  const met = [];
  for (let place = 0; met.length < end; place += 1) if (has(level, rows[place])) met.push(rows[place]);
  return met.slice(start);
}

/**
 * @param {Bits} level
 * @param {Order} order
 * @param {number} start
 * @param {number} end
 */
function sorted(level, { rows, places }, start, end) {
  return [...listed(level).map((row) => places[row]).sort().subarray(start, end)].map((place) => rows[place]);
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
