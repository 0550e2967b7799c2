/**
 * Figure: a line as numbers. Knows nothing of models.
 */

import { make, say } from "./dom.js";
import { counted, glyph } from "./words.js";
import { caption, knobs } from "./knobs.js";

const LONGEST = 40; // letters

/**
 * @param {HTMLElement} root
 * @param {{alphabet: string, mask: string, line: string}} numbers
 */
export function draw(root, { alphabet, mask, line }) {
  const known = [...(alphabet + mask)];
  const row = knobs(root);
  const frame = make("label", "knob");
  const input = /** @type {HTMLInputElement} */ (make("input", "knob-text"));
  Object.assign(input, { type: "text", maxLength: LONGEST, value: line, autocomplete: "off", spellcheck: false });
  frame.append(make("span", "knob-label", "A line of your own"), input);
  row.append(frame);
  const tiles = make("div", "tiles");
  root.append(tiles);
  const told = caption(root);
  const show = () => {
    const letters = [...input.value];
    tiles.replaceChildren(...letters.map((letter) => tile(letter, known.indexOf(letter))));
    const strange = letters.filter((letter) => !known.includes(letter)).length;
    const size = Math.floor(letters.length * Math.log10(alphabet.length)) + 1;
    const count = `${counted(letters.length, "letter")}: one of ${alphabet.length}^${letters.length} possible lines, a number with ${counted(size, "digit")}.`;
    say(told, strange ? `${count} ${counted(strange, "character is", "characters are")} not in the list.` : count);
  };
  input.addEventListener("input", show);
  show();
}

/**
 * @param {string} letter
 * @param {number} id -1 where there is none
 */
function tile(letter, id) {
  const frame = make("span", "tile");
  frame.append(make("span", "tile-letter", glyph(letter)), make("span", "tile-id", id < 0 ? "none" : String(id)));
  frame.toggleAttribute("data-strange", id < 0);
  return frame;
}
