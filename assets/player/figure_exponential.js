/**
 * Figure: many small helpings of rain against the exponential that they lead to. Knows nothing of models.
 */

import { say } from "./dom.js";
import { counted } from "./words.js";
import { caption, choice, knobs, panel, panels, slider } from "./knobs.js";
import { Matrix, number } from "./plot.js";

/** @typedef {number[][]} Table */
/** @typedef {{rate: Table, exact: Table[], steps: Table[][], gaps: number[][]}} Kind */

const KINDS = ["uniform", "mask"];

/**
 * @param {HTMLElement} root
 * @param {{letters: string, mask: string, totals: number[], pieces: number[], kinds: Record<string, Kind>}} numbers
 */
export function draw(root, { letters, mask, totals, pieces, kinds }) {
  const now = { kind: 0, total: 6, piece: 0 };
  const row = knobs(root);
  const views = KINDS.map((kind) => tables(root, [...letters, mask].slice(0, kinds[kind].rate.length)));
  const told = caption(root);

  const show = (/** @type {Partial<typeof now>} */ change) => {
    Object.assign(now, change);
    const { rate, exact, steps, gaps } = kinds[KINDS[now.kind]];
    views.forEach(({ frame }, i) => (frame.hidden = i !== now.kind));
    const { left, middle, right } = views[now.kind];
    left.show(rate);
    middle.show(steps[now.total][now.piece]);
    right.show(exact[now.total]);
    const impossible = steps[now.total][now.piece].flat().some((value) => value < 0);
    const fault = impossible ? " Some chances are negative: there is no such thing." : "";
    say(told, `In ${counted(pieces[now.piece], "piece")}, the largest error of a chance is ${number(gaps[now.total][now.piece])}.${fault}`);
  };
  choice(row, { label: "Noise", names: ["Scramble", "Hide"], at: 0, choose: (kind) => show({ kind }) });
  slider(row, { label: "Rain so far, σ̄", count: totals.length, at: now.total, tell: (at) => number(totals[at]), move: (total) => show({ total }) });
  slider(row, { label: "Poured in pieces", count: pieces.length, at: now.piece, tell: (at) => String(pieces[at]), move: (piece) => show({ piece }) });
  show({});
}

/**
 * @param {HTMLElement} root
 * @param {string[]} states
 */
function tables(root, states) {
  const frame = panels(root);
  const [left, middle, right] = ["The rates Q", "In pieces, (I + σ̄Q/k)ᵏ", "In the limit, exp(σ̄Q)"].map(
    (title) => new Matrix(panel(frame, title), states, title),
  );
  return { frame, left, middle, right };
}
