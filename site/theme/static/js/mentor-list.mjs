// What the directory shows: query -> engine -> list of mentors, with the counts of the form beside it.
import { announce } from "./announcer.mjs";
import { createEntry } from "./cards.mjs";
import { part } from "./dom.mjs";
import { FACETS } from "./facets.mjs";
import { showCounts } from "./filter-form.mjs";
import { choicesOf, writeQuery } from "./query.mjs";
import { Results } from "./results.mjs";
import { isReplaced } from "./search/source.mjs";
import { carryOver } from "./way-back.mjs";

/**
 * What else of the page a result depends on, and what a chip does.
 * @typedef {{
 *   wording: Wording, members: import("./members-part.mjs").MembersPart, wishes: import("./wishes-part.mjs").WishesPart,
 *   remove: (choice: Choice) => void,
 * }} Beside
 */

export class MentorList {
  #root;
  #settings;
  #results;
  #beside;
  #form;
  #cards;
  #template;
  #problem;
  #again;
  /** @type {Map<number, HTMLElement>} cards that were shown, by row */
  #entries = new Map();
  #turn = 0;

  /**
   * @param {HTMLElement} root
   * @param {Settings} settings
   * @param {SearchEngine} engine
   * @param {Query} query
   * @param {Beside} beside
   */
  constructor(root, settings, engine, query, beside) {
    this.#root = root;
    this.#settings = settings;
    this.#results = new Results(root, settings, beside.wording);
    this.#beside = beside;
    this.#form = part(root, "form", HTMLFormElement);
    this.#cards = part(root, "cards", HTMLElement);
    this.#template = part(root, "card", HTMLTemplateElement);
    this.#problem = part(root, "problem", HTMLElement);
    this.#again = part(root, "again", HTMLElement);
    this.engine = engine;
    this.query = query;
  }

  /** What is spoken of the result. */
  get summary() {
    return this.#results.summary;
  }

  /** When the buttons have come that are no part of a result. */
  get offered() {
    return this.#results.offered;
  }

  /** Shows the first result and returns whether it came. If not, that is told and the list stays that came with the page. */
  async open() {
    if (this.engine.is_as_served) await this.#adoptCards();
    const found = await this.#find().catch((error) => console.warn(error));
    if (found) this.#draw(found);
    else {
      this.#results.offerShortlist();
      this.#results.summary = this.#tell();
    }
    return Boolean(found);
  }

  /**
   * Shows what a query finds; what does not come is told, and what is there stays. Returns whether it is shown: not where
   * a later query has come before.
   * @param {Query} query
   * @param {string} [said] of what was done, to say also where nothing comes
   */
  async show(query, said = "") {
    const turn = this.stop();
    this.query = query;
    const section = this.#root.querySelector("#results");
    carryOver(writeQuery(query)); // whoever goes on before the result has come takes the filters along
    section?.setAttribute("aria-busy", "true");
    try {
      const found = await this.#find();
      if (turn !== this.#turn) return false;
      this.#draw(found);
      return true;
    } catch (error) {
      console.warn(error);
      if (turn === this.#turn) await this.#tellFailure(said);
      return false;
    } finally {
      if (turn === this.#turn) section?.removeAttribute("aria-busy");
    }
  }

  /** What was asked before is not shown any more, whenever it comes. */
  stop() {
    return (this.#turn += 1);
  }

  /** @param {string} said */
  async #tellFailure(said) {
    // Somebody was added or has changed: the page of now knows the index of now. The address says what was asked.
    if (await isReplaced(this.#settings.index_url).catch(() => false)) return location.reload();
    announce(`${said} ${this.#tell()}`.trim());
    // Whoever acted at the foot of the list would not see what stands above it.
    this.#again.focus();
  }

  /** Shows that nothing came, with a way to try again; returns what it says. */
  #tell() {
    const told = this.#beside.wording.say("not_arrived");
    part(this.#problem, "problem-text", HTMLElement).textContent = told;
    this.#problem.hidden = this.#again.hidden = false;
    return told;
  }

  /** Returns who is found, once their cards are there. Raises what the index raises. */
  async #find() {
    const { query } = this;
    const { members, wishes, wording } = this.#beside;
    const choices = { ...Object.fromEntries(FACETS.map((facet) => [facet, query[facet]])), ...members.chosen };
    const { sort, paused, page, q: text } = query;
    const found = await this.engine.search({ choices, text, wishes: wishes.all, sort, paused, page, size: this.#settings.per_page });
    await wishes.fetchWords();
    if (found.total === 0) await this.#results.fetchEnds();
    const unseen = found.rows.filter((row) => !this.#entries.has(row));
    for (const card of await this.engine.cards(unseen)) {
      this.#entries.set(card.row, createEntry(card, this.#template, wording));
    }
    return found;
  }

  /** The page came with the first cards of the day: they need not come again. */
  async #adoptCards() {
    const asked = { choices: {}, text: "", wishes: [], paused: false, page: 1, size: this.#settings.per_page };
    const { rows } = await this.engine.search({ ...asked, sort: "daily" });
    rows.forEach((row, place) => this.#entries.set(row, /** @type {HTMLElement} */ (this.#cards.children[place])));
  }

  /** @param {Found} found */
  #draw(found) {
    this.query = { ...this.query, page: found.page };
    this.#problem.hidden = true;
    const { query } = this;
    const { members, wishes, wording, remove } = this.#beside;
    const choices = [...choicesOf(query), ...members.choices, ...wishes.choices];
    const isByIdentity = members.choices.length > 0 || wishes.isByIdentity;
    const entries = found.rows.map((row) => /** @type {HTMLElement} */ (this.#entries.get(row)));
    this.#results.show(found, entries, { query, choices, isByIdentity, members, wishes, remove });
    showCounts(this.#form, found.counts, wording, isByIdentity ? wording.least : 0);
    members.showCounts(found.counts, wording);
    carryOver(writeQuery(query));
  }
}
