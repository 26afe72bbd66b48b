/** What the database holds about a requester, for their copy. The staff's names are left out: those are other people's data. */
import type { RequestItem } from "../../../shared/privacy-requests/api.ts";
import { e164Of, numberOf } from "../../../shared/registers/blocks.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import type { Env } from "../../env.ts";
import { mappedHost } from "../../lookups/sources/mapped.ts";
import type { Row } from "../rows.ts";
import { registersOf } from "../../proof/registers.ts";
import { basisColumn } from "../../do-not-call/rows.ts";
import { pastScreenings } from "../../screening/screened.ts";

type Data = Record<string, ({ number?: string | undefined } & Record<string, unknown>)[]>;

/**
 * Data by section: the confirmed items, and what is kept for a number alone (screenings, lookups, watching, CRM records). The
 * latter names nobody else, so no officer has to confirm it.
 */
export async function dataOf(env: Env, row: Row, items: readonly RequestItem[], at: string): Promise<Data> {
  const db = env.DB;
  const confirmed = await itemData(db, items);
  const numbers = [
    ...new Set([
      ...(row.number === null ? [] : [e164Of(row.number)]),
      ...Object.values(confirmed).flatMap((rows) => rows.flatMap(({ number }) => number ?? [])),
    ]),
  ];
  const screenings = await Promise.all(
    numbers.map(async (number) =>
      (await pastScreenings(db, number)).map(({ at, verdict, lists }) => ({
        ...{ number, at, verdict },
        lists: lists.map(({ id, asOf }) => `${id} ${asOf ?? ""}`.trim()),
      })),
    ),
  );
  const [{ lookups = [], ...others }, registers, requests] = await Promise.all([
    numberData(db, numbers),
    Promise.all(numbers.map((number) => listings(db, number, at))),
    earlier(db, row),
  ]);
  const named = lookups.map((lookup) => ({ ...lookup, askedOf: serviceOf(env, String(lookup["askedOf"])) }));
  return {
    ...confirmed,
    screenings: screenings.flat(),
    registers: registers.flat(),
    lookups: named,
    ...others,
    requests,
  };
}

/** Whether our present copy of each register and list has a number. */
async function listings(db: D1Database, number: string, at: string): Promise<Data[string]> {
  const { registers } = await registersOf(db, number, at, "9999");
  return registers.flatMap(({ name: list, versions }) => {
    const last = versions.at(-1);
    return last?.listed == null ? [] : [{ number, list, asOf: last.asOf, listed: last.listed }];
  });
}

/** Their other requests about the number. Somebody else may have the line as well: by name or address theirs alone. */
async function earlier(db: D1Database, { id, number, name, email }: Row): Promise<Data[string]> {
  const { results } = await db
    .prepare(
      `SELECT ref AS reference, kind, received_on AS receivedOn, text AS words, decision, decided_on AS decidedOn,
         closed_at AS endedAt FROM requests
       WHERE number = ?1 AND id <> ?2 AND (lower(name) = lower(?3) OR lower(email) = lower(?4)) ORDER BY received_on, at`,
    )
    .bind(number, id, name, email)
    .all<Record<string, unknown>>();
  return results;
}

/** The service that was given the number, by a name that means something to its subscriber. */
const serviceOf = (env: Env, source: string): string =>
  (source === "mapped" ? mappedHost(env) : t.services[source]) ?? source;

/** A dial that was meant for one number and rings another is of both, so neither counts as the requester's. */
function numbersIn(number: number | null, recordNumber: number | null) {
  const [said, meant] = [number, recordNumber].map((n) => (n === null ? undefined : e164Of(n)));
  return meant === undefined ? { number: said } : { rings: said, recordNumber: meant };
}

/** Columns that hold JSON. */
const parsed = (row: Record<string, unknown>) =>
  Object.fromEntries(
    ["reasons", "calls", "uses"].flatMap((name) =>
      typeof row[name] === "string" ? [[name, JSON.parse(row[name]) as unknown]] : [],
    ),
  );

async function itemData(db: D1Database, items: readonly RequestItem[]): Promise<Data> {
  const refs = (kind: string) => JSON.stringify(items.filter((i) => i.kind === kind).map((i) => i.ref));
  const all = async (columns: string, table: string, kind: string, key = "id") => {
    const { results } = await db
      .prepare(
        `SELECT number, ${columns} FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?)) ORDER BY at, ${key}`,
      )
      .bind(refs(kind))
      .all<{ number: number | null; recordNumber?: number | null } & Record<string, unknown>>();
    return results.map(({ number, recordNumber = null, ...row }) => ({
      ...numbersIn(number, recordNumber),
      ...row,
      ...parsed(row),
    }));
  };
  const [dials, calls, consents, suppressions] = await Promise.all([
    all(
      "record_number AS recordNumber, written, medium, layer, action, worker_verdict AS verdict, worker_reasons AS reasons, reason, purpose, at",
      ...(["dials_in_words", "dial", "num"] as const),
    ),
    all("direction, started_at AS startedAt, seconds, verdict, reasons, at", "calls", "call"),
    all(
      `kind, ${basisColumn("consents")} AS basis, given_by AS givenBy, given_at AS givenAt, caller, calls, product, words, how, proof, evidence, day, until,
       state, review, done_at AS doneAt, withdrawn_at AS withdrawnAt,
       (SELECT json_group_array(u.at) FROM consent_uses u WHERE u.consent = consents.id) AS uses`,
      "consents",
      "consent",
    ),
    all("kind, scope, reason, source, until, at, ended_at AS endedAt", "suppressions", "suppression"),
  ]);
  return { dials, calls, consents, suppressions };
}

async function numberData(db: D1Database, numbers: readonly string[]): Promise<Data> {
  const of = async (columns: string, from: string) => {
    const { results } = await db
      .prepare(`SELECT n.number, ${columns} FROM ${from} WHERE n.number IN (SELECT value FROM json_each(?))`)
      .bind(JSON.stringify(numbers.map(numberOf)))
      .all<{ number: number; listed?: number }>();
    return results.map(({ number, listed, ...row }) => ({
      number: e164Of(number),
      ...row,
      ...(listed === undefined ? {} : { listed: listed === 1 }),
    }));
  };
  const [lookups, watched, turned, records, parties] = await Promise.all([
    of("n.at, l.name AS list, n.listed, n.source AS askedOf", "lookups n JOIN lists l ON l.num = n.list"),
    of("n.on_day AS screenedOn", "watched n"),
    of('n.at, n.from_verdict AS "from", n.to_verdict AS "to", n.reason, n.as_of AS asOf', "turned n"),
    of(
      "c.name AS crm, n.object || ' ' || n.record AS record, n.field, n.verdict, n.written_at AS at",
      "connector_numbers n JOIN connectors c ON c.num = n.connector",
    ),
    of("n.party, n.source, n.detail, n.at, n.ended_at AS endedAt", "parties n"),
  ]);
  return { lookups, watched, turned, records, parties };
}
