/**
 * One pane: a title, the letters, and a line of words above and below. Knows nothing of its neighbours.
 */

/** @import { Side } from "./several.js" */
/** @import { Cell } from "./letters.js" */
import { make, say } from "./dom.js";
import { Letters } from "./letters.js";
import { widest } from "./layout.js";
import { placed, shape } from "./view.js";

const RESTING = 400; // milliseconds

export class Pane {
  /** @param {(position: number) => void} onPick */
  constructor(onPick) {
    this.element = make("article", "side");
    const [head, paper] = [make("header", "side-head"), make("div", "paper")];
    this.title = make("h2", "side-title");
    this.readout = make("p", "side-readout");
    this.page = make("div", "letters");
    this.spoken = make("p", "spoken");
    this.fault = make("p", "side-fault");
    this.account = make("p", "side-account");
    this.fault.setAttribute("role", "alert");
    this.page.setAttribute("role", "application");
    this.page.tabIndex = 0;
    head.append(this.title, this.readout);
    paper.append(this.page, this.spoken);
    this.element.append(head, paper, this.fault, this.account);
    this.letters = new Letters(this.page, onPick);
    this.shape = "";
    this.rest = 0;
  }

  /**
   * @param {Side} side
   * @param {{cells: Cell[], words: string}} seen
   * @param {number} picked
   */
  show(side, seen, picked) {
    say(this.title, side.title);
    say(this.readout, seen.words);
    say(this.fault, side.fault);
    say(this.account, side.state.film?.account ?? "");
    this.element.toggleAttribute("data-failed", Boolean(side.fault));
    this.page.setAttribute("aria-label", `${side.title}: the letters. Arrow keys pick one, in all panes.`);
    this.lay(side);
    this.letters.draw(seen.cells);
    this.letters.pick(picked);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => say(this.spoken, this.letters.text()), RESTING);
  }

  /**
   * Lays the letters out anew where the text, or the room for it, is another one.
   * @param {Side} side
   */
  lay(side) {
    const form = shape(side.state);
    const version = `${this.letters.room} ${form.length} ${form.text.join("")}`;
    if (version === this.shape) return;
    this.shape = version;
    const columns = this.letters.columns(form.length || widest(form.text));
    this.letters.layOut(placed(form, columns), columns);
  }
}
