/**
 * The page of letters: a grid of cells that never moves while a film runs. Knows nothing of films.
 */

/** @import { Place } from "./layout.js" */
import { make } from "./dom.js";

/** @typedef {{letter: string, mark: string, amount: number, fixed: boolean}} Cell  amount: height of the fill, 0..1; fixed: never moves */

const NARROWEST = 12.2; // CSS pixels a letter needs
const [FEW, MANY] = [30, 46]; // columns: of a page of short lines, and of any other

export class Letters {
  /**
   * @param {HTMLElement} element
   * @param {(position: number) => void} onPick
   */
  constructor(element, onPick) {
    this.element = element;
    /** @type {HTMLElement[]} */
    this.cells = [];
    /** @type {Place[]} */
    this.places = [];
    this.shown = /** @type {Cell[]} */ ([]);
    this.picked = -1;
    element.addEventListener("pointerdown", (event) => {
      const position = this.at(event);
      if (position >= 0) onPick(position);
    });
    element.addEventListener("keydown", (event) => {
      const position = this.neighbour(event.key);
      if (position === null) return;
      event.preventDefault();
      event.stopPropagation();
      onPick(position);
    });
  }

  /** CSS pixels from side to side. */
  get room() {
    return this.element.clientWidth;
  }

  /**
   * How many letters stand beside each other: as many as the text's longest line asks for, and the room allows.
   * @param {number} wanted
   */
  columns(wanted) {
    const room = Math.floor(this.room / NARROWEST) - 1;
    return Math.max(12, Math.min(wanted > FEW ? MANY : FEW, room));
  }

  /**
   * The letter under a pointer; -1: none.
   * @param {PointerEvent} event
   */
  at(event) {
    return this.cells.indexOf(/** @type {HTMLElement} */ (document.elementFromPoint(event.clientX, event.clientY)));
  }

  /** What stands there, in one string. */
  text() {
    return this.shown.map((cell) => cell.letter).join("");
  }

  /**
   * @param {Place[]} places
   * @param {number} columns
   */
  layOut(places, columns) {
    while (this.cells.length > places.length) this.cells.pop()?.remove();
    while (this.cells.length < places.length) {
      this.cells.push(/** @type {HTMLElement} */ (this.element.appendChild(make("span", "letter"))));
    }
    this.shown.length = this.cells.length;
    this.places = places;
    this.element.style.setProperty("--columns", String(columns + 1));
    this.element.style.setProperty("--cell", `${this.room / (columns + 1)}px`);
    places.forEach(({ row, column }, i) => {
      this.cells[i].style.gridArea = `${row + 1} / ${column + 1}`;
    });
    this.cells.forEach((cell) => cell.removeAttribute("data-fixed"));
    this.shown.fill({ letter: "\0", mark: "\0", amount: -1, fixed: false }); // like no cell: whatever is drawn next differs
  }

  /**
   * Draws what differs from what is there.
   * @param {Cell[]} cells
   */
  draw(cells) {
    cells.forEach((cell, i) => {
      const [element, before] = [this.cells[i], this.shown[i]];
      if (cell.letter !== before.letter) this.write(element, cell.letter, this.places[i].ends);
      if (cell.mark !== before.mark) element.dataset.mark = cell.mark;
      if (cell.amount !== before.amount) element.style.setProperty("--amount", cell.amount.toFixed(2));
      if (cell.fixed !== before.fixed) element.toggleAttribute("data-fixed", cell.fixed);
      this.shown[i] = cell;
    });
  }

  /** @param {number} position -1: none */
  pick(position) {
    if (position === this.picked) return;
    this.cells[this.picked]?.removeAttribute("data-picked");
    this.cells[position]?.setAttribute("data-picked", "");
    this.picked = position;
  }

  /**
   * A line end shows only where it does not end a line.
   * @param {HTMLElement} element
   * @param {string} letter
   * @param {boolean} ends
   */
  write(element, letter, ends) {
    element.textContent = letter === "\n" ? (ends ? "" : "↵") : letter;
    element.toggleAttribute("data-faint", letter === "\n");
  }

  /** @param {string} key */
  neighbour(key) {
    if (!this.cells.length || !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(key)) return null;
    if (this.picked < 0) return 0;
    if (key === "ArrowLeft") return Math.max(0, this.picked - 1);
    if (key === "ArrowRight") return Math.min(this.cells.length - 1, this.picked + 1);
    return this.vertically(key === "ArrowUp" ? -1 : 1);
  }

  /** @param {number} by rows */
  vertically(by) {
    const from = this.places[this.picked];
    const row = this.places.flatMap((place, i) => (place.row === from.row + by ? [i] : []));
    if (!row.length) return this.picked;
    return row.reduce((best, i) =>
      Math.abs(this.places[i].column - from.column) < Math.abs(this.places[best].column - from.column) ? i : best);
  }
}
