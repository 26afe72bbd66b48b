/** Why two finders differ at digits of a text, by rule: what is written there and around it. The first that holds is said. */
import { isValidPhoneNumber } from "libphonenumber-js/max";

export interface Digits {
  text: string;
  written: string;
  at: number;
  /** Null where it is labelled as no number, and `open` where a reader cannot tell. */
  e164: string | null;
  /** A number of another country than the reader's. */
  abroad: boolean;
}
type Reason = [said: string, is: (digits: Digits & { before: string; behind: string }) => boolean];

/** Whatever parts digits, and the cells of a line. */
const GAP = String.raw`[\s()/.,;:|"“”§·–—-]`;
const DATE =
  /\d{4}[-./]\d{2}[-./]\d{2}|^\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|[–-])|^\d{1,2}[.:]\d{2}\s*[–-]\s*\d/;
/** A word right before, with at most a short code behind it: "P.IVA ", "Policy HO-", "IBAN AT61 ". */
const LABEL = new RegExp(
  String.raw`(\p{L}[\p{L}.º°]*)${GAP}*(?:\p{Lu}{0,4}\d{0,5}[\s/=#:"'>№º°.-]+)?[=#:"'>№º°./\s-]*$`,
  "u",
);
/** A cell of a line with more of them. */
const CELL = /(?:^|[,;|\t"]\s?)$/;

const ofNumbers: Reason[] = [
  ["a reader cannot tell", ({ e164 }) => e164 === "open"],
  ["a number that the library takes for none", ({ e164 }) => !isValidPhoneNumber(e164!)],
  [
    "a number of another country without its code",
    ({ abroad, written }) => abroad && !/^\D?(?:\+|00)/.test(written),
  ],
  ["broken over two lines", ({ written }) => written.includes("\n")],
  ["digits of another script", ({ written }) => /(?!\d)\p{Nd}/u.test(written)],
  ["a shortened number", ({ written }) => written.replace(/\D/g, "").length < 7],
  ["spaced digits", ({ written }) => /(?:^|\D)\d(?:\D+\d(?!\d)){3}/.test(written) || /\d, \d/.test(written)],
  ["glued to a word", ({ before, behind }) => /\p{L}$/u.test(before) || /^\p{L}/u.test(behind)],
  ["parted by strokes or dots", ({ written }) => /\d[/.]\d+[/.]\d/.test(written) || /\d\/\d/.test(written)],
  [
    "digits close by",
    ({ before, behind }) =>
      new RegExp(String.raw`\d[°]?${GAP}{1,3}$`).test(before) ||
      new RegExp(String.raw`^${GAP}{1,3}\d`).test(behind),
  ],
];

const ofOthers: Reason[] = [
  ["a date or a time", ({ written }) => DATE.test(written)],
  ["a label of something else", ({ before }) => LABEL.test(before)],
  ["a cell of something else", ({ before }) => CELL.test(before)],
  ["among other digits", ({ before, behind }) => /\d\D{0,6}$/.test(before) || /^\D{0,6}\d/.test(behind)],
];

/** As "a label of something else". */
export function reasonOf(digits: Digits): string {
  const { text, at, written, e164 } = digits;
  const around = {
    ...digits,
    before: text.slice(text.lastIndexOf("\n", at - 1) + 1, at),
    behind: text.slice(at + written.length),
  };
  return (e164 === null ? ofOthers : ofNumbers).find(([, is]) => is(around))?.[0] ?? "another reason";
}
