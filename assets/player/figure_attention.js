/**
 * Figure: which letters an answer depends on, with the causal mask and without it. Knows nothing of networks.
 */

import { say } from "./dom.js";
import { counted, glyph } from "./words.js";
import { caption, knobs, panel, panels, slider } from "./knobs.js";
import { Line, Matrix } from "./plot.js";

/**
 * @param {HTMLElement} root
 * @param {{line: string, causal: number[][], full: number[][]}} numbers 1 where letter j moves the answer at i: [i][j]
 */
export function draw(root, { line, causal, full }) {
  const letters = [...line];
  const row = knobs(root);
  const both = panels(root);
  const views = [
    { title: "Baby GPT, from left to right", reach: causal },
    { title: "The denoiser, without the mask", reach: full },
  ].map(({ title, reach }) => {
    const frame = panel(both, title);
    const words = new Line(frame);
    return { reach, words, matrix: new Matrix(frame, letters, `${title}: rows are answers, columns letters`, () => "") };
  });
  const told = caption(root);

  const show = (/** @type {number} */ place) => {
    for (const { reach, words, matrix } of views) {
      words.show(letters.map(glyph), (i) => (i === place ? "picked" : reach[place][i] ? "seen" : ""));
      matrix.show(reach, place);
    }
    const [before, all] = views.map(({ reach }) => counted(reach[place].filter(Boolean).length, "letter"));
    say(told, `The answer at place ${place + 1} depends on ${before} from left to right, on ${all} without the mask.`);
  };
  slider(row, { label: "Place", count: letters.length, at: 6, tell: (at) => `${at + 1}, ${glyph(letters[at])}`, move: show });
  show(6);
}
