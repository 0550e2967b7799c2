/**
 * Three small things that the DOM makes long. Knows nothing of the stage.
 */

/**
 * The one descendant that plays this part.
 * @param {ParentNode} root
 * @param {string} part
 * @returns {any}
 */
export function find(root, part) {
  const found = root.querySelector(`[data-part="${part}"]`);
  if (!found) throw new Error(`the player's HTML has no part "${part}"`);
  return found;
}

/**
 * A new element with a class and a text.
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElement}
 */
export function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/**
 * Sets a text, touching the page only where it differs.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
