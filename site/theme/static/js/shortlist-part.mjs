// The shortlist in the directory. It is no part of a result: its buttons come when they come, and the list serves without.

/**
 * Gives each mentor under a root their button.
 * @param {ParentNode} root
 */
export async function offerLater(root) {
  const buttons = await import("./shortlist-buttons.mjs").catch((error) => console.warn(error));
  buttons?.offerShortlist(root);
}

/**
 * Takes who has left off the shortlist, and says so.
 * @param {Set<string>} withdrawn
 */
export async function leaveShortlist(withdrawn) {
  const modules = Promise.all([import("./shortlist.mjs"), import("./shortlist-buttons.mjs")]);
  const [kept, buttons] = await modules.catch((error) => [console.warn(error)]);
  if (kept?.dropFromShortlist(withdrawn)) buttons?.tellLeft();
}
