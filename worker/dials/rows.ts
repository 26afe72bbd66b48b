/**
 * A dial's row. Dials fill the database, so a row is small: enums are numbers, and long texts that many dials share
 * (the reasons, the state of the registers) are stored once a month in `dial_texts`; the view `dials_in_words` joins
 * them again. The row number holds the time, so that a period is a range of rows.
 */
import type * as z from "zod";
import { dialAction, dialLayer, dialMedium, type dialSchema } from "../../shared/dials/api.ts";
import { verdictSchema } from "../../shared/check/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { sql, type Statement } from "../core/sql.ts";
import { sha256Hex } from "../core/hash.ts";
import { DAY } from "../../shared/core/time.ts";

export type Dial = z.infer<typeof dialSchema>;

/** Row numbers of one millisecond. */
const PLACES = 64;

/** The first row number of a moment (ISO 8601, or a date). */
export const dialFrom = (at: string): number => Date.parse(at) * PLACES;
/** The first row number after a day (YYYY-MM-DD). */
export const dialAfter = (date: string): number => (Date.parse(date) + DAY) * PLACES;
/**
 * A row number for a dial at `now` (milliseconds). Two dials may get the same one: the database then refuses the
 * second.
 */
export const dialNow = (now: number): number => now * PLACES + Math.floor(Math.random() * PLACES);

/** By action, the condition on a row `d` of `dials`. */
export const dialWas = Object.fromEntries(
  dialAction.options.map((action, place) => [action, `d.action = ${place}`]),
) as Readonly<Record<Dial["action"], string>>;

/** How a row stores the verdict `unknown`. */
export const UNKNOWN = verdictSchema.options.indexOf("unknown");

/** 16 hex digits as SQLite's signed 64-bit integer; in decimal text, as JavaScript's numbers would round it. */
const integer = (hex: string): string => BigInt.asIntN(64, BigInt(`0x${hex}`)).toString();
const keyOf = (key: string): string => integer(sha256Hex(key).slice(0, 16));

/** Statements that insert a dial. `salt` is the salt of its audit row, whose payload is `payloadOf`. */
export function insertDial(d: Dial, salt: string, key: string | null): Statement[] {
  const named = [
    JSON.stringify({ host: d.host, purpose: d.purpose }),
    JSON.stringify(d.reasons),
    JSON.stringify(d.workerReasons),
    JSON.stringify({ policy: d.policy, lists: d.lists }),
    d.seen && JSON.stringify({ policy: d.seen.policy, lists: d.seen.lists }),
  ];
  // The page's and the Worker's texts are mostly the same.
  const texts = [...new Set(named)].filter((text) => text !== null);
  const month = d.at.slice(0, 7);
  return [
    sql(
      `INSERT OR IGNORE INTO dial_texts (month, text) VALUES ${texts.map(() => "(?, ?)").join(", ")}`,
      ...texts.flatMap((text) => [month, text]),
    ),
    sql(
      `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, seen_seq, key, salt_high,
         salt_low, written, basis, reason, record_number, layer, sighting, medium, via,
         page, reasons, worker_reasons, state, seen_state)
       VALUES (?, (SELECT num FROM people WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?, ?, ?,
         ?, ?, CAST(? AS INTEGER), ?, ?,
         ${named.map(() => "(SELECT num FROM dial_texts WHERE month = ? AND text = ?)").join(", ")})`,
      ...[Number(d.id), d.by, d.number === null ? null : numberOf(d.number)],
      ...[Date.parse(d.at) - Date.parse(d.deviceAt), dialAction.options.indexOf(d.action), Number(d.refused)],
      ...[d.verdict, d.workerVerdict].map((verdict) => verdictSchema.options.indexOf(verdict)),
      ...[Number(d.agrees), d.seen?.seq ?? null, key === null ? null : keyOf(key)],
      ...[
        integer(salt.slice(0, 16)),
        integer(salt.slice(16)),
        d.written === d.number ? "" : d.written,
        d.basis,
        d.reason,
      ],
      ...[d.recordNumber === null ? null : numberOf(d.recordNumber), dialLayer.options.indexOf(d.layer)],
      ...[d.sighting, dialMedium.options.indexOf(d.medium), d.via],
      ...named.flatMap((text) => [month, text]),
    ),
  ];
}

/** The payload of the audit row. It is not stored: the view `dial_payloads` rebuilds the same from the dial's row. */
export const payloadOf = (dial: Dial) => {
  const { layer, medium, number, recordNumber, sighting, verdict, via, workerVerdict, written } = dial;
  return { layer, medium, number, recordNumber, sighting, verdict, via, workerVerdict, written };
};

/** A row of `dials_in_words`. */
export type Row = Omit<
  Dial,
  "number" | "recordNumber" | "agrees" | "refused" | "reasons" | "seen" | "workerReasons" | "policy" | "lists"
> & {
  num: number;
  number: number | null;
  recordNumber: number | null;
  agrees: number;
  refused: number;
  seenSeq: number | null;
  seenState: string | null;
} & Record<"reasons" | "workerReasons" | "state", string>;

export const selectDials = `SELECT num, id, number, written,
  record_number AS recordNumber, layer, sighting, medium, via, action, verdict, reasons, worker_verdict AS workerVerdict,
  worker_reasons AS workerReasons, state, seen_seq AS seenSeq, seen_state AS seenState, agrees, refused, basis, reason,
  purpose, host, by, by_name AS byName, device_at AS deviceAt, at FROM dials_in_words d`;

type State = Pick<Dial, "policy" | "lists">;

export const toDial = ({ num: _, state, seenSeq, seenState, ...row }: Row): Dial => ({
  ...row,
  ...(JSON.parse(state) as State),
  number: row.number === null ? null : e164Of(row.number),
  recordNumber: row.recordNumber === null ? null : e164Of(row.recordNumber),
  agrees: row.agrees === 1,
  refused: row.refused === 1,
  reasons: JSON.parse(row.reasons) as Dial["reasons"],
  seen: seenSeq === null || seenState === null ? null : { seq: seenSeq, ...(JSON.parse(seenState) as State) },
  workerReasons: JSON.parse(row.workerReasons) as Dial["workerReasons"],
});

/** The dial that a person's device sent under an idempotency key since a moment (ISO 8601). */
export async function dialByKey(
  db: D1Database,
  by: string,
  key: string,
  since: string,
): Promise<Dial | null> {
  const row = await db
    .prepare(
      `${selectDials} WHERE by_num = (SELECT num FROM people WHERE id = ?) AND num >= ?
         AND key IN (CAST(? AS INTEGER), ?)`,
    )
    .bind(by, dialFrom(since), keyOf(key), key)
    .first<Row>();
  return row && toDial(row);
}
