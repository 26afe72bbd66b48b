/**
 * Short numbers behind which there is no subscriber: emergency numbers, whose calls are never held, and extensions of the
 * own exchange. docs/sources.md says what was seen of each source.
 */
import { safeCodes } from "./codes.ts";
import { emergencyNumbers, isEmergencyNumber } from "./emergency.ts";
import { bareDigits, withoutWords } from "./keys.ts";

/** RFC 3966: short numbers have their country for a context, or one with which they would be no whole number. */
const CONTEXT = /;phone-context=(\+[\d.()-]+)$/i;
const SHORTEST = 7;

/**
 * True where nothing but an emergency number of a region is dialled, whatever words are around it; null, where the region
 * is not known: of any. Letters right before the digits are keys there. shared/dials/line.ts knows what letters spell.
 */
export function isEmergency(written: string, region: string | null): boolean {
  const text = withoutWords(written);
  const context = CONTEXT.exec(text)?.[1]?.replace(/\D/g, "") ?? "";
  const bare = text.replace(CONTEXT, "");
  if (region === null && context.length <= 3 && isBehindOwnCode(bare)) return true;
  const digits = bareDigits(bare, region);
  if (digits === null || (region === null && /[a-z]\d/i.test(text))) return false;
  return (
    isEmergencyNumber(digits, region) && (context.length <= 3 || context.length + digits.length <= SHORTEST)
  );
}

let behindCodes: RegExp | undefined;
/** True for an emergency number of three digits behind a code of its own region's lines, and nothing else. */
function isBehindOwnCode(text: string): boolean {
  behindCodes ??= new RegExp(
    Object.entries(emergencyNumbers)
      .map(([region, { numbers }]) => {
        const short = numbers.filter(({ length }) => length === 3).join("|");
        return `^(?:${safeCodes(region)})(?:${short})$`;
      })
      .join("|"),
  );
  return behindCodes.test(text.replace(/[\s().\p{Pd}/]/gu, ""));
}

/**
 * Digits that no public line takes for a number, so that only the own exchange can ring something by them. Three, as no
 * local number is that short there (the shortest are British, of four), and none that begins a service's number.
 */
export const extensions: Readonly<Record<string, RegExp>> = {
  // Services begin with 1; 999.
  GB: /^[2-8]\d\d$/,
  IE: /^[2-8]\d\d$/,
  // Services end with 11; 988.
  US: /^(?!.11|988)[2-9]\d\d$/,
  CA: /^(?!.11|988)[2-9]\d\d$/,
  // Services begin with 0 or 1.
  AU: /^[2-9]\d\d$/,
  IN: /^[2-9]\d\d$/,
};

/** True for an extension of the own exchange: no subscriber outside has it. Nothing but its digits, or it may ring more. */
export const isExtension = (written: string, region: string): boolean =>
  extensions[region]?.test(written.trim()) ?? false;
