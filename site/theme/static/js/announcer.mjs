/**
 * Returns a function that has a message spoken once. Two status regions take turns, so that the same words are
 * spoken again, and a region is always empty before it is filled.
 * @param {HTMLElement} first
 * @param {HTMLElement} second
 * @returns {(message: string) => void}
 */
export function createAnnouncer(first, second) {
  let [next, last] = [first, second];
  return (message) => {
    last.textContent = "";
    next.textContent = message;
    [next, last] = [last, next];
  };
}
