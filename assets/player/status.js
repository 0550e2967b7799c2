/**
 * The line under the button: one sentence, if something is wrong. Knows nothing of what is.
 */

import { find, say } from "./dom.js";

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 */
export function mount(element, props, watch) {
  watch("value", () => say(find(element, "said"), props.value ? JSON.parse(props.value).said : ""));
}
