// The words of the page's language, for what the script writes. They come from content/strings and the vocabularies
// in the page's own block of settings, so no sentence stands in a script.

export class Wording {
  #settings;
  #labels;
  #plurals;
  #numbers;
  #dates;

  /** @param {Settings} settings */
  constructor(settings) {
    const locale = `${settings.lang}-CA`;
    this.#settings = settings;
    this.#labels = new Map(Object.entries(settings.facets).map(([facet, { terms }]) => [facet, new Map(terms)]));
    this.#plurals = new Intl.PluralRules(locale);
    this.#numbers = new Intl.NumberFormat(locale);
    this.#dates = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  }

  get language() {
    return this.#settings.lang;
  }

  /** The smallest number that is told of mentors who were found by their identity. */
  get least() {
    return this.#settings.small_count;
  }

  /**
   * Returns a text with its blanks filled.
   * @param {string} key
   * @param {Record<string, string>} [blanks]
   */
  say(key, blanks = {}) {
    return fill(/** @type {string} */ (this.#settings.texts[key]), blanks);
  }

  /**
   * Returns whether the page has a text of its own for something.
   * @param {string} key
   */
  says(key) {
    return key in this.#settings.texts;
  }

  /**
   * Returns a number of mentors in words: "1 mentor", "1,204 mentors".
   * @param {number} count
   */
  mentors(count) {
    const forms = /** @type {Plural} */ (this.#settings.texts.mentors);
    // French also has a form for whole millions, which this directory will not reach.
    const form = this.#plurals.select(count) === "one" ? forms.one : forms.other;
    return fill(form, { count: this.number(count) });
  }

  /**
   * Returns the same where the mentors were found by their identity: a small number is not told.
   * @param {number} count
   */
  someMentors(count) {
    const isSmall = count > 0 && count < this.least;
    return isSmall ? this.say("few", { count: this.number(this.least) }) : this.mentors(count);
  }

  /** @param {number} value */
  number(value) {
    return this.#numbers.format(value);
  }

  /**
   * Returns an ISO date in words, as the server writes it in mentoring/content/wording.py.
   * @param {string} day
   */
  date(day) {
    const words = this.#dates.format(new Date(`${day}T00:00:00Z`));
    return this.language === "fr" ? words.replace(/^1(?!\d)/, "1er") : words;
  }

  /**
   * Returns the word for a facet's value; an id of a newer release stays as it is.
   * @param {Choice["facet"]} facet
   * @param {string} id
   */
  label(facet, id) {
    return this.#labels.get(facet)?.get(id) ?? id;
  }

  /**
   * Returns the values of a facet, each with its word.
   * @param {string} facet
   */
  terms(facet) {
    return [...(this.#labels.get(facet) ?? [])];
  }

  /**
   * @param {string} facet
   * @param {string} id
   */
  knows(facet, id) {
    return this.#labels.get(facet)?.has(id) ?? false;
  }

  /**
   * Returns a facet's name.
   * @param {string} facet
   */
  facet(facet) {
    return this.#settings.facets[/** @type {Facet} */ (facet)].name;
  }

  /** @param {string} id */
  profession(id) {
    return this.#settings.professions[id] ?? id;
  }

  /**
   * Returns what was chosen, without the name of its facet.
   * @param {Choice} choice
   */
  value({ facet, value }) {
    if (facet === "paused") return this.say("paused_choice");
    // Isolated, so that words which run from right to left do not turn the sentence around them.
    return facet === "q" ? this.say("quoted", { words: `\u2068${value}\u2069` }) : this.label(facet, value);
  }

  /**
   * Returns what was chosen, as a chip names it: "Client age: 5 to 17 years".
   * @param {Choice} choice
   */
  choice(choice) {
    if (choice.wish) return this.wish(choice.wish);
    if (choice.facet === "paused") return this.value(choice);
    const facet = choice.facet === "q" ? this.say("text_name") : this.#settings.facets[choice.facet].name;
    return this.say("choice", { facet, value: this.value(choice) });
  }

  /**
   * Returns a wish: "Languages: French (must)".
   * @param {Wish} wish
   */
  wish({ facet, id, must }) {
    const wish = this.say("choice", { facet: this.facet(facet), value: this.label(/** @type {Facet} */ (facet), id) });
    return must ? this.say("wish_must", { wish }) : wish;
  }

  /**
   * Returns values as the alternatives they are within a facet: "Alberta or Quebec".
   * @param {string[]} values
   */
  either(values) {
    return new Intl.ListFormat(`${this.language}-CA`, { type: "disjunction" }).format(values);
  }

  /**
   * Returns values that belong together: "Alberta and French".
   * @param {string[]} values
   */
  both(values) {
    return new Intl.ListFormat(`${this.language}-CA`).format(values);
  }
}

/**
 * @param {string} text
 * @param {Record<string, string>} blanks
 */
function fill(text, blanks) {
  return text.replace(/\{(\w+)\}/g, (_, name) => blanks[name]);
}
