/**
 * The row under the letters: locks before a run, branches after it. Knows nothing of what they are for.
 */

/** @import { State } from "./state.js" */
import { nameOf } from "./family.js";
import { find, make, say } from "./dom.js";
import { showing } from "./state.js";
import { counted } from "./words.js";

export class Hands {
  /**
   * @param {Element} root
   * @param {{onTool: (inHand: boolean) => void, onUnlock: () => void, onShow: (run: number) => void, onUndo: () => void}} doing
   */
  constructor(root, doing) {
    const [locking, lock, unlock, locked, branching, undo, branches, sheets] = [
      "locking", "lock", "unlock", "locked", "branching", "undo", "branches", "sheets"].map((part) => find(root, part));
    this.parts = { locking, lock, unlock, locked, branching, undo, branches, sheets };
    lock.addEventListener("click", () => doing.onTool(lock.getAttribute("aria-pressed") !== "true"));
    unlock.addEventListener("click", doing.onUnlock);
    undo.addEventListener("click", doing.onUndo);
    for (const list of [branches, sheets]) {
      list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
        const chosen = /** @type {HTMLElement} */ (event.target).closest("button");
        if (chosen) doing.onShow(Number(chosen.dataset.run));
      });
    }
  }

  /**
   * @param {State} state
   * @param {number} step
   */
  show(state, step) {
    const film = showing(state);
    this.showLocks(state);
    const { branching, undo, branches, sheets } = this.parts;
    const roots = state.family.filter((other) => other.parent === null);
    const branched = Boolean(film) && state.family.length > roots.length;
    branching.hidden = !film;
    branching.toggleAttribute("data-alone", !branched);
    undo.disabled = !film || film.parent === null;
    choices(branches, branched ? state.family.map((other) => [other.run, nameOf(state.family, other)]) : [], film?.run);
    sheets.style.setProperty("--rows", String(2 + Math.ceil((film?.pages[0].length ?? 0) / 36)));
    choices(sheets, film && roots.length > 1 ? roots.map((other) => [other.run, sheet(other, step)]) : [], rootOf(state));
  }

  /** @param {State} state */
  showLocks({ mode, drafting, draft, locks, inHand }) {
    const { locking, lock, unlock, locked } = this.parts;
    locking.hidden = mode !== "draft" || drafting !== "draft" || !draft?.text.length;
    lock.setAttribute("aria-pressed", String(inHand));
    unlock.disabled = locks.length === 0;
    const help = inHand ? "Stroke over letters with a finger." : "Drag over letters to lock them: they stay.";
    say(locked, locks.length ? `${counted(locks.length, "letter")} locked` : help);
  }
}

/**
 * Buttons for these films, touched only where they differ.
 * @param {HTMLElement} list
 * @param {[number, string][]} films their numbers, and what the buttons say
 * @param {number | undefined} shown
 */
function choices(list, films, shown) {
  while (list.children.length > films.length) list.lastElementChild?.remove();
  while (list.children.length < films.length) list.append(make("button", "choice"));
  films.forEach(([run, name], i) => {
    const button = /** @type {HTMLButtonElement} */ (list.children[i]);
    button.type = "button";
    button.dataset.run = String(run);
    button.setAttribute("aria-pressed", String(run === shown));
    say(button, name);
  });
}

/**
 * A page in a few lines, as verse is quoted: its own line ends would make the sheets jump while they are noise.
 * @param {import("./wire.js").Film} film
 * @param {number} step
 */
function sheet(film, step) {
  return film.pages[Math.min(step, film.pages.length - 1)].join("").replaceAll("\n", " / ");
}

/**
 * The number of the film that the one on show comes from.
 * @param {State} state
 */
function rootOf({ family, film }) {
  let root = film;
  while (root && root.parent !== null) root = family.find((other) => other.run === root?.parent) ?? null;
  return root?.run;
}
