// The panel where somebody says what they wish of a mentor: one wish at a time, each with a button that takes it back.
import { announce } from "./announcer.mjs";
import { arrange, element, part } from "./dom.mjs";
import { IDENTITY_FACETS } from "./facets.mjs";
import { isSame, withWish, withoutWish } from "./wishes.mjs";

/** In the order of how often they decide. A place is a province with its neighbours, or wherever one can meet from afar. */
const ABOUT = ["area", "topic", "lang", "place", "province", "age", "experience", "training", "format"];

export class WishPanel {
  #root;
  #wording;
  #wishes;

  /**
   * @param {HTMLElement} root
   * @param {Wording} wording
   * @param {import("./wishes-part.mjs").WishesPart} wishes
   */
  constructor(root, wording, wishes) {
    this.#root = root;
    this.#wording = wording;
    this.#wishes = wishes;
    this.offer();
    this.show();
    this.#about.addEventListener("change", () => this.#fillWhat());
    part(root, "wish-form", HTMLFormElement).addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#add();
    });
    part(root, "wish-forget", HTMLButtonElement).addEventListener("click", () => this.#forget());
  }

  get #about() {
    return part(this.#root, "wish-about", HTMLSelectElement);
  }

  get #what() {
    return part(this.#root, "wish-what", HTMLSelectElement);
  }

  get #list() {
    return part(this.#root, "wish-list", HTMLElement);
  }

  /** Offers what wishes can be about; identity is offered to members alone. */
  offer() {
    const facets = [...ABOUT, ...(this.#wishes.mark ? IDENTITY_FACETS : [])];
    const offered = facets.filter((facet) => this.#wording.terms(facet).length > 0);
    this.#about.replaceChildren(...offered.map((facet) => option(facet, this.#wording.facet(facet))));
    this.#fillWhat();
  }

  #fillWhat() {
    const terms = this.#wording.terms(this.#about.value);
    this.#what.replaceChildren(...terms.map(([id, label]) => option(id, label)));
  }

  #add() {
    const must = part(this.#root, "wish-must", HTMLInputElement);
    const wish = { facet: this.#about.value, id: this.#what.value, must: must.checked };
    must.checked = false;
    const there = this.#wishes.all.find((each) => isSame(each, wish));
    if (there?.must === wish.must) return announce(this.#said("wish_there", wish));
    this.#wishes.change(withWish(this.#wishes.all, wish), this.#said(there ? "wish_changed" : "wish_added", wish));
  }

  /** @param {Wish} wish */
  #remove(wish) {
    const buttons = [...this.#list.querySelectorAll("button")];
    const place = this.#wishes.all.indexOf(wish);
    (buttons[place + 1] ?? buttons[place - 1] ?? this.#root.querySelector("summary")).focus();
    this.#wishes.change(withoutWish(this.#wishes.all, wish), this.#said("wish_removed", wish));
  }

  #forget() {
    this.#root.querySelector("summary")?.focus();
    this.#wishes.change([], this.#wording.say("wishes_forgotten"));
  }

  /**
   * @param {string} key
   * @param {Wish} wish
   */
  #said(key, wish) {
    return this.#wording.say(key, { wish: this.#wording.wish(wish) });
  }

  /** Shows the wishes. One that is already there stays the same element. */
  show() {
    const shown = new Map([...this.#list.children].map((entry) => [entry.getAttribute("data-wish"), entry]));
    const entries = this.#wishes.all.map((wish) => shown.get(keyOf(wish)) ?? this.#createEntry(wish));
    arrange(this.#list, entries);
    part(this.#root, "wish-forget", HTMLElement).hidden = entries.length === 0;
  }

  /** @param {Wish} wish */
  #createEntry(wish) {
    const button = element(
      "button",
      { type: "button", class: "chip" },
      element("span", { class: "govuk-visually-hidden" }, `${this.#wording.say("wish_remove")} `),
      element("bdi", {}, this.#wording.wish(wish)),
      element("span", { class: "chip__cross", "aria-hidden": "true" }, "×"),
    );
    // The list is read anew with each change, so that the wish itself is another object by then.
    const isIt = (/** @type {Wish} */ each) => keyOf(each) === keyOf(wish);
    button.addEventListener("click", () => this.#remove(this.#wishes.all.find(isIt) ?? wish));
    return element("li", { "data-wish": keyOf(wish) }, button);
  }
}

/** @param {Wish} wish */
function keyOf({ facet, id, must }) {
  return `${facet}=${id}${must ? "!" : ""}`;
}

/**
 * @param {string} value
 * @param {string} text
 */
function option(value, text) {
  return element("option", { value }, text);
}
