/** The policy in words: what each clause is called, what it does, and how a change of it reads. English (UK). */
import { approvers } from "../../policy/loosened.ts";
import { clauseAt, type Group, type PolicyChange, type Source } from "../../policy/clauses.ts";
import type { Hours, Recipient, SchemeRule, SignInRule } from "../../policy/policy.ts";
import { hostsOf } from "../../policy/recipients.ts";
import { sayNumber } from "../../phone/phone.ts";
import { english, fill, plural, sayDate } from "../language.ts";

import { clauseWords } from "./clause-words.en.ts";
import { counted } from "../language.ts";

export const policyEn = {
  groups: {
    screening: "Screening",
    calls: "Calls",
    identity: "Who is calling",
    recording: "Recording",
    requests: "Requests",
    retention: "How long we keep what",
    recipients: "Who receives",
    access: "Signing in",
    review: "Review",
  } satisfies Record<Group, string>,

  clauses: clauseWords,

  values: {
    hold: "hold",
    warn: "warn",
    off: "off",
    refuse: "refuse",
    none: "never",
    "at-once": "at once",
    daily: "once a day",
    "service-and-solicited": "for a service call",
    "with-consent": "for a service call (once also with a consent)",
    call: "a call",
    message: "a text or a chat",
    general: "general sales calls",
    automated: "automated calls",
    "claims-management": "claims management",
    pensions: "pensions",
    training: "training",
    quality: "quality",
    protection: "protection of both sides",
    request: "answering a request",
    "GB-ENG": "England and Wales",
    "GB-SCT": "Scotland",
    "GB-NIR": "Northern Ireland",
    pass: "it goes out",
    dialog: "the agent is asked first",
    law: "as the law allows",
    officer: "compliance officers",
    connector: "our CRM",
    register: "a register",
    import: "an imported file",
    keep: "keep it closed",
    erase: "erase it",
    agent: "agents",
    manager: "managers",
    compliance: "compliance officers",
    admin: "administrators",
    group: "group",
    email: "address",
    domain: "domain",
    webhook: "a webhook",
    lookup: "a register's source",
    mail: "the mail service",
    provider: "the telephone provider",
    store: "a store",
    "sign-in": "the sign-in provider",
    timestamp: "the timestamp service",
    resolver: "the resolver of hosts' names",
    export: "handed over by hand",
    processor: "processor",
    controller: "controller",
    joint: "joint controller",
    own: "our own system",
    true: "on",
    false: "off",
  } as Record<string, string>,

  /** Where no law stands behind a clause. */
  company: "Company policy",

  days: counted("{n} day", "{n} days"),
  months: counted("{n} month", "{n} months"),
  backups: counted("backups keep what is erased for {n} day", "backups keep what is erased for {n} days"),
  erases: "officers may erase there from here",
  minutes: counted("{n} minute", "{n} minutes"),
  percent: "{n}%",
  unset: "not set",
  anywhere: "anywhere",
  /** Of the country where the telephones are. */
  sameRegion: "the country of numbers without a code",
  noLimit: "no limit",
  noCalls: "no calls",
  weekdays: { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" },
  change: "{title}: {from} → {to}",
  /** Of a register with long rows: what is new, and what is gone. */
  rows: {
    said: "{title}: {changes}",
    added: "new: {row}",
    removed: "no longer: {row}",
    order: "another order",
  },
  waits: {
    admin: "Waits until another person, an administrator, approves it: {clauses}.",
    officer: "Waits until another person, a compliance officer or an administrator, approves it: {clauses}.",
  },
  waitsAlone: {
    admin:
      "There is no other administrator to approve it, so it counts 24 hours after somebody was told, unless somebody refuses it: {clauses}. Everybody is told by mail, where mail is set up, and in their popup.",
    officer:
      "There is no compliance officer and no other administrator to approve it, so it counts 24 hours after somebody was told, unless somebody refuses it: {clauses}. Everybody is told by mail, where mail is set up, and in their popup.",
  },
  atOnce:
    "On the day of set-up there is nobody else yet, so it counts at once: {clauses}. The audit trail says so, and everybody is told by mail, where mail is set up.",
  more: "{from}, and more",
};

/** What a clause is called. `registers.tps` is called by the register. */
export function sayClause(path: string): string {
  const clause = clauseAt(path);
  const title = policyEn.clauses[clause?.path ?? path]?.[0] ?? path;
  if (!clause || clause.path === path) return title;
  const key = path.slice(clause.path.length + 1).toUpperCase();
  return clause.kind === "registers" ? key : `${title} (${key})`;
}

/** Where a clause's rule is written down. */
export const saySource = (source: Source): string => (source === "company" ? policyEn.company : source.name);

/** A clause's value in words. */
export function sayValue(path: string, value: unknown): string {
  const clause = clauseAt(path);
  if (value === null || value === undefined) {
    if (clause?.kind === "region") return policyEn.sameRegion;
    return clause?.kind === "hours" || clause?.kind === "count" ? policyEn.noLimit : policyEn.unset;
  }
  if (clause?.kind === "hours" && clause.path !== path) return sayHours(value as Hours);
  if (clause?.kind === "share") return fill(policyEn.percent, { n: Math.round(Number(value) * 100) });
  if (clause?.kind === "date") return sayDate(english, value as string);
  if (clause?.unit) return plural(english, policyEn[clause.unit], Number(value));
  if (clause?.kind === "phone") return sayNumber(value as string);
  if (Array.isArray(value)) {
    const list = value.map((v) => {
      if (typeof v === "string") return sayItem(clause?.kind, v);
      if (clause?.kind === "recipients") return sayRecipient(v as Recipient);
      return clause?.kind === "schemes" ? sayScheme(v as SchemeRule) : saySignIn(v as SignInRule);
    });
    const none = clause?.path === "recording.openedFrom" ? policyEn.anywhere : policyEn.unset;
    return list.length === 0 ? none : list.join(", ");
  }
  const text = value as string | number | boolean;
  return text === "" ? policyEn.unset : (policyEn.values[String(text)] ?? String(text));
}

const sayItem = (kind: string | undefined, item: string): string =>
  kind === "phones"
    ? sayNumber(item)
    : kind === "regions" || kind === "region"
      ? item
      : (policyEn.values[item] ?? item);

/** `Our dialler (dial.example.com): a webhook, processor, GB, DPA of 1 March; number, verdict`. */
export function sayRecipient(recipient: Recipient): string {
  const { name, kind, role, country, contract, fields, backupDays, erases } = recipient;
  const hosts = hostsOf(recipient).filter(Boolean).join(", ");
  const said = [
    ...[policyEn.values[kind] ?? kind, policyEn.values[role] ?? role, country, contract],
    backupDays === undefined ? "" : plural(english, policyEn.backups, backupDays),
    erases ? policyEn.erases : "",
  ];
  return `${name}${hosts && ` (${hosts})`}: ${said.filter(Boolean).join(", ")}; ${fields.join(", ")}`;
}

/** `acmephone (target): a call`. */
const sayScheme = ({ scheme, parameter, kind }: SchemeRule): string =>
  `${scheme}${parameter === undefined ? "" : ` (${parameter})`}: ${policyEn.values[kind]}`;

const saySignIn = ({ match, value, role }: SignInRule): string =>
  `${policyEn.values[match] ?? match} ${value}: ${role}`;

/** `Mon–Fri 09:00–18:00, Sat 10:00–14:00, Sun no calls`. */
export function sayHours(hours: Hours): string {
  const days = Object.entries(policyEn.weekdays) as [keyof Hours, string][];
  const said = days.map(([day, name]) => ({ name, text: hours[day]?.join("–") ?? policyEn.noCalls }));
  const runs: { from: string; to: string; text: string }[] = [];
  for (const { name, text } of said) {
    const last = runs.at(-1);
    if (last?.text === text) last.to = name;
    else runs.push({ from: name, to: name, text });
  }
  return runs.map((r) => `${r.from === r.to ? r.from : `${r.from}–${r.to}`} ${r.text}`).join(", ");
}

/** One change as a line: `TPS: hold → warn`. */
export const sayChange = ({ path, from, to }: PolicyChange): string =>
  clauseAt(path)?.kind === "recipients"
    ? sayRows(sayClause(path), ...[from, to].map((rows) => ((rows ?? []) as Recipient[]).map(sayRecipient)))
    : fill(policyEn.change, { title: sayClause(path), from: sayValue(path, from), to: sayValue(path, to) });

/** `Who receives data: new: Our dialler (dial.example.com): …; no longer: …`. */
function sayRows(title: string, before: string[] = [], after: string[] = []): string {
  const { said, added, removed, order } = policyEn.rows;
  const changes = [
    ...after.filter((row) => !before.includes(row)).map((row) => fill(added, { row })),
    ...before.filter((row) => !after.includes(row)).map((row) => fill(removed, { row })),
  ];
  return fill(said, { title, changes: changes.join("; ") || order });
}

/** What somebody is told of changes that loosen the policy, before the save. `alone`: nobody else could approve them. */
export function sayWaits(changes: readonly PolicyChange[], alone: boolean): string {
  const paths = changes.map(({ path }) => path);
  const by = approvers(paths).includes("compliance") ? "officer" : "admin";
  return fill(policyEn[alone ? "waitsAlone" : "waits"][by], { clauses: paths.map(sayClause).join("; ") });
}

/** The same of changes that count at once, as the company was set up within a day. */
export const sayAtOnce = (changes: readonly PolicyChange[]): string =>
  fill(policyEn.atOnce, { clauses: changes.map(({ path }) => sayClause(path)).join("; ") });

/** The policy in the popup. */
export const policyPanelEn = {
  title: "Calling policy",
  version: "Version {n}, saved by {by} on {date}",
  defaults: "The strict policy that ClearDial begins with",
  readOnly: "Managers change it.",
  locked: "always",
  whole: "The whole policy",
  public: "As the public reads it",
  staged: counted("{n} change", "{n} changes"),
  /** What the changes would have done to the last days' dials. */
  counting: "Counting what it would have changed…",
  notCounted: "What it would have changed is not known: the server did not count it.",
  notLooked:
    "What it would have changed is not known: only changes of registers and of calls outside hours are counted.",
  freed: "Of the {held} dials held in the last {days} days, {n} would not have been held.",
  stopped: "Of the {warned} that went out with a warning in the last {days} days, {n} would have been held.",
  same: "It would have held or let out no other dial of the last {days} days ({held} held).",
  why: "Why?",
  whyHint: "Everybody can read this in the policy's history",
  save: "Save",
  propose: "Propose",
  proposed: "Proposed. Another person approves it in the desk, under Policy.",
  proposedAlone:
    "Proposed. It counts 24 hours after somebody was told, unless somebody refuses it in the desk, under Policy.",
  saving: "Saving…",
  undo: "Undo",
  saved: "Saved. Open pages follow at once here, and within a minute everywhere.",
  needsWhy: "Say why first.",
  moved:
    "{by} has changed the policy meanwhile: {changes}. Your own changes are still here: look, then save again.",
  movedSame: "{by} has meanwhile made the same change.",
  failed: "Not saved: {detail}",
  offline: "Not saved: the server cannot be reached. Try again.",
};
