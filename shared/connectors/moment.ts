/** A moment as CRMs write it, in milliseconds since the epoch. */
import { DAY } from "../core/time.ts";

/**
 * From when to when it may have been: a day, a time in ISO 8601 (also with a blank in place of the T, as EspoCRM and MySQL write it in
 * UTC), or milliseconds since the epoch in 13 digits, as all since 2001 have: 12 or 14 are a time without its marks. Null for anything else:
 * 03/05/2026 is in March or in May.
 */
export function momentIn(text: string): { from: number; to: number } | null {
  const written = text.trim();
  if (/^\d{13}$/.test(written)) return { from: Number(written), to: Number(written) };
  const [, day, time, zone = ""] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/.exec(written) ??
    [];
  if (day === undefined) return null;
  const colon = zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const from = Date.parse(time === undefined ? day : `${day}T${time}${colon || "Z"}`);
  if (Number.isNaN(from)) return null;
  return { from, to: time === undefined ? from + DAY - 1 : from };
}
