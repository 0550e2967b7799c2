/**
 * The schedule as a curve: noise left over the steps, the point where the film stands, and dashed what the controls
 * ask for next. Knows nothing of the letters.
 */

/** @import { Course, Film } from "./wire.js" */
import { find } from "./dom.js";

const [CURVE_WIDTH, CURVE_HEIGHT] = [120, 56]; // of the SVG's view box

export class Curve {
  /** @param {Element} element */
  constructor(element) {
    this.line = find(element, "curve-line");
    this.course = find(element, "curve-course");
    this.point = find(element, "curve-point");
    this.drawn = "";
  }

  /**
   * @param {Film | null} film
   * @param {Course | null} course
   * @param {number} step
   */
  show(film, course, step) {
    const writing = film?.original.length === 0; // the course is that of a text to be restored
    const [levels, next] = [film?.levels ?? [], writing ? [] : course?.levels ?? []];
    const version = `${film?.run} ${levels.length} ${course?.run} ${writing}`;
    if (version !== this.drawn) {
      this.line.setAttribute("points", points(levels, film?.steps ?? 1));
      this.course.setAttribute("points", points(next, next.length - 1));
    }
    this.drawn = version;
    const [x, y] = film ? place(levels, step, film.steps) : place(next, 0, next.length - 1);
    this.point.setAttribute("visibility", levels.length || next.length ? "visible" : "hidden");
    this.point.setAttribute("cx", x.toFixed(2));
    this.point.setAttribute("cy", y.toFixed(2));
  }
}

/**
 * @param {number[]} levels of noise, 0..1
 * @param {number} step
 * @param {number} last step that there will be
 */
function place(levels, step, last) {
  return [(step / Math.max(1, last)) * CURVE_WIDTH, CURVE_HEIGHT - (levels[step] ?? 0) * CURVE_HEIGHT];
}

/**
 * @param {number[]} levels
 * @param {number} last
 */
function points(levels, last) {
  return levels.map((_, step) => place(levels, step, last).map((x) => x.toFixed(2)).join()).join(" ");
}
