// Folds text for searching, exactly as build/search/words.py folds the words of the index:
// tests/site/search/folding.json holds both to the same answers.

/** Letters that Unicode does not decompose into plain ones. @type {Record<string, string>} */
const PLAIN = { æ: "ae", œ: "oe", ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ" };
const NOT_DECOMPOSED = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/**
 * Returns the text in small letters, without accents and ligatures.
 * @param {string} text
 */
export function fold(text) {
  const bare = text.normalize("NFKD").replace(/\p{Mn}/gu, "");
  return bare.toLowerCase().replace(NOT_DECOMPOSED, (letter) => PLAIN[letter]);
}

/**
 * Returns the folded words of a text, in their order. Apostrophes, hyphens and all other signs part words.
 * @param {string} text
 * @returns {string[]}
 */
export function wordsOf(text) {
  return fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
