/** The policy in words: what each clause is called, what it does, and how a change of it reads. English (UK). */
import { clauseAt, type Group, type PolicyChange, type Source } from "../../policy/clauses.ts";
import { lastHolidayYear } from "../../hours/hours.ts";
import type { Hours, SchemeRule, SignInRule } from "../../policy/policy.ts";
import { sayNumber } from "../../phone/phone.ts";
import { english, fill, plural, sayDate } from "../language.ts";

import { counted } from "../language.ts";

export const policyEn = {
  groups: {
    screening: "Screening",
    calls: "Calls",
    identity: "Who is calling",
    recording: "Recording",
    requests: "Requests",
    retention: "How long we keep what",
    access: "Signing in",
    review: "Review",
  } satisfies Record<Group, string>,

  clauses: {
    registers: ["Registers", "What happens to a number on a register of people who do not want sales calls."],
    inHouse: ["Our own do-not-call list", "A number on it, or of a person who objected, is never called."],
    unknown: ["Numbers not known", "When the server cannot be reached or a country is unclear."],
    "screening.staleList": ["A register's copy too old", "When our copy is older than it may be."],
    "screening.maxListAgeDays": ["Oldest copy of a register", "Older than that, it is not relied on."],
    "screening.warnListAgeDays": ["Remind us of a new copy after", "Administrators are told by mail."],
    "screening.graceDays": [
      "Days before a new listing counts",
      "The law lets a caller go on for 28 days after a number is registered. 0 counts at once.",
    ],
    "screening.lookupsPerDay": [
      "Lookups a day",
      "Numbers that a source of a register by lookup may be asked about. What goes beyond is not known until the next day.",
    ],
    "screening.maxShrinkShare": [
      "Most that a push may remove",
      "A register that loses more at once is refused, unless the administrator says it is right.",
    ],
    "screening.rescreenDays": [
      "Screen the CRM again after",
      "All contacts of a connected CRM are screened again, and marked. In law a listing counts from its 28th day.",
    ],
    "screening.watch": [
      "Watch numbers that were screened",
      "When one that was clear is registered later, or objects, you are told.",
    ],
    "watching.mail": [
      "Mail about status changes of watched numbers",
      "One a day, or at once. No mail names a number: the desk does, under Watching.",
    ],
    "watching.mailTo": ["Who gets that mail", "Everybody with the role."],
    "numbers.defaultRegion": [
      "Country of numbers without a code",
      "How a number is read that does not say its country.",
    ],
    "numbers.lineRegion": [
      "Where our telephones are",
      "Decides which number dialled digits ring, whatever the page says whose number they are.",
    ],
    "numbers.alsoRegions": [
      "Other countries we call",
      "Where else a number without a code may belong. What is around it on the page counts first.",
    ],
    "dials.schemes": [
      "Other addresses that dial",
      "Schemes of your softphones and messengers that ClearDial does not know, such as acmephone for acmephone://call?target=0113…. A dial by them is held even if its number cannot be read.",
    ],
    overrides: [
      "Overriding a held call",
      "What an agent may give as the reason. An objection is never overridden by an agent.",
    ],
    "campaigns.runs": [
      "Kinds of call we make",
      "All but general sales calls need consent first, whatever the registers say.",
    ],
    hours: ["Calling hours", "By the clock of the person called. A country that is not named has no limit."],
    holidays: [
      "No calls on public holidays of",
      `Such a day counts as outside calling hours for every number of the United Kingdom. Known up to ${lastHolidayYear}.`,
    ],
    outOfHours: ["Outside calling hours", "What happens to a call that is too early or too late."],
    maskBlocked: ["Hide blocked numbers", "Paints over them on the page, so that nobody dials them by hand."],
    sites: [
      "Our CRM's addresses",
      "Where ClearDial is offered to be turned on with one click: one address, or all below one (https://*.lightning.force.com).",
    ],
    withheldCallerId: ["Withheld caller ID", "A dial that hides our number is refused."],
    "identity.company": ["Company name", "As agents say it and the public reads it."],
    "identity.line": ["What the agent says first", "Who is calling, and for whom."],
    "identity.address": ["Address", "Given to anybody who asks who called."],
    "identity.freephone": ["Freephone number", "0800 or 0808, instead of the address or beside it."],
    "identity.ownNumbers": ["Our own numbers", "Numbers that the company itself is the subscriber of."],
    "identity.presentationNumber": [
      "Number that the called person sees",
      "One of our own, which can be called back at no more than the usual cost.",
    ],
    "recording.announcement": ["Announcement", "What the other party hears before the recording begins."],
    "recording.purposes": ["Purposes", "What a recording may be listened to for."],
    "recording.openedBy": [
      "Who may listen",
      "Each time with a purpose, and each time it is on the audit trail.",
    ],
    "recording.regions": ["Where recordings are stored", "A recording anywhere else is refused."],
    "recording.outsideRegions": [
      "What a provider keeps elsewhere",
      "Nobody can open it. It waits for its day like any other, or is erased at the next run.",
    ],
    "recording.retentionMonths": [
      "Recordings are kept for",
      "Then they are erased, and proof of it is kept.",
    ],
    "requests.decideDays": ["Days to decide a request", "The law's month is taken where it is shorter."],
    "requests.extensions": ["Extensions", "Two more months for a complex request, said within the first."],
    "requests.erasureInWriting": [
      "Erasure in writing",
      "An oral request is recorded and confirmed by a link.",
    ],
    "requests.proofKeptDays": [
      "Proof of identity is kept for",
      "Counted from the day it was checked, or its request closed.",
    ],
    "requests.matchWindowMinutes": [
      "Search around the time of a call",
      "How far from the time that a person remembers we look for the call.",
    ],
    "retention.dialMonths": ["Evidence of calls is kept for", "Dials, and consents after their end."],
    "retention.listHistoryMonths": [
      "History of registers is kept for",
      "So that “was it listed on that day?” has an answer.",
    ],
    "retention.screeningMonths": [
      "Screenings are kept for",
      "Which numbers were screened when, and with what result: the proof that it was done before a call.",
    ],
    "retention.watchedMonths": [
      "A number is watched for",
      "Counted from the day on which it was last screened.",
    ],
    "retention.requestMonths": [
      "Requests are kept for",
      "Counted from the day on which one was closed. The audit trail stays.",
    ],
    "retention.turnedMonths": [
      "Status changes of watched numbers are kept for",
      "With who was told of it, and by what.",
    ],
    "retention.auditPayloadMonths": [
      "Details of the audit trail are kept for",
      "The trail itself stays, and goes on proving that nothing was changed.",
    ],
    "access.unusedTokenDays": ["An unused browser is signed out after", "Counted from its last use."],
    "access.rotateTokenDays": ["A browser's token is replaced after", "Nobody notices."],
    "access.numbersPerHour": [
      "Numbers that an agent may look up in an hour",
      "So that nobody reads a register out. An agent who asks for more is refused, and administrators are told.",
    ],
    "access.signIn": [
      "Who may sign in with the company account",
      "Groups, addresses and mail domains of your sign-in provider, with the role they get.",
    ],
    "review.everyMonths": ["This policy is reviewed every", "Managers are reminded by mail."],
    "review.lastReviewed": [
      "Last reviewed on",
      "The day on which somebody read the whole policy through. The public reads it too.",
    ],
    "review.by": ["Reviewed by", "Who read it through. The public reads it too."],
  } as Record<string, [title: string, text: string]>,

  values: {
    hold: "hold",
    warn: "warn",
    off: "off",
    refuse: "refuse",
    none: "never",
    "at-once": "at once",
    daily: "once a day",
    "service-and-solicited": "for a service call, or one that was asked for",
    "with-consent": "also with a recorded consent",
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
    keep: "keep it closed",
    erase: "erase it",
    agent: "agents",
    manager: "managers",
    compliance: "compliance officers",
    admin: "administrators",
    group: "group",
    email: "address",
    domain: "domain",
    true: "on",
    false: "off",
  } as Record<string, string>,

  /** Where no law stands behind a clause. */
  company: "Company policy",

  days: counted("{n} day", "{n} days"),
  months: counted("{n} month", "{n} months"),
  minutes: counted("{n} minute", "{n} minutes"),
  percent: "{n}%",
  unset: "not set",
  /** Of the country where the telephones are. */
  sameRegion: "the country of numbers without a code",
  noLimit: "no limit",
  noCalls: "no calls",
  weekdays: { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" },
  change: "{title}: {from} → {to}",
  needsAdmin: "An administrator must make this change: {clauses}.",
  more: "{from}, and more",
};

/** What a clause is called. `registers.tps` is called by the register. */
export function sayClause(path: string): string {
  const clause = clauseAt(path);
  const title = policyEn.clauses[clause?.path ?? path]?.[0] ?? path;
  if (!clause || clause.path === path) return title;
  const key = path.slice(clause.path.length + 1);
  return clause.kind === "registers" ? key.toUpperCase() : `${title} (${key})`;
}

/** Where a clause's rule is written down. */
export const saySource = (source: Source): string => (source === "company" ? policyEn.company : source.name);

/** A clause's value in words. */
export function sayValue(path: string, value: unknown): string {
  const clause = clauseAt(path);
  if (value === null || value === undefined) {
    if (clause?.kind === "region") return policyEn.sameRegion;
    return clause?.kind === "hours" ? policyEn.noLimit : policyEn.unset;
  }
  if (clause?.kind === "hours" && clause.path !== path) return sayHours(value as Hours);
  if (clause?.kind === "share") return fill(policyEn.percent, { n: Math.round(Number(value) * 100) });
  if (clause?.kind === "date") return sayDate(english, value as string);
  if (clause?.unit) return plural(english, policyEn[clause.unit], Number(value));
  if (clause?.kind === "phone") return sayNumber(value as string);
  if (Array.isArray(value)) {
    const list = value.map((v) => {
      if (typeof v === "string") return sayItem(clause?.kind, v);
      return clause?.kind === "schemes" ? sayScheme(v as SchemeRule) : saySignIn(v as SignInRule);
    });
    return list.length === 0 ? policyEn.unset : list.join(", ");
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
  fill(policyEn.change, { title: sayClause(path), from: sayValue(path, from), to: sayValue(path, to) });

/** What a manager is told of a change that loosens the policy, before the save and by the Worker. */
export const sayNeedsAdmin = (paths: string[]): string =>
  fill(policyEn.needsAdmin, { clauses: paths.map(sayClause).join("; ") });

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
  why: "Why?",
  whyHint: "Everybody can read this in the policy's history",
  save: "Save",
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
