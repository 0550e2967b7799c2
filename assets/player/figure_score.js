/**
 * Figure: how many times as probable the page would be with another letter in one place. Knows nothing of models.
 */

import { say } from "./dom.js";
import { glyph, named } from "./words.js";
import { caption, choice, knobs, panel, panels, slider } from "./knobs.js";
import { Bars, Line, number } from "./plot.js";

const DECADES = 2.2; // powers of ten that a bar goes to either side of 1

/**
 * @param {HTMLElement} root
 * @param {{line: string, letters: string, mask: string, place: number, belief: number[], percents: number[],
 *   ratios: number[][][]}} numbers ratios [noise][what is seen][letter]
 */
export function draw(root, { line, letters, mask, place, belief, percents, ratios }) {
  const states = [...letters, mask];
  const now = { percent: 9, seen: letters.indexOf("b") };
  const row = knobs(root);
  const page = new Line(panel(root, "The page, and the letter in question"));
  const both = panels(root);
  new Bars(panel(both, "What the network expects there, from all the others"), [...letters]).show(belief);
  const bars = new Bars(panel(both, "The score: left of the middle less probable, right of it more"), [...letters], (value) => `× ${number(value)}`);
  const told = caption(root);

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    const values = ratios[now.percent][now.seen];
    bars.show(values.slice(0, letters.length), span, now.seen);
    page.show([...line].map((letter, i) => (i === place ? glyph(states[now.seen]) : letter)), (i) => (i === place ? "picked" : ""));
    const best = values.indexOf(Math.max(...values)); // what is seen is at 1
    const more = best === now.seen ? "no other letter would make this page more probable" :
      `with ${named(states[best])} in this place the page would be ${number(values[best])} times as probable`;
    say(told, `At ${percents[now.percent]} % noise, ${named(states[now.seen])} being seen, ${more}.`);
  };
  choice(row, { label: "What is seen", names: states.map(glyph), at: now.seen, choose: (seen) => show({ seen }) });
  slider(row, { label: "Noise", count: percents.length, at: now.percent, tell: (at) => `${percents[at]} %`, move: (percent) => show({ percent }) });
  show({});
}

/**
 * From the middle, which is 1, to the ratio, in powers of ten.
 * @param {number} ratio
 * @returns {[number, number]}
 */
export function span(ratio) {
  const powers = ratio > 0 ? Math.log10(ratio) : -DECADES;
  return [0.5, 0.5 + Math.max(-1, Math.min(1, powers / DECADES)) / 2];
}
