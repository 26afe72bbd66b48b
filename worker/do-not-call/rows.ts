/** The in-house list and consents as whole rows, for the routes that keep them; brief.ts has them for facts. */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import type { Consent } from "../../shared/do-not-call/api-consents.ts";
import { DAY } from "../../shared/core/time.ts";
import { UNDO_MS } from "../../shared/do-not-call/undo.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { consentsBound, suppressionsBound } from "./bound.ts";
import { evidencedIn, storedKind, unrestricted } from "./brief.ts";
import { consentedAfter } from "./refusals.ts";

type Flag = "unverified" | "asks" | "keepsLine";
export type SuppressionRow = Omit<Suppression, "number" | Flag> & { number: number } & Record<Flag, number>;
/**
 * A condition on entries: compliance is asked whom they close, or whose the numbers are that they tell on. UNION alone would
 * merge two orders, and read the whole table for one of them.
 */
export const asking = `suppressions.id IN (
    SELECT id FROM suppressions WHERE asks = 1 AND ended_at IS NULL
    UNION ALL SELECT origin FROM suppressions WHERE origin IS NOT NULL AND keeps_line = 1 AND ended_at IS NULL)`;
export const suppressionColumns = `id, number, kind, reason, source, until, by, at,
  heard_at AS heardAt, ended_at AS endedAt, ended_by AS endedBy, ended_reason AS endedReason, unverified, scope, ${asking} AS asks, origin,
  keeps_line AS keepsLine`;
export const toSuppression = (row: SuppressionRow): Suppression => ({
  ...row,
  number: e164Of(row.number),
  unverified: row.unverified === 1,
  asks: row.asks === 1,
  keepsLine: row.keepsLine === 1,
});

/** A live entry, as it is entered: its history comes later (`behind` of back.ts has those that are entered as history). */
export const newEntry = (
  entry: Pick<Suppression, "number" | "kind" | "reason" | "source" | "until" | "by" | "at"> &
    Partial<Suppression>,
): Suppression => ({
  ...{
    id: crypto.randomUUID(),
    heardAt: null,
    endedAt: null,
    endedBy: null,
    endedReason: null,
    unverified: false,
  },
  ...{ scope: "line", asks: false, origin: null, keepsLine: false },
  ...entry,
});

export const insertEntries = (entries: readonly Suppression[]): Statement =>
  insertBound(
    suppressionsBound,
    entries.map(({ id, number, kind, reason, source, until, by, at, ...entry }) => ({
      ...{ id, number: numberOf(number), kind, reason, source, until, by, at },
      ...{
        heard_at: entry.heardAt,
        unverified: Number(entry.unverified),
        scope: entry.scope,
        asks: Number(entry.asks),
      },
      ...{ origin: entry.origin, keeps_line: Number(entry.keepsLine) },
      ...{ ended_at: entry.endedAt, ended_by: entry.endedBy, ended_reason: entry.endedReason },
    })),
  );

/** Refuses the change (conflict) where one of these live entries has ended since it was read. */
export const stillLive = (ids: readonly string[]): Statement =>
  sql(
    `UPDATE suppressions SET kind = '' WHERE ended_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );

export type ConsentRow = Omit<Consent, "number" | "calls" | "lasting" | "evidenced" | "talked"> & {
  number: number;
  calls: string;
  lasting: number;
  evidenced: number;
  talked: number;
};
/** SQL: a consent's basis by its kind. What is stored is for readers that know no kinds (BASIS). */
export const basisColumn = (of: string): string =>
  `CASE WHEN ${storedKind(of)} IS NULL THEN ${of}.basis WHEN ${of}.kind IN ('notification', 'prior') THEN 'consent' ELSE ${storedKind(of)} END`;
export const consentColumns = `id, number, ${storedKind("consents")} AS kind, ${basisColumn("consents")} AS basis, given_by AS givenBy, giver, given_at AS givenAt, evidence, until, caller,
  calls, medium, product, words, how, proof, lasting, day, state, reviewed_by AS reviewedBy, reviewed_at AS reviewedAt,
  review, done_at AS doneAt, keep_until AS keepUntil, by, at, withdrawn_at AS withdrawnAt,
  ${evidencedIn("consents")} AS evidenced,
  (SELECT COUNT(*) FROM consent_uses u WHERE u.consent = consents.id) AS attempts,
  EXISTS (SELECT 1 FROM consent_uses u WHERE u.consent = consents.id AND u.what = 'talked') AS talked`;
export const toConsent = (row: ConsentRow): Consent => ({
  ...row,
  number: e164Of(row.number),
  calls: JSON.parse(row.calls) as Consent["calls"],
  lasting: row.lasting === 1,
  evidenced: row.evidenced === 1,
  talked: row.talked === 1,
});

/** A consent by its id; null where there is none, or an erasure left it as a proof alone. */
export async function consentWith(db: D1Database, id: string): Promise<Consent | null> {
  const row = await db
    .prepare(
      `SELECT ${consentColumns} FROM consents WHERE id = ? AND ${unrestricted("consent", "consents.id")}`,
    )
    .bind(id)
    .first<ConsentRow>();
  return row && toConsent(row);
}

/** The statement that changes a consent, and binds its new state; none where it is gone. */
export const changeConsent = async (
  db: D1Database,
  id: string,
  to: NewRow,
  at: string,
): Promise<Statement[]> =>
  (await statesOf(db, consentsBound, "id = ?", id)).map((before) =>
    changeBound(consentsBound, before, to, at),
  );

/** The live entry of a number and kind that is its own, and closes it: there is at most one. */
export const liveEntry = (
  db: D1Database,
  e164: string,
  kind: Suppression["kind"],
): Promise<SuppressionRow | null> =>
  db
    .prepare(
      `SELECT ${suppressionColumns} FROM suppressions
       WHERE number = ? AND kind = ? AND ended_at IS NULL AND origin IS NULL AND keeps_line = 0`,
    )
    .bind(numberOf(e164), kind)
    .first<SuppressionRow>();

/** For how long an objection that somebody ended still says what one that follows it closes at least. */
const LATELY = DAY;
export const latelySince = (now: number): string => new Date(now - LATELY).toISOString();

/** For how long an entry may be undone after it was said, in seconds: with some for the way of the request. */
export const UNDO_S = UNDO_MS / 1000 + 5;
/** Whether whoever made an entry may still undo it, by its age. */
export const undoable = (entry: Pick<SuppressionRow, "heardAt" | "at">, now: number): boolean =>
  now <= Date.parse(saidAt(entry)) + UNDO_S * 1000;
/** A condition on an objection that ended: staff had verified it, or said whom it closes, and who made it did not undo it. */
export const meant = `(unverified = 0 OR scope IN ('person', 'company')) AND (ended_by IS NOT by
  OR ended_at > strftime('%Y-%m-%dT%H:%M:%fZ', COALESCE(heard_at, at), '+${UNDO_S} seconds'))`;

/**
 * The objection of a number that was ended within the last day, and that staff had not found unverified: whoever enters one
 * again narrows nothing by it.
 */
export const lately = (db: D1Database, e164: string, now: number): Promise<SuppressionRow | null> =>
  db
    .prepare(
      `SELECT ${suppressionColumns} FROM suppressions
       WHERE number = ? AND kind = 'objection' AND ended_at > ? AND origin IS NULL AND ${meant}
       ORDER BY keeps_line, ended_at DESC LIMIT 1`,
    )
    .bind(numberOf(e164), latelySince(now))
    .first<SuppressionRow>();

/** When an entry was said. */
export const saidAt = ({ heardAt, at }: Pick<SuppressionRow, "heardAt" | "at">): string => heardAt ?? at;
/** How long before it arrives an objection may have been heard. */
const HEARD = 7 * DAY;
/** When an objection counts as heard: no time that cannot be, and none before what it widens. Null: now. */
export function heardOf(
  asked: string | undefined,
  before: SuppressionRow | null,
  now: number,
): string | null {
  const heard = Date.parse(asked ?? "");
  if (!(heard <= now && heard > now - HEARD)) return null;
  const said = new Date(heard).toISOString();
  return before !== null && saidAt(before) > said ? saidAt(before) : said;
}

/**
 * The latest consent of each number (JSON) that is dated after a moment, though none is recorded ahead of the clock: it was set
 * back since. An objection that comes now was said after these.
 */
export async function datedAhead(db: D1Database, numbers: string, at: string): Promise<Map<number, string>> {
  const { results } = await db
    .prepare(
      `SELECT number, MAX(given_at) AS said FROM consents
       WHERE number IN (SELECT value FROM json_each(?)) AND withdrawn_at IS NULL AND given_at > ? GROUP BY number`,
    )
    .bind(numbers, at)
    .all<{ number: number; said: string }>();
  return new Map(results.map(({ number, said }) => [number, said]));
}

/**
 * Whether a consent was given after an objection was said last, on its number or on one that it closes. The later of the two applies
 * (PECR reg 21(4), (5)), so a repeated objection needs a new entry with a new date.
 */
export const consentedSince = async (
  db: D1Database,
  { id, kind }: Pick<SuppressionRow, "id" | "kind">,
): Promise<boolean> =>
  kind === "objection" &&
  (await db
    .prepare(`SELECT 1 FROM suppressions s WHERE s.id = ? AND ${consentedAfter("s")}`)
    .bind(id)
    .first()) !== null;
