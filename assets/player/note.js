/**
 * The line under the text box: how many letters there are, and what had to be replaced. Knows nothing of the stage.
 */

import { find, say } from "./dom.js";
import { counted, named } from "./words.js";

/**
 * @typedef {{run: number, count: number, limit: number, cut: number, replaced: [string, string][], more: number}} Note
 */

/** @param {Note} note */
export function remarks({ limit, cut, replaced, more }) {
  const said = [];
  if (replaced.length) {
    const pairs = replaced.map(([given, used]) => `${named(given)} → ${named(used)}`).join(", ");
    said.push(`The model does not know these, so they were replaced: ${pairs}${more ? `, and ${more.toLocaleString("en")} others` : ""}.`);
  }
  if (cut) said.push(`Only the first ${limit} letters are used; ${counted(cut, "more letter")} ${cut === 1 ? "was" : "were"} left out.`);
  return said.join(" ");
}

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 */
export function mount(element, props, watch) {
  let newest = 0;
  const show = () => {
    if (!props.value) return;
    /** @type {Note} */
    const note = JSON.parse(props.value);
    if (note.run < newest) return;
    newest = note.run;
    say(find(element, "count"), `${note.count} / ${note.limit}`);
    say(find(element, "said"), remarks(note));
  };
  watch("value", show);
  show();
}
