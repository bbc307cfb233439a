// A profile's place in the shortlist, and the way back to where somebody found it.
import { leadBackToResults } from "./back-to-results.mjs";
import { offerShortlist } from "./shortlist-buttons.mjs";

offerShortlist();
leadBackToResults();
