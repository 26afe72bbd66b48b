/** Which registers a region's law names, and since or until when. */
import { expect, it } from "vitest";
import { declaredAs, dialling } from "../../../shared/law/declared.ts";
import { knownRegisters, regions } from "../../../shared/law/regions.ts";
import { hasEnded, registersOf, registersOn } from "../../../shared/law/registers.ts";
import { sayRules } from "../../../worker/cli/registers/declare.ts";

it.each(["GG", "JE", "IM"])("%s has the United Kingdom's, and the command line says so", (region) => {
  expect(registersOf(region).map(({ id }) => id)).toEqual(["tps", "ctps"]);
  const said = sayRules(regions[region]!);
  expect(said).toContain("tps: ");
  expect(said).toContain("ctps: ");
  expect(said).not.toContain("no register");
});

it("a country without one is said to have none", () => {
  expect(registersOf("DE")).toEqual([]);
  expect(sayRules(regions["DE"]!)).toContain("no register");
});

it("France's is over since 11 August 2026, and no other", () => {
  expect([...registersOn("FR", "2026-08-10")]).toEqual(["bloctel"]);
  expect([...registersOn("FR", "2026-08-11")]).toEqual([]);
  expect([hasEnded("bloctel", "2026-08-10"), hasEnded("bloctel", "2026-08-11")]).toEqual([false, true]);
  const ended = Object.keys(regions).flatMap((region) =>
    registersOf(region).flatMap(({ id }) => (hasEnded(id, "2026-11-27") ? id : [])),
  );
  expect(ended).toEqual(["bloctel"]);
  expect(hasEnded("ours", "2026-11-27")).toBe(false);
});

it("each is declared with whom it covers and its own site, and each region says how its numbers are written", () => {
  for (const register of Object.values(knownRegisters))
    expect(declaredAs(register.id)).toEqual({
      ...register,
      covers: expect.stringMatching(/^(?:individuals|businesses|both)$/) as string,
      source: expect.stringMatching(/^https:\/\/[a-z.-]+\//) as string,
    });
  expect(declaredAs("none")).toBeUndefined();
  expect(Object.keys(dialling).sort()).toEqual(Object.keys(regions).sort());
});
