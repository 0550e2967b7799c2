/**
 * A mended text with what was changed in it: the old word struck out, the new one after it. Knows nothing of films.
 */

import { find, make, say } from "./dom.js";
import { counted, glyph } from "./words.js";

/** @typedef {[before: string, after: string]} Piece  the same twice where nothing was changed */

/**
 * What was changed, in one sentence.
 * @param {Piece[]} pieces
 */
export function summary(pieces) {
  const changed = pieces.filter(([before, after]) => before !== after);
  if (!changed.length) return "Nothing was changed.";
  const letters = changed.reduce((sum, [before, after]) => sum + [...before].filter((letter, i) => letter !== [...after][i]).length, 0);
  return `${counted(changed.length, "word")} changed, ${counted(letters, "letter")}:`;
}

/**
 * @param {Piece} piece
 * @returns {(Node | string)[]}
 */
function shown([before, after]) {
  if (before === after) return [before];
  const [was, is] = [make("del", "diff-was", visible(before)), make("ins", "diff-is", visible(after))];
  return [make("span", "spoken", " changed from "), was, make("span", "spoken", " to "), is, make("span", "spoken", " ")];
}

/**
 * Spaces and line ends that were changed, so that they can be seen.
 * @param {string} text
 */
function visible(text) {
  return [...text].map(glyph).join("");
}

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 */
export function mount(element, props, watch) {
  let newest = 0;
  const show = () => {
    if (!props.value) return;
    const message = JSON.parse(props.value);
    if (message.kind !== "changes" || message.run < newest) return;
    newest = message.run;
    find(element, "diff").hidden = false;
    say(find(element, "count"), summary(message.pieces));
    find(element, "text").replaceChildren(...message.pieces.flatMap(shown));
  };
  watch("value", show);
  show();
}
