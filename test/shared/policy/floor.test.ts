/** The floor: what counts in place of each value that an older policy may have below it. docs/floor.md has the table. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regions } from "../../../shared/law/regions.ts";
import { clauseValue, withClause } from "../../../shared/policy/clauses.ts";
import { belowFloor, raised } from "../../../shared/policy/floor.ts";
import { loosened } from "../../../shared/policy/loosened.ts";
import { defaultPolicy, type Policy, policySchema } from "../../../shared/policy/policy.ts";
import { policies } from "./policies.ts";

describe("no policy is below the floor", () => {
  it("a register that any region's law names holds", () => {
    const named = Object.values(regions).flatMap((region) => region.registers.map(({ id }) => id));
    expect(named).toEqual(expect.arrayContaining(["tps", "ctps", "ndd"]));
    for (const id of named)
      for (const treatment of ["warn", "off"]) {
        const low = withClause(defaultPolicy, `registers.${id}`, treatment);
        expect(belowFloor(low), id).toEqual([{ path: `registers.${id}`, from: treatment, to: "hold" }]);
        expect(raised(low).registers[id]).toBe("hold");
      }
  });

  it("a company's own list may warn, or be off", () => {
    for (const treatment of ["warn", "off"])
      for (const id of ["our-competitors", "constructor"])
        expect(belowFloor(withClause(defaultPolicy, `registers.${id}`, treatment)), id).toEqual([]);
  });

  it("recordings of claims-management calls are kept for a year", () => {
    const of = (months: number, ...runs: string[]) =>
      policySchema.parse({ recording: { retentionMonths: months }, campaigns: { runs } });
    expect(raised(of(11, "general", "claims-management")).recording.retentionMonths).toBe(12);
    expect(raised(of(12, "claims-management")).recording.retentionMonths).toBe(12);
    expect(raised(of(84, "claims-management")).recording.retentionMonths).toBe(84);
    expect(raised(of(1, "general", "automated")).recording.retentionMonths).toBe(1);
  });

  it("what is not known is held, whatever a save says", () => {
    for (const path of ["unknown", "screening.staleList"])
      expect(policySchema.safeParse(withClause(defaultPolicy, path, "warn")).success, path).toBe(false);
  });
});

it("property: raising loosens nothing, leaves nothing below, and changes a raised policy no more", () => {
  const own = ["registers", "recording.retentionMonths"];
  fc.assert(
    fc.property(policies, (policy) => {
      const now = raised(policy);
      expect(belowFloor(now)).toEqual([]);
      expect(raised(now)).toEqual(now);
      // A longer retention is a proposal where a person wants it; here the law does.
      const loose = loosened(policy, now, "admin").map(({ path }) => path);
      expect(loose.filter((path) => path !== "recording.retentionMonths")).toEqual([]);
      for (const { path, to } of belowFloor(policy)) {
        expect(own.some((clause) => path === clause || path.startsWith(`${clause}.`))).toBe(true);
        expect(clauseValue(now, path)).toEqual(to);
      }
    }),
    { numRuns: 60 },
  );
});

it("docs/floor.md says of each value below the floor whether a save of it is refused", () => {
  const document = readFileSync(new URL("../../../docs/floor.md", import.meta.url), "utf8");
  const rows = document
    .split("\n")
    .filter((line) => /^\| `|^\| \(no/.test(line) && line.split("|").length === 6)
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const said = Object.fromEntries(
    rows.map(([, clause = "", , save = ""]) => [/^`([\w.]+)/.exec(clause)?.[1] ?? clause, save]),
  );
  const claims = withClause(defaultPolicy, "campaigns.runs", ["claims-management"]);
  const late = withClause(defaultPolicy, "requests.pauses", "law");
  const tried: Record<string, Policy> = {
    registers: withClause(defaultPolicy, "registers.tps", "warn"),
    unknown: withClause(defaultPolicy, "unknown", "warn"),
    "screening.staleList": withClause(defaultPolicy, "screening.staleList", "warn"),
    overrides: withClause(defaultPolicy, "overrides", "service-and-solicited"),
    "screening.maxListAgeDays": withClause(defaultPolicy, "screening.maxListAgeDays", 28),
    "screening.graceDays": withClause(defaultPolicy, "screening.graceDays", 28),
    "screening.rescreenDays": withClause(defaultPolicy, "screening.rescreenDays", 28),
    hours: withClause(defaultPolicy, "hours", {}),
    "campaigns.runs": withClause(defaultPolicy, "campaigns.runs", ["pensions"]),
    "recording.retentionMonths": withClause(claims, "recording.retentionMonths", 11),
    "retention.dialMonths": withClause(defaultPolicy, "retention.dialMonths", 1),
    "requests.matchWindowMinutes": withClause(defaultPolicy, "requests.matchWindowMinutes", 5),
    "requests.decideDays": late,
    identity: withClause(defaultPolicy, "identity.presentationNumber", null),
  };
  const clauses = Object.keys(said).filter((name) => !name.startsWith("("));
  expect(clauses.sort()).toEqual(Object.keys(tried).sort());
  for (const [name, policy] of Object.entries(tried)) {
    const isRefused = !policySchema.safeParse(policy).success || belowFloor(policy).length > 0;
    expect(said[name], name).toBe(isRefused ? "refused" : "kept");
  }
});
