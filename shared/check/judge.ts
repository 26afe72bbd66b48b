/** From facts to a verdict, in one setting of the law (shared/law/law.ts). */
import { isOver } from "../do-not-call/end-date.ts";
import { closedAt, closedByLaw, type Days, daysAt } from "../hours/hours.ts";
import { hasHolidaysOf, legalHoliday } from "../hours/legal-holidays.ts";
import { regions } from "../law/regions.ts";
import type { Rule } from "../law/rules.ts";
import type { Policy } from "../policy/policy.ts";
import type { RegisterHead } from "../registers/api.ts";
import type { Facts, Reason, Verdict } from "./api.ts";
import { kindOf } from "../do-not-call/kind.ts";
import { type Call, type Closed, lifts, restsOn, serving, standsAgainst, usable } from "./consent.ts";
import { daysLater, type Say, sayRegisters } from "./registers.ts";

export interface Found {
  verdict: Verdict;
  reason: Reason;
}

/** Everything that is to be said of a call, in the order in which it is asked. */
export function judge(facts: Facts, call: Call, lists: readonly RegisterHead[]): Found[] {
  const found: Found[] = [];
  const say: Say = (verdict, reason) => {
    const twice = found.some((f) => f.reason.code === reason.code && f.reason.list === reason.list);
    if (!twice) found.push({ verdict, reason });
  };
  const { policy, medium } = call;
  const { rules, wants, open } = call.setting;
  const live = usable(facts, call);
  const agreed = live.some((c) => kindOf(c) === "prior" && !c.provisional);

  for (const s of facts.suppressions) {
    // By the later end: in UTC, and where the called person is.
    if (isOver(s.until, call.now) && s.until! < earliest(call.days.all)) continue;
    const asOf = s.at.slice(0, 10);
    if (s.keepsLine)
      say("caution", { code: s.scope === "unsaid" ? "scope-unsaid" : "person-objected", asOf });
    else {
      // Of a subscriber's own words the later apply (PECR reg 21(4), (5)).
      const later = s.kind === "objection" ? live.filter((c) => standsAgainst(s.at, c)) : [];
      if (later.length > 0) say("caution", restsOn(later));
      else say("blocked", { code: s.kind, asOf });
    }
  }

  for (const { id: rule, authorised } of rules)
    if (authorised && !policy.campaigns.pensionsAuthorised) say("blocked", { code: "not-authorised", rule });
  for (const want of wants) {
    const { kinds: _, unsolicited: __, ...its } = want;
    const given = serving(want, live, policy);
    const code = medium === "message" ? "message-needs-consent" : "needs-consent";
    if (given.length > 0) say("caution", { ...restsOn(given), ...its });
    else say("blocked", { code, ...its });
  }

  if (medium === "call") sayRegisters(facts, call, lists, live, say);
  if (!call.anyTime) sayTime(facts, call, agreed, say);

  const shown = policy.identity.presentationNumber ?? "";
  const words = live.filter((c) => lifts(c) || kindOf(c) === "soft-opt-in");
  for (const { id: rule, presents, sector, open: opens } of rules) {
    if (presents && !fits[presents].test(shown)) say("caution", { code: "presentation", rule });
    if (sector) say("caution", { code: "sector", rule });
    // A message that was agreed to rests on that.
    if (opens === "caution" && medium === "message" && words.length > 0) say("caution", restsOn(words));
    else if (opens === "caution") say("caution", { code: "unconfirmed", rule });
  }
  const lawless = !regions[facts.region ?? ""];
  if (lawless || (!open && wants.length === 0)) say("unknown", { code: "no-rules" });
  if (found.length === 0 && open) say("clear", { code: "open-by-law", rule: open.id });
  return found;
}

/** The numbers that may be shown. That one must be one's own is policy's: it names one. */
const fits = {
  own: /^/,
  "no-mobile": /^(?!\+3[34][67])/,
  "fr-platform": /^\+33(?:16[23]|27[01]|37[78]|42[45]|56[89]|94[89]|947[5-9])/,
  "400": /^\+34400/,
  "140": /^\+91140/,
};

/** What the clock and the calls so far say. */
function sayTime({ contacts }: Facts, { setting, days, closed }: Call, consented: boolean, say: Say): void {
  if (contacts)
    for (const { id: rule, cap, rest } of setting.rules) {
      const free = cap && nextCall(contacts.attempts, days, cap);
      if (free) say("blocked", { code: "cap", asOf: free, rule });
      if (!rest || contacts.refusedAt === null) continue;
      const over = daysLater(dayOf(contacts.refusedAt, days), rest);
      if (earliest(days.all) < over) say("blocked", { code: "rest", asOf: over, rule });
    }
  for (const { reason, verdict, unlessConsent } of closed)
    if (!(unlessConsent && consented)) say(verdict, reason);
}

/** Why the clock closes such calls, by law and by the company's own hours and holidays. */
export function closedFor(
  rules: readonly Rule[],
  { region, policy, days, now }: { region: string | null; policy: Policy; days: Days; now: number },
): Closed[] {
  const closed: Closed[] = [];
  for (const { id: rule, hours, hoursUnlessConsent: unlessConsent, holidays } of rules) {
    const holiday = holidays && legalHoliday(holidays, days.all);
    if (holiday)
      closed.push({
        verdict: "blocked",
        reason: { code: "law-holiday", asOf: holiday, rule },
        unlessConsent,
      });
    else if (holidays && !hasHolidaysOf(holidays, days.all))
      closed.push({ verdict: "unknown", reason: { code: "holidays-unknown", rule }, unlessConsent });
    if (hours && closedByLaw(hours, days.zones, now))
      closed.push({ verdict: "blocked", reason: { code: "law-hours", rule }, unlessConsent });
  }
  const reason = region === null ? null : closedAt(policy, region, days.zones, now);
  if (reason) closed.push({ verdict: policy.outOfHours === "hold" ? "blocked" : "caution", reason });
  return closed;
}

/** Where the calls that the law allows were made: the day of the next. */
function nextCall(
  attempts: readonly string[],
  days: Days,
  cap: { calls: number; days: number },
): string | null {
  const since = daysLater(earliest(days.all), 1 - cap.days);
  const made = attempts
    .map((at) => dayOf(at, days))
    .filter((day) => day >= since)
    .sort();
  return made.length < cap.calls ? null : daysLater(made.at(-cap.calls)!, cap.days);
}

/** The day of an earlier call where the called person is: the latest that it may be, today where it cannot be read. */
function dayOf(at: string, { zones, last }: Days): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? last : daysAt(zones, time).last;
}

const earliest = (days: readonly string[]): string => [...days].sort()[0]!;
