// From the questionnaire of those who ask to the directory: answers become wishes, which this browser keeps.
import { useAnswers } from "./answers.mjs";
import { part } from "./dom.mjs";

const button = part(document, "use", HTMLButtonElement);
button.addEventListener("click", () => {
  try {
    useAnswers(JSON.parse(button.dataset.wishes ?? "[]"));
  } catch (error) {
    console.warn(error); // storage is forbidden: the directory serves without wishes
  }
  location.assign(button.dataset.mentorsUrl ?? "");
});
part(document, "use-answers", HTMLElement).hidden = false;
