/**
 * What the tour does to the page around it: finds a control, marks it, moves it as a hand would. The only script that
 * reaches beyond its own element. Knows nothing of cards' words.
 */

/** @import { Card } from "./tour_cards.js" */

/**
 * The control of a card, if it is to be seen on the page.
 * @param {Pick<Card, "target" | "named">} card
 * @returns {HTMLElement | null}
 */
export function control({ target, named }) {
  const found = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(target ?? "none")]);
  return found.find((element) => element.getClientRects().length && (!named || element.textContent?.trim() === named)) ?? null;
}

/**
 * What is seen of a control, to be marked: a whole field, or the control itself.
 * @param {HTMLElement} element
 * @returns {HTMLElement}
 */
export function visible(element) {
  return element.closest(".strip, .letters, .finer, .block:has(input[type=range]), .segments") ?? element;
}

/**
 * Brings a control into sight and marks it; no other is marked any more.
 * @param {HTMLElement | null} element
 */
export function mark(element) {
  for (const marked of document.querySelectorAll(".tour-here")) marked.classList.remove("tour-here");
  if (!element) return;
  const shown = visible(element);
  shown.classList.add("tour-here");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  shown.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}

/**
 * Does what the card asks for.
 * @param {HTMLElement} element
 * @param {Card} card
 */
export function act(element, { on, value }) {
  if (value !== undefined && element instanceof HTMLInputElement) {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") ?? {};
    set?.call(element, value);
    for (const name of ["input", "change", "pointerup"]) element.dispatchEvent(new Event(name, { bubbles: true }));
  } else if (on === "pointerdown") {
    element.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  } else {
    element.click();
  }
}
