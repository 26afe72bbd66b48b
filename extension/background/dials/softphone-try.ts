/**
 * A try of the agent's own softphone: for two minutes after a person says that they are about to dial the number of our own,
 * the layer that sees that dial is noted here, in place of a record, as it is no call. What the telephone system's gate held,
 * the Worker knows. Kept in session storage: the person may take longer than Chrome leaves the service worker running.
 */
import { isCanaryAlone } from "../../../shared/canary/number.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { isUnexplained } from "../../../shared/dials/unexplained.ts";
import type { SoftphoneTry } from "../../carried.ts";
import type { Handlers } from "../router.ts";
import type { CachedStorage } from "../storage.ts";
import type { WorkerClient } from "../worker-client.ts";
import type { DialQueue } from "./queue.ts";

const KEY = "softphone-try";
const LONGEST_MS = 2 * MINUTE;
/** A call that its audio shows is recorded ten seconds later. */
const AUDIO_MS = 15_000;
/** Dials of our number on one host, outside of a try, that are told: more would crowd out the records of calls. */
const MOST_PROBES = 10;
/** How often the Worker is asked at most. */
const PAUSE_MS = 3000;

interface Kept extends Pick<SoftphoneTry, "seen" | "audio" | "isAsked"> {
  at: number;
  until: number;
}

export interface SoftphoneTryDeps {
  session: Pick<CachedStorage, "get" | "set">;
  worker: Pick<WorkerClient, "call" | "retry">;
  now: () => number;
}

export function openSoftphoneTry({ session, worker, now }: SoftphoneTryDeps) {
  let asked = -Infinity;
  /** By host: its page may be finding out whether calls are held. */
  const probes = new Map<string, number>();
  const kept = () => session.get<Kept>(KEY);
  const keep = (change: Partial<Kept>) => session.set(KEY, { ...kept(), ...change });

  function sees(seen: NonNullable<SoftphoneTry["seen"]>): void {
    keep({ seen, until: now() });
  }

  /** Whether a telephone system has asked about our number since the try began. */
  async function askServer(): Promise<void> {
    const begun = kept();
    if (!begun || begun.seen || begun.until <= now() || now() - asked < PAUSE_MS) return;
    asked = now();
    try {
      // An older Worker does not say whether it was for this person.
      type Line = { ago: number | null; named?: boolean };
      const { data, from } = await worker.call<Line>("GET", "/v1/canary/line");
      const { ago, named = false } = data;
      if (kept()?.at !== begun.at || kept()?.seen) return;
      // By when it was asked: a slow answer would make a call of before this one's.
      if (ago !== null && from - ago >= begun.at)
        sees({ layer: "server", held: true, host: "", isOther: !named });
      else if (!begun.isAsked) keep({ isAsked: true });
    } catch {
      // Signed out, without a network, or an older Worker: it stays unasked.
    }
  }

  function state(): SoftphoneTry {
    const known = kept();
    if (!known) return { is: "none", seen: null, audio: null, isAsked: false };
    const { seen, audio, isAsked, until } = known;
    return { is: until > now() ? "listening" : "over", seen, audio, isAsked };
  }

  const handlers: Handlers<"ui.softphoneTry"> = {
    async "ui.softphoneTry"({ does }) {
      // A person pressed a button: try whatever the back-off says.
      if (does !== "look") worker.retry();
      if (does === "begin") {
        asked = -Infinity;
        keep({ at: now(), until: now() + LONGEST_MS, seen: null, audio: null, isAsked: false });
      } else if (does === "end" && state().is === "listening") {
        asked = -Infinity;
        await askServer();
        keep({ until: now() });
      } else void askServer();
      return state();
    },
  };

  return {
    handlers,
    /** Adds records to the queue, but for those of a try, and those of too many dials of our number. */
    recording:
      (add: DialQueue["add"]): DialQueue["add"] =>
      (key, dial, wait) => {
        const { until, seen } = kept() ?? { until: -Infinity, seen: null };
        if (isUnexplained(dial)) {
          if (!seen && now() < until + AUDIO_MS) keep({ audio: dial.host });
        } else if (isCanaryAlone(dial.number, dial.e164 === null ? [] : [dial.e164])) {
          const isTried = now() < until;
          const times = probes.get(dial.host) ?? 0;
          if (isTried) sees({ layer: dial.layer ?? "page", held: dial.action === "held", host: dial.host });
          else probes.set(dial.host, times + 1);
          if (isTried || times >= MOST_PROBES) return Promise.resolve({ ok: true, verdict: null });
        }
        return add(key, dial, wait);
      },
  };
}
