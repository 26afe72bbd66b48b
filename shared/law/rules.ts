/** The shape of a region's rules. Each region has one file; regions.ts is the table of them. */

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
  covers: "individuals" | "businesses" | "both";
  /** The register's own site. */
  source: string;
}

type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export interface RegionRules {
  /** ISO 3166-1 alpha-2. */
  region: string;
  /** How the region's registers write numbers. `lengths` are lengths of national numbers, without the trunk prefix. */
  dialling: { callingCode: string; trunk: string; lengths: number[] };
  /**
   * IANA zones of the region's numbers. Where there are several, the Worker adds a number's possible zones to its
   * facts.
   */
  timeZones: string[];
  /** Registers that must be screened against. */
  registers: KnownRegister[];
  /** `opt-in`: a marketing call needs prior consent. */
  consent: "opt-out" | "opt-in";
  /**
   * When the law allows marketing calls, in the called party's local time (HH:MM); a missing day is closed. Null: no
   * legal hours.
   */
  hours: Partial<Record<Weekday, [from: string, to: string][]>> | null;
  /** Most calls to one number within `days`, and the pause after a refusal, in days. */
  frequency?: { calls: number; days: number; pauseAfterRefusal: number };
  /** Addresses of the law and guidance that these rules follow. */
  sources: string[];
  /** The day on which somebody last read the sources; docs/sources.md says what they found and could not confirm. */
  lookedUp: string;
}
