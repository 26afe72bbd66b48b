/** What becomes of a softphone's call: it cannot wait for a person, and is decided within a second and a half. */
import { describe, expect, it } from "vitest";
import { openCalls, WAIT_MS } from "../../../../extension/page/protocols/calls.ts";
import type { StartedCall } from "../../../../extension/page/protocols/endpoint.ts";
import type { Said } from "../../../../extension/page/protocols/protocol.ts";
import { CANARY } from "../../../../shared/canary/number.ts";
import { dialRules } from "../../../../shared/dials/read.ts";
import { settle } from "../../clock.ts";
import { CLEAR, CONSENTED, Desk, OBJECTED, TPS } from "./desk.ts";

const said = (
  desk: Desk,
  numbers: string[],
  carrier: StartedCall["carrier"] = "socket",
  more: Partial<StartedCall> = {},
) => desk.dials.call({ protocol: "sip", carrier, numbers, became: () => "waiting", ...more });
const rows = (desk: Desk) => desk.records.map(({ dial }) => [dial.number, dial.action, dial.layer]);

describe("a softphone's call", () => {
  it("to a clear number goes at once, with a record of its layer", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    expect(said(desk, ["020 7946 0000"])).toBe("go");
    expect(rows(desk)).toEqual([["020 7946 0000", "passed", "protocol"]]);
    expect(desk.shown).toEqual([]);
  });

  it("to a barred number is refused, recorded once, and the agent is told that it was ended", async () => {
    const desk = new Desk();
    await desk.knows(TPS);
    expect(await said(desk, [TPS])).toBe("refuse");
    await settle();
    expect(rows(desk)).toEqual([[TPS, "held", "protocol"]]);
    expect(desk.last()).toMatchObject({ softphone: "ended", decision: { verdict: "blocked" } });
    // A redial is refused and recorded, without another question.
    expect(await said(desk, [TPS])).toBe("refuse");
    expect([rows(desk).length, desk.shown.length]).toEqual([2, 1]);
    await desk.answer({ kind: "stop" });
    expect(desk.closed).toHaveLength(1);
    expect(rows(desk)).toHaveLength(2);
  });

  it("to a number that is not known waits for the Worker, and goes if it is clear", async () => {
    const desk = new Desk();
    await desk.knows();
    const ruled = said(desk, [CLEAR]);
    expect(ruled).toBeInstanceOf(Promise);
    expect(await ruled).toBe("go");
    expect([desk.askedNow, desk.shown]).toEqual([[[CLEAR]], []]);
  });

  it.each(["clear", "barred"])(
    "that the background heard of is decided without the Worker: %s",
    async (as) => {
      const desk = new Desk();
      await desk.knows();
      desk.slow = true;
      const number = as === "clear" ? CLEAR : TPS;
      desk.heard.add(number);
      expect(await said(desk, [number])).toBe(as === "clear" ? "go" : "refuse");
      expect(desk.askedNow).toEqual([]);
    },
  );

  it("that the background heard of, and does not know either, has the Worker asked", async () => {
    const desk = new Desk();
    await desk.knows();
    desk.heard.add(CLEAR);
    desk.asOf = "2020-01-01";
    expect(await said(desk, [CLEAR])).toBe("refuse");
    expect(desk.askedNow).toEqual([[CLEAR]]);
  });

  it("and is refused if it is barred, or if no word comes in time: never after", async () => {
    const desk = new Desk();
    await desk.knows();
    expect(await said(desk, [OBJECTED])).toBe("refuse");
    desk.slow = true;
    let ruled: string | null = null;
    void Promise.resolve(said(desk, [CLEAR])).then((ruling) => (ruled = ruling));
    await desk.pass(WAIT_MS - 101);
    expect(ruled).toBeNull();
    await desk.pass(1);
    expect(ruled).toBe("refuse");
    expect(rows(desk).at(-1)).toEqual([CLEAR, "held", "protocol"]);
    desk.late.splice(0).forEach((come) => come());
    await settle();
    // What is learnt later begins no call, and is no record of one.
    expect(rows(desk).filter(([, action]) => action === "passed")).toEqual([]);
    await desk.answer({ kind: "check" });
    expect(rows(desk).filter(([, action]) => action === "passed")).toEqual([]);
    expect(said(desk, [CLEAR])).toBe("go");
  });

  it("whose message cannot wait is refused at once, and is on record as held, whatever is learnt", async () => {
    const desk = new Desk();
    await desk.knows();
    const start = (text: string): Said<string> => ({
      is: "start",
      key: text,
      numbers: [text],
      refuse: () => [],
    });
    const calls = openCalls<string>({
      judge: (call) => desk.dials.call({ ...call, protocol: "sip", carrier: "port" }),
      talk: { read: start },
      ...{ canWait: () => false, send: () => {}, reply: () => {}, ended: () => {} },
      ...{ now: () => 0, later: () => {} },
    });
    expect(calls.sends(CLEAR)).toBe("held");
    await settle();
    expect(rows(desk)).toEqual([[CLEAR, "held", "protocol"]]);
    expect(desk.last()).toMatchObject({ softphone: "ended", decision: { verdict: "unknown" } });
  });

  it("before the policy is known waits for it, and no longer than that", async () => {
    const desk = new Desk();
    desk.trouble = "offline";
    const ruled = said(desk, [CLEAR]);
    expect(await ruled).toBe("refuse");
  });

  it("to a number that is read first goes on, and the agent is warned", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    expect(said(desk, [CONSENTED])).toBe("go");
    await settle();
    expect(rows(desk)).toEqual([[CONSENTED, "passed", "protocol"]]);
    expect(desk.last()).toMatchObject({ softphone: "on", decision: { verdict: "caution" } });
    await desk.answer({ kind: "stop" });
    expect(rows(desk)).toHaveLength(1);
  });

  it("is not warned about again, where a click on the page had the agent read it", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    desk.read = true;
    expect(said(desk, [CONSENTED])).toBe("go");
    await settle();
    expect([rows(desk), desk.shown]).toEqual([[[CONSENTED, "passed", "protocol"]], []]);
  });

  it("that would hide our number is refused", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    expect(await said(desk, ["141 020 7946 0000"])).toBe("refuse");
    expect(desk.records[0]!.dial.reasons).toMatchObject([{ code: "withheld-caller-id" }]);
  });

  it("that would hide our number does not pass behind one to the bare number, by whichever carrier that came", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    expect(said(desk, [CLEAR], "message")).toBe("go");
    expect(await said(desk, [`141${CLEAR.replace("+44", "0")}`])).toBe("refuse");
    expect(await said(desk, ["*67020 7946 0000"])).toBe("refuse");
    expect(said(desk, [CLEAR])).toBe("go");
  });
});

describe("the company's own number beside another", () => {
  const OURS = "+442079460100";
  const knowing = async (...numbers: string[]) => {
    const desk = new Desk();
    const { identity } = desk.policy;
    desk.policy = { ...desk.policy, identity: { ...identity, ownNumbers: [OURS] } };
    await desk.knows(...numbers);
    return desk;
  };

  it("is no number that is called: the record has the other, which decides", async () => {
    const desk = await knowing(OURS, CONSENTED, TPS);
    expect(said(desk, [OURS, CONSENTED])).toBe("go");
    expect(await said(desk, [OURS, TPS])).toBe("refuse");
    await settle();
    expect(rows(desk)).toEqual([
      [CONSENTED, "passed", "protocol"],
      [TPS, "held", "protocol"],
    ]);
  });

  it.each([
    ["nothing is known of it", [CLEAR]],
    ["it is clear", [OURS, CLEAR]],
  ])("keeps no call from a clear number, which is the one on record: %s", async (_, known) => {
    const desk = await knowing(...known);
    expect(said(desk, [OURS, CLEAR])).toBe("go");
    expect(rows(desk)).toEqual([[CLEAR, "passed", "protocol"]]);
  });

  it("is judged where it rings for certain, and where it is alone", async () => {
    const desk = await knowing();
    desk.facts_[OURS] = desk.facts_[TPS]!;
    await desk.knows(OURS, CLEAR);
    expect(await said(desk, [OURS, CLEAR], "socket", { rings: [OURS] })).toBe("refuse");
    expect(await said(desk, [OURS])).toBe("refuse");
  });

  it.each(["", "conf_9f", "client:jenny", "*8312"])(
    "is not who is called beside what cannot be read: %j is not known, never clear",
    async (target) => {
      const desk = await knowing(OURS, CLEAR);
      for (const numbers of [
        [target, OURS],
        [OURS, target],
      ])
        expect(await said(desk, numbers), numbers.join()).toBe("refuse");
      for (const { dial } of desk.records)
        expect([dial.e164, dial.verdict, dial.action]).toEqual([null, "unknown", "held"]);
      expect(desk.records).toHaveLength(2);
      expect(said(desk, [target, OURS, CLEAR])).toBe("go");
      // A colleague's line, which nothing else is said beside.
      expect(said(desk, [OURS])).toBe("go");
    },
  );

  it.each(["IN", "IE"])(
    "is judged where its digits ring another number or none: in %s",
    async (lineRegion) => {
      const desk = new Desk();
      const { identity, numbers } = desk.policy;
      desk.policy = {
        ...desk.policy,
        ...{ identity: { ...identity, ownNumbers: [OURS] }, numbers: { ...numbers, lineRegion } },
      };
      desk.rules = { ...desk.rules, dials: dialRules(desk.policy) };
      await desk.knows(OURS, CLEAR);
      expect(await said(desk, ["020 7946 0100", CLEAR])).toBe("refuse");
      expect(rows(desk)).toEqual([["020 7946 0100", "held", "protocol"]]);
      expect(said(desk, [OURS, CLEAR])).toBe("go");
    },
  );
});

describe("the record says what became of a call that waits no more", () => {
  const began = async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    return desk;
  };

  it("before there was a judge: refused, as not known, though it is clear by now", async () => {
    const desk = await began();
    expect(said(desk, [CLEAR], "socket", { became: () => "refuse" })).toBe("refuse");
    await settle();
    expect(desk.records.map(({ dial }) => dial)).toMatchObject([
      { action: "held", layer: "protocol", verdict: "unknown", reasons: [{ code: "offline" }] },
    ]);
    expect(desk.last()).toMatchObject({ softphone: "ended" });
  });

  it("while the Worker was asked: no row says that it passed, whatever the Worker says", async () => {
    const desk = new Desk();
    await desk.knows();
    let state: "waiting" | "refuse" = "waiting";
    const ruled = said(desk, [CLEAR], "socket", { became: () => state });
    state = "refuse";
    expect(await ruled).toBe("refuse");
    await settle();
    expect(rows(desk)).toEqual([[CLEAR, "held", "protocol"]]);
    expect(desk.records[0]!.dial.verdict).toBe("unknown");
    // Nor is it a pass for the same call by the next carrier.
    expect(said(desk, [CLEAR], "socket")).toBe("go");
    expect(rows(desk).map(([, action]) => action)).toEqual(["held", "passed"]);
  });

  it("that the agent gave up is on record as held, and they are told nothing", async () => {
    const desk = await began();
    expect(said(desk, [CLEAR], "socket", { became: () => "gone" })).toBe("refuse");
    await settle();
    expect([rows(desk), desk.shown]).toEqual([[[CLEAR, "held", "protocol"]], []]);
  });

  it("with an override that comes too late is not overridden", async () => {
    const desk = new Desk();
    await desk.knows(TPS);
    desk.override = { basis: "service", reason: "about their order", layer: "page" };
    let state: "waiting" | "refuse" = "waiting";
    const ruled = said(desk, [TPS], "socket", { became: () => state });
    state = "refuse";
    expect(await ruled).toBe("refuse");
    await settle();
    expect(rows(desk)).toEqual([[TPS, "held", "protocol"]]);
    expect(desk.records[0]!.dial.verdict).toBe("blocked");
  });
});

describe("of several numbers", () => {
  it("all that read as one are judged, and the strictest counts", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR, TPS);
    expect(await said(desk, [CLEAR, TPS])).toBe("refuse");
    expect(await said(desk, [TPS, CLEAR])).toBe("refuse");
    expect(said(desk, ["reception", CLEAR])).toBe("go");
  });

  it("where none reads as one, no number could be read: not known, never clear", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    for (const numbers of [[], ["client:jenny"], ["conf_9f"]])
      expect(await said(desk, numbers), numbers[0]).toBe("refuse");
    expect(rows(desk).every(([, action]) => action === "held")).toBe(true);
  });

  it("one that rings for certain and reads as none is not known, whatever the others are", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR, TPS);
    for (const user of ["conf_9f", "", "*97", "alice"]) {
      expect(await said(desk, [user, CLEAR], "socket", { rings: [user] }), user).toBe("refuse");
      expect(desk.records.at(-1)!.dial.verdict, user).not.toBe("clear");
    }
    expect(await said(desk, ["conf_9f", TPS], "socket", { rings: ["conf_9f"] })).toBe("refuse");
    expect(said(desk, [CLEAR, "Jo Bloggs"], "socket", { rings: [CLEAR] })).toBe("go");
    expect(said(desk, ["*97"], "socket", { rings: ["*97"] })).toBe("go");
    expect(said(desk, ["201"], "socket", { rings: ["201"] })).toBe("go");
  });

  it("an emergency, an extension and a function of the telephone system pass, each with a record", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    for (const service of ["999", "201", "*97", "#12#"]) expect(said(desk, [service])).toBe("go");
    expect(rows(desk)).toEqual(["999", "201", "*97", "#12#"].map((n) => [n, "passed", "protocol"]));
    // It may be a speed dial: nobody here knows whose.
    expect(desk.records.map(({ dial }) => dial.verdict)).toEqual(["clear", "clear", "unknown", "unknown"]);
    // A longer code is not known, and held.
    expect(await said(desk, ["*8312"])).toBe("refuse");
    expect(rows(desk).at(-1)).toEqual(["*8312", "held", "protocol"]);
  });

  it("an emergency that went before there was a judge is on record as passed, whatever is known by now", async () => {
    const desk = new Desk();
    expect(said(desk, ["999"], "socket", { became: () => "go" })).toBe("go");
    await desk.knows(CLEAR);
    // No emergency number where the telephones are.
    expect(said(desk, ["15"], "socket", { became: () => "go" })).toBe("go");
    expect(rows(desk)).toEqual(["999", "15"].map((n) => [n, "passed", "protocol"]));
    expect(desk.shown).toEqual([]);
  });
});

describe("one call", () => {
  it("on its way from one carrier to the next is judged and recorded once; a second one is another", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    for (const carrier of ["message", "port", "socket"] as const)
      expect(said(desk, [CLEAR], carrier)).toBe("go");
    expect(rows(desk)).toHaveLength(1);
    expect(said(desk, [CLEAR], "socket")).toBe("go");
    expect(rows(desk)).toHaveLength(2);
    void said(desk, [CLEAR], "message");
    await desk.pass(30_000);
    await desk.knows(CLEAR);
    void said(desk, [CLEAR], "socket");
    expect(rows(desk)).toHaveLength(4);
  });

  it("that an agent overrode in the page goes on, with the same ground; one that was told here, too, without a second record", async () => {
    const desk = new Desk();
    await desk.knows(TPS);
    desk.override = { basis: "service", reason: "about their order", layer: "page" };
    expect(await said(desk, [TPS])).toBe("go");
    expect(desk.records.at(-1)!.dial).toMatchObject({
      ...{ action: "overridden", basis: "service", reason: "about their order", layer: "protocol" },
    });
    desk.override = { basis: "service", reason: "about their order", layer: "protocol" };
    expect(await said(desk, [TPS])).toBe("go");
    expect(desk.records).toHaveLength(1);
  });

  it("an override is stored when it is given, for the call that comes", async () => {
    const desk = new Desk();
    await desk.knows(TPS);
    await said(desk, [TPS]);
    await desk.answer({ kind: "override", basis: "service", reason: "about their order" });
    expect(rows(desk)).toEqual([
      [TPS, "held", "protocol"],
      [TPS, "overridden", "protocol"],
    ]);
    expect(desk.closed).toHaveLength(1);
  });

  it("to the canary, while that is tried, is refused and heard of, without a dialog or a record", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    const heard: boolean[] = [];
    desk.ear = (holds) => void heard.push(holds);
    expect(await said(desk, [CANARY])).toBe("refuse");
    expect([heard, desk.shown, desk.records]).toEqual([[true], [], []]);
    // Else it is a barred number. The Worker counts such dials, and stores none.
    desk.ear = undefined;
    expect(await said(desk, [CANARY])).toBe("refuse");
    expect([desk.shown.length, rows(desk)]).toEqual([1, [[CANARY, "held", "protocol"]]]);
  });

  it("nothing overrides an objection, nor one number for another", async () => {
    const desk = new Desk();
    await desk.knows(OBJECTED, TPS);
    desk.override = { basis: "service", reason: "about their order", layer: "page" };
    expect(await said(desk, [OBJECTED])).toBe("refuse");
    expect(await said(desk, [TPS, OBJECTED])).toBe("refuse");
  });
});

it("a call that only its audio shows is on record without a number, as not known", () => {
  const desk = new Desk();
  desk.dials.unexplained();
  expect(desk.records.map(({ dial }) => dial)).toMatchObject([
    { number: "", e164: null, via: "audio:", layer: "protocol", action: "passed", verdict: "unknown" },
  ]);
});
