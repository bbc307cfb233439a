// What the directory shows of a result: how many, their cards, the choices in force, the sorts, the ways out of none.
import { showCards } from "./cards.mjs";
import { showChips } from "./chips.mjs";
import { part } from "./dom.mjs";
import { FACETS } from "./facets.mjs";
import { showPaging } from "./paging.mjs";
import { SORTS, writeQuery } from "./query.mjs";
import { offerLater } from "./shortlist-part.mjs";

/**
 * What a result was found with.
 * @typedef {{
 *   query: Query, choices: Choice[], isByIdentity: boolean, remove: (choice: Choice) => void,
 *   members: import("./members-part.mjs").MembersPart, wishes: import("./wishes-part.mjs").WishesPart,
 * }} Asked
 */

export class Results {
  #root;
  #settings;
  #wording;
  /** @type {typeof import("./way-out.mjs") | null} */
  #ends = null;
  /** What is spoken of the result. */
  summary = "";
  #sorted = "";
  offered = Promise.resolve();

  /**
   * @param {HTMLElement} root
   * @param {Settings} settings
   * @param {Wording} wording
   */
  constructor(root, settings, wording) {
    this.#root = root;
    this.#settings = settings;
    this.#wording = wording;
  }

  /** Fetches what tells the ways out. Raises what the browser raises. */
  async fetchEnds() {
    this.#ends ??= await import("./way-out.mjs");
  }

  /**
   * @param {Found} found
   * @param {HTMLElement[]} entries the cards of its rows
   * @param {Asked} asked
   */
  show(found, entries, asked) {
    this.#showCount(found.total, asked);
    this.#showCards(entries, found.reasons, asked);
    this.#showChoices(asked);
    this.#showSorts(asked);
    this.#showEmpty(found, asked);
    const pages = Math.max(1, Math.ceil(found.total / this.#settings.per_page));
    showPaging(part(this.#root, "paging", HTMLElement), asked.query, pages, this.#wording);
  }

  /**
   * @param {number} count
   * @param {Asked} asked
   */
  #showCount(count, { query, isByIdentity }) {
    const first = (query.page - 1) * this.#settings.per_page + 1;
    const last = Math.min(count, first + this.#settings.per_page - 1);
    const bounds = { first: this.#wording.number(first), last: this.#wording.number(last) };
    const isSmall = isByIdentity && count > 0 && count < this.#wording.least;
    const range = isSmall ? "" : count > 0 ? this.#wording.say("range", bounds) : this.#wording.say("nobody");
    const heading = isByIdentity ? this.#wording.someMentors(count) : this.#wording.mentors(count);
    part(this.#root, "heading", HTMLElement).textContent = heading;
    part(this.#root, "range", HTMLElement).textContent = range;
    this.summary = `${heading}. ${range}`;
  }

  /**
   * @param {HTMLElement[]} entries
   * @param {Found["reasons"]} reasons
   * @param {Asked} asked
   */
  #showCards(entries, reasons, { members, wishes }) {
    const { mentors_url, members_url } = this.#settings;
    const isForMembers = (/** @type {string} */ slug) => members.answer.state === "open" && members.answer.knows(slug);
    const cards = part(this.#root, "cards", HTMLElement);
    showCards(cards, entries, (slug) => `${isForMembers(slug) ? members_url : mentors_url}${encodeURIComponent(slug)}/`);
    cards.hidden = entries.length === 0;
    wishes.showReasons(entries, reasons);
    this.offerShortlist();
  }

  offerShortlist() {
    this.offered = offerLater(this.#root);
  }

  /** @param {Asked} asked */
  #showChoices({ choices, remove }) {
    showChips(part(this.#root, "chips", HTMLElement), choices, this.#wording, remove);
    part(this.#root, "choices", HTMLElement).hidden = choices.length === 0;
    part(this.#root, "chosen", HTMLElement).textContent = choices.length > 0 ? `(${choices.length})` : "";
  }

  /**
   * Who wishes nothing gets the order of the day for the best fit: both are the address without a word about it.
   * @param {Asked} asked
   */
  #showSorts({ query, wishes }) {
    const isWished = wishes.all.length > 0;
    const current = query.sort === "fit" && !isWished ? "daily" : query.sort;
    for (const sort of SORTS) {
      const link = part(this.#root, `sort-${sort}`, HTMLAnchorElement);
      link.href = writeQuery({ ...query, sort: sort === "daily" && !isWished ? "fit" : sort, page: 1 }) || "?";
      link.hidden = sort === "fit" && !isWished;
      if (sort === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const order = part(this.#root, `sort-${current}`, HTMLElement).textContent ?? "";
    if (this.#sorted && this.#sorted !== current) this.summary += ` ${this.#wording.say("sorted", { order })}`;
    this.#sorted = current;
  }

  /**
   * @param {Found} found
   * @param {Asked} asked
   */
  #showEmpty(found, { query, choices, members, wishes }) {
    const isEmpty = found.total === 0;
    part(this.#root, "empty", HTMLElement).hidden = !isEmpty;
    part(this.#root, "sorting", HTMLElement).hidden = isEmpty;
    part(this.#root, "words-hint", HTMLElement).hidden = !query.q;
    const given = [...new URLSearchParams(location.search)].filter(([name]) => /** @type {string[]} */ (FACETS).includes(name));
    part(this.#root, "unread", HTMLElement).hidden = given.every(([facet, id]) => this.#wording.knows(facet, id));
    // What no longer leads anywhere is taken out: it may name what was looked for in mentors' identity.
    if (!this.#ends) return;
    const { showMeant, showWaysOut, waysOut } = this.#ends;
    this.summary += showMeant(part(this.#root, "meant", HTMLElement), found.meant, query, this.#wording);
    const ways = waysOut(found.ways_out, query, members.chosen, wishes.all);
    showWaysOut(part(this.#root, "ways", HTMLElement), ways, choices, this.#wording);
  }
}
