// The pages of a result: previous, a few numbers, next. The pagination component of govuk-frontend.
import { element } from "./dom.mjs";
import { writeQuery } from "./query.mjs";

/**
 * Returns the page numbers to offer: the first, the last and those about the current one; null is a gap.
 * @param {number} page
 * @param {number} pages
 * @returns {(number | null)[]}
 */
export function numbersAbout(page, pages) {
  const numbers = [];
  for (let number = 1; number <= pages; number += 1) {
    const isOffered = number === 1 || number === pages || Math.abs(number - page) <= 1;
    if (isOffered) numbers.push(number);
    else if (numbers.at(-1) !== null) numbers.push(null);
  }
  return numbers;
}

/**
 * @param {HTMLElement} nav
 * @param {Query} query whose page is one of `pages`
 * @param {number} pages
 * @param {Wording} wording
 */
export function showPaging(nav, query, pages, wording) {
  nav.hidden = pages < 2;
  const numbers = numbersAbout(query.page, pages).map((number) => numberOrGap(number, query, wording));
  nav.replaceChildren(
    ...(query.page > 1 ? [step("prev", query, -1, wording)] : []),
    element("ul", { class: "govuk-pagination__list" }, ...numbers),
    ...(query.page < pages ? [step("next", query, 1, wording)] : []),
  );
}

/**
 * @param {number | null} number
 * @param {Query} query
 * @param {Wording} wording
 */
function numberOrGap(number, query, wording) {
  if (number === null) {
    return element("li", { class: "govuk-pagination__item govuk-pagination__item--ellipsis" }, "⋯");
  }
  const isCurrent = number === query.page;
  const link = linkTo(query, number, {
    class: "govuk-link govuk-pagination__link",
    "aria-label": wording.say("page", { number: wording.number(number) }),
    ...(isCurrent ? { "aria-current": "page" } : {}),
  });
  link.append(wording.number(number));
  const current = isCurrent ? " govuk-pagination__item--current" : "";
  return element("li", { class: `govuk-pagination__item${current}` }, link);
}

/**
 * @param {"prev" | "next"} kind
 * @param {Query} query
 * @param {number} distance
 * @param {Wording} wording
 */
function step(kind, query, distance, wording) {
  const link = linkTo(query, query.page + distance, { class: "govuk-link govuk-pagination__link", rel: kind });
  link.append(element("span", { class: "govuk-pagination__link-title" }, wording.say(`${kind}_page`)));
  return element("div", { class: `govuk-pagination__${kind}` }, link);
}

/**
 * @param {Query} query
 * @param {number} page
 * @param {Record<string, string>} attributes
 */
function linkTo(query, page, attributes) {
  const href = writeQuery({ ...query, page }) || "?";
  return element("a", { href, "data-query": "", ...attributes });
}
