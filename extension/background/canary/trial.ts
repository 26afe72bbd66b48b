/**
 * Tries in an open page of a guarded site, by each layer, whether a dial of the canary is held: by the scripts that run
 * there, as Chrome has put them there. The page is not changed, and nothing is dialled (in-page.ts).
 */
import type { CanaryRequest } from "../../../shared/canary/api.ts";
import { CANARY_ADDRESS, type CanaryLayer, canaryLayers } from "../../../shared/canary/number.ts";
import { closeFrame, dial, heard, isTheFrame, listen, openFrame, stopListening } from "./in-page.ts";

/** How many dials a layer's try makes. Each is judged once. A further layer is a row here, and a way in `dial`. */
const DIALS: Readonly<Record<CanaryLayer, number>> = { link: 1, script: 2, frame: 1 };
/** What a try leaves in a page goes by then, even if Chrome stops the background in the middle of it. */
const LONGEST_MS = 30_000;
const TOP = 0;

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

/** The results, without layers that could not be tried. Does not reject. */
export async function tryHold(tab: Tried): Promise<Result[]> {
  const results: Result[] = [];
  try {
    await tryLayers(tab, (result) => results.push(result));
  } catch {
    // The page was left. What was found until then counts.
  }
  for (const undo of [stopListening, closeFrame]) await tab.run(TOP, undo, []).catch(() => undefined);
  return results;
}

async function tryLayers({ run, framesWhere }: Tried, found: (result: Result) => void): Promise<void> {
  if (!(await run(TOP, openFrame, [LONGEST_MS]))) return;
  const [frame] = await framesWhere(isTheFrame);
  if (frame === undefined) return;
  for (const at of [TOP, frame]) if (!(await run(at, listen, [LONGEST_MS]))) return;
  for (const layer of canaryLayers) {
    const reached = await run(frame, dial, [layer, CANARY_ADDRESS], "MAIN");
    const [above, inside] = [await run(TOP, heard, []), await run(frame, heard, [])];
    if (typeof reached !== "boolean" || !above || !inside) return;
    const result = resultOf(layer, reached, [...above, ...inside]);
    if (result) found(result);
  }
}
