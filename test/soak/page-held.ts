/** What a page holds: by the browser's own counters after a collection of garbage, and its timers by a count of our own. */
import type { Page } from "playwright-core";
import { pause } from "../../scripts/lib/processes.ts";
import { inOurWorlds } from "../e2e/kit/our-world.ts";

export interface Held {
  /** Bytes of its process's heap, all worlds together. */
  heap: number;
  nodes: number;
  listeners: number;
  /** Timers of the page, and of our worlds, that have not fired. */
  timers: number;
  ours: number;
}

interface Counting {
  liveTimers?: Set<number>;
  setTimeout: (run: (...args: never[]) => void, ms?: number, ...args: never[]) => number;
  setInterval: (run: (...args: never[]) => void, ms?: number, ...args: never[]) => number;
  clearTimeout: (id?: number) => void;
  clearInterval: (id?: number) => void;
}

/** Counts the timers of a world from now on. Runs in it; a second call changes nothing. */
export function countTimers(): void {
  const world = globalThis as unknown as Counting;
  if (world.liveTimers) return;
  const live = (world.liveTimers = new Set());
  const { setTimeout: after, setInterval: every, clearTimeout: stop, clearInterval: end } = world;
  world.setTimeout = (run, ms, ...args) => {
    const fired = (...given: never[]) => {
      live.delete(id);
      run(...given);
    };
    const id = after(fired, ms, ...args);
    live.add(id);
    return id;
  };
  world.setInterval = (run, ms, ...args) => {
    const id = every(run, ms, ...args);
    live.add(id);
    return id;
  };
  const cleared = (clear: (id?: number) => void) => (id?: number) => {
    if (id !== undefined) live.delete(id);
    clear(id);
  };
  world.clearTimeout = cleared(stop);
  world.clearInterval = cleared(end);
}
const live = () => (globalThis as unknown as Counting).liveTimers?.size ?? 0;

export async function held(tab: Page): Promise<Held> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("Performance.enable");
  const look = async () => {
    for (let i = 0; i < 2; i++) await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return (name: string) => metrics.find((m) => m.name === name)?.value ?? Number.NaN;
  };
  // What a dialog that closed leaves goes only after some time.
  let of = await look();
  for (let before = Infinity, i = 0; of("Nodes") < before && i < 20; i++) {
    before = of("Nodes");
    await pause(2000);
    of = await look();
  }
  await session.detach();
  const ours = await inOurWorlds(tab, live, null);
  return {
    ...{ heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") },
    ...{ timers: await tab.evaluate(live), ours: ours.reduce((sum, n) => sum + n, 0) },
  };
}
