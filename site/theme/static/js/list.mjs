// A list that the server made: it shows nobody who has left since, and offers the shortlist.
import { dropFromShortlist } from "./shortlist.mjs";
import { offerShortlist, tellLeft } from "./shortlist-buttons.mjs";
import { dropCards, fetchWithdrawn } from "./withdrawn.mjs";

offerShortlist();
const withdrawn = await fetchWithdrawn();
dropCards(document, withdrawn);
if (dropFromShortlist(withdrawn)) tellLeft();
offerShortlist();
