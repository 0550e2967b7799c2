/**
 * The line under the button: one sentence, if something is wrong, or while a run waits for its turn. Knows nothing of
 * what is wrong.
 */

import { find, say } from "./dom.js";

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 */
export function mount(element, props, watch) {
  const said = find(element, "said");
  watch("value", () => say(said, props.value ? JSON.parse(props.value).said : ""));
  const block = element.closest("#status") ?? element;
  const told = () => block.querySelector(".progress-text")?.textContent ?? "";
  const tell = () => say(find(element, "place"), waiting(told()));
  new MutationObserver(tell).observe(block, { childList: true, characterData: true, subtree: true });
}

/**
 * In words what Gradio shows of the queue, "queue: 2/3 | 4.5/10.2s": the place, seconds gone, seconds in all if known.
 *
 * @param {string} told
 * @returns {string} empty while nothing waits
 */
export function waiting(told) {
  const found = told.match(/queue: (\d+)\/\d+ \|\s*([\d.]+)(?:\/([\d.]+))?s/);
  if (!found) return "";
  const before = Number(found[1]) - 1;
  const place = before ? `Waiting: ${before} ${before === 1 ? "run is" : "runs are"} before yours` : "Waiting: yours is next";
  const left = found[3] ? Math.max(5, 5 * Math.ceil((Number(found[3]) - Number(found[2])) / 5)) : 0;
  return left ? `${place}, done in about ${left} seconds.` : `${place}.`;
}
