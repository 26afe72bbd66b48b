/**
 * From a contact to its mark: reads its numbers (by the country that its record names, as on a page), decides each, and
 * takes the strictest verdict. Calling hours do not count, as in every screening.
 */
import type { ConnectorSetup } from "../../shared/connectors/api.ts";
import type { Reason, Verdict } from "../../shared/check/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { isText } from "../../shared/core/text.ts";
import { resolveCountry } from "../../shared/country/country.ts";
import { allCities } from "../../shared/country/all-cities.ts";
import { placesIn } from "../../shared/country/places.ts";
import { findPhones, sayNumber, toE164 } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { connectorReason } from "../../shared/texts/connectors/marks.en.ts";
import { type Decision, decide, decideReading, stricter } from "../../shared/check/verdict.ts";
import { factsOf } from "../check/facts.ts";
import type { Env } from "../env.ts";
import { type HeadRow, selectHeads } from "../registers/heads.ts";
import type { Contact, Mark } from "./connector.ts";

/** One number written in a field. */
export interface Found {
  field: string;
  /** Which of the field's numbers it is, from 0. */
  place: number;
  /** Its readings in E.164: several where its country is not clear, none where it is not a number. */
  numbers: string[];
}

/** The field of what stands for numbers that could not be read. No CRM has a field of this name. */
const UNREAD = "*";
/** Stands for those of a record's numbers that could not be read. */
const unread: Found = { field: UNREAD, place: 0, numbers: [] };

/** True for a text that is no number. */
export const isInvalid = ({ field, numbers }: Found): boolean => field !== UNREAD && numbers.length === 0;

/**
 * All numbers of a contact, and `unread` where there may be more of them. A text that cannot be read as a number counts as one without readings; so does one with NUL or half a
 * character, in it or in its country: what a CRM says is not put right.
 */
export function numbersIn(
  { numbers, country, whole }: Pick<Contact, "numbers" | "country" | "whole">,
  { numbers: clause }: Policy,
): Found[] {
  const desk = { region: clause.defaultRegion, also: clause.alsoRegions, language: "" };
  const places = () => placesIn(country === "" ? [] : [{ label: "country", text: country }], "", allCities);
  const readingsIn = (text: string): string[][] => {
    if (!isText(text) || !isText(country)) return [[]];
    const one = toE164(text, desk.region);
    const written =
      one.e164 !== null || one.readings?.length
        ? [{ text, read: one }]
        : findPhones(text, desk.region).map((read) => ({ text: read.written, read }));
    if (written.length === 0) return [[]];
    return written.map(({ text, read }) => {
      const { e164, readings = [] } = resolveCountry(text, read, desk, places);
      return e164 === null ? readings : [e164];
    });
  };
  const found = Object.entries(numbers).flatMap(([field, texts]) =>
    texts.flatMap(readingsIn).map((numbers, place) => ({ field, place, numbers })),
  );
  return whole ? found : [...found, unread];
}

/** Decides numbers (E.164) without recording a screening: for trial runs, and for numbers screened before. */
export async function decisionsOf(env: Env, numbers: string[], now: number) {
  const { stamp, policy, facts } = await factsOf(env, numbers);
  const context = { policy, lists: stamp.lists, now, anyTime: true as const };
  return new Map(numbers.map((e164) => [e164, decide(facts(e164), context)]));
}

export type Decide = (e164: string) => Decision;

/** Names of the registers, by id. */
export async function listNames(db: D1Database): Promise<Map<string, string>> {
  const { results } = await db.prepare(selectHeads).all<HeadRow>();
  return new Map(results.map(({ id, name }) => [id, name]));
}

/** Decides one number of a field by the strictest of its readings. */
export function decideFound({ field, numbers }: Found, of: Decide): Decision {
  if (field === UNREAD) return { verdict: "unknown", reasons: [{ code: "not-whole" }] };
  const e164 = numbers.length === 1 ? numbers[0]! : null;
  return decideReading({ e164, readings: numbers }, of);
}

/** Characters. Many CRMs limit text fields to 255. */
export const LONGEST = 255;

/**
 * The mark of a record. Its reasons hold no dates, or each new copy of a register would change every record. `day` is the
 * day of the screening (YYYY-MM-DD), `listName` a register's name by its id.
 */
export function markOf(
  { id, object }: Pick<Contact, "id" | "object">,
  judged: readonly { found: Found; decision: Decision }[],
  day: string,
  listName: (id: string) => string,
): Mark {
  if (judged.length === 0) return { id, object, verdict: "", date: "", reasons: "" };
  const verdict = judged.reduce<Verdict>((v, { decision }) => stricter(v, decision.verdict), "clear");
  const said = judged
    .filter(({ decision }) => decision.verdict !== "clear")
    .map(({ found, decision }) => {
      const words = sayReasons(decision, listName);
      if (judged.length === 1 || found.field === UNREAD) return words;
      return `${found.numbers.length === 1 ? sayNumber(found.numbers[0]!) : found.field}: ${words}`;
    });
  const reasons = [...new Set(said)].join("; ");
  return {
    id,
    object,
    verdict,
    date: day,
    reasons: reasons.length > LONGEST ? `${reasons.slice(0, LONGEST - 1)}…` : reasons,
  };
}

const sayReasons = ({ reasons }: Decision, listName: (id: string) => string): string =>
  [
    ...new Set(
      reasons
        .filter(({ code }) => code !== "not-listed")
        .map((reason: Reason) => connectorReason(reason.code, listName(reason.list ?? ""))),
    ),
  ].join(", ");

/** True where a record must be written. With `dates` "changed", another date alone is no reason to write. */
export function differs({ held }: Contact, mark: Mark, dates: ConnectorSetup["dates"]): boolean {
  if (held.verdict !== mark.verdict || held.reasons !== mark.reasons) return true;
  const exact = dates === "screened" || mark.date === "" || held.date === "";
  return exact && held.date !== mark.date;
}

/**
 * Rows of `connector_numbers`: one for each reading of each number; the number is 0 where a text is not a number. `taken`:
 * the CRM accepted the mark; otherwise the verdict is empty, so that the record is marked again when it changes.
 */
export const rowsOf = (
  { id, object }: Pick<Contact, "id" | "object">,
  judged: readonly { found: Found; decision: Decision }[],
  taken: boolean,
): Row[] =>
  judged.flatMap(({ found: { field, place, numbers }, decision: { verdict } }) =>
    (numbers.length === 0 ? [0] : numbers.map(numberOf)).map((number): Row => [
      object,
      id,
      field,
      place,
      number,
      taken ? verdict : "",
    ]),
  );
export type Row = [
  object: string,
  record: string,
  field: string,
  place: number,
  number: number,
  verdict: Verdict | "",
];

/** The numbers of a record from its rows of `connector_numbers`. */
export function foundIn(rows: readonly { field: string; place: number; number: number }[]): Found[] {
  const places = Map.groupBy(rows, ({ field, place }) => `${field} ${place}`);
  return [...places.values()].map((of) => ({
    field: of[0]!.field,
    place: of[0]!.place,
    numbers: of.filter(({ number }) => number !== 0).map(({ number }) => e164Of(number)),
  }));
}
