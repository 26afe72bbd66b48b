/**
 * Cases of law, written from the sources by somebody who read neither the code nor the cases of cases.ndjson. The file is as it came,
 * and stays so. A verdict that is none of those that they allow stands here with its reason.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Verdict } from "../../../shared/check/api.ts";
import { consentCodes } from "../../../shared/check/consent.ts";
import { handling } from "../../../shared/check/override.ts";
import { callsOf, rulesOf } from "../../../shared/check/verdict.ts";
import { cites, says, uncited } from "./blind-words.ts";
import { type Case, decided, worldOf } from "./case.ts";
import { codes, worthless } from "./words.ts";

const file = readFileSync(new URL("blind.ndjson", import.meta.url), "utf8");
const lines = file.trim().split("\n");

/** Their words for kinds of call, for lines and for a place of no section of theirs; what is no kind of ours is judged as a general call. */
const kinds: Readonly<Record<string, string>> = {
  ...{ claims: "claims-management", charity: "general", research: "general" },
};
const reworded = (text: string): Case => {
  const of = JSON.parse(text) as Case & { place: string };
  const kindOf = (kind: string) => (kinds[kind] ?? kind) as NonNullable<Case["kind"]>;
  const isCompany = of.party === "company";
  return {
    // Of a company whose policy holds nothing that the law lets go.
    ...{ ...of, onRequest: true },
    ...(of.id.startsWith("XX") && { region: of.place }),
    ...(of.kind && { kind: kindOf(of.kind) }),
    // A request that does not say for which call is for this one.
    consents: (of.consents ?? []).map((one) => ({
      ...one,
      for: (one.for ?? [(one.kind === "solicited" && of.kind) || "general"]).map(kindOf),
    })),
    // Of what they refused nobody knows: what a log says so.
    ...(of.past && { past: of.past.map((one) => ({ ...one, said: "Refused" })) }),
    objections: (of.objections ?? []).map((one) => ({
      ...one,
      on:
        one.on === "this number"
          ? "this-line"
          : `another line of the same ${isCompany || one.scope === "company" ? "company" : "person"}`,
    })),
  };
};
const blind = lines.map(reworded);

type Ours = readonly [verdict: Verdict, code: string, why: string];
const each = (ids: string, ...of: Ours): Record<string, Ours> =>
  Object.fromEntries(ids.split(" ").map((id) => [id, of]));

/** What we hold though it is lawful. */
const held: Readonly<Record<string, Ours>> = {
  ...each(
    "GB-B064",
    "blocked",
    "house",
    "the named day begins by UTC as well: nothing got looser by an upgrade",
  ),
  ...each(
    "GB-B078",
    "blocked",
    "objection",
    "no record says that a call offers nothing: an objection stands",
  ),
  ...each("GB-B079", "blocked", "withheld-caller-id", "nor that this one offers nothing"),
  ...each("DE-B028 IE-B019", "blocked", "needs-consent", "nor that these offer nothing"),
  ...each("GB-B106", "blocked", "tps", "nor that a call is research alone"),
  ...each("IE-B016", "blocked", "needs-consent", "a request lifts registers, and is no consent"),
  ...each("DE-B022", "blocked", "needs-consent", "the text is silent on requested calls: they do not serve"),
  ...each("GB-B089", "blocked", "needs-consent", "the day on which reg 21A began was not confirmed"),
  ...each("GB-B091", "blocked", "not-authorised", "nor that on which reg 21B began"),
  ...each(
    "GB-B093 GB-B099",
    "blocked",
    "not-authorised",
    "an individual answers at a company, too (reg 21B)",
  ),
  ...each("GB-B097", "blocked", "not-authorised", "the company has not said that it is an authorised firm"),
  ...each("DE-B011", "blocked", "message-needs-consent", "we know no rule on messages to Germany"),
  ...each("FR-B020", "blocked", "needs-consent", "as what a sole trader is called no number shows"),
  ...each("NL-B001", "blocked", "needs-consent", "that somebody is a customer no number shows"),
  ...each(
    "US-B005",
    "blocked",
    "law-hours",
    "it is too early in one of the zones, so it is more than unknown",
  ),
};
/** What is barred, and is asked about: no fact tells it, and no policy lets it pass unread. */
const asked: Readonly<Record<string, Ours>> = {
  ...each("GB-B107 GB-B109 GB-B110", "caution", "soft-opt-in", "whether we are a charity, and ask as one"),
  ...each("GB-B115", "caution", "soft-opt-in", "whether each message let them refuse"),
  ...each("US-B001 US-B002 US-B004", "caution", "unconfirmed", "in which state the number is"),
  ...each("XX-B001", "caution", "unconfirmed", "the law of Jersey: the TPS has such numbers, and is asked"),
};
/** Our reason is another than theirs, under a verdict that they allow. */
const otherwise: Readonly<Record<string, readonly [code: string, why: string]>> = {
  "GB-B116": ["soft-opt-in", "whether the goods are similar no fact tells: what is on record is read"],
};
/** No rule of ours is about messages there: the strict reading applies, whoever they are from (shared/law/law.ts). */
const unruled = new Set(["DE-B012", "FR-B024", "IE-B014"]);
it("there are 220, as they came", () => {
  expect(new Set(blind.map(({ id }) => id)).size).toBe(220);
  expect(createHash("sha256").update(file).digest("hex")).toBe(
    "c209fd46161d192a640caad0964bdba11fba02699bb6aba73b4653f374c76d08",
  );
  expect([held, asked].map((list) => Object.keys(list).length)).toEqual([17, 8]);
});

/** The rules that a case's own text cites. */
const citedBy = ({ id, why }: Case): string[] =>
  uncited[id] !== undefined
    ? [uncited[id]]
    : (cites[id.slice(0, 2)] ?? []).flatMap(([cited, rules]) => (cited.test(why) ? rules : []));

it("each that is not listed here says why, and by which rule", () => {
  const own = blind.map(({ id }) => id).filter((id) => !held[id] && !asked[id]);
  expect(Object.keys(says).sort()).toEqual(own.sort());
  expect(
    own.filter((id) => !unruled.has(id) && citedBy(blind.find((c) => c.id === id)!).length === 0),
  ).toEqual([]);
});

it.each(blind.map((c) => [c.id, c.why, c] as const))("%s: %s", (id, _why, c) => {
  const { verdict, reasons } = decided(c);
  const said = reasons.map(({ code }) => code);
  const ours = held[id] ?? asked[id];
  if (!ours) {
    expect(c.expect, said.join(" ")).toContain(verdict);
    if (otherwise[id]) return expect(said).toEqual([otherwise[id][0]]);
    for (const one of says[id]!) {
      const any = worthless.has(one) ? consentCodes : new Set(one.split("|").flatMap((word) => codes[word]!));
      expect(
        said.some((code) => any.has(code)),
        `${one}: ${said.join(" ")}`,
      ).toBe(!worthless.has(one));
    }
    const { facts, context } = worldOf(c);
    const behind = reasons.flatMap((reason) => rulesOf(reason, facts, context));
    if (unruled.has(id)) return expect(behind).toEqual([]);
    // A limit that leaves the call open is behind no reason.
    const limits = callsOf(facts, context)
      .flatMap(({ setting }) => setting.rules)
      .filter(({ hours, cap }) => (hours ?? cap) && (verdict === "clear" || verdict === "caution"));
    const named = [...behind, ...limits.map((rule) => rule.id)];
    const cited = citedBy(c);
    expect(
      named.some((rule) => cited.includes(rule)),
      `${cited.join()}: ${named.join()}`,
    ).toBe(true);
    return;
  }
  expect(c.expect).not.toContain(verdict);
  expect([verdict, said]).toEqual([ours[0], expect.arrayContaining([ours[1]])]);
  const { policy } = worldOf(c).context;
  const passing = { ...policy, consents: { ...policy.consents, amber: "pass" as const } };
  expect(handling({ verdict, reasons }, passing)).toBe(held[id] ? "hold" : "warn");
});

it("who has not chosen it in the policy holds a claims call that was asked for", () => {
  const { onRequest: _, ...of } = blind.find(({ id }) => id === "GB-B086")!;
  expect(decided(of).reasons).toEqual([{ code: "needs-consent", rule: "GB-claims" }]);
});

it("of a firm that says that it is authorised, the call that was consented to is not held", () => {
  const of = blind.find(({ id }) => id === "GB-B097")!;
  expect(of.expect).toContain(decided({ ...of, caller: { authorised: true } }).verdict);
});
