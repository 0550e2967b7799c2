/**
 * What is to be seen in a state: letters, marks, words. Pure; knows nothing of the DOM.
 */

/** @import { Cell } from "./letters.js" */
/** @import { Film } from "./wire.js" */
/** @import { State, Overlay } from "./state.js" */
/** @import { Place } from "./layout.js" */
import { changedAt, changesInAll, changesUpTo, doubt, verdict } from "./film.js";
import { corrupt } from "./corrupt.js";
import { apart, fixedAt, parentOf } from "./family.js";
import { layOut, layOutPlainly } from "./layout.js";
import { drafting, overlayOf, showing, stepOf } from "./state.js";
import { GIVEN, blanks, damage, invitation, readout } from "./words.js";

/** Steps that an opening film takes to dissolve, before its first. */
export const PRELUDE = 14;

/**
 * @param {State} state
 * @returns {{cells: Cell[], words: string}}
 */
export function look(state) {
  const film = showing(state);
  if (film && state.moment < 0) return dissolving(film, 1 + state.moment / PRELUDE);
  if (film) return filmed(state, film, stepOf(state));
  const draft = drafting(state);
  if (draft?.text.length) return drafted(state, draft);
  return { cells: [], words: state.mode === "waiting" ? "waiting for the model" : "" };
}

/**
 * The text that decides where letters stand; none for a film whose end is not known.
 * @param {State} state
 * @returns {{text: string[], length: number}}
 */
export function shape(state) {
  const film = showing(state);
  if (!film) return { text: drafting(state)?.text ?? [], length: 0 };
  if (film.original.length) return { text: film.original, length: 0 };
  if (film.given.length && !film.whole) return { text: film.given, length: 0 };
  return film.whole ? { text: film.pages[film.pages.length - 1], length: 0 } : { text: [], length: film.pages[0].length };
}

/**
 * The locks that hands may change now; null: none.
 * @param {State} state
 */
export function lockable(state) {
  return state.mode === "draft" && state.drafting === "draft" && state.draft?.text.length ? state.locks : null;
}

/**
 * What can be done with the draft on show.
 * @param {State} state
 */
export function advice(state) {
  if (!drafting(state)?.text.length) return "";
  return state.drafting === "blanks" ? GIVEN : invitation(state.percent, state.noise);
}

/**
 * @param {{text: string[], length: number}} form
 * @param {number} columns
 * @returns {Place[]}
 */
export function placed(form, columns) {
  return form.length ? layOutPlainly(form.length, columns) : layOut(form.text, columns);
}

/**
 * @param {State} state
 * @param {import("./wire.js").Draft} draft
 */
function drafted(state, draft) {
  const locked = new Set(draft.locked ?? state.locks);
  const [percent, noise] = draft.locked ? [100, draft.noise ?? ""] : [state.percent, state.noise];
  const { letters, harmed } = corrupt(draft, percent, noise, locked);
  const cells = letters.map((letter, i) => ({ letter, mark: harmed[i] ? "harmed" : "", amount: 0, fixed: locked.has(i) }));
  const waiting = state.mode === "waiting" ? "waiting for the model · " : "";
  const count = harmed.filter(Boolean).length;
  return { cells, words: waiting + (draft.locked ? blanks(count, locked.size) : damage(percent, count, noise)) };
}

/**
 * @param {Film} film
 * @param {number} share of the damage that is done, 0..1
 */
function dissolving(film, share) {
  const cells = film.original.map((letter, i) => {
    const struck = film.pages[0][i] !== letter && ((i * 2654435761) % 997) / 997 < share;
    return { letter: struck ? film.pages[0][i] : letter, mark: struck ? "harmed" : "", amount: 0, fixed: false };
  });
  return { cells, words: "noise is coming in …" };
}

/**
 * @param {State} state
 * @param {Film} film
 * @param {number} step
 */
function filmed(state, film, step) {
  const changed = changedAt(film, step);
  const [overlay, fixed] = [overlayOf(state), fixedAt(film, step)];
  const mark = overlay === "branch" ? branched(state, film, step) : MARKS[overlay](film, step, changed);
  const cells = film.pages[step].map((letter, i) => ({ letter, ...mark(i), fixed: fixed.has(i) }));
  return { cells, words: readout(film, step, changed.length) };
}

/**
 * @param {State} state
 * @param {Film} film
 * @param {number} step
 */
function branched(state, film, step) {
  const set = apart(film, parentOf(state.family, film), step);
  return (/** @type {number} */ i) => ({ mark: set.has(i) ? "apart" : "", amount: 0 });
}

/** @type {Record<Exclude<Overlay, "branch">, (film: Film, step: number, changed: number[]) => (i: number) => {mark: string, amount: number}>} */
const MARKS = {
  changes: (_film, _step, changed) => {
    const set = new Set(changed);
    return (i) => ({ mark: set.has(i) ? "changed" : "", amount: 0 });
  },
  doubt: (film, step) => (i) => ({ mark: "doubt", amount: doubt(film, step, i) }),
  history: (film, step) => {
    const [sofar, all] = [changesUpTo(film, step), changesInAll(film)];
    const most = Math.max(1, ...all);
    return (i) => ({ mark: sofar[i] < all[i] ? "restless" : "settled", amount: sofar[i] / most });
  },
  yours: (film, step) => (i) => ({ mark: verdict(film, step, i), amount: 0 }),
};
