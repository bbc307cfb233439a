const HINT = "signed-in"; // as handlers/answers.py sets it

/** Returns whether this browser has signed in, as far as a script can tell. */
export function hasSignedIn() {
  return document.cookie.split("; ").includes(`${HINT}=1`);
}

/** Corrects the hint: the session is over. */
export function noteSignedOut() {
  document.cookie = `${HINT}=; Path=/; Max-Age=0; Secure; SameSite=Lax`;
}

/** Shows what a page has for those who have signed in, or what it has for the others. */
export function showSignedIn() {
  for (const found of document.querySelectorAll("[data-signed-in]")) {
    const one = /** @type {HTMLElement} */ (found);
    one.hidden = (one.dataset.signedIn === "yes") !== hasSignedIn();
  }
}
