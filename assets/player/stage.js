/**
 * The stage: joins state, view and the parts of the page. Knows nothing of the server but its messages.
 */

/** @import { State, Happening, Overlay } from "./state.js" */
import { decode } from "./wire.js";
import { parentOf } from "./family.js";
import { INITIAL, busy, overlayOf, reduce, showing, stepOf } from "./state.js";
import { PRELUDE, advice, lockable, look, placed, shape } from "./view.js";
import { legend } from "./words.js";
import { find, say } from "./dom.js";
import { widest } from "./layout.js";
import { Letters } from "./letters.js";
import { Brush } from "./brush.js";
import { Hands } from "./hands.js";
import { Strip } from "./strip.js";
import { Curve } from "./curve.js";
import { Inspector } from "./inspector.js";
import { Transport, advance } from "./transport.js";

const RESTING = 400; // milliseconds without a change

class Stage {
  /**
   * @param {HTMLElement} root
   * @param {(name: string, data: object) => void} ask sends an event to the server
   */
  constructor(root, ask) {
    this.root = root;
    this.ask = ask;
    /** @type {State} */
    this.state = INITIAL;
    this.shape = "";
    const [readout, hint, account, spoken, yours] = ["readout", "hint", "account", "spoken", "yours"].map((part) => find(root, part));
    this.parts = { readout, hint, account, spoken, yours, branch: find(root, "branch-label") };
    const seek = (/** @type {number} */ step) => this.seek(step);
    this.letters = new Letters(find(root, "letters"), (position) => this.happen({ kind: "pick", position }));
    this.strip = new Strip(root, seek);
    this.curve = new Curve(root);
    this.inspector = new Inspector(find(root, "inspector"), seek, (letter) => this.force(letter));
    const onLock = (/** @type {number[]} */ locks) => this.happen({ kind: "lock", locks });
    this.brush = new Brush(this.letters, () => lockable(this.state), () => this.state.inHand, onLock);
    this.hands = new Hands(root, {
      onTool: (inHand) => this.happen({ kind: "tool", inHand }),
      onUnlock: () => onLock([]),
      onShow: (run) => this.show(run),
      onUndo: () => this.show(showing(this.state)?.parent ?? -1),
    });
    this.transport = new Transport(root, (elapsed) => this.tick(elapsed), (playing) => this.play(playing));
    root.addEventListener("change", (event) => this.choose(/** @type {HTMLInputElement} */ (event.target)));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("tell", (event) => this.happen(/** @type {CustomEvent} */ (event).detail));
    this.rest = 0;
    this.room = this.letters.room;
    new ResizeObserver(() => this.fit()).observe(this.letters.element);
  }

  /** @param {string} value */
  async receive(value) {
    if (!value) return;
    const message = await decode(value);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.happen(message);
    if (message.kind === "film" && message.opening && this.state.opening && !calm) this.play(true);
  }

  /** @param {Happening} happening */
  happen(happening) {
    this.state = reduce(this.state, happening);
    if (this.state.mode !== "film") this.transport.play(false);
    this.draw();
  }

  /**
   * Puts another film of the family on the stage.
   * @param {number} run
   */
  show(run) {
    this.happen({ kind: "show", run });
    if (this.state.film?.run === run) this.ask("shown", { run });
  }

  /**
   * Leaves the film on show at this page, with another letter at the place that is picked.
   * @param {string} letter
   */
  force(letter) {
    const film = showing(this.state);
    if (!film || busy(this.state)) return;
    const [step, position] = [stepOf(this.state), this.state.picked];
    this.happen({ kind: "seek", moment: step });
    this.happen({ kind: "fork" });
    this.ask("fork", { run: film.run, step, position, letter });
  }

  /** @param {number} step */
  seek(step) {
    this.transport.play(false);
    this.happen({ kind: "seek", moment: Math.max(0, step) });
  }

  /** @param {boolean} playing */
  play(playing) {
    const film = showing(this.state);
    if (playing && (!film || this.state.mode !== "film")) return;
    const ended = film && this.state.moment >= film.pages.length - 1;
    if (playing && ended) this.happen({ kind: "seek", moment: this.state.opening ? -PRELUDE : 0 });
    this.transport.play(playing);
  }

  /** @param {number} elapsed seconds */
  tick(elapsed) {
    const film = showing(this.state);
    if (!film) return;
    const { transport } = this;
    const start = this.state.opening ? -PRELUDE : 0;
    const now = advance(this.state.moment, elapsed, film.pages.length - 1, Number(transport.speed.value), transport.loop, start);
    this.happen({ kind: "seek", moment: now.moment });
    if (now.ended) transport.play(false);
  }

  draw() {
    const { state } = this;
    const [film, step] = [showing(state), stepOf(state)];
    const { cells, words } = look(state);
    this.lay();
    this.letters.draw(cells);
    this.letters.pick(state.picked);
    this.strip.show(film, step, words);
    this.curve.show(film, state.drafting === "blanks" ? null : state.course, step);
    this.inspector.show(film, step, state.picked, parentOf(state.family, film), busy(state));
    this.hands.show(state, step);
    this.transport.enable(state.mode === "film");
    this.describe(words);
  }

  /** Takes note of the room that there is. */
  fit() {
    if (this.room === this.letters.room) return;
    this.room = this.letters.room;
    this.draw();
  }

  /** Lays the letters out anew where the text, or the room for it, is another one. */
  lay() {
    const form = shape(this.state);
    const version = `${this.room} ${form.length} ${form.text.join("")}`;
    if (version === this.shape) return;
    this.shape = version;
    const columns = this.letters.columns(form.length || widest(form.text));
    this.letters.layOut(placed(form, columns), columns);
  }

  /** @param {string} words */
  describe(words) {
    const { root, state, parts } = this;
    const film = showing(state);
    root.dataset.mode = state.mode;
    say(parts.readout, words);
    root.dataset.tool = state.inHand && lockable(state) ? "lock" : "";
    root.dataset.locks = state.locks.length ? JSON.stringify({ text: state.draft?.text.join(""), locked: state.locks }) : "";
    say(parts.hint, film ? legend(film, overlayOf(state)) : advice(state));
    parts.branch.hidden = (film?.parent ?? null) === null;
    say(parts.account, film?.account ?? "");
    parts.yours.disabled = Boolean(film && !film.original.length);
    find(root, overlayOf(state)).checked = true;
    root.setAttribute("aria-busy", String(busy(state)));
    this.speak();
  }

  /** Writes the page down for screen readers, once it has come to rest. */
  speak() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => say(this.parts.spoken, this.letters.text()), RESTING);
  }

  /** @param {HTMLInputElement} control */
  choose(control) {
    if (control.name.startsWith("overlay")) this.happen({ kind: "overlay", name: /** @type {Overlay} */ (control.value) });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = this.actions(/** @type {HTMLElement} */ (event.target))[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /**
   * What keys do on the stage, where the focused control has no use for them itself.
   * @param {HTMLElement} target
   * @returns {Record<string, () => void>}
   */
  actions(target) {
    const step = stepOf(this.state);
    /** @type {Record<string, () => void>} */
    const keys = {
      ",": () => this.seek(step - 1),
      ".": () => this.seek(step + 1),
      "[": () => this.transport.changeSpeed(-1),
      "]": () => this.transport.changeSpeed(1),
      l: () => this.transport.toggleLoop(),
      u: () => this.show(showing(this.state)?.parent ?? -1),
    };
    if (target.matches("[type=text]")) return {};
    if (target.matches("button, select, [type=radio]")) return keys;
    return { ...keys, " ": () => this.play(!this.transport.playing), Home: () => this.seek(0), End: () => this.seek(Infinity) };
  }
}

/**
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 * @param {(name: string, data: object) => void} trigger
 */
export function mount(element, props, watch, trigger) {
  const stage = new Stage(find(element, "stage"), trigger);
  let last = Promise.resolve();
  const receive = () => {
    const { value } = props;
    last = last.then(() => stage.receive(value));
  };
  watch("value", receive);
  receive();
}
