// What mentors are filtered by: the rows of each value of each facet.
import { add, any, countCommon, listed, none } from "./bits.mjs";
import { Bytes, MalformedIndexError, VERSION } from "./decoding.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */

export class Columns {
  /** @type {Map<string, { ids: string[], rows: Bits[] }>} */
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
      this.#facets.set(facet, { ids, rows });
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
    const known = this.#facets.get(facet);
    return known?.rows[known.ids.indexOf(id)] ?? none(this.total);
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
    const counts = [...this.#facets].map(([facet, { ids, rows }]) => {
      const found = others.get(facet) ?? among;
      return [facet, Object.fromEntries(ids.map((id, value) => [id, countCommon(rows[value], found)]))];
    });
    return /** @type {Found["counts"]} */ (Object.fromEntries(counts));
  }

  /**
   * Returns a sum for each row, over its values in the index itself: mentors who are alike have the same.
   * @param {(value: number) => number} weigh a value's number
   */
  sums(weigh) {
    const sums = new Uint32Array(this.total);
    const values = this.#own.flatMap((facet) => this.#facets.get(facet)?.rows ?? []);
    values.forEach((rows, value) => {
      const weight = weigh(value);
      for (const row of listed(rows)) sums[row] += weight;
    });
    return sums;
  }
}
