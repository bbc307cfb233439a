// Who has left since the pages were made. One small file beside the releases names them, by the address of their page.
import { slugOf } from "./cards.mjs";

const ADDRESS = "/live/withdrawn.json";
const LONGEST_WAIT = 5_000; // milliseconds: the list waits for it

/**
 * Returns the addresses of who must no longer be shown. A file that does not come, or is none of ours, names nobody.
 * @returns {Promise<Set<string>>}
 */
export async function fetchWithdrawn() {
  try {
    const response = await fetch(ADDRESS, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) });
    const slugs = response.ok ? await response.json() : [];
    return new Set(Array.isArray(slugs) ? slugs : []);
  } catch {
    return new Set();
  }
}

/**
 * Takes the cards of these mentors out of a page. Whoever is on one of them goes on at the next, else at the one before.
 * @param {ParentNode} page
 * @param {Set<string>} withdrawn
 */
export function dropCards(page, withdrawn) {
  for (const entry of page.querySelectorAll(".cards > *")) {
    if (!withdrawn.has(slugOf(entry) ?? "")) continue;
    const neighbour = entry.nextElementSibling ?? entry.previousElementSibling;
    const isHeld = entry.contains(document.activeElement);
    entry.remove();
    if (isHeld) neighbour?.querySelector("a")?.focus();
  }
}
