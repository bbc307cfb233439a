// Why a mentor fits, in words on their card: "Meets 3 of your 4 wishes: shares 2 of 3 areas; speaks French."
import { element } from "./dom.mjs";
import { isIdentity } from "./facets.mjs";

const MOST = 3; // as many reasons as one reads at a glance

/**
 * Returns why a mentor fits; empty for one who meets none of the wishes.
 * @param {Found["reasons"][number]} reasons
 * @param {Wording} wording
 */
export function reasonsIn({ met, missed }, wording) {
  if (met.length === 0) return "";
  const parts = [...new Set(met.map(({ facet }) => facet))].map((facet) => {
    const isOfIt = (/** @type {Wish} */ wish) => wish.facet === facet;
    return reasonIn(met.filter(isOfIt), missed.filter(isOfIt).length, wording);
  });
  const reasons = parts.slice(0, MOST).join("; ");
  const all = met.length + missed.length;
  return wording.say(missed.length === 0 ? "fits" : "fits_partly", {
    met: wording.number(met.length),
    all: wording.number(all),
    reasons,
  });
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
  const values = met.map(({ id }) => wording.label(/** @type {any} */ (facet), id));
  const said = `reason_${facet}`;
  if (wording.says(said)) return wording.say(said, { values: wording.both(values) });
  return wording.say("choice", { facet: wording.facet(facet), value: values.join(", ") });
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
