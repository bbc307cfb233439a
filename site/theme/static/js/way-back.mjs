/**
 * The links that lead back to this page keep its query: the switch shows the same mentors in the other language, and
 * whoever signs in finds the same filters.
 * @param {string} search
 */
export function carryOver(search) {
  for (const link of document.querySelectorAll("a[data-language-switch]")) {
    if (link instanceof HTMLAnchorElement) link.search = search;
  }
  for (const link of document.querySelectorAll("a[data-sign-in]")) {
    const wanted = encodeURIComponent(location.pathname + search);
    if (link instanceof HTMLAnchorElement) link.search = `?return=${wanted}`;
  }
}
