/**
 * Texts of sixteen countries, as in invoices, signatures, transcripts, tables and exports, each labelled by somebody who
 * had not read the finder: three sets, each later one written when the finder had been corrected by those before. The
 * labels are frozen (test/shared/phone/outside.test.ts): the finder is mended, never they.
 *
 * A number is what somebody could dial from the text; a range gives its ends, a shortened number its whole. Digits under a
 * label of something else, masked ones and short codes are none. Numbers in words and with letters are labelled, and not
 * counted: the finder reads digits.
 *
 * No label was changed. Those that are disputed: GB-044, where 0078 corrects what was said before, is hardly dialled from
 * the text; 13 00 00 of AU-016 has six digits, fewer than are searched for; nine digits alone in a cell without a heading
 * (FR-019, BE-020) may as well be a customer's number, and SIREN numbers have nine digits (INSEE). The second mobile of
 * DE-117 begins with 49, which its label has twice. 1-877-555-ROOF of US-217 has letters, and is not marked so; 13 24 81
 * of AU-218 has six digits. The labeller was unsure of IE-215, where 048 9649 6112 is Northern Ireland's as Ireland dials it.
 */
import { readFileSync } from "node:fs";
import { type CountryCode, getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import { reasonOf } from "./reasons.ts";

export interface Outside {
  id: string;
  /** The reader's region. */
  region: string;
  /** The country that the page around the text names, where it is another. */
  record?: string;
  kind: string;
  text: string;
  /** What the labeller remarked on a text that is no plain one. */
  why?: string;
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

interface Result {
  start: number;
  end: number;
  e164: string | null;
}

/** One set of texts. Every third one, `unread`, is a validation set: nobody read it while the finder was corrected by the others, but its counts were looked at. */
export interface Corpus {
  name: string;
  file: URL;
  texts: readonly Outside[];
  read: readonly Outside[];
  unread: readonly Outside[];
}

function corpusOf(name: string, path: string): Corpus {
  const file = new URL(path, import.meta.url);
  const texts = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Outside);
  const [read, unread] = [texts.filter((_, i) => i % 3 !== 2), texts.filter((_, i) => i % 3 === 2)];
  return { name, file, texts, read, unread };
}

export const corpora = [
  corpusOf("first", "outside.ndjson"),
  corpusOf("second", "outside-2.ndjson"),
  corpusOf("third", "outside-3.ndjson"),
] as const;

/** What a finder makes of a number that is labelled, or of digits that are not. */
export interface Judged {
  written: string;
  at: number;
  /** The number that it read, `asks` where it leaves the country open, or `-` where it found none. */
  said: string;
  /** Asking for the country is right only where a reader could not tell either. */
  outcome: "right" | "lost" | "asked" | "wrong" | "invented";
  abroad: boolean;
}
export type Finder = (text: string, region: string) => readonly Result[];

const codes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));
/** Of an E.164 number: no country's code begins with another's. */
const codeOf = (e164: string) => [2, 3, 4].map((end) => e164.slice(1, end)).find((code) => codes.has(code));

export function judged({ region, record, text, numbers }: Outside, find: Finder): Judged[] {
  const results = new Set(find(text, record ?? region));
  const all: Judged[] = [];
  for (const { written, at = 0, e164, ask, readings = [], spoken, vanity } of numbers) {
    const result = [...results].find((r) => r.start < at + written.length && r.end > at);
    if (result) results.delete(result);
    if (spoken || vanity) continue;
    const may = ask ? readings : [e164!];
    const add = (said: string, outcome: Judged["outcome"], abroad = false) =>
      all.push({ written, at, said, outcome, abroad });
    if (!result) add("-", may.includes("none") ? "right" : "lost");
    else if (result.e164 === null) add("asks", ask ? "right" : "asked");
    else if (may.includes(result.e164)) add(result.e164, "right");
    else
      add(
        result.e164,
        "wrong",
        may.every((number) => codeOf(number) !== codeOf(result.e164!)),
      );
  }
  for (const { start, end, e164 } of results)
    all.push({
      ...{ written: text.slice(start, end), at: start, said: e164 ?? "asks" },
      ...{ outcome: "invented", abroad: false },
    });
  return all;
}

/** What a finder makes of texts. `wrong`, `lost`, `invented`: each as `id written`, for a reader to look up. */
export function scoreTexts(texts: readonly Outside[], find: Finder) {
  const all = texts.flatMap((text) => judged(text, find).map((one) => ({ id: text.id, ...one })));
  const of = (outcome: Judged["outcome"]) =>
    all.filter((one) => one.outcome === outcome).map(({ id, written }) => `${id} ${written}`);
  return {
    expected: all.filter(({ outcome }) => outcome !== "invented").length,
    right: of("right").length,
    ...{ lost: of("lost"), asked: of("asked"), wrong: of("wrong"), invented: of("invented") },
    abroad: all.filter(({ abroad }) => abroad).length,
  };
}

/** Of one text, where two finders differ: what each said, whether the first is right, and whether the second is. */
export interface Difference {
  id: string;
  written: string;
  said: [string, string];
  right: [boolean, boolean];
  /** By rule (reasons.ts). */
  reason: string;
  /** The labeller's own remark on the text, where there is one. */
  why: string | undefined;
}

/** Where two finders differ. The label says who is right. */
export function differ(texts: readonly Outside[], one: Finder, other: Finder): Difference[] {
  return texts.flatMap((text) => {
    const [a, b] = [judged(text, one), judged(text, other)];
    const isOver = (x: Judged, y: Judged) =>
      (x.outcome === "invented") === (y.outcome === "invented") &&
      x.at < y.at + y.written.length &&
      y.at < x.at + x.written.length;
    const difference = (first: Judged | undefined, second: Judged | undefined): Difference[] => {
      const isRight = (is: Judged | undefined) => (is ? is.outcome === "right" : true);
      if (first?.said === second?.said || (isRight(first) && isRight(second))) return [];
      const { written, at } = (first ?? second)!;
      const label = text.numbers.find((number) => number.written === written && (number.at ?? 0) === at);
      const said: [string, string] = [first?.said ?? "-", second?.said ?? "-"];
      return [
        {
          ...{ id: text.id, written, said, right: [isRight(first), isRight(second)] },
          reason: reasonOf({
            ...{ text: text.text, written, at, e164: label ? (label.e164 ?? "open") : null },
            abroad:
              label?.e164 !== undefined &&
              codeOf(label.e164) !== getCountryCallingCode((text.record ?? text.region) as CountryCode),
          }),
          why: text.why,
        },
      ];
    };
    return [
      ...a.flatMap((x) =>
        difference(
          x,
          b.find((y) => isOver(x, y)),
        ),
      ),
      ...b.filter((y) => !a.some((x) => isOver(x, y))).flatMap((y) => difference(undefined, y)),
    ];
  });
}
