// Starts the directory. It imports nothing beforehand, so that a script which does not arrive is noticed as well.
const root = /** @type {HTMLElement} */ (document.querySelector("[data-directory]"));
const spoken = /** @type {HTMLElement} */ (document.querySelector("[data-spoken]"));
const loading = /** @type {HTMLElement} */ (root.querySelector("[data-part=loading]"));
// One thing is told at a time: that the filters are coming, or that they do not come.
root.querySelector("[data-part=static]")?.setAttribute("hidden", "");
loading.hidden = false;
if (location.search) spoken.textContent = loading.textContent;
const served = /** @type {HTMLElement} */ (root.cloneNode(true));
try {
  const { openDirectory } = await import("./directory.mjs");
  await openDirectory(root);
} catch (error) {
  console.warn(error);
  // Whatever went wrong on the way, the list that the server sent still stands: say so, and leave it.
  const page = root.isEqualNode(served) ? root : served;
  if (page !== root) root.replaceWith(page);
  const problem = page.querySelector("[data-part=problem]");
  problem?.removeAttribute("hidden");
  page.querySelector("[data-part=loading]")?.setAttribute("hidden", "");
  spoken.textContent = problem?.querySelector("[data-part=problem-text]")?.textContent ?? "";
  // That list was made with the page: who has left since is taken out of it as well.
  import("./list.mjs").catch(() => {});
}
