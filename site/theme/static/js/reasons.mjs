// Why a mentor fits, in words on their card: "Meets 3 of your 4 wishes: shares 2 of 3 areas; speaks French. Not: Quebec."
import { element } from "./dom.mjs";
import { isIdentity } from "./facets.mjs";

const MOST = 3; // as many as one reads at a glance
/** Whose words are names in English, or begin with one; in French none do but provinces. */
const NAMES = ["area", "topic", "lang", "training"];

/**
 * Returns why a mentor fits, and what of the wishes they do not meet; empty for one who meets none of them.
 * @param {Found["reasons"][number]} reasons
 * @param {Wording} wording
 */
export function reasonsIn({ met, missed }, wording) {
  if (met.length === 0) return "";
  const facets = [...new Set(met.map(({ facet }) => facet))];
  const parts = facets.slice(0, MOST).map((facet) => {
    const isOfIt = (/** @type {Wish} */ wish) => wish.facet === facet;
    return reasonIn(met.filter(isOfIt), missed.filter(isOfIt).length, wording);
  });
  const unsaid = met.filter(({ facet }) => facets.indexOf(facet) >= MOST).length;
  const reasons = [...parts, ...more(unsaid, wording)].join("; ");
  if (missed.length === 0) return wording.say("fits", { reasons });
  const all = wording.number(met.length + missed.length);
  return `${wording.say("fits_partly", { met: wording.number(met.length), all, reasons })} ${missedIn(missed, wording)}`.trim();
}

/**
 * Returns what is not met. Of identity nothing is said: who shares nothing may well be it.
 * @param {Wish[]} missed
 * @param {Wording} wording
 */
function missedIn(missed, wording) {
  const told = missed.filter(({ facet }) => !isIdentity(facet));
  if (told.length === 0) return "";
  const named = told.slice(0, MOST).map((wish) => valueOf(wish, wording)).join(", ");
  return wording.say("missed", { missed: [named, ...more(told.length - MOST, wording)].join(" ") });
}

/**
 * Returns how many are not named, where there are any.
 * @param {number} count
 * @param {Wording} wording
 */
function more(count, wording) {
  return count > 0 ? [wording.say("more", { count: wording.number(count) })] : [];
}

/**
 * @param {Wish[]} met of one facet
 * @param {number} missed of the same
 * @param {Wording} wording
 */
function reasonIn(met, missed, wording) {
  const [{ facet }] = met;
  const counted = `shares_${facet}`;
  if (missed > 0 && wording.says(counted)) {
    return wording.say(counted, { met: wording.number(met.length), all: wording.number(met.length + missed) });
  }
  const values = wording.both(met.map((wish) => valueOf(wish, wording)));
  const said = `reason_${facet}`;
  return wording.says(said) ? wording.say(said, { values }) : wording.say("choice", { facet: wording.facet(facet), value: values });
}

/**
 * Returns the word for a wish as it stands in a sentence: "6 to 10 years of experience".
 * @param {Wish} wish
 * @param {Wording} wording
 */
function valueOf({ facet, id }, wording) {
  const label = wording.label(/** @type {any} */ (facet), id);
  const isName =
    facet === "province" || isIdentity(facet) || (facet === "place" && id !== "remote") || (wording.language === "en" && NAMES.includes(facet));
  const value = isName || /^.\p{Lu}/u.test(label) ? label : label[0].toLowerCase() + label.slice(1);
  return wording.says(`value_${facet}`) ? wording.say(`value_${facet}`, { value }) : value;
}

/**
 * Writes on a card why its mentor fits, above the facts; takes it out where there is nothing to say. What a mentor
 * has answered about identity is not printed beside the name.
 * @param {Element} entry
 * @param {Found["reasons"][number]} reasons
 * @param {Wording} wording
 */
export function showReason(entry, reasons, wording) {
  const shown = entry.querySelector('[data-part="fit"]') ?? element("p", { class: "card__fit", "data-part": "fit" });
  shown.textContent = reasonsIn(reasons, wording);
  shown.classList.toggle("not-printed", reasons.met.some(({ facet }) => isIdentity(facet)));
  if (!shown.textContent) shown.remove();
  else if (!shown.parentElement) entry.querySelector(".card__facts")?.before(shown);
}
