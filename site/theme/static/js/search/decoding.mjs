// The bytes of an index, as build/search/encoding.py writes them; build/README.md has their table.
import { add, first, none, without } from "./bits.mjs";

export const VERSION = 1;

/** What came is not an index that this engine reads. */
export class MalformedIndexError extends Error {}

export class Bytes {
  #bytes;
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** Bytes that are not read yet; less than none where more was read than there is. */
  get left() {
    return this.#bytes.length - this.#at;
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      // Beyond the end there is nothing, which is a zero here.
      const byte = this.#bytes[this.#at++];
      value |= (byte & 0x7f) << shift;
      if (!(byte >= 0x80)) return value;
    }
  }

  /** @param {number} length */
  taken(length) {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /**
   * Reads a list of rows.
   * @param {number} rows in the index
   * @param {number} total rows there are besides: those are in no list
   */
  rows(rows, total) {
    const bits = none(total);
    this.addRows(bits, rows);
    return bits;
  }

  /**
   * Reads a list of rows and adds them to others.
   * @param {import("./bits.mjs").Bits} bits
   * @param {number} rows in the index
   */
  addRows(bits, rows) {
    const length = this.number();
    const listed = length & 1 ? none(bits.length * 32) : bits;
    for (let left = length >>> 1, row = -1; left > 0; left -= 1) add(listed, (row += this.number() + 1));
    if (length & 1) for (const [at, word] of without(first(rows, bits.length * 32), listed).entries()) bits[at] |= word;
  }

  /** Passes a list of rows. */
  pass() {
    // The last byte of each number has no high bit.
    for (let left = this.number() >>> 1; left > 0; ) if (!(this.#bytes[this.#at++] >= 0x80)) left -= 1;
  }
}

/**
 * Visits the terms of a shard in their order, each with the bytes of its two lists of rows.
 * @param {Uint8Array} shard
 * @param {(term: Uint8Array, lists: Bytes) => unknown} visit with the letters as UTF-8; returns whether it has read both lists
 */
export function eachTerm(shard, visit) {
  const bytes = new Bytes(shard);
  let term = new Uint8Array(64);
  while (bytes.left > 0) {
    const shared = bytes.number();
    const rest = bytes.taken(bytes.number());
    const length = shared + rest.length;
    if (length > term.length) term = Uint8Array.from({ length: length * 2 }, (_, at) => term[at]);
    term.set(rest, shared);
    if (visit(term.subarray(0, length), bytes)) continue;
    bytes.pass();
    bytes.pass();
  }
}
