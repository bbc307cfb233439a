// The bytes of an index, as build/search/encoding.py writes them; build/README.md has their table.
import { add, first, none, without } from "./bits.mjs";

export const VERSION = 1;
const UTF8 = new TextDecoder();

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

  /** Raises MalformedIndexError where there are fewer. @param {number} length */
  taken(length) {
    if (length > this.left) throw new MalformedIndexError("end");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /**
   * Reads a list of rows. Raises MalformedIndexError.
   * @param {number} rows in the index
   * @param {number} total rows there are besides: those are in no list
   */
  rows(rows, total) {
    const bits = none(total);
    const length = this.number();
    let row = -1;
    for (let left = length >>> 1; left > 0; left -= 1) add(bits, (row += this.number() + 1));
    if (row >= rows) throw new MalformedIndexError("rows");
    return length & 1 ? without(first(rows, total), bits) : bits;
  }

  /** Passes a list of rows. */
  pass() {
    for (let left = this.number() >>> 1; left > 0; left -= 1) this.number();
  }
}

/**
 * Visits the terms of a shard in their order, each with the bytes of its two lists of rows. Raises MalformedIndexError.
 * @param {Uint8Array} shard
 * @param {(term: string, lists: Bytes) => unknown} visit returns whether it has read both lists
 */
export function eachTerm(shard, visit) {
  const bytes = new Bytes(shard);
  let term = new Uint8Array();
  while (bytes.left > 0) {
    const shared = bytes.number();
    const rest = bytes.taken(bytes.number());
    const next = new Uint8Array(shared + rest.length);
    next.set(term.subarray(0, shared));
    next.set(rest, shared);
    term = next;
    if (visit(UTF8.decode(term), bytes)) continue;
    bytes.pass();
    bytes.pass();
  }
}
