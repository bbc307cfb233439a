// The panel where somebody says what they wish of a mentor: one wish at a time, each with a button that takes it back.
import { arrange, element, part } from "./dom.mjs";
import { IDENTITY_FACETS, isIdentity } from "./facets.mjs";
import { forgetIdentityWishes, keepWishes, lift, readWishes, withWishes, withoutWish } from "./wishes.mjs";

/** In the order of how often they decide. A place is a province with its neighbours, or wherever one can meet from afar. */
const ABOUT = ["area", "topic", "lang", "place", "province", "age", "experience", "training", "format"];

export class WishPanel {
  #root;
  #wording;
  #mark;
  #tell;
  /** @type {Wish[]} */
  all = [];

  /**
   * @param {HTMLElement} root
   * @param {Wording} wording
   * @param {string} mark of the sign-in; empty where nobody is signed in
   * @param {(said: string) => void} tell what to do once the wishes have changed, and what to say of it
   */
  constructor(root, wording, mark, tell) {
    this.#root = part(root, "wishes", HTMLDetailsElement);
    this.#wording = wording;
    this.#mark = mark;
    this.#tell = tell;
    this.#fillAbout();
    this.#refresh();
  }

  /** Shows the panel, which can serve from now on. */
  open() {
    this.#listen();
    this.#root.hidden = false;
  }

  /** Takes out what is for members alone. */
  close() {
    forgetIdentityWishes();
    this.#mark = "";
    this.#fillAbout();
    this.#refresh();
  }

  /** Whether some must be met that concern identity: then mentors are found by it. */
  get isByIdentity() {
    return this.all.some(({ facet, must }) => must && isIdentity(facet));
  }

  /**
   * Leaves these wishes as they are, but for having to be met.
   * @param {Wish[]} lifted
   */
  lift(lifted) {
    keepWishes(lift(this.all, lifted), this.#mark);
    this.#refresh();
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

  #listen() {
    this.#about.addEventListener("change", () => this.#fillWhat());
    part(this.#root, "wish-form", HTMLFormElement).addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#add();
    });
    part(this.#root, "wish-forget", HTMLButtonElement).addEventListener("click", () => {
      this.#root.querySelector("summary")?.focus();
      this.#change([], this.#wording.say("wishes_forgotten"));
    });
  }

  #fillAbout() {
    const offered = [...ABOUT, ...(this.#mark ? IDENTITY_FACETS : [])].filter((facet) => this.#wording.terms(facet).length > 0);
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
    this.#change(withWishes(this.all, [wish]), this.#wording.say("wish_added", { wish: this.#wording.wish(wish) }));
  }

  /** @param {Wish} wish */
  #remove(wish) {
    const buttons = [...this.#list.querySelectorAll("button")];
    const place = this.all.indexOf(wish);
    const next = buttons[place + 1] ?? buttons[place - 1] ?? this.#root.querySelector("summary");
    next?.focus();
    this.#change(withoutWish(this.all, wish), this.#wording.say("wish_removed", { wish: this.#wording.wish(wish) }));
  }

  /**
   * @param {Wish[]} wishes
   * @param {string} said
   */
  #change(wishes, said) {
    keepWishes(wishes, this.#mark);
    this.#refresh();
    this.#tell(said);
  }

  /** Shows the wishes as they are kept; what this release has no word for is left out. */
  #refresh() {
    this.all = readWishes(this.#mark).filter(({ facet, id }) => this.#wording.knows(facet, id));
    const shown = new Map([...this.#list.children].map((entry) => [entry.getAttribute("data-wish"), entry]));
    arrange(this.#list, this.all.map((wish) => shown.get(keyOf(wish)) ?? this.#createEntry(wish)));
    part(this.#root, "wish-forget", HTMLElement).hidden = this.all.length === 0;
    const count = part(this.#root, "wish-count", HTMLElement);
    count.hidden = this.all.length === 0;
    count.textContent = this.#wording.number(this.all.length);
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
    button.addEventListener("click", () => this.#remove(this.all.find((each) => keyOf(each) === keyOf(wish)) ?? wish));
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
