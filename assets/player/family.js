/**
 * Films that belong together: made at once, or branched off from one another. Pure; knows nothing of the page.
 */

/** @import { Film } from "./wire.js" */
/** @import { State } from "./state.js" */
import { glyph } from "./words.js";

/**
 * The family with this film in it; one that was there is replaced.
 * @param {Film[]} family
 * @param {Film} film
 * @returns {Film[]}
 */
function joined(family, film) {
  const known = family.some((other) => other.run === film.run);
  return known ? family.map((other) => (other.run === film.run ? film : other)) : [...family, film];
}

/**
 * Whether a film that is new here belongs to this family.
 * @param {Film[]} family
 * @param {{family?: number}} news
 */
function belongs(family, news) {
  return family.length > 0 && news.family === (family[0].family ?? family[0].run);
}

/**
 * The state with this film in its family. It goes on the stage if it was there before, or is new and neither made
 * beside the one there nor older.
 * @param {State} state
 * @param {Film} film
 * @returns {State}
 */
export function entered(state, film) {
  const known = state.family.some((other) => other.run === film.run);
  const akin = known || belongs(state.family, film);
  const onStage = known ? state.film?.run === film.run : film.parent !== null || !akin;
  return { ...state, family: akin ? joined(state.family, film) : [film], film: onStage ? film : state.film };
}

/**
 * Whether a run is older than the films that are here.
 * @param {State} state
 * @param {number} run
 */
export function outdated(state, run) {
  return state.family.some((film) => run < film.run);
}

/**
 * Puts another film of the family on the stage, at the same step.
 * @param {State} state
 * @param {number} run
 * @returns {State}
 */
export function put(state, run) {
  const film = state.family.find((other) => other.run === run);
  if (!film) return state;
  const last = film.pages.length - 1;
  return { ...state, film, moment: Math.min(state.moment, last), follow: state.moment >= last, opening: false };
}

/**
 * The film that this one branched off from.
 * @param {Film[]} family
 * @param {Film | null} film
 * @returns {Film | null}
 */
export function parentOf(family, film) {
  return family.find((other) => other.run === film?.parent) ?? null;
}

/**
 * The page from which a branch goes on; -1 for a film that is none.
 * @param {Film} film
 */
export function forkOf(film) {
  return film.parent === null ? -1 : film.forced[film.forced.length - 1][0];
}

/**
 * A film's name among its family.
 * @param {Film[]} family
 * @param {Film} film
 */
export function nameOf(family, film) {
  if (film.parent !== null) return `“${glyph(film.forced[film.forced.length - 1][2])}” at ${forkOf(film)}`;
  const roots = family.filter((other) => other.parent === null);
  return roots.length === 1 ? "first film" : `film ${roots.indexOf(film) + 1}`;
}

/**
 * Positions whose letter is another than in the film it branched off from, on the page of the same step.
 * @param {Film} film
 * @param {Film | null} parent
 * @param {number} step
 * @returns {Set<number>}
 */
export function apart(film, parent, step) {
  const other = parent?.pages[Math.min(step, parent.pages.length - 1)];
  if (!other || step <= forkOf(film)) return new Set();
  return new Set(film.pages[step].flatMap((letter, i) => (letter === other[i] ? [] : [i])));
}

/**
 * Positions that stand fast on a page: locked from the start, or forced by then.
 * @param {Film} film
 * @param {number} step
 * @returns {Set<number>}
 */
export function fixedAt(film, step) {
  return new Set([...film.locked, ...film.forced.flatMap(([begun, position]) => (begun < step ? [position] : []))]);
}

/**
 * Why no letter can be forced here, in a sentence; empty: it can.
 * @param {Film} film
 * @param {number} step
 * @param {number} position
 */
export function whyNot(film, step, position) {
  if (film.locked.includes(position)) return "This letter is locked: it stays as it is.";
  if (film.forced.some(([begun, at]) => at === position && begun < step)) return "This letter was forced: it stays as it is.";
  if (step >= film.steps) return "This is the last page. Go back some steps to force a letter.";
  return "";
}
