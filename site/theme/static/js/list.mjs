// A list by area, place or language: it shows nobody who has left since it was made.
import { dropCards, fetchWithdrawn } from "./withdrawn.mjs";

dropCards(document, await fetchWithdrawn());
