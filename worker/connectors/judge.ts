/**
 * From a contact to what is written to it: its numbers, read as on a page where a record names its country, each one's
 * verdict, and of them the strictest. Calling hours are left out, as in every screening.
 */
import type { ConnectorSetup } from "../../shared/connectors/api.ts";
import type { Reason, Verdict } from "../../shared/check/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { settle } from "../../shared/country/country.ts";
import { placesIn } from "../../shared/country/places.ts";
import { findPhones, sayNumber, toE164 } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { connectorReason } from "../../shared/texts/connectors/marks.en.ts";
import { type Decision, decide, decideReadings, stricter, unknownFor } from "../../shared/check/verdict.ts";
import { factsOf } from "../check/check.ts";
import type { Contact, Mark } from "./connector.ts";

/** One number of a field; several readings where its country is not clear, none where it is no number. */
export interface Found {
  field: string;
  place: number;
  numbers: string[];
}

export function numbersIn({ numbers, country }: Contact, { numbers: clause }: Policy): Found[] {
  const desk = { region: clause.defaultRegion, also: clause.alsoRegions, language: "" };
  const places = () => placesIn(country === "" ? [] : [{ label: "country", text: country }], "");
  return Object.entries(numbers).flatMap(([field, text]) => {
    const one = toE164(text, desk.region);
    const written =
      one.e164 !== null || one.readings?.length
        ? [{ text, read: one }]
        : findPhones(text, desk.region).map((phone) => ({
            text: text.slice(phone.start, phone.end),
            read: phone,
          }));
    if (written.length === 0) return [{ field, place: 0, numbers: [] }];
    return written.map(({ text, read }, place) => {
      const { e164, readings = [] } = settle(text, read, desk, places);
      return { field, place, numbers: e164 === null ? readings : [e164] };
    });
  });
}

/** What is decided of each number, without a record of it: for trial runs, and where a record of it exists already. */
export async function decisionsOf(db: D1Database, numbers: string[], now: number) {
  const { stamp, policy, facts } = await factsOf(db, numbers);
  const context = { policy: { ...policy, hours: {}, holidays: [] }, lists: stamp.lists, now };
  return new Map(numbers.map((e164) => [e164, decide(facts(e164), context)]));
}

export type Decide = (e164: string) => Decision;

/** Decides one number of a field. */
export function decideFound({ numbers }: Found, of: Decide): Decision {
  const [first, ...others] = numbers;
  if (first === undefined) return unknownFor("not-a-number");
  return others.length === 0 ? of(first) : decideReadings(numbers.map(of));
}

/** Texts of a CRM are often no longer than that. */
const LONGEST = 255;

/** What is to stand in a record. The reasons bear no dates: they would be others with every copy of a register. */
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
      if (judged.length === 1) return words;
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

/** Whether a record holds something else than what is to stand in it. */
export function differs({ held }: Contact, mark: Mark, dates: ConnectorSetup["dates"]): boolean {
  if (held.verdict !== mark.verdict || held.reasons !== mark.reasons) return true;
  const exact = dates === "screened" || mark.date === "" || held.date === "";
  return exact && held.date !== mark.date;
}

/**
 * A row of `connector_numbers` for each number, and for each reading of one that is not clear. What the CRM did not take
 * has no verdict there.
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

/** The numbers of a record as its rows say them. */
export function foundIn(rows: readonly { field: string; place: number; number: number }[]): Found[] {
  const places = Map.groupBy(rows, ({ field, place }) => `${field} ${place}`);
  return [...places.values()].map((of) => ({
    field: of[0]!.field,
    place: of[0]!.place,
    numbers: of.filter(({ number }) => number !== 0).map(({ number }) => e164Of(number)),
  }));
}
