/** What a consent on record is worth for a call. */
import { DAY } from "../core/time.ts";
import { isForUs, kindOf, lifting } from "../do-not-call/kind.ts";
import { dayIn, type Days } from "../hours/hours.ts";
import { endOf, type Setting } from "../law/law.ts";
import type { Medium } from "../law/rules.ts";
import type { Campaign, Policy } from "../policy/policy.ts";
import type { Facts, Reason, Verdict } from "./api.ts";

export type ConsentFact = Facts["consents"][number];

/** What is the same for all calls to such numbers at one moment, in one setting of the law. */
export interface Call {
  region: string | null;
  setting: Setting;
  policy: Policy;
  purpose: Campaign;
  medium: Medium;
  now: number;
  days: Days;
  /** Why the clock closes it. */
  closed: readonly Closed[];
  /** Leaves out the clock, and the calls so far. */
  anyTime: boolean;
}

/** A reason by the clock; `unlessConsent`: it does not bind a call that was consented to. */
export interface Closed {
  verdict: Verdict;
  reason: Reason;
  unlessConsent?: true | undefined;
}

/** For how long a consent holds that nobody has reviewed, or that is read as a request from before there were kinds. */
const WEEK = 7 * DAY;

/** Whether a consent lifts a register for a live call. */
export const lifts = (consent: ConsentFact): boolean => lifting.has(kindOf(consent));

/** Whether a consent counts for this call, now. */
function counts(consent: ConsentFact, facts: Facts, { setting, policy, ...call }: Call): boolean {
  const kind = kindOf(consent);
  const given = Date.parse(consent.givenAt);
  const brief = consent.provisional || (consent.kind === undefined && kind === "solicited");
  const refused = Date.parse(facts.contacts?.refusedAt ?? "");
  const end = endOf(
    {
      day: () => dayIn(call.days.zones, given),
      until: consent.until,
      stated: consent.lasting === true || (consent.ends ?? consent.until) !== null,
    },
    setting.rules,
    policy.consents.monthsAtMost,
  );
  return (
    // Not where a time cannot be read.
    given <= call.now &&
    hasEvidence(consent) &&
    isForUs(consent.caller, policy.identity) &&
    !(end !== null && call.days.last > end) &&
    // Over when the day is, wherever it may be that they are.
    !(consent.day && latest(call.days.all) > consent.day) &&
    !(consent.left !== undefined && consent.left <= 0) &&
    (consent.calls ?? ["general"]).includes(call.purpose) &&
    (consent.medium ?? (kind === "soft-opt-in" ? "message" : "call")) === call.medium &&
    !(setting.refusalRevokes && given <= refused) &&
    !(
      setting.listingRevokes &&
      facts.lists.some((l) => setting.registers.includes(l.id) && !isLater(consent, l, call))
    ) &&
    !(consent.provisional && (call.purpose !== "general" || call.medium !== "call")) &&
    !(brief && call.now >= given + WEEK)
  );
}

const latest = (days: readonly string[]): string => [...days].sort().at(-1)!;

/** Whether a consent was given after a listing. */
export const isLater = (
  { givenAt }: ConsentFact,
  { first, asOf }: Facts["lists"][number],
  { days }: Pick<Call, "days">,
): boolean => dayIn(days.zones, Date.parse(givenAt)) > (first ?? asOf);

/**
 * A consent counts by its evidence. What was recorded before consents had kinds has it in its own words; an entry that waits
 * for its review holds for days, and for one call.
 */
const hasEvidence = ({ kind, evidenced, provisional }: ConsentFact): boolean =>
  provisional === true || (kind === undefined ? evidenced !== false : evidenced === true);

/** The consents that count for a call. */
export const usable = (facts: Facts, call: Call): ConsentFact[] =>
  facts.consents.filter((consent) => counts(consent, facts, call));

/**
 * Which of the live consents serve where law wants some: those of its kinds, and a request where law is about unsolicited calls and
 * policy lets those go that were asked for.
 */
export function serving(
  { kinds, unsolicited }: Setting["wants"][number],
  live: readonly ConsentFact[],
  { campaigns }: Policy,
): ConsentFact[] {
  const serve = unsolicited && campaigns.onRequest ? [...kinds, "solicited"] : kinds;
  return live.filter((c) => !c.provisional && serve.includes(kindOf(c)));
}

/** Whether a call is let go by what the called person asked for alone, as policy has it (campaigns.onRequest). */
export const isOnRequest = (facts: Facts, call: Call): boolean =>
  call.setting.wants.some((want) => {
    const given = want.unsolicited ? serving(want, usable(facts, call), call.policy) : [];
    return given.length > 0 && !given.some((c) => want.kinds.includes(kindOf(c)));
  });

const isProven = ({ evidenced, unproven }: ConsentFact): boolean => evidenced === true && !unproven;

/** Whether these are words of a subscriber that stand against an objection of the moment `at`: the later ones. */
export const standsAgainst = (at: string, consent: ConsentFact): boolean =>
  !consent.provisional &&
  // One from before there were kinds is never proven: it lifts registers alone.
  isProven(consent) &&
  lifts(consent) &&
  Date.parse(consent.givenAt) > Date.parse(at);

/** The reasons that say that a call rests on consents; `agreed` needs no reading beforehand. */
export const consentCodes: ReadonlySet<string> = new Set([
  ...["agreed", "consent", "product", "soft-opt-in", "call-back"],
]);

/** The reason that says what a call rests on: the best of the consents. */
export function restsOn(consents: readonly ConsentFact[]): Pick<Reason, "code"> {
  const reviewed = consents.filter(({ provisional }) => !provisional);
  if (reviewed.length === 0) return { code: "call-back" };
  if (reviewed.every((c) => kindOf(c) === "soft-opt-in")) return { code: "soft-opt-in" };
  const any = reviewed.filter(({ product }) => product === undefined);
  if (any.length === 0) return { code: "product" };
  return { code: any.some(isProven) ? "agreed" : "consent" };
}
