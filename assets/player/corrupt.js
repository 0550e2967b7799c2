/**
 * The corruption rule, the same as the server's: one threshold and one replacement a position,
 * so more noise only ever adds damage. Knows nothing of the page.
 */

/** @import { Draft } from "./wire.js" */

export const MASK = "▒";

/**
 * @param {Draft} draft
 * @param {number} percent whole percents, 0..100
 * @param {string} noise "uniform" scrambles, "mask" hides
 * @param {Set<number>} locked positions that nothing strikes
 * @returns {{letters: string[], harmed: boolean[]}} what stands there, and where the rule struck
 */
export function corrupt(draft, percent, noise, locked) {
  const harmed = draft.thresholds.map((threshold, i) => threshold * 100 < 65536 * percent && !locked.has(i));
  const letters = draft.text.map((letter, i) => (harmed[i] ? (noise === "mask" ? MASK : draft.letters[i]) : letter));
  return { letters, harmed };
}
