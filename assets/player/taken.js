/**
 * The line of the menu under the stage: what is being made, how far it is, what is wrong; and a link, which it copies.
 * Knows nothing of films.
 */

import { find, say } from "./dom.js";

/** @typedef {{run: number, said: string, busy: boolean, link: string}} Taken */

/**
 * @param {string} link
 * @returns {Promise<boolean>} whether the clipboard took it
 */
async function copied(link) {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 */
export function mount(element, props, watch) {
  const root = find(element, "taken");
  /** @type {HTMLInputElement} */
  const field = find(root, "link");
  let newest = 0;
  const show = async (/** @type {Taken} */ { run, said, busy, link }) => {
    if (run < newest) return;
    newest = run;
    root.toggleAttribute("data-busy", busy);
    field.hidden = !link;
    field.value = link;
    say(find(root, "said"), said);
    if (link && !(await copied(link)) && run === newest) say(find(root, "said"), "This link makes the film again; copy it.");
  };
  field.addEventListener("focus", () => field.select());
  root.addEventListener("tell", (/** @type {any} */ event) => show({ run: newest, busy: false, link: "", ...event.detail }));
  watch("value", () => { if (props.value) show(JSON.parse(props.value)); });
}
