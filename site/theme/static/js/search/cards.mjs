// What cards show of mentors, a few in a file.

const LISTS = /** @type {const} */ (["area", "training", "age", "province", "lang", "experience", "topic", "format"]);

export class Cards {
  #source;
  #more;
  /** @type {Map<number, Promise<any[]>>} */
  #files = new Map();

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
    const { cards, total } = this.#source.manifest;
    return Promise.all(
      rows.map(async (row) => {
        if (row >= total) return this.#more[row - total];
        const file = await this.#file(Math.floor(row / cards));
        return this.#card(row, file[row % cards]);
      }),
    );
  }

  /** @param {number} place */
  #file(place) {
    const file = this.#files.get(place) ?? this.#read(place);
    this.#files.set(place, file);
    // What did not come is asked for again.
    file.catch(() => this.#files.delete(place));
    return file;
  }

  /** @param {number} place */
  async #read(place) {
    return JSON.parse(new TextDecoder().decode(await this.#source.bytes(`cards/${place}.json`)));
  }

  /**
   * @param {number} row
   * @param {any[]} card
   * @returns {Card}
   */
  #card(row, [slug, name, profession, city, ...rest]) {
    const { facets, single } = this.#source.manifest;
    const lists = LISTS.map((facet, place) => {
      const ids = rest[place].map((/** @type {number} */ value) => facets[facet][value]);
      return [facet, single.includes(facet) ? ids[0] : ids];
    });
    const [state, returns_on, confirmed_on, listed_on, excerpt] = rest.slice(LISTS.length);
    return {
      row, slug, name, profession, city, ...Object.fromEntries(lists),
      available: state < 2, accepts_requests: state === 0,
      returns_on: returns_on || null, confirmed_on, listed_on, excerpt,
    };
  }
}
