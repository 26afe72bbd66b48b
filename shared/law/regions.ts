/**
 * The rules of each region, one file a region: what software needs of the law, from public sources. Not legal advice.
 * To add one: a file beside gb.ts and a row in this table.
 */
import type { Hours } from "../policy/policy.ts";
import { au } from "./au.ts";
import { ca } from "./ca.ts";
import { de } from "./de.ts";
import { fr } from "./fr.ts";
import { gb } from "./gb.ts";
import { ie } from "./ie.ts";
import { india } from "./in.ts";
import { us } from "./us.ts";

/** A register that the region's law knows, as it is declared where an administrator says nothing else. */
export interface KnownRegister {
  id: string;
  name: string;
  /** A copy may be so many days old at a call. */
  maxAgeDays: number;
  /** A caller may go on for so many days after a number was listed. 0 where the sources are silent: the strict reading. */
  daysUntilEffective: number;
  covers: "individuals" | "businesses" | "both";
  source: string;
}

export interface RegionRules {
  /** ISO 3166-1 alpha-2. */
  region: string;
  /** How a register of the region writes its numbers: lengths are of the national number without the trunk prefix. */
  dialling: { callingCode: string; trunk: string; lengths: number[] };
  /** IANA zones of the region's numbers. With several, the Worker says of each number in which it may be. */
  timeZones: string[];
  /** Registers that must be screened against. */
  registers: KnownRegister[];
  /** `opt-in`: a call wants prior consent. */
  consent: "opt-out" | "opt-in";
  /** When the law lets marketing calls be made, on the called party's clock; a day that is missing is closed. */
  hours: Partial<Record<keyof Hours, [from: string, to: string][]>> | null;
  /** Most calls to one number, and the pause after a refusal, in days. */
  frequency?: { calls: number; days: number; pauseAfterRefusal: number };
  /** Where the rules stand. */
  sources: string[];
  /** The day on which they were looked up last; docs/sources.md says what was found, and what could not be confirmed. */
  lookedUp: string;
}

export const regions: Readonly<Record<string, RegionRules>> = {
  GB: gb,
  IE: ie,
  US: us,
  IN: india,
  AU: au,
  CA: ca,
  FR: fr,
  DE: de,
};
