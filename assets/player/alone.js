/**
 * The stage on a page of its own, with one film that lies in the page. Knows nothing of servers: there is none.
 */

import { find } from "./dom.js";
import { mount } from "./stage.js";

/** Shows the film, by day and by night as the system has it. */
export function begin() {
  const night = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark", night.matches);
  night.addEventListener("change", follow);
  follow();
  const nobody = () => {}; // to tell of new values, and to be told of wishes
  mount(document.body, { value: find(document, "film").textContent }, nobody, nobody);
}
