// Words of mentors, fetched by the shard: only those that somebody searches for.
import { wordsOf } from "../folding.mjs";
import { add, any, common, count, none } from "./bits.mjs";
import { eachTerm } from "./decoding.mjs";

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {{ rows: Bits, pausedByName: Bits }} Named */

const SHORTEST_MEANT = 4; // letters
const MOST_SHARDS = 6; // looked through for a word that somebody may have meant

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
   * Returns the most frequent word that differs from this one by a letter; null where there is none near it, and for
   * words so short that another letter makes any other of them.
   * @param {string} typed
   * @param {Bits} shown whose words count
   */
  async meant(typed, shown) {
    if (typed.length < SHORTEST_MEANT) return null;
    let best = { word: /** @type {string | null} */ (null), mentors: 0 };
    for (const shard of await this.#about(typed.slice(0, 2), MOST_SHARDS)) {
      eachTerm(shard, (word, lists) => {
        if (!isOneOff(typed, word)) return false;
        const mentors = count(common([this.#read(lists).rows, shown]));
        if (mentors > best.mentors) best = { word, mentors };
        return true;
      });
    }
    return best.word;
  }

  /**
   * @param {string} word
   * @param {boolean} isBeginning
   * @returns {Promise<Named>}
   */
  async #rowsOf(word, isBeginning) {
    const isIt = (/** @type {string} */ other) => (isBeginning ? other.startsWith(word) : other === word);
    const found = [this.#ofMore(isIt)];
    for (const shard of await this.#about(word, isBeginning ? Infinity : 1)) {
      eachTerm(shard, (term, lists) => isIt(term) && found.push(this.#read(lists)));
    }
    return {
      rows: any(this.#total, found.map(({ rows }) => rows)),
      pausedByName: any(this.#total, found.map(({ pausedByName }) => pausedByName)),
    };
  }

  /**
   * @param {import("./decoding.mjs").Bytes} lists
   * @returns {Named}
   */
  #read(lists) {
    const own = this.#source.manifest.total;
    return { rows: lists.rows(own, this.#total), pausedByName: lists.rows(own, this.#total) };
  }

  /**
   * The same of the rows that stand in no shard.
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
   * Returns the shards whose words may begin so, the first ones of them.
   * @param {string} beginning
   * @param {number} most
   */
  async #about(beginning, most) {
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

/**
 * Returns whether two words differ by one letter that is added, left out, another, or that has changed places.
 * @param {string} one
 * @param {string} other
 */
export function isOneOff(one, other) {
  const more = one.length - other.length;
  if (one === other || Math.abs(more) > 1) return false;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const rest = (/** @type {number} */ skipped, /** @type {number} */ left) => one.slice(at + skipped) === other.slice(at + left);
  if (more !== 0) return more > 0 ? rest(1, 0) : rest(0, 1);
  return rest(1, 1) || (one[at] === other[at + 1] && one[at + 1] === other[at] && rest(2, 2));
}
