/**
 * Texts of sixteen countries, as in invoices, signatures, transcripts, tables and exports, each labelled by somebody who
 * had not read the finder. The labels are frozen (test/shared/phone/outside.test.ts): the finder is mended, never they.
 *
 * A number is what somebody could dial from the text; a range gives its ends, a shortened number its whole. Digits under a
 * label of something else, masked ones and short codes are none. Numbers in words and with letters are labelled, and not
 * counted: the finder reads digits.
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
    /** UTF-16 offset. */
    at: number;
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

/** What a finder makes of the texts. `wrong`, `lost`, `invented`: each as `id written`, for a reader to look up. */
export function scoreOutside(find: (text: string, region: string) => readonly Result[]) {
  const score = { expected: 0, right: 0, asked: 0, lost: [] as string[], wrong: [] as string[] };
  const invented: string[] = [];
  let abroad = 0;
  for (const { id, region, record, text, numbers } of outside) {
    const results = new Set(find(text, record ?? region));
    for (const { written, at, e164, ask, readings = [], spoken, vanity } of numbers) {
      const result = [...results].find((r) => r.start < at + written.length && r.end > at);
      if (result) results.delete(result);
      if (spoken || vanity) continue;
      score.expected++;
      const may = ask ? readings : [e164!];
      if (!result) {
        if (may.includes("none")) score.right++;
        else score.lost.push(`${id} ${written}`);
      } else if (result.e164 === null) score.asked++;
      else if (may.includes(result.e164)) score.right++;
      else {
        score.wrong.push(`${id} ${written}`);
        if (may.every((number) => number.slice(0, 3) !== result.e164!.slice(0, 3))) abroad++;
      }
    }
    for (const { start, end } of results) invented.push(`${id} ${text.slice(start, end)}`);
  }
  return { ...score, invented, abroad };
}
