// The three things our modules do with the document. Text goes in as text: there is no innerHTML anywhere.

/** The page lacks something that the script and its template agreed on. */
export class MissingPartError extends Error {}

/**
 * Returns the element marked `data-part="name"` under a root. Raises MissingPartError.
 * @template {Element} Type
 * @param {ParentNode} root
 * @param {string} name
 * @param {{ new (): Type }} type
 * @returns {Type}
 */
export function part(root, name, type) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof type)) throw new MissingPartError(name);
  return found;
}

/**
 * Returns a new element with its attributes and children; a string becomes text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Makes the list hold exactly these children, in this order. One that stays is not touched, and keeps the focus.
 * @param {Element} list
 * @param {Element[]} wanted
 */
export function arrange(list, wanted) {
  const focused = document.activeElement;
  const staying = new Set(wanted);
  for (const child of [...list.children]) {
    if (!staying.has(child)) child.remove();
  }
  wanted.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
  // Moving an element within the document takes its focus away.
  if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
}

/**
 * Returns whether a click means "follow this link here", not "in another tab".
 * @param {MouseEvent} click
 */
export function isPlainClick(click) {
  return click.button === 0 && !click.metaKey && !click.ctrlKey && !click.shiftKey && !click.altKey;
}
