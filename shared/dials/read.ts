/**
 * What an address dials under a policy. This wants the whole reader of numbers; the guard, which runs before any script
 * of the page, does without it and asks.
 */
import { regionOf } from "../phone/phone.ts";
import { ringsOf } from "../check/verdict.ts";
import type { Policy } from "../policy/policy.ts";
import { type DialTarget, type OwnScheme, readDialAddress } from "./address.ts";
import { withheld } from "./withheld.ts";
import { lineReading, lineRegionOf, textReading } from "./line.ts";

export interface DialRules {
  schemes: readonly OwnScheme[];
  /** Where a number may be valid that makes a dial of an address whose scheme is not listed. */
  regions: readonly string[];
  /** Where the telephones are. */
  lineRegion: string;
}

/** A policy's rules; null: the defaults. A stored policy may be an older version's, without these clauses. */
export function dialRules(policy: Policy | null): DialRules {
  const { numbers, dials } = (policy ?? {}) as Partial<Policy>;
  const { defaultRegion = "GB", alsoRegions = [] } = numbers ?? {};
  return {
    schemes: dials?.schemes ?? [],
    regions: [...new Set([lineRegionOf(policy), defaultRegion, ...alsoRegions])],
    lineRegion: lineRegionOf(policy),
  };
}

/** What an address dials; null if nothing. */
export const readDial = (
  address: string,
  { schemes, regions, lineRegion }: Pick<DialRules, "schemes" | "regions"> & Partial<DialRules>,
): DialTarget | null =>
  readDialAddress(address, schemes, (written) =>
    isNumber(written, regions, lineRegion ?? regions[0] ?? "GB"),
  );

/** Also behind a code, or as a line rings it. More digits than a number's may be an order's, unless they begin as one's do. */
const isNumber = (written: string, regions: readonly string[], lineRegion: string): boolean =>
  regions.some((region) => {
    const number = withheld(written, lineRegion)?.rest ?? written;
    const { e164, readings = [] } = textReading(number, region, lineRegion);
    return (
      e164 !== null ||
      readings.some((n) => regions.includes(regionOf(n) ?? "")) ||
      (/^\D*0|\+/.test(number) && ringsOf(lineReading(number, lineRegion)).length > 0)
    );
  });
