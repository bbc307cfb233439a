// The panel where somebody says what they wish of a mentor: one wish at a time, each with a button that takes it back.
import { arrange, element, part } from "./dom.mjs";
import { keepWishes, readWishes, withWishes, withoutWish } from "./wishes.mjs";

/** In the order of how often they decide. A place is a province with its neighbours, or wherever one can meet from afar. */
const ABOUT = ["area", "topic", "lang", "place", "province", "age", "experience", "training", "format"];

export class WishPanel {
  #root;
  #wording;
  #tell;
  /** @type {Wish[]} */
  all = [];

  /**
   * @param {HTMLElement} root
   * @param {Wording} wording
   * @param {(said: string) => void} tell what to do once the wishes have changed, and what to say of it
   */
  constructor(root, wording, tell) {
    this.#root = part(root, "wishes", HTMLDetailsElement);
    this.#wording = wording;
    this.#tell = tell;
    this.#about.replaceChildren(...ABOUT.map((facet) => option(facet, wording.facet(facet))));
    this.#fillWhat();
    this.#listen();
    this.refresh();
    this.#root.hidden = false;
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
    keepWishes(wishes);
    this.refresh();
    this.#tell(said);
  }

  /** Shows the wishes as they are kept; what this release has no word for is left out. */
  refresh() {
    this.all = readWishes().filter(({ facet, id }) => this.#wording.knows(facet, id));
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
