/**
 * The panes: joins several films, their clock and the parts of the page. Knows nothing of the server but its messages.
 */

/** @import { Film } from "./wire.js" */
/** @import { Lens, News, Turn } from "./several.js" */
import { decode } from "./wire.js";
import { find, say } from "./dom.js";
import { NOTHING, lastTick, turned } from "./several.js";
import { apart, meaning, pages, seen, standing, strip } from "./together.js";
import { Pane } from "./pane.js";
import { Strip } from "./strip.js";
import { Transport, advance } from "./transport.js";

const [OVERLAP, MARGIN] = [120, 8]; // CSS pixels of the panes that are enough to be seen, and above them

class Panes {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.several = NOTHING;
    /** @type {Film | null} */
    this.film = null;
    /** @type {Pane[]} */
    this.panes = [];
    const [readout, height, hint, account] = ["readout", "height", "hint", "account"].map((part) => find(root, part));
    const [yours, lenses, sides] = ["yours", "lenses", "sides"].map((part) => find(root, part));
    this.parts = { readout, height, hint, account, yours, lenses, sides };
    const group = `lens ${Math.random()}`; // a page may have more than one bench
    for (const input of lenses.querySelectorAll("input")) input.name = group;
    this.strip = new Strip(root, (tick) => this.seek(tick));
    this.transport = new Transport(root, (elapsed) => this.tick(elapsed), (playing) => this.play(playing));
    this.transport.toggleLoop(); // panes are for looking at where they end
    lenses.addEventListener("change", (/** @type {Event} */ event) => this.choose(/** @type {HTMLInputElement} */ (event.target)));
    root.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(sides);
  }

  /** @param {any} raw a message of the server */
  async receive(raw) {
    if (raw.kind !== "sides") return this.happen({ kind: "idle" });
    const news = await Promise.all(raw.news.map(async (/** @type {any} */ piece) =>
      /** @type {News} */ ({ ...piece, message: piece.message ? await decode(piece.message) : null })));
    const fresh = raw.run > this.several.run;
    this.happen({ kind: "packet", packet: { ...raw, news } });
    if (fresh) this.come();
  }

  /** Scrolls to the panes where nothing of them can be seen: on a phone the button is far below them. */
  come() {
    const { top, bottom } = this.root.getBoundingClientRect();
    if (bottom < OVERLAP || top > innerHeight - OVERLAP) scrollBy({ top: top - MARGIN });
  }

  /** @param {Turn} turn */
  happen(turn) {
    this.several = turned(this.several, turn);
    if (turn.kind === "packet") this.film = strip(this.several, turn.packet.ended ? null : this.film);
    if (!this.several.ended) this.transport.play(false);
    this.draw();
  }

  /** @param {number} tick */
  seek(tick) {
    this.transport.play(false);
    this.happen({ kind: "seek", tick: Math.max(0, Math.min(lastTick(this.several), tick)) });
  }

  /** @param {boolean} playing */
  play(playing) {
    const { several } = this;
    if (playing && (!several.ended || !this.film)) return;
    if (playing && several.tick >= lastTick(several)) this.happen({ kind: "seek", tick: 0 });
    this.transport.play(playing);
  }

  /** @param {number} elapsed seconds */
  tick(elapsed) {
    const { several, transport } = this;
    const now = advance(several.tick, elapsed, lastTick(several), Number(transport.speed.value), transport.loop, 0);
    this.happen({ kind: "seek", tick: now.moment });
    if (now.ended) transport.play(false);
  }

  draw() {
    const { several, film, parts } = this;
    const tick = Math.floor(Math.min(several.tick, lastTick(several)));
    const now = { ...several, tick };
    const differ = apart(pages(now, tick));
    const words = several.sides.length ? standing(now, differ) : "";
    this.fill(several.sides.length);
    this.panes.forEach((pane, i) => pane.show(several.sides[i], seen(now, several.sides[i], differ), several.picked));
    this.strip.show(film, tick, words);
    this.transport.enable(several.ended && film !== null);
    say(parts.readout, words);
    say(parts.hint, several.unit === "share" ? meaning(now) : "Each ran by itself; here both are shown on one clock, in true proportion.");
    say(parts.height, several.unit === "share" ? "do not agree" : "not final yet");
    say(parts.account, several.account);
    this.root.dataset.mode = several.ended ? "film" : "running";
    this.root.setAttribute("aria-busy", String(!several.ended));
    this.offer();
  }

  /** Offers the marks that these panes can show. */
  offer() {
    const { several, parts } = this;
    parts.lenses.hidden = several.unit !== "share";
    parts.yours.disabled = !several.sides.some((side) => side.state.film?.original.length);
    const lens = parts.yours.disabled && several.lens === "yours" ? "agreement" : several.lens;
    for (const input of parts.lenses.querySelectorAll("input")) input.checked = input.value === lens;
  }

  /** @param {number} count */
  fill(count) {
    while (this.panes.length > count) this.panes.pop()?.element.remove();
    while (this.panes.length < count) {
      const pane = new Pane((position) => this.happen({ kind: "pick", position }));
      this.panes.push(pane);
      this.parts.sides.append(pane.element);
    }
    this.parts.sides.dataset.count = String(count);
  }

  /** @param {HTMLInputElement} input */
  choose(input) {
    this.several = { ...this.several, picked: -1 };
    this.happen({ kind: "lens", lens: /** @type {Lens} */ (input.value) });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const tick = Math.floor(this.several.tick);
    /** @type {Record<string, () => void>} */
    const keys = {
      ",": () => this.seek(tick - 1),
      ".": () => this.seek(tick + 1),
      "[": () => this.transport.changeSpeed(-1),
      "]": () => this.transport.changeSpeed(1),
      l: () => this.transport.toggleLoop(),
    };
    if (!target.matches("button, select, [type=radio]")) {
      Object.assign(keys, { " ": () => this.play(!this.transport.playing), Home: () => this.seek(0), End: () => this.seek(Infinity) });
    }
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }
}

/**
 * The bench is built when there is something to put on it.
 * @param {HTMLElement} element Gradio's
 * @param {{value: string}} props
 * @param {(name: string, then: () => void) => void} watch
 */
export function mount(element, props, watch) {
  const root = find(element, "panes");
  /** @type {Panes | null} */
  let panes = null;
  let last = Promise.resolve();
  const receive = () => {
    const raw = JSON.parse(props.value);
    if (raw.kind === "invitation") return say(find(element, "invitation"), raw.said);
    if (raw.kind === "sides" && !panes) {
      root.append(find(element, "bench").content.cloneNode(true));
      find(element, "invitation").hidden = true;
      panes = new Panes(find(element, "root"));
    }
    last = last.then(() => panes?.receive(raw));
  };
  watch("value", receive);
  receive();
}
