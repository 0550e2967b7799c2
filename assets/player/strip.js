/**
 * The heat strip: one column a step, drawn once a film, and a slider over it. Knows nothing of what a step shows.
 */

/** @import { Film } from "./wire.js" */
import { changedAt } from "./film.js";
import { find } from "./dom.js";

const HIGH = 100; // of the picture; the band of doubt takes the top of it
const BAND = 13;
const SHADES = 8; // of doubt
const MANY = 4; // letters that changed in a step; fewer never fill the strip

export class Strip {
  /**
   * @param {Element} root
   * @param {(step: number) => void} onSeek
   */
  constructor(root, onSeek) {
    this.picture = find(root, "heat");
    this.noise = find(root, "heat-noise");
    this.changes = find(root, "heat-changes");
    this.doubts = find(root, "heat-doubts");
    /** @type {HTMLInputElement} */
    this.slider = find(root, "slider");
    this.drawn = "";
    this.slider.addEventListener("input", () => onSeek(this.slider.valueAsNumber));
  }

  /**
   * @param {Film | null} film
   * @param {number} step
   * @param {string} words what the slider says of itself
   */
  show(film, step, words) {
    const version = `${film?.run} ${film?.pages.length} ${film?.whole}`;
    if (version !== this.drawn) this.draw(film);
    this.drawn = version;
    this.slider.value = String(step);
    this.slider.setAttribute("aria-valuetext", words);
  }

  /** @param {Film | null} film */
  draw(film) {
    const last = film ? lastColumn(film) : 1;
    this.slider.disabled = !film;
    this.slider.max = String(last);
    this.picture.setAttribute("viewBox", `0 0 ${last} ${HIGH}`);
    this.noise.setAttribute("d", film ? slope(film.levels) : "");
    this.changes.setAttribute("d", film ? bars(film, Math.min(0.36, last * 0.008)) : "");
    [...this.doubts.children].forEach((path, shade) => {
      path.setAttribute("d", film ? band(film.doubts, shade) : "");
    });
  }
}

/**
 * A film that was stopped ends where it was stopped; one that is still made has room for what comes.
 * @param {Film} film
 */
export function lastColumn(film) {
  return Math.max(1, film.whole ? film.pages.length - 1 : film.steps);
}

/** @param {number[]} levels of noise, 0..1 */
export function slope(levels) {
  const line = levels.map((level, k) => `L${k} ${(HIGH - level * (HIGH - BAND)).toFixed(1)}`).join("");
  return `M0 ${HIGH}${line}L${levels.length - 1} ${HIGH}Z`;
}

/**
 * How many letters changed in each step.
 * @param {Film} film
 * @param {number} half of a bar's width, in steps
 */
function bars(film, half) {
  const counts = film.pages.map((_, k) => changedAt(film, k).length);
  const most = Math.max(MANY, ...counts);
  return counts.map((count, k) => {
    const tall = ((count / most) * (HIGH - BAND - 6)).toFixed(1);
    return count ? `M${k - half} ${HIGH}v-${tall}h${2 * half}v${tall}Z` : "";
  }).join("");
}

/**
 * The columns whose mean doubt has this shade.
 * @param {number[]} doubts
 * @param {number} shade
 */
function band(doubts, shade) {
  return doubts.map((doubt, k) =>
    Math.min(SHADES - 1, Math.floor(doubt * SHADES)) === shade ? `M${k - 0.5} 0h1.02v${BAND}h-1.02Z` : "").join("");
}
