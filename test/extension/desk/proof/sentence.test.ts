/** The sentence that a proof begins with: what was made, what barred it, and what was held. */
import { expect, it } from "vitest";
import type { ProofEvent } from "../../../../shared/proof/api-events.ts";
import type { CompanyProof, NumberProof } from "../../../../shared/proof/api.ts";
import { sentenceOf } from "../../../../extension/desk/proof/sentence.ts";

const common = {
  ...{
    format: "cleardial-proof v1",
    company: "Example Ltd",
    zone: "Europe/London",
    madeAt: "",
    registers: [],
  },
  ...{ from: "2026-11-01", to: "2026-11-26", madeBy: { id: "1", name: "Cora", role: "compliance" } },
} as const;
const ofNumber = (events: ProofEvent[], more: Partial<NumberProof> = {}) =>
  sentenceOf({
    ...common,
    about: "number",
    number: "+442079460001",
    events,
    ...more,
  } as unknown as NumberProof);

let n = 0;
const AT = "2026-11-20T10:00:00.000Z";
const dial = (action: "passed" | "held" | "overridden", workerVerdict: string, more: object = {}) =>
  ({
    ...{ what: "dial", ref: String(++n), at: AT, deviceAt: AT, by: "Ann", rows: [], action, refused: false },
    ...{ verdict: workerVerdict, workerVerdict, reasons: [], workerReasons: [], medium: "call" },
    ...more,
  }) as unknown as ProofEvent;
const logged = (verdict: string | null, more: object = {}) =>
  ({
    ...{ what: "call", ref: String(++n), at: AT, by: null, rows: [], via: "import", provider: "3cx" },
    ...{
      direction: verdict === null ? "inbound" : "outbound",
      verdict,
      reasons: [],
      overridden: false,
      dial: null,
    },
    ...more,
  }) as unknown as ProofEvent;

const HEAD = "As far as is on record,";
const DAYS = "from 1 Nov 2026 to 26 Nov 2026";

it("says that nobody called, and what was held", () => {
  const none = `${HEAD} no call to +44 20 7946 0001 was made by Example Ltd ${DAYS}`;
  expect(ofNumber([])).toBe(`${none}.`);
  expect(
    ofNumber([dial("held", "blocked"), dial("passed", "blocked", { refused: true, action: "overridden" })]),
  ).toBe(`${none}; 2 more were held before they rang.`);
  // A call that came in, and a message, are none of ours.
  expect(ofNumber([logged(null), dial("passed", "clear", { medium: "message" })])).toBe(`${none}.`);
});

it("counts calls that nothing barred", () => {
  expect(ofNumber([dial("passed", "clear")])).toBe(
    `${HEAD} Example Ltd called +44 20 7946 0001 once ${DAYS}, and nothing barred that call.`,
  );
  expect(
    ofNumber([dial("passed", "caution"), logged("clear")], { from: "2026-11-20", to: "2026-11-20" }),
  ).toBe(
    `${HEAD} Example Ltd called +44 20 7946 0001 2 times on 20 Nov 2026, and nothing barred any of these calls.`,
  );
});

it("names barred calls, unknown ones and overrides, each once", () => {
  expect(
    ofNumber([
      logged("blocked"),
      logged("unknown"),
      dial("overridden", "blocked"),
      dial("passed", "clear"),
      dial("held", "blocked"),
    ]),
  ).toBe(
    `${HEAD} Example Ltd called +44 20 7946 0001 4 times ${DAYS}: 1 although it was barred and no override is on record, ` +
      "1 while it was not known whether it might be made, 1 by an override with its reason and 1 that nothing barred; " +
      "1 more was held before it rang.",
  );
});

it("takes layers, a dial and its logged call for one call, by the stricter verdict", () => {
  const page = dial("passed", "clear", { ref: "77", sighting: null });
  expect(
    ofNumber([page, dial("passed", "clear", { sighting: "77" }), logged("clear", { dial: "77" })]),
  ).toContain("once");
  // One layer held it, and yet the log says that it was made.
  const held = dial("held", "blocked", { ref: "78" });
  expect(ofNumber([held, logged("blocked", { dial: "78" })])).toContain(
    "once from 1 Nov 2026 to 26 Nov 2026: 1 although it was barred",
  );
  expect(
    ofNumber([dial("passed", "clear", { ref: "79" }), dial("held", "blocked", { sighting: "79" })]),
  ).toContain("no call");
});

it("leaves out what was before the period, and says that rows were altered", () => {
  expect(ofNumber([dial("passed", "blocked", { at: "2026-10-31T10:00:00.000Z" })])).toContain("no call");
  const altered = [{ table: "calls" }] as unknown as NumberProof["altered"];
  expect(ofNumber([dial("passed", "clear")], { altered })).toMatch(
    /call; stored rows of this number were altered, as named below\.$/,
  );
});

it("of the company says what went through, what was held, and what the logs have", () => {
  const figures = (more: object) =>
    sentenceOf({
      ...common,
      about: "company",
      figures: { dials: { passed: 40, held: 3, overridden: 2 }, calls: { outbound: 9, blocked: 0 }, ...more },
    } as unknown as CompanyProof);
  expect(figures({})).toBe(
    `${HEAD} ClearDial let 42 calls of Example Ltd through and held 3 ${DAYS}; 2 of them went by an override; ` +
      "the logs that were taken in have 9 calls, none of them barred when it was made.",
  );
  expect(figures({ calls: { outbound: 9, blocked: 1 } })).toMatch(
    /have 1 call that was made although it was barred\.$/,
  );
});
