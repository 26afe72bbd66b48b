/** The telephone numbers of one row, and the verdict on the row: the strictest of its numbers' verdicts. */
import type { Outcome } from "./api.ts";
import type { Reason, Verdict } from "../check/api.ts";
import { type CountryHints, resolveCountry } from "../country/country.ts";
import { allCities } from "../country/all-cities.ts";
import { type Field, placesIn } from "../country/places.ts";
import { findPhones, toE164 } from "../phone/phone.ts";
import { type Decision, decideReading, stricter, unknownFor } from "../check/verdict.ts";
import { type Columns, MANGLED, nameOf } from "./columns.ts";

export interface Found {
  /** Null where the country cannot be told. */
  e164: string | null;
  /** The numbers that it may be then. */
  readings: string[];
}
export interface RowNumbers {
  /** Distinct. */
  numbers: Found[];
  /** Why a cell for numbers holds text that cannot be read as one. */
  unreadable: "not-a-number" | "number-lost" | null;
  /** All cells for numbers are empty. */
  empty: boolean;
}

/** Text with fewer digits is a remark, not a number: `n/a`, `see note 2`. */
const LEAST_DIGITS = 5;

/** The language of a heading (ISO 639), so that countries are recognised by their names in it. */
const TONGUES: Record<string, string> = { land: "de", pays: "fr", pais: "es", paese: "it", kraj: "pl" };

/**
 * Reads the rows of one table. `region` is the one in which numbers without a country code are read, `also` are the
 * other regions that the company calls.
 */
export function rowReader({ phones, places, names }: Columns, region: string, also: readonly string[]) {
  const tongue = places.map((at) => TONGUES[nameOf(names[at] ?? "")]).find((found) => found !== undefined);
  const desk: CountryHints = { region, also, language: "" };
  return (cells: readonly string[]): RowNumbers => {
    const found = new Map<string, Found>();
    let unreadable: RowNumbers["unreadable"] = null;
    let empty = true;
    const where = () => {
      const fields = places.map((at): Field => ({ label: names[at] ?? "", text: (cells[at] ?? "").trim() }));
      return placesIn(fields, tongue ?? "en", allCities);
    };
    for (const at of phones) {
      // A leading apostrophe is a spreadsheet's mark of text.
      const cell = (cells[at] ?? "").trim().replace(/^'/, "");
      if (cell === "") continue;
      empty = false;
      const numbers = MANGLED.test(cell) ? [] : numbersIn(cell, desk, where);
      for (const number of numbers) found.set(number.e164 ?? number.readings.join(), number);
      if (MANGLED.test(cell)) unreadable = "number-lost";
      else if (numbers.length === 0 && cell.replace(/\D/g, "").length >= LEAST_DIGITS)
        unreadable ??= "not-a-number";
    }
    if (found.size === 0 && !empty) unreadable ??= "not-a-number";
    return { numbers: [...found.values()], unreadable, empty };
  };
}

function numbersIn(cell: string, desk: CountryHints, where: () => ReturnType<typeof placesIn>): Found[] {
  const one = toE164(cell, desk.region);
  const all =
    one.e164 !== null || one.readings
      ? [{ written: cell, read: one }]
      : findPhones(cell, desk.region).map((read) => ({ written: read.written, read }));
  return all.flatMap(({ written, read }) => {
    const { e164, readings = [] } = resolveCountry(written, read, desk, where);
    return e164 === null && readings.length === 0 ? [] : [{ e164, readings: e164 === null ? readings : [] }];
  });
}

/** The Worker's answer about a number: when it was judged, and the dates of the registers. */
export interface Known {
  outcome: Outcome;
  at: string;
  /** By register id. */
  asOf: Readonly<Record<string, string | null>>;
}
export interface Judged {
  /** Null for a row whose cells for numbers are empty. */
  verdict: Verdict | null;
  reasons: Reason[];
  e164: string[];
  at: string | null;
  asOf: Record<string, string | null>;
}

/** The result of a row; `known` gives the answer about each of its numbers. */
export function judgeRow(row: RowNumbers, known: (e164: string) => Known): Judged {
  const [first] = row.numbers;
  if (row.unreadable !== null || row.numbers.length !== 1 || !first || first.e164 === null)
    return judge(row, known);
  // Nearly every row has one number, and a million of them share the same few results.
  const answer = known(first.e164);
  let judged = alone.get(answer);
  if (!judged) alone.set(answer, (judged = judge(row, () => answer)));
  return { ...judged, e164: [first.e164] };
}
const alone = new WeakMap<Known, Judged>();

function judge(row: RowNumbers, known: (e164: string) => Known): Judged {
  const seen: Known[] = [];
  const ask = (e164: string): Decision => {
    const answer = known(e164);
    seen.push(answer);
    return answer.outcome;
  };
  const decisions = row.numbers.map((number) => decideReading(number, ask));
  if (row.unreadable !== null) decisions.push(unknownFor(row.unreadable));
  const verdict = decisions
    .map((d) => d.verdict)
    .reduce<Verdict | null>((a, b) => (a ? stricter(a, b) : b), null);
  const reasons = decisions.filter((d) => d.verdict === verdict).flatMap((d) => d.reasons);
  const telling = verdict === "clear" ? reasons : reasons.filter(({ code }) => code !== "not-listed");
  return {
    verdict,
    reasons: [...new Map(telling.map((reason) => [JSON.stringify(reason), reason])).values()],
    e164: row.numbers.flatMap(({ e164 }) => e164 ?? []),
    at: seen.reduce<string | null>((oldest, { at }) => (oldest === null || at < oldest ? at : oldest), null),
    asOf: seen.reduce<Judged["asOf"]>((dates, { asOf }) => older(dates, asOf), {}),
  };
}

/** Of each register the older date; null where either is null. */
function older(a: Judged["asOf"], b: Known["asOf"]): Judged["asOf"] {
  const dates = { ...a };
  for (const [list, date] of Object.entries(b)) {
    const before = list in dates ? dates[list]! : date;
    dates[list] = before === null || date === null ? null : before < date ? before : date;
  }
  return dates;
}
