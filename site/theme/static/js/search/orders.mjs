// In which order mentors are shown: another one every day, by name, the newest first.
import { add, count, none } from "./bits.mjs";
import { Bytes, MalformedIndexError } from "./decoding.mjs";

/** @typedef {{ rows: Uint32Array, places: Uint32Array }} Order all rows as they are shown, and the place of each */

const DAY = 86_400_000; // milliseconds
const GOLDEN = 0x9e3779b9;

export class Orders {
  #source;
  #columns;
  #more;
  #language;
  /** @type {Map<string, Promise<Order>>} */
  #known = new Map();

  /**
   * @param {Source} source
   * @param {import("./columns.mjs").Columns} columns
   * @param {MoreRows["rows"]} more
   * @param {string} language
   */
  constructor(source, columns, more, language) {
    this.#source = source;
    this.#columns = columns;
    this.#more = more;
    this.#language = language;
  }

  /**
   * Returns an order. Raises what the source raises.
   * @param {SearchQuery["sort"]} sort
   * @param {string} day ISO; for the order of the day
   */
  of(sort, day) {
    const isDaily = sort === "fit" || sort === "daily";
    const name = isDaily ? day : sort === "name" ? `name-${this.#language}` : sort;
    const order = this.#known.get(name) ?? (isDaily ? this.#daily(day) : this.#fetched(name));
    this.#known.set(name, order);
    order.catch(() => this.#known.delete(name));
    return order;
  }

  /**
   * As build/search/arrangement.py computes it for the list that comes with the page.
   * @param {string} day
   */
  async #daily(day) {
    const alike = this.#columns.sums((value) => mixed(value + 1));
    const turn = Math.imul(Date.parse(day) / DAY, GOLDEN);
    let ordinal = 0;
    const keys = new Float64Array(alike.length);
    for (let row = 0; row < keys.length; row += 1) {
      ordinal = alike[row] === alike[row - 1] ? ordinal + 1 : 0;
      const rank = mixed(mixed(alike[row] + Math.imul(ordinal, GOLDEN)) + turn);
      keys[row] = rank * 0x200000 + row;
    }
    return orderOf(Uint32Array.from(keys.sort(), (key) => key % 0x200000));
  }

  /**
   * Rows that the file does not hold stand where they say. Raises MalformedIndexError.
   * @param {string} name
   */
  async #fetched(name) {
    const bytes = new Bytes(await this.#source.bytes(`order/${name}.bin`));
    const more = [...this.#more].sort((one, other) => one.places[name][1] - other.places[name][1]);
    const { total } = this.#source.manifest;
    const [rows, named] = [new Uint32Array(total + more.length), none(total + more.length)];
    for (let place = 0, next = 0; place < rows.length; place += 1) {
      const isMore = next < more.length && more[next].places[name][0] <= place - next;
      add(named, (rows[place] = isMore ? more[next++].row : bytes.number()));
    }
    if (bytes.left > 0 || count(named) < rows.length) throw new MalformedIndexError(name);
    return orderOf(rows);
  }
}

/**
 * @param {Uint32Array} rows
 * @returns {Order}
 */
function orderOf(rows) {
  const places = new Uint32Array(rows.length);
  for (let place = 0; place < rows.length; place += 1) places[rows[place]] = place;
  return { rows, places };
}

/**
 * Returns a number of 32 bits that looks like chance: the last step of MurmurHash3.
 * @param {number} value
 */
function mixed(value) {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
