// What the directory shows members besides: their filters, and what became of their session. For others it is empty.
import { part } from "./dom.mjs";
import { hasSignedIn, showSignedIn } from "./signed-in.mjs";

export class MembersPart {
  #root;
  #facets;

  /**
   * @param {HTMLElement} root
   * @param {MembersAnswer} answer
   */
  constructor(root, answer) {
    this.#root = root;
    /** @type {MembersAnswer} */
    this.answer = answer;
    this.#facets = answer.state === "open" ? answer.openFacets(part(root, "identity", HTMLElement)) : null;
  }

  /** @returns {Choice[]} what is looked for in mentors' identity; it never stands in the address */
  get choices() {
    return this.#facets?.choices ?? [];
  }

  /** The same by facet, for the engine. @returns {Choices} */
  get chosen() {
    return this.#facets?.chosen ?? {};
  }

  apply() {
    this.#facets?.apply();
  }

  /** @param {Choice} choice */
  remove(choice) {
    this.#facets?.remove(choice);
  }

  /** @param {string[]} facets whose choices stay in force */
  keepOnly(facets) {
    this.#facets?.keepOnly(facets);
  }

  /**
   * @param {Found["counts"]} counts
   * @param {Wording} wording
   */
  showCounts(counts, wording) {
    this.#facets?.showCounts(counts, wording);
  }

  /** Takes out what is for members alone, once nobody is signed in here any more; returns whether it did. */
  closeIfEnded() {
    if (!this.#facets || hasSignedIn()) return false;
    this.#facets.close();
    this.#facets = null;
    this.answer = { state: "ended" };
    return true;
  }

  /**
   * Says what became of the session, where that is worth a word, and returns it.
   * @param {Wording} wording
   */
  tell(wording) {
    const { state } = this.answer;
    showSignedIn();
    const isSilent = state === "open" || state === "none";
    part(this.#root, "members-state", HTMLElement).hidden = isSilent;
    part(this.#root, "invite", HTMLElement).hidden = state !== "none";
    if (isSilent) return "";
    const said = wording.say(state);
    part(this.#root, "members-text", HTMLElement).textContent = said;
    part(this.#root, "members-sign-in", HTMLElement).hidden = state !== "ended";
    return said;
  }
}

/**
 * Asks what members see, where somebody has signed in.
 * @param {string} address
 * @param {string} index that the answer must be about
 * @returns {Promise<MembersAnswer>}
 */
export async function askMembers(address, index) {
  if (!hasSignedIn()) return { state: "none" };
  try {
    const { fetchMembers } = await import("./members.mjs");
    return await fetchMembers(address, index);
  } catch (error) {
    console.warn(error);
    return { state: "failed" };
  }
}
