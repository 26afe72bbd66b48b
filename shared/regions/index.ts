/** The rules of each region, one file a region. To add one: a file beside gb.ts and a row in this table. */
import { gb } from "./gb.ts";

export interface RegionRules {
  /** ISO 3166-1 alpha-2. */
  region: string;
  /** How a register of the region writes its numbers: lengths are of the national number without the trunk prefix. */
  dialling: { callingCode: string; trunk: string; lengths: number[] };
  /** IANA zones of the region's numbers. With several, the Worker says of each number in which it may be. */
  timeZones: string[];
  /** Ids of the registers that must be screened against. */
  registers: string[];
  /** `opt-in`: a call wants prior consent. */
  consent: "opt-out" | "opt-in";
  /** Where the rules stand. */
  sources: string[];
}

export const regions: Readonly<Record<string, RegionRules>> = { GB: gb };
