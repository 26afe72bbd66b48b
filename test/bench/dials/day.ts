/** How a desk's page and Worker judge dials. Pure. */
import { assess, type Assessment } from "../../../extension/page/guard/assess.ts";
import type { PolicyContext } from "../../../extension/policy-context.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import { resolveCountry } from "../../../shared/country/country.ts";
import { allCities } from "../../../shared/country/all-cities.ts";
import { placesIn } from "../../../shared/country/places.ts";
import { parseDialAddress } from "../../../shared/dials/address.ts";
import { lineReading, textReading } from "../../../shared/dials/line.ts";
import { defaultPolicy } from "../../../shared/policy/policy.ts";
import type { Record } from "../../corpus/records.ts";

const CLEAR: Decision = { verdict: "clear", reasons: [{ code: "not-listed", list: "tps" }] };
const BARRED: Decision = { verdict: "blocked", reasons: [{ code: "tps", list: "tps" }] };
const OPEN: Decision = { verdict: "unknown", reasons: [{ code: "country-unclear" }] };

/**
 * Assesses the dial of a number in a record, at its desk, with every number known to be clear but those that are `barred`.
 * `shown` is the number that its badge would be of.
 */
export function judged(
  dial: Record & { address?: string | null },
  barred: (e164: string) => boolean = () => false,
): Assessment & { written: string; shown: string | null } {
  const { desk, also, language, fields, number, address = null } = dial;
  const written = address === null ? number : parseDialAddress(address)!.written;
  const policy = { ...defaultPolicy, numbers: { defaultRegion: desk, alsoRegions: also, lineRegion: null } };
  const context: PolicyContext = { policy, stamp: { seq: 1, policy: 1, lists: [] }, clockOffset: 0 };
  const facts = {
    decide: (e164: string | null) => (e164 === null ? OPEN : barred(e164) ? BARRED : CLEAR),
    context: () => context,
    confirmed: () => true,
  };
  const hints = { region: desk, also, language };
  const read = resolveCountry(written, textReading(written, desk, desk), hints, () =>
    placesIn(fields, language, allCities),
  );
  const { e164, readings = [] } = read;
  return {
    written,
    shown: e164,
    ...assess(facts, { e164, readings: e164 === null ? readings : [] }, written, "call"),
  };
}

/** True where a telephone of the desk rings the number that is meant: to hold such a dial is wrong. */
export const ringsWhatIsMeant = ({ desk, e164 }: Record, written: string): boolean =>
  e164 !== null && lineReading(written, desk).e164 === e164;
