/**
 * What the Worker knows of numbers, held under its stamp. Facts are read in batches, confirmed by asking what changed,
 * and never taken from an answer older than the stamp that is held.
 */
import type { ChangesAnswer, CheckAnswer, Facts, Stamp } from "../../../shared/check/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { HealthAnswer } from "../../../shared/api.ts";
import { MAX_CHECK } from "../../../shared/limits.ts";
import type { Campaign } from "../../../shared/policy/policy.ts";
import type { Answer, ToPage } from "../../messages.ts";
import type { PolicyContext } from "../../policy-context.ts";
import { openFactStore } from "./fact-store.ts";
import { openChangeLog } from "./changelog.ts";
import type { Fault, Link, Timed } from "../link.ts";
import type { Shelf } from "../storage.ts";
import { NoAnswer } from "../trouble.ts";

/** The API that this extension was written for. A Worker with a larger one may mean other things by its answers. */
export const API = 1;
/**
 * An answer so young serves every page that asks meanwhile. A page asks every 45 s: with what an answer may be old, a
 * change reaches it within a minute.
 */
export const FRESH_MS = 10_000;
const HEALTH_MS = 60 * 60_000;
const ROUNDS = 4;
const AGAIN_MS = 1000;
const E164 = /^\+[1-9]\d{1,14}$/;

export interface Held {
  context: PolicyContext;
  /** Device time at which everything held was last known to be current. */
  confirmedAt: number;
}

interface Batch {
  numbers: Set<string>;
  done: Promise<void>;
}

export interface FactCacheDeps {
  link: Link;
  shelf: Shelf;
  now: () => number;
  /** What this person said their calls are for. */
  purpose: () => Campaign | undefined;
  /** Lets everything that was asked at the same time arrive. */
  tick: () => Promise<void>;
  /** Tells open pages that facts they hold are no longer good. */
  stale: (message: ToPage["facts.stale"]) => void;
}

const misread = (what: string): Fault => ({ trouble: "offline", why: `not understood: ${what}` });

export function openFactCache({ link, shelf, now, purpose, tick, stale }: FactCacheDeps) {
  const cache = openFactStore(shelf);
  const log = openChangeLog(shelf);
  const flying = new Map<string, Promise<void>>();
  let next: Batch | null = null;
  let sweeping: Promise<void> | null = null;
  /** Counts accounts: an answer to the last one's question must not be kept under the new one. */
  let epoch = 0;

  const held = () => shelf.get<Held>("held") ?? null;
  const hold = (value: Held) => shelf.set("held", value);
  const ready = cache.ready.then(() => {
    if (!held()) cache.clear();
  });

  /** An answer to a question of this account's, with nothing wrong in it. */
  async function read<T>(
    asked: number,
    method: string,
    path: string,
    fault: (data: T) => Fault,
    body?: unknown,
  ): Promise<Timed<T>> {
    try {
      if (asked === epoch) {
        const answer = await link.call<T>(method, path, { fault, ...(body === undefined ? {} : { body }) });
        if (asked === epoch) return answer;
      }
    } catch (error) {
      // Behind any failure may stand a new version of the Worker: its API is looked at again before all else.
      shelf.remove("health");
      throw error;
    }
    throw new NoAnswer("offline", AGAIN_MS, "the account changed meanwhile");
  }

  async function checkHealth(asked: number): Promise<void> {
    const last = shelf.get<number>("health");
    if (last !== undefined && now() - last < HEALTH_MS) return;
    await read<HealthAnswer>(asked, "GET", "/v1/health", ({ api }) => {
      if (typeof api !== "number") return { trouble: "offline", why: "health is not ClearDial's" };
      return api > API ? { trouble: "too-old", why: `API ${api}` } : null;
    });
    shelf.set("health", now());
  }

  /** Asks what changed, drops what did, and moves the context. */
  async function sweep(): Promise<void> {
    const asked = epoch;
    await checkHealth(asked);
    const before = held();
    const since = before?.context.stamp.seq ?? 0;
    const { data, from, to } = await read<ChangesAnswer>(asked, "GET", `/v1/changes?since=${since}`, (c) => {
      if (!isStamp(c.stamp) || !Array.isArray(c.numbers) || !Array.isArray(c.lists))
        return misread("changes");
      return c.seq < since && !c.reset ? { trouble: "offline", why: "an older stamp than ours" } : null;
    });

    const samePolicy = before?.context.stamp.policy === data.stamp.policy;
    let version = data.stamp.policy;
    let policy = data.policy ?? (samePolicy ? before?.context.policy : undefined);
    if (!policy) {
      const wanted = version;
      const answer = await read<PolicyAnswer>(asked, "GET", "/v1/policy", (p) => {
        if (typeof p.version !== "number" || typeof p.policy !== "object") return misread("policy");
        return p.version < wanted ? { trouble: "offline", why: "an older policy than the stamp's" } : null;
      });
      ({ version, policy } = answer.data);
    }

    // With other days of grace, facts say other things of the same listings.
    const grace = policy.screening.graceDays !== before?.context.policy.screening.graceDays;
    const all =
      data.reset || data.lists.length > 0 || !before || grace || listsMoved(before.context.stamp, data.stamp);
    const numbers = all ? [] : data.numbers;
    if (all) cache.clear();
    else cache.drop(numbers);
    const context = withPurpose({
      // Pages and their scripts get the context: who may sign in is none of their business.
      policy: { ...policy, access: { ...policy.access, signIn: [] } },
      stamp: { ...data.stamp, seq: data.seq, policy: version },
      clockOffset: Math.round(Date.parse(data.at) - (from + to) / 2),
    });
    if (before) log.add({ from: since, to: data.seq, numbers, lists: data.lists, all });
    hold({ context, confirmedAt: from });
    if (before && (all || numbers.length > 0 || !samePolicy)) stale({ numbers, all, context });
  }

  /** A kind of call that the company no longer makes is not anybody's. */
  function withPurpose({ purpose: _, ...context }: PolicyContext): PolicyContext {
    const said = purpose();
    return said && context.policy.campaigns.runs.includes(said) ? { ...context, purpose: said } : context;
  }

  function sweepOnce(): Promise<void> {
    if (sweeping) return sweeping;
    const running = sweep().finally(() => {
      if (sweeping === running) sweeping = null;
    });
    return (sweeping = running);
  }

  /** Sweeps unless everything was confirmed just now. */
  async function confirm(): Promise<void> {
    const mine = held();
    // A device's clock may be set back: a time yet to come confirms nothing.
    if (!mine || Math.abs(now() - mine.confirmedAt) >= FRESH_MS) await sweepOnce();
  }

  async function send(numbers: string[]): Promise<void> {
    const whole = ({ stamp, results }: CheckAnswer) =>
      isStamp(stamp) && Array.isArray(results) && results.length === numbers.length;
    const { data, from } = await read<CheckAnswer>(
      epoch,
      "POST",
      "/v1/check",
      (c) => (whole(c) ? null : misread("check")),
      { numbers },
    );
    const mine = held();
    // Read before a change that we know of: the asker asks again.
    if (mine && data.stamp.seq < mine.context.stamp.seq) return;
    cache.put(numbers.map((number, i) => [number, data.results[i]?.facts ?? null]));
    if (!mine || moved(mine.context.stamp, data.stamp)) await sweepOnce();
    else if (from > mine.confirmedAt) hold({ ...mine, confirmedAt: from });
  }

  function openBatch(): Batch {
    const numbers = new Set<string>();
    const done = tick().then(async () => {
      if (next === batch) next = null;
      try {
        await send([...numbers]);
      } finally {
        for (const number of numbers) if (flying.get(number) === done) flying.delete(number);
      }
    });
    const batch = { numbers, done };
    return batch;
  }

  /** One request for a number, whoever else asks for it meanwhile. */
  function fetchOne(number: string): Promise<void> {
    const already = flying.get(number);
    if (already) return already;
    if (!next || next.numbers.size >= MAX_CHECK) next = openBatch();
    next.numbers.add(number);
    flying.set(number, next.done);
    return next.done;
  }

  /** Facts of these numbers, all of them good under the context that comes with them. Throws NoAnswer. */
  async function ask(numbers: readonly string[]): Promise<Held & { facts: Record<string, Facts> }> {
    await ready;
    const wanted = [...new Set(numbers)].filter((n) => E164.test(n));
    // By lookup: an answer that has grown old, or that could not be had then. The Worker asks for it when it is asked.
    cache.drop(wanted.filter((n) => isOver(cache.get(n)?.again)));
    for (let round = 0; round < ROUNDS; round++) {
      await confirm();
      const missing = wanted.filter((n) => !cache.has(n));
      const mine = held();
      if (mine && missing.length === 0) {
        const known = wanted.map((n) => [n, cache.get(n)] as const).filter(([, facts]) => facts !== null);
        return { ...mine, facts: Object.fromEntries(known) as Record<string, Facts> };
      }
      await Promise.all(new Set(missing.map(fetchOne)));
    }
    throw link.fail("offline", "the answers are older than what is known");
  }

  const isOver = (again: string | undefined): boolean =>
    again !== undefined && now() + (held()?.context.clockOffset ?? 0) >= Date.parse(again);

  /** What changed since a page's own `seq`, asking the Worker at most once in FRESH_MS for all pages together. */
  async function poll(seq: number): Promise<Extract<Answer<"page.poll">, { ok: true }>> {
    await ready;
    await confirm();
    const mine = held();
    if (!mine) throw new NoAnswer("offline", AGAIN_MS);
    const { context, confirmedAt } = mine;
    const at = new Date(now() + context.clockOffset).toISOString();
    const changes = {
      at,
      seq: context.stamp.seq,
      stamp: context.stamp,
      ...log.since(seq, context.stamp.seq),
    };
    return { ok: true, changes, context, confirmedAt };
  }

  return {
    ready,
    ask,
    poll,
    held,
    /** Asks now what changed, however fresh we think we are. */
    async refresh(): Promise<void> {
      await ready;
      // One that is under way may have left before what is asked about came to be.
      await sweeping?.catch(() => {});
      await sweepOnce();
    },
    /** What is held of these numbers was wrong: it is dropped here and on open pages. */
    doubt(numbers: string[]): void {
      cache.drop(numbers);
      stale({ numbers, all: false, context: null });
    },
    /** Somebody said what their calls are for: open pages decide anew. */
    purposeSaid(): void {
      const mine = held();
      if (!mine) return;
      const context = withPurpose(mine.context);
      hold({ ...mine, context });
      stale({ numbers: [], all: false, context });
    },
    /** The area that holds the facts is full. */
    shed: () => cache.clear(),
    /** Another account, or none. */
    reset() {
      epoch++;
      sweeping = null;
      next = null;
      flying.clear();
      cache.clear();
      log.clear();
      shelf.remove("held");
      shelf.remove("health");
    },
  };
}

const listsMoved = (a: Stamp, b: Stamp) =>
  a.lists.length !== b.lists.length ||
  b.lists.some((list) => a.lists.find((l) => l.id === list.id)?.version !== list.version);

const moved = (a: Stamp, b: Stamp) => a.seq !== b.seq || a.policy !== b.policy || listsMoved(a, b);

const isStamp = (stamp: Stamp | undefined) =>
  typeof stamp?.seq === "number" && typeof stamp.policy === "number" && Array.isArray(stamp.lists);

export type FactCache = ReturnType<typeof openFactCache>;
