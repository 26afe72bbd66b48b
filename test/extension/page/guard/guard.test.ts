/** The gate for dials, and the rules of call buttons, without a page. */
import * as z from "zod";
import { describe, expect, it, vi } from "vitest";
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
    perform: (instead) => performed.push(instead) > 0 && !more.ours,
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
    for (const stage of ["click", "submit", "sent", "asked", "goes"] as const)
      expect(stops("1", stage)).toBe(false);
    expect(numbers()).toEqual(["1"]);
    // The next one is another dial.
    stops("1", "goes");
    expect(numbers()).toEqual(["1", "1"]);
  });
  it.each(["click", "submit", "sent", "asked", "goes"] as const)(
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
    ["submit", "sent"],
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
    /** The click is held, and goes on: then `dials` runs within it. It lends its pass, as long as it is on its way. */
    function resumed(dials: (of: ReturnType<typeof world>) => void) {
      const of = world();
      of.connect("hold");
      let isOnWay = true;
      const perform = vi.fn(() => {
        of.stops("1", "resumed", { isOwn: () => !isOnWay });
        dials(of);
        isOnWay = false;
        return true;
      });
      of.stops("1", "click", { perform });
      of.judged[0]!.resume();
      expect(perform).toHaveBeenCalledOnce();
      return of;
    }
    it.each(["click", "submit", "sent", "asked", "goes"] as const)(
      "by a %s, has that go at once, and what it opens by itself judged",
      (stage) => {
        const { stops, gate, numbers } = resumed((of) => {
          expect(of.stops("1", stage)).toBe(false);
          of.gate.happened(one, stage);
        });
        expect(numbers()).toEqual(["1"]);
        gate.happened(one, "resumed");
        expect(stops("1", "goes")).toBe(true);
        expect(numbers()).toEqual(["1", "1"]);
      },
    );
    it("by a frame, dials that by ourselves, once", () => {
      const { stops, numbers, performed } = resumed((of) => {
        expect(of.stops("1", "asked", { ours: true })).toBe(true);
        expect(of.performed).toEqual([undefined]);
      });
      expect(performed).toHaveLength(1);
      stops("1", "goes");
      stops("1", "asked", { ours: true });
      expect(numbers()).toEqual(["1", "1", "1"]);
    });
    it("by a frame that it adds later, once it has cancelled the click, dials that by ourselves", () => {
      const of = world();
      of.connect("hold");
      const perform = () => (of.stops("1", "resumed", { isOwn: () => false }), true);
      of.stops("1", "click", { perform });
      of.judged[0]!.resume();
      const frame = () => of.stops("1", "asked", { ours: true });
      expect([frame(), of.performed.length, of.numbers()]).toEqual([true, 1, ["1"]]);
      expect([frame(), of.performed.length, of.numbers()]).toEqual([true, 1, ["1", "1"]]);
    });
    it("by a window, and if that failed by an address, dials once and is judged once", () => {
      const { numbers } = resumed((of) => void (of.stops("1", "asked") && of.stops("1", "goes")));
      expect(numbers()).toEqual(["1"]);
    });
    it("by a click of itself, has that go, and no other: its pass is not renewed", () => {
      const { numbers, passes, wait, stops } = resumed((of) => {
        expect(of.stops("1", "click", { isOwn: () => false })).toBe(false);
        expect(of.stops("1", "click")).toBe(true);
      });
      expect(numbers()).toEqual(["1", "1"]);
      wait(5001);
      stops("1", "goes");
      expect(numbers()).toHaveLength(3);
      expect(passes).toEqual([]);
    });
    it.each(["click", "submit"] as const)(
      "by a %s that dials in its turn, has its pass lent on, also once it asked its server",
      (stage) => {
        const lend = vi.fn();
        const take = (of: ReturnType<typeof world>) => {
          expect(of.stops("1", stage, { lend, isOwn: () => false })).toBe(false);
          expect(lend).toHaveBeenCalledOnce();
          expect(of.stops("1", "asked", { lend })).toBe(false);
        };
        expect(resumed(take).numbers()).toEqual(["1"]);
        lend.mockClear();
        const { stops, numbers, passes } = resumed(() => undefined);
        passes[0]!.isOwn = () => false;
        expect([stops("1", stage, { lend }), lend.mock.calls.length]).toEqual([false, 1]);
        expect(numbers()).toEqual(["1"]);
      },
    );
    it("by a submit that sends its form by itself, asks once, and for a second form once more", () => {
      const { numbers } = resumed((of) => {
        of.stops("1", "submit", { isOwn: () => false });
        expect([of.stops("1", "sent"), of.stops("1", "sent")]).toEqual([false, true]);
      });
      expect(numbers()).toEqual(["1", "1"]);
    });
    it("and what was judged for itself lends nothing on", () => {
      const { connect, stops } = world();
      const lend = vi.fn();
      connect("pass");
      stops("1", "click", { lend });
      stops("1", "submit", { lend });
      expect(lend).not.toHaveBeenCalled();
    });
    it("twice, has the second judged", () => {
      const { numbers } = resumed((of) => {
        expect([of.stops("1", "asked"), of.stops("1", "asked")]).toEqual([false, true]);
      });
      expect(numbers()).toEqual(["1", "1"]);
    });
    it("another number, has that judged for itself", () => {
      const { numbers } = resumed((of) => expect(of.stops("2", "asked")).toBe(true));
      expect(numbers()).toEqual(["1", "2"]);
    });
    it("an emergency number, lets that go, also where the extension is gone meanwhile", () => {
      resumed((of) => {
        of.orphan();
        expect(of.stops("999", "asked")).toBe(false);
      });
    });
    it("once it has asked the person for long, dials by its pass", () => {
      const { numbers } = resumed((of) => {
        of.wait(60_000);
        expect(of.stops("1", "asked")).toBe(false);
      });
      expect(numbers()).toEqual(["1"]);
    });
    it("fails, holds no later dial without a judgement", () => {
      const said = vi.spyOn(console, "error").mockReturnValue();
      const { connect, stops, judged, numbers, passes } = world();
      connect("hold");
      stops("1", "submit", {
        perform: () => {
          throw new TypeError("no submit button");
        },
      });
      judged[0]!.resume();
      expect([said.mock.calls.length, passes]).toEqual([1, []]);
      expect([stops("1"), stops("2"), numbers()]).toEqual([true, true, ["1", "1", "2"]]);
      said.mockRestore();
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
  describe("a dial that a handler begins, and whose click would dial the same,", () => {
    /** An event that is on its way until it is over. */
    function event() {
      const tells: ((off: boolean) => void)[] = [];
      let isOnWay = true;
      return {
        more: {
          isOwn: () => isOnWay,
          event: { isOnWay: () => isOnWay, over: (tell: (off: boolean) => void) => void tells.push(tell) },
        },
        leaves: () => void (isOnWay = false),
        over: (off: boolean) => tells.forEach((tell) => tell(off)),
      };
    }
    /** What was begun, and what of it is on record. */
    function recording() {
      const of = world();
      const records: string[] = [];
      let name = "";
      of.gate.connect((dial) => {
        const record = name;
        of.judged.push(dial);
        dial.apart!(() => records.push(record));
        return "pass";
      });
      const begins = (now: string, ...[written, stage, more]: Parameters<typeof of.stops>) => {
        name = now;
        return of.stops(written, stage, more);
      };
      return { ...of, records, begins };
    }
    it.each([
      [true, ["click"]],
      [false, ["click", "window"]],
    ])("with the click cancelled, %s: one record for each call", (off, wanted) => {
      const { begins, records } = recording();
      const click = event();
      begins("click", "1", "click", click.more);
      begins("window", "1", "asked");
      expect(records).toEqual(["click"]);
      click.leaves();
      click.over(off);
      expect(records).toEqual(wanted);
    });
    it.each([
      [true, true, ["click"]],
      [true, false, ["click", "submit"]],
      [false, true, ["click", "window"]],
      [false, false, ["click", "submit", "window"]],
    ])(
      "with a submit between: the submit cancelled %s, the click %s: one record for each call",
      (submitOff, clickOff, wanted) => {
        const { begins, records } = recording();
        const [click, submit] = [event(), event()];
        begins("click", "1", "click", click.more);
        begins("submit", "1", "submit", submit.more);
        begins("window", "1", "asked");
        submit.leaves();
        click.leaves();
        click.over(clickOff);
        submit.over(submitOff);
        expect(records.toSorted()).toEqual(wanted.toSorted());
      },
    );
    it("twice, leaves two records: the click's counts once", () => {
      const { begins, records } = recording();
      const click = event();
      begins("click", "1", "click", click.more);
      begins("a window", "1", "asked");
      begins("another", "1", "asked");
      click.leaves();
      click.over(true);
      expect(records).toEqual(["click", "another"]);
    });
    it("to another number, is on record at once", () => {
      const { begins, records } = recording();
      begins("click", "1", "click", event().more);
      begins("window", "2", "asked");
      expect(records).toEqual(["click", "window"]);
    });
    it("has a record of its own, once the click's pass was used, and leaves none for later", () => {
      const used = recording();
      const click = event();
      used.begins("click", "1", "click", { ...click.more, isOwn: (stage) => stage !== "goes" });
      used.begins("window", "1", "asked");
      used.gate.happened(one, "asked");
      expect(used.stops("1", "goes")).toBe(false);
      click.leaves();
      click.over(true);
      expect(used.records).toEqual(["click", "window"]);
      const unused = recording();
      const other = event();
      unused.begins("click", "1", "click", other.more);
      unused.begins("window", "1", "asked");
      unused.gate.happened(one, "asked");
      other.leaves();
      other.over(true);
      unused.begins("address", "1", "goes");
      expect(unused.records).toEqual(["click", "address"]);
    });
    it("has a record of its own, once the click's handlers have run", () => {
      const { begins, records } = recording();
      const click = event();
      begins("click", "1", "click", { ...click.more, isOwn: () => true });
      click.leaves();
      begins("window", "1", "asked");
      expect(records).toEqual(["click", "window"]);
    });
    it("leaves the click's pass to the click, where another has reached it", () => {
      const { stops, connect } = world();
      connect("pass");
      const takes = vi.fn();
      stops("1", "click", { takes, isOwn: (stage) => stage !== "goes" });
      stops("1", "asked");
      stops("1", "goes");
      expect(takes).not.toHaveBeenCalled();
      stops("1", "goes");
      expect(takes).toHaveBeenCalledExactlyOnceWith("goes");
    });
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
    stops("1", "click", { isOwn: () => true });
    expect([frame(), frame()]).toEqual([true, true]);
    expect(performed).toHaveLength(2);
    expect(numbers()).toEqual(["1", "1", "1"]);
    // An app's button dials nothing by itself.
    stops("2", "click");
    expect([stops("2", "asked", { ours: true }), performed.length]).toEqual([true, 3]);
    expect(numbers()).toEqual(["1", "1", "1", "2"]);
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
