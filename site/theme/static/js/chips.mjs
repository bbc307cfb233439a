// The choices in force, each with a button that takes it back.
import { arrange, element } from "./dom.mjs";
import { isIdentity } from "./facets.mjs";

/**
 * Shows a chip for each choice. A chip that is already there stays the same element.
 * @param {HTMLElement} list
 * @param {Choice[]} choices
 * @param {Wording} wording
 * @param {(choice: Choice) => void} remove
 */
export function showChips(list, choices, wording, remove) {
  const chips = /** @type {HTMLElement[]} */ ([...list.children]);
  const shown = new Map(chips.map((chip) => [chip.dataset.choice, chip]));
  arrange(
    list,
    choices.map((choice) => shown.get(keyOf(choice)) ?? createChip(choice, wording, remove)),
  );
}

/**
 * Returns where the focus goes when a chip is taken away: to the next one, else to the one before.
 * @param {HTMLElement} list
 * @param {Choice} choice
 * @returns {HTMLElement | null}
 */
export function neighbourOf(list, choice) {
  const chips = /** @type {HTMLElement[]} */ ([...list.children]);
  const index = chips.findIndex((chip) => chip.dataset.choice === keyOf(choice));
  return (chips[index + 1] ?? chips[index - 1])?.querySelector("button") ?? null;
}

/** @param {Choice} choice */
function keyOf({ facet, value, wish }) {
  return `${facet}=${value}${wish ? "!" : ""}`;
}

/**
 * @param {Choice} choice
 * @param {Wording} wording
 * @param {(choice: Choice) => void} remove
 */
function createChip(choice, wording, remove) {
  const button = element(
    "button",
    { type: "button", class: "chip" },
    element("span", { class: "govuk-visually-hidden" }, `${wording.say("remove")} `),
    element("bdi", {}, wording.choice(choice)),
    element("span", { class: "chip__cross", "aria-hidden": "true" }, "×"),
  );
  button.addEventListener("click", () => remove(choice));
  // On paper the mentors below it would be named with it.
  return element("li", { class: isIdentity(choice.facet) ? "not-printed" : "", "data-choice": keyOf(choice) }, button);
}
