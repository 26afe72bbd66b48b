/** A dialled string as the Worker reads it, by itself. */
import { lineReading, textReading } from "../../shared/dials/line.ts";
import { type LineReading, numbersOf, type Reading, ringsOf } from "../../shared/check/verdict.ts";
import { regionOf } from "../../shared/phone/phone.ts";

export interface Read {
  /** What rings, on a line of the region. */
  line: LineReading;
  /** The number on record: of what rings, or, where nothing would, as the text is read. */
  e164: string | null;
  /** The page's number, where it is another, and the dialled string can be read so in that number's country. */
  page: string | null;
  /** How the string is read on its page, as far as it is believed, or by itself. */
  texts: Reading[];
  /** The numbers, or null, that the page may say it read, and have read what we did. */
  known: (string | null)[];
  /** All that it may ring or mean, each once. */
  numbers: string[];
}

/**
 * Reads a dialled string by itself. The page's reading is judged beside ours and never replaces it, or a number on a
 * register could pass as another country's: it settles only which number was meant, where it is known what rings.
 * `lineRegion`: where the telephone is; `textRegion`: of a text without a code, where nothing rings.
 */
export function readDialled(
  written: string,
  claimed: string | null,
  lineRegion: string,
  textRegion: string,
): Read {
  const line = lineReading(written, lineRegion);
  const own = textReading(written, textRegion, lineRegion);
  const rings = numbersOf(line).length > 0;
  const e164 = rings ? line.e164 : own.e164;
  const country = claimed === null ? null : regionOf(claimed);
  const believed = country !== null && textReading(written, country, lineRegion).e164 === claimed;
  const texts: Reading[] = believed ? [{ e164: claimed }] : [own];
  return {
    ...{ line, e164, page: believed && claimed !== e164 ? claimed : null, texts },
    known: [own.e164 === null ? null : e164, e164, believed ? claimed : e164],
    numbers: [...new Set([...ringsOf(line), ...texts.flatMap(numbersOf)])],
  };
}

/** Without control characters, which the trail's hash and the database would write differently. */
export const stored = (text: string): string => text.replace(/\p{Cc}/gu, " ");
