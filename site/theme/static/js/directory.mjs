// The directory page, once there is a script: address -> query -> engine -> page. The address is the only state.
import { announce } from "./announcer.mjs";
import { showCards, slugOf } from "./cards.mjs";
import { neighbourOf, showChips } from "./chips.mjs";
import { isPlainClick, part } from "./dom.mjs";
import { clearChoice, closeGroups, collate, openChosen, searchOf, showChosen, showCounts, writeForm } from "./filter-form.mjs";
import { fetchIndex } from "./index-file.mjs";
import { FACETS, createEngine, isIdentity } from "./matching.mjs";
import { MembersPart, askMembers } from "./members-part.mjs";
import { showPaging } from "./paging.mjs";
import { rememberPlace, restorePlace } from "./place.mjs";
import { SORTS, choicesOf, emptyQuery, parseQuery, withoutChoice, writeQuery } from "./query.mjs";
import { dropFromShortlist } from "./shortlist.mjs";
import { offerShortlist } from "./shortlist-buttons.mjs";
import { carryOver } from "./way-back.mjs";
import { showWaysOut, waysOut } from "./way-out.mjs";
import { fetchWithdrawn } from "./withdrawn.mjs";
import { WishPanel } from "./wish-panel.mjs";
import { Wording } from "./wording.mjs";

class DirectoryPage {
  /**
   * @param {HTMLElement} root
   * @param {Settings} settings
   * @param {(answer: MembersAnswer) => Engine} engineWith what members see, or without
   * @param {MembersAnswer} answer
   */
  constructor(root, settings, engineWith, answer) {
    this.engineWith = engineWith;
    this.engine = engineWith(answer);
    this.members = new MembersPart(root, answer);
    this.settings = settings;
    this.wording = new Wording(settings);
    const known = FACETS.map((facet) => [facet, settings.facets[facet].terms.map(([id]) => id)]);
    this.known = /** @type {KnownIds} */ (Object.fromEntries(known));
    this.root = root;
    this.form = part(root, "form", HTMLFormElement);
    this.toggle = part(root, "toggle", HTMLButtonElement);
    this.heading = part(root, "heading", HTMLElement);
    this.chips = part(root, "chips", HTMLElement);
    this.cards = part(root, "cards", HTMLElement);
    this.template = part(root, "card", HTMLTemplateElement);
    this.query = parseQuery(location.search, this.known);
    this.summary = "";
    this.wishes = new WishPanel(root, this.wording, (said) => this.rank(said));
  }

  /**
   * Shows the mentors in the order of the wishes, which have changed.
   * @param {string} said of the change
   */
  rank(said) {
    this.visit({ ...this.query, page: 1 });
    announce(`${said} ${this.summary}`);
  }

  /** Everything in force: what stands in the address, and what never does. */
  get choices() {
    return [...choicesOf(this.query), ...this.members.choices];
  }

  /** Whether the mentors in the list were found by their identity. */
  get isByIdentity() {
    return this.members.choices.length > 0;
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
    this.tellMembers();
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
    window.addEventListener("pageshow", (shown) => {
      if (!shown.persisted) return;
      this.checkSignedIn();
      restorePlace(this.cards);
    });
    // One may have signed out in another tab.
    document.addEventListener("visibilitychange", () => this.checkSignedIn());
    part(this.root, "forget", HTMLButtonElement).addEventListener("click", () => this.forgetIdentity());
  }

  apply() {
    const asked = parseQuery(searchOf(this.form), this.known);
    this.members.apply();
    this.unfold(false);
    this.visit({ ...asked, sort: this.query.sort });
    this.arrive();
  }

  clear() {
    const query = { ...emptyQuery(), sort: this.query.sort };
    this.members.keepOnly([]);
    writeForm(this.form, query);
    this.visit(query);
    this.arrive();
  }

  forgetIdentity() {
    this.members.keepOnly([]);
    showChosen(this.form);
    this.visit({ ...this.query, page: 1 });
    announce(`${this.wording.say("forgotten")} ${this.summary}`);
  }

  /** Takes everything out of the page that is for members alone, once nobody is signed in here any more. */
  checkSignedIn() {
    if (!this.members.closeIfEnded()) return;
    this.engine = this.engineWith(this.members.answer);
    this.show();
    this.tellMembers();
  }

  tellMembers() {
    const said = this.members.tell(this.wording);
    if (said) announce(said);
  }

  /** @param {Choice} choice */
  remove(choice) {
    const neighbour = neighbourOf(this.chips, choice);
    if (isIdentity(choice.facet)) this.members.remove(choice);
    clearChoice(this.form, choice);
    this.visit(withoutChoice(this.query, choice));
    (neighbour ?? this.heading).focus();
    announce(`${this.wording.say("removed", { choice: this.wording.choice(choice) })} ${this.summary}`);
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
    const keep = link.dataset.keep;
    if (keep !== undefined) this.members.keepOnly(keep.split(" "));
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
    announce(this.summary);
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
    announce(this.summary);
  }

  show() {
    const matches = this.engine.match({ ...this.query, identity: this.members.chosen });
    const pages = Math.max(1, Math.ceil(matches.ids.length / this.settings.per_page));
    this.query = { ...this.query, page: Math.min(this.query.page, pages) };
    this.showCount(matches.ids.length);
    this.showCards(matches.ids);
    this.showChoices();
    this.showSorts();
    this.showEmpty(matches);
    showCounts(this.form, matches.counts, this.wording, this.isByIdentity ? this.wording.least : 0);
    this.members.showCounts(matches.counts, this.wording);
    showPaging(part(this.root, "paging", HTMLElement), this.query, pages, this.wording);
    carryOver(writeQuery(this.query));
  }

  /** @param {number} count */
  showCount(count) {
    const first = (this.query.page - 1) * this.settings.per_page + 1;
    const last = Math.min(count, first + this.settings.per_page - 1);
    const bounds = { first: this.wording.number(first), last: this.wording.number(last) };
    const isSmall = this.isByIdentity && count > 0 && count < this.wording.least;
    const range = isSmall ? "" : count > 0 ? this.wording.say("range", bounds) : this.wording.say("nobody");
    this.heading.textContent = this.isByIdentity ? this.wording.someMentors(count) : this.wording.mentors(count);
    part(this.root, "range", HTMLElement).textContent = range;
    this.summary = `${this.heading.textContent}. ${range}`;
  }

  /** @param {number[]} ids */
  showCards(ids) {
    const first = (this.query.page - 1) * this.settings.per_page;
    const mentors = ids.slice(first, first + this.settings.per_page).map((id) => this.engine.mentor(id));
    const { template, wording, settings } = this;
    const addressOf = (/** @type {Mentor} */ { slug, members_only, identity }) =>
      `${members_only || identity ? settings.members_url : settings.mentors_url}${encodeURIComponent(slug)}/`;
    showCards(this.cards, mentors, { template, wording, addressOf });
    this.cards.hidden = mentors.length === 0;
    offerShortlist(this.root);
  }

  showChoices() {
    const { choices } = this;
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

  /** @param {Matches} matches */
  showEmpty(matches) {
    const isEmpty = matches.ids.length === 0;
    part(this.root, "empty", HTMLElement).hidden = !isEmpty;
    part(this.root, "sorting", HTMLElement).hidden = isEmpty;
    if (!isEmpty) return;
    const ways = waysOut(this.engine, this.query, matches, this.members.chosen);
    showWaysOut(part(this.root, "ways", HTMLElement), ways, this.choices, this.wording);
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
  const [index, withdrawn, answer] = await Promise.all([
    fetchIndex(settings.index_url),
    fetchWithdrawn(),
    askMembers(settings.members_index_url),
  ]);
  dropFromShortlist(withdrawn);
  if (answer.state === "open") Object.assign(settings.facets, answer.facets);
  const engineWith = (/** @type {MembersAnswer} */ given) =>
    createEngine(index, settings.lang, withdrawn, given.state === "open" ? given.join : undefined);
  new DirectoryPage(root, settings, engineWith, answer).open();
}
