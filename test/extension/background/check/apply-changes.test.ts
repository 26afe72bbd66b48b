import { describe, expect, it } from "vitest";
import {
  applyChanges,
  type Held,
  stampMoved,
  withPurpose,
} from "../../../../extension/background/check/apply-changes.ts";
import { decisionContext, type PolicyContext } from "../../../../extension/policy-context.ts";
import type { ChangesAnswer, Facts } from "../../../../shared/check/api.ts";
import { decide } from "../../../../shared/check/verdict.ts";
import { type Campaign, defaultPolicy, policySchema } from "../../../../shared/policy/policy.ts";
import { NOON, stampOf } from "../../clock.ts";

const before: Held = {
  context: { policy: defaultPolicy, stamp: stampOf(7), clockOffset: 0 },
  confirmedAt: NOON - 60_000,
};
const answer = (seq: number, more: Partial<ChangesAnswer> = {}) => ({
  data: {
    ...{ at: new Date(NOON + 3000).toISOString(), seq, stamp: stampOf(seq) },
    ...{ reset: false, numbers: [], lists: [], ...more },
  },
  from: NOON - 100,
  to: NOON + 100,
});
const inForce = { version: 1, policy: defaultPolicy };
const apply = (
  held: Held | null,
  changes: ReturnType<typeof answer>,
  policy = inForce,
  purpose?: "pensions",
) => applyChanges(held, changes, policy, purpose);

describe("what changed", () => {
  it("nothing: the context is confirmed as of the question, and nobody is told", () => {
    const { held, drop, change, message } = apply(before, answer(7));
    expect(held.confirmedAt).toBe(NOON - 100);
    expect(held.context).toMatchObject({ clockOffset: 3000, stamp: { seq: 7 } });
    expect([drop, message]).toEqual([[], null]);
    expect(change).toEqual({ from: 7, to: 7, numbers: [], lists: [], all: false });
  });
  it("a number: it alone is dropped, and open pages are told", () => {
    const { held, drop, change, message } = apply(before, answer(8, { numbers: ["+442079460001"] }));
    expect(drop).toEqual(["+442079460001"]);
    expect(change).toMatchObject({ from: 7, to: 8, numbers: ["+442079460001"], all: false });
    expect(message).toEqual({ numbers: ["+442079460001"], all: false, context: held.context });
  });
  it("the policy alone: no fact is dropped, and open pages are told", () => {
    const stamp = { ...stampOf(8), policy: 2 };
    const { held, drop, message } = apply(before, answer(8, { stamp }), { ...inForce, version: 2 });
    expect(drop).toEqual([]);
    expect(message).toMatchObject({ numbers: [], all: false });
    expect(held.context.stamp.policy).toBe(2);
  });

  const graced = policySchema.parse({ screening: { graceDays: 5 } });
  const newVersion = { ...stampOf(8), lists: stampOf(8).lists.map((l) => ({ ...l, version: 4 })) };
  it.each([
    ["a register", answer(8, { lists: ["tps"] }), inForce],
    ["a register's version, also where no change names it", answer(8, { stamp: newVersion }), inForce],
    ["a restored database", answer(3, { reset: true }), inForce],
    ["other days of grace", answer(8, { numbers: ["+442079460001"] }), { ...inForce, policy: graced }],
  ])("%s: everything is dropped", (_, changes, policy) => {
    const { drop, change, message } = apply(before, changes, policy);
    expect(drop).toBe("all");
    expect(change).toMatchObject({ all: true, numbers: [] });
    expect(message).toMatchObject({ all: true, numbers: [] });
  });
  it("where nothing was held, nobody is told and nothing is logged", () => {
    expect(apply(null, answer(7))).toMatchObject({ drop: "all", change: null, message: null });
  });
});

it("pages never get who may sign in", () => {
  const rule = { match: "email", value: "ada@example.com", role: "admin" } as const;
  const policy = policySchema.parse({ access: { signIn: [rule] } });
  expect(JSON.stringify(apply(before, answer(8), { ...inForce, policy }))).not.toContain("ada@");
});

it("a purpose counts where the company makes such calls, and takes the place of the last one", () => {
  const policy = policySchema.parse({ campaigns: { runs: ["general", "pensions"] } });
  const context = { ...before.context, policy };
  expect(withPurpose(context, "pensions").purpose).toBe("pensions");
  expect(withPurpose({ ...context, purpose: "pensions" }, undefined)).toEqual(context);
  expect(withPurpose({ ...context, purpose: "pensions" }, "automated")).toEqual(context);
  expect(apply(before, answer(8), { ...inForce, policy }, "pensions").held.context.purpose).toBe("pensions");
});

describe("a page judges as the Worker does", () => {
  const makes = (...runs: Campaign[]) => ({
    ...before.context,
    policy: policySchema.parse({ campaigns: { runs } }),
    stamp: stampOf(7),
  });
  const free: Facts = {
    ...{ e164: "+442079460001", region: "GB" },
    ...{ lists: [], suppressions: [], consents: [] },
  };
  const saw = (context: PolicyContext, purpose?: Campaign) => {
    const { verdict, reasons } = decide(free, decisionContext(withPurpose(context, purpose), NOON));
    return [verdict, reasons[0]!.code];
  };
  const barred = ["blocked", "needs-consent"];
  const clear = ["clear", "not-listed"];

  it("as a general call where nobody said what the calls are for, or by the strictest kind that is made", () => {
    expect(saw(makes("general"))).toEqual(clear);
    expect(saw(makes("claims-management", "general"))).toEqual(clear);
    expect(saw(makes("general", "claims-management"), "claims-management")).toEqual(barred);
    expect(saw(makes("claims-management"))).toEqual(barred);
  });
  it("by the one that was said, until policy drops it", () => {
    expect(saw(makes("general", "claims-management"), "general")).toEqual(clear);
    expect(saw(makes("claims-management", "automated"), "general")).toEqual(barred);
    expect(saw(makes("general"), "claims-management")).toEqual(clear);
  });
});

it("a stamp moved with the audit's seq, the policy's version, and any register", () => {
  const stamp = stampOf(7);
  const [tps, ctps] = stamp.lists;
  expect(stampMoved(stamp, stampOf(7))).toBe(false);
  for (const other of [
    stampOf(8),
    { ...stamp, policy: 2 },
    { ...stamp, lists: [tps!] },
    { ...stamp, lists: [tps!, { ...ctps!, version: 4 }] },
    { ...stamp, lists: [tps!, { ...ctps!, id: "dnc" }] },
  ])
    expect(stampMoved(stamp, other)).toBe(true);
});
