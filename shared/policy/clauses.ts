/**
 * The policy's clauses for people: in groups, each with its control, its limits, and the source of its rule. The popup,
 * the desk, the public page and the differences between versions are made from this table; its words are in
 * texts/policy/clauses.en.ts. No zod here, as our pages import it.
 */
import type { Policy } from "./policy.ts";

export type ClauseKind =
  /** One of `options`. */
  | "choice"
  /** Some of `options`. */
  | "choices"
  | "switch"
  | "count"
  /** A share of one, shown as a percentage. */
  | "share"
  | "line"
  | "lines"
  | "date"
  | "phone"
  | "phones"
  | "region"
  | "regions"
  | "origins"
  | "names"
  /** A record from a register's id to one of `options`. */
  | "registers"
  /** A record from a register's id to words. */
  | "grounds"
  /** A record from a region to seven days. */
  | "hours"
  | "sign-in"
  /** Rows of a scheme, a parameter and `call` or `message`. */
  | "schemes"
  /** Rows of who receives data. */
  | "recipients";

export interface Clause {
  /** Its place in the policy: keys joined by dots. */
  path: string;
  group: Group;
  kind: ClauseKind;
  options?: readonly string[];
  min?: number;
  max?: number;
  unit?: "days" | "months" | "minutes";
  /** May be unset (null): its text says what counts then. */
  optional?: true;
  /** No save may change it. */
  locked?: true;
  /**
   * Changed only with an administrator's word: it decides who may sign in, when evidence is erased, what is spent, or
   * which registers a number is looked up in. loosened.ts has what waits for a second person, whoever changes it.
   */
  admin?: true;
  /** Shown in the popup, where a manager may change it at work. */
  popup?: true;
  /** The source of the rule: a law, or only the company's own policy. */
  source: Source;
}

export const groups = [
  "screening",
  "calls",
  "identity",
  "recording",
  "requests",
  "retention",
  "recipients",
  "access",
  "review",
] as const;
export type Group = (typeof groups)[number];

/** `on`: the day on which it was last looked up. docs/sources.md has what was found, and what could not be confirmed. */
export type Source = { name: string; url: string; on: string } | "company";
/** Links to the first of several provisions. */
const law = (name: string, path: string, numbers: string, on = "2026-11-25"): Source => ({
  name: `${name}${numbers.includes(",") ? "s" : ""} ${numbers}`,
  url: `https://www.legislation.gov.uk/${path}/${/^\d+[A-Z]*/.exec(numbers)![0]}`,
  on,
});
const pecr = (numbers: string, on?: string) => law("PECR 2003 reg", "uksi/2003/2426/regulation", numbers, on);
const gdpr = (numbers: string) => law("UK GDPR art", "eur/2016/679/article", numbers);

/** Personal data is kept no longer than is necessary. */
const storage = gdpr("5(1)(e)");
/** Security of processing. */
const security = gdpr("32");
/** The called person sees a number on which the caller can be reached. */
const presentation = pecr("21(A1)");
/** A request is answered within the applicable time period: a month, and when it pauses. */
const inTime = gdpr("12(3), 12A");
const treatment = ["hold", "warn"] as const;
const days = (min: number, max: number) => ({ min, max, unit: "days" as const });
const months = (min: number, max: number) => ({ min, max, unit: "months" as const });
/** How long something is kept. */
const kept = (max: number) => ({ ...months(1, max), admin: true as const, source: storage });

const clauseOf = (
  path: string,
  group: Group,
  kind: ClauseKind,
  rest: Partial<Omit<Clause, "path" | "group" | "kind">> = {},
): Clause => ({ path, group, kind, source: "company", ...rest });

export const clauses: readonly Clause[] = [
  clauseOf("registers", "screening", "registers", {
    options: ["hold", "warn", "off"],
    popup: true,
    source: pecr("21(1)(b)"),
  }),
  clauseOf("grounds", "screening", "grounds", { max: 500, admin: true, source: pecr("21(1)(b)") }),
  clauseOf("inHouse", "screening", "choice", {
    options: ["hold"],
    locked: true,
    popup: true,
    source: pecr("21(1)(a)"),
  }),
  clauseOf("unknown", "screening", "choice", {
    options: ["hold"],
    locked: true,
    popup: true,
    source: pecr("21(1)(b)"),
  }),
  clauseOf("screening.staleList", "screening", "choice", {
    options: ["hold"],
    locked: true,
    popup: true,
    source: pecr("21(3)"),
  }),
  clauseOf("screening.maxListAgeDays", "screening", "count", {
    ...days(1, 28),
    source: pecr("21(3)"),
  }),
  clauseOf("screening.warnListAgeDays", "screening", "count", days(1, 28)),
  clauseOf("screening.graceDays", "screening", "count", { ...days(0, 28), source: pecr("21(3)") }),
  clauseOf("screening.lookupsPerDay", "screening", "count", { min: 0, max: 1_000_000, admin: true }),
  clauseOf("screening.maxShrinkShare", "screening", "share", { min: 0, max: 1 }),
  clauseOf("screening.rescreenDays", "screening", "count", { ...days(1, 28), source: pecr("21(3)") }),
  clauseOf("screening.watch", "screening", "switch", { source: pecr("21(3)") }),
  clauseOf("screening.offlineMinutes", "screening", "count", {
    ...{ min: 0, max: 1440, unit: "minutes", admin: true },
  }),
  clauseOf("screening.heldRegions", "screening", "regions", { admin: true }),
  clauseOf("watching.mail", "screening", "choice", { options: ["at-once", "daily", "none"] }),
  clauseOf("watching.mailTo", "screening", "choices", { options: ["manager", "compliance", "admin"] }),
  // Read as another country's, a number would be looked up only in that country's registers.
  clauseOf("numbers.defaultRegion", "screening", "region", { admin: true, popup: true }),
  clauseOf("numbers.lineRegion", "screening", "region", { admin: true, optional: true, popup: true }),
  clauseOf("numbers.alsoRegions", "screening", "regions"),

  clauseOf("overrides", "calls", "choice", {
    options: ["none", "service-and-solicited", "with-consent"],
    source: pecr("21(4)"),
  }),
  clauseOf("dials.schemes", "calls", "schemes", {
    options: ["call", "message"],
    source: pecr("22", "2026-11-27"),
  }),
  clauseOf("campaigns.runs", "calls", "choices", {
    options: ["general", "automated", "claims-management", "pensions"],
    source: pecr("19, 21A, 21B"),
  }),
  clauseOf("campaigns.pensionsAuthorised", "calls", "switch", { admin: true, source: pecr("19, 21A, 21B") }),
  clauseOf("campaigns.onRequest", "calls", "switch", { admin: true, source: pecr("19, 21A, 21B") }),
  clauseOf("consents.recordedBy", "calls", "choices", {
    options: ["agent", "manager", "compliance", "admin"],
    admin: true,
    source: pecr("21(4)"),
  }),
  clauseOf("consents.monthsAtMost", "calls", "count", { ...months(1, 84), optional: true, admin: true }),
  clauseOf("consents.amber", "calls", "choice", { options: ["pass", "dialog"], admin: true }),
  clauseOf("parties.from", "calls", "choices", {
    options: ["officer", "connector", "register", "import"],
    admin: true,
  }),
  clauseOf("hours", "calls", "hours"),
  clauseOf("holidays", "calls", "choices", { options: ["GB-ENG", "GB-SCT", "GB-NIR"] }),
  clauseOf("outOfHours", "calls", "choice", { options: treatment, popup: true }),
  clauseOf("maskBlocked", "calls", "switch", { popup: true }),
  clauseOf("sites", "calls", "origins"),

  clauseOf("withheldCallerId", "identity", "choice", {
    options: ["refuse"],
    locked: true,
    popup: true,
    source: presentation,
  }),
  clauseOf("identity.company", "identity", "line", { max: 200, source: pecr("24") }),
  clauseOf("identity.tradingNames", "identity", "names", { max: 200, source: pecr("21(4)") }),
  clauseOf("identity.line", "identity", "lines", { max: 500, source: pecr("24") }),
  clauseOf("identity.address", "identity", "lines", { max: 500, source: pecr("24") }),
  clauseOf("identity.freephone", "identity", "line", { max: 30, source: pecr("24") }),
  clauseOf("identity.ownNumbers", "identity", "phones"),
  clauseOf("identity.presentationNumber", "identity", "phone", { source: presentation }),

  clauseOf("recording.announcement", "recording", "lines", { max: 500, source: gdpr("13") }),
  clauseOf("recording.purposes", "recording", "choices", {
    options: ["training", "quality", "protection", "request"],
    source: gdpr("5(1)(b)"),
  }),
  clauseOf("recording.openedBy", "recording", "choices", {
    options: ["agent", "manager", "compliance", "admin"],
    admin: true,
    source: security,
  }),
  clauseOf("recording.openedFrom", "recording", "regions", { admin: true, source: security }),
  clauseOf("recording.regions", "recording", "regions"),
  clauseOf("recording.outsideRegions", "recording", "choice", {
    options: ["keep", "erase"],
    admin: true,
    source: gdpr("44A"),
  }),
  clauseOf("recording.retentionMonths", "recording", "count", kept(84)),

  clauseOf("requests.decideDays", "requests", "count", {
    ...days(1, 30),
    source: inTime,
  }),
  clauseOf("requests.extensions", "requests", "switch", { source: inTime }),
  clauseOf("requests.erasureInWriting", "requests", "switch"),
  clauseOf("requests.proofKeptDays", "requests", "count", { ...days(0, 30), source: storage }),
  clauseOf("requests.matchWindowMinutes", "requests", "count", { min: 5, max: 1440, unit: "minutes" }),
  clauseOf("requests.pauses", "requests", "choice", {
    options: ["none", "law"],
    admin: true,
    source: inTime,
  }),
  clauseOf("requests.progressDays", "requests", "count", { ...days(7, 90), admin: true }),
  clauseOf("requests.outcomeDays", "requests", "count", { ...days(30, 180), admin: true }),

  clauseOf("retention.dialMonths", "retention", "count", kept(84)),
  clauseOf("retention.listHistoryMonths", "retention", "count", kept(36)),
  clauseOf("retention.auditPayloadMonths", "retention", "count", kept(84)),
  clauseOf("retention.screeningMonths", "retention", "count", kept(84)),
  clauseOf("retention.watchedMonths", "retention", "count", kept(84)),
  clauseOf("retention.requestMonths", "retention", "count", kept(84)),
  clauseOf("retention.turnedMonths", "retention", "count", kept(84)),

  clauseOf("recipients", "recipients", "recipients", { admin: true }),

  clauseOf("access.unusedTokenDays", "access", "count", { ...days(1, 365), admin: true, source: security }),
  clauseOf("access.rotateTokenDays", "access", "count", { ...days(1, 365), admin: true, source: security }),
  clauseOf("access.numbersPerHour", "access", "count", {
    min: 1000,
    max: 1_000_000,
    admin: true,
    source: security,
  }),
  clauseOf("access.officeNumbersPerHour", "access", "count", {
    min: 1000,
    max: 10_000_000,
    admin: true,
    source: security,
  }),
  clauseOf("access.gateNumbersPerHour", "access", "count", {
    min: 1000,
    max: 1_000_000,
    admin: true,
    source: security,
  }),
  clauseOf("access.screenedPerDay", "access", "count", {
    min: 10_000,
    max: 100_000_000,
    admin: true,
    source: security,
  }),
  clauseOf("access.signIn", "access", "sign-in", { admin: true, source: security }),

  clauseOf("review.everyMonths", "review", "count", { ...months(1, 36), source: gdpr("24(1)") }),
  clauseOf("review.lastReviewed", "review", "date", { source: gdpr("5(2)") }),
  clauseOf("review.by", "review", "line", { max: 200, source: gdpr("5(2)") }),
];

type Fields = Record<string, unknown>;

/** A clause's value in a policy. A register without a setting holds. */
export function clauseValue(policy: Policy, path: string): unknown {
  const value = path
    .split(".")
    // A register's id may equal a property of every object, such as `constructor`.
    .reduce<unknown>(
      (at, key) => (Object.hasOwn(Object(at) as Fields, key) ? (at as Fields)[key] : undefined),
      policy,
    );
  return value === undefined && path.startsWith("registers.") ? "hold" : value;
}

/** Whether a policy has a clause: that of an older Worker lacks those which came since. */
export const hasClause = (policy: Policy, { path }: Clause): boolean =>
  clauseValue(policy, path) !== undefined;

/** The policy with one clause changed. In a record, one key: `registers.tps`, `hours.GB` (undefined removes it). */
export function withClause(policy: Policy, path: string, value: unknown): Policy {
  const put = (at: Record<string, unknown>, [key = "", ...rest]: string[]): Record<string, unknown> => {
    if (rest.length > 0) return { ...at, [key]: put((at[key] ?? {}) as Record<string, unknown>, rest) };
    const { [key]: _, ...others } = at;
    return value === undefined ? others : { ...at, [key]: value };
  };
  return put(policy, path.split(".")) as Policy;
}

/** Whether a clause's value is a record, which changes key by key. */
export const isRecord = (kind: ClauseKind | undefined): boolean =>
  kind === "registers" || kind === "hours" || kind === "grounds";

export interface PolicyChange {
  path: string;
  from: unknown;
  to: unknown;
}

/** The differences between two versions, clause by clause, and in a record key by key. */
export function changesBetween(before: Policy, after: Policy): PolicyChange[] {
  const paths = clauses.flatMap(({ path, kind }) => {
    if (!isRecord(kind)) return [path];
    const keys = [before, after].flatMap((p) => Object.keys(Object(clauseValue(p, path)) as object));
    return [...new Set(keys)].sort().map((key) => `${path}.${key}`);
  });
  return paths
    .map((path) => ({ path, from: clauseValue(before, path), to: clauseValue(after, path) }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

/** The clause that a path belongs to, also if the path names a key of a record. */
export const clauseAt = (path: string): Clause | undefined =>
  clauses.find((c) => c.path === path || path.startsWith(`${c.path}.`));
