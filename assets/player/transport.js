/**
 * Play, pause, speed, loop: the clock of a film. Knows nothing of what it shows.
 */

import { find } from "./dom.js";

const PER_SECOND = 8; // steps at speed 1, of a film of usual length
const LONGEST_SECONDS = 10; // seconds at speed 1 that a long film may take
const HELD = 1.6; // seconds that the last page stands before a loop begins again

/** How many steps a second at this speed.
 * @param {number} steps
 * @param {number} speed
 */
export function pace(steps, speed) {
  return Math.max(PER_SECOND, steps / LONGEST_SECONDS) * speed;
}

export class Transport {
  /**
   * @param {HTMLElement} root
   * @param {(elapsed: number) => void} onTick seconds since the last tick
   * @param {(playing: boolean) => void} onPlay
   */
  constructor(root, onTick, onPlay) {
    this.root = root;
    this.onTick = onTick;
    /** @type {HTMLButtonElement} */
    this.button = find(root, "play");
    /** @type {HTMLSelectElement} */
    this.speed = find(root, "speed");
    /** @type {HTMLButtonElement} */
    this.looping = find(root, "loop");
    this.playing = false;
    this.last = 0;
    this.button.addEventListener("click", () => onPlay(!this.playing));
    this.looping.addEventListener("click", () => this.toggleLoop());
  }

  get loop() {
    return this.looping.getAttribute("aria-pressed") === "true";
  }

  toggleLoop() {
    this.looping.setAttribute("aria-pressed", String(!this.loop));
  }

  /** @param {number} by places in the list of speeds */
  changeSpeed(by) {
    const { speed } = this;
    speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
  }

  /** @param {boolean} enabled */
  enable(enabled) {
    this.button.disabled = !enabled;
  }

  /** @param {boolean} playing */
  play(playing) {
    if (playing === this.playing) return;
    this.playing = playing;
    this.button.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.button.toggleAttribute("data-playing", playing);
    this.last = performance.now();
    if (playing) requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now milliseconds */
  tick(now) {
    if (!this.playing || !this.root.isConnected) return;
    const elapsed = Math.min(0.25, (now - this.last) / 1000); // a hidden tab does not jump ahead
    this.last = now;
    this.onTick(elapsed);
    requestAnimationFrame((next) => this.tick(next));
  }
}

/**
 * The next moment of a film, in steps; beyond the last step it is being held.
 * @param {number} moment
 * @param {number} elapsed seconds
 * @param {number} steps
 * @param {number} speed
 * @param {boolean} loop
 * @param {number} start where a loop begins again
 * @returns {{moment: number, ended: boolean}}
 */
export function advance(moment, elapsed, steps, speed, loop, start) {
  const rate = pace(steps, speed);
  const next = moment + elapsed * rate;
  if (next < steps) return { moment: next, ended: false };
  if (!loop) return { moment: steps, ended: true };
  return { moment: next > steps + HELD * rate ? start : next, ended: false };
}
