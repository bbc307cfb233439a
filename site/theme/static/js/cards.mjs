// Fills the cards that templates/components/card.html draws, with the same words the server would use.
import { arrange, element, part } from "./dom.mjs";

/** The colour of each state's tag. It only repeats what the words say. */
const COLOURS = { available: "govuk-tag--green", waiting: "govuk-tag--grey", paused: "govuk-tag--grey" };

/**
 * Shows these cards in this order. One that is already there stays the same element.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} entries
 * @param {(slug: string) => string} addressOf
 */
export function showCards(list, entries, addressOf) {
  // A card that the server drew leads to the public page, whoever looks at it.
  for (const entry of entries) part(entry, "link", HTMLAnchorElement).href = addressOf(slugOf(entry) ?? "");
  arrange(list, entries);
}

/**
 * Returns whose card an element is, or is part of, or holds.
 * @param {Element} place
 * @returns {string | undefined}
 */
export function slugOf(place) {
  const card = place.closest("[data-slug]") ?? place.querySelector("[data-slug]");
  return card instanceof HTMLElement ? card.dataset.slug : undefined;
}

/**
 * Returns a card that the list has not shown yet.
 * @param {Card} mentor
 * @param {HTMLTemplateElement} template
 * @param {Wording} wording
 */
export function createEntry(mentor, template, wording) {
  const copy = document.importNode(template.content, true);
  const entry = /** @type {HTMLElement} */ (copy.firstElementChild);
  entry.querySelector("[data-slug]")?.setAttribute("data-slug", mentor.slug);
  for (const [name, text] of Object.entries(textsOf(mentor, wording))) write(entry, name, text);
  const state = part(entry, "state", HTMLElement);
  state.classList.add(COLOURS[stateOf(mentor)]);
  if (mentor.members_only) state.before(element("strong", { class: "govuk-tag govuk-tag--purple" }, wording.say("members_only")), " ");
  writeExcerpt(part(entry, "excerpt", HTMLElement), mentor, wording.language);
  return entry;
}

/**
 * @param {Card} mentor
 * @param {Wording} wording
 * @returns {Record<string, string>}
 */
function textsOf(mentor, wording) {
  const training = mentor.training.map((id) => wording.label("training", id));
  return {
    name: mentor.name,
    credentials: [wording.profession(mentor.profession), ...training].join(" · "),
    place: [mentor.city, wording.label("province", mentor.province)].filter(Boolean).join(", "),
    areas: mentor.area.map((id) => wording.label("area", id)).join(", "),
    languages: mentor.lang.map((id) => wording.label("lang", id)).join(", "),
    state: wording.say(stateOf(mentor)),
    returns: mentor.returns_on ? wording.say("returns", { date: wording.date(mentor.returns_on) }) : "",
    confirmed: wording.say("confirmed", { date: wording.date(mentor.confirmed_on) }),
  };
}

/**
 * @param {Card} mentor
 * @returns {keyof typeof COLOURS}
 */
function stateOf(mentor) {
  if (!mentor.available) return "paused";
  return mentor.accepts_requests ? "available" : "waiting";
}

/**
 * @param {HTMLElement} card
 * @param {string} name
 * @param {string} text
 */
function write(card, name, text) {
  const target = part(card, name, HTMLElement);
  target.textContent = text;
  (target.closest("[data-row]") ?? target).toggleAttribute("hidden", !text);
}

/**
 * A mentor who wrote in the other language alone is shown in it, marked as such.
 * @param {HTMLElement} target
 * @param {Card} mentor
 * @param {string} language
 */
function writeExcerpt(target, mentor, language) {
  const [written] = [language, "en", "fr"].filter((each) => mentor.excerpt[each]);
  target.hidden = !written;
  if (!written) return;
  target.lang = written;
  target.textContent = mentor.excerpt[written];
}
