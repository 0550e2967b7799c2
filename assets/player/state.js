/**
 * What the stage shows, and how every event changes it: one pure function. Knows nothing of the DOM.
 */

/** @import { Course, Draft, Film, Message } from "./wire.js" */
import { unpack } from "./wire.js";

/** @typedef {"empty" | "draft" | "waiting" | "running" | "film"} Mode */
/** @typedef {"changes" | "doubt" | "history" | "yours"} Overlay */
/**
 * @typedef {{mode: Mode, draft: Draft | null, course: Course | null, film: Film | null, opening: boolean, follow: boolean, moment: number,
 *   picked: number, overlay: Overlay, noise: string, percent: number}} State
 *   moment: where the film stands, in steps (below 0: an opening film dissolving); follow: live frames move it
 */
/**
 * @typedef {Message | {kind: "settings", noise: string, percent: number} | {kind: "begin"}
 *   | {kind: "seek", moment: number} | {kind: "pick", position: number} | {kind: "overlay", name: Overlay}} Happening
 */

/** @type {State} */
export const INITIAL = {
  mode: "empty", draft: null, course: null, film: null, opening: false, follow: true, moment: 0,
  picked: -1, overlay: "changes", noise: "uniform", percent: 0,
};

/**
 * @param {State} state
 * @param {Happening} happening
 * @returns {State}
 */
export function reduce(state, happening) {
  switch (happening.kind) {
    case "draft": return drafted(state, happening.draft);
    case "settings": return redrafted({ ...state, noise: happening.noise, percent: happening.percent });
    case "begin": return { ...state, mode: "waiting" };
    case "course": return state.course && happening.run < state.course.run ? state : { ...state, course: happening };
    case "frames": return grown(state, happening);
    case "film": return filmed(state, happening.film, happening.opening);
    case "beliefs": return informed(state, happening);
    case "idle": return busy(state) ? { ...state, mode: state.draft ? "draft" : state.film ? "film" : "empty" } : state;
    case "seek": return { ...state, moment: happening.moment, follow: happening.moment >= lastStep(state) };
    case "pick": return { ...state, picked: happening.position };
    case "overlay": return { ...state, overlay: happening.name };
  }
}

/** @param {State} state */
export function busy(state) {
  return state.mode === "waiting" || state.mode === "running";
}

/**
 * The film on show, if one is.
 * @param {State} state
 */
export function showing(state) {
  return state.mode === "film" || state.mode === "running" ? state.film : null;
}

/**
 * The overlay on show: without an original, there is nothing that is yours.
 * @param {State} state
 * @returns {Overlay}
 */
export function overlayOf(state) {
  return state.overlay === "yours" && showing(state)?.original.length === 0 ? "changes" : state.overlay;
}

/**
 * The page on show, as a whole number.
 * @param {State} state
 */
export function stepOf(state) {
  return Math.max(0, Math.min(lastStep(state), Math.floor(state.moment)));
}

/** @param {State} state */
function lastStep(state) {
  return state.film ? state.film.pages.length - 1 : 0;
}

/**
 * @param {State} state
 * @param {Draft} draft
 * @returns {State}
 */
function drafted(state, draft) {
  if (state.draft && draft.run < state.draft.run) return state;
  const next = { ...state, draft };
  return draft.show ? redrafted(next) : next;
}

/**
 * Shows the draft, unless a run is going on.
 * @param {State} state
 * @returns {State}
 */
function redrafted(state) {
  return busy(state) || !state.draft ? state : { ...state, mode: "draft", picked: -1 };
}

/**
 * @param {State} state
 * @param {Message & {kind: "frames"}} news
 * @returns {State}
 */
function grown(state, news) {
  const known = state.film?.run === news.run ? state.film : null;
  if (state.film && news.run < state.film.run) return state;
  if (news.first !== (known ? known.pages.length : 0)) return state;
  const film = known ? lengthened(known, news) : begun(state, news);
  const follow = known ? state.follow : true;
  const moment = follow ? film.pages.length - 1 : state.moment;
  return { ...state, mode: "running", film, follow, moment, opening: false, picked: known ? state.picked : -1 };
}

/**
 * @param {State} state
 * @param {Message & {kind: "frames"}} news
 * @returns {Film}
 */
function begun(state, news) {
  const { run, steps, pages, levels, doubts } = news;
  const text = news.original ? [...news.original] : [];
  const original = text.length === pages[0].length ? text : [];
  return { run, steps, noise: state.noise, original, account: "", whole: false, pages, levels, doubts, beliefs: null };
}

/**
 * @param {Film} film
 * @param {Message & {kind: "frames"}} news
 * @returns {Film}
 */
function lengthened(film, news) {
  return {
    ...film,
    pages: [...film.pages, ...news.pages],
    levels: [...film.levels, ...news.levels],
    doubts: [...film.doubts, ...news.doubts],
  };
}

/**
 * @param {State} state
 * @param {Film} film
 * @param {boolean} opening
 * @returns {State}
 */
function filmed(state, film, opening) {
  if (state.film && film.run < state.film.run) return state;
  const same = state.film?.run === film.run;
  const moment = same && !state.follow ? Math.min(state.moment, film.pages.length - 1) : film.pages.length - 1;
  const beliefs = same ? film.beliefs ?? state.film?.beliefs ?? null : film.beliefs;
  const next = /** @type {State} */ ({ ...state, mode: "film", film: { ...film, beliefs }, opening, moment, follow: true });
  // The controls begin with what the opening film was made with.
  return opening ? { ...next, moment: 0, noise: film.noise, percent: Math.round(100 * film.levels[0]) } : next;
}

/**
 * @param {State} state
 * @param {Message & {kind: "beliefs"}} news
 * @returns {State}
 */
function informed(state, news) {
  const { film } = state;
  if (!film || film.run !== news.run) return state;
  return { ...state, film: { ...film, beliefs: unpack(news, film.pages.length * film.pages[0].length) } };
}
