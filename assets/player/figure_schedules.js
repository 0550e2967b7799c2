/**
 * Figure: how the noise falls, where the letters of a line die, what each step restores. Knows nothing of models.
 */

import { say } from "./dom.js";
import { Chart } from "./chart.js";
import { caption, choice, knobs, panel, panels, slider } from "./knobs.js";
import { Line, number, percent } from "./plot.js";

/** @typedef {{alpha: number[], total: number[], dying: number[], deaths: number[], restored: Record<string, number[]>}} Kind */

const NAMES = { loglinear: "Evenly", cosine: "Gently at the end", sine: "Gently at the beginning", linear: "Fast, then slower", geometric: "By equal factors" };
const HIGHEST = 4; // letters dying in a unit of time, as a share of all

/**
 * @param {HTMLElement} root
 * @param {{line: string, mask: string, times: number[], grids: number[], kinds: Record<string, Kind>}} numbers
 */
export function draw(root, { line, mask, times, grids, kinds }) {
  const order = Object.keys(NAMES);
  const now = { kind: 0, time: 40, grid: 2 };
  const row = knobs(root);
  const page = new Line(panel(root, "The line at this time"));
  const both = panels(root);
  const [left, right] = ["Line: letters still untouched. Shade: where they die.", "Letters of 256 that each step brings back"].map((title) => panel(both, title));
  const curve = new Chart(left, { label: "Share of untouched letters over time", x: ["clean", "time", "noise"], top: 1 });
  const steps = new Chart(right, { label: "Letters restored by every step", x: ["first step", "", "last"], top: 100 });
  const told = caption(root);

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    const { alpha, total, dying, deaths, restored } = kinds[order[now.kind]];
    curve.clear();
    curve.area(dying.map((share) => share / HIGHEST));
    curve.ticks(deaths);
    curve.line(alpha, "");
    curve.mark(times[now.time], alpha[now.time]);
    const falling = restored[String(grids[now.grid])];
    steps.top = Math.max(...falling);
    steps.clear();
    steps.bars(falling);
    page.show([...line].map((letter, i) => (deaths[i] < times[now.time] ? mask : letter)), (i) => (deaths[i] < times[now.time] ? "changed" : ""));
    const most = `The busiest of ${grids[now.grid]} steps restores ${number(Math.max(...falling))} letters of 256, the idlest ${number(Math.min(...falling))}.`;
    say(told, `σ̄ = ${number(total[now.time])}, so ${percent(alpha[now.time])} of all letters are untouched. ${most}`);
  };
  choice(row, { label: "How the noise falls", names: Object.values(NAMES), at: 0, choose: (kind) => show({ kind }) });
  slider(row, { label: "Time", count: times.length, at: now.time, tell: (at) => number(times[at]), move: (time) => show({ time }) });
  slider(row, { label: "Steps back", count: grids.length, at: now.grid, tell: (at) => String(grids[at]), move: (grid) => show({ grid }) });
  show({});
}
