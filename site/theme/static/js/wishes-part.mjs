// What the directory knows of wishes before anybody has one: its panel and its words are fetched once they are needed.
import { part } from "./dom.mjs";
import { isIdentity } from "./facets.mjs";
import { ANSWERS_USED, forgetIdentityWishes, keepWishes, lift, readWishes } from "./wishes.mjs";

export class WishesPart {
  #root;
  #wording;
  #tell;
  /** @type {import("./wish-panel.mjs").WishPanel | null} */
  #panel = null;
  /** @type {typeof import("./reasons.mjs") | null} */
  #words = null;
  /** What is to be said of how they came. */
  told = "";
  /** @type {Wish[]} what this release has no word for is left out */
  all = [];

  /**
   * @param {HTMLElement} root
   * @param {Wording} wording
   * @param {string} mark of the sign-in; empty where nobody is signed in
   * @param {(said: string, isMore: boolean) => void} tell what to do once the wishes have changed: what to say of it, and
   * whether there are more
   */
  constructor(root, wording, mark, tell) {
    this.#root = part(root, "wishes", HTMLDetailsElement);
    this.#wording = wording;
    this.mark = mark;
    this.#tell = tell;
    this.#read();
  }

  /** Whether some must be met that concern identity: then mentors are found by it. */
  get isByIdentity() {
    return this.all.some(({ facet, must }) => must && isIdentity(facet));
  }

  /** What must be met filters: the wishes in force beside the query. @returns {Choice[]} */
  get choices() {
    const musts = this.all.filter(({ must }) => must);
    return musts.map((wish) => ({ facet: /** @type {Choice["facet"]} */ (wish.facet), value: wish.id, wish }));
  }

  /** Shows the panel's name; the panel comes when it is opened. */
  open() {
    this.#root.addEventListener("toggle", () => this.#root.open && this.#fetchPanel());
    this.#root.hidden = false;
    if (!areAnswersNew()) return;
    const note = part(this.#root, "wish-note", HTMLElement);
    note.hidden = false;
    this.#root.open = true;
    this.told = `${note.textContent} `;
  }

  async #fetchPanel() {
    try {
      const { WishPanel } = await import("./wish-panel.mjs");
      this.#panel ??= new WishPanel(this.#root, this.#wording, this);
    } catch (error) {
      console.warn(error);
      this.#root.open = false;
    }
  }

  /**
   * @param {Wish[]} wishes
   * @param {string} said of the change
   */
  change(wishes, said) {
    const before = this.all.length;
    this.#keep(wishes);
    this.#tell(said, wishes.length > before);
  }

  /**
   * Leaves these wishes as they are, but for having to be met.
   * @param {Wish[]} lifted
   */
  lift(lifted) {
    if (lifted.length > 0) this.#keep(lift(this.all, lifted));
  }

  /** Takes out what is for members alone. */
  close() {
    forgetIdentityWishes();
    this.mark = "";
    this.#read();
    this.#panel?.offer();
  }

  /** Fetches the words for the reasons where there are some to tell. Raises what the browser raises. */
  async fetchWords() {
    if (this.all.length > 0) this.#words ??= await import("./reasons.mjs");
  }

  /**
   * Writes on each card why its mentor fits.
   * @param {Element[]} entries
   * @param {Found["reasons"]} reasons
   */
  showReasons(entries, reasons) {
    entries.forEach((entry, place) => this.#words?.showReason(entry, reasons[place], this.#wording));
  }

  /** @param {Wish[]} wishes */
  #keep(wishes) {
    keepWishes(wishes, this.mark);
    this.#read();
  }

  #read() {
    this.all = readWishes(this.mark).filter(({ facet, id }) => this.#wording.knows(facet, id));
    const count = part(this.#root, "wish-count", HTMLElement);
    count.hidden = this.all.length === 0;
    count.textContent = this.#wording.number(this.all.length);
    this.#panel?.show();
  }
}

/** Returns, once, whether somebody comes from the questionnaire, with their answers as wishes. */
function areAnswersNew() {
  try {
    const isNew = sessionStorage.getItem(ANSWERS_USED) !== null;
    sessionStorage.removeItem(ANSWERS_USED);
    return isNew;
  } catch {
    return false;
  }
}
