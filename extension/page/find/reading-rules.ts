/** How numbers are read on this site: the countries of those without a code, and a person's rulings. */
import type { CountryHints } from "../../../shared/country/country.ts";
import type { OwnScheme } from "../../../shared/dials/address.ts";
import { toE164 } from "../../../shared/phone/phone.ts";
import type { Rulings } from "../../messages.ts";
import type { PolicyContext } from "../../policy-context.ts";

export interface ReadingRules extends CountryHints {
  rulings: Rulings;
  /** Schemes that dial by the policy. */
  schemes: readonly OwnScheme[];
}

/** True for a number of one of the policy's regions: what makes a dial of an address whose scheme is not listed. */
export const isValid = (written: string, { region, also }: Pick<ReadingRules, "region" | "also">): boolean =>
  [region, ...also].some((each) => toE164(written, each).e164 !== null);

/** Before the background has answered. */
export const newRules = (): ReadingRules => ({
  ...{ region: "GB", also: [], language: "", schemes: [] },
  rulings: { notNumbers: [], countries: {}, siteCountry: null },
});

/** Takes the regions of the policy and of the person's rulings. True where they changed: then all is read again. */
export function followPolicy(rules: ReadingRules, context: PolicyContext | null): boolean {
  // The cached policy may be an older version's, without these clauses.
  const { defaultRegion = "GB", alsoRegions = [] } = context?.policy.numbers ?? {};
  const region = rules.rulings.siteCountry ?? defaultRegion;
  if (region === rules.region && alsoRegions.join() === rules.also.join()) return false;
  rules.region = region;
  rules.also = alsoRegions;
  return true;
}
