/**
 * The language switch keeps the query: the same mentors in the other language.
 * @param {string} search
 */
export function carryOver(search) {
  for (const link of document.querySelectorAll("a[data-language-switch]")) {
    if (link instanceof HTMLAnchorElement) link.search = search;
  }
}
