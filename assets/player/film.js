/**
 * Questions about a film, answered from its pages alone. Knows nothing of the page that shows it.
 */

/** @import { Film } from "./wire.js" */

/** @typedef {{letter: string, odds: number}} Guess  odds in percent */
/** @typedef {{step: number, letter: string}} Turn */
/** @typedef {"kept" | "back" | "wrong" | "broken"} Verdict */

/**
 * Positions whose letter differs from the page before.
 * @param {Film} film
 * @param {number} step
 * @returns {number[]}
 */
export function changedAt(film, step) {
  if (step < 1 || step >= film.pages.length) return [];
  const [before, now] = [film.pages[step - 1], film.pages[step]];
  return now.flatMap((letter, i) => (letter === before[i] ? [] : [i]));
}

/**
 * How often each letter has changed up to this step.
 * @param {Film} film
 * @param {number} step
 * @returns {number[]}
 */
export function changesUpTo(film, step) {
  const counts = film.pages[0].map(() => 0);
  for (let k = 1; k <= step; k++) {
    const [before, now] = [film.pages[k - 1], film.pages[k]];
    for (let i = 0; i < now.length; i++) if (now[i] !== before[i]) counts[i]++;
  }
  return counts;
}

/**
 * How often each letter changes in the whole film.
 * @param {Film} film
 * @returns {number[]}
 */
export function changesInAll(film) {
  const known = IN_ALL.get(film) ?? changesUpTo(film, film.pages.length - 1);
  IN_ALL.set(film, known);
  return known;
}

/** @type {WeakMap<Film, number[]>} */
const IN_ALL = new WeakMap();

/**
 * The letters that one position has shown, each with the step at which it came.
 * @param {Film} film
 * @param {number} position
 * @returns {Turn[]}
 */
export function story(film, position) {
  /** @type {Turn[]} */
  const turns = [];
  film.pages.forEach((page, step) => {
    if (turns.at(-1)?.letter !== page[position]) turns.push({ step, letter: page[position] });
  });
  return turns;
}

/**
 * The letter on this page against the original: unharmed, restored, lost, or harmed by the model itself.
 * @param {Film} film
 * @param {number} step
 * @param {number} position
 * @returns {Verdict}
 */
export function verdict(film, step, position) {
  const wanted = film.original[position];
  const harmed = film.pages[0][position] !== wanted;
  if (film.pages[step][position] === wanted) return harmed ? "back" : "kept";
  return harmed ? "wrong" : "broken";
}

/**
 * The doubt about a letter on a page, 0..1; 0 where it is not known yet.
 * @param {Film} film
 * @param {number} step
 * @param {number} position
 * @returns {number}
 */
export function doubt(film, step, position) {
  return film.beliefs ? film.beliefs.doubt[position * film.pages.length + step] / 100 : 0;
}

/**
 * The model's best guesses at a position of a page, best first.
 * @param {Film} film
 * @param {number} step
 * @param {number} position
 * @returns {Guess[]}
 */
export function guesses(film, step, position) {
  const { beliefs } = film;
  if (!beliefs) return [];
  const size = film.pages[0].length * film.pages.length;
  return Array.from({ length: beliefs.ranks }, (_, rank) => {
    const at = rank * size + position * film.pages.length + step;
    return { letter: beliefs.symbols[beliefs.guesses[at]], odds: beliefs.odds[at] };
  });
}
