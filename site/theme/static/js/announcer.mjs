/**
 * Has a message spoken once. The two status regions of a page (components/spoken.html) take turns, so that the same
 * words are spoken again, and a region is always empty before it is filled.
 * @param {string} message
 */
export function announce(message) {
  const [one, other] = document.querySelectorAll("[data-spoken]");
  const [next, last] = one.textContent ? [other, one] : [one, other];
  last.textContent = "";
  next.textContent = message;
}
