/** When the requester was called, by what an officer found to be theirs. */
import { SECOND } from "../../../shared/core/time.ts";
import { isCurrent, SAME_CALL } from "../../call-logs/rows.ts";
import { CALL_MADE } from "../../check/contacts.ts";
import { NEAR } from "../../dials/near.ts";
import { unrestricted } from "../../do-not-call/brief.ts";
import { given, recordedIn } from "../export/data.ts";
import type { Row } from "../rows.ts";
import { idOf } from "../../core/sql.ts";

/** Calls that the page lists. */
const MOST = 100;

/** When they were called, newest first (ISO 8601), and whether there are more. */
export interface OwnCalls {
  calls: string[];
  more: boolean;
}

/** What saw a call. */
interface Seen {
  number: number;
  at: string;
  /** How long it was, of a logged call; null where nothing says. */
  seconds: number | null;
  /** The dial by which it was seen first (dials.num); null where none is known. */
  dial: number | null;
}

/** Each call once, whatever saw it: a log, a page, a recording. */
export async function callsOf(db: D1Database, row: Row): Promise<OwnCalls> {
  const ids = (kind: string) => `SELECT ref AS value FROM request_items WHERE ${given} AND kind = '${kind}'`;
  const newest = `ORDER BY at DESC LIMIT ${3 * MOST}`;
  const [logged, recordings, dials] = (await db.batch([
    db
      .prepare(
        `SELECT c.number, c.started_at AS at, c.seconds, CAST(COALESCE(
           (SELECT COALESCE(d.sighting, d.num) FROM dials d WHERE d.num = CAST(c.dial AS INTEGER)), c.dial) AS INTEGER) AS dial
         FROM calls c
         WHERE ${idOf("c.id", `(SELECT ref AS value FROM (SELECT ref, at FROM request_items WHERE ${given} AND kind = 'call' ${recordedIn(given)}))`)}
           AND c.direction = 'outbound' AND ${isCurrent} AND ${unrestricted("call", "c.id")} ${newest}`,
      )
      .bind(row.id),
    db
      .prepare(
        `SELECT r.number, r.started_at AS at, NULL AS seconds, NULL AS dial FROM recordings r
         WHERE ${idOf("r.id", `(${ids("recording")})`)} AND r.direction = 'outbound' AND r.state <> 'erased' ${newest}`,
      )
      .bind(row.id),
    db
      .prepare(
        `SELECT d.number, strftime('%Y-%m-%dT%H:%M:%fZ', d.device_at / 1000.0, 'unixepoch') AS at, NULL AS seconds,
           COALESCE(d.sighting, d.num) AS dial
         FROM dials d
         WHERE d.num IN (SELECT CAST(value AS INTEGER) FROM (${ids("dial")})) AND COALESCE(d.medium, 0) = 0 AND ${CALL_MADE}
           AND (d.record_number IS NULL OR d.number = ?2) AND ${unrestricted("dial", "CAST(d.num AS TEXT)")} ${newest}`,
      )
      .bind(row.id, row.number),
  ])) as [D1Result<Seen>, D1Result<Seen>, D1Result<Seen>];
  const byDial = new Map(dials.results.map((one) => [one.dial, one]));
  for (const { dial } of logged.results) byDial.delete(dial);
  const seen = [...logged.results, ...byDial.values()];
  const all = [...seen, ...heardAlone(recordings.results, seen)].map(({ at }) => at);
  all.sort().reverse();
  return { calls: all.slice(0, MOST), more: all.length > MOST };
}

/**
 * The recordings of calls that nothing else saw. A recording is of the call to its number during which it began, as far as
 * clocks agree; else of the nearest one that no other recording is of.
 */
function heardAlone(recordings: readonly Seen[], calls: readonly Seen[]): Seen[] {
  const taken = new Set<Seen>();
  return recordings.toReversed().filter((recording) => {
    const [nearest] = calls
      .filter(({ number }) => number === recording.number)
      .map((call) => ({ call, apart: apart(call, recording) }))
      .filter(({ call, apart: ms }) => ms <= (taken.has(call) ? SAME_CALL : NEAR))
      .sort((a, b) => a.apart - b.apart);
    if (nearest) taken.add(nearest.call);
    return nearest === undefined;
  });
}

/** How long before or after a call a recording began, in milliseconds: 0 within it. */
function apart({ at, seconds }: Seen, recording: Seen): number {
  const late = Date.parse(recording.at) - Date.parse(at);
  return Math.max(-late, late - (seconds ?? 0) * SECOND, 0);
}
