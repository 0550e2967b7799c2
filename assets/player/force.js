/**
 * The way to another letter: a button at every guess, and a box for any other. Knows nothing of what follows.
 */

/** @import { Film } from "./wire.js" */
import { whyNot } from "./family.js";
import { find, make, say } from "./dom.js";
import { named } from "./words.js";

const HELP = "Force a letter: it stands from the next step on, and the film goes on from here.";

export class Force {
  /**
   * @param {HTMLElement} inspector
   * @param {(letter: string) => void} onForce
   */
  constructor(inspector, onForce) {
    this.guesses = find(inspector, "guesses");
    this.form = find(inspector, "other");
    this.letter = find(inspector, "other-letter");
    this.note = find(inspector, "force-note");
    this.guesses.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      if (button) onForce(button.dataset.letter ?? "");
    });
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const [letter] = this.letter.value;
      if (letter) onForce(letter);
    });
    this.letter.addEventListener("input", () => (this.letter.value = [...this.letter.value].at(-1) ?? ""));
  }

  /** A button for one more guess. */
  button() {
    const button = make("button", "force", "Force");
    button.setAttribute("type", "button");
    return button;
  }

  /**
   * @param {Film} film
   * @param {number} step
   * @param {number} position
   * @param {boolean} busy
   */
  show(film, step, position, busy) {
    const reason = busy ? "The model is at work." : whyNot(film, step, position);
    say(this.note, reason || HELP);
    for (const button of [...this.guesses.querySelectorAll(".force"), ...this.form.elements]) button.disabled = Boolean(reason);
  }

  /**
   * @param {Element} button
   * @param {string} letter
   */
  name(button, letter) {
    if (/** @type {HTMLElement} */ (button).dataset.letter === letter) return;
    /** @type {HTMLElement} */ (button).dataset.letter = letter;
    button.setAttribute("aria-label", `Force ${named(letter)} here and go on`);
  }
}
