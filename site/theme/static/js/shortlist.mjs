// The mentors somebody wants to look at again: the addresses of their public pages, in this browser alone.
const KEY = "shortlist";
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/; // as functions/mentoring/domain/slugs.py has it

/** @type {string[] | null} what a browser that forbids storage keeps for as long as the page is open */
let inMemory = null;

/** @returns {string[]} addresses, in the order in which they were added */
export function readShortlist() {
  if (inMemory) return inMemory;
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? slugsAmong(kept) : [];
  } catch {
    return [];
  }
}

/** @param {string[]} slugs */
export function keepShortlist(slugs) {
  try {
    localStorage.setItem(KEY, JSON.stringify(slugs));
  } catch {
    inMemory = slugs;
  }
}

/**
 * Takes mentors out. Returns whether one of them was in it.
 * @param {Set<string>} leaving
 */
export function dropFromShortlist(leaving) {
  const kept = readShortlist();
  const staying = kept.filter((slug) => !leaving.has(slug));
  if (staying.length === kept.length) return false;
  keepShortlist(staying);
  return true;
}

/**
 * Returns the mentors that an address compares; whatever could not be a mentor's address is left out.
 * @param {string} search the address's part from `?` on
 */
export function comparedIn(search) {
  return slugsAmong((new URLSearchParams(search).get("mentors") ?? "").split(","));
}

/**
 * Returns what an address says to compare these mentors, from `?` on.
 * @param {string[]} slugs
 */
export function searchFor(slugs) {
  return slugs.length > 0 ? `?mentors=${slugs.join(",")}` : "";
}

/** @param {unknown[]} given */
function slugsAmong(given) {
  return [...new Set(given.map(String))].filter((slug) => SLUG.test(slug));
}
