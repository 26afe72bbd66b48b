/**
 * The time zones that a number may be in. Only the Worker imports this, as the table is too large for every page: it
 * puts the zones into the facts of a number whose region has more than one.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { splitCode } from "../phone/plans.ts";
import { prefixesByZones, zonesByRegion } from "./zones-table.ts";

const zonesByPrefix = new Map(
  Object.entries(prefixesByZones).flatMap(([names, prefixes]) =>
    prefixes.split(" ").map((prefix) => [prefix, names.split("&")] as const),
  ),
);
const LONGEST = Math.max(...[...zonesByPrefix.keys()].map((prefix) => prefix.length));

/**
 * Calling codes where mobiles have area codes: Mexico, Argentina, Brazil, China. (In North America mobiles and
 * landlines look alike. libphonenumber also places some old Indonesian mobiles; here they may be anywhere.)
 */
const mobilesByArea: ReadonlySet<string> = new Set(["52", "54", "55", "86"]);

/**
 * The IANA zones that a number in E.164 of `region` may be in. A number without a place (most mobiles, freephone), or
 * of an unknown area, may be anywhere in its region. Empty where nothing is known.
 */
export function zonesOf(e164: string, region: string): readonly string[] {
  const digits = e164.slice(1);
  const code = splitCode(digits)?.code ?? "";
  if (isPlaced(e164, code))
    for (let n = LONGEST; n > code.length; n--) {
      const zones = zonesByPrefix.get(digits.slice(0, n));
      if (zones) return zones;
    }
  return zonesByRegion[region]?.split("&") ?? zonesByPrefix.get(code) ?? [];
}

function isPlaced(e164: string, code: string): boolean {
  const type = parsePhoneNumberFromString(e164)?.getType();
  return (
    type === "FIXED_LINE" || type === "FIXED_LINE_OR_MOBILE" || (type === "MOBILE" && mobilesByArea.has(code))
  );
}
