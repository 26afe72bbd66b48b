/**
 * The questions to the Worker that facts rest on, with every answer checked for its form. Each is asked on behalf of
 * one account (`asker`): an answer that arrives under another account is refused.
 */
import type { HealthAnswer } from "../../../shared/api.ts";
import type { ChangesAnswer, CheckAnswer, Stamp } from "../../../shared/check/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { API } from "../api-version.ts";
import type { CachedStorage } from "../storage.ts";
import type { Fault, Timed, WorkerClient } from "../worker-client.ts";
import { NoAnswer } from "../worker-errors.ts";

/** How often the Worker's API version is checked while all goes well. */
const HEALTH_MS = HOUR;
/** The pause after which it is worth asking under the new account. */
export const AGAIN_MS = 1000;

export interface WorkerReadsDeps {
  worker: Pick<WorkerClient, "call">;
  storage: Pick<CachedStorage, "get" | "set" | "remove">;
  /** The device's clock, in milliseconds since the epoch. */
  now: () => number;
}

/** All methods throw NoAnswer. */
export function openWorkerReads({ worker, storage, now }: WorkerReadsDeps) {
  /** Counts accounts. */
  let account = 0;

  async function read<T>(
    asker: number,
    method: string,
    path: string,
    fault: (data: T) => Fault,
    body?: unknown,
  ): Promise<Timed<T>> {
    try {
      if (asker === account) {
        const answer = await worker.call<T>(method, path, { fault, ...(body === undefined ? {} : { body }) });
        if (asker === account) return answer;
      }
    } catch (error) {
      // The Worker may have been upgraded: check its API version before anything else is asked.
      storage.remove("health");
      throw error;
    }
    throw new NoAnswer("offline", AGAIN_MS, "the account changed meanwhile");
  }

  return {
    /** Names the account that is signed in now. */
    asker: () => account,
    /** Checks the Worker's API version, unless it was checked within the hour. */
    async checkApi(asker: number): Promise<void> {
      const last = storage.get<number>("health");
      if (last !== undefined && now() - last < HEALTH_MS) return;
      await read<HealthAnswer>(asker, "GET", "/v1/health", ({ api }) => {
        if (typeof api !== "number") return { trouble: "offline", why: "health is not ClearDial's" };
        return api > API ? { trouble: "too-old", why: `API ${api}` } : null;
      });
      storage.set("health", now());
    },
    /** What changed after `since`. */
    changes: (asker: number, since: number): Promise<Timed<ChangesAnswer>> =>
      read<ChangesAnswer>(asker, "GET", `/v1/changes?since=${since}`, (c) => {
        if (!isStamp(c.stamp) || !Array.isArray(c.numbers) || !Array.isArray(c.lists))
          return misread("changes");
        return c.seq < since && !c.reset ? { trouble: "offline", why: "an older stamp than ours" } : null;
      }),
    /** The policy, of version `atLeast` or a later one. */
    async policy(asker: number, atLeast: number): Promise<PolicyAnswer> {
      const { data } = await read<PolicyAnswer>(asker, "GET", "/v1/policy", (p) => {
        if (typeof p.version !== "number" || typeof p.policy !== "object") return misread("policy");
        return p.version < atLeast ? { trouble: "offline", why: "an older policy than the stamp's" } : null;
      });
      return data;
    },
    /** The facts of these numbers, one result for each, in their order. */
    check: (asker: number, numbers: string[]): Promise<Timed<CheckAnswer>> =>
      read<CheckAnswer>(
        asker,
        "POST",
        "/v1/check",
        ({ stamp, results }) =>
          isStamp(stamp) && Array.isArray(results) && results.length === numbers.length
            ? null
            : misread("check"),
        { numbers },
      ),
    /** Another account, or none: answers to earlier questions are refused. */
    reset(): void {
      account++;
      storage.remove("health");
    },
  };
}

const misread = (what: string): Fault => ({ trouble: "offline", why: `not understood: ${what}` });

const isStamp = (stamp: Stamp | undefined) =>
  typeof stamp?.seq === "number" && typeof stamp.policy === "number" && Array.isArray(stamp.lists);
