// A file that is too large is said to be so before it is sent: far over the limit, what stands in front of the site
// refuses it in words of its own. The sentences are the server's, in a template of the page; without a script, so does it.
const said = /** @type {HTMLTemplateElement} */ (document.querySelector("template[data-largest]"));
const field = /** @type {HTMLInputElement} */ (document.querySelector("input[type=file]"));
const form = /** @type {HTMLFormElement} */ (field.form);

form.addEventListener("submit", (sending) => {
  const file = field.files?.[0];
  if (!file || file.size <= Number(said.dataset.largest)) return;
  sending.preventDefault();
  document.querySelectorAll(".govuk-error-summary, .govuk-error-message").forEach((former) => former.remove());
  const [summary, message] = /** @type {HTMLElement[]} */ ([...said.content.children].map((part) => part.cloneNode(true)));
  form.parentElement?.querySelector("h1")?.before(summary);
  field.before(message);
  field.setAttribute("aria-describedby", `file-hint ${message.id}`);
  summary.focus();
});
