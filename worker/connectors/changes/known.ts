/** What is known of a CRM's records, so that of those that changed only what differs is screened and stored. */
import type { Verdict } from "../../../shared/check/api.ts";
import { stricter } from "../../../shared/check/verdict.ts";
import { sql, type Statement, inChunks } from "../../core/sql.ts";
import type { Read } from "../flags/state.ts";
import { rowsOf } from "../judge.ts";
import { keyOf, type SliceContact } from "../read.ts";
import type { Contact } from "../connector.ts";
import type { ConnectorRow } from "../rows.ts";

type Place = readonly [field: string, place: number, number: number];
/** A record's numbers by `placeKey`; with its account, where they came from, and its flags as they are stored. */
export interface Known {
  numbers: ReadonlyMap<string, Place>;
  account: string;
  origin: string;
  said: string;
  /** What ClearDial wrote last; null where it wrote nothing, or the CRM did not take it. */
  verdict: Verdict | null;
  /** When a verdict was last written to one of its numbers. */
  writtenAt: string;
  /** When its fields were last written again. */
  againAt: string | null;
}

const originOf = (source: string, since: string, notice: string): string =>
  JSON.stringify([source, since, notice]);
const placeKey = (place: Place): string => place.join(" ");
const NOTHING: Known = {
  numbers: new Map(),
  account: "",
  origin: originOf("", "", ""),
  said: "{}",
  verdict: null,
  writtenAt: "",
  againAt: null,
};

const listOf = (contacts: readonly Contact[]): string =>
  JSON.stringify(contacts.map(({ object, id }) => [object, id]));

/** Answers what is known of one of these records. */
export async function knownOf(
  db: D1Database,
  { num }: ConnectorRow,
  contacts: readonly Contact[],
): Promise<(contact: Contact) => Known> {
  const of = (table: string) =>
    `json_each(?2) j CROSS JOIN ${table} t ON t.connector = ?1 AND t.object = j.value ->> 0 AND t.record = j.value ->> 1`;
  const asked = (text: string) => db.prepare(text).bind(num, listOf(contacts));
  interface Named {
    object: string;
    id: string;
  }
  const [numbers, accounts, records] = (await db.batch([
    asked(
      `SELECT t.object, t.record AS id, t.field, t.place, t.number, t.verdict, t.written_at AS writtenAt FROM ${of("connector_numbers")}`,
    ),
    asked(`SELECT t.object, t.record AS id, t.account FROM ${of("connector_accounts")}`),
    asked(
      `SELECT t.object, t.record AS id, t.source, t.since, t.notice, t.said, t.again_at AS againAt FROM ${of("connector_records")}`,
    ),
  ])) as [
    D1Result<
      Named & { field: string; place: number; number: number; verdict: Verdict | ""; writtenAt: string }
    >,
    D1Result<Named & { account: string }>,
    D1Result<Named & { source: string; since: string; notice: string; said: string; againAt: string | null }>,
  ];
  const [held, belongs, told] = [
    Map.groupBy(numbers.results, keyOf),
    new Map(accounts.results.map((one) => [keyOf(one), one.account])),
    new Map(records.results.map((one) => [keyOf(one), one])),
  ];
  return (contact) => {
    const key = keyOf(contact);
    const rows = held.get(key) ?? [];
    const verdicts = rows.flatMap(({ verdict }) => (verdict === "" ? [] : [verdict]));
    const places = rows.map(({ field, place, number }): Place => [field, place, number]);
    const its = told.get(key);
    return {
      numbers: new Map(places.map((place) => [placeKey(place), place])),
      account: belongs.get(key) ?? NOTHING.account,
      origin: its ? originOf(its.source, its.since, its.notice) : NOTHING.origin,
      said: its?.said ?? NOTHING.said,
      verdict:
        rows.length === 0 || verdicts.length < rows.length
          ? null
          : verdicts.reduce((all, one) => stricter(all, one), "clear"),
      writtenAt: rows.reduce((last, one) => (one.writtenAt > last ? one.writtenAt : last), ""),
      againAt: its?.againAt ?? null,
    };
  };
}

/** Where a record holds which numbers. */
function placesOf({ contact, found }: Read): Place[] {
  const decision = { verdict: "clear" as const, reasons: [] };
  const rows = rowsOf(
    contact,
    found.map((one) => ({ found: one, decision })),
    true,
  );
  return rows.map(([, , field, place, number]) => [field, place, number]);
}

/** Whether a record holds other numbers than is known, belongs to another account, or tells another origin. */
export function isOther(read: Read, { numbers, account, origin }: Known): boolean {
  const { source, since, notice } = read.contact.origin;
  const now = placesOf(read);
  return (
    read.contact.account !== account ||
    originOf(source, since, notice) !== origin ||
    now.length !== numbers.size ||
    now.some((place) => !numbers.has(placeKey(place)))
  );
}

/** Statements that forget what records do not hold any more; `known` of slice-rows.ts stores what they do. */
export function lost(
  row: ConnectorRow,
  read: readonly { contact: SliceContact; found: Read["found"] }[],
  known: (contact: Contact) => Known,
): Statement[] {
  const gone = read.flatMap((one) => {
    const now = new Set(placesOf(one).map(placeKey));
    const { object, id } = one.contact;
    return [...known(one.contact).numbers].flatMap(([key, place]) =>
      now.has(key) ? [] : [[object, id, ...place]],
    );
  });
  const contacts = read.map(({ contact }) => contact);
  const records = (some: readonly SliceContact[]) => some.map(({ object, id }) => [object, id]);
  return [
    ...inChunks(gone, (chunk) =>
      sql(
        `DELETE FROM connector_numbers WHERE connector = ?1 AND (object, record, field, place, number) IN (
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?2))`,
        ...[row.num, chunk],
      ),
    ),
    ...inChunks(records(contacts.filter(({ account }) => account === "")), (chunk) =>
      sql(
        `DELETE FROM connector_accounts WHERE connector = ?1
           AND (object, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))`,
        ...[row.num, chunk],
      ),
    ),
    ...inChunks(records(contacts), (chunk) =>
      sql(
        `UPDATE connector_records SET source = '', since = '', notice = '' WHERE connector = ?1
           AND (object, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))`,
        ...[row.num, chunk],
      ),
    ),
  ];
}
