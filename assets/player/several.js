/**
 * Several films on one clock, and how every event changes them: one pure function. Knows nothing of the DOM.
 * Each pane is a stage's state of its own; `diffusion_gpt/render/sides.py` is the other end of the messages.
 */

/** @import { State } from "./state.js" */
/** @import { Message } from "./wire.js" */
import { INITIAL, reduce } from "./state.js";

/** @typedef {"agreement" | "changes" | "history" | "yours"} Lens */
/**
 * A pane. moments: when each of its pages is to be seen, on the clock of all.
 * @typedef {{title: string, state: State, moments: number[], fault: string}} Side
 */
/**
 * All panes. unit: what the clock counts, the "share" of each film or "seconds"; ticks: the parts that the scrubber
 * divides it into; tick: where it stands; follow: news move it.
 * @typedef {{run: number, sides: Side[], unit: string, ticks: number, tick: number, follow: boolean, ended: boolean,
 *   lens: Lens, picked: number, account: string}} Several
 */
/** @typedef {{pane: number, moments: number[], message: Message | null, fault: string}} News */
/**
 * @typedef {{run: number, news: News[], titles?: string[], unit?: string, ticks?: number, ended?: boolean, account?: string}} Packet
 */
/**
 * @typedef {{kind: "packet", packet: Packet} | {kind: "idle"} | {kind: "seek", tick: number} | {kind: "lens", lens: Lens}
 *   | {kind: "pick", position: number}} Turn
 */

const ALMOST = 1e-6; // moments are rounded

/** @type {Several} */
export const NOTHING = {
  run: -1, sides: [], unit: "share", ticks: 1, tick: 0, follow: true, ended: true, lens: "agreement", picked: -1, account: "",
};

/**
 * @param {Several} several
 * @param {Turn} turn
 * @returns {Several}
 */
export function turned(several, turn) {
  switch (turn.kind) {
    case "packet": return arrived(several, turn.packet);
    case "idle": return { ...several, ended: true };
    case "seek": return { ...several, tick: turn.tick, follow: turn.tick >= lastTick(several) };
    case "lens": return { ...several, lens: turn.lens };
    case "pick": return { ...several, picked: turn.position };
  }
}

/**
 * @param {Several} several
 * @param {Packet} packet
 * @returns {Several}
 */
function arrived(several, packet) {
  if (packet.run < several.run) return several;
  const fresh = packet.run > several.run;
  if (fresh && !packet.titles) return several;
  const begun = fresh ? begin(several, packet) : several;
  const sides = begun.sides.map((side, pane) => {
    const news = packet.news.find((piece) => piece.pane === pane);
    return news ? told(side, news, Boolean(packet.ended)) : side;
  });
  const next = { ...begun, sides, ended: Boolean(packet.ended), account: packet.account ?? "" };
  const last = lastTick(next);
  return { ...next, tick: next.follow ? last : Math.min(next.tick, last) };
}

/**
 * @param {Several} several
 * @param {Packet} packet
 * @returns {Several}
 */
function begin(several, packet) {
  const { run, titles = [], unit = "share", ticks = 1 } = packet;
  const sides = titles.map((title) => ({ title, state: INITIAL, moments: [], fault: "" }));
  return { ...NOTHING, run, sides, unit, ticks, lens: unit === "share" ? several.lens : "changes" };
}

/**
 * @param {Side} side
 * @param {News} news
 * @param {boolean} whole whether the news tell the film anew, from its first page
 * @returns {Side}
 */
function told(side, news, whole) {
  const state = news.message ? reduce(side.state, news.message) : side.state;
  return { ...side, state, moments: whole ? news.moments : [...side.moments, ...news.moments], fault: news.fault };
}

/**
 * How far the clock goes, in its unit.
 * @param {Several} several
 */
export function span(several) {
  return several.unit === "share" ? 1 : Math.max(0, ...several.sides.map((side) => side.moments.at(-1) ?? 0));
}

/**
 * The last tick that can be seen: while films are made, the one that all of them have reached. A race has none before
 * its end, for its clock is not known.
 * @param {Several} several
 */
export function lastTick(several) {
  const reached = several.sides.flatMap((side) => (side.fault && !several.ended ? [] : side.moments.slice(-1)));
  if (!reached.length || (several.unit !== "share" && !several.ended)) return 0;
  if (several.ended) return Math.ceil((Math.max(...reached) / (span(several) || 1)) * several.ticks - ALMOST);
  return Math.floor(Math.min(...reached) * several.ticks + ALMOST);
}

/**
 * The page of a pane that is to be seen at a tick; -1 if it has none.
 * @param {Several} several
 * @param {Side} side
 * @param {number} tick
 */
export function pageAt(several, side, tick) {
  if (several.unit !== "share" && !several.ended) return side.moments.length - 1;
  const time = (Math.floor(tick) / several.ticks) * span(several) + ALMOST;
  return Math.max(side.moments.findLastIndex((moment) => moment <= time), Math.min(0, side.moments.length - 1));
}
