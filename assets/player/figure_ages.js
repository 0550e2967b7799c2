/**
 * Figure: what the model wrote at each age, all pages of it. Knows nothing of models.
 */

import { say } from "./dom.js";
import { layOut } from "./layout.js";
import { counted, glyph } from "./words.js";
import { caption, knobs, panel, slider } from "./knobs.js";
import { Line } from "./plot.js";

const COLUMNS = 34; // letters in a row

/**
 * @param {HTMLElement} root
 * @param {{ages: number[], films: string[][]}} numbers
 */
export function draw(root, { ages, films }) {
  const last = films[0].length - 1;
  const now = { age: ages.length - 1, step: last };
  const row = knobs(root);
  const told = caption(root);
  const page = new Line(panel(root, "The page", "panel-page"));
  const rows = films.map((film) => Math.max(...layOut([...film[last]], COLUMNS).map(({ row }) => row)) + 1);
  page.element.style.setProperty("--rows", String(Math.max(...rows)));
  page.element.style.setProperty("--columns", String(COLUMNS + 1));
  const aged = (/** @type {number} */ at) => counted(ages[at], "step");

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    const film = films[now.age].map((text) => [...text]);
    const letters = film[now.step];
    page.show(letters.map(glyph), (i) => (now.step > 0 && film[now.step - 1][i] !== letters[i] ? "changed" : ""));
    place(page.element, film[last], letters);
    const changed = now.step ? letters.filter((letter, i) => letter !== film[now.step - 1][i]).length : 0;
    say(told, `At the age of ${aged(now.age)} of training, on page ${now.step} of ${last}: ${counted(changed, "letter")} just changed.`);
  };
  slider(row, { label: "Age, in steps of training", count: ages.length, at: now.age, tell: (at) => ages[at].toLocaleString("en"), move: (age) => show({ age }) });
  slider(row, { label: "Page", count: last + 1, at: now.step, tell: (at) => `${at} of ${last}`, move: (step) => show({ step }) });
  show({});
}

/**
 * Puts the letters where the last page has them; blanks show only where they break no line.
 * @param {HTMLElement} line
 * @param {string[]} final
 * @param {string[]} letters
 */
function place(line, final, letters) {
  layOut(final, COLUMNS).forEach(({ row, column, ends }, i) => {
    const cell = /** @type {HTMLElement} */ (line.children[i]);
    cell.style.gridArea = `${row + 1} / ${column + 1}`;
    if (letters[i] === " " || (letters[i] === "\n" && ends)) say(cell, " ");
  });
}
