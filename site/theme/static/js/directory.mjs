// The directory page, once there is a script: address -> query -> engine -> page. The address is the only state.
import { createAnnouncer } from "./announcer.mjs";
import { showCards, slugOf } from "./cards.mjs";
import { neighbourOf, showChips } from "./chips.mjs";
import { isPlainClick, part } from "./dom.mjs";
import { clearChoice, closeGroups, collate, openChosen, searchOf, showChosen, showCounts, writeForm } from "./filter-form.mjs";
import { fetchIndex } from "./index-file.mjs";
import { carryOver } from "./language-switch.mjs";
import { FACETS, createEngine } from "./matching.mjs";
import { showPaging } from "./paging.mjs";
import { rememberPlace, restorePlace } from "./place.mjs";
import { SORTS, choicesOf, emptyQuery, parseQuery, withoutChoice, writeQuery } from "./query.mjs";
import { showWaysOut, waysOut } from "./way-out.mjs";
import { Wording } from "./wording.mjs";

/**
 * @typedef {import("./query.mjs").Query} Query
 * @typedef {import("./query.mjs").Choice} Choice
 * @typedef {import("./matching.mjs").Engine} Engine
 * @typedef {import("./wording.mjs").Settings} Settings
 */

class DirectoryPage {
  /**
   * @param {HTMLElement} root
   * @param {Settings} settings
   * @param {Engine} engine
   */
  constructor(root, settings, engine) {
    this.engine = engine;
    this.settings = settings;
    this.wording = new Wording(settings);
    const known = FACETS.map((facet) => [facet, settings.facets[facet].terms.map(([id]) => id)]);
    this.known = /** @type {import("./query.mjs").KnownIds} */ (Object.fromEntries(known));
    this.root = root;
    this.form = part(root, "form", HTMLFormElement);
    this.toggle = part(root, "toggle", HTMLButtonElement);
    this.heading = part(root, "heading", HTMLElement);
    this.chips = part(root, "chips", HTMLElement);
    this.cards = part(root, "cards", HTMLElement);
    this.template = part(root, "card", HTMLTemplateElement);
    this.announce = createAnnouncer(part(root, "status-one", HTMLElement), part(root, "status-two", HTMLElement));
    this.query = parseQuery(location.search, this.known);
    this.summary = "";
  }

  /** Shows the page as its address asks, and listens from then on. The form appears last, when it can serve. */
  open() {
    const focused = document.activeElement;
    collate(this.form, this.settings.lang);
    writeForm(this.form, this.query);
    this.show();
    this.listen();
    for (const plain of this.root.querySelectorAll("[data-without-script]")) plain.setAttribute("hidden", "");
    this.form.hidden = this.toggle.hidden = false;
    if (this.toggle.offsetParent) closeGroups(this.form);
    openChosen(this.form);
    // On a slow line somebody may be in the list already, or in the links that the form replaces.
    if (isLost(focused)) this.heading.focus();
    restorePlace(this.cards);
  }

  listen() {
    this.form.addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.apply();
    });
    this.form.addEventListener("change", () => showChosen(this.form));
    this.toggle.addEventListener("click", () => this.unfold(this.toggle.getAttribute("aria-expanded") !== "true"));
    part(this.root, "clear", HTMLButtonElement).addEventListener("click", () => this.clear());
    this.root.addEventListener("click", (click) => this.follow(click));
    window.addEventListener("popstate", () => this.goBack());
    // A page that comes back whole from the browser's memory has its list, but not its focus.
    window.addEventListener("pageshow", (shown) => shown.persisted && restorePlace(this.cards));
  }

  apply() {
    const asked = parseQuery(searchOf(this.form), this.known);
    this.unfold(false);
    this.visit({ ...asked, sort: this.query.sort });
    this.arrive();
  }

  clear() {
    const query = { ...emptyQuery(), sort: this.query.sort };
    writeForm(this.form, query);
    this.visit(query);
    this.arrive();
  }

  /** @param {Choice} choice */
  remove(choice) {
    const neighbour = neighbourOf(this.chips, choice);
    clearChoice(this.form, choice);
    this.visit(withoutChoice(this.query, choice));
    (neighbour ?? this.heading).focus();
    this.announce(`${this.wording.say("removed", { choice: this.wording.choice(choice) })} ${this.summary}`);
  }

  /** @param {MouseEvent} click */
  follow(click) {
    const link = click.target instanceof Element ? click.target.closest("a") : null;
    if (!link) return;
    const slug = slugOf(link);
    if (!isPlainClick(click)) return;
    if (slug) rememberPlace(slug);
    if (!link.hasAttribute("data-query")) return;
    click.preventDefault();
    this.visit(parseQuery(link.search, this.known));
    writeForm(this.form, this.query);
    this.arrive();
  }

  goBack() {
    const query = parseQuery(location.search, this.known);
    // A jump within the page, to a heading say, also lands here.
    if (writeQuery(query) === writeQuery(this.query)) return;
    const focused = document.activeElement;
    this.query = query;
    writeForm(this.form, query);
    openChosen(this.form);
    this.show();
    if (isLost(focused)) this.heading.focus({ preventScroll: true });
    this.announce(this.summary);
  }

  /**
   * One visit, one entry in the history.
   * @param {Query} query
   */
  visit(query) {
    this.query = query;
    const search = writeQuery(query);
    if (search !== location.search) history.pushState(null, "", location.pathname + search);
    this.show();
  }

  arrive() {
    this.heading.focus();
    this.announce(this.summary);
  }

  show() {
    const matches = this.engine.match(this.query);
    const pages = Math.max(1, Math.ceil(matches.ids.length / this.settings.per_page));
    this.query = { ...this.query, page: Math.min(this.query.page, pages) };
    this.showCount(matches.ids.length);
    this.showCards(matches.ids);
    this.showChoices();
    this.showSorts();
    this.showEmpty(matches);
    showCounts(this.form, matches.counts, this.wording);
    showPaging(part(this.root, "paging", HTMLElement), this.query, pages, this.wording);
    carryOver(writeQuery(this.query));
  }

  /** @param {number} count */
  showCount(count) {
    const first = (this.query.page - 1) * this.settings.per_page + 1;
    const last = Math.min(count, first + this.settings.per_page - 1);
    const bounds = { first: this.wording.number(first), last: this.wording.number(last) };
    const range = count > 0 ? this.wording.say("range", bounds) : this.wording.say("nobody");
    this.heading.textContent = this.wording.mentors(count);
    part(this.root, "range", HTMLElement).textContent = range;
    this.summary = `${this.wording.mentors(count)}. ${range}`;
  }

  /** @param {number[]} ids */
  showCards(ids) {
    const first = (this.query.page - 1) * this.settings.per_page;
    const mentors = ids.slice(first, first + this.settings.per_page).map((id) => this.engine.mentor(id));
    const { template, wording } = this;
    showCards(this.cards, mentors, { template, wording, mentorsUrl: this.settings.mentors_url });
    this.cards.hidden = mentors.length === 0;
  }

  showChoices() {
    const choices = choicesOf(this.query);
    showChips(this.chips, choices, this.wording, (choice) => this.remove(choice));
    part(this.root, "choices", HTMLElement).hidden = choices.length === 0;
    part(this.toggle, "chosen", HTMLElement).textContent = choices.length > 0 ? `(${choices.length})` : "";
  }

  showSorts() {
    for (const sort of SORTS) {
      const link = part(this.root, `sort-${sort}`, HTMLAnchorElement);
      link.href = writeQuery({ ...this.query, sort, page: 1 }) || "?";
      if (sort === this.query.sort) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** @param {import("./matching.mjs").Matches} matches */
  showEmpty(matches) {
    const isEmpty = matches.ids.length === 0;
    part(this.root, "empty", HTMLElement).hidden = !isEmpty;
    part(this.root, "sorting", HTMLElement).hidden = isEmpty;
    if (!isEmpty) return;
    const ways = waysOut(this.engine, this.query, matches);
    showWaysOut(part(this.root, "ways", HTMLElement), ways, this.query, this.wording);
  }

  /**
   * The panel folds on small screens alone; the style sheet knows which.
   * @param {boolean} isOpen
   */
  unfold(isOpen) {
    this.toggle.setAttribute("aria-expanded", String(isOpen));
  }
}

/** @param {Element | null} focused what had the focus before the page changed */
function isLost(focused) {
  return focused !== null && (!focused.isConnected || focused.closest("[hidden]") !== null);
}

/**
 * Brings the page to life. Raises whatever goes wrong on the way.
 * @param {HTMLElement} root
 */
export async function openDirectory(root) {
  const settings = JSON.parse(part(root, "settings", HTMLScriptElement).text);
  carryOver(location.search);
  const engine = createEngine(await fetchIndex(settings.index_url), settings.lang);
  new DirectoryPage(root, settings, engine).open();
}
