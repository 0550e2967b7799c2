/**
 * What a visitor has typed and set, kept in this tab of the browser: a page that loads again, as it does by itself when
 * the server was started anew, has it still. Knows nothing of what the controls are.
 */

const KEY = "typed";

/**
 * Each value that was kept and is of the kind of the present one, in its place.
 * @param {string | null} kept
 * @param {unknown[]} present
 * @returns {unknown[]}
 */
export function merged(kept, present) {
  const old = JSON.parse(kept ?? "[]");
  if (!Array.isArray(old) || old.length !== present.length) return present;
  return present.map((value, i) => (old[i] !== null && typeof old[i] === typeof value ? old[i] : value));
}

/**
 * The values to begin with; from now on, what changes is kept. A link knows better what it asks for.
 * @param {unknown[]} present
 * @returns {unknown[]}
 */
export function restored(present) {
  document.documentElement.dataset.typed = "kept";
  if (new URLSearchParams(location.search).has("film")) return present;
  try {
    return merged(sessionStorage.getItem(KEY), present);
  } catch { // a browser that keeps nothing, or something else that was kept there
    return present;
  }
}

/**
 * @param {unknown[]} values
 */
export function keep(values) {
  if (!document.documentElement.dataset.typed) return; // these are the ones that the page came with
  try {
    sessionStorage.setItem(KEY, JSON.stringify(values));
  } catch {
    return; // a browser that keeps nothing
  }
}
