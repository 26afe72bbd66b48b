/**
 * Tries in an open page of a guarded site, by each layer, whether a dial of the canary is held: by the scripts that run
 * there, as Chrome has put them there. The page is not changed, and nothing is dialled (in-page.ts).
 */
import type { CanaryRequest } from "../../../shared/canary/api.ts";
import { CANARY_ADDRESS, type CanaryLayer, canaryLayers } from "../../../shared/canary/number.ts";
import { closeFrame, dial, dialInBrowser, heard, isTheFrame, listen, openFrame } from "./in-page.ts";

/** How many dials a layer's try makes. Each is judged once. A further layer is a row here, and a way in `dial`. */
const DIALS: Readonly<Record<CanaryLayer, number>> = { link: 1, script: 2, frame: 1, softphone: 1 };
/** What a try leaves in a page goes by then, even if Chrome stops the background in the middle of it. */
const LONGEST_MS = 30_000;

export type Result = CanaryRequest["results"][number];

/**
 * What a layer's try found: whether a dial got to its last step, and what the judges were asked and found. Null where that
 * tells nothing: the page dialled the canary as well, or no judge was asked and yet nothing went on.
 */
export function resultOf(layer: CanaryLayer, reached: boolean, judged: readonly boolean[]): Result | null {
  if (reached) return { layer, held: false };
  if (judged.length !== DIALS[layer]) return null;
  return { layer, held: judged.every(Boolean) };
}

/** A tab with a page. A page that goes away in the middle rejects. */
export interface Tried {
  /** Runs a function in a frame; answers undefined where that is not possible. */
  run: <A extends unknown[], R>(
    frameId: number,
    func: (...args: A) => R | Promise<R>,
    args: A,
    world?: "MAIN",
  ) => Promise<R | undefined>;
  /** The frames in which a function answers true. */
  framesWhere: (func: () => boolean) => Promise<number[]>;
}

export const inTab = (tabId: number): Tried => ({
  async run(frameId, func, args, world) {
    const [done] = await chrome.scripting.executeScript({
      target: { tabId, frameIds: [frameId] },
      func,
      args,
      world: world ?? "ISOLATED",
      injectImmediately: true,
    });
    return done?.result;
  },
  async framesWhere(func) {
    const target = { tabId, allFrames: true };
    const all = await chrome.scripting.executeScript({ target, func, injectImmediately: true });
    return all.flatMap(({ frameId, result }) => (result === true ? frameId : []));
  },
});

/** Tries in a frame of a tab. The results, without layers that could not be tried. Does not reject. */
export async function tryHold(tab: Tried, page: number): Promise<Result[]> {
  const results: Result[] = [];
  const frame = await made(tab, page).catch(() => undefined);
  // The page may be left at any time. What was found until then counts.
  if (frame !== undefined)
    await tryLayers(tab, frame, (result) => results.push(result)).catch(() => undefined);
  await tab.run(page, closeFrame, []).catch(() => undefined);
  return results;
}

/** The frame that is made for it; undefined where none can be. */
async function made({ run, framesWhere }: Tried, page: number): Promise<number | undefined> {
  return (await run(page, openFrame, [LONGEST_MS])) ? (await framesWhere(isTheFrame))[0] : undefined;
}

async function tryLayers({ run }: Tried, frame: number, found: (result: Result) => void): Promise<void> {
  if (!(await run(frame, listen, []))) return;
  for (const layer of canaryLayers) {
    const reached = await run(frame, dial, [layer, CANARY_ADDRESS], "MAIN");
    const judged = await run(frame, heard, []);
    if (typeof reached !== "boolean" || !judged) return;
    const result = resultOf(layer, reached, judged);
    if (result) found(result);
  }
}

/** Dials the canary past the guard, to see whether it reaches the browser's gate. False where the page lets no frame do so. */
export const dialsInBrowser = async ({ run }: Tried, page: number): Promise<boolean> =>
  (await run(page, dialInBrowser, [CANARY_ADDRESS]).catch(() => false)) === true;
