// "Back to results": to the filtered list, or from a profile to the comparison, where somebody came from one.
import { isPlainClick } from "./dom.mjs";

/** Has the page's way back lead to the list that somebody came from, at the place where they were. */
export function leadBackToResults() {
  const link = document.querySelector("a[data-back-to-results]");
  if (!(link instanceof HTMLAnchorElement) || !document.referrer) return;
  const { origin, pathname } = new URL(document.referrer);
  if (origin !== location.origin) return;
  const { comparison } = link.dataset;
  if (comparison && pathname === `${link.pathname}compare/`) link.textContent = comparison;
  else if (!isList(pathname, link.pathname)) return;
  leadBack(link);
}

/**
 * Returns whether an address is the directory in this language, or one of its lists by area, province or language.
 * @param {string} address
 * @param {string} directory
 */
function isList(address, directory) {
  return address === directory || ["area/", "province/", "language/"].some((list) => address.startsWith(directory + list));
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
