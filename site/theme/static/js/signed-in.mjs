const HINT = "signed-in"; // as handlers/answers.py sets it

/** Returns whether this browser has signed in, as far as a script can tell. */
export function hasSignedIn() {
  return document.cookie.split("; ").includes(`${HINT}=1`);
}

/** Corrects the hint: the session is over. */
export function noteSignedOut() {
  document.cookie = `${HINT}=; Path=/; Max-Age=0; Secure; SameSite=Lax`;
}
