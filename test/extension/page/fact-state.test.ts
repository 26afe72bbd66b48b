/** The state of a frame's facts, function by function: no messages, no timers, the clock a number. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import {
  CONFIRMED_MS,
  decideWritten,
  doubt,
  dueAgain,
  type FactState,
  forgetAccount,
  isConfirmed,
  isFresh,
  learnFacts,
  newFactState,
  noteConfirmed,
  takeContext,
  takeWanted,
  want,
} from "../../../extension/page/fact-state.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import { CANARY } from "../../../shared/canary/number.ts";
import { NOON, stampOf } from "../clock.ts";

const [A, B, C] = ["+442079460000", "+442079460001", "+442079460002"];
const facts = (e164: string, more: Partial<Facts> = {}): Facts => ({
  ...{ e164, region: "GB", lists: [], suppressions: [], consents: [] },
  ...more,
});
const context = (seq: number, policy: Policy = defaultPolicy, version = 1): PolicyContext => ({
  ...{ policy, clockOffset: 0 },
  stamp: { ...stampOf(seq), policy: version },
});

let state: FactState;
beforeEach(() => (state = newFactState()));

/** Knows these numbers, confirmed now. */
function know(...numbers: string[]): void {
  const screening = { ...defaultPolicy.screening, offlineMinutes: 60 };
  takeContext(state, context(7, { ...defaultPolicy, screening }));
  noteConfirmed(state, NOON, NOON);
  learnFacts(state, Object.fromEntries(numbers.map((n) => [n, facts(n)])));
}
const verdict = (e164: string, now = NOON) => decideWritten(state, e164, [], "call", now)?.verdict ?? null;
const codes = (e164: string, now = NOON) =>
  decideWritten(state, e164, [], "call", now)?.reasons.map(({ code }) => code);

describe("what is asked", () => {
  it("a number that is known or asked for is not wanted; one that is stale is", () => {
    know(A, B);
    doubt(state, [B], false);
    want(state, [A, B, C]);
    expect([...state.wanted]).toEqual([B, C]);
    expect(takeWanted(state, 10)).toEqual([B, C]);
    want(state, [A, B, C]);
    expect(state.wanted.size).toBe(0);
  });
  it("a message takes at most so many numbers, in the order in which they were wanted", () => {
    want(state, [C, A, B]);
    expect(takeWanted(state, 2)).toEqual([C, A]);
    expect(takeWanted(state, 2)).toEqual([B]);
    expect(takeWanted(state, 2)).toEqual([]);
    expect([...state.asked]).toEqual([C, A, B]);
  });
  it("a doubted number is wanted though it was asked for: that answer may be older than the doubt", () => {
    know(A);
    state.asked.add(A);
    doubt(state, [A, C], false);
    // An unknown number has no facts to doubt.
    expect([[...state.stale], [...state.wanted], [...state.asked]]).toEqual([[A], [A], []]);
  });
  it("all numbers are doubted at once", () => {
    know(A, B);
    doubt(state, [], true);
    expect([...state.wanted]).toEqual([A, B]);
    learnFacts(state, { [A]: facts(A) });
    expect([...state.stale]).toEqual([B]);
  });
  it("answers by lookup fall due by the Worker's clock", () => {
    know(A, B);
    learnFacts(state, { [A]: facts(A, { again: new Date(NOON).toISOString() }) });
    expect(dueAgain(state, NOON - 1)).toEqual([]);
    expect(dueAgain(state, NOON)).toEqual([A]);
  });
});

describe("the context", () => {
  it("is taken unless it is older, and moves with the policy's version and its regions", () => {
    expect(takeContext(state, null)).toBe("refused");
    expect(takeContext(state, context(7))).toBe("moved");
    expect(takeContext(state, context(7))).toBe("same");
    expect(takeContext(state, context(6))).toBe("refused");
    expect(state.context?.stamp.seq).toBe(7);
    expect(takeContext(state, context(8))).toBe("same");
    expect(takeContext(state, context(9, defaultPolicy, 2))).toBe("moved");
    const abroad = { ...defaultPolicy, numbers: { ...defaultPolicy.numbers, defaultRegion: "US" } };
    expect(takeContext(state, context(9, abroad, 2))).toBe("moved");
  });
  it("is forgotten with the account, and every number that was known is wanted", () => {
    know(A, B);
    doubt(state, [B], false);
    state.trouble = "signed-out";
    state.deafSince = 7;
    forgetAccount(state);
    expect(state).toMatchObject({ context: null, trouble: null, deafSince: null });
    expect([state.known.size, state.stale.size]).toEqual([0, 0]);
    expect([...state.wanted].sort()).toEqual([A, B]);
  });
});

describe("the confirmation", () => {
  it("lasts two minutes, to either side of the device's clock", () => {
    noteConfirmed(state, NOON, NOON);
    const ages = [0, CONFIRMED_MS, CONFIRMED_MS + 1, -CONFIRMED_MS, -CONFIRMED_MS - 1];
    expect(ages.map((age) => isFresh(state, NOON + age))).toEqual([true, true, false, true, false]);
  });
  it("the latest counts; one from the future gives way to any other", () => {
    noteConfirmed(state, NOON, NOON);
    noteConfirmed(state, NOON - 1000, NOON);
    expect(state.confirmedAt).toBe(NOON);
    noteConfirmed(state, NOON - 9_000_000, NOON - 9_000_000);
    expect(state.confirmedAt).toBe(NOON - 9_000_000);
  });
  it("counts for nothing while the page hears of no changes", () => {
    know(A);
    state.deafSince = 7;
    expect([isFresh(state, NOON), isConfirmed(state, [A], NOON), verdict(A)]).toEqual([false, false, null]);
  });
  it("lets a dial go by facts that are known, not stale, and confirmed: all of them", () => {
    know(A, B);
    expect(isConfirmed(state, [A, B], NOON)).toBe(true);
    expect(isConfirmed(state, [A, C], NOON)).toBe(false);
    expect(isConfirmed(state, [A], NOON + CONFIRMED_MS + 1)).toBe(false);
    doubt(state, [B], false);
    expect([isConfirmed(state, [A], NOON), isConfirmed(state, [A, B], NOON)]).toEqual([true, false]);
    expect(isConfirmed(newFactState(), [], NOON)).toBe(false);
  });
});

describe("the decision", () => {
  it("waits for facts, and keeps the old one while a number is stale", () => {
    expect(verdict(A)).toBeNull();
    know(A);
    expect(verdict(A)).toBe("clear");
    doubt(state, [A], false);
    expect(verdict(A)).toBe("clear");
  });
  it("says why there is none: signed out whatever is known, offline where it is stale or not known", () => {
    know(A, B);
    doubt(state, [B], false);
    state.trouble = "offline";
    expect([verdict(A), codes(B), codes(C)]).toEqual(["clear", ["offline"], ["offline"]]);
    expect(codes(A, NOON + HOUR)?.at(-1)).toBe("outage");
    expect(codes(A, NOON + HOUR + 1)).toEqual(["offline"]);
    for (const trouble of ["signed-out", "not-joined"] as const) {
      state.trouble = trouble;
      expect(codes(A)).toEqual(["signed-out"]);
    }
  });
  it("is shared by numbers of which the same is known, until the minute or the context changes", () => {
    know(A, B);
    const of = (e164: string, now = NOON) => decideWritten(state, e164, [], "call", now);
    const first = of(A);
    expect(of(B, NOON + 59_999)).toBe(first);
    expect(of(B, NOON + 60_000)).not.toBe(first);
    const second = of(B, NOON + 60_000);
    takeContext(state, context(8));
    expect(of(B, NOON + 60_000)).not.toBe(second);
  });
  it("on our own test number is a bar, and never that on others with the same facts", () => {
    const barred = { verdict: "blocked", reasons: [{ code: "canary" }] };
    const of = (e164: string) => decideWritten(state, e164, [], "call", NOON);
    // Nothing needs to be known of it.
    expect(of(CANARY)).toEqual(barred);
    know(CANARY, A);
    expect(of(CANARY)).toEqual(barred);
    expect(of(A)?.verdict).toBe("clear");
    expect(of(CANARY)).toEqual(barred);
    state.trouble = "signed-out";
    expect(of(CANARY)).toEqual(barred);
  });
  it("on an unclear country waits for every reading", () => {
    know(A);
    expect(decideWritten(state, null, [A, B], "call", NOON)).toBeNull();
    learnFacts(state, { [B]: facts(B) });
    expect(decideWritten(state, null, [A, B], "call", NOON)?.reasons).toEqual([{ code: "country-unclear" }]);
    expect(decideWritten(state, null, [], "call", NOON)?.reasons).toEqual([{ code: "not-a-number" }]);
  });
});
