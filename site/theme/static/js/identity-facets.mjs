// The filters about identity, for signed-in members: part of the form to look at, apart from it in what they do.
// Their boxes have no name, so that nothing of them can be sent or written into an address.
import { part } from "./dom.mjs";
import { IDENTITY_FACETS } from "./facets.mjs";
import { countParts } from "./filter-form.mjs";
import { forgetChoices, keepChoices, readChoices } from "./identity-choices.mjs";

export class IdentityFacets {
  #section;
  #mark;
  /** @type {Choices} what is in force */
  chosen = {};

  /**
   * @param {HTMLElement} section
   * @param {Members["facets"]} facets
   * @param {string} mark of the sign-in, which the choices belong to
   */
  constructor(section, facets, mark) {
    this.#section = section;
    this.#mark = mark;
    const offered = IDENTITY_FACETS.filter((facet) => facets[facet].terms.length > 0);
    part(section, "identity-facets", HTMLElement).replaceChildren(
      ...offered.map((facet) => createFacet(section, facet, facets[facet])),
    );
    section.hidden = offered.length === 0;
    this.choose(readChoices(mark));
  }

  /** @returns {Choice[]} */
  get choices() {
    return IDENTITY_FACETS.flatMap((facet) => (this.chosen[facet] ?? []).map((value) => ({ facet, value })));
  }

  /** Puts in force what is ticked. */
  apply() {
    this.#take((box) => box.checked);
  }

  /**
   * Takes one choice back and leaves what else is ticked.
   * @param {Choice} choice
   */
  remove({ facet, value }) {
    for (const box of boxesIn(this.#section)) {
      if (facetOf(box) === facet && box.value === value) box.checked = false;
    }
    const name = /** @type {IdentityFacet} */ (facet);
    this.chosen = { ...this.chosen, [name]: (this.chosen[name] ?? []).filter((id) => id !== value) };
    keepChoices(this.#mark, this.chosen);
  }

  /**
   * Leaves the choices of these facets in force, and no other.
   * @param {string[]} facets
   */
  keepOnly(facets) {
    this.choose(Object.fromEntries(Object.entries(this.chosen).filter(([facet]) => facets.includes(facet))));
  }

  /**
   * Puts choices in force and ticks their boxes; what nobody shares any more is left out.
   * @param {Choices} choices
   */
  choose(choices) {
    this.#take((box) => choices[facetOf(box)]?.includes(box.value) ?? false);
  }

  /** @param {(box: HTMLInputElement) => boolean} isTaken */
  #take(isTaken) {
    this.chosen = {};
    for (const box of boxesIn(this.#section)) {
      box.checked = isTaken(box);
      if (box.checked) (this.chosen[facetOf(box)] ??= []).push(box.value);
    }
    keepChoices(this.#mark, this.chosen);
  }

  /** Takes the filters out of the page, and whatever was chosen with them. */
  close() {
    forgetChoices();
    this.chosen = {};
    this.#section.hidden = true;
    part(this.#section, "identity-facets", HTMLElement).replaceChildren();
  }

  /**
   * Writes a number beside an answer where enough mentors give it. Below that, none and a few look alike.
   * @param {Found["counts"]} counts
   * @param {Wording} wording
   */
  showCounts(counts, wording) {
    part(this.#section, "forget", HTMLElement).hidden = this.choices.length === 0;
    for (const box of boxesIn(this.#section)) {
      const count = counts[facetOf(box)]?.[box.value] ?? 0;
      const shown = count < wording.least ? [] : countParts(count, wording);
      box.closest("[data-option]")?.querySelector("[data-count]")?.replaceChildren(...shown);
    }
  }
}

/** @param {HTMLElement} section */
function boxesIn(section) {
  return /** @type {NodeListOf<HTMLInputElement>} */ (section.querySelectorAll("input[data-identity]"));
}

/** @param {HTMLInputElement} box */
function facetOf(box) {
  return /** @type {IdentityFacet} */ (box.dataset.identity);
}

/**
 * @param {HTMLElement} section
 * @param {IdentityFacet} facet
 * @param {SharedFacet} given
 */
function createFacet(section, facet, { name, terms }) {
  const made = copyOf(section, "identity-facet");
  for (const named of ["name", "legend"]) part(made, named, HTMLElement).textContent = name;
  const options = terms.map(([id, label], index) => createOption(section, facet, id, label, `${facet}-${index}`));
  part(made, "options", HTMLElement).replaceChildren(...options);
  return made;
}

/**
 * @param {HTMLElement} section
 * @param {IdentityFacet} facet
 * @param {string} value
 * @param {string} text
 * @param {string} id
 */
function createOption(section, facet, value, text, id) {
  const made = copyOf(section, "identity-option");
  const label = part(made, "label", HTMLLabelElement);
  label.htmlFor = id;
  part(label, "text", HTMLElement).textContent = text;
  Object.assign(part(made, "box", HTMLInputElement), { id, value }).dataset.identity = facet;
  return made;
}

/**
 * @param {HTMLElement} section
 * @param {string} name of a template
 */
function copyOf(section, name) {
  const { content } = part(section, name, HTMLTemplateElement);
  return /** @type {HTMLElement} */ (document.importNode(content, true).firstElementChild);
}
