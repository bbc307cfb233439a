// Words of mentors, fetched by the shard: only those that somebody searches for.
import { wordsOf } from "../folding.mjs";
import { add, common, count, none } from "./bits.mjs";
import { eachTerm } from "./decoding.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {{ rows: Bits, pausedByName: Bits }} Named */

const UTF8 = new TextEncoder();

export class Texts {
  #source;
  #total;
  #more;
  /** @type {Set<string>} */
  #stops;
  /** @type {string[]} what each shard begins from */
  #firsts;
  /** @type {Map<number, Promise<Uint8Array>>} */
  #shards = new Map();

  /**
   * @param {Source} source
   * @param {number} total
   * @param {MoreRows["rows"]} more
   */
  constructor(source, total, more) {
    this.#source = source;
    this.#total = total;
    this.#more = more;
    this.#stops = new Set(source.manifest.stop);
    this.#firsts = source.manifest.text;
  }

  /**
   * Returns the words that a text asks for. Those that every text has ask for nothing, unless there is no other.
   * @param {string} text
   */
  wordsOf(text) {
    const words = wordsOf(text);
    const telling = words.filter((word) => !this.#stops.has(word));
    return telling.length > 0 ? telling : words;
  }

  /**
   * Returns whose words these are, the last one perhaps in the making. Raises what the source raises.
   * @param {string[]} words one at least
   */
  async find(words) {
    const found = await Promise.all(words.map((word, place) => this.#rowsOf(word, place === words.length - 1)));
    return {
      rows: common(found.map(({ rows }) => rows)),
      pausedByName: common(found.map(({ pausedByName }) => pausedByName)),
      unknown: words.filter((_, place) => count(found[place].rows) === 0),
    };
  }

  /**
   * @param {string} word
   * @param {boolean} isBeginning
   * @returns {Promise<Named>}
   */
  async #rowsOf(word, isBeginning) {
    const found = this.#ofMore((other) => (isBeginning ? other.startsWith(word) : other === word));
    const letters = UTF8.encode(word);
    const isIt = (/** @type {Uint8Array} */ term, /** @type {number} */ length) =>
      (isBeginning ? length >= letters.length : length === letters.length) && letters.every((letter, at) => letter === term[at]);
    for (const shard of await this.about(word, isBeginning ? Infinity : 1)) {
      eachTerm(shard, (term, length, lists) => isIt(term, length) && this.#add(found, lists));
    }
    return found;
  }

  /**
   * @param {Named} found
   * @param {import("./decoding.mjs").Bytes} lists
   */
  #add(found, lists) {
    const { total } = this.#source.manifest;
    lists.addRows(found.rows, total);
    lists.addRows(found.pausedByName, total);
    return true;
  }

  /**
   * The same, of those alone that stand in no shard.
   * @param {(word: string) => boolean} isIt
   * @returns {Named}
   */
  #ofMore(isIt) {
    const found = { rows: none(this.#total), pausedByName: none(this.#total) };
    for (const { row, words, name, available } of this.#more) {
      if (words.split(" ").some(isIt)) add(found.rows, row);
      if (!available && wordsOf(name).some(isIt)) add(found.pausedByName, row);
    }
    return found;
  }

  /**
   * Returns the shards whose words may begin so, the first ones of them. Raises what the source raises.
   * @param {string} beginning
   * @param {number} most
   */
  async about(beginning, most) {
    const after = this.#firsts.findIndex((first) => first > beginning);
    const start = (after < 0 ? this.#firsts.length : after) - 1;
    const places = this.#firsts.map((_, place) => place);
    const asked = places.slice(Math.max(start, 0)).filter((place) => place <= start || this.#firsts[place].startsWith(beginning));
    return Promise.all(asked.slice(0, most).map((place) => this.#shard(place)));
  }

  /** @param {number} place */
  #shard(place) {
    const shard = this.#shards.get(place) ?? this.#source.bytes(`text/${place}.bin`);
    this.#shards.set(place, shard);
    // What did not come is asked for again.
    shard.catch(() => this.#shards.delete(place));
    return shard;
  }
}
