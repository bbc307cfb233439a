// After signing out: this tab forgets what was looked for in mentors' identity.
import { forgetChoices } from "./identity-choices.mjs";

forgetChoices();
