/** The gate for dials, and the rules of call buttons, without a page. */
import * as z from "zod";
import { describe, expect, it } from "vitest";
import type { DialTarget } from "../../../../shared/dials/address.ts";
import type { PendingDial } from "../../../../extension/page/guard/pending-dial.ts";
import { type Attempt, openGate } from "../../../../extension/page/guard/gate.ts";
import { siteRules } from "../../../../extension/page/guard/site-rules.ts";

function world() {
  let time = 0;
  let alive = true;
  const gate = openGate({ alive: () => alive, now: () => time, passes: new Map() });
  const judged: PendingDial[] = [];
  const performed: (string | undefined)[] = [];
  const attempt = (
    written: string,
    stage: Attempt["stage"] = "begin",
    more: Partial<DialTarget> = {},
  ): Attempt => ({
    ...{ target: { written, medium: "call", ...more }, element: null, stage },
    perform: (instead) => performed.push(instead),
  });
  return {
    ...{ gate, judged, performed },
    begins: (written: string, more?: Partial<DialTarget>) => gate.stops(attempt(written, "begin", more)),
    ends: (written: string, more?: Partial<DialTarget>) => gate.stops(attempt(written, "end", more)),
    connect: (says: "pass" | "hold" | "none") =>
      gate.connect((dial) => {
        judged.push(dial);
        return says;
      }),
    wait: (ms: number) => (time += ms),
    orphan: () => (alive = false),
  };
}

describe("the gate", () => {
  it("asks once for a dial of several stages", () => {
    const { connect, begins, ends, judged } = world();
    connect("pass");
    expect([begins("1"), begins("1"), ends("1")]).toEqual([false, false, false]);
    expect(judged).toHaveLength(1);
    // The next one is another dial.
    expect(ends("1")).toBe(false);
    expect(judged).toHaveLength(2);
  });
  it("a number that came in place of the one that was judged is judged, too", () => {
    const { connect, begins, ends, judged } = world();
    connect("pass");
    begins("1");
    ends("2");
    expect(judged.map((d) => d.written)).toEqual(["1", "2"]);
  });
  it("a pass for a message is none for a call to the same number", () => {
    const { connect, begins, ends, judged } = world();
    connect("pass");
    begins("1", { medium: "message" });
    ends("1");
    expect(judged.map((d) => d.medium)).toEqual(["message", "call"]);
  });
  it("an address that is no dial is neither counted nor a pass for anything", () => {
    const { connect, begins, ends, judged } = world();
    connect("none");
    const ping = { unlisted: "acme://ping" };
    for (let i = 0; i < 500; i++) expect(begins("", ping)).toBe(false);
    expect(ends("", ping)).toBe(false);
    expect(ends("")).toBe(false);
    expect(judged).toHaveLength(502);
  });
  it("an unlisted address that is a dial passes its later stages, and no other address does", () => {
    const { connect, begins, ends, judged } = world();
    connect("pass");
    begins("", { unlisted: "acme:1" });
    expect([ends("", { unlisted: "acme:1" }), ends("", { unlisted: "acme:2" }), ends("")]).toEqual([
      false,
      false,
      false,
    ]);
    expect(judged.map((d) => d.unlisted)).toEqual(["acme:1", "acme:2", undefined]);
  });
  it("what passed and was not done is over when time or the person went on", () => {
    const { connect, begins, ends, judged, wait, gate } = world();
    connect("pass");
    begins("1");
    wait(5001);
    ends("1");
    begins("2");
    gate.forget();
    ends("2");
    expect(judged.map((d) => d.written)).toEqual(["1", "1", "2", "2"]);
  });
  it("what is held goes on once, and through its later stages", () => {
    const { connect, begins, ends, judged, performed } = world();
    connect("hold");
    expect(begins("1")).toBe(true);
    judged[0]!.resume();
    judged[0]!.resume();
    expect(performed).toEqual([undefined]);
    expect([begins("1"), ends("1"), ends("1")]).toEqual([false, false, true]);
  });
  it("or to another number, and then the first one is no nearer to passing", () => {
    const { connect, begins, ends, judged, performed } = world();
    connect("hold");
    begins("1411");
    judged[0]!.resume("1");
    expect(performed).toEqual(["1"]);
    expect([ends("1411"), ends("1")]).toEqual([true, false]);
  });
  it("holds what comes before there is a judge, and has it judged then", () => {
    const { connect, begins, judged, performed } = world();
    expect([begins("1"), begins("2")]).toEqual([true, true]);
    expect(performed).toEqual([]);
    connect("pass");
    expect(judged.map((d) => d.written)).toEqual(["1", "2"]);
    expect(performed).toEqual([undefined, undefined]);
  });
  it("holds without a word what no person can have begun: more than two dials a second for a minute", () => {
    const { connect, begins, judged, wait } = world();
    connect("pass");
    const passed = (n: number) =>
      Array.from({ length: n }, (_, i) => begins(String(i))).filter((held) => !held);
    expect(passed(500)).toHaveLength(120);
    expect(judged).toHaveLength(120);
    wait(60_001);
    expect(passed(1)).toHaveLength(1);
    expect(judged).toHaveLength(121);
  });
  it("holds nothing where the site was turned off or the extension is gone", () => {
    const off = world();
    off.connect("hold");
    off.gate.off();
    expect(off.begins("1")).toBe(false);
    const orphan = world();
    orphan.orphan();
    expect(orphan.begins("1")).toBe(false);
    expect([...off.judged, ...orphan.judged]).toEqual([]);
  });
});

it("every site's rule is whole, and says where it is from", () => {
  const rule = z.strictObject({
    name: z.string().min(3),
    hosts: z.array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)).min(1),
    button: z.string().min(3),
    number: z.string().min(3),
    source: z.string().min(20),
    verified: z.boolean(),
  });
  for (const row of siteRules) expect(rule.safeParse(row).error?.issues ?? [], row.name).toEqual([]);
  expect(new Set(siteRules.map((r) => r.name)).size).toBe(siteRules.length);
  const wanted = ["HubSpot", "Salesforce", "Dynamics", "Zoho", "Pipedrive"];
  for (const name of wanted)
    expect(
      siteRules.some((r) => r.name.startsWith(name)),
      name,
    ).toBe(true);
});
