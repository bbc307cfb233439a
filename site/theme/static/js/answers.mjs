// A member's answers to the questionnaire among their wishes. They come from the account, so they go with signing out.
import { ANSWERS_USED, isSame, keepPublic, readPublic } from "./wishes.mjs";

/**
 * Puts answers in the place of those that were taken over before. What is wished already stays as it is. Raises what the
 * browser raises where storage is forbidden.
 * @param {Wish[]} answers
 */
export function useAnswers(answers) {
  const own = readPublic().filter(({ answered }) => !answered);
  const more = answers.filter((answer) => !own.some((wish) => isSame(answer, wish)));
  keepPublic([...own, ...more.map((answer) => /** @type {Wish} */ ({ ...answer, answered: true }))]);
  sessionStorage.setItem(ANSWERS_USED, "");
}

/** Leaves the wishes that were made by hand. Raises what the browser raises where storage is forbidden. */
export function forgetAnswers() {
  keepPublic(readPublic().filter(({ answered }) => !answered));
}
