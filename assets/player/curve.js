/**
 * The schedule as a curve: noise left over the steps, and the point where the film stands. Knows nothing of the letters.
 */

/** @import { Film } from "./wire.js" */
import { find } from "./dom.js";

const [CURVE_WIDTH, CURVE_HEIGHT] = [120, 56]; // of the SVG's view box

export class Curve {
  /** @param {Element} element */
  constructor(element) {
    this.line = find(element, "curve-line");
    this.point = find(element, "curve-point");
    this.drawn = "";
  }

  /**
   * @param {Film | null} film
   * @param {number} step
   */
  show(film, step) {
    const levels = film?.levels ?? [];
    const last = Math.max(1, film?.steps ?? 1);
    /** @param {number} k */
    const at = (k) => [(k / last) * CURVE_WIDTH, CURVE_HEIGHT - (levels[k] ?? 0) * CURVE_HEIGHT];
    const version = `${film?.run} ${levels.length}`;
    if (version !== this.drawn) {
      this.line.setAttribute("points", levels.map((_, k) => at(k).map((x) => x.toFixed(2)).join()).join(" "));
    }
    this.drawn = version;
    this.point.setAttribute("visibility", levels.length ? "visible" : "hidden");
    const [x, y] = at(step);
    this.point.setAttribute("cx", x.toFixed(2));
    this.point.setAttribute("cy", y.toFixed(2));
  }
}
