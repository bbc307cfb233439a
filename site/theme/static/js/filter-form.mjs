// The filter form: a draft of the next query. Nothing changes on the page until it is applied.
import { element } from "./dom.mjs";
import { FACETS } from "./facets.mjs";

/**
 * Returns the address's part from `?` on that the form would send.
 * @param {HTMLFormElement} form
 */
export function searchOf(form) {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return `?${new URLSearchParams(entries)}`;
}

/**
 * Sets every field to the query.
 * @param {HTMLFormElement} form
 * @param {Query} query
 */
export function writeForm(form, query) {
  for (const box of boxesOf(form)) {
    box.checked = isIn(query, box);
  }
  textField(form).value = query.q;
  showChosen(form);
}

/**
 * Changes what is another in the next query, and leaves the rest of the draft as it is.
 * @param {HTMLFormElement} form
 * @param {Query} before
 * @param {Query} next
 */
export function changeForm(form, before, next) {
  for (const box of boxesOf(form)) {
    if (isIn(next, box) !== isIn(before, box)) box.checked = isIn(next, box);
  }
  const field = textField(form);
  if (field.value.trim() === before.q) field.value = next.q;
  showChosen(form);
}

/**
 * @param {Query} query
 * @param {HTMLInputElement} box
 */
function isIn(query, { name, value }) {
  return name === "paused" ? query.paused : query[/** @type {Facet} */ (name)].includes(value);
}

/**
 * Writes the counts beside the values, for the eye and in words; a zero stays visible, unless it counts mentors who
 * were found by their identity.
 * @param {HTMLFormElement} form
 * @param {Found["counts"]} counts
 * @param {Wording} wording
 * @param {number} [least] the smallest number that is told
 */
export function showCounts(form, counts, wording, least = 0) {
  for (const box of boxesOf(form)) {
    const count = counts[box.name]?.[box.value] ?? 0;
    const isTold = count >= least;
    const option = box.closest("[data-option]");
    option?.querySelector("[data-count]")?.replaceChildren(...(isTold ? countParts(count, wording) : []));
    option?.classList.toggle("facet__option--none", isTold && count === 0);
  }
}

/**
 * Returns a number for the eye and in words.
 * @param {number} count
 * @param {Wording} wording
 */
export function countParts(count, wording) {
  return [
    element("span", { "aria-hidden": "true" }, `(${wording.number(count)})`),
    element("span", { class: "govuk-visually-hidden" }, wording.mentors(count)),
  ];
}

/**
 * Says beside each group's name how many of its values are chosen.
 * @param {HTMLFormElement} form
 */
export function showChosen(form) {
  for (const group of form.querySelectorAll("details")) {
    const chosen = group.querySelectorAll("input:checked").length;
    const shown = group.querySelector("[data-chosen]");
    shown?.toggleAttribute("hidden", chosen === 0);
    const number = shown?.querySelector("[data-number]");
    if (number) number.textContent = String(chosen);
  }
}

/**
 * Opens the groups that hold a choice, so that nothing in force is out of sight.
 * @param {HTMLFormElement} form
 */
export function openChosen(form) {
  for (const group of form.querySelectorAll("details")) {
    if (group.querySelector("input:checked")) group.open = true;
  }
}

/**
 * Closes every group: where the panel takes the whole width, their names must be seen at a glance.
 * @param {HTMLFormElement} form
 */
export function closeGroups(form) {
  for (const group of form.querySelectorAll("details")) group.open = false;
}

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLInputElement[]}
 */
function boxesOf(form) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[type="checkbox"]'));
  const names = new Set([...FACETS, "paused"]);
  return [...boxes].filter((box) => names.has(box.name));
}

/** @param {HTMLFormElement} form */
function textField(form) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
}
