/**
 * Which letters of a text are locked. Pure; knows nothing of the page.
 */

/**
 * The locks after the text was edited: what stands before the edit keeps them, what comes after takes them along.
 * @param {number[]} locks
 * @param {string[]} before
 * @param {string[]} after
 * @returns {number[]}
 */
export function carried(locks, before, after) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const moved = after.length - before.length;
  return locks.flatMap((i) => (i < head ? [i] : i >= before.length - tail ? [i + moved] : []));
}

/**
 * The locks after a stroke from one letter to another: all between become what the first was not.
 * @param {number[]} locks
 * @param {number} from
 * @param {number} to
 * @returns {number[]}
 */
export function stroked(locks, from, to) {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  const rest = locks.filter((i) => i < first || i > last);
  if (locks.includes(from)) return rest;
  return [...rest, ...Array.from({ length: last - first + 1 }, (_, i) => first + i)].sort((a, b) => a - b);
}
