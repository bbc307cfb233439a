// "Back to results": to the filtered list, where somebody came from one.
import { isPlainClick } from "./dom.mjs";

/** Has the page's way back lead to the list that somebody came from, at the place where they were. */
export function leadBackToResults() {
  const link = document.querySelector("a[data-back-to-results]");
  if (link instanceof HTMLAnchorElement && isList(document.referrer, link)) leadBack(link);
}

/**
 * Returns whether an address is the directory in this language, or one of its lists by area, province or language.
 * @param {string} address
 * @param {HTMLAnchorElement} directory
 */
function isList(address, directory) {
  if (!address) return false;
  const { origin, pathname } = new URL(address);
  const lists = ["area/", "province/", "language/"].map((list) => directory.pathname + list);
  return origin === location.origin && (pathname === directory.pathname || lists.some((list) => pathname.startsWith(list)));
}

/** The length of the history also counts what lies ahead, so it is asked only where nothing better is known. */
function isEntryBefore() {
  const { navigation } = /** @type {any} */ (window);
  return navigation ? navigation.canGoBack : history.length > 1;
}

/** @param {HTMLAnchorElement} back */
function leadBack(back) {
  back.href = document.referrer;
  back.addEventListener("click", (click) => {
    // Going back restores the place in the list. In a tab of its own, or after a jump within the page, that entry
    // is not the one before, so the link is followed as it is.
    if (!isPlainClick(click) || !isEntryBefore() || location.hash) return;
    click.preventDefault();
    history.back();
  });
}
