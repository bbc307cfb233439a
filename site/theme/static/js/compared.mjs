// What a mentor's own page says, as a comparison shows it.
import { element, part } from "./dom.mjs";

const LONGEST_WAIT = 10_000; // milliseconds
const GONE = [404, 410];

/** A mentor's page answered, but with neither the page nor its absence. */
class ProfileUnavailableError extends Error {}

/** @typedef {{ slug: string, address: string, name: string, profile: Document }} Compared */

/**
 * Returns what a mentor's page says; null where there is none any more. Raises ProfileUnavailableError, or what the
 * browser raises where there is no answer in time.
 * @param {string} address
 * @param {string} slug
 * @returns {Promise<Compared | null>}
 */
export async function fetchCompared(address, slug) {
  const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_WAIT) });
  if (GONE.includes(response.status)) return null;
  if (!response.ok) throw new ProfileUnavailableError(`${address} answered ${response.status}`);
  const profile = new DOMParser().parseFromString(await response.text(), "text/html");
  return { slug, address, profile, name: part(profile, "name", HTMLElement).textContent ?? "" };
}

/**
 * Returns what a mentor's page says of one thing; null where it says nothing.
 * @param {Compared} mentor
 * @param {string} fact
 * @returns {Node[] | null}
 */
export function factOf(mentor, fact) {
  if (fact === "name") return [element("a", { href: mentor.address }, element("bdi", {}, mentor.name))];
  const told = mentor.profile.querySelector(`[data-part="${fact}"]`);
  if (!told) return null;
  const copy = document.importNode(told, true);
  if (fact === "ask" && copy instanceof HTMLAnchorElement) {
    copy.append(whose(mentor));
    return [copy];
  }
  // Here the lists by area, place or language would only lead away, and stand too close to each other for a thumb.
  for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  return [...copy.childNodes];
}

/**
 * Returns the end of a link's or button's name that says whom it is about. Style sets it apart from what is seen.
 * @param {Compared} mentor
 */
export function whose({ name }) {
  return element("span", { class: "govuk-visually-hidden" }, element("bdi", {}, name));
}
