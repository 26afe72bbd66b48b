import { describe, expect, it } from "vitest";
import type { ProofEvent } from "../../../shared/proof/api-events.ts";
import type { ProofRow } from "../../../shared/proof/api-trail.ts";
import { dialDiffers, openingBy } from "../../../shared/proof/bound-row.ts";
import { openingOf } from "../../../shared/trail/bound.ts";
import { bindRow, type Fields, saltsOf, typed } from "../../../shared/trail/leaves.ts";

type DialEvent = Extract<ProofEvent, { what: "dial" }>;
const SEED = "000102030405060708090a0b0c0d0e0f";
const AT = "2026-11-20T10:00:00.123Z";
const NUM = Date.parse(AT) * 64 + 5;

const event: DialEvent = {
  ...{ what: "dial", at: AT, ref: String(NUM), by: "Ann", rows: [3], action: "overridden", refused: false },
  ...{ number: "+442079460958", written: "020 7946 0958", recordNumber: null, layer: "page", sighting: null },
  ...{
    medium: "call",
    verdict: "blocked",
    reasons: [{ code: "listed", list: "tps" }],
    workerVerdict: "caution",
  },
  ...{ workerReasons: [], basis: "service", reason: "Their boiler’s due", purpose: "general" },
  ...{ host: "crm.example.com", deviceAt: "2026-11-20T09:59:59.123Z", policy: 2, lists: [] },
};
const fields: Fields = [
  ["num", NUM],
  ["by", "ann"],
  ["number", 442079460958],
  ["late", 1000],
  ["action", 2],
  ["refused", 0],
  ["verdict", 2],
  ["worker_verdict", 1],
  ["agrees", 0],
  ["page", '{"purpose":"general","host":"crm.example.com"}'],
  ["reasons", '[{"code":"listed","list":"tps"}]'],
  ["worker_reasons", "[]"],
  ["state", '{"policy":2,"lists":[]}'],
  ["written", "020 7946 0958"],
  ["basis", "service"],
  ["reason", "Their boiler’s due"],
  ["record_number", null],
  ["layer", 0],
  ["sighting", null],
  ["medium", 0],
];
const { code, root } = bindRow("dials", SEED, fields);
const saltOf = saltsOf(SEED);
const row = {
  ...{ subject: event.ref, actor: "ann" },
  bound: {
    ...{ table: "dials", code },
    fields: fields.map(([name, value]) => [name, saltOf(name), typed(value)] as [string, string, string]),
  },
} as ProofRow;

it("the verdict of a late dial's arrival is the row's, too", () => {
  const arrival = { verdict: "blocked" as const, reasons: [{ code: "objection" }], policy: 2, lists: [] };
  const withState = (state: object) => ({
    ...row,
    bound: {
      ...row.bound!,
      fields: row.bound!.fields.map(([name, salt, value]): [string, string, string] =>
        name === "state" ? [name, salt, typed(JSON.stringify(state))] : [name, salt, value],
      ),
    },
  });
  const late = withState({ arrival, policy: 2, lists: [] });
  expect(dialDiffers({ ...event, arrival }, late)).toBeNull();
  expect(dialDiffers(event, late)).toBe("state");
  expect(dialDiffers({ ...event, arrival: { ...arrival, verdict: "clear" } }, late)).toBe("state");
});

it("a row that is quoted gives the opening that its event commits to", () => {
  expect(openingBy(row.bound!)).toBe(openingOf(null, [root]));
});

describe("a fact that is not the row's is named", () => {
  const cases: [keyof DialEvent, unknown, string][] = [
    ["at", "2026-11-20T10:00:01.123Z", "num"],
    ["ref", String(NUM + 1), "num"],
    ["number", "+442079460959", "number"],
    ["number", undefined, "number"],
    ["written", "+442079460958", "written"],
    ["recordNumber", "+442079460959", "record_number"],
    ["layer", "server", "layer"],
    ["layer", undefined, "layer"],
    ["sighting", "7", "sighting"],
    ["medium", "message", "medium"],
    ["action", "held", "action"],
    ["refused", true, "refused"],
    ["verdict", "clear", "verdict"],
    ["reasons", [], "reasons"],
    ["workerVerdict", "clear", "worker_verdict"],
    ["workerReasons", [{ code: "listed" }], "worker_reasons"],
    ["basis", "existing-customer", "basis"],
    ["reason", "another", "reason"],
    ["purpose", "pensions", "page"],
    ["host", "other.example.com", "page"],
    ["deviceAt", AT, "late"],
    ["policy", 3, "state"],
    ["lists", [{ id: "tps", version: 1, asOf: null }], "state"],
  ];
  it.each(cases)("%s: %j", (name, value, column) =>
    expect(dialDiffers({ ...event, [name]: value }, row)).toBe(column),
  );
  it("whoever the event says it was: the chain has the person", () => {
    expect(dialDiffers(event, { ...row, actor: "bob" })).toBe("by");
    expect(dialDiffers(event, { ...row, subject: "another" })).toBe("num");
  });
  it("none where they agree; and each field of the event is one that is compared", () => {
    expect(dialDiffers(event, row)).toBeNull();
    const compared = new Set(cases.map(([name]) => name));
    // The name is for people; what the event is, and which rows it cites, is of the document.
    expect(Object.keys(event).filter((name) => !compared.has(name as keyof DialEvent))).toEqual([
      "what",
      "by",
      "rows",
    ]);
  });
  it("a row that lacks a field, or has no fields, proves nothing", () => {
    for (const name of ["number", "page", "state", "num"])
      expect(
        dialDiffers(event, {
          ...row,
          bound: { ...row.bound!, fields: row.bound!.fields.filter(([n]) => n !== name) },
        }),
      ).toBe(name);
    expect(dialDiffers(event, { ...row, bound: undefined })).toBe("num");
  });
});
