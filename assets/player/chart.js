/**
 * A chart of lines: its axes, its lines, a point that moves along. Knows nothing of what they mean.
 */

import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [320, 170]; // of the view box

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export class Chart {
  /**
   * @param {HTMLElement} parent
   * @param {{label: string, x: [string, string, string], top: number}} options
   *   x: what the axis says at its left, in the middle, at its right; top: the value at the upper edge
   */
  constructor(parent, { label, x, top }) {
    this.top = top;
    this.svg = shape("svg", { class: "chart", viewBox: `-6 -8 ${WIDTH + 12} ${HEIGHT + 16}`, role: "img", "aria-label": label });
    this.svg.append(shape("path", { class: "chart-frame", d: `M0 0V${HEIGHT}H${WIDTH}` }));
    this.drawn = shape("g", {});
    this.guide = shape("path", { class: "chart-guide" });
    this.point = shape("circle", { class: "chart-point", r: "6", visibility: "hidden" });
    this.svg.append(this.drawn, this.guide, this.point);
    const axis = make("p", "chart-axis");
    axis.append(...x.map((text) => make("span", "", text)));
    parent.append(this.svg, axis);
  }

  clear() {
    this.drawn.replaceChildren();
  }

  /**
   * @param {number} x 0..1
   * @param {number} y
   */
  place(x, y) {
    return [x * WIDTH, HEIGHT - (Math.max(0, Math.min(this.top * 1.03, y)) / this.top) * HEIGHT].map((at) => at.toFixed(1));
  }

  /**
   * @param {number[]} values evenly spaced along the axis
   * @param {string} className
   */
  line(values, className) {
    const points = values.map((value, i) => this.place(i / (values.length - 1), value).join()).join(" ");
    this.drawn.append(shape("polyline", { class: `chart-line ${className}`, points }));
  }

  /**
   * @param {number[]} values evenly spaced along the axis
   */
  area(values) {
    const points = values.map((value, i) => this.place(i / (values.length - 1), value).join()).join(" ");
    this.drawn.append(shape("polygon", { class: "chart-area", points: `0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}` }));
  }

  /**
   * @param {number[]} values a bar for each
   */
  bars(values) {
    const room = WIDTH / values.length;
    values.forEach((value, i) => {
      const y = Number(this.place(0, value)[1]);
      const [x, width] = [i * room + room * 0.12, room * 0.76].map((at) => at.toFixed(2));
      this.drawn.append(shape("rect", { class: "chart-bar", x, y: y.toFixed(1), width, height: (HEIGHT - y).toFixed(1) }));
    });
  }

  /**
   * Ticks on the axis.
   * @param {number[]} places 0..1
   */
  ticks(places) {
    const d = places.map((x) => `M${(x * WIDTH).toFixed(1)} ${HEIGHT}v-14`).join("");
    this.drawn.append(shape("path", { class: "chart-tick", d }));
  }

  /**
   * @param {number} x 0..1
   * @param {string} className
   */
  upright(x, className) {
    this.drawn.append(shape("path", { class: className, d: `M${(x * WIDTH).toFixed(1)} 0V${HEIGHT}` }));
  }

  /**
   * @param {number} x 0..1
   * @param {number} y
   */
  mark(x, y) {
    const [cx, cy] = this.place(x, y);
    this.guide.setAttribute("d", `M${cx} 0V${HEIGHT}`);
    for (const [key, value] of Object.entries({ cx, cy, visibility: "visible" })) this.point.setAttribute(key, value);
  }
}
