/**
 * Figure: one step back for one letter, prior times likelihood, beside Euler's odds. Knows nothing of models.
 */

import { say } from "./dom.js";
import { glyph, named } from "./words.js";
import { caption, choice, knobs, panel, panels, slider } from "./knobs.js";
import { Bars, Line, percent } from "./plot.js";

/** @typedef {{prior: number[], likelihood: number[], tweedie: number[], euler: number[]}} Step */

/** @type {[keyof Step, string][]} */
const COLUMNS = [
  ["prior", "Prior: what the others suggest"],
  ["likelihood", "× likelihood of what is seen"],
  ["tweedie", "= Tweedie, made to sum to 1"],
  ["euler", "Euler: rates held still"],
];

/**
 * @param {HTMLElement} root
 * @param {{line: string, letters: string, place: number, seen: string, percents: number[], parts: number[],
 *   steps: Step[][][]}} numbers steps [what is seen][noise][part of it that is taken away]
 */
export function draw(root, { line, letters, place, seen, percents, parts, steps }) {
  const now = { seen: 0, percent: 5, part: 1 };
  const row = knobs(root);
  const page = new Line(panel(root, "The page, and the letter in question"));
  const four = panels(root, "panels-four");
  const columns = COLUMNS.map(([name, title]) => ({ name, bars: new Bars(panel(four, title), [...letters]) }));
  const told = caption(root);

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    const step = steps[now.seen][now.percent][now.part];
    const here = letters.indexOf(seen[now.seen]);
    for (const { name, bars } of columns) bars.show(step[name], (value) => [0, Math.max(0, Math.min(1, value))], here);
    page.show([...line].map((letter, i) => (i === place ? seen[now.seen] : letter)), (i) => (i === place ? "picked" : ""));
    const [stays, euler] = [percent(step.tweedie[here]), percent(step.euler[here])];
    const fault = step.euler[here] < 0 ? " A chance below zero: the step is too long for Euler." : "";
    say(told, `${named(seen[now.seen])} stays with a chance of ${stays} by Tweedie, of ${euler} by Euler.${fault}`);
  };
  choice(row, { label: "What is seen", names: [...seen].map(glyph), at: now.seen, choose: (at) => show({ seen: at }) });
  slider(row, { label: "Noise now", count: percents.length, at: now.percent, tell: (at) => `${percents[at]} %`, move: (at) => show({ percent: at }) });
  slider(row, { label: "Part of it taken away in this step", count: parts.length, at: now.part, tell: (at) => percent(parts[at]), move: (part) => show({ part }) });
  show({});
}
