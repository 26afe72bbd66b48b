/** From facts to a verdict, in one setting of the law (shared/law/law.ts). */
import { DAY } from "../core/time.ts";
import { isOver } from "../do-not-call/end-date.ts";
import { closedAt, closedByLaw, daysAt } from "../hours/hours.ts";
import { legalHoliday } from "../hours/legal-holidays.ts";
import { regions } from "../law/regions.ts";
import type { RegisterHead } from "../registers/api.ts";
import type { ConsentKind } from "../do-not-call/api.ts";
import type { Facts, Reason, Verdict } from "./api.ts";
import { kindOf } from "../do-not-call/kind.ts";
import { type Call, restsOn, standsAgainst, usable } from "./consent.ts";
import { type Say, sayRegisters } from "./registers.ts";

export interface Found {
  verdict: Verdict;
  reason: Reason;
}

/** Everything that is to be said of a call, in the order in which it is asked. */
export function judge(facts: Facts, call: Call, lists: readonly RegisterHead[], anyTime: boolean): Found[] {
  const found: Found[] = [];
  const say: Say = (verdict, reason) => {
    const twice = found.some((f) => f.reason.code === reason.code && f.reason.list === reason.list);
    if (!twice) found.push({ verdict, reason });
  };
  const { setting, policy, medium } = call;
  const live = usable(facts, call);

  for (const s of facts.suppressions) {
    if (isOver(s.until, call.now)) continue;
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

  for (const { id: rule, bar, authorised } of setting) {
    if (bar) say("blocked", { code: "law-barred", rule });
    if (authorised && !policy.campaigns.pensionsAuthorised) say("blocked", { code: "not-authorised", rule });
  }
  const wants = wantedConsents(call);
  for (const { kinds, rule } of wants) {
    const given = live.filter((c) => !c.provisional && kinds.includes(kindOf(c)));
    const code = medium === "message" ? "message-needs-consent" : "needs-consent";
    if (given.length > 0) say("caution", { ...restsOn(given), ...rule });
    else say("blocked", { code, ...rule });
  }

  if (medium === "call") sayRegisters(facts, call, lists, live, say);
  if (!anyTime) sayTime(facts, call, live.length > 0, say);

  const shown = policy.identity.presentationNumber ?? "";
  for (const { id: rule, presents, sector, open } of setting) {
    if (presents && !fits[presents].test(shown)) say("caution", { code: "presentation", rule });
    if (sector) say("caution", { code: "sector", rule });
    if (open === "caution") say("caution", { code: "unconfirmed", rule });
  }
  const open = setting.find((rule) => rule.open);
  const lawless = facts.region === null || !regions[facts.region];
  if (lawless || (!open && wants.length === 0)) say("unknown", { code: "no-rules" });
  if (found.length === 0 && open) say("clear", { code: "open-by-law", rule: open.id });
  return found;
}

/** The numbers that may be shown. That one must be one's own is policy's: it names one. */
const fits = { own: /^/, "no-mobile": /^(?!\+346|\+347)/, "400": /^\+34400/, "140": /^\+91140/ };

/**
 * Which consents the call needs. Where the law of the region does not name such a call, the strict reading: prior
 * consent for every call that is not a general one, and for every message.
 */
function wantedConsents({ setting, purpose, medium }: Call): {
  kinds: readonly ConsentKind[];
  rule: Pick<Reason, "rule">;
}[] {
  const wants = setting.flatMap(({ id, consent }) =>
    consent ? [{ kinds: consent, rule: { rule: id } }] : [],
  );
  const named = setting.some(({ when }) =>
    medium === "message" ? when?.medium?.includes("message") : when?.kind?.includes(purpose),
  );
  if (named || wants.length > 0) return wants;
  if (medium === "message") return [{ kinds: ["prior", "solicited"], rule: {} }];
  return purpose === "general" ? [] : [{ kinds: ["prior"], rule: {} }];
}

/** What the clock and the calls so far say. */
function sayTime(facts: Facts, { setting, policy, now, days }: Call, consented: boolean, say: Say): void {
  const { zones } = days;
  for (const { id: rule, cap, rest, hours, hoursUnlessConsent, holidays } of setting) {
    const free = cap && nextCall(facts, days.all, cap);
    if (free) say("blocked", { code: "cap", asOf: free, rule });
    const refused = Date.parse(facts.contacts?.refusedAt ?? "");
    if (rest && now >= refused) {
      const over = daysLater(daysAt(zones, refused).last, rest);
      if (earliest(days.all) < over) say("blocked", { code: "rest", asOf: over, rule });
    }
    if (hoursUnlessConsent && consented) continue;
    const holiday = holidays && legalHoliday(holidays, days.all);
    if (holiday) say("blocked", { code: "law-holiday", asOf: holiday, rule });
    if (hours && closedByLaw(hours, zones, now)) say("blocked", { code: "law-hours", rule });
  }
  if (facts.region === null) return;
  const closed = closedAt(policy, facts.region, zones, now);
  if (closed) say(policy.outOfHours === "hold" ? "blocked" : "caution", closed);
}

/** Where the calls that the law allows were made: the day of the next. */
function nextCall(
  { contacts }: Facts,
  today: readonly string[],
  cap: { calls: number; days: number },
): string | null {
  const since = daysLater(earliest(today), 1 - cap.days);
  const made = (contacts?.attempts ?? [])
    .map((at) => at.slice(0, 10))
    .filter((day) => day >= since)
    .sort();
  return made.length < cap.calls ? null : daysLater(made.at(-cap.calls)!, cap.days);
}

const earliest = (days: readonly string[]): string => [...days].sort()[0]!;
const daysLater = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
