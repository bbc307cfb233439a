// What mentors are filtered by: the rows of each value of each facet, and the values of each row.
import { add, any, count, countCommon, each, first, none, without } from "./bits.mjs";
import { Bytes, MalformedIndexError, VERSION } from "./decoding.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */

const LONG_ROW = 16; // values, about: what decides which of two ways counts faster

export class Columns {
  /** @type {Map<string, { ids: string[], start: number }>} */
  #facets = new Map();
  /** @type {Bits[]} of each value, by its number */
  #rows = [];
  #own = 0; // values of the index itself
  #totals;
  #starts;
  #values;

  /**
   * Reads the facets of an index, and those of more rows, which stand after its own. Raises MalformedIndexError.
   * @param {any} manifest
   * @param {Uint8Array} bytes
   * @param {MoreRows} more
   */
  constructor(manifest, bytes, more) {
    this.total = manifest.total + more.rows.length;
    const read = new Bytes(bytes);
    if (read.number() !== VERSION || read.number() !== manifest.total) throw new MalformedIndexError("facets");
    for (const [facet, ids] of Object.entries({ ...manifest.facets, ...more.facets })) {
      const isMore = !(facet in manifest.facets);
      this.#facets.set(facet, { ids, start: this.#rows.length });
      this.#rows.push(...ids.map(() => (isMore ? none(this.total) : read.rows(manifest.total, this.total))));
      if (!isMore) this.#own = this.#rows.length;
    }
    if (read.left !== 0) throw new MalformedIndexError("facets");
    for (const [row, facet, id] of more.values) add(this.rowsOf(facet, id), row);
    this.#totals = this.#rows.map(count);
    [this.#starts, this.#values] = turned(this.#rows, this.#totals, this.total);
  }

  /**
   * Returns the mentors with a value; nobody has one that is not known.
   * @param {string} facet
   * @param {string} id
   * @returns {Bits}
   */
  rowsOf(facet, id) {
    const { ids, start } = this.#facets.get(facet) ?? { ids: [], start: 0 };
    return ids.includes(id) ? this.#rows[start + ids.indexOf(id)] : none(this.total);
  }

  /**
   * Returns the mentors with any of these values of a facet.
   * @param {string} facet
   * @param {string[]} ids
   */
  rowsOfAny(facet, ids) {
    return any(this.total, ids.map((id) => this.rowsOf(facet, id)));
  }

  /**
   * Returns the number of mentors with each value of each facet: among some, or for a facet that is named among others.
   * @param {Bits} among
   * @param {Map<string, Bits>} others
   */
  counts(among, others) {
    const all = this.#walked(among);
    /** @type {Found["counts"]} */
    const counts = {};
    for (const [facet, { ids, start }] of this.#facets) {
      const own = others.get(facet);
      const numbers = own ? this.#countsOf(start, ids.length, own) : all.subarray(start, start + ids.length);
      counts[facet] = Object.fromEntries(ids.map((id, place) => [id, numbers[place]]));
    }
    return counts;
  }

  /**
   * @param {number} start
   * @param {number} length
   * @param {Bits} among
   */
  #countsOf(start, length, among) {
    const found = count(among);
    const isShort = Math.min(found, this.total - found) * LONG_ROW < length * among.length;
    if (isShort) return this.#walked(among).subarray(start, start + length);
    return Uint32Array.from({ length }, (_, place) => countCommon(this.#rows[start + place], among));
  }

  /**
   * Counts every value row by row: of these rows, or of the rest where those are fewer.
   * @param {Bits} among
   */
  #walked(among) {
    const isMost = count(among) * 2 > this.total;
    const counts = isMost ? Uint32Array.from(this.#totals) : new Uint32Array(this.#rows.length);
    const step = isMost ? -1 : 1;
    const [starts, values] = [this.#starts, this.#values];
    each(isMost ? without(first(this.total, this.total), among) : among, (row) => {
      for (let at = starts[row]; at < starts[row + 1]; at += 1) counts[values[at]] += step;
    });
    return counts;
  }

  /**
   * Returns a sum for each row, over its values in the index itself: mentors who are alike have the same.
   * @param {(value: number) => number} weigh a value's number
   */
  sums(weigh) {
    const weights = Uint32Array.from({ length: this.#own }, (_, value) => weigh(value));
    const sums = new Uint32Array(this.total);
    for (let row = 0; row < this.total; row += 1) {
      for (let at = this.#starts[row]; at < this.#starts[row + 1]; at += 1) sums[row] += weights[this.#values[at]] ?? 0;
    }
    return sums;
  }
}

/**
 * Returns where each row's values begin, and all of them, row after row.
 * @param {Bits[]} rows
 * @param {number[]} totals
 * @param {number} total
 */
function turned(rows, totals, total) {
  const starts = new Uint32Array(total + 2);
  for (const bits of rows) each(bits, (row) => (starts[row + 2] += 1));
  for (let row = 2; row < starts.length; row += 1) starts[row] += starts[row - 1];
  const values = new Uint16Array(totals.reduce((sum, number) => sum + number, 0));
  // Each start moves to its row's end, which is where the next row begins.
  rows.forEach((bits, value) => each(bits, (row) => (values[starts[row + 1]++] = value)));
  return [starts, values];
}
