/**
 * What a figure is moved by: sliders and choices, each with its name and what it says now. Knows nothing of figures.
 */

import { make, say } from "./dom.js";

let made = 0; // groups of choices so far: each has a name of its own on the page

/**
 * A slider over the places 0..count − 1.
 * @param {HTMLElement} parent
 * @param {{label: string, count: number, at: number, tell: (at: number) => string, move: (at: number) => void}} options
 *   tell: what a place is called; move: what happens when the slider has come there
 */
export function slider(parent, { label, count, at, tell, move }) {
  const frame = make("label", "knob");
  const now = make("output", "knob-now", tell(at));
  const input = /** @type {HTMLInputElement} */ (make("input", "knob-slider"));
  Object.assign(input, { type: "range", min: "0", max: String(count - 1), step: "1", value: String(at) });
  input.setAttribute("aria-label", label);
  input.setAttribute("aria-valuetext", tell(at));
  const done = () => input.style.setProperty("--done", `${(100 * Number(input.value)) / Math.max(1, count - 1)}%`);
  input.addEventListener("input", () => {
    const place = Number(input.value);
    say(now, tell(place));
    input.setAttribute("aria-valuetext", tell(place));
    done();
    move(place);
  });
  done();
  frame.append(make("span", "knob-label", label), now, input);
  parent.append(frame);
}

/**
 * One of a few.
 * @param {HTMLElement} parent
 * @param {{label: string, names: string[], at: number, choose: (at: number) => void}} options
 */
export function choice(parent, { label, names, at, choose }) {
  const frame = make("fieldset", "knob");
  const segments = make("div", "knob-choices");
  const group = `choice-${(made += 1)}`;
  names.forEach((name, place) => {
    const option = make("label", "");
    const input = /** @type {HTMLInputElement} */ (make("input", ""));
    Object.assign(input, { type: "radio", name: group, checked: place === at });
    input.addEventListener("change", () => choose(place));
    option.append(input, make("span", "", name));
    segments.append(option);
  });
  frame.append(make("legend", "knob-label", label), segments);
  parent.append(frame);
}

/**
 * The row in which the knobs of a figure stand.
 * @param {HTMLElement} root
 */
export function knobs(root) {
  const row = make("div", "knobs");
  root.append(row);
  return row;
}

/**
 * A part of a figure under a title.
 * @param {HTMLElement} parent
 * @param {string} title
 * @param {string} [className]
 */
export function panel(parent, title, className = "") {
  const frame = make("div", `panel ${className}`);
  frame.append(make("p", "panel-title", title));
  parent.append(frame);
  return frame;
}

/**
 * A row of panels.
 * @param {HTMLElement} root
 * @param {string} [className]
 */
export function panels(root, className = "") {
  const row = make("div", `panels ${className}`);
  root.append(row);
  return row;
}

/**
 * The sentence under a figure that says what is to be seen now.
 * @param {HTMLElement} root
 */
export function caption(root) {
  const sentence = make("figcaption", "live-caption");
  sentence.setAttribute("aria-live", "polite");
  root.append(sentence);
  return sentence;
}
