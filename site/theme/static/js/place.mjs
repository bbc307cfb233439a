// Where somebody was in the list before they opened a profile. It is kept with the history entry itself: Back returns
// to it from any profile, and a fresh visit to the same address starts at the top.
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
