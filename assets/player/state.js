/**
 * What the stage shows, and how every event changes it: one pure function. Knows nothing of the DOM.
 */

/** @import { Course, Draft, Film, Message, Promised } from "./wire.js" */
import { entered, outdated, put } from "./family.js";
import { carried } from "./locks.js";
import { origin, unpack } from "./wire.js";

/** @typedef {"empty" | "draft" | "waiting" | "running" | "film"} Mode */
/** @typedef {"changes" | "doubt" | "history" | "yours" | "branch"} Overlay */
/**
 * @typedef {{mode: Mode, draft: Draft | null, course: Course | null, film: Film | null, opening: boolean, follow: boolean, moment: number,
 *   picked: number, overlay: Overlay, noise: string, percent: number, family: Film[], blanks: Draft | null,
 *   none: null, drafting: "draft" | "blanks" | "none", locks: number[], promised: Promised | null, arriving: boolean,
 *   inHand: boolean}} State
 *   moment: where the film stands, in steps (below 0: an opening film dissolving); follow: live frames move it
 *   family: the film and those that belong to it; drafting: which text a draft on show is, the visitor's own, the one
 *   with blanks, or none where the tab has no other; locks: positions of the own one; promised: those that a film asks for; arriving: whether a film moves the
 *   controls, and no hand has yet; inHand: whether a finger on the letters locks them
 */
/**
 * @typedef {Message | {kind: "settings", noise: string, percent: number} | {kind: "begin"} | {kind: "arrive"} | {kind: "touch"}
 *   | {kind: "seek", moment: number} | {kind: "pick", position: number} | {kind: "overlay", name: Overlay}
 *   | {kind: "lock", locks: number[]} | {kind: "tool", inHand: boolean} | {kind: "show", run: number} | {kind: "fork"}
 *   | {kind: "tab", drafting: State["drafting"]}} Happening
 */

/** @type {State} */
export const INITIAL = {
  mode: "empty", draft: null, course: null, film: null, opening: false, follow: true, moment: 0,
  picked: -1, overlay: "changes", noise: "uniform", percent: 0, family: [], blanks: null, none: null, drafting: "draft", locks: [],
  promised: null, arriving: false, inHand: false,
};

/**
 * @param {State} state
 * @param {Happening} happening
 * @returns {State}
 */
export function reduce(state, happening) {
  switch (happening.kind) {
    case "draft": return drafted(state, happening.draft);
    case "settings": return redrafted({ ...state, drafting: "draft", noise: happening.noise, percent: happening.percent });
    case "begin": return { ...state, mode: "waiting" };
    case "arrive": return { ...state, arriving: true };
    case "touch": return { ...state, arriving: false };
    case "course": return state.course && happening.run < state.course.run ? state : { ...state, course: happening };
    case "frames": return grown(state, happening);
    case "film": return filmed(state, happening.film, happening.opening);
    case "beliefs": return informed(state, happening);
    case "idle": return busy(state) ? { ...state, mode: resting(state) } : state;
    case "seek": return { ...state, moment: happening.moment, follow: happening.moment >= lastStep(state) };
    case "pick": return { ...state, picked: happening.position };
    case "overlay": return { ...state, overlay: happening.name };
    case "lock": return { ...state, locks: happening.locks, promised: null };
    case "locks": return kept({ ...state, promised: happening });
    case "tool": return { ...state, inHand: happening.inHand };
    case "tab": return { ...state, drafting: happening.drafting };
    case "fork": return { ...state, mode: "running" };
    case "show": return put(state, happening.run);
    case "many": return happening.messages.reduce(reduce, state);
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
 * The draft that is on show when no film is.
 * @param {State} state
 */
export function drafting(state) {
  return state[state.drafting];
}

/**
 * The overlay on show: without an original, there is nothing that is yours, and without a parent no branch.
 * @param {State} state
 * @returns {Overlay}
 */
export function overlayOf(state) {
  const film = showing(state);
  if (state.overlay === "branch" && (film?.parent ?? null) === null) return "changes";
  return state.overlay === "yours" && film?.original.length === 0 ? "changes" : state.overlay;
}

/**
 * Where the stage comes to rest when a run has come to nothing.
 * @param {State} state
 * @returns {Mode}
 */
function resting(state) {
  if (showing(state)?.whole) return "film";
  return drafting(state) ? "draft" : state.film ? "film" : "empty";
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
  const name = draft.locked ? "blanks" : "draft";
  const before = state[name];
  if (before && draft.run < before.run) return state;
  const locks = name === "draft" ? carried(state.locks, before?.text ?? [], draft.text) : state.locks;
  const next = kept({ ...state, [name]: draft, locks });
  return draft.show ? redrafted({ ...next, drafting: name }) : next;
}

/**
 * With the locks that are promised, if it has their text: that may come before or after them, and others between.
 * @param {State} state
 * @returns {State}
 */
function kept(state) {
  const { draft, promised } = state;
  return promised && draft?.text.join("") === promised.text ? { ...state, locks: promised.locked } : state;
}

/**
 * Shows the draft, unless a run is going on, or a film that has moved the controls is on show or still to come.
 * @param {State} state
 * @returns {State}
 */
function redrafted(state) {
  return busy(state) || state.arriving || !drafting(state) ? state : { ...state, mode: "draft", picked: -1 };
}

/**
 * @param {State} state
 * @param {Message & {kind: "frames"}} news
 * @returns {State}
 */
function grown(state, news) {
  const known = state.family.find((film) => film.run === news.run);
  const parent = state.family.find((film) => film.run === news.parent);
  if (!known && outdated(state, news.run)) return state;
  if (news.first !== (known ? known.pages.length : parent ? Math.min(news.first, parent.pages.length) : 0)) return state;
  const film = known ? lengthened(known, news) : begun(news, parent);
  const next = entered({ ...state, mode: "running" }, film);
  if (next.film !== film) return next;
  const follow = known ? state.follow : true;
  const moment = follow ? film.pages.length - 1 : state.moment;
  const overlay = film.parent !== null && !known ? "branch" : state.overlay;
  return { ...next, follow, moment, overlay, opening: false, picked: known || parent ? state.picked : -1 };
}

/**
 * A film of which the first pages have come; a branch has those before from its parent.
 * @param {Message & {kind: "frames"}} news
 * @param {Film | undefined} parent
 * @returns {Film}
 */
function begun(news, parent) {
  const { run, steps, first } = news;
  const empty = { run, steps, ...origin(news), account: "", whole: false, beliefs: null };
  const [pages, levels, doubts] = [parent?.pages ?? [], parent?.levels ?? [], parent?.doubts ?? []];
  return lengthened({ ...empty, pages: pages.slice(0, first), levels: levels.slice(0, first), doubts: doubts.slice(0, first) }, news);
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
  const known = state.family.find((other) => other.run === film.run);
  if (!known && outdated(state, film.run)) return state;
  const beliefs = film.beliefs ?? known?.beliefs ?? null;
  const next = entered({ ...state, mode: "film" }, { ...film, beliefs });
  if (next.film?.run !== film.run) return next;
  const moment = known && !state.follow ? Math.min(state.moment, film.pages.length - 1) : film.pages.length - 1;
  // The controls begin with what the opening film was made with.
  if (opening) return { ...next, opening, moment: 0, follow: true, noise: film.noise, percent: Math.round(100 * film.levels[0]) };
  return { ...next, opening, moment, follow: true };
}

/**
 * @param {State} state
 * @param {Message & {kind: "beliefs"}} news
 * @returns {State}
 */
function informed(state, news) {
  const film = state.family.find((other) => other.run === news.run);
  if (!film) return state;
  return entered(state, { ...film, beliefs: unpack(news, film.pages.length * film.pages[0].length) });
}
