// What a query asks of mentors, and which part of it to give up when nobody meets it all.
import { any, common, count, has, listed } from "./bits.mjs";
import { levelsOf } from "./fit.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {Condition & { rows: Bits }} Asked a condition, and who meets it */

/**
 * Returns who meets every condition, or all but those named.
 * @param {Bits} everybody
 * @param {Asked[]} asked
 * @param {(condition: Asked) => boolean} [isLeftOut]
 */
export function meeting(everybody, asked, isLeftOut = () => false) {
  return common([everybody, ...asked.filter((condition) => !isLeftOut(condition)).map(({ rows }) => rows)]);
}

/**
 * Returns the wishes that must be met as conditions. Of a facet of which everybody has one value, any is enough.
 * @param {Wish[]} wishes
 * @param {string[]} single facets
 * @param {(wish: Wish) => Bits} rowsOf
 * @returns {Asked[]}
 */
export function musts(wishes, single, rowsOf) {
  /** @type {Map<string, Wish[]>} */
  const groups = new Map();
  for (const wish of wishes.filter(({ must }) => must)) {
    const key = single.includes(wish.facet) ? wish.facet : `${wish.facet} ${wish.id}`;
    groups.set(key, [...(groups.get(key) ?? []), wish]);
  }
  return [...groups.values()].map((group) => {
    const sets = group.map(rowsOf);
    return { facet: group[0].facet, wishes: group, rows: any(sets[0].length * 32, sets) };
  });
}

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
