/**
 * The tour: shows a card, waits until its thing is done, goes on. Knows nothing of films or of the server.
 */

/** @import { Card } from "./tour_cards.js" */
import { find, make, say } from "./dom.js";
import { CARDS, QUESTIONS } from "./tour_cards.js";
import { act, control, mark } from "./tour_reach.js";

const MEMORY = "tour"; // where a visitor got to, kept by the browser
const START = { target: "button[role=tab]", named: "Restore" }; // the tab where the tour begins

class Tour {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.at = -1;
    /** @type {Card[]} */
    this.cards = [];
    const [start, card, count, title, text, done, doing, back, next, close, questions] = [
      "start", "card", "count", "title", "text", "done", "do", "back", "next", "close", "questions",
    ].map((part) => find(root, part));
    this.parts = { start, card, count, title, text, done, doing, back, next, close, questions };
    questions.append(...QUESTIONS.map(([question, answer]) => folded(question, answer)));
    start.addEventListener("click", () => this.begin());
    doing.addEventListener("click", () => this.help());
    back.addEventListener("click", () => this.go(this.at - 1));
    next.addEventListener("click", () => this.go(this.at + 1));
    close.addEventListener("click", () => this.leave());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
    for (const name of new Set(CARDS.map((card) => card.on ?? ""))) document.addEventListener(name, (event) => this.notice(event), true);
    document.addEventListener("keydown", (event) => this.notice(event), true);
    this.invite();
  }

  async begin() {
    control(START)?.click();
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    this.cards = CARDS.filter((card) => control(card));
    this.go(Math.min(remembered(), this.cards.length));
    this.parts.title.focus();
  }

  /** @param {number} at a card's place; after the last come the questions, then the end */
  go(at) {
    if (at > this.cards.length) {
      remember(0);
      this.leave();
      return;
    }
    this.at = at;
    remember(at);
    const { card, title, text, count, questions, doing, back, next, done } = this.parts;
    const { title: heading, text: words } = this.cards[at] ?? { title: "What people ask", text: "" };
    card.hidden = false;
    say(count, `${at + 1} of ${this.cards.length + 1}`);
    say(title, heading);
    say(text, words);
    say(done, "");
    say(next, at === this.cards.length ? "Finish" : "Next");
    doing.hidden = at === this.cards.length;
    questions.hidden = at < this.cards.length;
    back.disabled = at === 0;
    mark(this.control());
  }

  /** The control of the present card. */
  control() {
    const card = this.cards[this.at];
    return card ? control(card) : null;
  }

  help() {
    const element = this.control();
    if (element) act(element, this.cards[this.at]);
  }

  /**
   * Was this what the card asked for?
   * @param {Event} event
   */
  notice(event) {
    const card = this.cards[this.at];
    if (this.parts.card.hidden || !card?.target || !this.root.isConnected) return;
    const byKey = event instanceof KeyboardEvent && card.on === "pointerdown" && event.key.startsWith("Arrow");
    const target = /** @type {Element} */ (event.target);
    const hit = byKey ? target.closest(".letters") : event.type === card.on && target.closest(card.target);
    if (!hit || (card.named && hit.textContent?.trim() !== card.named)) return;
    say(this.parts.done, "Done. Look what it did, then go on.");
  }

  leave() {
    this.parts.card.hidden = true;
    mark(null);
    this.invite();
    this.parts.start.focus();
  }

  invite() {
    say(this.parts.start, remembered() > 0 ? "Go on with the tour" : "Show me around");
  }
}

/**
 * @param {string} question
 * @param {string} answer
 */
function folded(question, answer) {
  const frame = make("details", "");
  frame.append(make("summary", "", question), make("p", "", answer));
  return frame;
}

function remembered() {
  try {
    return Number(localStorage.getItem(MEMORY)) || 0;
  } catch {
    return 0; // a browser that keeps nothing
  }
}

/** @param {number} at */
function remember(at) {
  try {
    localStorage.setItem(MEMORY, String(at));
  } catch {
    // then the tour begins at its beginning
  }
}

/** @param {HTMLElement} element Gradio's */
export function mount(element) {
  new Tour(find(element, "tour"));
}
