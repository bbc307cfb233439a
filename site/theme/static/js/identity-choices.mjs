// What somebody looks for in a mentor's identity stays in this tab: in memory and in `sessionStorage`. It is never in
// an address, in the history or in a request, and it belongs to one sign-in: another one finds nothing.
import { IDENTITY_FACETS } from "./facets.mjs";

const KEY = "identity-choices";

/**
 * Returns the choices that this sign-in has left in the tab.
 * @param {string} mark of the sign-in
 * @returns {Choices}
 */
export function readChoices(mark) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    if (kept.mark === mark) {
      const given = IDENTITY_FACETS.filter((facet) => Array.isArray(kept.choices?.[facet]));
      return Object.fromEntries(given.map((facet) => [facet, kept.choices[facet].map(String)]));
    }
  } catch {
    // No storage, or not ours.
  }
  forgetChoices();
  return {};
}

/**
 * @param {string} mark
 * @param {Choices} choices
 */
export function keepChoices(mark, choices) {
  if (Object.values(choices).every((values) => values.length === 0)) return forgetChoices();
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ mark, choices }));
  } catch {
    // A browser that forbids storage keeps them in memory alone.
  }
}

export function forgetChoices() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Then there is nothing.
  }
}
