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

  /** Bytes that are not read yet. */
  get left() {
    return this.#bytes.length - this.#at;
  }

  /** Raises MalformedIndexError at the end. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++];
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (byte === undefined) throw new MalformedIndexError("end");
      return value >>> 0;
    }
  }

  /**
   * Copies the next bytes to a place. Raises MalformedIndexError where there are fewer, or no such place.
   * @param {Uint8Array} target
   * @param {number} from
   * @param {number} end
   */
  copy(target, from, end) {
    if (end - from > this.left || end > target.length) throw new MalformedIndexError("end");
    for (let at = from; at < end; at += 1) target[at] = this.#bytes[this.#at++];
  }

  /**
   * Reads a list of rows. Raises MalformedIndexError.
   * @param {number} rows in the index
   * @param {number} total rows there are besides: those are in no list
   */
  rows(rows, total) {
    const bits = none(total);
    this.addRows(bits, rows);
    return bits;
  }

  /**
   * Reads a list of rows and adds them to others. Raises MalformedIndexError.
   * @param {import("./bits.mjs").Bits} bits
   * @param {number} rows in the index
   */
  addRows(bits, rows) {
    const length = this.number();
    const listed = length & 1 ? none(bits.length * 32) : bits;
    let row = -1;
    for (let left = length >>> 1; left > 0; left -= 1) add(listed, (row += this.number() + 1));
    if (row >= rows) throw new MalformedIndexError("rows");
    if (length & 1) for (const [at, word] of without(first(rows, bits.length * 32), listed).entries()) bits[at] |= word;
  }

  /** Passes a list of rows. Raises MalformedIndexError at the end. */
  pass() {
    // The last byte of each number has no high bit.
    let left = this.number() >>> 1;
    while (left > 0 && this.left > 0) if (this.#bytes[this.#at++] < 0x80) left -= 1;
    if (left > 0) throw new MalformedIndexError("end");
  }
}

/**
 * Visits the terms of a shard in their order, each with the bytes of its two lists of rows. Raises MalformedIndexError.
 * @param {Uint8Array} shard
 * @param {(letters: Uint8Array, length: number, lists: Bytes) => unknown} visit with the term as UTF-8, at the beginning
 *   of what is overwritten by the next; returns whether it has read both lists
 */
export function eachTerm(shard, visit) {
  const bytes = new Bytes(shard);
  const letters = new Uint8Array(shard.length);
  while (bytes.left > 0) {
    const shared = bytes.number();
    const length = shared + bytes.number();
    bytes.copy(letters, shared, length);
    if (visit(letters, length, bytes)) continue;
    bytes.pass();
    bytes.pass();
  }
}
