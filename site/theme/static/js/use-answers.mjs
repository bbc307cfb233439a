// From the questionnaire of those who ask to the directory: answers become wishes, which this browser keeps.
import { part } from "./dom.mjs";
import { keepWishes, readWishes, withWishes } from "./wishes.mjs";

const button = part(document, "use", HTMLButtonElement);
button.addEventListener("click", () => {
  keepWishes(withWishes(readWishes(), JSON.parse(button.dataset.wishes ?? "[]")));
  location.assign(button.dataset.mentorsUrl ?? "");
});
part(document, "use-answers", HTMLElement).hidden = false;
