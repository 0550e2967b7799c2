/**
 * Where each letter of a text stands on a grid. Knows nothing of what is shown there:
 * a film is laid out once, by one of its texts, and never reflows.
 */

/** @typedef {{row: number, column: number, ends: boolean}} Place  ends: a line of the text ends here */

/**
 * Lines are broken where the text breaks them, and between words; the character that ends a line may stand
 * in one column more.
 * @param {string[]} text
 * @param {number} columns
 * @returns {Place[]}
 */
export function layOut(text, columns) {
  let [row, column] = [0, 0];
  return text.map((letter, i) => {
    const blank = letter === " " || letter === "\n";
    const startsWord = !blank && (i === 0 || text[i - 1] === " " || text[i - 1] === "\n");
    const needed = startsWord ? wordLength(text, i) : 1;
    if (!blank && column > 0 && column + Math.min(needed, columns) > columns) [row, column] = [row + 1, 0];
    if (blank && column > columns) [row, column] = [row + 1, 0];
    const place = { row, column, ends: letter === "\n" };
    [row, column] = letter === "\n" ? [row + 1, 0] : [row, column + 1];
    return place;
  });
}

/**
 * The length of the longest line.
 * @param {string[]} text
 */
export function widest(text) {
  return Math.max(0, ...text.join("").split("\n").map((line) => [...line].length));
}

/**
 * A plain grid, for a text that is not known yet.
 * @param {number} length
 * @param {number} columns
 * @returns {Place[]}
 */
export function layOutPlainly(length, columns) {
  return Array.from({ length }, (_, i) => ({ row: Math.floor(i / columns), column: i % columns, ends: false }));
}

/**
 * @param {string[]} text
 * @param {number} start
 */
function wordLength(text, start) {
  let end = start;
  while (end < text.length && text[end] !== " " && text[end] !== "\n") end++;
  return end - start;
}
