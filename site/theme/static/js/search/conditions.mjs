// What a query asks of mentors, and which part of it to give up when nobody meets it all.
import { any, common, count } from "./bits.mjs";

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
