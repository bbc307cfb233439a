// The shortlist on lists and profiles: a button for each mentor, and the way to where they are compared.
import { announce } from "./announcer.mjs";
import { element, part } from "./dom.mjs";
import { keepShortlist, readShortlist, searchFor } from "./shortlist.mjs";
import { Wording } from "./wording.mjs";

const { most, ...settings } = JSON.parse(part(document, "shortlist-settings", HTMLScriptElement).text);
const wording = new Wording(settings);

// In another tab it may have changed, or since the page was put aside in the browser's memory.
addEventListener("storage", show);
addEventListener("pageshow", show);

/**
 * Gives each mentor under a root a button, and shows the way to the shortlist. Whom members alone see has none, and
 * says why: what is kept and shared are public addresses.
 * @param {ParentNode} [root]
 */
export function offerShortlist(root = document) {
  for (const mentor of root.querySelectorAll("[data-slug]")) {
    if (mentor.querySelector(".shortlist__place")) continue;
    const place = mentor.querySelector('[data-part="shortlist-place"]') ?? mentor;
    place.append(mentor.hasAttribute("data-members-only") ? createReason() : createToggleOf(mentor));
  }
  showWayToShortlist();
}

/** Shows the way to the shortlist, and on every button what it does now. */
export function showWayToShortlist() {
  part(document, "shortlist", HTMLElement).hidden = false;
  show();
}

/** Says, once, that somebody who was on the shortlist has left the directory. */
export function tellLeft() {
  const note = part(document, "shortlist-left", HTMLElement);
  note.hidden = false;
  announce(note.textContent ?? "");
}

function createReason() {
  return element("p", { class: "shortlist__place" }, wording.say("members_only"));
}

/** @param {Element} mentor */
function createToggleOf(mentor) {
  return createToggle(mentor.getAttribute("data-slug") ?? "", part(mentor, "name", HTMLElement).textContent ?? "");
}

/**
 * Returns a button that puts a mentor on the shortlist or takes them off it.
 * @param {string} slug
 * @param {string} name
 */
export function createToggle(slug, name) {
  const { content } = part(document, "shortlist-button", HTMLTemplateElement);
  const made = /** @type {HTMLElement} */ (document.importNode(content, true).firstElementChild);
  made.dataset.shortlist = slug;
  part(made, "shortlist-name", HTMLElement).textContent = name;
  part(made, "shortlist-toggle", HTMLButtonElement).addEventListener("click", () => toggle(made));
  return made;
}

/** @param {HTMLElement} made whose button was pressed */
function toggle(made) {
  const slug = made.dataset.shortlist ?? "";
  const kept = readShortlist();
  const isKept = kept.includes(slug);
  const said = isKept ? "removed" : kept.length < most ? "added" : "full";
  if (said !== "full") keepShortlist(isKept ? kept.filter((each) => each !== slug) : [...kept, slug]);
  show();
  tell(made, wording.say(said, { count: String(readShortlist().length), most }));
}

/**
 * Says beside the button what it did, and nowhere else on the page any more.
 * @param {HTMLElement} made
 * @param {string} text
 */
function tell(made, text) {
  for (const note of document.querySelectorAll('[data-part="shortlist-note"]')) note.setAttribute("hidden", "");
  part(made, "shortlist-said", HTMLElement).textContent = text;
  part(made, "shortlist-note", HTMLElement).hidden = false;
  announce(text);
}

/** Writes on every button what it does now, and in every link whom it leads to. */
function show() {
  const kept = readShortlist();
  for (const made of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-shortlist]"))) {
    const isKept = kept.includes(made.dataset.shortlist ?? "");
    part(made, "shortlist-action", HTMLElement).textContent = wording.say(isKept ? "remove" : "add");
  }
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-shortlist-link]"))) {
    link.search = searchFor(kept);
    link.textContent = wording.say("link", { count: wording.number(kept.length) });
  }
}
