// After signing out: this tab forgets what was looked for in mentors' identity, and all others are told.
import { forgetChoices } from "./identity-choices.mjs";
import { forgetIdentityWishes } from "./wishes.mjs";

forgetChoices();
forgetIdentityWishes();
try {
  localStorage.setItem("signed-out", "");
  localStorage.removeItem("signed-out");
} catch {
  // Where storage is forbidden, they ask once they are looked at.
}
