/**
 * The time zones that a number may be in. Only the Worker imports this: the table is too large for every page, so the
 * zones go into the facts of a number whose region has more than one.
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
 * Where mobiles have area codes: Mexico, Argentina, Brazil, China. North America's numbers tell no mobile from a
 * landline. (libphonenumber counts some of Indonesia's too, old ones in a fixed place: here they may be anywhere.)
 */
const mobilesByArea: ReadonlySet<string> = new Set(["52", "54", "55", "86"]);

/**
 * Zones of a number in E.164 that belongs to `region`. A number that is bound to no place (most mobiles, freephone), or
 * whose area is not known, may be anywhere in its region. Empty where nothing is known.
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
