/**
 * Locking letters by hand: a stroke over them, or keys. Knows nothing of why.
 *
 * A mouse strokes whenever it is dragged; a finger only while the tool is in hand, for else it scrolls.
 */

/** @import { Letters } from "./letters.js" */
import { stroked } from "./locks.js";

export class Brush {
  /**
   * @param {Letters} letters
   * @param {() => number[] | null} locks those there are; null where nothing can be locked now
   * @param {() => boolean} inHand
   * @param {(locks: number[]) => void} onLock
   */
  constructor(letters, locks, inHand, onLock) {
    this.letters = letters;
    this.locks = locks;
    this.inHand = inHand;
    this.onLock = onLock;
    /** @type {{from: number, at: number, base: number[]} | null} */
    this.stroke = null;
    this.before = -1;
    const { element } = letters;
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (this.stroke = null));
    element.addEventListener("keydown", () => (this.before = letters.picked), true);
    element.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {PointerEvent} event */
  down(event) {
    const [at, base] = [this.letters.at(event), this.locks()];
    if (at < 0 || !base || event.button !== 0 || (event.pointerType === "touch" && !this.inHand())) return;
    this.letters.element.setPointerCapture(event.pointerId);
    this.stroke = { from: at, at, base };
    if (this.inHand()) this.onLock(stroked(base, at, at));
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { stroke } = this;
    const at = stroke ? this.letters.at(event) : -1;
    if (!stroke || at < 0 || at === stroke.at) return;
    stroke.at = at;
    this.onLock(stroked(stroke.base, stroke.from, at));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const [base, at] = [this.locks(), this.letters.picked];
    if (!base || at < 0) return;
    if (event.key === "Enter") this.onLock(stroked(base, at, at));
    if (event.shiftKey && event.key.startsWith("Arrow") && this.before >= 0) {
      this.onLock(stroked(base.filter((i) => i !== this.before), this.before, at));
    }
  }
}
