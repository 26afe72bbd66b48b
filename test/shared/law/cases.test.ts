/** Cases of law, each with its place, line, party, kind, consents, day and time, and past calls. */
import { expect, it } from "vitest";
import { handling } from "../../../shared/check/override.ts";
import { cases, decided, worldOf } from "./case.ts";

/** Held although the law would allow the call, as it rests on what no fact tells. */
const stricter: Record<string, string> = {
  ...{
    "GB-183": "an existing client",
    "GB-213": "a partnership's seat",
    "FR-043": "an exact time that was agreed",
  },
  ...{
    "FR-072": "a running contract",
    "FR-078": "a running contract",
    "FR-079": "a request to be called back",
  },
  ...{ "FR-081": "what is sold", "NL-010": "an existing customer", "ES-007": "an existing customer" },
  ...{
    "IT-001": "an entry in a directory",
    "IT-012": "an entry in a directory",
    "IT-013": "an entry in a directory",
  },
  ...{
    "IT-014": "an entry in a directory",
    "IT-015": "an entry in a directory",
    "IT-017": "a running contract",
  },
  ...{ "IT-020": "an entry in a directory", "CA-013": "a purchase", "CA-015": "an inquiry" },
  ...{ "AU-035": "an exact time that was agreed", "US-013": "a purchase", "US-015": "an inquiry" },
};
/** A caution that the agent must read, where the law would bar the call by what no fact tells. */
const read: Record<string, string> = {
  ...{ "GB-077": "what the call sells", "DE-018": "what the call sells", "FR-077": "what the call sells" },
  ...{ "GB-216": "whether we are a charity", "GB-217": "whether we are a charity" },
  "US-008": "the state, and whether it has a list of its own",
};

it("there are many, from every region, and some where the law is silent", () => {
  expect(cases.length).toBeGreaterThan(600);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(cases.filter(({ silent }) => silent).length).toBe(46);
});

it.each(cases.map((c) => [c.id, c.why, c] as const))("%s: %s", (id, _why, c) => {
  const decision = decided(c);
  if (id in stricter) {
    expect(c.expect).not.toContain(decision.verdict);
    expect(handling(decision, worldOf(c).context.policy)).toBe("hold");
  } else if (id in read) {
    expect(decision.verdict).toBe("caution");
    expect(handling(decision, worldOf(c).context.policy)).toBe("warn");
  } else expect(c.expect, decision.reasons.map(({ code }) => code).join(" ")).toContain(decision.verdict);
});
