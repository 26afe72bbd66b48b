/** Cases of law, each with its place, line, party, kind, consents, day and time, and past calls. */
import { expect, it } from "vitest";
import { handling } from "../../../shared/check/override.ts";
import { type Case, cases, decided, worldOf } from "./case.ts";

/**
 * What no fact tells: a field of the case; what else it may be with the same facts; and the verdict that the law wants
 * then. It is at least as strict as the one that is expected of the case, and counts.
 */
const untold: Record<string, readonly [field: string, otherwise: unknown, law: string]> = {
  // Whether the called person is a client, of the same trade, or asked: no record says it in a way that law would take.
  "GB-183": ["relationship", undefined, "blocked"],
  "FR-072": ["relationship", undefined, "blocked"],
  "FR-078": ["relationship", undefined, "blocked"],
  "NL-010": ["relationship", undefined, "blocked"],
  "ES-007": ["relationship", undefined, "blocked"],
  "IT-017": ["relationship", undefined, "blocked"],
  "CA-013": ["relationship", undefined, "blocked"],
  "CA-015": ["relationship", undefined, "blocked"],
  "US-013": ["relationship", undefined, "blocked"],
  "US-015": ["relationship", undefined, "blocked"],
  // What the call sells: an offer that is not of these trades needs consent.
  "FR-079": ["product", undefined, "blocked"],
  "FR-081": ["product", undefined, "blocked"],
  // An exact time that was agreed.
  "FR-043": ["exactTime", undefined, "blocked"],
  "AU-035": ["exactTime", undefined, "blocked"],
  // Whether a public directory has the line.
  "IT-001": ["directory", undefined, "blocked"],
  "IT-012": ["directory", undefined, "blocked"],
  "IT-013": ["directory", undefined, "blocked"],
  "IT-014": ["directory", undefined, "blocked"],
  "IT-015": ["directory", undefined, "blocked"],
  "IT-020": ["directory", undefined, "blocked"],
};
/**
 * What the agent is asked, as no fact tells it: the same call is lawful with another answer. The caution says what to
 * look at, and no policy lets it pass unread.
 */
const asked: Record<string, readonly [field: string, otherwise: unknown, code: string]> = {
  // What the call sells: the consent names another product, or the trade is barred.
  "GB-077": ["product", "solar", "product"],
  "DE-018": ["product", "electricity", "product"],
  "FR-077": ["product", undefined, "sector"],
  // Whether we are a charity, which has a soft opt-in since 5 February 2026 alone.
  "GB-216": ["charity", undefined, "soft-opt-in"],
  "GB-217": ["charity", undefined, "soft-opt-in"],
};

/** The case with another value of a field, wherever it has the field. */
const otherwise = (c: Case, field: string, value: unknown): Case =>
  JSON.parse(
    JSON.stringify(c, (key, its: unknown) => (key === field && its !== undefined ? value : its)),
  ) as Case;

it("there are many, from every region, and some where the law is silent", () => {
  expect(cases.length).toBeGreaterThan(600);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(cases.filter(({ silent }) => silent).length).toBe(46);
});

it.each(cases.map((c) => [c.id, c.why, c] as const))("%s: %s", (id, _why, c) => {
  const decision = decided(c);
  const { policy } = worldOf(c).context;
  const [field, value, becomes] = untold[id] ?? asked[id] ?? [];
  if (field === undefined || becomes === undefined) {
    expect(c.expect, decision.reasons.map(({ code }) => code).join(" ")).toContain(decision.verdict);
    return;
  }
  // No code could do better with these facts: they are the same where the law wants something else.
  const twin = otherwise(c, field, value);
  expect(twin).not.toEqual(c);
  expect(worldOf(twin)).toEqual(worldOf(c));
  expect(c.expect).not.toContain(decision.verdict);
  if (id in untold) {
    expect(decision.verdict).toBe(becomes);
    expect(handling(decision, policy)).toBe("hold");
  } else {
    expect([decision.verdict, ...decision.reasons.map(({ code }) => code)]).toEqual(
      expect.arrayContaining(["caution", becomes]),
    );
    expect(handling(decision, { ...policy, consents: { ...policy.consents, amber: "pass" } })).toBe("warn");
  }
});
