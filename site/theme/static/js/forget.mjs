// After signing out: this tab forgets what was looked for in mentors' identity.
import { forgetChoices } from "./identity-choices.mjs";
import { forgetIdentityWishes } from "./wishes.mjs";

forgetChoices();
forgetIdentityWishes();
