/**
 * Numbers as pictures: tables of shaded cells, bars, lines of letters. Knows nothing of what they mean.
 */

import { make, say } from "./dom.js";
import { glyph } from "./words.js";

/**
 * A share as people say it.
 * @param {number} share
 */
export function percent(share) {
  const whole = Math.round(100 * share);
  if (share > 0 && whole === 0) return "< 1 %";
  return `${String(whole).replace("-", "−")} %`;
}

/**
 * A number to three significant digits, or nearly.
 * @param {number} value
 */
export function number(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3;
  const text = value.toFixed(digits);
  return text.replace("-", "−");
}

/**
 * A chance in the least room: 1, .35, 0.
 * @param {number} value
 */
export function brief(value) {
  const rounded = Math.round(value * 100) / 100;
  return Number.isInteger(rounded) ? String(rounded).replace("-", "−") : rounded.toFixed(2).replace("-", "−").replace("0.", ".");
}

/** A table of shaded cells with its letters at the sides. */
export class Matrix {
  /**
   * @param {HTMLElement} parent
   * @param {string[]} letters of rows and columns
   * @param {string} label for screen readers
   * @param {(value: number) => string} [write]
   */
  constructor(parent, letters, label, write = brief) {
    this.write = write;
    const frame = make("div", "matrix");
    frame.setAttribute("role", "img");
    frame.setAttribute("aria-label", label);
    frame.style.setProperty("--count", String(letters.length));
    frame.append(make("span", "matrix-side"), ...letters.map((letter) => make("span", "matrix-side", glyph(letter))));
    this.rows = letters.map((letter) => {
      const cells = letters.map(() => make("span", "matrix-cell"));
      frame.append(make("span", "matrix-side", glyph(letter)), ...cells);
      return cells;
    });
    parent.append(frame);
  }

  /**
   * @param {number[][]} values
   * @param {number} [picked] the row that is looked at
   */
  show(values, picked = -1) {
    this.rows.forEach((cells, row) => {
      cells.forEach((cell, column) => {
        const value = values[row][column];
        say(cell, this.write(value));
        cell.style.setProperty("--amount", String(Math.min(1, Math.abs(value))));
        cell.toggleAttribute("data-negative", value < -0.005);
        cell.toggleAttribute("data-picked", row === picked);
      });
    });
  }
}

/** A bar for each letter. */
export class Bars {
  /**
   * @param {HTMLElement} parent
   * @param {string[]} letters
   * @param {(value: number) => string} [write]
   */
  constructor(parent, letters, write = percent) {
    this.write = write;
    this.rows = letters.map((letter) => {
      const row = make("div", "bar-row");
      const [bar, value] = [make("span", "bar"), make("span", "bar-value")];
      row.append(make("span", "bar-letter", glyph(letter)), bar, value);
      parent.append(row);
      return { row, bar, value };
    });
  }

  /**
   * @param {number[]} values
   * @param {(value: number) => [number, number]} [place] from where to where the bar of a value goes, 0..1
   * @param {number} [picked]
   */
  show(values, place = (value) => [0, value], picked = -1) {
    this.rows.forEach(({ row, bar, value }, i) => {
      const [from, to] = place(values[i]);
      bar.style.setProperty("--from", `${(100 * Math.min(from, to)).toFixed(2)}%`);
      bar.style.setProperty("--size", `${(100 * Math.abs(to - from)).toFixed(2)}%`);
      say(value, this.write(values[i]));
      row.toggleAttribute("data-picked", i === picked);
      row.toggleAttribute("data-negative", values[i] < 0);
    });
  }
}

/** A line of letters, some of them marked. */
export class Line {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.element = make("p", "line");
    parent.append(this.element);
  }

  /**
   * @param {string[]} letters
   * @param {(place: number) => string} mark "" for none
   */
  show(letters, mark) {
    const { element } = this;
    while (element.children.length > letters.length) element.lastChild?.remove();
    while (element.children.length < letters.length) element.append(make("span", "line-letter"));
    letters.forEach((letter, i) => {
      const cell = /** @type {HTMLElement} */ (element.children[i]);
      say(cell, letter);
      cell.dataset.mark = mark(i);
    });
  }
}
