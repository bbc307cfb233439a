// After signing out: this browser forgets what came from the account, and all other tabs are told. What was made without
// it stays, and can be forgotten here: others may use this computer.
import { forgetAnswers } from "./answers.mjs";
import { part } from "./dom.mjs";
import { forgetChoices } from "./identity-choices.mjs";
import { keepShortlist, readShortlist } from "./shortlist.mjs";
import { forgetIdentityWishes, keepPublic, readPublic } from "./wishes.mjs";

forgetChoices();
forgetIdentityWishes();
try {
  forgetAnswers();
  localStorage.setItem("signed-out", "");
  localStorage.removeItem("signed-out");
} catch {
  // Where storage is forbidden, they ask once they are looked at.
}
const kept = part(document, "kept", HTMLElement);
kept.hidden = readPublic().length + readShortlist().length === 0;
part(kept, "forget-kept", HTMLButtonElement).addEventListener("click", () => {
  keepPublic([]);
  keepShortlist([]);
  const said = part(document, "kept-forgotten", HTMLElement);
  kept.hidden = true;
  said.hidden = false;
  said.focus();
});
