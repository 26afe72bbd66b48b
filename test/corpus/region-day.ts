/**
 * A day's dials of agents in each region of shared/law: to fixed and mobile lines there, by libphonenumber's ranges and
 * not by ours, in the writings and addresses of CRMs, some with an extension; and now and then an extension of the own
 * exchange, an emergency number or a help line, by what regulators publish. Each rings what is meant, so each that is
 * held where every number is clear is held wrongly.
 */
import { nationalNumbers, type NationalNumber } from "../shared/phone/national-numbers.ts";
import type { DayDial } from "./day.ts";

/** By regulators' pages: docs/sources.md. */
const help: Record<string, string> = {
  GB: "999 112 101 105 111 159 116123",
  IE: "999 112 116123",
  US: "911 988",
  CA: "911 988",
  AU: "000 112",
  IN: "112 100 108",
  FR: "15 17 18 112 116117",
  DE: "110 112 116117",
  NL: "112 113",
  PL: "112 997 999",
  AT: "112 133 144 147",
  ES: "112 061 091",
  IT: "112 113 118",
  BE: "112 101",
};
/** Where no public number has three digits that begin so, but for 211 and the like. */
const extensions: Record<string, string> = { GB: "2", IE: "3", US: "2", CA: "3", AU: "4", IN: "5" };

/** Areas that Ofcom opened, and mobiles but for 072, which it gave to nobody: libphonenumber has all that could be. */
const OPENED =
  /^\+44(?:[13-689]|7(?!2)|20[3478]|23[89]|247|28(?:2[015789]|3[078]|4[0-4]|6[678]|7[01279]|8[0-25-79]|9[0-7])|292)/;
function isUsual({ e164, type }: NationalNumber): boolean {
  if (!/FIXED_LINE|MOBILE/.test(type)) return false;
  // Numbers of five local digits are few in the United Kingdom, and half of the library's ranges.
  if (e164.startsWith("+44")) return OPENED.test(e164) && e164.length === 13;
  return e164.length > 8;
}

/** Three, three and four digits with hyphens are North America's own form: asked about elsewhere (docs/limits.md). */
function hyphened(written: string): string {
  const text = written.replaceAll(" ", "-");
  return /^\d{3}-\d{3}-\d{4}$/.test(text) ? written : text;
}
const LINK = [
  ({ e164 }: NationalNumber) => `tel:${e164}`,
  ({ dialled }: NationalNumber) => `tel:${dialled}`,
  ({ written }: NationalNumber) => `tel:${encodeURIComponent(written)}`,
  ({ written }: NationalNumber) => `tel:${hyphened(written)}`,
  ({ e164 }: NationalNumber) => `callto:${e164}`,
  ({ e164 }: NationalNumber) => `sip:${e164}@voice.example.com;user=phone`,
];
const TEXT = [
  ({ dialled }: NationalNumber) => dialled,
  ({ written }: NationalNumber) => written,
  ({ e164 }: NationalNumber) => e164,
];

/**
 * `next` gives random numbers from 0 to 1; `numbers`: of how many lines, each dialled four times; `others`: the company
 * also calls one of them, by policy.
 */
export function* regionDay(
  region: string,
  numbers: number,
  next: () => number,
  others: readonly string[],
): Generator<DayDial> {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  const dial = (number: string, e164: string, address: string | null): DayDial => ({
    ...{
      desk: region,
      also: [pick(others)],
      language: `en-${region}`,
      fields: [{ label: "Phone", text: number }],
    },
    ...{ number, e164, address },
  });
  // Of the British ones few are left.
  const drawn = nationalNumbers(region, numbers * (region === "GB" ? 8 : 3), 9);
  for (const line of drawn.filter(isUsual).slice(0, numbers))
    for (let i = 0; i < 4; i++) {
      const other = next();
      const digits = extensions[region];
      if (other < 0.02) {
        const number = pick((help[region] ?? "112").split(" "));
        yield dial(number, "", pick([null, `tel:${number}`]));
      } else if (other < 0.06 && digits !== undefined) {
        const number = digits + String(20 + Math.floor(next() * 80));
        yield dial(number, "", pick([null, `tel:${number}`]));
      } else {
        const extension = next() < 0.03;
        const text = pick(TEXT)(line) + (extension ? pick([" ext 12", " x12"]) : "");
        yield dial(text, line.e164, next() < 0.6 ? pick(LINK)(line) : null);
      }
    }
}
