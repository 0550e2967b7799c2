/**
 * The frame of a live figure: takes its numbers and has it drawn. Knows nothing of any figure.
 */

import { find } from "./dom.js";

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 * @param {(root: HTMLElement, numbers: any) => void} draw
 */
export function mount(element, props, watch, draw) {
  const root = find(element, "figure");
  const show = () => {
    root.replaceChildren();
    if (props.value) draw(root, JSON.parse(props.value));
  };
  watch("value", show);
  show();
}
