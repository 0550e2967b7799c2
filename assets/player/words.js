/**
 * The sentences of the stage. Knows nothing of where they stand.
 */

/** @import { Film } from "./wire.js" */
/** @import { Overlay } from "./state.js" */

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** @param {number} share 0..1 */
export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/**
 * @param {Film} film
 * @param {number} step
 * @param {number} changed
 */
export function readout(film, step, changed) {
  const left = `${percent(film.levels[step])} ${unharmed(film) ? "in question" : "noise"}`;
  return `step ${step} of ${film.steps} · ${left} · ${counted(changed, "letter")} changed`;
}

/**
 * Whether the film begins with the visitor's own text, in which the model looks for mistakes.
 * @param {Film} film
 */
function unharmed(film) {
  return film.original.length > 0 && film.pages[0].every((letter, i) => letter === film.original[i]);
}

/**
 * @param {number} share of noise, in percent
 * @param {number} harmed
 * @param {string} noise
 */
export function damage(share, harmed, noise) {
  if (harmed === 0) return `${share} % noise · your text, unharmed`;
  return `${share} % noise · ${counted(harmed, "letter")} ${noise === "mask" ? "hidden" : "scrambled"}`;
}

/**
 * @param {number} missing
 * @param {number} given
 */
export function blanks(missing, given) {
  return `${counted(missing, "blank")} · ${counted(given, "letter")} given`;
}

/**
 * A character, in a form that can be read where it stands alone.
 * @param {string} character
 */
export function named(character) {
  if (character === "") return "nothing";
  if (character === " ") return "space";
  if (character === "\n") return "line end ↵";
  if (character === "▒") return "hidden ▒";
  if (/^[\p{C}\p{Z}\p{M}]/u.test(character)) return `U+${hex(character)}`;
  return character;
}

/**
 * A character in the space of one letter.
 * @param {string} character
 */
export function glyph(character) {
  return character === " " ? "·" : character === "\n" ? "↵" : character;
}

/** @param {string} character */
function hex(character) {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

/**
 * What the marks on a film mean.
 * @param {Film} film
 * @param {Overlay} overlay
 */
export function legend(film, overlay) {
  if (overlay === "yours" && unharmed(film)) return "Box: the model put another letter here than you did.";
  return OVERLAYS[overlay];
}

/**
 * What can be done with a text that is about to be restored.
 * @param {number} share of noise, in percent
 * @param {string} noise
 */
export function invitation(share, noise) {
  if (share > 0) return "Tinted letters are damaged. Press Restore, and the model tries to bring them back.";
  if (noise === "mask") return "Nothing is hidden yet. Add noise first.";
  return "Nothing is damaged. Press Restore, and the model mends only what it doubts.";
}

/** What can be done with a text that has blanks. */
export const GIVEN = "Underlined letters are given and stay. Press Fill in, and the model finds the others.";

/** @type {Record<Overlay, string>} */
const OVERLAYS = {
  changes: "Filled letters changed in this very step.",
  doubt: "The higher the fill behind a letter, the less sure the model is of it.",
  history: "The higher the fill, the more often it has changed so far. Dotted: it will again.",
  branch: "Doubly underlined: without the forced letter, another one stands here.",
  yours: "Dot: came back. Wavy line: still wrong. Box: was right, and the model broke it.",
};
