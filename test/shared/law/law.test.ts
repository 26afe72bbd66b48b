import { describe, expect, it } from "vitest";
import { endOf, isLawRegister, proofUntil, settingsOf } from "../../../shared/law/law.ts";
import { knownRegisters, regions } from "../../../shared/law/regions.ts";
import { ruleOf, rulesOld, sourced } from "../../../shared/law/sources.ts";

const ids = (...of: Parameters<typeof settingsOf>) =>
  settingsOf(...of).map(({ rules }) => rules.map(({ id }) => id));
const general = { kind: "general", medium: "call" } as const;

describe("the settings that a call may be in", () => {
  it("are one where line and party make no difference, or are known", () => {
    expect(ids("GB", general, ["2026-11-27"])).toEqual([["GB-live", "GB-caller"]]);
    expect(ids("IE", { ...general, line: "fixed" }, ["2026-11-27"])).toEqual([["IE-fixed"]]);
  });
  it("are each of those that differ, where one is not known", () => {
    expect(ids("IE", general, ["2026-11-27"])).toEqual([["IE-fixed"], ["IE-mobile"]]);
    const message = { kind: "general", medium: "message" } as const;
    expect(ids("GB", message, ["2026-11-27"])).toEqual([["GB-msg"], ["GB-msg-company"]]);
  });
  it("are of each day that it may be there", () => {
    const consumer = { ...general, party: "consumer" } as const;
    expect(ids("FR", consumer, ["2026-08-10"])).toEqual([["FR-cap", "FR-old", "FR-cli"]]);
    const now = ["FR-optin", "FR-sector", "FR-hours", "FR-cap", "FR-cli"];
    expect(ids("FR", consumer, ["2026-08-11"])).toEqual([now]);
    expect(ids("FR", consumer, ["2026-08-10", "2026-08-11"])).toEqual([["FR-cap", "FR-old", "FR-cli"], now]);
  });
  it("have no rule where the law is not known", () => {
    expect(ids("CH", general, ["2026-11-27"])).toEqual([[]]);
    expect(ids(null, general, ["2026-11-27"])).toEqual([[]]);
  });
});

describe("the last day of a consent", () => {
  const given = (day: string, until: string | null = null, stated = until !== null) => ({
    day: () => day,
    until,
    stated,
  });
  const of = (id: string) => [ruleOf(id)!];
  it("is its own, the law's or the policy's, the earliest", () => {
    expect(endOf(given("2026-09-01"), [], null)).toBeNull();
    expect(endOf(given("2026-09-01", "2026-12-31"), [], null)).toBe("2026-12-31");
    expect(endOf(given("2026-09-01", "2026-12-31"), [], 2)).toBe("2026-10-31");
    expect(endOf(given("2026-09-01"), of("FR-optin"), null)).toBe("2027-08-31");
    expect(endOf(given("2026-09-01", "2028-09-01"), of("FR-optin"), null)).toBe("2027-08-31");
    expect(endOf(given("2026-09-01", "2026-11-30"), of("FR-optin"), 6)).toBe("2026-11-30");
  });
  it("is the day before a day that the month lacks", () => {
    expect(endOf(given("2028-02-29"), of("FR-optin"), null)).toBe("2029-02-27");
    expect(endOf(given("2026-11-30"), of("AU-3m"), null)).toBe("2027-02-27");
  });
  it("is by law only of one that names no period, where the law says so", () => {
    expect(endOf(given("2026-08-27"), of("AU-3m"), null)).toBe("2026-11-26");
    expect(endOf(given("2026-08-27", "2027-08-27"), of("AU-3m"), null)).toBe("2027-08-27");
    expect(endOf(given("2026-08-27", null, true), of("AU-3m"), null)).toBeNull();
  });
});

it("proof is kept from the consent and from each use, where a law says for how long", () => {
  expect(proofUntil({ givenAt: "2024-02-29T10:00:00Z" }, [], "DE")).toBe("2029-02-28");
  const uses = ["2026-11-27T10:00:00Z", "2025-01-01T10:00:00Z"];
  expect(proofUntil({ givenAt: "2024-03-01T10:00:00Z" }, uses, "DE")).toBe("2031-11-27");
  expect(proofUntil({ givenAt: "2024-03-01T10:00:00Z" }, [], "FR")).toBe("2027-03-01");
  for (const region of ["GB", "CH", null])
    expect(proofUntil({ givenAt: "2024-03-01T10:00:00Z" }, uses, region)).toBeNull();
});

it("the floor has the registers of all laws, and a copy counts no longer than a new listing may not", () => {
  expect(knownRegisters["tps"]).toMatchObject({ maxAgeDays: 27, daysUntilEffective: 28 });
  expect(knownRegisters["it-rpo"]).toMatchObject({ maxAgeDays: 15, daysUntilEffective: 0 });
  expect([isLawRegister("ctps"), isLawRegister("ours"), isLawRegister("constructor")]).toEqual([
    ...[true, false, false],
  ]);
});

describe("each rule", () => {
  it("has an id of its own and a source, and begins before it ends", () => {
    const all = Object.values(regions).flatMap(({ rules }) => rules);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(sourced.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    for (const { from, until } of all) if (from && until) expect(from < until).toBe(true);
  });
  it("names registers that its region knows; the Crown dependencies have the United Kingdom's", () => {
    for (const { region, registers, rules } of Object.values(regions)) {
      const its = (["GG", "JE", "IM"].includes(region) ? regions["GB"]! : { registers }).registers;
      for (const { registers: wanted = [] } of rules)
        expect(its.map(({ id }) => id)).toEqual(expect.arrayContaining([...wanted]));
    }
  });
  it("that nobody has looked up for 180 days is told, and not before", () => {
    expect(rulesOld("2027-05-26")).toEqual([]);
    expect(rulesOld("2027-05-27").map(({ id }) => id)).toContain("GB-live");
  });
});
