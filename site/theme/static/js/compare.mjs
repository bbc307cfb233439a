// Mentors side by side. Who is compared stands in the address; what they offer is read from their own pages, in the
// language of this one: so it is never older than those, and who has left has none.
import { announce } from "./announcer.mjs";
import { element, part } from "./dom.mjs";
import { comparedIn, dropFromShortlist, readShortlist, searchFor } from "./shortlist.mjs";
import { carryOver } from "./way-back.mjs";
import { Wording } from "./wording.mjs";

const LONGEST_WAIT = 10_000; // milliseconds
const GONE = [404, 410];

/** A mentor's page answered, but with neither the page nor its absence. */
class ProfileUnavailableError extends Error {}

/** @typedef {{ slug: string, address: string, name: string, profile: Document }} Compared */

class Comparison {
  /**
   * @param {HTMLElement} root
   * @param {any} settings as templates/compare.html hands them over
   */
  constructor(root, settings) {
    this.root = root;
    this.mentorsUrl = settings.mentors_url;
    this.wording = new Wording(settings);
    this.heading = part(root, "heading", HTMLElement);
    const asked = comparedIn(location.search);
    this.slugs = (asked.length > 0 ? asked : readShortlist()).slice(0, settings.most);
  }

  /** Shows the mentors whom the address names; where it names nobody, those of the shortlist. */
  async open() {
    this.heading.hidden = false;
    for (const plain of this.root.querySelectorAll("[data-without-script]")) plain.setAttribute("hidden", "");
    this.writeAddress();
    const found = await Promise.allSettled(this.slugs.map((slug) => this.fetch(slug)));
    const left = this.slugs.filter((_, index) => isGone(found[index]));
    this.leave(left);
    this.tell("left", left.length > 0);
    this.tell("failed", found.some(({ status }) => status === "rejected"));
    for (const answer of found) if (answer.status === "fulfilled" && answer.value) this.add(answer.value);
    this.show();
    announce(this.heading.textContent ?? "");
  }

  /**
   * Returns what a mentor's page says; null where there is none any more. Raises ProfileUnavailableError, or what the
   * browser raises where there is no answer in time.
   * @param {string} slug
   * @returns {Promise<Compared | null>}
   */
  async fetch(slug) {
    const address = `${this.mentorsUrl}${slug}/`;
    const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_WAIT) });
    if (GONE.includes(response.status)) return null;
    if (!response.ok) throw new ProfileUnavailableError(`${address} answered ${response.status}`);
    const profile = new DOMParser().parseFromString(await response.text(), "text/html");
    return { slug, address, profile, name: part(profile, "name", HTMLElement).textContent ?? "" };
  }

  /** @param {Compared} mentor */
  add(mentor) {
    for (const row of this.rows) {
      const cell = element(row.dataset.fact === "name" ? "th" : "td", { "data-slug": mentor.slug, "data-label": mentor.name });
      if (row.dataset.fact === "name") cell.setAttribute("scope", "col");
      cell.append(...this.contentOf(row.dataset.fact ?? "", mentor));
      row.append(cell);
    }
  }

  /**
   * @param {string} fact
   * @param {Compared} mentor
   * @returns {(Node | string)[]}
   */
  contentOf(fact, mentor) {
    if (fact === "name") return [element("a", { href: mentor.address }, element("bdi", {}, mentor.name))];
    if (fact === "remove") return [this.createRemove(mentor)];
    const told = mentor.profile.querySelector(`[data-part="${fact}"]`);
    if (!told) return [element("span", { class: "compare__unstated" }, this.wording.say("unstated"))];
    const copy = document.importNode(told, true);
    if (fact === "ask" && copy instanceof HTMLAnchorElement) {
      copy.append(whose(mentor));
      return [copy];
    }
    // Here the lists by area, place or language would only lead away, and stand too close to each other for a thumb.
    for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    return [...copy.childNodes];
  }

  /** @param {Compared} mentor */
  createRemove(mentor) {
    const button = element("button", { class: "shortlist__toggle", type: "button" }, this.wording.say("remove"), whose(mentor));
    button.addEventListener("click", () => this.remove(mentor));
    return button;
  }

  /** @param {Compared} mentor */
  remove({ slug, name }) {
    const next = this.neighbourOf(slug);
    this.leave([slug]);
    for (const cell of this.root.querySelectorAll(`[data-slug="${slug}"]`)) cell.remove();
    this.show();
    (next ?? this.heading).focus();
    announce(`${this.wording.say("removed", { name })} ${this.heading.textContent}`);
  }

  /**
   * Returns the button of the mentor to the right, else to the left.
   * @param {string} slug
   */
  neighbourOf(slug) {
    const cell = this.root.querySelector(`[data-fact="remove"] [data-slug="${slug}"]`);
    const beside = cell?.nextElementSibling ?? cell?.previousElementSibling;
    return beside?.querySelector("button") ?? null;
  }

  /**
   * Takes mentors out of the address and out of the shortlist.
   * @param {string[]} slugs
   */
  leave(slugs) {
    dropFromShortlist(new Set(slugs));
    this.slugs = this.slugs.filter((slug) => !slugs.includes(slug));
    this.writeAddress();
  }

  /** Nothing here is a visit of its own: Back leads to where somebody came from. */
  writeAddress() {
    const search = searchFor(this.slugs);
    history.replaceState(history.state, "", location.pathname + search);
    carryOver(search);
  }

  show() {
    const columns = this.rows[0].children.length - 1;
    this.heading.textContent = this.wording.mentors(columns);
    part(this.root, "table", HTMLElement).hidden = columns === 0;
    part(this.root, "shared", HTMLElement).hidden = columns === 0;
    part(this.root, "empty", HTMLElement).hidden = this.slugs.length > 0;
    for (const row of this.rows) row.hidden = columns > 0 && row.querySelectorAll(".compare__unstated").length === columns;
  }

  /** @returns {HTMLElement[]} */
  get rows() {
    return [...this.root.querySelectorAll("tr")];
  }

  /**
   * @param {string} name
   * @param {boolean} isSo
   */
  tell(name, isSo) {
    const notice = part(this.root, name, HTMLElement);
    notice.hidden = !isSo;
    notice.querySelector("p")?.replaceChildren(isSo ? this.wording.say(name) : "");
  }
}

/** @param {PromiseSettledResult<Compared | null>} answer */
function isGone(answer) {
  return answer.status === "fulfilled" && answer.value === null;
}

/** @param {Compared} mentor */
function whose({ name }) {
  return element("span", { class: "govuk-visually-hidden" }, ", ", element("bdi", {}, name));
}

const settings = JSON.parse(part(document, "settings", HTMLScriptElement).text);
await new Comparison(part(document, "comparison", HTMLElement), settings).open();
