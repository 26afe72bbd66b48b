/** The Worker does not answer: what was clear may be called for as long as policy says, and nothing else. */
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../shared/check/api.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { defaultPolicy, policySchema } from "../../../shared/policy/policy.ts";
import { ANSWER_MS } from "../../../extension/page/frame-facts.ts";
import { NOON, settle } from "../clock.ts";
import { ASKING, CLEAR, CONSENTED, Desk, OBJECTED, TPS } from "./guard/desk.ts";

const offlineFor = (offlineMinutes: number) => ({
  ...ASKING,
  screening: { ...defaultPolicy.screening, offlineMinutes },
});

const deskOf = (minutes = 60): Desk => {
  const desk = new Desk();
  desk.policy = offlineFor(minutes);
  return desk;
};

/** A page that knows these numbers, `minutes` into an outage that it has noticed. */
async function out(minutes: number, desk = deskOf(), numbers = [CLEAR]): Promise<Desk> {
  await desk.knows(...numbers);
  desk.trouble = "offline";
  desk.now += minutes * MINUTE;
  await desk.facts.poll();
  return desk;
}
const codes = (desk: Desk, e164: string) =>
  desk.facts.decide(e164, [], "call")?.reasons.map(({ code }) => code);

describe("in an outage", () => {
  it("a clear number passes at once for an hour, and its evidence says so", async () => {
    const desk = await out(60);
    expect(desk.dial(CLEAR).way).toBe("pass");
    const { dial } = desk.records[0]!;
    expect(dial).toMatchObject({ action: "passed", verdict: "clear", seen: { seq: 7 } });
    expect(dial.reasons.map(({ code }) => code)).toEqual(["not-listed", "not-listed", "outage"]);
  });

  it("after that hour it is held", async () => {
    const desk = await out(60);
    desk.now += 1;
    expect(desk.dial(CLEAR).way).toBe("hold");
    expect(codes(desk, CLEAR)).toEqual(["offline"]);
  });

  it("the hour is the policy's: two minutes are none, a day is a day", async () => {
    expect((await out(3, deskOf(2))).dial(CLEAR).way).toBe("hold");
    expect((await out(24 * 60, deskOf(24 * 60))).dial(CLEAR).way).toBe("pass");
  });

  it("its first two minutes are marked, too, and what is barred stays so in them", async () => {
    const desk = await out(1, deskOf(), [CLEAR, TPS]);
    expect(desk.dial(CLEAR).way).toBe("pass");
    expect(desk.records[0]!.dial.reasons.at(-1)).toEqual({ code: "outage" });
    expect(codes(desk, TPS)).toContain("tps");
    expect(codes(await out(3, deskOf(), [CLEAR, TPS]), TPS)).toEqual(["offline"]);
  });

  it("one minute is one, and none is none", async () => {
    expect((await out(1, deskOf(1))).dial(CLEAR).way).toBe("pass");
    expect((await out(1.1, deskOf(1))).dial(CLEAR).way).toBe("hold");
    expect((await out(0.1, deskOf(0))).dial(CLEAR).way).toBe("hold");
  });

  it("no policy has more than a day", async () => {
    const { screening } = offlineFor(24 * 60 + 1);
    expect(policySchema.safeParse({ ...defaultPolicy, screening }).success).toBe(false);
    expect((await out(24 * 60 + 1, deskOf(24 * 60))).dial(CLEAR).way).toBe("hold");
  });

  it("a number that was never screened stays held", async () => {
    const desk = await out(1);
    expect(desk.dial(TPS).way).toBe("hold");
    await settle();
    expect(desk.last()).toMatchObject({ decision: { verdict: "unknown" }, handling: "hold" });
  });

  it("what was not clear is not known, so that nothing of it can be overridden", async () => {
    const desk = await out(10, deskOf(), [TPS, OBJECTED, CONSENTED]);
    for (const number of [TPS, OBJECTED, CONSENTED]) {
      expect(desk.dial(number).way).toBe("hold");
      expect(codes(desk, number)).toEqual(["offline"]);
    }
  });

  it("a call that rests on an evidenced consent passes where policy asks nothing of it, marked too", async () => {
    const given = { kind: "notification", basis: "consent", evidenced: true, until: null } as const;
    for (const amber of ["pass", "dialog"] as const) {
      const desk = deskOf();
      desk.policy = { ...desk.policy, consents: { ...desk.policy.consents, amber } };
      desk.facts_[CONSENTED]!.consents = [{ ...given, givenAt: "2026-11-01T00:00:00.000Z" }];
      await out(10, desk, [CONSENTED]);
      expect(desk.dial(CONSENTED).way, amber).toBe(amber === "pass" ? "pass" : "hold");
      if (amber === "dialog") continue;
      const { dial } = desk.records[0]!;
      expect(dial).toMatchObject({ action: "passed", verdict: "caution" });
      expect(dial.reasons.map(({ code }) => code)).toContain("agreed");
      expect(dial.reasons.at(-1)).toEqual({ code: "outage" });
    }
  });

  it("a call that was made in it counts: the last of five attempts passes once", async () => {
    const desk = deskOf();
    desk.policy = { ...desk.policy, consents: { ...desk.policy.consents, amber: "pass" } };
    const asked = { kind: "solicited", basis: "solicited", evidenced: true, until: null, left: 1 } as const;
    desk.facts_[CONSENTED]!.consents = [{ ...asked, givenAt: "2026-11-20T00:00:00.000Z" }];
    await out(10, desk, [CONSENTED]);
    expect(desk.dial(CONSENTED).way).toBe("pass");
    desk.facts.tried(CONSENTED, desk.records[0]!.dial.at);
    expect(desk.dial(CONSENTED).way).toBe("hold");
    expect(codes(desk, CONSENTED)).toEqual(["offline"]);
  });

  it("a register's copy that is too old by the Worker's clock lets nothing pass", async () => {
    const desk = deskOf();
    // 27 days old at the end of this day (UTC), which is 12 hours away by the device.
    desk.asOf = "2026-10-28";
    desk.clockOffset = 11.5 * 60 * MINUTE;
    expect((await out(10, desk)).dial(CLEAR).way).toBe("pass");
    desk.now = NOON + 31 * MINUTE;
    expect(desk.dial(CLEAR).way).toBe("hold");
  });

  it("hours are those of the moment", async () => {
    const desk = deskOf();
    const day: [string, string] = ["08:00", "12:30"];
    const hours = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: null, sun: null };
    desk.policy = { ...offlineFor(60), hours: { GB: hours }, outOfHours: "hold" };
    expect((await out(29, desk)).dial(CLEAR).way).toBe("pass");
    desk.now = NOON + 31 * MINUTE;
    expect(desk.dial(CLEAR).way).toBe("hold");
  });

  it("a number whose facts are in doubt is held, though they were clear", async () => {
    const desk = await out(1);
    desk.facts.stale([CLEAR], false, null);
    expect(desk.dial(CLEAR).way).toBe("hold");
  });

  it("a page to which no change came is held, though it is within the hour", async () => {
    const desk = await out(1);
    await desk.facts.returned();
    expect(desk.dial(CLEAR).way).toBe("hold");
  });

  it("a device whose clock went back has no hour", async () => {
    const desk = await out(-10);
    expect(desk.dial(CLEAR).way).toBe("hold");
  });

  it("a lost sign-in, a Worker that is too new and one of which a page asks too much are none", async () => {
    for (const trouble of ["signed-out", "not-joined", "too-old", "busy"] as const) {
      const desk = deskOf();
      await desk.knows(CLEAR);
      desk.trouble = trouble;
      desk.now += 10 * MINUTE;
      await desk.facts.poll();
      expect(desk.dial(CLEAR).way, trouble).toBe("hold");
    }
  });

  it("ends with the Worker's next answer, and the number is judged by what is known then", async () => {
    const desk = await out(10);
    desk.trouble = null;
    desk.facts_[CLEAR] = desk.facts_[OBJECTED]!;
    desk.seq++;
    desk.facts.stale([CLEAR], false, null);
    await settle();
    await desk.facts.poll();
    await settle();
    expect(codes(desk, CLEAR)?.[0]).toBe("objection");
  });
});

it("a Worker that does not answer within two seconds is out: the dial goes on by what was known", async () => {
  const desk = deskOf();
  await desk.knows(CLEAR);
  desk.now += 10 * MINUTE;
  desk.slow = true;
  const { way, again } = desk.dial(CLEAR);
  expect(way).toBe("hold");
  await desk.pass(ANSWER_MS);
  await settle();
  expect(again).toHaveBeenCalledOnce();
  expect(desk.records.at(-1)!.dial.reasons.at(-1)).toEqual({ code: "outage" });
});

it("a page that keeps the answer and the clock waiting has made no outage", async () => {
  const desk = deskOf();
  await desk.knows(CLEAR);
  desk.now += 10 * MINUTE;
  desk.slow = true;
  const { again } = desk.dial(CLEAR);
  await desk.pass(ANSWER_MS + 3000);
  await settle();
  expect(again).not.toHaveBeenCalled();
  expect(desk.last()).toMatchObject({ decision: { verdict: "unknown" } });
});

describe("a page that is opened in an outage", () => {
  const facts = (e164: string): Facts => ({
    ...{ e164, region: "GB", lists: [], suppressions: [], consents: [] },
  });
  async function opened(confirmedAgo: number): Promise<Desk> {
    const desk = deskOf();
    desk.trouble = "offline";
    desk.kept = { facts: { [CLEAR]: facts(CLEAR) }, confirmedAt: NOON - confirmedAgo };
    await desk.knows(CLEAR, TPS);
    return desk;
  }
  it("knows what the background kept, for what is left of the hour", async () => {
    const desk = await opened(59 * MINUTE);
    expect(desk.dial(CLEAR).way).toBe("pass");
    expect(desk.dial(TPS).way).toBe("hold");
    desk.now += MINUTE + 1;
    expect(codes(desk, CLEAR)).toEqual(["offline"]);
  });
  it("but not what is in doubt here, which no answer of the Worker has cleared", async () => {
    const desk = deskOf();
    await desk.knows(CLEAR);
    desk.trouble = "offline";
    desk.kept = { facts: { [CLEAR]: facts(CLEAR) }, confirmedAt: desk.now };
    desk.facts.stale([CLEAR], false, null);
    await settle();
    expect(desk.dial(CLEAR).way).toBe("hold");
  });
  it("and nothing of what is older", async () => {
    expect((await opened(61 * MINUTE)).dial(CLEAR).way).toBe("hold");
  });
});
