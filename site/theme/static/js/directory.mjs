// The directory page, once there is a script: what somebody does -> address -> query. The address is the only state;
// what it shows of a query is mentor-list.mjs.
import { announce } from "./announcer.mjs";
import { slugOf } from "./cards.mjs";
import { neighbourOf } from "./chips.mjs";
import { isPlainClick, part } from "./dom.mjs";
import { FACETS, isIdentity } from "./facets.mjs";
import { changeForm, closeGroups, openChosen, searchOf, showChosen, writeForm } from "./filter-form.mjs";
import { MembersPart, askMembers } from "./members-part.mjs";
import { MentorList } from "./mentor-list.mjs";
import { rememberDraft, rememberPlace, restorePlace, takeDraft } from "./place.mjs";
import { emptyQuery, parseQuery, withoutChoice, writeQuery } from "./query.mjs";
import { openEngine } from "./search/engine.mjs";
import { openSource } from "./search/source.mjs";
import { leaveShortlist } from "./shortlist-part.mjs";
import { carryOver } from "./way-back.mjs";
import { dropCards, fetchWithdrawn } from "./withdrawn.mjs";
import { WishesPart } from "./wishes-part.mjs";
import { Wording } from "./wording.mjs";

class DirectoryPage {
  /**
   * @param {HTMLElement} root
   * @param {Settings} settings
   * @param {(answer: MembersAnswer) => Promise<SearchEngine>} engineWith what members see, or without
   * @param {SearchEngine} engine
   * @param {MembersAnswer} answer
   */
  constructor(root, settings, engineWith, engine, answer) {
    this.engineWith = engineWith;
    this.members = new MembersPart(root, answer);
    this.wording = new Wording(settings);
    const known = FACETS.map((facet) => [facet, settings.facets[facet].terms.map(([id]) => id)]);
    this.known = /** @type {KnownIds} */ (Object.fromEntries(known));
    this.root = root;
    this.form = part(root, "form", HTMLFormElement);
    this.toggle = part(root, "toggle", HTMLButtonElement);
    this.heading = part(root, "heading", HTMLElement);
    this.chips = part(root, "chips", HTMLElement);
    this.cards = part(root, "cards", HTMLElement);
    const mark = answer.state === "open" ? answer.mark : "";
    this.wishes = new WishesPart(root, this.wording, mark, (said, isMore) => this.rank(said, isMore));
    const { members, wishes, wording } = this;
    const remove = (/** @type {Choice} */ choice) => this.remove(choice);
    const query = parseQuery(location.search, this.known);
    this.list = new MentorList(root, settings, engine, query, { members, wishes, wording, remove });
  }

  /** Shows the page as its address asks, and listens from then on. The form appears last, when it can serve. */
  async open() {
    const [focused, asked] = [document.activeElement, location.search];
    const draft = takeDraft();
    writeForm(this.form, draft === undefined ? this.list.query : parseQuery(draft, this.known));
    const isShown = await this.list.open();
    this.listen();
    for (const plain of this.root.querySelectorAll("[data-without-script]")) plain.setAttribute("hidden", "");
    this.form.hidden = this.toggle.hidden = false;
    this.wishes.open();
    if (this.toggle.offsetParent) closeGroups(this.form);
    openChosen(this.form);
    // On a slow line somebody may be in the list already, or in the links that the form replaces.
    if (isLost(focused)) this.heading.focus();
    // What came with the page may have been read already: whoever asked for something else hears what has come.
    const isAsked = !isShown || location.search !== "" || this.wishes.all.length > 0;
    this.tellMembers(this.wishes.told + (isAsked ? this.list.summary : ""));
    // Back may have been pressed before anybody listened.
    if (location.search !== asked) this.goBack();
    await this.list.offered; // or the cards would grow after the place was found
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
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-language-switch]"))) {
      link.addEventListener("click", (click) => isPlainClick(click) && rememberDraft(link.pathname, searchOf(this.form)));
    }
    window.addEventListener("popstate", () => this.goBack());
    // A page that comes back whole from the browser's memory has its list, but not its focus.
    window.addEventListener("pageshow", (shown) => {
      if (!shown.persisted) return;
      this.checkSignedIn();
      restorePlace(this.cards);
    });
    // One may have signed out in another tab: forget.mjs tells it through the storage.
    window.addEventListener("storage", () => this.checkSignedIn());
    document.addEventListener("visibilitychange", () => this.checkSignedIn());
    part(this.root, "forget", HTMLButtonElement).addEventListener("click", () => this.forgetIdentity());
    part(this.root, "again", HTMLButtonElement).addEventListener("click", () => this.arrive(this.list.query));
  }

  apply() {
    const asked = parseQuery(searchOf(this.form), this.known);
    this.members.apply();
    this.unfold(false);
    this.arrive({ ...asked, sort: this.list.query.sort });
  }

  clear() {
    const query = { ...emptyQuery(), sort: this.list.query.sort };
    this.members.keepOnly([]);
    this.wishes.lift(this.wishes.all);
    writeForm(this.form, query);
    this.arrive(query);
  }

  forgetIdentity() {
    this.members.keepOnly([]);
    showChosen(this.form);
    this.arrive({ ...this.list.query, page: 1 }, this.wording.say("forgotten"));
  }

  /**
   * Shows the mentors by the wishes, which have changed. Whoever wishes more wants the best fit first; else the order stays.
   * @param {string} said of the change
   * @param {boolean} isMore
   */
  rank(said, isMore) {
    const { query } = this.list;
    this.visit({ ...query, sort: isMore ? "fit" : query.sort, page: 1 }, said);
  }

  /** Takes everything out of the page that is for members alone, once nobody is signed in here any more. */
  async checkSignedIn() {
    if (!this.members.closeIfEnded()) return;
    this.wishes.close();
    this.list.stop();
    try {
      this.list.engine = await this.engineWith(this.members.answer);
    } catch {
      // Whoever is listed for members alone must not stay.
      return location.reload();
    }
    await this.list.show(this.list.query);
    this.tellMembers();
  }

  /** @param {string} [more] to say besides */
  tellMembers(more = "") {
    const said = `${this.members.tell(this.wording)} ${more}`.trim();
    if (said) announce(said);
  }

  /** @param {Choice} choice */
  remove(choice) {
    const { query } = this.list;
    const fewer = withoutChoice(query, choice);
    const neighbour = neighbourOf(this.chips, choice);
    if (choice.wish) this.wishes.lift([choice.wish]);
    else if (isIdentity(choice.facet)) this.members.remove(choice);
    changeForm(this.form, query, fewer);
    const said = this.wording.say(choice.wish ? "lifted" : "removed", { choice: this.wording.choice(choice) });
    this.visit(fewer, said, () => (neighbour?.isConnected ? neighbour : this.heading));
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
    if (link.dataset.lift) this.wishes.lift(JSON.parse(link.dataset.lift));
    const query = parseQuery(link.search, this.known);
    changeForm(this.form, this.list.query, query);
    this.arrive(query);
  }

  async goBack() {
    const query = parseQuery(location.search, this.known);
    // A jump within the page, to a heading say, also lands here.
    if (writeQuery(query) === writeQuery(this.list.query)) return;
    const focused = document.activeElement;
    writeForm(this.form, query);
    openChosen(this.form);
    if (!(await this.list.show(query))) return;
    if (isLost(focused)) this.heading.focus({ preventScroll: true });
    announce(this.list.summary);
  }

  /**
   * One visit, one entry in the history. What is found is spoken, unless a later visit has come before.
   * @param {Query} query
   * @param {string} said before it
   * @param {() => HTMLElement} [goal] of the focus
   */
  async visit(query, said, goal) {
    const search = writeQuery(query);
    if (search !== location.search) history.pushState(null, "", location.pathname + search);
    if (!(await this.list.show(query, said))) return;
    goal?.().focus();
    announce(`${said} ${this.list.summary}`.trim());
  }

  /**
   * @param {Query} query
   * @param {string} [said]
   */
  arrive(query, said = "") {
    this.visit(query, said, () => this.heading);
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
  const [source, withdrawn, answer] = await Promise.all([
    openSource(settings.index_url),
    fetchWithdrawn(),
    askMembers(settings.members_index_url, settings.index_url),
  ]);
  leaveShortlist(withdrawn);
  dropCards(root, withdrawn);
  if (answer.state === "open") Object.assign(settings.facets, answer.facets);
  const engineWith = (/** @type {MembersAnswer} */ given) => {
    const more = given.state === "open" ? given.rowsAfter(source.manifest.total) : undefined;
    return openEngine(source, settings.lang, { withdrawn, more });
  };
  await new DirectoryPage(root, settings, engineWith, await engineWith(answer), answer).open();
}
