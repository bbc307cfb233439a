// Where somebody was in the list before they opened a profile. It is kept with the history entry itself: Back returns
// to it from any profile, and a fresh visit to the same address starts at the top. And what they had ticked when they
// changed the language: that is another page, so the tab keeps it on the way.
import { slugOf } from "./cards.mjs";

/**
 * @param {string} slug of the mentor whose profile is opened
 */
export function rememberPlace(slug) {
  history.replaceState({ slug, top: window.scrollY }, "");
}

/**
 * Puts scrolling and focus back, once.
 * @param {HTMLElement} list
 */
export function restorePlace(list) {
  const { slug, top } = history.state ?? {};
  if (typeof slug !== "string") return;
  history.replaceState(null, "");
  const card = [...list.children].find((entry) => slugOf(entry) === slug);
  window.scrollTo(0, top);
  card?.querySelector("a")?.focus({ preventScroll: true });
}

/**
 * @param {string} path of the page in the other language
 * @param {string} search what the form would send
 */
export function rememberDraft(path, search) {
  try {
    sessionStorage.setItem("draft", path + search);
  } catch {
    // Then the form is as its address says.
  }
}

/** Returns, once, what the form of this page would have sent in the other language. */
export function takeDraft() {
  try {
    const [path, search] = (sessionStorage.getItem("draft") ?? "").split("?");
    sessionStorage.removeItem("draft");
    return path === location.pathname ? search : undefined;
  } catch {
    return undefined;
  }
}
