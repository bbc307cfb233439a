// What mentors are filtered by: the rows of each value of each facet, and the values of each row.
import { add, any, count, countCommon, first, listed, none, without } from "./bits.mjs";
import { Bytes, MalformedIndexError, VERSION } from "./decoding.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */

/** A facet: its values by their places, both ways. */
class Column {
  #totals;
  #starts;
  #values;
  #steps;

  /**
   * @param {string[]} ids
   * @param {Bits[]} rows of each value
   * @param {number} total
   */
  constructor(ids, rows, total) {
    this.ids = ids;
    this.rows = rows;
    this.#totals = Uint32Array.from(rows, count);
    this.#starts = new Uint32Array(total + 2);
    const lists = rows.map(listed);
    for (const list of lists) for (const row of list) this.#starts[row + 2] += 1;
    for (let row = 2; row < total + 2; row += 1) this.#starts[row] += this.#starts[row - 1];
    this.#values = new Uint16Array(this.#starts[total + 1]);
    // Each start moves to its row's end, which is where the next row begins.
    lists.forEach((list, value) => {
      for (const row of list) this.#values[this.#starts[row + 1]++] = value;
    });
    // How many mentors are walked through in the time that it takes to lay all sets upon another: a value takes that
    // of two words.
    this.#steps = (ids.length * none(total).length * total) / this.#values.length / 2;
  }

  /**
   * Returns the number of mentors with each value among some.
   * @param {Some} some
   */
  counts(some) {
    /** @type {Record<string, number>} */
    const counts = {};
    const found = some.fewest > this.#steps ? this.rows.map((rows) => countCommon(rows, some.bits)) : this.#walked(some);
    for (let value = 0; value < this.ids.length; value += 1) counts[this.ids[value]] = found[value];
    return counts;
  }

  /** @param {Some} some */
  #walked(some) {
    const found = this.#tallied(some.listed);
    return some.isMost ? this.#totals.map((total, value) => total - found[value]) : found;
  }

  /** @param {Uint32Array} rows */
  #tallied(rows) {
    const [starts, values, counts] = [this.#starts, this.#values, new Uint32Array(this.ids.length)];
    for (let place = 0; place < rows.length; place += 1) {
      const end = starts[rows[place] + 1];
      for (let at = starts[rows[place]]; at < end; at += 1) counts[values[at]] += 1;
    }
    return counts;
  }

  /**
   * Adds to each row's sum the weights of its values.
   * @param {Uint32Array} sums
   * @param {number[]} weights
   */
  addTo(sums, weights) {
    sums.forEach((_, row) => {
      for (let at = this.#starts[row]; at < this.#starts[row + 1]; at += 1) sums[row] += weights[this.#values[at]];
    });
  }
}

/** Some of all mentors, to be counted. */
class Some {
  /** @type {Uint32Array | undefined} */
  #listed;

  /**
   * @param {Bits} bits
   * @param {number} total of all
   */
  constructor(bits, total) {
    const size = count(bits);
    this.bits = bits;
    this.total = total;
    this.isMost = size * 2 > total;
    this.fewest = this.isMost ? total - size : size;
  }

  /** These rows or, where those are fewer, all others. */
  get listed() {
    this.#listed ??= listed(this.isMost ? without(first(this.total, this.total), this.bits) : this.bits);
    return this.#listed;
  }
}

export class Columns {
  /** @type {Map<string, Column>} */
  #facets = new Map();
  #own;

  /**
   * Reads the facets of an index, and those of more rows, which stand after its own. Raises MalformedIndexError.
   * @param {any} manifest
   * @param {Uint8Array} bytes
   * @param {MoreRows} more
   */
  constructor(manifest, bytes, more) {
    this.total = manifest.total + more.rows.length;
    this.#own = Object.keys(manifest.facets);
    const read = new Bytes(bytes);
    if (read.number() !== VERSION || read.number() !== manifest.total) throw new MalformedIndexError("facets");
    for (const [facet, ids] of Object.entries({ ...manifest.facets, ...more.facets })) {
      const isOwn = this.#own.includes(facet);
      const rows = ids.map(() => (isOwn ? read.rows(manifest.total, this.total) : none(this.total)));
      for (const [row, name, id] of more.values) if (name === facet && ids.includes(id)) add(rows[ids.indexOf(id)], row);
      this.#facets.set(facet, new Column(ids, rows, this.total));
    }
    if (read.left !== 0) throw new MalformedIndexError("facets");
  }

  /**
   * Returns the mentors with a value; nobody has one that is not known.
   * @param {string} facet
   * @param {string} id
   * @returns {Bits}
   */
  rowsOf(facet, id) {
    const column = this.#facets.get(facet);
    return column?.rows[column.ids.indexOf(id)] ?? none(this.total);
  }

  /**
   * Returns the mentors with any of these values of a facet.
   * @param {string} facet
   * @param {string[]} ids
   */
  rowsOfAny(facet, ids) {
    return ids.length === 1 ? this.rowsOf(facet, ids[0]) : any(this.total, ids.map((id) => this.rowsOf(facet, id)));
  }

  /**
   * Returns the number of mentors with each value of each facet: among some, or for a facet that is named among others.
   * @param {Bits} among
   * @param {Map<string, Bits>} others
   */
  counts(among, others) {
    const all = new Some(among, this.total);
    const counts = [...this.#facets].map(([facet, column]) => {
      const own = others.get(facet);
      return [facet, column.counts(own ? new Some(own, this.total) : all)];
    });
    return /** @type {Found["counts"]} */ (Object.fromEntries(counts));
  }

  /**
   * Returns a sum for each row, over its values in the index itself: mentors who are alike have the same.
   * @param {(value: number) => number} weigh a value's number
   */
  sums(weigh) {
    const sums = new Uint32Array(this.total);
    let number = 0;
    for (const facet of this.#own) {
      const column = /** @type {Column} */ (this.#facets.get(facet));
      column.addTo(sums, column.ids.map(() => weigh(number++)));
    }
    return sums;
  }
}
