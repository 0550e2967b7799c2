/**
 * Messages from the server, and how they are unpacked. Knows nothing of the page.
 * `diffusion_gpt/render/page.py` and `diffusion_gpt/ui/messages.py` are the other end.
 */

/**
 * What the model believed: whole percents, [rank][position][frame] in one row of bytes each.
 * @typedef {{symbols: string[], ranks: number, doubt: Uint8Array, guesses: Uint8Array, odds: Uint8Array}} Beliefs
 */
/**
 * A film, as far as it is known. `original` is empty where there was none, `given` where there were no blanks in it;
 * `locked` are positions, `forced` steps, positions and letters; `family` is the run that began the family of this one.
 * @typedef {{run: number, steps: number, noise: string, original: string[], account: string, whole: boolean,
 *   pages: string[][], levels: number[], doubts: number[], beliefs: Beliefs | null, given: string[],
 *   locked: number[], forced: [number, number, string][], family: number, parent: number | null}} Film
 */
/**
 * A text, and all that is needed to corrupt it here; one with blanks says what is `locked` in it, and by which `noise`
 * the blanks are damaged.
 * @typedef {{run: number, text: string[], thresholds: number[], letters: string[], show: boolean,
 *   locked?: number[], noise?: string}} Draft
 */
/**
 * How the noise would fall in a film not made yet, 0..1 on every page.
 * @typedef {{run: number, levels: number[]}} Course
 */
/**
 * Which letters are locked of a text that may be yet to come.
 * @typedef {{run: number, text: string, locked: number[]}} Promised
 */
/**
 * What stands fast in a film, and where it comes from.
 * @typedef {{original: string, given: string, noise: string, locked: number[], forced: [number, number, string][],
 *   family?: number, parent?: number | null}} Given
 */
/**
 * @typedef {{kind: "draft", draft: Draft} | {kind: "film", film: Film, opening: boolean}
 *   | Given & {kind: "frames", run: number, steps: number, first: number, pages: string[][], levels: number[], doubts: number[]}
 *   | {kind: "many", messages: Message[]}
 *   | {kind: "beliefs", run: number, symbols: string[], ranks: number, bytes: Uint8Array}
 *   | {kind: "course", run: number, levels: number[]} | Promised & {kind: "locks"} | {kind: "idle", run: number}} Message
 */

/**
 * @param {string} value one flat JSON string
 * @returns {Promise<Message>}
 */
export async function decode(value) {
  const raw = JSON.parse(value);
  if (raw.kind === "draft") return { kind: "draft", draft: { ...raw, text: [...raw.text], letters: [...raw.letters] } };
  if (raw.kind === "many") return { kind: "many", messages: await Promise.all(raw.messages.map(decode)) };
  if (raw.kind === "frames") return { ...raw, pages: raw.pages.map((/** @type {string} */ page) => [...page]) };
  if (raw.kind === "film") return { kind: "film", film: await film(raw), opening: Boolean(raw.opening) };
  if (raw.kind === "beliefs") return { ...raw, symbols: [...raw.symbols], bytes: await inflate(raw.packed) };
  return raw.kind === "course" || raw.kind === "locks" ? raw : { kind: "idle", run: raw.run };
}

/**
 * @param {any} raw
 * @returns {Promise<Film>}
 */
async function film(raw) {
  const letters = [...new TextDecoder().decode(await inflate(raw.pages))];
  const pages = raw.levels.map((/** @type {number} */ _, /** @type {number} */ k) =>
    letters.slice(k * raw.length, (k + 1) * raw.length));
  const beliefs = raw.beliefs ? await decode(raw.beliefs) : null;
  return {
    run: raw.run, steps: raw.steps, account: raw.account, whole: true, ...origin(raw),
    pages, levels: raw.levels, doubts: raw.doubts,
    beliefs: beliefs?.kind === "beliefs" ? unpack(beliefs, raw.length * pages.length) : null,
  };
}

/**
 * @param {Given & {run: number}} given
 */
export function origin({ run, original, given, noise, locked, forced, family, parent }) {
  return { original: [...original], given: [...given], noise, locked, forced, family: family ?? run, parent: parent ?? null };
}

/**
 * @param {{symbols: string[], ranks: number, bytes: Uint8Array}} message
 * @param {number} size positions times frames
 * @returns {Beliefs | null} null if the bytes belong to a film of another size
 */
export function unpack(message, size) {
  const { symbols, ranks, bytes } = message;
  if (bytes.length !== size * (1 + 2 * ranks)) return null;
  const guesses = size * (1 + ranks);
  return { symbols, ranks, doubt: bytes.subarray(0, size), guesses: bytes.subarray(size, guesses), odds: bytes.subarray(guesses) };
}

/**
 * @param {string} packed base64 of zlib's format
 * @returns {Promise<Uint8Array>}
 */
async function inflate(packed) {
  const binary = atob(packed);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
