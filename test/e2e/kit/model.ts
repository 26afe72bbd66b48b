/**
 * The fixtures' numbers and what is on record about each, by one deterministic rule: the seeding fills the database by
 * it, and the tests compare with it. It shares no code with the product, and imports types alone, as it also runs
 * inside the fixture pages. All numbers are from Ofcom's and NANPA's ranges for drama.
 */
import type { Verdict } from "../../../shared/check/api.ts";

export type Standing = "tps" | "ctps" | "objection" | "house" | "consented";

/** `0113` + `4960`: an area code, and the digits that begin every fictional number in it. A thousand numbers each. */
const ranges: [area: string, start: string][] = [
  ...["0113", "0114", "0115", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161"].map(
    (area): [string, string] => [area, "4960"],
  ),
  ["020", "79460"],
  ["0191", "4980"],
  ["029", "20180"],
  ["07700", "900"],
  ["0808", "1570"],
  ["0306", "9990"],
  ["01632", "960"],
];

const pad = (n: number) => String(n).padStart(3, "0");

/** All fictional UK numbers in national digits: `01134960123`. */
export const allNumbers = (): string[] =>
  ranges.flatMap(([area, start]) => Array.from({ length: 1000 }, (_, i) => area + start + pad(i)));

/** What is on record about a UK number, from its last three digits. */
export function standingOf(national: string): Standing | null {
  const tail = Number(national.slice(-3));
  if (tail % 100 === 8) return tail < 500 ? "objection" : "house";
  if (tail % 100 === 61) return "consented";
  const draw = (tail * 7) % 10;
  if (draw < 3) return "tps";
  return draw < 4 ? "ctps" : null;
}

const verdicts: Record<Standing, Verdict> = {
  tps: "blocked",
  ctps: "blocked",
  objection: "blocked",
  house: "blocked",
  consented: "caution",
};

/** `+44 (0)20 7946 0123` to `02079460123`; null where it is not a UK number of the fixtures. */
export function nationalDigits(written: string): string | null {
  const digits = digitsOf(written);
  return ranges.some(
    ([area, start]) => digits.startsWith(area + start) && digits.length === (area + start).length + 3,
  )
    ? digits
    : null;
}

const digitsOf = (written: string): string =>
  written
    .replace("(0)", "")
    .replace(/[^\d+]/g, "")
    .replace(/^(\+44|0044)0?/, "0");

/** True while the digits of a UK number are being typed: in other countries they may be a whole one. */
export function isUnfinished(written: string): boolean {
  const digits = digitsOf(written);
  return ranges.some(([area, start]) => {
    const all = area + start;
    return digits.length < all.length + 3 && (digits.startsWith(all) || all.startsWith(digits));
  });
}

const american = /^(\+1[ -]?)?\(?[2-9]\d\d\)?[ .-]?555[ .-]?01\d\d$/;

/** The verdict that a written number must have; null where it must have no verdict. */
export function verdictOf(written: string): Verdict | null {
  const national = nationalDigits(written);
  if (national !== null) {
    const standing = standingOf(national);
    return standing === null ? "clear" : verdicts[standing];
  }
  return american.test(written.trim()) ? "unknown" : null;
}

/** Everything in a text that must have a verdict. */
export function numbersIn(text: string): { start: number; text: string; verdict: Verdict }[] {
  const found = [];
  for (const match of text.matchAll(
    /(?<![\w+/-])(?:\+|\(?0|\(?[2-9]\d\d\)?[ .-])[\d ().-]{6,20}\d(?![\w/-])/g,
  )) {
    const verdict = verdictOf(match[0]);
    if (verdict !== null) found.push({ start: match.index, text: match[0], verdict });
  }
  return found;
}

// Of countries whose law is not known here: of the United States it depends on the hour whether they are barred.
const americanAreas = ["876", "809", "829", "849", "787", "939", "658", "784"];

/** The i-th contact's number, for i below 10,000, in the forms that people type. */
export function writtenNumber(i: number): string {
  if (i % 17 === 11) {
    const area = americanAreas[Math.floor(i / 17) % americanAreas.length]!;
    return `${i % 2 ? "" : "+1 "}${area} 555 01${pad(i).slice(-2)}`;
  }
  const [area, start] = ranges[i % ranges.length]!;
  const tail = pad((Math.floor(i / ranges.length) * 387 + (i % ranges.length) * 53 + 8) % 1000);
  const local = start + tail;
  // 7946 0123, 496 0123, 960123.
  const split = local.length === 8 ? 4 : local.length === 7 ? 3 : 0;
  const grouped = split ? `${local.slice(0, split)} ${local.slice(split)}` : local;
  switch (i % 7) {
    case 0:
      return `${area} ${grouped}`;
    case 1:
      return `+44 ${area.slice(1)} ${grouped}`;
    case 2:
      return `(${area}) ${grouped}`;
    case 3:
      return area + local;
    case 4:
      return `+44 (0)${area.slice(1)} ${grouped}`;
    case 5:
      return `0044 ${area.slice(1)} ${grouped}`;
    default:
      return `${area}-${grouped.replaceAll(" ", "-")}`;
  }
}
