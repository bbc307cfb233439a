// What somebody wishes of a mentor. It stays in this browser and is sent to nobody; what concerns identity stays in
// this tab, and belongs to one sign-in: another one finds nothing.
import { isIdentity } from "./facets.mjs";

const KEY = "wishes";
const OF_SIGN_IN = "identity-wishes";
/** The mark in this tab, once, of who comes with answers that became wishes. */
export const ANSWERS_USED = "answers-used";

/** @type {Wish[] | null} what a browser that forbids storage keeps for as long as the page is open */
let inMemory = null;

/**
 * Returns the wishes in the order in which they were added.
 * @param {string} [mark] of the sign-in
 * @returns {Wish[]}
 */
export function readWishes(mark = "") {
  if (inMemory) return inMemory;
  const ofSignIn = storedIn(() => sessionStorage, OF_SIGN_IN);
  const isOurs = ofSignIn?.mark === mark;
  if (!isOurs) forgetIdentityWishes();
  return [...readPublic(), ...(isOurs ? wishesAmong(ofSignIn.wishes) : [])];
}

/** Returns those that outlive the tab: none of identity. */
export function readPublic() {
  return wishesAmong(storedIn(() => localStorage, KEY));
}

/**
 * @param {Wish[]} wishes
 * @param {string} [mark] of the sign-in; without one nothing about identity is kept
 */
export function keepWishes(wishes, mark = "") {
  const ofIdentity = wishes.filter(({ facet }) => isIdentity(facet));
  try {
    keepPublic(wishes.filter(({ facet }) => !isIdentity(facet)));
    if (mark && ofIdentity.length > 0) sessionStorage.setItem(OF_SIGN_IN, JSON.stringify({ mark, wishes: ofIdentity }));
    else sessionStorage.removeItem(OF_SIGN_IN);
  } catch {
    inMemory = wishes;
  }
}

/**
 * Raises what the browser raises where storage is forbidden.
 * @param {Wish[]} wishes none of identity
 */
export function keepPublic(wishes) {
  localStorage.setItem(KEY, JSON.stringify(wishes));
}

/** Forgets what concerns identity: the session is over. */
export function forgetIdentityWishes() {
  inMemory = inMemory && inMemory.filter(({ facet }) => !isIdentity(facet));
  try {
    sessionStorage.removeItem(OF_SIGN_IN);
  } catch {
    // Then there is nothing.
  }
}

/**
 * Returns the wishes with one as well; where it stood among them, it takes the new importance in its place.
 * @param {Wish[]} wishes
 * @param {Wish} added
 */
export function withWish(wishes, added) {
  const isThere = wishes.some((wish) => isSame(wish, added));
  return isThere ? wishes.map((wish) => (isSame(wish, added) ? added : wish)) : [...wishes, added];
}

/**
 * @param {Wish[]} wishes
 * @param {Wish} taken
 */
export function withoutWish(wishes, taken) {
  return wishes.filter((wish) => !isSame(wish, taken));
}

/**
 * Returns the wishes, of which these need no longer be met.
 * @param {Wish[]} wishes
 * @param {Wish[]} lifted
 */
export function lift(wishes, lifted) {
  return wishes.map((wish) => (lifted.some((each) => isSame(each, wish)) ? { ...wish, must: false } : wish));
}

/**
 * @param {Wish} one
 * @param {Wish} other
 */
export function isSame(one, other) {
  return one.facet === other.facet && one.id === other.id;
}

/**
 * @param {any} kept
 * @returns {Wish[]}
 */
function wishesAmong(kept) {
  const found = Array.isArray(kept) ? kept.filter((each) => typeof each?.facet === "string" && typeof each.id === "string") : [];
  return found.map(({ facet, id, must, answered }) => ({ facet, id, must: must === true, ...(answered === true && { answered }) }));
}

/**
 * Returns what a storage holds under a name; null where that is not ours, or forbidden.
 * @param {() => Storage} storage
 * @param {string} name
 */
function storedIn(storage, name) {
  try {
    return JSON.parse(storage().getItem(name) ?? "null");
  } catch {
    return null;
  }
}
