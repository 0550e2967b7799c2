/**
 * Figure: rounds of accidents, the table of a letter's chances, and what becomes of a line. Knows nothing of models.
 */

import { say } from "./dom.js";
import { counted, glyph, named } from "./words.js";
import { caption, choice, knobs, panel, panels, slider } from "./knobs.js";
import { Bars, Line, Matrix, percent } from "./plot.js";

/** @typedef {{pages: string[], matrices: number[][][]}} Kind */

const KINDS = ["uniform", "mask"];

/**
 * @param {HTMLElement} root
 * @param {{line: string, letters: string, mask: string, kinds: Record<string, Kind>}} numbers
 */
export function draw(root, { line, letters, mask, kinds }) {
  const states = [...letters, mask];
  const now = { kind: 0, round: 6, letter: letters.indexOf("e") };
  const row = knobs(root);
  const page = new Line(panel(root, "The line after these rounds"));
  const both = panels(root);
  const tables = KINDS.map((kind) => {
    const frame = panel(both, "From the letter at the left to the letter above");
    return { frame, matrix: new Matrix(frame, states.slice(0, kinds[kind].matrices[0].length), "Chances, darker where they are higher") };
  });
  const bars = new Bars(panel(both, "The row of one letter"), states);
  const told = caption(root);

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    const { pages, matrices } = kinds[KINDS[now.kind]];
    const values = matrices[now.round];
    tables.forEach(({ frame }, i) => (frame.hidden = i !== now.kind));
    tables[now.kind].matrix.show(values, now.letter);
    bars.show(states.map((_, y) => values[now.letter][y] ?? 0), undefined, now.letter);
    page.show([...pages[now.round]], (i) => (pages[now.round][i] === line[i] ? "" : "changed"));
    const [letter, stays] = [named(states[now.letter]), percent(values[now.letter][now.letter])];
    say(told, `After ${counted(now.round, "round")}, ${letter} is still ${letter} with a chance of ${stays}.`);
  };
  choice(row, { label: "Noise", names: ["Scramble", "Hide"], at: 0, choose: (kind) => show({ kind }) });
  slider(row, { label: "Rounds", count: kinds.uniform.pages.length, at: now.round, tell: String, move: (round) => show({ round }) });
  choice(row, { label: "Letter", names: [...letters].map(glyph), at: now.letter, choose: (letter) => show({ letter }) });
  show({});
}
