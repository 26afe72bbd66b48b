/**
 * Texts of sixteen countries, as in invoices, signatures, transcripts, tables and exports, each labelled by somebody who
 * had not read the finder. The labels are frozen (test/shared/phone/outside.test.ts): the finder is mended, never they.
 *
 * A number is what somebody could dial from the text; a range gives its ends, a shortened number its whole. Digits under a
 * label of something else, masked ones and short codes are none. Numbers in words and with letters are labelled, and not
 * counted: the finder reads digits.
 *
 * No label was changed. Those that are disputed: GB-044, where 0078 corrects what was said before, is hardly dialled from
 * the text; 13 00 00 of AU-016 has six digits, fewer than are searched for; nine digits alone in a cell without a heading
 * (FR-019, BE-020) may as well be a customer's number, and SIREN numbers have nine digits (INSEE).
 */
import { readFileSync } from "node:fs";

export interface Outside {
  id: string;
  /** The reader's region. */
  region: string;
  /** The country that the page around the text names, where it is another. */
  record?: string;
  kind: string;
  text: string;
  numbers: {
    written: string;
    /** UTF-16 offset; 0 where it is left out. */
    at?: number;
    e164?: string;
    /** A reader could not decide; `readings` lists what it may be, `none` for no number. */
    ask?: true;
    readings?: string[];
    spoken?: true;
    vanity?: true;
  }[];
}

export const outside = readFileSync(new URL("outside.ndjson", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Outside);

interface Result {
  start: number;
  end: number;
  e164: string | null;
}

/** Every third text. Nobody looked at these while the finder was corrected by the others. */
export const unread = outside.filter((_, i) => i % 3 === 2);

/**
 * What a finder makes of texts. `wrong`, `lost`, `invented`: each as `id written`, for a reader to look up. Asking for the
 * country is right only where a reader could not tell either.
 */
export function scoreTexts(
  texts: readonly Outside[],
  find: (text: string, region: string) => readonly Result[],
) {
  const score = { expected: 0, right: 0, lost: [] as string[], asked: [] as string[], wrong: [] as string[] };
  const invented: string[] = [];
  let abroad = 0;
  for (const { id, region, record, text, numbers } of texts) {
    const results = new Set(find(text, record ?? region));
    for (const { written, at = 0, e164, ask, readings = [], spoken, vanity } of numbers) {
      const result = [...results].find((r) => r.start < at + written.length && r.end > at);
      if (result) results.delete(result);
      if (spoken || vanity) continue;
      score.expected++;
      const may = ask ? readings : [e164!];
      if (!result) {
        if (may.includes("none")) score.right++;
        else score.lost.push(`${id} ${written}`);
      } else if (result.e164 === null) {
        if (ask) score.right++;
        else score.asked.push(`${id} ${written}`);
      } else if (may.includes(result.e164)) score.right++;
      else {
        score.wrong.push(`${id} ${written}`);
        if (may.every((number) => number.slice(0, 3) !== result.e164!.slice(0, 3))) abroad++;
      }
    }
    for (const { start, end } of results) invented.push(`${id} ${text.slice(start, end)}`);
  }
  return { ...score, invented, abroad };
}
