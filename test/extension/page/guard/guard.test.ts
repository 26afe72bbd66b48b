/** The gate for dials, and the rules of call buttons, without a page. */
import * as z from "zod";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DialTarget } from "../../../../shared/dials/address.ts";
import type { PendingDial } from "../../../../extension/page/guard/pending-dial.ts";
import { type Attempt, openGate, type Pass, type Stage } from "../../../../extension/page/guard/gate.ts";
import { siteRules } from "../../../../extension/page/guard/site-rules.ts";

const one: DialTarget = { written: "1", medium: "call" };

function world() {
  let time = 0;
  let alive = true;
  const passes: Pass[] = [];
  const orphaned = vi.fn();
  const gate = openGate({ alive: () => alive, orphaned, now: () => time, passes });
  const judged: PendingDial[] = [];
  const performed: (string | undefined)[] = [];
  const attempt = (written: string, stage: Stage, more: Partial<Attempt> = {}): Attempt => ({
    ...{ target: { written, medium: "call" }, element: null, stage },
    perform: (instead) => performed.push(instead) > 0,
    ...more,
  });
  return {
    ...{ gate, judged, performed, passes, orphaned },
    stops: (written: string, stage: Stage = "click", more: Partial<Attempt> = {}) =>
      gate.stops(attempt(written, stage, more)),
    connect: (says: "pass" | "hold" | "none") =>
      gate.connect((dial) => {
        judged.push(dial);
        return says;
      }),
    wait: (ms: number) => (time += ms),
    orphan: () => (alive = false),
    numbers: () => judged.map(({ written }) => written),
  };
}

describe("the gate", () => {
  it("asks once for a dial that goes through its stages in their order", () => {
    const { connect, stops, numbers } = world();
    connect("pass");
    for (const stage of ["click", "submit", "asked", "goes"] as const) expect(stops("1", stage)).toBe(false);
    expect(numbers()).toEqual(["1"]);
    // The next one is another dial.
    stops("1", "goes");
    expect(numbers()).toEqual(["1", "1"]);
  });
  it.each(["click", "submit", "asked", "goes"] as const)(
    "a second dial at the stage %s is judged for itself",
    (stage) => {
      const { connect, stops, numbers } = world();
      connect("pass");
      expect([stops("1", stage), stops("1", stage)]).toEqual([false, false]);
      expect(numbers()).toEqual(["1", "1"]);
    },
  );
  it("holds what its judge fails at, also what waited for the judge", () => {
    const { gate, stops, performed } = world();
    const said = vi.spyOn(console, "error").mockReturnValue();
    expect(stops("1")).toBe(true);
    gate.connect(() => {
      throw new Error("no such clause");
    });
    expect([stops("2"), performed.length, said.mock.calls.length]).toEqual([true, 0, 2]);
    said.mockRestore();
  });
  it("a stage never takes what a later one has left", () => {
    const { connect, stops, numbers } = world();
    connect("pass");
    stops("1", "asked");
    stops("1", "submit");
    stops("1", "click");
    expect(numbers()).toHaveLength(3);
  });
  it("the browser's last step belongs to the dial that has come furthest", () => {
    const { connect, stops, numbers, passes } = world();
    connect("pass");
    let isOwn = true;
    stops("1", "click", { isOwn: () => isOwn });
    stops("1", "asked");
    expect(numbers()).toHaveLength(2);
    isOwn = false;
    stops("1", "goes");
    expect(passes.map(({ stage }) => stage)).toEqual([1]);
    stops("1", "goes");
    expect(numbers()).toHaveLength(2);
    expect(passes).toEqual([]);
  });
  it.each([
    ["click", "goes"],
    ["click", "submit"],
    ["submit", "asked"],
    ["submit", "goes"],
  ] as const)("what will still dial by itself, a %s, lends its pass to no %s", (first, then) => {
    const { connect, stops, numbers } = world();
    connect("pass");
    let isOwn = true;
    stops("1", first, { isOwn: () => isOwn });
    stops("1", then);
    expect(numbers()).toHaveLength(2);
    isOwn = false;
    stops("1", "goes");
    expect(numbers()).toHaveLength(2);
  });
  describe("a held click that goes on, whose handler dials", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());
    /** The task after this one. */
    const next = () => vi.runAllTimers();
    /** The click is held, and goes on: then `dials` runs within it, and it is cancelled or not. */
    function resumed(stage: Stage, { written = "1", cancels = true, ours = false, gone = false } = {}) {
      const of = world();
      const { connect, stops, judged, gate, orphan } = of;
      const went: string[] = [];
      connect("hold");
      let isOpen = true;
      const inside: boolean[] = [];
      const perform = () => {
        stops("1", "click", { isOwn: () => isOpen });
        inside.push(stops(written, stage, { ours, perform: () => (went.push("handler"), false) }));
        isOpen = !cancels;
        return true;
      };
      stops("1", "click", { perform });
      judged[0]!.resume();
      if (!cancels) {
        went.push("link");
        gate.happened(one, "click");
      }
      expect(inside).toEqual([true]);
      if (gone) orphan();
      next();
      return { ...of, went };
    }
    it.each([
      ["click", false],
      ["submit", false],
      ["asked", false],
      ["asked", true],
      ["goes", false],
    ] as const)(
      "by a %s (ours: %s), and which is cancelled, dials that once by its own pass",
      (stage, ours) => {
        const { went, numbers, stops, judged } = resumed(stage, { ours });
        expect([went, numbers()]).toEqual([["handler"], ["1"]]);
        stops("1", "goes");
        expect(judged).toHaveLength(2);
      },
    );
    it.each(["click", "submit", "asked", "goes"] as const)("by a %s beside it, is judged twice", (stage) => {
      const { went, judged } = resumed(stage, { cancels: false });
      expect([went, judged.length]).toEqual([["link"], 2]);
      judged[1]!.resume();
      next();
      expect(went).toEqual(["link", "handler"]);
    });
    it("another number, has that judged for itself", () => {
      const { went, numbers } = resumed("asked", { written: "2" });
      expect([went, numbers()]).toEqual([[], ["1", "2"]]);
    });
    it("an emergency number, lets that go, also where the extension is gone meanwhile", () => {
      expect(resumed("asked", { written: "999", gone: true }).went).toEqual(["handler"]);
    });
  });
  it("a handler that dials beside its click dials twice; one that prevented the click dials once", () => {
    const { connect, stops, numbers } = world();
    connect("pass");
    stops("1", "click", { isOwn: () => true });
    stops("1", "asked");
    stops("2", "click", { isOwn: () => false });
    stops("2", "asked");
    expect(numbers()).toEqual(["1", "1", "2"]);
  });
  it("a dial that has happened leaves nothing for another", () => {
    const { connect, stops, numbers, gate } = world();
    connect("pass");
    stops("1", "click");
    gate.happened(one, "submit");
    stops("1", "asked");
    expect(numbers()).toHaveLength(1);
    gate.happened(one, "asked");
    stops("1", "goes");
    expect(numbers()).toHaveLength(2);
  });
  it("a number that came in place of the one that was judged is judged, too", () => {
    const { connect, stops, numbers } = world();
    connect("pass");
    stops("1");
    stops("2", "goes");
    expect(numbers()).toEqual(["1", "2"]);
  });
  it("a pass for a message is none for a call to the same number", () => {
    const { connect, stops, judged } = world();
    connect("pass");
    stops("1", "click", { target: { written: "1", medium: "message" } });
    stops("1", "goes");
    expect(judged.map((d) => d.medium)).toEqual(["message", "call"]);
  });
  it("an address that is no dial is neither counted nor a pass for anything, in a frame too", () => {
    const { connect, stops, judged, performed } = world();
    connect("none");
    const target: DialTarget = { written: "", medium: "call", unlisted: "acme://ping" };
    for (let i = 0; i < 500; i++) expect(stops("", "click", { target })).toBe(false);
    expect(stops("", "asked", { target, ours: true })).toBe(false);
    expect(stops("", "goes", { target })).toBe(false);
    expect(stops("", "goes")).toBe(false);
    expect(judged).toHaveLength(503);
    expect(performed).toEqual([]);
  });
  it("an unlisted address that is a dial passes its later stages, and no other address does", () => {
    const { connect, stops, judged } = world();
    connect("pass");
    const at = (unlisted: string) => ({ target: { written: "", medium: "call", unlisted } as const });
    stops("", "click", at("acme:1"));
    // A form that is sent by GET adds the question mark.
    expect([stops("", "goes", at("acme:1?")), stops("", "goes", at("acme:2")), stops("", "goes")]).toEqual([
      false,
      false,
      false,
    ]);
    expect(judged.map((d) => d.unlisted)).toEqual(["acme:1", "acme:2", undefined]);
  });
  it("what passed and was not done is over when time or the person went on", () => {
    const { connect, stops, numbers, wait, gate } = world();
    connect("pass");
    stops("1");
    wait(5001);
    stops("1", "goes");
    stops("2");
    gate.forget();
    stops("2", "goes");
    expect(numbers()).toEqual(["1", "1", "2", "2"]);
  });
  it("what is held goes on once, and through its later stages", () => {
    const { connect, stops, judged, performed } = world();
    connect("hold");
    expect(stops("1")).toBe(true);
    judged[0]!.resume();
    judged[0]!.resume();
    expect(performed).toEqual([undefined]);
    expect([stops("1"), stops("1", "goes"), stops("1", "goes")]).toEqual([false, false, true]);
  });
  it("and leaves nothing where it dialled at once", () => {
    const { connect, stops, judged, passes } = world();
    connect("hold");
    stops("1", "asked", { perform: () => (stops("1", "goes"), false) });
    judged[0]!.resume();
    expect(judged).toHaveLength(1);
    stops("2", "asked", { perform: () => false });
    judged[1]!.resume();
    expect(passes).toEqual([]);
  });
  it("or to another number, and then the first one is no nearer to passing", () => {
    const { connect, stops, judged, performed } = world();
    connect("hold");
    stops("1411");
    judged[0]!.resume("1");
    expect(performed).toEqual(["1"]);
    expect([stops("1411", "goes"), stops("1", "goes")]).toEqual([true, false]);
  });
  it("performs by itself what the page's own way would dial again, and never lets that way go on", () => {
    const { connect, stops, performed, numbers } = world();
    connect("pass");
    const frame = () => stops("1", "asked", { ours: true });
    stops("1", "click");
    expect([frame(), frame()]).toEqual([true, true]);
    expect(performed).toHaveLength(2);
    expect(numbers()).toEqual(["1", "1", "1"]);
    const held = world();
    held.connect("hold");
    expect(held.stops("1", "asked", { ours: true })).toBe(true);
    expect(held.performed).toEqual([]);
  });
  it("holds what comes before there is a judge, and has it judged then", () => {
    const { connect, stops, numbers, performed } = world();
    expect([stops("1"), stops("2")]).toEqual([true, true]);
    expect(performed).toEqual([]);
    connect("pass");
    expect(numbers()).toEqual(["1", "2"]);
    expect(performed).toEqual([undefined, undefined]);
  });
  it("holds without a word what no person can have begun: more than two dials a second for a minute", () => {
    const { connect, stops, judged, wait } = world();
    connect("pass");
    const passed = (n: number) =>
      Array.from({ length: n }, (_, i) => stops(String(20_000 + i))).filter((held) => !held);
    expect(passed(500)).toHaveLength(120);
    expect(judged).toHaveLength(120);
    // But no emergency call.
    expect(stops("999 Police")).toBe(false);
    judged.pop();
    wait(60_001);
    expect(passed(1)).toHaveLength(1);
    expect(judged).toHaveLength(121);
  });
  it("holds nothing where the site was turned off, the extension gone or not", () => {
    const { connect, stops, gate, judged, orphan } = world();
    connect("hold");
    gate.off();
    expect(stops("1")).toBe(false);
    orphan();
    expect(stops("1")).toBe(false);
    expect(judged).toEqual([]);
  });
  it("holds no emergency call once the extension is gone, of whatever country", () => {
    const { connect, stops, judged, orphan } = world();
    connect("hold");
    orphan();
    for (const number of ["999", "112", "911", "000", "110"]) expect(stops(number)).toBe(false);
    expect(stops("01134960142")).toBe(true);
    expect(judged).toEqual([]);
  });
  it("holds everything else once the extension is gone, and says so: nothing is known any more", () => {
    const { connect, stops, orphan, orphaned, judged } = world();
    connect("pass");
    stops("1");
    orphan();
    // What was judged before may still happen.
    expect(stops("1", "goes")).toBe(false);
    expect([stops("1"), stops("1", "goes"), stops("2", "asked", { ours: true })]).toEqual([true, true, true]);
    expect(orphaned).toHaveBeenCalledTimes(3);
    expect(judged).toHaveLength(1);
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
