// Mentors side by side. Who is compared stands in the address; what they offer is read from their own pages, in the
// language of this one: so it is never older than those, and who has left has none.
import { announce } from "./announcer.mjs";
import { leadBackToResults } from "./back-to-results.mjs";
import { factOf, fetchCompared, whose } from "./compared.mjs";
import { element, part } from "./dom.mjs";
import { comparedIn, dropFromShortlist, keepShortlist, readShortlist, searchFor } from "./shortlist.mjs";
import { createToggle, showWayToShortlist } from "./shortlist-buttons.mjs";
import { carryOver } from "./way-back.mjs";
import { Wording } from "./wording.mjs";

const LABELS = 9; // rem: the column before the mentors, as css/directory.css has it
const NARROWEST = 10; // rem: a mentor's column whose words still stand whole

/** @typedef {import("./compared.mjs").Compared} Compared */

class Comparison {
  /**
   * @param {HTMLElement} root
   * @param {any} settings as templates/compare.html hands them over
   */
  constructor(root, settings) {
    this.root = root;
    this.mentorsUrl = settings.mentors_url;
    this.most = settings.most;
    this.wording = new Wording(settings);
    this.heading = part(root, "heading", HTMLElement);
    this.table = part(root, "table", HTMLTableElement);
    const kept = readShortlist();
    const asked = comparedIn(location.search);
    this.isMine = asked.length === 0 || isSame(asked, kept);
    this.named = this.isMine ? kept.length : asked.length;
    this.slugs = (asked.length > 0 ? asked : kept).slice(0, this.most);
    /** @type {Compared[]} */
    this.mentors = [];
    this.putBack = () => {};
  }

  /** Shows the mentors whom the address names; where it names nobody, those of the shortlist. */
  async open() {
    this.heading.hidden = false;
    for (const plain of this.root.querySelectorAll("[data-without-script]")) plain.setAttribute("hidden", "");
    part(this.root, "put-back", HTMLButtonElement).addEventListener("click", () => this.putBack());
    new ResizeObserver(() => this.stack()).observe(this.root);
    const found = await Promise.allSettled(this.slugs.map((slug) => fetchCompared(`${this.mentorsUrl}${slug}/`, slug)));
    this.mentors = found.flatMap((answer) => (answer.status === "fulfilled" && answer.value ? [answer.value] : []));
    const missing = this.slugs.filter((_, index) => found[index].status === "rejected");
    const shown = this.mentors.map(({ slug }) => slug);
    const left = this.slugs.filter((slug) => !missing.includes(slug) && !shown.includes(slug));
    this.slugs = this.slugs.filter((slug) => !left.includes(slug));
    const notices = this.noticesOf(left, missing);
    dropFromShortlist(new Set(left));
    this.show();
    this.tell(notices);
    announce([`${this.heading.textContent}.`, ...notices].join(" "));
  }

  /**
   * Returns what has to be said of who is not shown.
   * @param {string[]} left
   * @param {string[]} missing
   */
  noticesOf(left, missing) {
    const kept = readShortlist();
    const blanks = { count: this.wording.number(this.named), most: this.wording.number(this.most), who: this.wording.both(missing) };
    const keys = [
      ...(this.named > this.most ? ["more"] : []),
      ...(left.length > 0 ? [left.some((slug) => kept.includes(slug)) ? "left" : "left_link"] : []),
      ...(missing.length > 0 ? ["failed"] : []),
    ];
    return keys.map((key) => this.wording.say(key, blanks));
  }

  /** @param {string[]} notices */
  tell(notices) {
    const place = part(this.root, "notices", HTMLElement);
    place.replaceChildren(...notices.map((notice) => element("p", {}, notice)));
    place.hidden = notices.length === 0;
  }

  /** Shows the mentors there are, and writes into the address who is compared. */
  show() {
    const columns = this.mentors.length;
    this.heading.textContent = this.wording.mentors(columns);
    this.table.hidden = columns === 0;
    for (const row of this.table.querySelectorAll("tr")) this.fill(row);
    this.stack();
    const [state, none] = this.isMine ? ["mine", "empty"] : ["link", "empty_link"];
    part(this.root, "state", HTMLElement).textContent = this.slugs.length > 0 ? this.wording.say(state) : this.wording.say(none, { most: this.most });
    if (!this.isMine) showWayToShortlist();
    this.writeAddress();
  }

  /** Mentors stand side by side as far as their columns are wide enough, with whatever size of letters. */
  stack() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const needed = (LABELS + NARROWEST * this.mentors.length) * rem;
    this.table.classList.toggle("compare__table--stacked", this.root.clientWidth < needed);
  }

  /** @param {HTMLTableRowElement} row */
  fill(row) {
    const { fact = "" } = row.dataset;
    const [title] = row.children;
    row.replaceChildren(title, ...this.mentors.map((mentor) => this.createCell(fact, mentor)));
    const isSaid = row.querySelectorAll(".compare__unstated").length < this.mentors.length;
    row.hidden = !isSaid || (fact === "leave" && this.isMine);
  }

  /**
   * @param {string} fact
   * @param {Compared} mentor
   */
  createCell(fact, mentor) {
    const attributes = { "data-slug": mentor.slug, "data-label": mentor.name };
    const content = this.buttonOf(fact, mentor) ?? factOf(mentor, fact);
    const unstated = [element("span", { class: "compare__unstated" }, this.wording.say("unstated"))];
    if (fact === "name") return element("th", { ...attributes, scope: "col" }, ...(content ?? []));
    return element("td", attributes, ...(content ?? unstated));
  }

  /**
   * Returns what to press about a mentor. One's own shortlist is what is compared, and whoever leaves it leaves the
   * page; of a link's mentors each can be put on the shortlist, and leaving the page takes nobody off it.
   * @param {string} fact
   * @param {Compared} mentor
   */
  buttonOf(fact, mentor) {
    if (fact === "shortlist") return [this.isMine ? this.createLeave("remove", mentor) : createToggle(mentor.slug, mentor.name)];
    if (fact === "leave") return this.isMine ? [] : [this.createLeave("leave", mentor)];
    return null;
  }

  /**
   * @param {string} key of its words
   * @param {Compared} mentor
   */
  createLeave(key, mentor) {
    const button = element("button", { class: "shortlist__toggle", type: "button", "data-leave": "" }, this.wording.say(key), whose(mentor));
    button.addEventListener("click", () => this.leave(mentor));
    return button;
  }

  /** @param {Compared} mentor */
  leave(mentor) {
    const { slugs, mentors } = this;
    const place = mentors.indexOf(mentor);
    if (this.isMine) dropFromShortlist(new Set([mentor.slug]));
    this.slugs = slugs.filter((slug) => slug !== mentor.slug);
    this.mentors = mentors.filter((each) => each !== mentor);
    this.putBack = () => this.restore(slugs, mentors, mentor);
    this.show();
    this.arrive(this.isMine ? "removed" : "left_out", mentor, Math.min(place, this.mentors.length - 1));
  }

  /**
   * Undoes the last step.
   * @param {string[]} slugs
   * @param {Compared[]} mentors
   * @param {Compared} mentor who is back
   */
  restore(slugs, mentors, mentor) {
    const kept = readShortlist();
    if (this.isMine && kept.length >= this.most) return announce(this.wording.say("full", { most: this.most }));
    if (this.isMine) keepShortlist([...kept, mentor.slug]);
    Object.assign(this, { slugs, mentors });
    this.show();
    this.arrive("back", mentor, mentors.indexOf(mentor));
  }

  /**
   * Says what was done, and has the focus go on at a column; without one, at the heading.
   * @param {"removed" | "left_out" | "back"} key
   * @param {Compared} mentor
   * @param {number} place
   */
  arrive(key, { name }, place) {
    const said = this.wording.say(key, { name });
    part(this.root, "removed-text", HTMLElement).textContent = said;
    part(this.root, "removed", HTMLElement).hidden = key === "back";
    /** @type {NodeListOf<HTMLElement>} */
    const buttons = this.root.querySelectorAll("[data-leave]");
    (buttons[place] ?? this.heading).focus();
    announce(`${said} ${this.heading.textContent}.`);
  }

  /** Nothing here is a visit of its own: Back leads to where somebody came from. */
  writeAddress() {
    const search = searchFor(this.slugs);
    history.replaceState(history.state, "", location.pathname + search);
    carryOver(search);
  }
}

/**
 * Returns whether two lists name the same mentors, in whatever order.
 * @param {string[]} one
 * @param {string[]} other
 */
function isSame(one, other) {
  return one.length === other.length && one.every((slug) => other.includes(slug));
}

leadBackToResults();
const settings = JSON.parse(part(document, "settings", HTMLScriptElement).text);
await new Comparison(part(document, "comparison", HTMLElement), settings).open();
