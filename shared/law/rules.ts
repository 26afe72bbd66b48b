/** The shape of a region's rules. Each region has one file; regions.ts is the table of them. */
import type { ConsentKind } from "../do-not-call/api.ts";
import type { Campaign } from "../policy/policy.ts";

/** YYYY-MM-DD. */
export type Day = string;
export type Line = "fixed" | "mobile";
export type Party = "consumer" | "sole-trader" | "partnership" | "company";
export type Medium = "call" | "message";

/** What a call is, as far as law tells calls apart. */
export interface Kind {
  line: Line;
  party: Party;
  kind: Campaign;
  medium: Medium;
}

/** What must be said at the start of a call. */
export type OpeningDuty = "name" | "behalf" | "purpose" | "recording" | "objection" | "contact";

type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
/** In the called party's local time (HH:MM), from and until; a missing day is closed. */
export type LegalHours = Readonly<Partial<Record<Weekday, readonly (readonly [from: string, to: string])[]>>>;

/** What a rule does. A rule has one or more of these. */
export interface Says {
  /** Where nothing else bars it, the call may be made; `caution`: the source is not sure enough for `clear`. */
  open?: "clear" | "caution";
  /** The call needs a consent of one of these kinds. */
  consent?: readonly ConsentKind[];
  /**
   * It is about unsolicited calls alone: where policy says so (campaigns.onRequest), one that was asked for needs no consent
   * besides.
   */
  unsolicited?: true;
  /** Only an authorised firm may make the call (policy's campaigns.pensionsAuthorised). */
  authorised?: true;
  /** Registers by id: without a consent that lifts it, a number on one of them may not be called. */
  registers?: readonly string[];
  hours?: LegalHours;
  /** The hours and holidays do not bind a call that was expressly consented to beforehand. */
  hoursUnlessConsent?: true;
  /** No calls on these public holidays: a key of holidays-table.ts. */
  holidays?: string;
  /** At most so many calls and attempts within so many days, the day of the call included. */
  cap?: { calls: number; days: number };
  /** Days of rest after a refusal. */
  rest?: number;
  /** A refusal ends the consents that were given before it. */
  refusalRevokes?: true;
  /** A listing ends the consents that were given before it. */
  listingRevokes?: true;
  /** Months for which a consent lasts; `unlessStated`: only one that names no period. */
  life?: { months: number; unlessStated?: true };
  /** Months for which the proof of a consent is kept, from its day and from each use. */
  proofMonths?: number;
  /** Some trades may not make this call even with consent: whoever calls reads it first. */
  sector?: true;
  say?: readonly OpeningDuty[];
  /** The number that is shown; `no-mobile`: none of the country's mobiles. */
  presents?: "own" | "no-mobile" | "fr-platform" | "400" | "140";
}

/** One rule of law, from a day until a day (exclusive). Its source is in sources.ts. */
export interface Rule extends Says {
  /** Stable, as evidence names it: `GB-live`. */
  id: string;
  from?: Day;
  until?: Day;
  when?: { [K in keyof Kind]?: readonly Kind[K][] };
}

/** Where a rule is written, how far it was seen, and when somebody last looked it up. */
export interface Source {
  name: string;
  url: string;
  seen: "text" | "regulator" | "others" | "unconfirmed";
  lookedUp: Day;
}

/**
 * A register that the region's law requires callers to screen against; `cleardial lists declare` takes these values.
 */
export interface KnownRegister {
  id: string;
  name: string;
  /** The oldest copy that may be relied on at a call, in days. */
  maxAgeDays: number;
  /**
   * For how many days after a number was listed a caller may still call it. 0 (the strict reading) where the sources
   * are silent.
   */
  daysUntilEffective: number;
}

export interface RegionRules {
  /** ISO 3166-1 alpha-2. */
  region: string;
  /**
   * IANA zones of the region's numbers. Where there are several, the Worker adds a number's possible zones to its
   * facts.
   */
  timeZones: string[];
  /** The registers that rules name. */
  registers: KnownRegister[];
  /** In no order; a rule that began or ended stays, as calls of the past are judged too. */
  rules: readonly Rule[];
}
