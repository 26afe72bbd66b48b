/** A case of law (cases.ndjson) as facts and context: written from the sources, by somebody who read no code. */
import { readFileSync } from "node:fs";
import type { Facts } from "../../../shared/check/api.ts";
import { type Context, decide, type Decision, strictest } from "../../../shared/check/verdict.ts";
import {
  BASIS,
  type BriefConsent,
  type BriefEntry,
  type Use,
  consentFact,
  entryFact,
  existed,
} from "../../../worker/do-not-call/brief.ts";
import { consentOf, objectsBy } from "../../../worker/do-not-call/new-consent.ts";
import { spreadEntries } from "../../../worker/do-not-call/spread.ts";
import { DAY } from "../../../shared/core/time.ts";
import { outcomeOf } from "../../../shared/call-logs/file.ts";
import { countsRefusals } from "../../../worker/do-not-call/refusals.ts";
import type { ConsentKind, ObjectionScope } from "../../../shared/do-not-call/api.ts";
import { isEvidenced, isProven } from "../../../shared/do-not-call/kind.ts";
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
  from?: "other";
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
  /** The region, where the id does not begin with it. */
  region?: string;
  at: string;
  zone: string;
  line?: "fixed" | "mobile";
  party?: "individual" | "sole-trader" | "partnership" | "company";
  /** Why, in the words of the sources' table, and the rules of it (cases.test.ts maps both). */
  says: string[];
  rules: string[];
  /** Of a partnership: one in Scotland is a corporate subscriber (PECR reg 2(1)). */
  seat?: string;
  kind?: Campaign;
  medium?: "message";
  register?: Record<string, string | { listedSince: string | null; copyOf?: string; exDirectory?: true }>;
  consents?: CaseConsent[];
  objections?: Objection[];
  /** `said`: how its log puts a refusal; by default as a no to the offer. */
  past?: { at: string; answered: boolean; refused: boolean; said?: string }[];
  presents?: string;
  caller?: { authorised: boolean | null };
  policy?: { approvedBy: string | null };
  /** A request does for claims and pensions calls. */
  onRequest?: true;
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
  const region = c.region ?? c.id.slice(0, 2);
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
  // As a log's words are read, and what is kept of them (worker/call-logs/heard.ts).
  const heard = past
    .filter(({ refused }) => refused)
    .map(({ at, said = "Not interested" }) => ({ at: new Date(at).toISOString(), what: outcomeOf(said) }))
    .filter(({ what }) => what === "do-not-call" || (what === "refused" && countsRefusals(region)));
  const objected = heard.filter(({ what }) => what === "do-not-call");
  const facts: Facts = {
    e164: "+10000000000",
    region,
    zones: [...zones],
    lists: copies.flatMap(({ id, since, day }) =>
      since === null ? [] : [{ id, asOf: day, since, first: since }],
    ),
    // As the Worker reads its rows at a moment (worker/check/facts-at.ts).
    suppressions: (c.objections ?? [])
      .concat(objected.map(({ at }) => ({ at, scope: null, on: "this-line" })))
      .flatMap((o) => entriesOf(o, c))
      .concat((c.consents ?? []).flatMap((of) => withdrawalOf(of, c, zone)))
      .filter((row) => existed(row, now))
      .map(entryFact),
    consents: (c.consents ?? [])
      .flatMap((of) => consentsOf(of, c, zone))
      .filter((row) => existed(row, now))
      .flatMap((row) => consentFact(row, now)),
    ...(c.line && { line: c.line }),
    ...(c.party && { party: { party: partyOf(c), source: "officer" as const, at: c.at } }),
    contacts: {
      attempts: past.map(({ at }) => new Date(at).toISOString()),
      refusedAt: heard.at(-1)?.at ?? null,
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

/** The number that the company shows. Whether it is withheld is the guard's to see. */
const shown: Record<string, string> = {
  "400 number": "+34400123456",
  "geographic number": "+34912345678",
  "mobile number": "+34612345678",
};

const policyOf = (c: Case): Policy => ({
  ...defaultPolicy,
  screening: { ...defaultPolicy.screening, graceDays: 28, maxListAgeDays: 366 },
  campaigns: {
    runs: ["general", "automated", "claims-management", "pensions"],
    pensionsAuthorised: c.caller?.authorised === true,
    onRequest: c.onRequest === true,
  },
  identity: {
    ...defaultPolicy.identity,
    company: US,
    presentationNumber: shown[c.presents ?? ""] ?? null,
  },
  grounds: c.policy?.approvedBy ? { tps: "we make no unsolicited marketing calls" } : {},
});

/** The rows on this number: an objection on another one reaches it as the Worker spreads it, of which other tests are. */
function entriesOf(o: Objection, c: Case): BriefEntry[] {
  const at = new Date(o.at ?? c.at).toISOString();
  const scope: ObjectionScope = o.scope ?? "unsaid";
  const row = {
    id: "",
    number: NUMBER,
    kind: "objection",
    reason: "no",
    at,
    saidAt: at,
    words: "[]",
    endedAt: null,
    until: null,
  } as const;
  if (o.notBefore !== undefined)
    return [{ ...row, kind: "house", until: dayBefore(o.notBefore), scope: "line", keepsLine: 0 }];
  // An officer said that others share the line.
  if (o.on === "this-line") return [{ ...row, scope, keepsLine: o.sharedLine ? 1 : 0 }];
  const origin = { id: c.id, reason: "no", scope };
  const reached = reaches[o.on]!.includes(scope) ? [NUMBER] : [];
  return spreadEntries(origin, reached, { by: "somebody", at }).map((its) => ({
    ...row,
    scope: its.scope,
    keepsLine: its.keepsLine ? 1 : 0,
  }));
}
/** By the line that was objected on: the scopes that reach this one. A company's line is shared: no person's own. */
const reaches: Record<string, readonly string[]> = {
  "another line of the same person": ["person", "unsaid"],
  "another line of the same company": ["company", "unsaid"],
  "the person's own line": ["company"],
};

/** The row of a consent on this number. None without a day, which every entry names. */
function consentsOf(of: CaseConsent, c: Case, zone: string): BriefConsent[] {
  if (of.givenAt === null || of.on !== undefined) return [];
  const givenAt = startOf(of.givenAt, zone);
  const past = (c.past ?? []).filter(({ at }) => Date.parse(at) >= Date.parse(givenAt));
  const attempts = past.length > 0 ? past.map(({ at }) => at) : Array<string>(of.attempts ?? 0).fill(givenAt);
  const uses: Use[] = [
    ...attempts.map((at) => ({ at, what: "attempt" as const })),
    ...(of.conversationAt ? [{ at: of.conversationAt, what: "talked" as const }] : []),
  ].map((use, n) => ({ ...use, consent: c.id, ref: `${n}`, givenAt }));
  const kind = of.upgraded ? null : of.kind;
  const asked = { kind: of.kind, givenBy: "J. Doe", givenAt, giver: of.from ?? ("subscriber" as const) };
  const { state, reviewedAt } = consentOf(asked, "+442079460001", {
    ...{ by: "somebody", role: of.by ?? "compliance", policy: defaultPolicy, at: givenAt },
  });
  const [words, how, proof] =
    of.evidenced === false ? ["", "", ""] : ["Yes, ring me.", "by telephone", "file 12"];
  const row: Omit<BriefConsent, "evidenced" | "proven"> = {
    ...{ id: c.id, number: NUMBER, basis: of.upgraded ? "solicited" : BASIS, kind },
    ...{
      claimed: 0,
      givenAt,
      at: givenAt,
      until: of.upgraded ? null : (of.until ?? null),
      day: of.namedDay ?? null,
    },
    calls: JSON.stringify(of.for ?? ["general"]),
    medium: of.channel ?? (of.kind === "soft-opt-in" ? "message" : "call"),
    // A soft opt-in names what was bought.
    product: of.product ?? (of.kind === "soft-opt-in" ? "solar" : ""),
    ...{ caller: of.to === undefined ? US : "Acme Leads Ltd", lasting: of.indefinite ? 1 : 0 },
    ...{ state, reviewedAt, doneAt: null },
    withdrawnAt: of.withdrawnAt === undefined ? null : startOf(of.withdrawnAt, zone),
    uses: JSON.stringify(uses),
  };
  const record = { ...row, words, how, proof, evidence: "x" };
  return [{ ...row, evidenced: isEvidenced(record) ? 1 : 0, proven: isProven(record) ? 1 : 0 }];
}

/** What the Worker enters on a withdrawal of the subscriber's. */
function withdrawalOf(of: CaseConsent, c: Case, zone: string): BriefEntry[] {
  const [row] = consentsOf(of, c, zone);
  const calls = of.for ?? ["general"];
  const medium = row?.medium ?? null;
  if (!row || row.withdrawnAt === null || !objectsBy({ ...row, calls, medium })) return [];
  const said = { at: row.withdrawnAt, scope: "line" as const, on: "this-line" };
  return entriesOf(said, c);
}

/** Our name. */
const US = "Acme Ltd";
/** Any. */
const NUMBER = 10_000_000_000;
const dayBefore = (day: string): string => new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);
