/** How numbers are read on this site: the countries of those without a code, and a person's rulings. */
import type { Cities } from "../../../shared/country/cities.ts";
import type { CountryHints } from "../../../shared/country/country.ts";
import { type DialRules, dialRules } from "../../../shared/dials/read.ts";
import type { Rulings } from "../../carried.ts";
import type { PolicyContext } from "../../policy-context.ts";

export interface ReadingRules extends CountryHints {
  /** Null while the background has not been asked for their table, or has not answered. */
  cities: Cities | null;
  /** A number waits for the table of cities. */
  wantCities: () => void;
  rulings: Rulings;
  /** Which addresses dial. */
  dials: DialRules;
}

/** Before the background has answered. */
export const newRules = (): ReadingRules => ({
  ...{ region: "GB", also: [], language: "", dials: dialRules(null), cities: null, wantCities() {} },
  rulings: { notNumbers: [], countries: {}, siteCountry: null },
});

/** Takes the regions of the policy and of the person's rulings. True where they changed: then all is read again. */
export function followPolicy(rules: ReadingRules, context: PolicyContext | null): boolean {
  // The cached policy may be an older version's, without these clauses.
  const { defaultRegion = "GB", alsoRegions = [] } = context?.policy.numbers ?? {};
  const region = rules.rulings.siteCountry ?? defaultRegion;
  const next = { region, also: alsoRegions, dials: dialRules(context?.policy ?? null) };
  const { also, dials } = rules;
  if (JSON.stringify({ region: rules.region, also, dials }) === JSON.stringify(next)) return false;
  Object.assign(rules, next);
  return true;
}
