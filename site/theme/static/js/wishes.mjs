// What somebody wishes of a mentor. It stays in this browser and is sent to nobody.
const KEY = "wishes";

/** @type {Wish[] | null} what a browser that forbids storage keeps for as long as the page is open */
let inMemory = null;

/** @returns {Wish[]} in the order in which they were added */
export function readWishes() {
  if (inMemory) return inMemory;
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isWish).map(({ facet, id, must }) => ({ facet, id, must: must === true })) : [];
  } catch {
    return [];
  }
}

/** @param {Wish[]} wishes */
export function keepWishes(wishes) {
  try {
    if (wishes.length > 0) localStorage.setItem(KEY, JSON.stringify(wishes));
    else localStorage.removeItem(KEY);
  } catch {
    inMemory = wishes;
  }
}

/**
 * Returns the wishes with these as well; one that stood among them takes their importance.
 * @param {Wish[]} wishes
 * @param {Wish[]} more
 */
export function withWishes(wishes, more) {
  return [...more.reduce(withoutWish, wishes), ...more];
}

/**
 * @param {Wish[]} wishes
 * @param {Wish} taken
 */
export function withoutWish(wishes, taken) {
  return wishes.filter((wish) => !isSame(wish, taken));
}

/**
 * @param {Wish} one
 * @param {Wish} other
 */
function isSame(one, other) {
  return one.facet === other.facet && one.id === other.id;
}

/** @param {any} kept */
function isWish(kept) {
  return typeof kept?.facet === "string" && typeof kept.id === "string";
}
