/**
 * What the Worker knows of numbers, cached under a version vector (`stamp`). Facts are fetched in batches, confirmed by
 * asking what changed, and never taken from an answer older than the version vector that is held.
 */
import type { Facts } from "../../../shared/check/api.ts";
import { tried } from "../../../shared/check/tried.ts";
import { MAX_CHECK } from "../../../shared/core/limits.ts";
import { ofAnyRelease } from "../../../shared/policy/older.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { ConfirmedFacts } from "../../carried.ts";
import type { Answer, ToPage } from "../../messages.ts";
import type { WorkerClient } from "../worker-client.ts";
import type { CachedStorage } from "../storage.ts";
import { NoAnswer } from "../worker-errors.ts";
import { applyChanges, type Held, stampMoved, withPurpose } from "./apply-changes.ts";
import { openBatches } from "./batches.ts";
import { openChangeLog } from "./changelog.ts";
import { openFactStore } from "./fact-store.ts";
import { AGAIN_MS, openWorkerReads } from "./worker-reads.ts";

/**
 * A confirmation younger than this serves every page that asks. Pages poll every 45 s, so with 10 s more a change
 * reaches each within a minute.
 */
export const FRESH_MS = 10_000;
/** How often `ask` tries to have all facts under one version vector, while the database keeps changing. */
const ROUNDS = 4;
const E164 = /^\+[1-9]\d{1,14}$/;

export interface FactCacheDeps {
  worker: WorkerClient;
  /** In chrome.storage.session. */
  storage: CachedStorage;
  /** The device's clock, in milliseconds since the epoch. */
  now: () => number;
  /** What this person said their calls are for. */
  purpose: () => Campaign | undefined;
  /** Resolves once everything that was asked at the same time has arrived. */
  tick: () => Promise<void>;
  /** Tells open pages that facts which they hold may have changed. */
  stale: (message: ToPage["facts.stale"]) => void;
  /** Objections that the Worker does not have yet, by number. */
  barring: () => ReadonlyMap<string, Facts["suppressions"][number]>;
  /** When numbers were called from here, as far as the Worker does not have it yet. */
  called: () => ReadonlyMap<string, readonly string[]>;
}

export function openFactCache({
  worker,
  storage,
  now,
  purpose,
  tick,
  stale,
  barring,
  called,
}: FactCacheDeps) {
  const store = openFactStore(storage);
  const log = openChangeLog(storage);
  const reads = openWorkerReads({ worker, storage, now });
  const batches = openBatches({ tick, send: fetchFacts, most: MAX_CHECK });
  let catchingUp: Promise<void> | null = null;
  /** Of each check under way, the numbers that were dropped since it left: what it says of them may be older. */
  const underWay = new Set<Set<string>>();
  /** Counts answers that were older than what is known. */
  let older = 0;

  const held = () => storage.get<Held>("held") ?? null;
  /** What is cached of numbers, with what was heard of them and done here meanwhile. */
  function factsOf(numbers: readonly string[]): [number: string, facts: Facts | null | undefined][] {
    const [bars, calls] = [barring(), called()];
    return numbers.map((n) => {
      const known = store.get(n);
      const facts = known && tried(known, calls.get(n) ?? []);
      const bar = bars.get(n);
      return [n, facts && bar ? { ...facts, suppressions: [bar, ...facts.suppressions] } : facts];
    });
  }
  function drop(numbers: readonly string[]): void {
    store.drop(numbers);
    for (const dropped of underWay) for (const number of numbers) dropped.add(number);
  }
  const hold = (value: Held) => storage.set("held", value);
  const ready = store.ready.then(() => {
    const kept = held();
    // The extension may have been updated since.
    if (kept) hold({ ...kept, context: { ...kept.context, policy: ofAnyRelease(kept.context.policy) } });
    else store.clear();
  });

  /** Asks what changed, drops it, and takes the new context. */
  async function catchUp(): Promise<void> {
    const asker = reads.asker();
    await reads.checkApi(asker);
    const before = held();
    const answer = await reads.changes(asker, before?.context.stamp.seq ?? 0);
    const { stamp, policy } = answer.data;
    const same = before?.context.stamp.policy === stamp.policy ? before.context.policy : undefined;
    const known = policy ?? same;
    const inForce = known
      ? { version: stamp.policy, policy: known }
      : await reads.policy(asker, stamp.policy);

    const applied = applyChanges(before, answer, inForce, purpose());
    if (applied.drop === "all") store.clear();
    else store.drop(applied.drop);
    if (applied.change) log.add(applied.change);
    hold(applied.held);
    if (applied.message) stale(applied.message);
  }

  function catchUpOnce(): Promise<void> {
    if (catchingUp) return catchingUp;
    const running = catchUp().finally(() => {
      if (catchingUp === running) catchingUp = null;
    });
    return (catchingUp = running);
  }

  /** Catches up, unless everything was confirmed just now. A confirmation from the future counts for nothing. */
  async function confirm(within = FRESH_MS): Promise<void> {
    const mine = held();
    if (!mine || Math.abs(now() - mine.confirmedAt) >= within) await catchUpOnce();
  }

  async function fetchFacts(numbers: string[]): Promise<void> {
    const dropped = new Set<string>();
    underWay.add(dropped);
    const { data, from } = await reads.check(reads.asker(), numbers).finally(() => underWay.delete(dropped));
    const mine = held();
    // Older than a change that we know of: the asker tries again.
    if (mine && data.stamp.seq < mine.context.stamp.seq) return void older++;
    const told = numbers.map((number, i): [string, Facts | null] => [number, data.results[i]?.facts ?? null]);
    // What was dropped is asked for again.
    store.put(told.filter(([number]) => !dropped.has(number)));
    if (!mine || stampMoved(mine.context.stamp, data.stamp)) await catchUpOnce();
    else if (from > mine.confirmedAt) hold({ ...mine, confirmedAt: from });
  }

  /** True where a lookup's answer is too old, or was missing and may be had by now. */
  const isDue = (again: string | undefined): boolean =>
    again !== undefined && now() + (held()?.context.clockOffset ?? 0) >= Date.parse(again);

  /**
   * The facts of these numbers, all current under the context beside them, and confirmed `within` so many milliseconds.
   * Leaves out text that is not a number. Throws NoAnswer.
   */
  async function ask(
    numbers: readonly string[],
    within = FRESH_MS,
  ): Promise<Held & { facts: Record<string, Facts> }> {
    await ready;
    const olderBefore = older;
    const wanted = [...new Set(numbers)].filter((n) => E164.test(n));
    store.drop(wanted.filter((n) => isDue(store.get(n)?.again)));
    for (let round = 0; round < ROUNDS; round++) {
      await confirm(within);
      const missing = wanted.filter((n) => !store.has(n));
      const mine = held();
      if (mine && missing.length === 0) {
        const known = factsOf(wanted).filter(([, facts]) => facts !== null);
        return { ...mine, facts: Object.fromEntries(known) as Record<string, Facts> };
      }
      await Promise.all(new Set(missing.map(batches.request)));
    }
    if (older - olderBefore >= ROUNDS)
      throw worker.fail("offline", "the answers are older than what is known");
    // The Worker answered: nothing else has to pause.
    throw new NoAnswer("busy", AGAIN_MS, "the facts changed during each question");
  }

  /** What is cached of these numbers, and when it was confirmed: in an outage, it may count for a while. */
  function kept(numbers: readonly string[]): ConfirmedFacts | null {
    const mine = held();
    if (!mine) return null;
    const known = factsOf(numbers).flatMap(([n, facts]) =>
      facts && !isDue(facts.again) ? [[n, facts] as const] : [],
    );
    return { facts: Object.fromEntries(known), confirmedAt: mine.confirmedAt };
  }

  /** What changed since a page's own `seq`. Asks the Worker at most once in FRESH_MS for all pages. Throws NoAnswer. */
  async function poll(
    seq: number,
  ): Promise<Omit<Extract<Answer<"page.poll">, { ok: true }>, "ok" | "trouble">> {
    await ready;
    await confirm();
    const mine = held();
    if (!mine) throw new NoAnswer("offline", AGAIN_MS);
    const { context, confirmedAt } = mine;
    const { stamp } = context;
    const at = new Date(now() + context.clockOffset).toISOString();
    const changes = { at, seq: stamp.seq, stamp, ...log.since(seq, stamp.seq) };
    return { changes, context, confirmedAt };
  }

  return {
    ready,
    ask,
    kept,
    poll,
    /** The context of all that is cached; null before the Worker's first answer. */
    held,
    /** Asks now what changed, however fresh the facts are. Throws NoAnswer. */
    async refresh(): Promise<void> {
      await ready;
      // A question under way may have left before the change that we are after.
      await catchingUp?.catch(() => {});
      await catchUpOnce();
    },
    /** A page found the cached facts of these numbers wrong: drops them here and on open pages. */
    doubt(numbers: string[]): void {
      drop(numbers);
      stale({ numbers, all: false, context: null });
    },
    /** The Worker has counted a call, and what is cached has not: drops it, where calls count. */
    counted(number: string): void {
      const known = store.get(number);
      if (!known || known.contacts || known.consents.some(({ left }) => left !== undefined)) drop([number]);
    },
    /** The person chose what their calls are for: open pages decide again. */
    purposeSaid(): void {
      const mine = held();
      if (!mine) return;
      const context = withPurpose(mine.context, purpose());
      hold({ ...mine, context });
      stale({ numbers: [], all: false, context });
    },
    /** The storage area is full: makes room. */
    shed: () => store.clear(),
    /** Another account, or none: nothing that was held counts. */
    reset() {
      reads.reset();
      catchingUp = null;
      batches.reset();
      store.clear();
      log.clear();
      storage.remove("held");
    },
  };
}

export type FactCache = ReturnType<typeof openFactCache>;
