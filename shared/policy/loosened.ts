/**
 * Changes of the policy that loosen it: those that allow more calls, weaken a protection of people's data, or affect
 * evidence. They are proposals until a second person approves them; what tightens counts at once.
 */
import type { Role } from "../people/api.ts";
import {
  changesBetween,
  type Clause,
  clauseAt,
  clauses,
  clauseValue,
  type PolicyChange,
  withClause,
} from "./clauses.ts";
import type { Hours, Policy, SchemeRule, SignInRule } from "./policy.ts";
import { givesMore } from "./sign-in.ts";
import { covers } from "./sites.ts";

/** True where a change from one value to another, different one loosens. */
type Looser = (from: unknown, to: unknown) => boolean;

/** Values from the strictest to the loosest. */
const order =
  (...values: unknown[]): Looser =>
  (from, to) =>
    values.indexOf(to) > values.indexOf(from);
const weaker = order("hold", "warn", "off");
const on = order(false, true);
const more: Looser = (from, to) => Number(to) > Number(from);
const gained: Looser = (from, to) => {
  const had = new Set((from as unknown[]).map((x) => JSON.stringify(x)));
  return (to as unknown[]).some((x) => !had.has(JSON.stringify(x)));
};
const lost: Looser = (from, to) => gained(to, from);
/** Neither direction is the safe one: kept longer is more than is needed, shorter erases for good. */
const either: Looser = () => true;

/** A row of a call may be added; a message is judged by fewer rules, and another parameter may hold another number. */
const fewerDials: Looser = (from, to) => {
  const text = ({ scheme, parameter = "", kind }: SchemeRule) => `${scheme} ${parameter} ${kind}`;
  const [before, after] = [from as SchemeRule[], to as SchemeRule[]];
  const had = new Set(before.map(text));
  const added = after.filter((row) => !had.has(text(row)));
  return (
    before.some((row) => !after.some((now) => text(now) === text(row))) ||
    added.some(({ kind }) => kind === "message")
  );
};

/** Some site is no longer covered by any. */
const uncovered: Looser = (from, to) =>
  (from as string[]).some((site) => !(to as string[]).some((now) => covers(now, site)));

/** Hours of one region that begin earlier or end later on some day. A region without hours has no limit. */
const wider: Looser = (from, to) => {
  if (from === undefined) return false;
  if (to === undefined) return true;
  const [before, after] = [from as Hours, to as Hours];
  return (Object.keys(after) as (keyof Hours)[]).some((day) => {
    const [was, now] = [before[day], after[day]];
    if (!now || now[0] >= now[1]) return false;
    return !was || was[0] >= was[1] || now[0] < was[0] || now[1] > was[1];
  });
};

/** Another country, or no list any more, which is anywhere. */
const fromMore: Looser = (from, to) =>
  (from as string[]).length > 0 && ((to as string[]).length === 0 || gained(from, to));

/** Another kind of call, or others are judged where nobody names one (kindsOf of check/verdict.ts). */
const otherCalls: Looser = (from, to) => {
  const unnamed = (runs: string[]) => (runs.includes("general") ? "general" : runs.toSorted().join());
  return gained(from, to) || unnamed(from as string[]) !== unnamed(to as string[]);
};

/** Consents to the other name would count. Before the policy had a name, no consent on record has one. */
const renamed: Looser = (from) => from !== "";

/** By clause, when a change of it loosens. A clause that is not here is in `neutral`. */
export const looser: Readonly<Record<string, Looser>> = {
  registers: weaker,
  // Other words are another ground.
  grounds: (_, to) => to !== undefined,
  "screening.maxListAgeDays": more,
  "screening.graceDays": more,
  "screening.maxShrinkShare": more,
  "screening.rescreenDays": more,
  "screening.watch": order(true, false),
  "screening.offlineMinutes": more,
  "screening.heldRegions": lost,
  // How a number without a country code is read decides which registers it is looked up in.
  "numbers.defaultRegion": either,
  "numbers.lineRegion": either,
  // Numbers of a region that is removed would no longer be found.
  "numbers.alsoRegions": lost,
  overrides: order("none", "service-and-solicited", "with-consent"),
  "dials.schemes": fewerDials,
  "campaigns.runs": otherCalls,
  "campaigns.pensionsAuthorised": on,
  "campaigns.onRequest": on,
  "consents.recordedBy": gained,
  "consents.monthsAtMost": (from, to) => (to ?? Infinity) > (from ?? Infinity),
  "consents.amber": order("dialog", "pass"),
  // One source fewer may end a disagreement, under which the stricter law counts.
  "parties.from": either,
  hours: wider,
  holidays: lost,
  outOfHours: weaker,
  sites: uncovered,
  // Whose consents are ours.
  "identity.company": renamed,
  "identity.tradingNames": gained,
  // Beside another number of a softphone's call, our own is not judged (extension/page/guard/call-judge.ts); and a call may
  // show it (shared/dials/gate.ts).
  "identity.ownNumbers": gained,
  "recording.purposes": gained,
  "recording.openedBy": gained,
  "recording.openedFrom": fromMore,
  "recording.regions": gained,
  "recording.outsideRegions": either,
  "recording.retentionMonths": either,
  "requests.decideDays": more,
  "requests.extensions": on,
  "requests.erasureInWriting": on,
  "requests.proofKeptDays": more,
  "requests.pauses": order("none", "law"),
  "requests.progressDays": more,
  "requests.outcomeDays": more,
  "retention.dialMonths": either,
  "retention.listHistoryMonths": either,
  "retention.auditPayloadMonths": either,
  "retention.screeningMonths": either,
  "retention.watchedMonths": either,
  "retention.requestMonths": either,
  "retention.turnedMonths": either,
  // Another contract or another field is another recipient.
  recipients: gained,
  "access.unusedTokenDays": more,
  "access.rotateTokenDays": more,
  "access.numbersPerHour": more,
  "access.officeNumbersPerHour": more,
  "access.gateNumbersPerHour": more,
  "access.screenedPerDay": more,
  "access.signIn": (from, to) => givesMore(from as SignInRule[], to as SignInRule[]),
};

/** Clauses of which no change loosens, each with its reason. */
export const neutral: Readonly<Record<string, string>> = {
  inHouse: "locked",
  unknown: "locked",
  "screening.staleList": "locked",
  withheldCallerId: "locked",
  "screening.warnListAgeDays": "only a reminder",
  "screening.lookupsPerDay": "what is not asked is not known; more costs money",
  "watching.mail": "the desk shows the same",
  "watching.mailTo": "the desk shows the same",
  maskBlocked: "a blocked call is held with or without it",
  "identity.line": "what we say of ourselves",
  "identity.address": "what we say of ourselves",
  "identity.freephone": "what we say of ourselves",
  "identity.presentationNumber": "what we say of ourselves",
  "recording.announcement": "what we say of ourselves",
  "requests.matchWindowMinutes": "where a search begins; an officer looks further",
  "review.everyMonths": "only a reminder",
  "review.lastReviewed": "what was done",
  "review.by": "what was done",
};

/** The changes that go back to an earlier version. That a policy was reviewed, and by whom, was done: nothing undoes it. */
export const changesBack = (now: Policy, earlier: Policy): PolicyChange[] =>
  changesBetween(now, earlier).filter(({ path }) => !["review.lastReviewed", "review.by"].includes(path));

/** Loosened only with an administrator's word, beside the clauses that are `admin`. */
const byAdmins: ReadonlySet<string> = new Set([
  "registers",
  "screening.maxListAgeDays",
  "screening.graceDays",
  "numbers.alsoRegions",
  "dials.schemes",
  "recording.regions",
]);

/**
 * Whether a change waits for a second person: what loosens, and from a manager also what is an administrator's and has
 * no stricter direction, as it costs money.
 */
function waits({ path, from, to }: PolicyChange, role: Role): boolean {
  const clause = clauseAt(path);
  if (!clause) return false;
  const loosens = looser[clause.path];
  return loosens ? loosens(from, to) : clause.admin === true && role !== "admin";
}

/** The changes from `before` to `after` that wait for a second person; in a record key by key. */
export const loosened = (before: Policy, after: Policy, role: Role): PolicyChange[] =>
  changesBetween(before, after).filter((change) => waits(change, role));

/**
 * What a client sends as a policy, with each clause that it leaves out as it is: it may be of before the clause, and nobody chose
 * another value.
 */
export const withUnsent = (sent: Record<string, unknown>, policy: Policy): Policy =>
  clauses.reduce(
    (doc, { path }) =>
      clauseValue(doc, path) === undefined ? withClause(doc, path, clauseValue(policy, path)) : doc,
    sent as unknown as Policy,
  );

/** A policy with these changes. */
export const withChanges = (policy: Policy, changes: readonly PolicyChange[]): Policy =>
  changes.reduce((at, { path, to }) => withClause(at, path, to), policy);

/**
 * What a save means: the policy that counts at once, and the changes that are proposed. `faults` names clauses that a
 * policy has wrong: a change that fits only what is proposed waits with it, and where that does not help, all of them.
 */
export function split(
  before: Policy,
  next: Policy,
  role: Role,
  faults: (now: Policy) => readonly string[] = () => [],
): { now: Policy; proposed: PolicyChange[] } {
  const changes = changesBetween(before, next);
  let proposed = changes.filter((change) => waits(change, role));
  for (;;) {
    const back = proposed.map(({ path, from, to }) => ({ path, from: to, to: from }));
    const now = withChanges(next, back);
    const wrong = new Set(faults(now).map((path) => clauseAt(path)?.path));
    if (wrong.size === 0 || proposed.length === changes.length) return { now, proposed };
    const more = changes.filter((c) => proposed.includes(c) || wrong.has(clauseAt(c.path)?.path));
    proposed = more.length > proposed.length ? more : changes;
  }
}

/** Who may approve changes of these paths: all of them, so the fewest. */
export function approvers(paths: readonly string[]): Role[] {
  const admins = (clause: Clause | undefined) =>
    !clause || clause.admin === true || byAdmins.has(clause.path);
  return paths.some((path) => admins(clauseAt(path))) ? ["admin"] : ["compliance", "admin"];
}
