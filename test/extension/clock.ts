/** Shared by the tests of page scripts: a clock that they turn, and a stamp with registers. */
import { setImmediate as settle } from "node:timers/promises";
import type { Stamp } from "../../shared/check/api.ts";

export { settle };

/** An hour in which calls are made. */
export const NOON = Date.parse("2026-11-24T12:00:00Z");

export class Clock {
  now = NOON;
  #timers: { at: number; run: () => void }[] = [];

  later = (run: () => void, ms: number) => void this.#timers.push({ at: this.now + ms, run });

  /** Moves the clock forward, and runs the timers that are due. Await `settle` for what they lead to. */
  turn(ms: number): void {
    this.now += ms;
    const due = this.#timers.filter((t) => t.at <= this.now);
    this.#timers = this.#timers.filter((t) => t.at > this.now);
    for (const { run } of due) run();
  }
}

/** A stamp with TPS and CTPS, both of that date. */
export function stampOf(seq: number, asOf = "2026-11-20", regions = ["GB"]): Stamp {
  const head = { regions, maxAgeDays: 28, version: 3, asOf, numbers: 1 };
  const lists = [
    { ...head, id: "tps", name: "TPS" },
    { ...head, id: "ctps", name: "CTPS" },
    // The register that India's law wants.
    ...(regions.includes("IN") ? [{ ...head, id: "ncpr", name: "NCPR", regions: ["IN"] }] : []),
  ];
  return { seq, policy: 1, lists };
}
