// The search engine of the directory: it knows an index and queries, neither the page nor its address.
import { add, any, count, first, has, none, without } from "./bits.mjs";
import { Cards } from "./cards.mjs";
import { Columns } from "./columns.mjs";
import { meeting, musts } from "./conditions.mjs";
import { MalformedIndexError, VERSION } from "./decoding.mjs";
import { levelsOf, pageOf } from "./fit.mjs";
import { Orders } from "./orders.mjs";

export { MalformedIndexError };

/** @typedef {import("./bits.mjs").Bits} Bits */
/** @typedef {import("./conditions.mjs").Asked} Asked */

/** @type {MoreRows} */
const NO_MORE = { rows: [], facets: {}, values: [] };
/** @type {Pick<Found, "ways_out" | "meant">} */
const NO_ENDS = { ways_out: [], meant: [] };

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
    ...[...withdrawn].map(async (slug) => (await import("./slugs.mjs")).rowOf(source, slug)),
  ]);
  return new Engine(source, new Columns(source.manifest, bytes, more), more.rows, language, gone);
}

class Engine {
  #source;
  #columns;
  #more;
  /** @type {Promise<import("./text.mjs").Texts> | undefined} */
  #texts;
  #orders;
  #cards;
  #shown;
  #available;

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
    this.#more = more;
    this.#orders = new Orders(source, columns, more, language);
    this.#cards = new Cards(source, more);
    const hidden = none(columns.total);
    for (const row of gone) if (row !== null) add(hidden, row);
    this.#shown = without(first(columns.total, columns.total), hidden);
    this.#available = without(this.#shown, columns.rowsOf("paused", "1"));
    this.total = count(this.#shown);
    this.is_as_served = more.length === 0 && this.total === columns.total;
  }

  /** @param {SearchQuery} query @returns {Promise<Found>} */
  async search(query) {
    const { wishes, sort, page, size } = query;
    const texts = query.text ? await this.#textsOnce() : null;
    const words = texts?.wordsOf(query.text) ?? [];
    const text = texts && words.length > 0 ? await texts.find(words) : null;
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
      ...(total > 0 ? NO_ENDS : await this.#ends(asked, query, words, text?.unknown ?? [])),
    };
  }

  /** Returns what knows words, which comes with the first of them. Raises what the browser raises. */
  #textsOnce() {
    // With what it imports in its turn, so that both take one round trip.
    const modules = () => Promise.all([import("./text.mjs"), import("../folding.mjs")]);
    const texts = this.#texts ?? modules().then(([{ Texts }]) => new Texts(this.#source, this.#columns.total, this.#more));
    this.#texts = texts;
    // What did not come is asked for again.
    texts.catch(() => (this.#texts = undefined));
    return texts;
  }

  /** @param {number[]} rows */
  async cards(rows) {
    const cards = await this.#cards.of(rows);
    // Perhaps words come next: what knows them is asked for once the cards are shown.
    setTimeout(() => this.#textsOnce().catch(() => {}));
    return cards;
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
    if (!paused) asked.push({ facet: "paused", rows: text ? any(this.#columns.total, [this.#available, text.pausedByName]) : this.#available });
    return [...asked, ...musts(wishes, this.#source.manifest.single, (wish) => this.#meeting(wish))];
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
    /** @type {[string, string[]][]} */
    const values = Object.entries(this.#source.manifest.places[id] ?? {});
    return any(this.#columns.total, values.map(([name, ids]) => this.#columns.rowsOfAny(name, ids)));
  }

  /**
   * Raises what the source raises, or the browser.
   * @param {Asked[]} asked
   * @param {SearchQuery} query
   * @param {string[]} words
   * @param {string[]} unknown those that nobody has
   * @returns {Promise<Pick<Found, "ways_out" | "meant">>}
   */
  async #ends(asked, query, words, unknown) {
    const { meantBy, waysOut } = await import("./ends.mjs");
    const { total } = this.#source.manifest;
    const meant = unknown.length > 0 ? await meantBy(unknown, await this.#textsOnce(), total, this.#shown) : [];
    const text = words.map((word) => meant.find(({ typed }) => typed === word)?.word ?? word).join(" ");
    // A word is meant where somebody is found with it.
    const isFound = meant.length > 0 && (await this.search({ ...query, text, page: 1 })).total > 0;
    return { ways_out: waysOut(this.#shown, asked), meant: isFound ? meant : [] };
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
