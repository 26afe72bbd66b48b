/**
 * Calls to a number and its refusals, for regions whose law caps how often it may be called or gives it rest. Unanswered
 * calls count as well. A dial and the same call in a log are one, and so are the sightings of a call by several layers. A dial counts
 * from the device's time, but from no more than a day before it arrived: whoever puts a clock back gains no further call.
 */
import type { Facts } from "../../shared/check/api.ts";
import { DAY } from "../../shared/core/time.ts";
import { regions } from "../../shared/law/regions.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { query } from "../core/batch.ts";
import { beganFrom } from "../call-logs/began.ts";
import { dialWas } from "../dials/rows.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { noRefusalSince, OFFER, said } from "../do-not-call/refusals.ts";

/** Longer than any law counts, in days. */
const COUNTED = 400;

/** Whether calls to a region are counted by its law, on any day. */
export const countsCallsTo = (region: string): boolean =>
  (regions[region]?.rules ?? []).some(({ cap, rest, refusalRevokes }) => cap ?? rest ?? refusalRevokes);
/** The same of a number. */
export const countsCalls = (e164: string): boolean => countsCallsTo(regionOf(e164) ?? "");

export interface ContactRow {
  number: number;
  /** Milliseconds. A refusal: when it was said. */
  at: number;
  refused: number;
  /** The dial that the call was, if it was one (dials.num). */
  dial: number | null;
  /** From when a refusal was on record, and until when, in milliseconds; `over` null: for good. */
  known: number;
  over: number | null;
}

/** SQL of a row `d` of dials: when it counts as made, in milliseconds. A dial that had no connection arrives within a day. */
const dialledAt = `MAX(d.device_at, (d.num >> 6) - ${DAY})`;
const ms = (time: string): string => `CAST(unixepoch(${time}, 'subsec') * 1000 AS INTEGER)`;
/** SQL of a row `d` of dials: the call went on. */
export const CALL_MADE = `(${dialWas.passed} OR (${dialWas.overridden} AND d.refused = 0))`;
/** Several layers may have seen a call: it is counted by the first, unless that held it. */
export const COUNTED_ALREADY = `EXISTS (SELECT 1 FROM dials f WHERE f.num = d.sighting AND ${CALL_MADE.replaceAll("d.", "f.")})`;

/** What counts for some numbers (E.164) since some days before `now`, oldest first. */
export const contactsOf = (numbers: readonly string[], now: number) =>
  query<ContactRow>(
    `WITH n AS MATERIALIZED (SELECT value AS number FROM json_each(?1))
     SELECT d.number, ${dialledAt} AS at, 0 AS refused, d.num AS dial, 0 AS known, NULL AS over
     FROM n JOIN dials d ON d.number = n.number
     WHERE ${dialledAt} >= ?2 AND COALESCE(d.medium, 0) = 0 AND ${CALL_MADE} AND NOT ${COUNTED_ALREADY}
       AND ${unrestricted("dial", "d.num")}
     UNION ALL
     SELECT c.number, ${ms("c.started_at")}, 0, NULL, 0, NULL FROM n JOIN calls c ON c.number = n.number
     WHERE ${beganFrom("?3")} AND c.direction = 'outbound' AND NOT EXISTS (SELECT 1 FROM calls o WHERE o.replaces = c.id) AND ${unrestricted("call", "c.id")}
       AND NOT EXISTS (SELECT 1 FROM dials d WHERE d.num = CAST(c.dial AS INTEGER) AND ${CALL_MADE})
     UNION ALL
     SELECT s.number, ${ms(said)}, 1, NULL, ${ms("s.at")}, ${ms(noRefusalSince)}
     FROM n JOIN suppressions s ON s.number = n.number LEFT JOIN suppressions o ON o.id = s.origin
     WHERE (s.kind = 'objection' OR s.ended_reason = '${OFFER}') AND s.keeps_line = 0
     ORDER BY 2`,
    JSON.stringify([...new Set(numbers)].filter(countsCalls).map(numberOf)),
    now - COUNTED * DAY,
    new Date(now - COUNTED * DAY).toISOString(),
  );

/** The calls to a number before `until`, and its last refusal by then; none where its law counts no calls. */
export function contactsFact(
  e164: string,
  rows: readonly ContactRow[],
  until: number,
): Pick<Facts, "contacts"> {
  if (!countsCalls(e164)) return {};
  const n = numberOf(e164);
  const own = rows.filter(({ number, at }) => number === n && at <= until);
  const refusedAt = own.findLast(
    ({ refused, known, over }) => refused === 1 && known <= until && !(over !== null && over <= until),
  )?.at;
  return {
    contacts: {
      attempts: own.filter(({ refused }) => refused === 0).map(({ at }) => iso(at)),
      refusedAt: refusedAt === undefined ? null : iso(refusedAt),
    },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
