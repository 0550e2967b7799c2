/**
 * What the model thinks of one letter. Knows nothing of the others.
 */

/** @import { Film } from "./wire.js" */
import { doubt, guesses, story } from "./film.js";
import { find, make, say } from "./dom.js";
import { forkOf } from "./family.js";
import { Force } from "./force.js";
import { glyph, named, percent } from "./words.js";

const MOST_TURNS = 24; // turns of a story that are shown

export class Inspector {
  /**
   * @param {HTMLElement} element
   * @param {(step: number) => void} onSeek
   * @param {(letter: string) => void} onForce
   */
  constructor(element, onSeek, onForce) {
    this.element = element;
    this.title = find(element, "picked");
    this.bars = find(element, "guesses");
    this.story = find(element, "story");
    this.other = find(element, "other-story");
    this.otherTitle = find(element, "other-title");
    this.force = new Force(element, onForce);
    this.told = "";
    this.story.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const turn = /** @type {HTMLElement} */ (event.target).closest("button");
      if (turn) onSeek(Number(turn.dataset.step));
    });
  }

  /**
   * @param {Film | null} film
   * @param {number} step
   * @param {number} position -1: none
   * @param {Film | null} parent the film that this one branched off from
   * @param {boolean} busy
   */
  show(film, step, position, parent, busy) {
    const letter = film?.pages[step]?.[position];
    this.element.toggleAttribute("data-empty", letter === undefined);
    if (!film || letter === undefined) {
      say(this.title, film ? "Pick a letter on the page to see what the model thinks of it." : "After a run, pick a letter to see what the model thought of it.");
      return;
    }
    say(this.title, film.beliefs
      ? `Letter ${position + 1}: ${named(letter)} · ${percent(doubt(film, step, position))} doubt`
      : `Letter ${position + 1}: ${named(letter)}`);
    this.drawBars(film, step, position, letter);
    this.tell(film, step, position);
    this.compare(film, step, position, parent);
    this.force.show(film, step, position, busy);
  }

  /**
   * The letter that stood here in the film that this one branched off from.
   * @param {Film} film
   * @param {number} step
   * @param {number} position
   * @param {Film | null} parent
   */
  compare(film, step, position, parent) {
    this.other.hidden = !parent;
    if (!parent) return;
    const last = Math.min(step, parent.pages.length - 1);
    const same = step <= forkOf(film);
    say(this.otherTitle, same ? `The same film until step ${forkOf(film)}` : `Without the forced letter, here: ${named(parent.pages[last][position])}`);
  }

  /**
   * @param {Film} film
   * @param {number} step
   * @param {number} position
   * @param {string} letter
   */
  drawBars(film, step, position, letter) {
    const best = guesses(film, step, position);
    while (this.bars.children.length < best.length) this.bars.append(this.bar());
    while (this.bars.children.length > best.length) this.bars.lastChild.remove();
    best.forEach((guess, rank) => {
      const row = this.bars.children[rank];
      row.toggleAttribute("data-shown", guess.letter === letter);
      row.style.setProperty("--odds", `${guess.odds}%`);
      say(row.children[0], glyph(guess.letter));
      this.force.name(row.children[3], guess.letter);
      say(row.children[2], guess.odds < 1 ? "< 1 %" : `${guess.odds} %`);
    });
  }

  bar() {
    const row = make("li", "guess");
    row.append(make("b", "guess-letter"), make("i", "guess-bar"), make("span", "guess-odds"), this.force.button());
    return row;
  }

  /**
   * @param {Film} film
   * @param {number} step
   * @param {number} position
   */
  tell(film, step, position) {
    const turns = story(film, position);
    const kept = turns.length > MOST_TURNS ? turns.slice(-MOST_TURNS) : turns;
    const version = `${film.run} ${film.pages.length} ${position}`;
    if (version !== this.told) {
      this.story.replaceChildren(...kept.map((turn) => {
        const button = make("button", "turn", glyph(turn.letter));
        button.dataset.step = String(turn.step);
        button.setAttribute("type", "button");
        button.setAttribute("aria-label", `${named(turn.letter)}, since step ${turn.step}`);
        button.title = `since step ${turn.step}`;
        return button;
      }));
    }
    this.told = version;
    const now = kept.findLastIndex((turn) => turn.step <= step);
    [...this.story.children].forEach((turn, i) => turn.toggleAttribute("data-now", i === now));
  }
}
