// The search engine of the directory: it knows an index and queries, neither the page nor its address.
import { add, any, count, first, has, listed, none, without } from "./bits.mjs";
import { Cards } from "./cards.mjs";
import { Columns } from "./columns.mjs";
import { meeting, musts, waysOut } from "./conditions.mjs";
import { MalformedIndexError, VERSION, eachTerm } from "./decoding.mjs";
import { levelsOf, pageOf } from "./fit.mjs";
import { Orders } from "./orders.mjs";
import { Texts } from "./text.mjs";

export { MalformedIndexError };

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {import("./conditions.mjs").Asked} Asked */

/** @type {MoreRows} */
const NO_MORE = { rows: [], facets: {}, values: [] };

/**
 * Opens an index. Raises MalformedIndexError, or whatever the source raises.
 * @param {Source} source
 * @param {string} language whose collation sorts names
 * @param {{ more?: MoreRows, withdrawn?: Iterable<string> }} [besides] what signed-in members see; who has left since
 * @returns {Promise<SearchEngine>}
 */
export async function openEngine(source, language, { more = NO_MORE, withdrawn = [] } = {}) {
  if (source.manifest?.version !== VERSION) throw new MalformedIndexError("version");
  const [bytes, ...gone] = await Promise.all([
    source.bytes("facets.bin"),
    ...[...withdrawn].map((slug) => rowOf(source, slug)),
  ]);
  return new Engine(source, new Columns(source.manifest, bytes, more), more.rows, language, gone);
}

class Engine {
  #source;
  #columns;
  #texts;
  #orders;
  #cards;
  #shown;

  /**
   * @param {Source} source
   * @param {Columns} columns
   * @param {MoreRows["rows"]} more
   * @param {string} language
   * @param {(number | null)[]} gone rows that are not shown
   */
  constructor(source, columns, more, language, gone) {
    this.#source = source;
    this.#columns = columns;
    this.#texts = new Texts(source, columns.total, more);
    this.#orders = new Orders(source, columns, more, language);
    this.#cards = new Cards(source, more);
    const hidden = none(columns.total);
    for (const row of gone) if (row !== null) add(hidden, row);
    this.#shown = without(first(columns.total, columns.total), hidden);
    this.total = count(this.#shown);
    this.is_as_served = more.length === 0 && this.total === columns.total;
  }

  /** @param {SearchQuery} query @returns {Promise<Found>} */
  async search(query) {
    const { wishes, sort, page, size } = query;
    const words = this.#texts.wordsOf(query.text);
    const text = words.length > 0 ? await this.#texts.find(words) : null;
    const order = await this.#orders.of(sort, query.day ?? this.#source.manifest.day);
    const asked = this.#asked(query, text);
    const found = meeting(this.#shown, asked);
    const total = count(found);
    const last = Math.max(1, Math.ceil(total / size));
    const sets = wishes.map((wish) => this.#meeting(wish));
    const rows = pageOf(sort === "fit" ? levelsOf(found, sets) : [found], order, (Math.min(page, last) - 1) * size, size);
    return {
      total, rows, page: Math.min(page, last),
      counts: this.#columns.counts(found, this.#without(asked)),
      reasons: rows.map((row) => reasonsOf(row, wishes, sets)),
      ways_out: total > 0 ? [] : waysOut(this.#shown, asked),
      meant: text && total === 0 ? await this.#meant(query, words, text.unknown) : [],
    };
  }

  /** @param {number[]} rows */
  cards(rows) {
    return this.#cards.of(rows);
  }

  /** @param {string} slug */
  row_of(slug) {
    return rowOf(this.#source, slug);
  }

  /**
   * @param {SearchQuery} query
   * @param {import("./text.mjs").Named | null} text
   * @returns {Asked[]}
   */
  #asked({ choices, wishes, paused }, text) {
    const asked = Object.entries(choices)
      .filter(([, ids]) => ids.length > 0)
      .map(([facet, ids]) => ({ facet, rows: this.#columns.rowsOfAny(facet, ids) }));
    if (text) asked.push({ facet: "text", rows: text.rows });
    if (!paused) asked.push({ facet: "paused", rows: this.#available(text) });
    return [...asked, ...musts(wishes, this.#source.manifest.single, (wish) => this.#meeting(wish))];
  }

  /**
   * Who takes no new mentees is out unless asked for, or looked for by name (DIR-7).
   * @param {import("./text.mjs").Named | null} text
   */
  #available(text) {
    const available = without(this.#shown, this.#columns.rowsOf("paused", "1"));
    return text ? any(this.#columns.total, [available, text.pausedByName]) : available;
  }

  /**
   * For each facet with a choice, who meets all other conditions.
   * @param {Asked[]} asked
   */
  #without(asked) {
    const own = asked.filter(({ facet, wishes }) => !wishes && facet !== "text");
    return new Map(own.map((one) => [one.facet, meeting(this.#shown, asked, (other) => other === one)]));
  }

  /**
   * Returns who meets a wish: a value of a facet, or a place, which stands for any of several values.
   * @param {Wish} wish
   */
  #meeting({ facet, id }) {
    if (facet !== "place") return this.#columns.rowsOf(facet, id);
    /** @type {[string, string][]} */
    const values = this.#source.manifest.places[id] ?? [];
    return any(this.#columns.total, values.map(([name, value]) => this.#columns.rowsOf(name, value)));
  }

  /**
   * Returns what was meant by the words that nobody has, where somebody is found with it.
   * @param {SearchQuery} query
   * @param {string[]} words
   * @param {string[]} unknown some of them
   */
  async #meant(query, words, unknown) {
    /** @type {Meant[]} */
    const meant = [];
    for (const typed of unknown) {
      const word = await this.#texts.meant(typed, this.#shown);
      if (word === null) return [];
      meant.push({ typed, word });
    }
    const text = words.map((word) => meant.find(({ typed }) => typed === word)?.word ?? word).join(" ");
    return meant.length > 0 && (await this.search({ ...query, text, page: 1 })).total > 0 ? meant : [];
  }
}

/**
 * @param {number} row
 * @param {Wish[]} wishes
 * @param {Bits[]} sets who meets each
 */
function reasonsOf(row, wishes, sets) {
  return {
    met: wishes.filter((_, place) => has(sets[place], row)),
    missed: wishes.filter((_, place) => !has(sets[place], row)),
  };
}

/**
 * Returns the row of a mentor, null for whoever is not in the index. Raises what the source raises.
 * @param {Source} source
 * @param {string} slug
 */
async function rowOf(source, slug) {
  let hash = 0x811c9dc5;
  for (const letter of new TextEncoder().encode(slug)) hash = Math.imul(hash ^ letter, 0x01000193);
  let row = /** @type {number | null} */ (null);
  eachTerm(await source.bytes(`slugs/${(hash >>> 0) % source.manifest.slugs}.bin`), (term, lists) => {
    if (term !== slug) return false;
    [row] = listed(lists.rows(source.manifest.total, source.manifest.total));
    lists.pass();
    return true;
  });
  return row;
}
