/**
 * Figure: what a wrong ratio costs, by score entropy and by squared error. Knows nothing of models.
 */

import { say } from "./dom.js";
import { Chart } from "./chart.js";
import { caption, choice, knobs, panel, panels, slider } from "./knobs.js";
import { number } from "./plot.js";

const HIGHEST = 8; // of the charts

/**
 * @param {HTMLElement} root
 * @param {{estimates: number[], truths: number[], entropy: number[][], squared: number[][]}} numbers
 */
export function draw(root, { estimates, truths, entropy, squared }) {
  const now = { truth: 2, at: 48 };
  const row = knobs(root);
  const both = panels(root);
  const axis = /** @type {[string, string, string]} */ ([`× ${number(estimates[0])}`, "estimate", `× ${number(estimates[estimates.length - 1])}`]);
  const charts = ["Score entropy", "Squared error"].map((label) => new Chart(panel(both, `${label}. Upright line: the truth.`), { label, x: axis, top: HIGHEST }));
  const told = caption(root);
  const along = (/** @type {number} */ value) => Math.log(value / estimates[0]) / Math.log(estimates[estimates.length - 1] / estimates[0]);

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    [entropy, squared].forEach((losses, i) => {
      charts[i].clear();
      charts[i].upright(along(truths[now.truth]), "chart-truth");
      charts[i].line(losses[now.truth], "");
      charts[i].mark(now.at / (estimates.length - 1), losses[now.truth][now.at]);
    });
    const [loss, square] = [entropy, squared].map((losses) => number(losses[now.truth][now.at]));
    say(told, `Truth ${number(truths[now.truth])}, estimate ${number(estimates[now.at])}: score entropy ${loss}, squared error ${square}.`);
  };
  choice(row, { label: "The true ratio", names: truths.map((truth) => `× ${truth}`), at: now.truth, choose: (truth) => show({ truth }) });
  slider(row, { label: "The estimate", count: estimates.length, at: now.at, tell: (at) => `× ${number(estimates[at])}`, move: (at) => show({ at }) });
  show({});
}
