/**
 * The facts that this frame's numbers are decided by. It asks the background in batches, refuses answers with an older
 * version vector than its own, and polls for changes. The state itself is fact-state.ts.
 */
import type { Facts } from "../../shared/check/api.ts";
import { MAX_CHECK } from "../../shared/core/limits.ts";
import type { Decision } from "../../shared/check/verdict.ts";
import type { Medium } from "../../shared/dials/schemes.ts";
import type { Trouble } from "../carried.ts";
import type { Answer, Kind, ToBackground } from "../messages.ts";
import type { PolicyContext } from "../policy-context.ts";
import {
  decideWritten,
  CONFIRMED_MS,
  doubt,
  dueAgain,
  forgetAccount,
  isConfirmed,
  isFresh,
  learnFacts,
  newFactState,
  noteConfirmed,
  noteTried,
  takeContext,
  takeWanted,
  want,
} from "./fact-state.ts";

/** How often a page in view asks what changed. */
export const POLL_MS = 45_000;
/** The pause after an answer that was older than the frame's own context. */
const OLDER_MS = 1000;
/** A held dial waits this long for the Worker's answer. */
export const ANSWER_MS = 2000;
/** A timer that is later than this was kept waiting by the page, which says nothing about the Worker. */
const LATE_MS = 500;

export interface FrameFactsDeps {
  ask: <K extends Kind>(kind: K, body: ToBackground[K]["ask"]) => Promise<Answer<K>>;
  /** The device's clock, in milliseconds since the epoch. */
  now: () => number;
  /** Runs once, soon: at the next frame. */
  soon: (run: () => void) => void;
  later: (run: () => void, ms: number) => void;
  /**
   * Something was learnt: decide again. `context`: the policy or the regions changed, so read again too. `numbers`: facts of
   * these alone came, and those of others are as they were.
   */
  learnt: (what: { context: boolean; numbers?: readonly string[] }) => void;
}

type Failed = Extract<Answer<"page.facts">, { ok: false }>;

export function openFrameFacts({ ask, now, soon, later, learnt }: FrameFactsDeps) {
  const state = newFactState();
  let sendingSoon = false;
  let retrying = false;

  /** False where the context is older than ours. Tells at once of a policy that moved. */
  function take(context: PolicyContext | null): boolean {
    const taken = takeContext(state, context);
    if (taken === "moved") learnt({ context: true });
    return taken !== "refused";
  }

  function sendSoon(): void {
    if (sendingSoon || retrying || state.wanted.size === 0) return;
    sendingSoon = true;
    soon(() => {
      sendingSoon = false;
      const numbers = takeWanted(state, MAX_CHECK);
      if (numbers.length === 0) return;
      void answered(numbers, ask("page.facts", { numbers }));
      sendSoon();
    });
  }

  /** Wants these numbers again after a pause. One pause at a time: what is wanted meanwhile waits for its end. */
  function retryIn(ms: number, numbers: readonly string[]): void {
    for (const n of numbers) state.wanted.add(n);
    if (retrying) return;
    retrying = true;
    later(() => {
      retrying = false;
      sendSoon();
    }, ms);
  }

  /** An answer came. What another one could not tell is asked for after a pause, and shown as not known until then. */
  function takeTrouble(trouble: Trouble | null): void {
    const passes = state.trouble === "busy" || state.trouble === "offline";
    if (trouble || !retrying || !passes) state.trouble = trouble;
  }

  /** Takes the answer to a question for these numbers. Never rejects. */
  async function answered(numbers: string[], question: Promise<Answer<"page.facts">>): Promise<void> {
    const answer = await question.catch(
      () => ({ ok: false, trouble: "offline", retryInMs: 5000, context: null, kept: null }) as const,
    );
    for (const n of numbers) state.asked.delete(n);
    if (!answer.ok) return failed(numbers, answer);
    // What an older answer says may have changed since.
    if (!take(answer.context)) return retryIn(OLDER_MS, numbers);
    const wasWell = isWell();
    takeTrouble(answer.trouble);
    learned(answer.facts, answer.confirmedAt, wasWell);
  }

  /** True where facts decide: so does each number's own then, and nothing else. */
  const isWell = (): boolean => !state.trouble && isConfirmed(state, [], now());

  function learned(facts: Readonly<Record<string, Facts>>, confirmedAt: number, wasWell: boolean): void {
    noteConfirmed(state, confirmedAt, now());
    learnFacts(state, facts);
    learnt({ context: false, ...(wasWell && isWell() && { numbers: Object.keys(facts) }) });
    // The background may answer from its cache with facts that were not confirmed for a while.
    if (!isFresh(state, now())) void poll();
  }

  /** Takes what the background knows by itself. */
  function begin(context: PolicyContext | null, trouble: Trouble | null, kept?: Failed["kept"]): void {
    state.trouble = trouble;
    if (!take(context) || !kept) return;
    noteConfirmed(state, kept.confirmedAt, now());
    // What is in doubt here stays so: only an answer of the Worker ends a doubt.
    const sure = Object.entries(kept.facts).filter(([n]) => !state.stale.has(n));
    learnFacts(state, Object.fromEntries(sure));
  }

  function failed(numbers: string[], { trouble, retryInMs, context, kept }: Failed): void {
    begin(context, trouble, kept);
    retryIn(Math.max(retryInMs, 500), numbers);
    learnt({ context: false });
  }

  /** Asks what changed since; for pages in view that hold numbers. Never rejects. */
  async function poll(): Promise<void> {
    if (!state.context) return sendSoon();
    const answer = await ask("page.poll", { seq: state.deafSince ?? state.context.stamp.seq }).catch(
      () => ({ ok: false, trouble: "offline" }) as const,
    );
    if (!answer.ok) {
      state.trouble = answer.trouble;
      return learnt({ context: false });
    }
    takeTrouble(answer.trouble);
    const { changes, context, confirmedAt } = answer;
    // A restored database counts from a smaller `seq`, which is not an older answer then.
    if (changes.reset) state.context = null;
    dropped(changes.numbers, changes.reset || changes.lists.length > 0);
    state.deafSince = null;
    if (!take(context)) return;
    noteConfirmed(state, confirmedAt, now());
    dropped(dueAgain(state, now() + context.clockOffset), false);
    learnt({ context: false });
  }

  function dropped(numbers: readonly string[], all: boolean): void {
    doubt(state, numbers, all);
    sendSoon();
  }

  /** The Worker's word on these numbers, unless `isEnough` after what the background heard of those that are news here. */
  async function askNow(numbers: string[], isEnough: () => boolean): Promise<void> {
    const news = numbers.filter((n) => !state.known.has(n));
    if (news.length > 0) {
      await answered(news, ask("page.facts", { numbers: news, within: CONFIRMED_MS }));
      if (isEnough()) return;
    }
    await answered(numbers, ask("page.facts", { numbers, now: true }));
  }

  return {
    /** Asks for numbers that are not known and not asked for. */
    want(numbers: Iterable<string>): void {
      want(state, numbers);
      sendSoon();
    },
    context: () => state.context,
    /** What is known of a number. */
    of: (e164: string | null): Facts | null => state.known.get(e164 ?? "")?.facts ?? null,
    begin,
    /** The decision on a written number; null while facts that it needs are on their way. */
    decide: (e164: string | null, readings: readonly string[], medium: Medium): Decision | null =>
      decideWritten(state, e164, readings, medium, now()),
    /** True where a dial may go by the facts of all these numbers. */
    confirmed: (numbers: readonly string[]): boolean => isConfirmed(state, numbers, now()),
    /**
     * Asks the Worker now, whatever is known. A frame does not know what the page around it does: what the background heard
     * of its numbers counts here as it does there, where that is `enough`. Resolves with the answer, or after ANSWER_MS
     * without one.
     */
    async confirm(numbers: string[], isEnough = () => false): Promise<void> {
      if (numbers.length === 0) return;
      const since = now();
      const asking = askNow(numbers, isEnough).then(() => true);
      const inTime = new Promise<boolean>((done) => later(() => done(false), ANSWER_MS));
      if (await Promise.race([asking, inTime])) return;
      // A Worker that does not answer in time is out as well. Its answer, when it comes, says otherwise.
      if (now() - since <= ANSWER_MS + LATE_MS && !isFresh(state, now())) state.trouble ??= "offline";
    },
    poll,
    /** The page comes back from the back/forward cache: nothing counts until it has heard what it missed. */
    returned(): Promise<void> {
      state.deafSince ??= state.context?.stamp.seq ?? null;
      return poll();
    },
    /** The background says that this number was called from this browser. */
    tried(number: string, at: string): void {
      noteTried(state, number, at);
      learnt({ context: false });
    },
    /** The background says that facts of these numbers, or all, may have changed. */
    stale(numbers: string[], all: boolean, context: PolicyContext | null): void {
      if (all && context === null) {
        forgetAccount(state);
        retrying = false;
        sendSoon();
      }
      take(context);
      dropped(numbers, all);
      learnt({ context: false });
    },
  };
}

export type FrameFacts = ReturnType<typeof openFrameFacts>;
