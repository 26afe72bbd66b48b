/** A case of law (cases.ndjson) as facts and context: written from the sources, by somebody who read no code. */
import { readFileSync } from "node:fs";
import type { Facts } from "../../../shared/check/api.ts";
import { type Context, decide, type Decision, strictest } from "../../../shared/check/verdict.ts";
import type { ConsentKind } from "../../../shared/do-not-call/api.ts";
import { knownRegisters, regions } from "../../../shared/law/regions.ts";
import type { Party } from "../../../shared/law/rules.ts";
import { type Campaign, defaultPolicy, type Policy } from "../../../shared/policy/policy.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";

interface CaseConsent {
  kind: ConsentKind;
  for?: Campaign[];
  givenAt: string | null;
  until?: string;
  withdrawnAt?: string;
  namedDay?: string;
  attempts?: number;
  conversationAt?: string;
  channel?: "message";
  indefinite?: boolean;
  product?: string;
  by?: "agent";
  upgraded?: true;
  from?: string;
  to?: string;
  on?: string;
  evidenced?: boolean;
  fiveNotices?: boolean;
  positiveAct?: boolean;
  similar?: boolean;
  refusalOffered?: string;
  charity?: true;
}
interface Objection {
  at: string | null;
  scope: "line" | "person" | "company" | null;
  on: string;
  notBefore?: string;
  sharedLine?: boolean;
}
export interface Case {
  id: string;
  at: string;
  zone: string;
  line?: "fixed" | "mobile";
  party?: "individual" | "sole-trader" | "partnership" | "company";
  /** Of a partnership: one in Scotland is a corporate subscriber (PECR reg 2(1)). */
  seat?: string;
  kind?: Campaign;
  medium?: "message";
  register?: Record<string, string | { listedSince: string | null; copyOf?: string; exDirectory?: true }>;
  consents?: CaseConsent[];
  objections?: Objection[];
  past?: { at: string; answered: boolean; refused: boolean }[];
  presents?: string;
  caller?: { authorised: boolean | null };
  policy?: { approvedBy: string | null };
  expect: string[];
  silent?: true;
  why: string;
}

export const cases: Case[] = readFileSync(new URL("cases.ndjson", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

/** Registers as the cases call them. */
const ids: Record<string, string> = {
  ...{ dncm: "be-dncm", robinson: "es-robinson", rpo: "it-rpo", dncl: "ca-dncl", dncr: "au-dncr" },
  ...{ ftc: "us-dnc", state: "us-state" },
};
/** The moment at which a day begins where the called person is. */
function startOf(day: string, zone: string): string {
  if (day.length > 10) return new Date(day).toISOString();
  const utc = Date.parse(day);
  const local = new Date(
    new Date(utc).toLocaleString("en-US", { timeZone: zone, hourCycle: "h23" }) + " UTC",
  );
  return new Date(utc - (local.getTime() - utc)).toISOString();
}

/** The decision on a case, of a company whose policy adds nothing to the law. */
export function decided(c: Case): Decision {
  const { facts, context } = worldOf(c);
  const decision = decide(facts, context);
  return c.presents === "withheld"
    ? strictest([decision, { verdict: "blocked", reasons: [{ code: "withheld-caller-id" }] }])
    : decision;
}

export function worldOf(c: Case): { facts: Facts; context: Context } {
  const region = c.id.slice(0, 2);
  const now = Date.parse(c.at);
  const zones = c.zone === "unknown" ? (regions[region]?.timeZones ?? []) : [c.zone];
  const zone = zones[0] ?? "UTC";
  const { copyOf, ...registers } = c.register ?? {};
  const copies = Object.entries(registers).flatMap(([name, of]) => {
    if (typeof of === "string") return [];
    const day = of.copyOf ?? (typeof copyOf === "string" ? copyOf : "");
    // The database holds ex-directory lines as ones that do not consent.
    return [{ id: ids[name] ?? name, since: of.exDirectory ? "2000-01-01" : of.listedSince, day }];
  });
  const past = (c.past ?? []).filter(({ at }) => Date.parse(at) < now);
  const facts: Facts = {
    e164: "+10000000000",
    region,
    zones: [...zones],
    lists: copies.flatMap(({ id, since, day }) =>
      since === null ? [] : [{ id, asOf: day, since, first: since }],
    ),
    suppressions: (c.objections ?? []).flatMap((o) => objection(o, c, now)),
    consents: (c.consents ?? []).flatMap((of) => consent(of, c, zone)),
    ...(c.line && { line: c.line }),
    ...(c.party && { party: { party: partyOf(c), source: "officer" as const, at: c.at } }),
    contacts: {
      attempts: past.map(({ at }) => new Date(at).toISOString()),
      refusedAt:
        past
          .filter(({ refused }) => refused)
          .map(({ at }) => new Date(at).toISOString())
          .at(-1) ?? null,
    },
  };
  const lists = copies.map(({ id, day }): RegisterHead => ({
    ...{ id, name: id, regions: [region], version: 3, asOf: day, numbers: 9 },
    maxAgeDays: knownRegisters[id]?.maxAgeDays ?? 31,
  }));
  return {
    facts,
    context: { policy: policyOf(c), lists, now, purpose: c.kind ?? "general", medium: c.medium },
  };
}

/** As an officer records it. */
function partyOf({ party, seat }: Case): Party {
  if (party === "partnership" && seat === "Scotland") return "company";
  return party === undefined || party === "individual" ? "consumer" : party;
}

const policyOf = (c: Case): Policy => ({
  ...defaultPolicy,
  screening: { ...defaultPolicy.screening, graceDays: 28, maxListAgeDays: 366 },
  campaigns: {
    runs: ["general", "automated", "claims-management", "pensions"],
    pensionsAuthorised: c.caller?.authorised === true,
  },
  identity: {
    ...defaultPolicy.identity,
    presentationNumber: { "400 number": "+34400123456" }[c.presents ?? ""] ?? null,
  },
  grounds: c.policy?.approvedBy ? { tps: "we make no unsolicited marketing calls" } : {},
});

/** What stands of an objection at the moment of the call. */
function objection(o: Objection, { party }: Case, now: number): Facts["suppressions"] {
  if (o.at !== null && Date.parse(o.at) > now) return [];
  const at = new Date(o.at ?? now).toISOString();
  if (o.notBefore !== undefined) {
    const until = new Date(Date.parse(o.notBefore) - 86_400_000).toISOString().slice(0, 10);
    return [{ kind: "house", reason: "not now", at, until }];
  }
  const here = o.on === "this-line";
  const scope = o.scope ?? "unsaid";
  const fact = { kind: "objection", reason: "no", at, until: null, scope } as const;
  if (here) return [{ ...fact, ...(o.sharedLine && { keepsLine: true }) }];
  // An employee's own line is not the company's.
  if (scope === "line" || (scope === "person" && party === "company")) return [];
  return [{ ...fact, ...(scope === "unsaid" && { keepsLine: true }) }];
}

/** What the records hold of a consent at the moment of the call. */
function consent(of: CaseConsent, c: Case, zone: string): Facts["consents"] {
  const now = Date.parse(c.at);
  const over = (time: string | undefined) => time !== undefined && Date.parse(startOf(time, zone)) <= now;
  const elsewhere = (of.to ?? "us") !== "us" || of.on !== undefined;
  if (over(of.withdrawnAt) || over(of.conversationAt) || elsewhere || of.givenAt === null) return [];
  const givenAt = startOf(of.givenAt, zone);
  const uses = (c.past ?? []).filter(({ at }) => Date.parse(at) >= Date.parse(givenAt)).length;
  if (of.upgraded) return [{ basis: "solicited", givenAt, until: null }];
  const limited = of.kind === "solicited" || of.by === "agent";
  return [
    {
      basis: "consent",
      kind: of.kind,
      calls: of.for ?? ["general"],
      medium: of.channel ?? (of.kind === "soft-opt-in" ? "message" : "call"),
      givenAt,
      until: of.until ?? null,
      evidenced:
        of.evidenced !== false &&
        (of.from ?? "subscriber") === "subscriber" &&
        of.fiveNotices !== false &&
        of.positiveAct !== false &&
        of.similar !== false &&
        of.refusalOffered !== "never" &&
        of.refusalOffered !== "at collection only",
      ...(of.product !== undefined && { product: of.product }),
      ...(of.namedDay !== undefined && { day: of.namedDay }),
      ...(of.indefinite && { lasting: true as const }),
      ...(of.by === "agent" && { provisional: true as const }),
      ...(limited && { left: (of.by === "agent" ? 1 : 5) - (of.attempts || uses) }),
    },
  ];
}
