/**
 * Once a day, and again once the browser has started or the extension is another version: tries whether calls are held
 * (trial.ts), in a page with numbers that is in view, and reports it. docs/canary.md says what that shows.
 */
import type { CanaryAnswer, CanaryRequest } from "../../../shared/canary/api.ts";
import { canaryLayers } from "../../../shared/canary/number.ts";
import { DAY, HOUR, MINUTE } from "../../../shared/core/time.ts";
import type { Sender } from "../router.ts";
import type { CachedStorage } from "../storage.ts";
import type { WorkerClient } from "../worker-client.ts";
import { Refused } from "../worker-errors.ts";
import type { Result } from "./trial.ts";

/** When the next try is due, by the device's clock. In session storage, which ends with the browser or the version. */
const DUE = "canary";
/** The day on which the page's layers were all tried, while the gate's try is still to come. */
const TRIED = "canary-tried";
/** Passes that the Worker has not answered for, with their day, in local storage: they are told on whatever day. */
const UNTOLD = "canary-untold";
/** Tells this browser from others with the same token. */
const BROWSER = "browser";
const AGAIN_MS = 10 * MINUTE;

type Told = Pick<CanaryRequest, "day" | "results">;

export interface CanaryDeps {
  worker: Pick<WorkerClient, "call">;
  local: CachedStorage;
  session: CachedStorage;
  now: () => number;
  /** By how much the Worker's clock is ahead. */
  clockOffset: () => number;
  /** 32 hexadecimal digits. */
  newId: () => string;
  version: string;
  /** Tries in a frame of a tab; answers the layers that it could try. */
  tryIn: (tabId: number, frameId: number) => Promise<Result[]>;
  /** Whether the browser's gate is on, and worked since. */
  isGateOn: () => Promise<boolean>;
  /** Tries it from a frame of a tab: whether the dial came to it; null where that tells nothing, or it is off. */
  tryGate: (tabId: number, frameId: number) => Promise<boolean | null>;
}

export function openCanary(deps: CanaryDeps) {
  const { worker, local, session, now, clockOffset, newId, version, tryIn, isGateOn, tryGate } = deps;
  let running = false;

  function isDue(): boolean {
    const due = session.get<number>(DUE);
    // Later than any day ends: the device's clock was set back.
    return due === undefined || due <= now() || due - now() > DAY + 2 * HOUR;
  }

  async function report(body: Told): Promise<CanaryAnswer> {
    const browser = local.get<string>(BROWSER) ?? newId();
    local.set(BROWSER, browser);
    const sent: CanaryRequest = { browser, version, gate: await isGateOn(), ...body };
    return (await worker.call<CanaryAnswer>("POST", "/v1/canary", { body: sent })).data;
  }

  /** A pass is kept until the Worker has answered: its layer may hold again by the time of another try. */
  async function tell({ day, results }: Told): Promise<void> {
    if (results.length === 0) return;
    const passes = results.filter(({ held }) => !held);
    if (passes.length > 0) local.set(UNTOLD, { day, results: passes } satisfies Told);
    try {
      await report({ day, results });
    } catch (error) {
      // An older Worker does not know the gate's layer, which is therefore told by itself.
      const isUnknown = error instanceof Refused && error.problem.status === 422;
      if (!isUnknown || results.some(({ layer }) => layer !== "browser")) throw error;
    }
    local.remove(UNTOLD);
  }

  async function run(tabId: number, frameId: number): Promise<void> {
    session.set(DUE, now() + AGAIN_MS);
    // First, so that a browser whose try does not end is missed.
    const { day, until } = await report({ results: [] });
    const untold = local.get<Told | Result[]>(UNTOLD) ?? [];
    // An earlier version did not keep the day.
    await tell(Array.isArray(untold) ? { day, results: untold } : untold);
    if (session.get<string>(TRIED) !== day) {
      const results = await tryIn(tabId, frameId);
      await tell({ day, results });
      if (results.length === canaryLayers.length) session.set(TRIED, day);
    }
    const held = await tryGate(tabId, frameId);
    if (held !== null) await tell({ day, results: [{ layer: "browser", held }] });
    if (session.get<string>(TRIED) !== day || (held === null && (await isGateOn()))) return;
    session.remove(TRIED);
    session.set(DUE, Math.max(now() + AGAIN_MS, Date.parse(until) - clockOffset()));
  }

  return {
    /** A page has asked what changed, and was answered. Nobody waits for the try. */
    async seen({ tab, frameId }: Sender): Promise<void> {
      if (running || frameId === undefined || tab?.id === undefined || !isDue()) return;
      running = true;
      try {
        await run(tab.id, frameId);
      } catch {
        // No answer, or a Worker without this route: it is due again soon.
      } finally {
        running = false;
      }
    },
    /** Another account. */
    reset() {
      for (const key of [DUE, TRIED]) session.remove(key);
      local.remove(UNTOLD);
    },
  };
}
