/**
 * What several panes are together: where they agree, and one film of all their letters for the strip.
 * Pure; knows nothing of the DOM.
 */

/** @import { Several, Side } from "./several.js" */
/** @import { Film } from "./wire.js" */
/** @import { Cell } from "./letters.js" */
import { lastTick, pageAt, span } from "./several.js";
import { look } from "./view.js";
import { counted, glyph, legend, named, percent } from "./words.js";

/**
 * The pages of all panes at a tick; those of panes that have none are left out.
 * @param {Several} several
 * @param {number} tick
 * @returns {string[][]}
 */
export function pages(several, tick) {
  return several.sides.flatMap((side) => {
    const page = side.state.film?.pages[pageAt(several, side, tick)];
    return page ? [page] : [];
  });
}

/**
 * Whether the panes differ, for every position.
 * @param {string[][]} shown
 * @returns {boolean[]}
 */
export function apart(shown) {
  return (shown[0] ?? []).map((letter, i) => shown.some((page) => page[i] !== letter));
}

/**
 * One pane's letters and their marks, and what is to be said of its page.
 * @param {Several} several
 * @param {Side} side
 * @param {boolean[]} differ
 * @returns {{cells: Cell[], words: string}}
 */
export function seen(several, side, differ) {
  const page = pageAt(several, side, several.tick);
  if (page < 0) return { cells: [], words: "" };
  const overlay = several.lens === "agreement" ? "changes" : several.lens;
  const { cells } = look({ ...side.state, moment: page, overlay });
  const marked = several.lens === "agreement" ? cells.map((cell, i) => ({ ...cell, mark: differ[i] ? "apart" : "" })) : cells;
  return { cells: marked, words: several.unit === "share" ? progress(side, page) : pace(side, page) };
}

/**
 * @param {Side} side
 * @param {number} page
 */
function progress(side, page) {
  const film = side.state.film;
  return film ? `step ${page} of ${film.steps} · ${percent(film.levels[page])} noise` : "";
}

/**
 * @param {Side} side
 * @param {number} page
 */
function pace(side, page) {
  const due = counted(side.state.film?.steps ?? 0, "network pass", "network passes");
  return `${side.moments[page].toFixed(2)} s · ${page} of ${due}`;
}

/**
 * Where all panes stand, in words.
 * @param {Several} several
 * @param {boolean[]} differ
 */
export function standing(several, differ) {
  const [last, all] = [several.ticks, span(several)];
  if (several.unit !== "share") return several.ended ? `${((several.tick / last) * all).toFixed(2)} of ${all.toFixed(2)} seconds` : "running …";
  const same = differ.filter((different) => !different).length;
  return `${percent(several.tick / last)} of the way · ${same} of ${counted(differ.length, "letter")} agree`;
}

/**
 * What the marks mean, or what stands at the picked place in every pane.
 * @param {Several} several
 */
export function meaning(several) {
  const film = several.sides.find((side) => side.state.film)?.state.film;
  if (!film) return "";
  if (several.picked >= 0) return picked(several);
  if (several.lens !== "agreement") return legend(film, several.lens);
  return "Dotted: the panes do not agree on this letter. Pick a letter to see it in all of them.";
}

/** @param {Several} several */
function picked(several) {
  const found = several.sides.flatMap((side) => {
    const letter = side.state.film?.pages[pageAt(several, side, several.tick)]?.[several.picked];
    return letter === undefined ? [] : [`${side.title}: ${letter === " " ? named(letter) : glyph(letter)}`];
  });
  return `Letter ${several.picked + 1} · ${found.join(" · ")}`;
}

/**
 * All panes as one film with a page a tick: the letters of all, one after the other. Its noise is the share of letters
 * on which they differ, in a race the share of those that are not yet what they will be.
 * @param {Several} several
 * @param {Film | null} known what was made of the same panes before, to be gone on with
 * @returns {Film | null}
 */
export function strip(several, known) {
  const last = lastTick(several);
  if (!several.sides.some((side) => side.moments.length) || (several.unit !== "share" && !several.ended)) return null;
  const goesOn = known?.run === several.run && known.pages.length <= last + 1 && several.unit === "share";
  const first = goesOn && known ? known.pages.length : 0;
  const columns = Array.from({ length: last + 1 - first }, (_, k) => column(several, first + k));
  const before = goesOn && known ? known : { pages: [], levels: [], doubts: [] };
  return {
    run: several.run, steps: several.ticks, noise: "", original: [], account: "", whole: several.ended, beliefs: null,
    given: [], locked: [], forced: [], family: several.run, parent: null,
    pages: [...before.pages, ...columns.map(({ page }) => page)],
    levels: [...before.levels, ...columns.map(({ level }) => level)],
    doubts: [...before.doubts, ...columns.map(({ doubt }) => doubt)],
  };
}

/**
 * @param {Several} several
 * @param {number} tick
 */
function column(several, tick) {
  const shown = pages(several, tick);
  const differ = several.unit === "share" ? apart(shown) : unsettled(several, shown);
  const doubts = several.sides.flatMap((side) => {
    const at = side.state.film?.doubts[pageAt(several, side, tick)];
    return at === undefined ? [] : [at];
  });
  const level = differ.filter(Boolean).length / Math.max(1, differ.length);
  return { page: shown.flat(), level, doubt: doubts.reduce((sum, doubt) => sum + doubt, 0) / Math.max(1, doubts.length) };
}

/**
 * @param {Several} several
 * @param {string[][]} shown
 */
function unsettled(several, shown) {
  const ends = pages(several, several.ticks).flat();
  return shown.flat().map((letter, i) => letter !== ends[i]);
}
