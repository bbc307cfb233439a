// What cards show of mentors, each in a file of its own.

export class Cards {
  #source;
  #more;
  /** @type {Map<number, Promise<Card>>} */
  #known = new Map();

  /**
   * @param {Source} source
   * @param {MoreRows["rows"]} more
   */
  constructor(source, more) {
    this.#source = source;
    this.#more = more;
  }

  /**
   * Returns the cards of these rows. Raises what the source raises.
   * @param {number[]} rows
   * @returns {Promise<Card[]>}
   */
  of(rows) {
    const { total } = this.#source.manifest;
    return Promise.all(rows.map((row) => (row < total ? this.#card(row) : this.#more[row - total])));
  }

  /** @param {number} row */
  #card(row) {
    const card = this.#known.get(row) ?? this.#read(row);
    this.#known.set(row, card);
    // What did not come is asked for again.
    card.catch(() => this.#known.delete(row));
    return card;
  }

  /**
   * @param {number} row
   * @returns {Promise<Card>}
   */
  async #read(row) {
    const file = new TextDecoder().decode(await this.#source.bytes(`cards/${row}.json`));
    const [slug, name, profession, city, province, area, training, lang, state, confirmed_on, excerpt, returns_on = null] = JSON.parse(file);
    const { facets } = this.#source.manifest;
    const named = (/** @type {string} */ facet, /** @type {number[]} */ places) => places.map((place) => facets[facet][place]);
    return {
      row, slug, name, profession, city, province: facets.province[province],
      area: named("area", area), training: named("training", training), lang: named("lang", lang),
      available: state < 2, accepts_requests: state === 0, returns_on, confirmed_on, excerpt,
    };
  }
}
