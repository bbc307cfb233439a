// A static page is the same for everybody: who has signed in finds their account where the others find "Sign in".
import { showSignedIn } from "./signed-in.mjs";

showSignedIn();
// A page that comes back whole from the browser's memory may have been left by somebody who has signed in or out since.
window.addEventListener("pageshow", showSignedIn);
