/** The judge of dials, with a simulated agent, background and clock. */
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../../shared/check/api.ts";
import { defaultPolicy, type Policy } from "../../../../shared/policy/policy.ts";
import { CANARY } from "../../../../shared/canary/number.ts";
import { readDialledNumber } from "../../../../extension/page/guard/assess.ts";
import { CONFIRMED_MS } from "../../../../extension/page/fact-state.ts";
import { ANSWER_MS } from "../../../../extension/page/frame-facts.ts";
import { settle } from "../../clock.ts";
import { ASKING, CLEAR, CONSENTED, Desk, OBJECTED, TPS } from "./desk.ts";

describe("what passes", () => {
  it("clear and confirmed: at once, with its evidence", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    expect(desk.dial("020 7946 0000").way).toBe("pass");
    expect(desk.shown).toEqual([]);
    expect(desk.records).toMatchObject([
      {
        dial: {
          ...{ number: "020 7946 0000", e164: CLEAR, action: "passed", verdict: "clear" },
          seen: { seq: 7, policy: 1, lists: [{ id: "tps", version: 3, asOf: "2026-11-20" }, { id: "ctps" }] },
          ...{ host: "crm.example", at: "2026-11-24T12:00:00.000Z" },
        },
      },
    ]);
  });

  it("and one that may be an earlier record's call, once it is none: as it was judged; one that is held, at once", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR, TPS);
    const tells: (() => void)[] = [];
    const apart = (tell: () => void) => void tells.push(tell);
    expect([desk.dial(CLEAR, { apart }).way, desk.dial(TPS, { apart }).way]).toEqual(["pass", "hold"]);
    await settle();
    expect([tells.length, desk.actions()]).toEqual([1, ["held"]]);
    await desk.pass(1000);
    tells[0]!();
    expect(desk.records[1]).toMatchObject({
      dial: { e164: CLEAR, action: "passed", at: "2026-11-24T12:00:00.000Z" },
      wait: false,
    });
  });

  it("facts older than two minutes let nothing through unasked", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    await desk.pass(CONFIRMED_MS);
    expect(desk.dial(CLEAR).way).toBe("pass");
    await desk.pass(1);
    const { way, again } = desk.dial(CLEAR);
    expect(way).toBe("hold");
    expect(again).not.toHaveBeenCalled();
    await settle();
    expect(desk.askedNow).toEqual([[CLEAR]]);
    expect(again).toHaveBeenCalledOnce();
    expect(desk.shown).toEqual([]);
    expect(desk.actions()).toEqual(["passed", "passed"]);
  });

  it("a number whose facts changed is asked for first, however it still looks", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    desk.facts_[CLEAR] = desk.facts_[OBJECTED]!;
    desk.slow = true;
    desk.seq++;
    // The page's own question is on its way.
    desk.facts.stale([CLEAR], false, null);
    expect(desk.dial(CLEAR).way).toBe("hold");
    desk.late.splice(0).forEach((come) => come());
    await settle();
    await settle();
    expect(desk.last()).toMatchObject({ decision: { verdict: "blocked" }, handling: "hold" });
  });

  it("never seen before: held, asked, and gone on once", async () => {
    const desk = new Desk();
    desk.facts.begin(desk.context(), null);
    const { way, again } = desk.dial(CLEAR);
    expect(way).toBe("hold");
    await settle();
    expect(again).toHaveBeenCalledOnce();
    // The evidence was stored before the dial went on.
    expect(desk.events).toEqual(["passed", `dial ${CLEAR}`]);
  });
  it("and what its handlers dial beside it, as it goes on, is a dial of its own", async () => {
    const desk = new Desk();
    await desk.knows();
    const beside: string[] = [];
    const resume = () => void beside.push(desk.dial(CLEAR).way);
    expect(desk.dial(CLEAR, { resume }).way).toBe("hold");
    await settle();
    expect([beside, desk.actions()]).toEqual([["pass"], ["passed", "passed"]]);
    await desk.knows(CONSENTED);
    desk.dial(CONSENTED, { resume: () => void beside.push(desk.dial(CONSENTED).way) });
    await settle();
    await desk.answer({ kind: "call" });
    expect([beside, desk.shown.length]).toEqual([["pass", "hold"], 2]);
    // That one is asked about: no third beside it is.
    desk.dial(CONSENTED);
    await settle();
    expect(desk.shown).toHaveLength(2);
    await desk.answer({ kind: "call" });
    expect(desk.events.at(-1)).toBe(`dial ${CONSENTED}`);
  });
});

describe("our own test number", () => {
  it("while the background tries, is held without a word, and whoever tries hears of it", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    const heard: boolean[] = [];
    desk.ear = (holds) => void heard.push(holds);
    const { way, again } = desk.dial(CANARY);
    expect(way).toBe("hold");
    await settle();
    expect(heard).toEqual([true]);
    expect(again).not.toHaveBeenCalled();
    expect([desk.shown, desk.records, desk.askedNow]).toEqual([[], [], []]);
    // Other dials are what they always are.
    expect(desk.dial(CLEAR).way).toBe("pass");
    expect(desk.dial(OBJECTED).way).toBe("hold");
    await settle();
    expect(heard).toEqual([true]);
    expect(desk.actions()).toEqual(["passed", "held"]);
  });

  it("else is held as any barred number, where a page could learn from silence that we are there", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    desk.dial(CANARY);
    await settle();
    expect(desk.last()).toMatchObject({ decision: { verdict: "blocked", reasons: [{ code: "canary" }] } });
    expect(desk.last()).toMatchObject({ handling: "hold" });
    // The Worker counts it, and keeps no evidence: there is no call.
    expect(desk.actions()).toEqual(["held"]);
    // Each further one is told: a person may be trying their softphone by now, which the background alone knows.
    for (let n = 0; n < 12; n++) desk.dial(CANARY);
    await settle();
    expect(desk.actions()).toHaveLength(13);
  });

  it("hides no other number: with a code, or digits that may ring another, it is a dial and is recorded", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    const heard: boolean[] = [];
    desk.ear = (holds) => void heard.push(holds);
    for (const written of [`${CANARY};ext=12`, `${CANARY};${OBJECTED}`])
      expect(desk.dial(written).way).toBe("hold");
    await settle();
    expect(heard).toEqual([]);
    expect(desk.actions()).toEqual(["held", "held"]);
  });
});

/** Hours that are over at noon. */
const MORNING: [string, string] = ["08:00", "11:00"];
const CLOSED = {
  ...{ mon: MORNING, tue: MORNING, wed: MORNING, thu: MORNING, fri: MORNING },
  ...{ sat: null, sun: null },
};

describe("what is held", () => {
  const strict: Policy = ASKING;
  const passing: Policy = { ...defaultPolicy, consents: { ...defaultPolicy.consents, amber: "pass" } };
  const ground: Policy = { ...defaultPolicy, grounds: { tps: "We call our own customers alone" } };
  it.each([
    ["blocked", TPS, strict, "hold"],
    ["blocked", OBJECTED, passing, "hold"],
    ["blocked", OBJECTED, ground, "hold"],
    // What the law of a register's country wants, a policy cannot turn off.
    ["blocked", TPS, { ...strict, registers: { tps: "off" as const } }, "hold"],
    ["caution", CONSENTED, strict, "warn"],
    ["caution", TPS, ground, "warn"],
    ["unknown", "12", strict, "hold"],
    ["blocked", "(415) 555-0134", strict, "hold"],
    ["unknown", "", strict, "hold"],
  ] as const)("%s: %s", async (verdict, number, policy, way) => {
    const desk = new Desk();
    desk.policy = policy;
    await desk.knows(TPS, OBJECTED, CONSENTED);
    const { again } = desk.dial(number);
    await settle();
    expect(desk.last()).toMatchObject({ decision: { verdict }, handling: way, written: number });
    expect(desk.actions()).toEqual(["held"]);
    await desk.answer({ kind: "stop" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.closed).toEqual([desk.shown[0]!.id]);
    expect(desk.actions()).toEqual(["held"]);
  });

  it("an old list", async () => {
    const desk = new Desk();
    desk.asOf = "2026-10-01";
    await desk.knows(CLEAR);
    const { again } = desk.dial(CLEAR);
    await settle();
    expect(desk.askedNow).toEqual([[CLEAR]]);
    expect(desk.last()).toMatchObject({ handling: "hold", decision: { verdict: "unknown" } });
    await desk.answer({ kind: "call" });
    expect(again).not.toHaveBeenCalled();
  });

  it("a caution that rests on an evidenced consent passes where policy says so, and its evidence names it", async () => {
    const desk = new Desk();
    desk.policy = passing;
    const { consents = [] } = desk.facts_[CONSENTED]!;
    desk.facts_[CONSENTED]!.consents = consents.map((c) => ({ ...c, kind: "notification", evidenced: true }));
    await desk.knows(CONSENTED);
    expect(desk.dial(CONSENTED).way).toBe("pass");
    expect(desk.shown).toEqual([]);
    expect(desk.records[0]!.dial).toMatchObject({ action: "passed", verdict: "caution" });
    expect(desk.records[0]!.dial.reasons.map(({ code }) => code)).toContain("agreed");
    // With another caution beside it, the agent reads both.
    desk.policy = { ...passing, hours: { GB: CLOSED } };
    desk.facts.stale([], false, desk.context());
    desk.seq++;
    desk.facts.stale([], false, desk.context());
    expect(desk.dial(CONSENTED).way).toBe("hold");
    expect(desk.last()).toMatchObject({ handling: "warn", decision: { verdict: "caution" } });
  });

  describe("a message", () => {
    const toMessages: Facts["consents"][number] = {
      ...{ basis: "consent", kind: "prior", medium: "message", calls: ["general"], evidenced: true },
      ...{ givenAt: "2026-11-01T00:00:00.000Z", until: null },
    };
    const messaging = (): Desk => {
      const desk = new Desk();
      desk.policy = passing;
      desk.facts_[CONSENTED] = { consents: [toMessages] };
      return desk;
    };
    it("goes by consent, not by the registers", async () => {
      const desk = messaging();
      await desk.knows(TPS, CLEAR, OBJECTED, CONSENTED);
      const way = (number: string) => desk.dial(number, { medium: "message", via: "sms:" }).way;
      expect(way(CONSENTED)).toBe("pass");
      expect(desk.records.at(-1)!.dial).toMatchObject({ verdict: "caution", via: "sms:" });
      for (const number of [CLEAR, TPS]) {
        expect(way(number), number).toBe("hold");
        await settle();
        expect(desk.last()).toMatchObject({
          ...{ medium: "message", handling: "hold" },
          decision: { verdict: "blocked", reasons: [{ code: "message-needs-consent" }] },
        });
        await desk.answer({ kind: "stop" });
      }
      expect(way(OBJECTED)).toBe("hold");
      expect(desk.last().decision.verdict).toBe("blocked");
    });
    it("is held for want of consent, whatever the agent answers", async () => {
      const desk = new Desk();
      await desk.knows(CLEAR);
      const { again } = desk.dial(CLEAR, { medium: "message", via: "sms:" });
      await settle();
      await desk.answer({ kind: "call" });
      expect(again).not.toHaveBeenCalled();
    });
    it("may be sent on a basis that policy allows, which is recorded", async () => {
      const desk = new Desk();
      await desk.knows(TPS);
      const { again } = desk.dial(TPS, { medium: "message", via: "sms:" });
      await settle();
      await desk.answer({ kind: "override", basis: "service", reason: "Their engineer is late" });
      expect(again).toHaveBeenCalledOnce();
      expect(desk.records.at(-1)!.dial).toMatchObject({
        action: "overridden",
        basis: "service",
        via: "sms:",
      });
    });
    it("that was agreed to is no pass for a call to the same number", async () => {
      const desk = messaging();
      desk.facts_[CONSENTED] = { ...desk.facts_[CONSENTED], ...desk.facts_[TPS] };
      await desk.knows(CONSENTED);
      expect(desk.dial(CONSENTED, { medium: "message", via: "sms:" }).way).toBe("pass");
      expect(desk.dial(CONSENTED).way).toBe("hold");
      expect(desk.last().decision.verdict).toBe("blocked");
    });
  });

  describe("an address whose scheme is not listed", () => {
    const way = (desk: Desk, unlisted: string) => desk.dial("", { unlisted }).way;

    it("is judged where a number is in it, and is no dial where there is none", async () => {
      const desk = new Desk();
      await desk.knows(TPS, CLEAR);
      desk.dials.begin();
      expect(way(desk, "acme:020%207946%200001")).toBe("hold");
      expect(desk.last()).toMatchObject({ written: "020 7946 0001", e164: TPS, medium: "call" });
      expect(way(desk, `acme://call?number=${CLEAR}`)).toBe("pass");
      expect(desk.records.at(-1)!.dial).toMatchObject({ number: CLEAR, e164: CLEAR, action: "passed" });
      const before = desk.records.length;
      for (const address of ["slack://channel?id=1", "acme://order/442079460001", "isbn:9780141036144"])
        expect(way(desk, address), address).toBe("none");
      expect(desk.records).toHaveLength(before);
    });

    it("is judged by a row of the policy, also where its number cannot be read", async () => {
      const desk = new Desk();
      desk.rules.dials.schemes = [{ scheme: "acme", parameter: "target", kind: "call" }];
      await desk.knows(CLEAR);
      desk.dials.begin();
      expect(way(desk, `acme://start?target=${CLEAR}`)).toBe("pass");
      expect(way(desk, "acme://start?target=jane")).toBe("hold");
      await settle();
      expect(desk.last().decision.reasons).toEqual([{ code: "not-a-number" }]);
    });

    it("is held until the policy is known, and then judged", async () => {
      const desk = new Desk();
      await desk.knows(TPS);
      const nothing = desk.dial("", { unlisted: "slack://channel?id=1" });
      const barred = desk.dial("", { unlisted: `acme:${TPS}` });
      const own = desk.dial("", { unlisted: "own://start?target=jane" });
      expect([nothing.way, barred.way, own.way]).toEqual(["hold", "hold", "hold"]);
      expect(nothing.again).not.toHaveBeenCalled();
      desk.rules.dials.schemes = [{ scheme: "own", parameter: "target", kind: "call" }];
      desk.dials.begin();
      await settle();
      expect(nothing.again).toHaveBeenCalledOnce();
      for (const { again } of [barred, own]) expect(again).not.toHaveBeenCalled();
      expect(desk.shown.map(({ asking }) => asking.written)).toEqual([TPS, "jane"]);
    });
  });

  it("offline: unknown, and “Check again” goes on once the answer is clear", async () => {
    const desk = new Desk();
    desk.trouble = "offline";
    const { again } = desk.dial(CLEAR);
    await settle();
    expect(desk.last()).toMatchObject({ handling: "hold", decision: { reasons: [{ code: "offline" }] } });
    await desk.answer({ kind: "check" });
    expect(desk.shown).toHaveLength(2);
    expect(desk.last().decision.verdict).toBe("unknown");
    // A number held as unknown may not be called, nor overridden.
    await desk.answer({ kind: "call" });
    await desk.answer({ kind: "override", basis: "service", reason: "x" });
    expect(again).not.toHaveBeenCalled();
    desk.trouble = null;
    await desk.answer({ kind: "check" });
    expect(again).toHaveBeenCalledOnce();
    expect(desk.actions()).toEqual(["held", "passed"]);
  });

  it("waits two seconds for the answer, no longer; a late one changes what is asked, and dials nothing", async () => {
    const desk = new Desk();
    desk.facts.begin(desk.context(), null);
    desk.slow = true;
    const { again } = desk.dial(CLEAR);
    await desk.pass(ANSWER_MS - 1);
    expect(desk.shown).toEqual([]);
    await desk.pass(1);
    expect(desk.last()).toMatchObject({ handling: "hold", decision: { verdict: "unknown" } });
    desk.late.splice(0).forEach((come) => come());
    await settle();
    expect(desk.last()).toMatchObject({ handling: "pass", decision: { verdict: "clear" } });
    expect(again).not.toHaveBeenCalled();
    await desk.answer({ kind: "call" });
    expect(again).toHaveBeenCalledOnce();
  });

  it("another dial of the number is held and recorded while it is judged or asked about, and not asked about", async () => {
    const desk = new Desk();
    desk.facts.begin(desk.context(), null);
    desk.slow = true;
    const first = desk.dial("020 7946 0000");
    const second = desk.dial(CLEAR);
    expect([first.way, second.way]).toEqual(["hold", "hold"]);
    expect(desk.askedNow).toHaveLength(1);
    desk.late.splice(0).forEach((come) => come());
    await settle();
    expect(first.again).toHaveBeenCalledOnce();
    expect(second.again).not.toHaveBeenCalled();
    expect(desk.actions()).toEqual(["held", "passed"]);

    desk.slow = false;
    await desk.knows(TPS);
    const third = desk.dial(TPS);
    expect(desk.dial(TPS).way).toBe("hold");
    await settle();
    expect(desk.shown).toHaveLength(1);
    await desk.answer({ kind: "stop" });
    expect(third.again).not.toHaveBeenCalled();
    desk.dial(TPS);
    expect(desk.shown).toHaveLength(2);
    expect(desk.actions().slice(2)).toEqual(["held", "held", "held"]);
  });
});

describe("what the agent answers", () => {
  it("“Call” after reading: the evidence first, then the dial", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    const { again } = desk.dial(CONSENTED);
    await desk.answer({ kind: "call" });
    expect(desk.events).toEqual(["held", "passed", `dial ${CONSENTED}`]);
    expect(again).toHaveBeenCalledOnce();
    expect(desk.closed).toHaveLength(1);
    await desk.answer({ kind: "call" });
    expect(again).toHaveBeenCalledOnce();
  });

  it("“Call” on what has become stricter meanwhile dials nothing and shows it", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    const { again } = desk.dial(CONSENTED);
    desk.facts_[CONSENTED] = { ...desk.facts_[CONSENTED], ...desk.facts_[OBJECTED] };
    // An objection later than the consent.
    desk.facts_[CONSENTED].suppressions![0]!.at = "2026-11-20T00:00:00.000Z";
    await desk.pass(CONFIRMED_MS + 1);
    await desk.answer({ kind: "call" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.last()).toMatchObject({ decision: { verdict: "blocked" }, problem: { code: "changed" } });
  });

  it("“Call” on what has one reason more is to be read again", async () => {
    const desk = new Desk();
    const day: [string, string] = ["08:00", "18:00"];
    const hours = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null };
    desk.policy = { ...ASKING, hours: { GB: hours } };
    desk.now = Date.parse("2026-11-24T17:59:30Z");
    await desk.knows(CONSENTED);
    const { again } = desk.dial(CONSENTED);
    expect(desk.last().decision.reasons.map((r) => r.code)).not.toContain("out-of-hours");
    await desk.pass(60_000);
    await desk.answer({ kind: "call" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.last()).toMatchObject({ decision: { verdict: "caution" }, problem: { code: "changed" } });
    expect(desk.last().decision.reasons.map((r) => r.code)).toContain("out-of-hours");
    await desk.answer({ kind: "call" });
    expect(again).toHaveBeenCalledOnce();
  });

  it("what is learnt while it is open shows at once", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    desk.dial(CONSENTED);
    desk.facts_[CONSENTED] = desk.facts_[TPS]!;
    desk.seq++;
    desk.facts.stale([CONSENTED], false, null);
    await settle();
    expect(desk.last().decision.verdict).toBe("blocked");
  });

  it("an override is asked of the Worker before it is dialled", async () => {
    const desk = new Desk();
    await desk.knows(TPS);
    const { again } = desk.dial(TPS);
    desk.word = { ok: false, detail: "The policy does not allow this reason." };
    await desk.answer({ kind: "override", basis: "service", reason: "Their order" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.last().problem).toEqual({
      code: "refused",
      detail: "The policy does not allow this reason.",
    });
    desk.word = { ok: true, verdict: "blocked" };
    await desk.answer({ kind: "override", basis: "service", reason: "Their order" });
    expect(again).toHaveBeenCalledOnce();
    expect(desk.records.at(-1)).toMatchObject({
      wait: true,
      dial: { action: "overridden", basis: "service", reason: "Their order", verdict: "blocked" },
    });
  });

  it("an objection is overridden by nobody", async () => {
    const desk = new Desk();
    await desk.knows(OBJECTED);
    const { again } = desk.dial(OBJECTED);
    await desk.answer({ kind: "override", basis: "service", reason: "x" });
    await desk.answer({ kind: "call" });
    await desk.answer({ kind: "without" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.actions()).toEqual(["held"]);
  });

  it("what cannot be recorded is not dialled", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    const { again } = desk.dial(CONSENTED);
    desk.word = "gone";
    await desk.answer({ kind: "call" });
    await desk.pass(500);
    await desk.pass(500);
    expect(again).not.toHaveBeenCalled();
    expect(desk.last().problem?.code).toBe("not-recorded");
  });

  it("a record that a person waits for is brought again, under its key, and the dial goes on", async () => {
    const desk = new Desk();
    await desk.knows(CONSENTED);
    const { again } = desk.dial(CONSENTED);
    await settle();
    desk.records.length = 0;
    desk.word = "gone";
    await desk.answer({ kind: "call" });
    desk.word = { ok: true, verdict: null };
    await desk.pass(500);
    expect(again).toHaveBeenCalledTimes(1);
    expect(new Set(desk.records.map((r) => r.key)).size).toBe(1);
    expect(desk.records).toHaveLength(2);
  });

  it("a record that did not arrive is brought again, under its key", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    desk.word = "gone";
    desk.dial(CLEAR);
    await settle();
    desk.word = { ok: true, verdict: null };
    await desk.pass(500);
    await desk.pass(60_000);
    expect(desk.records.map((r) => r.key)).toEqual(["key-0", "key-0"]);
  });

  it("without a place is read as the page's badges read that form", () => {
    const { rules } = new Desk();
    const nowhere = { element: null };
    const open = { e164: null, readings: ["+14155550134"] };
    expect(readDialledNumber("4155550134", rules, nowhere)).toEqual(open);
    expect(readDialledNumber("4155550134", rules, nowhere, () => "+14155550134")).toEqual({
      ...{ e164: "+14155550134", readings: [] },
    });
    // A badge's number counts only if it is one of the readings.
    expect(readDialledNumber("4155550134", rules, nowhere, () => "+442079460958")).toEqual(open);
  });

  it("a country that was given counts for the number", async () => {
    const desk = new Desk();
    await desk.knows();
    const { again } = desk.dial("415 555 0134");
    await settle();
    expect(desk.last()).toMatchObject({ e164: null, handling: "hold" });
    expect(desk.last().decision.reasons.at(-1)).toEqual({ code: "country-unclear" });
    await desk.answer({ kind: "country", country: "US", wholeSite: false });
    expect(desk.last()).toMatchObject({ e164: "+14155550134" });
    await desk.answer({ kind: "stop" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.records).toHaveLength(1);
  });
});

describe("a dial code that hides our number", () => {
  it("is refused whatever is known; without it the number goes", async () => {
    const desk = new Desk();
    await desk.knows(CLEAR);
    const { way, again } = desk.dial("141 020 7946 0000");
    expect(way).toBe("hold");
    expect(desk.last()).toMatchObject({ hidden: { prefix: "141" }, e164: CLEAR });
    expect(desk.records[0]!.dial).toMatchObject({
      ...{ number: "141 020 7946 0000", action: "held", verdict: "blocked" },
      reasons: [{ code: "withheld-caller-id" }],
    });
    await settle();
    await desk.answer({ kind: "call" });
    expect(again).not.toHaveBeenCalled();
    await desk.answer({ kind: "without" });
    expect(again).toHaveBeenCalledExactlyOnceWith("02079460000");
    expect(desk.actions()).toEqual(["held", "passed"]);
  });

  it("and a bar of the number behind it stays one", async () => {
    const desk = new Desk();
    await desk.knows(TPS);
    const { again } = desk.dial("#31#02079460001");
    await settle();
    await desk.answer({ kind: "without" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.last()).toMatchObject({ hidden: null, decision: { verdict: "blocked" } });
    await desk.answer({ kind: "override", basis: "service", reason: "Their order" });
    expect(again).toHaveBeenCalledExactlyOnceWith("02079460001");
  });
});
