/**
 * The facts that this frame's numbers are decided by. Asked for in batches, kept under the Worker's stamp; an answer
 * with an older stamp is refused. What could not be confirmed for two minutes is no longer known.
 */
import type { Facts } from "../../shared/check/api.ts";
import { MAX_CHECK } from "../../shared/limits.ts";
import { type Decision, decide, decideReading, unknownFor } from "../../shared/check/verdict.ts";
import type { Answer, Kind, ToBackground, Trouble } from "../messages.ts";
import type { PolicyContext } from "../policy-context.ts";

/** How often a page in view asks what changed. */
export const POLL_MS = 45_000;
/** After an answer that is older than what is held. */
const OLDER_MS = 1000;
/** Facts that nobody confirmed for so long are no context for a verdict. */
export const CONFIRMED_MS = 120_000;
/** A dial that is held waits so long for the Worker's word. */
export const ANSWER_MS = 2000;

export interface FrameFactsDeps {
  ask: <K extends Kind>(kind: K, body: ToBackground[K]["ask"]) => Promise<Answer<K>>;
  /** The device's clock, in milliseconds since the epoch. */
  now: () => number;
  /** Runs once, soon: at the next frame. */
  soon: (run: () => void) => void;
  later: (run: () => void, ms: number) => void;
  /** Something was learnt: decide again. `context` when the region or the policy may be another. */
  learnt: (what: { context: boolean }) => void;
}

/** Numbers of which the same is known are alike. */
const likeness = (facts: Facts): string => JSON.stringify({ ...facts, e164: "", again: "" });

export function openFrameFacts(deps: FrameFactsDeps) {
  const { ask, now, soon, later, learnt } = deps;
  const facts = new Map<string, { own: Facts; alike: string }>();
  /** What is alike is decided once: a page of a thousand numbers knows some five different things of them. */
  const decided = new Map<string, Decision>();
  let decidedUnder: { context: PolicyContext; minute: number } | null = null;
  /** Still shown, but asked for again: a verdict that flickers helps nobody. */
  const stale = new Set<string>();
  const wanted = new Set<string>();
  const asked = new Set<string>();
  let context: PolicyContext | null = null;
  let trouble: Trouble | null = null;
  let confirmedAt = 0;
  /** The stamp that the page stood at when it was put away: of what changed since nobody told it. Null while it hears. */
  let deafSince: number | null = null;
  let flushing = false;
  let retrying = false;

  // A device's clock may be set forward or back: a time yet to come confirms nothing, and gives way to one that does.
  const isFresh = () => deafSince === null && Math.abs(now() - confirmedAt) <= CONFIRMED_MS;
  function confirmedBy(at: number): void {
    confirmedAt = confirmedAt > now() ? at : Math.max(confirmedAt, at);
  }

  /** Takes a context unless it is older than the one held. */
  function take(next: PolicyContext | null): boolean {
    if (!next || (context && next.stamp.seq < context.stamp.seq)) return false;
    const moved =
      !context ||
      context.stamp.policy !== next.stamp.policy ||
      JSON.stringify(context.policy.numbers) !== JSON.stringify(next.policy.numbers);
    context = next;
    if (moved) learnt({ context: true });
    return true;
  }

  function flush(): void {
    flushing = false;
    const numbers = [...wanted].slice(0, MAX_CHECK);
    if (numbers.length === 0) return;
    for (const n of numbers) {
      wanted.delete(n);
      asked.add(n);
    }
    void answered(numbers, ask("page.facts", { numbers }));
    if (wanted.size > 0) schedule();
  }

  /** Takes the answer to a question for these numbers. Never rejects. */
  async function answered(numbers: string[], question: Promise<Answer<"page.facts">>): Promise<void> {
    const answer = await question.catch(
      () => ({ ok: false, trouble: "offline", retryInMs: 5000, context: null }) as const,
    );
    for (const n of numbers) asked.delete(n);
    if (!answer.ok) return fail(numbers, answer.trouble, answer.retryInMs, answer.context);
    trouble = null;
    // Older than what is held: what it says may have changed since.
    if (!take(answer.context)) return again(numbers, OLDER_MS);
    confirmedBy(answer.confirmedAt);
    for (const [n, f] of Object.entries(answer.facts)) {
      facts.set(n, { own: f, alike: likeness(f) });
      stale.delete(n);
    }
    learnt({ context: false });
    // Kept facts of the background's, which nobody has confirmed for a while.
    if (!isFresh()) void poll();
  }

  function fail(numbers: string[], why: Trouble, retryInMs: number, its: PolicyContext | null): void {
    trouble = why;
    take(its);
    again(numbers, Math.max(retryInMs, 500));
    learnt({ context: false });
  }

  function again(numbers: string[], ms: number): void {
    for (const n of numbers) wanted.add(n);
    if (retrying) return;
    retrying = true;
    later(() => {
      retrying = false;
      schedule();
    }, ms);
  }

  function schedule(): void {
    if (flushing || retrying || wanted.size === 0) return;
    flushing = true;
    soon(flush);
  }

  /** Asks for numbers that are not held and not asked for. */
  function want(numbers: Iterable<string>): void {
    for (const n of numbers) if ((!facts.has(n) || stale.has(n)) && !asked.has(n)) wanted.add(n);
    schedule();
  }

  function drop(numbers: readonly string[], all: boolean): void {
    const gone = all ? [...facts.keys()] : numbers.filter((n) => facts.has(n));
    for (const n of gone) {
      stale.add(n);
      // An answer that is on its way may have been read before the change.
      asked.delete(n);
    }
    want(gone);
  }

  function decideOne(number: string): Decision | null {
    const known = facts.get(number);
    if (trouble === "signed-out" || trouble === "not-joined") return unknownFor("signed-out");
    if (!known || !context) return trouble ? unknownFor("offline") : null;
    // A page that slept shows nothing until it has asked again.
    if (!isFresh()) return trouble ? unknownFor("offline") : null;
    if (trouble && stale.has(number)) return unknownFor("offline");
    return decideAlike(known, context);
  }

  function decideAlike({ own, alike }: { own: Facts; alike: string }, under: PolicyContext): Decision {
    const at = now() + under.clockOffset;
    const minute = Math.floor(at / 60_000);
    if (decidedUnder?.context !== under || decidedUnder.minute !== minute) decided.clear();
    decidedUnder = { context: under, minute };
    let decision = decided.get(alike);
    if (!decision) {
      decision = decide(own, {
        ...{ policy: under.policy, lists: under.stamp.lists, purpose: under.purpose },
        now: at,
      });
      decided.set(alike, decision);
    }
    return decision;
  }

  /** Asks what changed since; for pages in view that hold numbers. */
  async function poll(): Promise<void> {
    if (!context) return schedule();
    const answer = await ask("page.poll", { seq: deafSince ?? context.stamp.seq }).catch(
      () => ({ ok: false, trouble: "offline" }) as const,
    );
    if (!answer.ok) {
      trouble = answer.trouble;
      return learnt({ context: false });
    }
    trouble = null;
    const { changes } = answer;
    // A database that was restored counts anew: its smaller seq is no older answer.
    if (changes.reset) context = null;
    drop(changes.numbers, changes.reset || changes.lists.length > 0);
    deafSince = null;
    if (!take(answer.context)) return;
    confirmedBy(answer.confirmedAt);
    // Answers by lookup that have grown old, or that could not be had then.
    const at = now() + answer.context.clockOffset;
    drop(
      [...facts].flatMap(([n, { own }]) => (own.again !== undefined && Date.parse(own.again) <= at ? n : [])),
      false,
    );
    learnt({ context: false });
  }

  return {
    want,
    context: () => context,
    /** What the background knew when the page said hello. */
    begin(its: PolicyContext | null, why: Trouble | null): void {
      take(its);
      trouble = why;
    },
    /** Null while the facts are on their way. */
    decide(e164: string | null, readings: readonly string[]): Decision | null {
      if (e164 !== null) return decideOne(e164);
      const each = new Map(readings.map((n) => [n, decideOne(n)]));
      if ([...each.values()].includes(null)) return null;
      return decideReading({ e164, readings }, (n) => each.get(n)!);
    },
    /**
     * True where these numbers' facts are a context for a dial: held, not changed since, and confirmed by the Worker
     * within CONFIRMED_MS.
     */
    confirmed: (numbers: readonly string[]): boolean =>
      context !== null && isFresh() && numbers.every((n) => facts.has(n) && !stale.has(n)),
    /** Asks the Worker now, whatever is held. Resolves with the answer, or after ANSWER_MS without one. */
    async confirm(numbers: string[]): Promise<void> {
      if (numbers.length === 0) return;
      const asking = answered(numbers, ask("page.facts", { numbers, now: true }));
      await Promise.race([asking, new Promise<void>((done) => later(done, ANSWER_MS))]);
    },
    poll,
    /** The page comes back from where nothing reached it: what it holds is not known until it has heard what changed. */
    returned(): Promise<void> {
      deafSince ??= context?.stamp.seq ?? null;
      return poll();
    },
    /** The background says that facts are no longer good. */
    stale(numbers: string[], all: boolean, its: PolicyContext | null): void {
      const held = [...facts.keys()];
      if (all && its === null) {
        // Somebody joined, left or changed the Worker: nothing that is held is theirs.
        context = null;
        deafSince = null;
        trouble = null;
        facts.clear();
        stale.clear();
        retrying = false;
        want(held);
      }
      take(its);
      drop(numbers, all);
      learnt({ context: false });
    },
  };
}

export type FrameFacts = ReturnType<typeof openFrameFacts>;
