/** Puts an entry on the list: a live one of its number and kind ends as history, and what it closes besides is closed at once. */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { changed } from "../core/commit.ts";
import type { Statement } from "../core/sql.ts";
import { changeEntries, endOf, endsOf } from "./changes.ts";
import { consentedAfter, REPLACED } from "./refusals.ts";
import {
  datedAhead,
  heardOf,
  insertEntries,
  lately,
  latelySince,
  meant,
  newEntry,
  type SuppressionRow,
} from "./rows.ts";
import { after, spreadOf } from "./spread.ts";

/** What is asked for. */
type Asked = Pick<Suppression, "number" | "kind" | "reason" | "source" | "until" | "scope"> & { by: string };

/** `live`: the entry that it takes the place of. `now` in milliseconds; `heardAt` in ISO 8601, by whoever asks. */
export async function entering(
  db: D1Database,
  { scope, ...own }: Asked,
  { live, now, heardAt }: { live: SuppressionRow | null; now: number; heardAt?: string | undefined },
) {
  const at = new Date(now).toISOString();
  const { number, kind, by } = own;
  const before = live ?? (kind === "objection" ? await lately(db, number, now) : null);
  const ahead = await datedAhead(db, JSON.stringify([numberOf(number)]), at);
  const entry = newEntry({
    ...{ ...own, at },
    heardAt:
      kind === "objection" ? (heardOf(heardAt, before, now) ?? ahead.get(numberOf(number)) ?? null) : null,
    scope: after(before, scope),
  });
  const reach = await spreadOf(db, [{ entry, replaces: before?.id ?? null }], { by, at });
  const ends = await endsOf(db, endOf(at, by, REPLACED), [live?.id]);
  const statements: Statement[] = [
    ...(await changeEntries(db, [...reach.moves, ...ends], at)),
    insertEntries([entry]),
    changed("number", number),
    ...reach.then,
  ];
  return { entry, spread: reach.spread, statements };
}

interface Lasting extends Pick<Suppression, "until" | "scope"> {
  /** From the public page: an entry by staff replaces it. */
  unverified: number;
  /** A consent was given after it: the later of the two applies (PECR reg 21(4), (5)). */
  overruled: number;
}

/** Whether a live entry says all that is asked for, so that it stays as it is. */
export const stands = (live: Lasting, until: string | null, scope: Suppression["scope"]): boolean =>
  live.unverified === 0 &&
  live.overruled === 0 &&
  lastsUntil(live, until) &&
  after(live, scope) === live.scope;

/** Whether an entry lasts at least until `until` (null: without end). */
export const lastsUntil = (entry: { until: string | null }, until: string | null): boolean =>
  entry.until === null || (until !== null && entry.until >= until);

export interface Live extends Pick<
  Suppression,
  "id" | "kind" | "until" | "scope" | "at" | "heardAt" | "by" | "source" | "reason"
> {
  number: number;
  unverified: number;
  overruled: number;
  /** It was ended within the last day (`lately`). */
  ended: number;
}

/** Of some numbers (JSON), by number and kind. */
export async function liveEntries(db: D1Database, numbers: string): Promise<Map<string, Live>> {
  const { results } = await db
    .prepare(
      `SELECT s.id, s.number, s.kind, s.until, s.at, s.heard_at AS heardAt, s.by, s.source, s.reason, s.unverified, s.scope, s.ended_at IS NOT NULL AS ended,
         s.kind = 'objection' AND ${consentedAfter("s")} AS overruled
       FROM suppressions s WHERE s.origin IS NULL AND s.number IN (SELECT value FROM json_each(?1))
         AND ((s.ended_at IS NULL AND s.keeps_line = 0) OR (s.kind = 'objection' AND ${meant} AND s.ended_at > ?2))
       -- Of several the last counts.
       ORDER BY s.ended_at IS NULL, s.keeps_line DESC, s.ended_at`,
    )
    .bind(numbers, latelySince(Date.now()))
    .all<Live>();
  return new Map(results.map((live) => [`${live.number} ${live.kind}`, live]));
}
