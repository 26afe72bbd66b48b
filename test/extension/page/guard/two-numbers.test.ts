/**
 * What rings and whose number it is taken for are two questions. On a desk in the United Kingdom that also calls Ireland,
 * India and France, with their registers loaded, nothing that a page or an agent says of a number lets one on the TPS pass.
 */
import { dialRules } from "../../../../shared/dials/read.ts";
import { describe, expect, it } from "vitest";
import { random } from "../../../bench/lists-files.ts";
import { numberOf, writingsOf } from "../../../corpus/dialled.ts";
import { assess, numbersOf, readDialledNumber } from "../../../../extension/page/guard/assess.ts";
import type { ReadingRules } from "../../../../extension/page/find/reading-rules.ts";
import type { PolicyContext } from "../../../../extension/policy-context.ts";
import type { Decision } from "../../../../shared/check/verdict.ts";
import { toE164 } from "../../../../shared/phone/phone.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { settle, stampOf } from "../../clock.ts";
import { Desk, OBJECTED, TPS } from "./desk.ts";

const CLEAR: Decision = { verdict: "clear", reasons: [{ code: "not-listed", list: "tps" }] };
const BARRED: Decision = { verdict: "blocked", reasons: [{ code: "tps", list: "tps" }] };
const policy = { ...defaultPolicy, numbers: { ...defaultPolicy.numbers, alsoRegions: ["IE", "IN", "FR"] } };
const context: PolicyContext = { policy, stamp: stampOf(7), clockOffset: 0 };

/** Every number of the United Kingdom is on the TPS; every other one is clear, and all is confirmed. */
const frame = {
  decide: (e164: string | null, readings: readonly string[]): Decision =>
    e164 === null || readings.length > 0
      ? { verdict: "unknown", reasons: [{ code: "country-unclear" }] }
      : e164.startsWith("+44")
        ? BARRED
        : CLEAR,
  context: () => context,
  confirmed: () => true,
};
const rules = (own: Partial<ReadingRules> = {}): ReadingRules => ({
  ...{ region: "GB", also: policy.numbers.alsoRegions, language: "" },
  ...{ cities: null, wantCities: () => {} },
  dials: dialRules(policy),
  rulings: { notNumbers: [], countries: {}, siteCountry: null },
  ...own,
});

describe.each(["IE", "IN", "FR"])("a page that says of numbers on the TPS that they are of %s", (region) => {
  const next = random(16);
  const numbers = Array.from({ length: 60 }, () => numberOf(next));
  const never = (written: string, read: ReturnType<typeof readDialledNumber>) => {
    const seen = assess(frame, read, written, "call");
    expect(seen.handling, `${written} as ${read.e164}`).toBe("hold");
    expect(seen.decision.verdict, written).not.toBe("clear");
    expect(
      seen.offers.filter((n) => n.startsWith("+44")),
      written,
    ).toEqual([]);
    return seen;
  };

  it("by its record, rows, cards, hidden text: whatever reading it comes to, none passes", () => {
    let others = 0;
    for (const nsn of numbers)
      for (const written of writingsOf(nsn)) {
        const theirs = toE164(written, region);
        for (const e164 of [theirs.e164, ...(theirs.readings ?? [])])
          if (e164 !== null) {
            const seen = never(written, { e164, readings: [] });
            if (e164.startsWith("+44")) continue;
            others++;
            expect(
              seen.decision.reasons.map(({ code }) => code),
              written,
            ).toContain("two-numbers");
          }
      }
    expect(others).toBeGreaterThan(500);
  });
  it("by an agent's ruling on the site or the number", () => {
    for (const nsn of numbers.slice(0, 50))
      for (const written of writingsOf(nsn)) {
        const site = rules({ region, rulings: { notNumbers: [], countries: {}, siteCountry: region } });
        never(written, readDialledNumber(written, site, { element: null }));
        const countries = { [written.replace(/\D/g, "")]: region };
        const own = rules({ rulings: { notNumbers: [], countries, siteCountry: null } });
        never(written, readDialledNumber(written, own, { element: null }));
      }
  });
  it("by a badge that shows it so", () => {
    for (const nsn of numbers.slice(0, 50))
      for (const written of writingsOf(nsn)) {
        const shown = () => toE164(written, region).e164;
        never(written, readDialledNumber(written, rules(), { element: null }, shown));
      }
  });
});

describe("digits that would ring another number than they are taken for", () => {
  const [WRITTEN, LEEDS, DELHI] = ["0113 496 0142", "+441134960142", "+911134960142"];
  const readAsIndian = () => {
    const desk = new Desk();
    desk.regions = ["GB", "IN"];
    desk.rules.rulings.countries["01134960142"] = "IN";
    return desk;
  };
  const clearBoth = async () => {
    const desk = readAsIndian();
    await desk.knows(LEEDS, DELHI);
    return desk;
  };

  it("are held though both are clear; each is offered in E.164, and dialled and recorded as that one", async () => {
    for (const e164 of [DELHI, LEEDS]) {
      const desk = await clearBoth();
      const { way, again } = desk.dial(WRITTEN);
      expect(way).toBe("hold");
      await settle();
      expect(desk.last()).toMatchObject({
        ...{ e164: DELHI, rings: [LEEDS], offers: [DELHI, LEEDS], handling: "hold" },
        decision: { verdict: "caution" },
      });
      expect(desk.last().decision.reasons.map(({ code }) => code)).toContain("two-numbers");
      await desk.answer({ kind: "number", e164 });
      expect(again).toHaveBeenCalledExactlyOnceWith(e164);
      expect(desk.events).toEqual(["held", "passed", `dial ${e164}`]);
      expect(desk.records.map(({ dial }) => [dial.number, dial.e164, dial.verdict])).toEqual([
        [WRITTEN, DELHI, "caution"],
        // India's law is not confirmed.
        [e164, e164, e164 === DELHI ? "caution" : "clear"],
      ]);
    }
  });

  it("never go on as they are: not by “Call”, an override, or another check", async () => {
    const desk = await clearBoth();
    const { again } = desk.dial(WRITTEN);
    for (const kind of ["call", "check", "without"] as const) await desk.answer({ kind });
    await desk.answer({ kind: "override", basis: "service", reason: "x" });
    await desk.answer({ kind: "country", country: "IN", wholeSite: true });
    expect(again).not.toHaveBeenCalled();
    expect(desk.actions()).toEqual(["held"]);
  });

  it.each([
    ["rings", LEEDS, DELHI],
    ["is meant", DELHI, LEEDS],
  ])("a bar on the one that %s holds, and only the other is offered", async (_, barred, other) => {
    const desk = readAsIndian();
    desk.facts_[barred] = desk.facts_[TPS]!;
    await desk.knows(LEEDS, DELHI);
    const { way, again } = desk.dial(WRITTEN);
    expect(way).toBe("hold");
    await settle();
    expect(desk.last()).toMatchObject({
      decision: { verdict: "blocked" },
      handling: "hold",
      offers: [other],
    });
    await desk.answer({ kind: "number", e164: barred });
    expect(again).not.toHaveBeenCalled();
    await desk.answer({ kind: "number", e164: other });
    expect(again).toHaveBeenCalledExactlyOnceWith(other);
  });

  it("an objection to either is named first", async () => {
    const desk = readAsIndian();
    desk.facts_[DELHI] = desk.facts_[OBJECTED]!;
    await desk.knows(LEEDS, DELHI);
    desk.dial(WRITTEN);
    expect(desk.last().decision.reasons[0]).toMatchObject({ code: "objection" });
  });

  it("a number that was barred since it was offered is not dialled", async () => {
    const desk = await clearBoth();
    const { again } = desk.dial(WRITTEN);
    desk.facts_[DELHI] = desk.facts_[OBJECTED]!;
    desk.seq++;
    desk.facts.stale([DELHI], false, null);
    await desk.answer({ kind: "number", e164: DELHI });
    await settle();
    expect(again).not.toHaveBeenCalled();
    expect(desk.last()).toMatchObject({ e164: DELHI, rings: [LEEDS], offers: [LEEDS] });
  });

  it("what rings is asked about, though the page never showed it; unknown, it is not offered", async () => {
    const desk = readAsIndian();
    await desk.knows(DELHI);
    const { again } = desk.dial(WRITTEN);
    await settle();
    expect(desk.askedNow[0]).toEqual([LEEDS]);
    expect(desk.last()).toMatchObject({ decision: { verdict: "caution" }, offers: [DELHI, LEEDS] });
    expect(again).not.toHaveBeenCalled();

    const away = readAsIndian();
    await away.knows(DELHI);
    away.trouble = "offline";
    const dial = away.dial(WRITTEN);
    await settle();
    expect(away.last()).toMatchObject({ handling: "hold", decision: { verdict: "unknown" } });
    expect(away.last().offers).not.toContain(LEEDS);
    await away.answer({ kind: "call" });
    expect(dial.again).not.toHaveBeenCalled();
  });

  it("one with a consent is offered: its reasons were read", async () => {
    const desk = readAsIndian();
    const { lists, consents } = desk.facts_["+442079460003"]!;
    desk.facts_[LEEDS] = { lists: lists!, consents: consents! };
    await desk.knows(LEEDS, DELHI);
    const { again } = desk.dial(WRITTEN);
    expect(desk.last().offers).toEqual([DELHI, LEEDS]);
    await desk.answer({ kind: "number", e164: LEEDS });
    expect(again).toHaveBeenCalledExactlyOnceWith(LEEDS);
    expect(desk.records.at(-1)!.dial).toMatchObject({ number: LEEDS, verdict: "caution" });
  });

  it("a code that hides our number stays refused; without it, both are shown", async () => {
    const desk = await clearBoth();
    const { again } = desk.dial(`141 ${WRITTEN}`);
    await desk.answer({ kind: "number", e164: DELHI });
    expect(again).not.toHaveBeenCalled();
    await desk.answer({ kind: "without" });
    expect(again).not.toHaveBeenCalled();
    expect(desk.last()).toMatchObject({ hidden: null, offers: [DELHI, LEEDS] });
    await desk.answer({ kind: "number", e164: DELHI });
    expect(again).toHaveBeenCalledExactlyOnceWith(DELHI);
  });
});

it("digits that ring nothing, or a number of the line's own area, are held, and the number that is meant is offered", () => {
  const theirs = { e164: "+4579460958", readings: [] };
  for (const written of ["7946 0958", "79460958"])
    expect(assess(frame, theirs, written, "call")).toMatchObject({
      ...{ handling: "hold", offers: [theirs.e164] },
      decision: { reasons: [{ code: "two-numbers" }] },
    });
});

it("where the number that is meant rings, it is judged alone", () => {
  const ours = { e164: "+14155550134", readings: [] };
  expect(assess(frame, ours, "+1 415 555 0134", "call")).toMatchObject({ handling: "pass", offers: [] });
  expect(assess(frame, ours, "001 415 555 0134", "call")).toMatchObject({ handling: "pass" });
  expect(numbersOf(assess(frame, ours, "001 415 555 0134", "call"))).toEqual([ours.e164]);
});
