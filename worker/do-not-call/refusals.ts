/**
 * Which objections are refusals, where law has a refusal end the consents of before it (shared/law, `refusalRevokes`): those
 * that are live, and those that ended in the right way. One that an officer took back, or ended as a mistake, was nobody's.
 */
import { DAY } from "../../shared/core/time.ts";
import { dialling } from "../../shared/law/declared.ts";
import { regions } from "../../shared/law/regions.ts";
import type { RowChange } from "../core/states.ts";
import { changesOf } from "./changes.ts";

/** Why an entry ended that a later one of its number and kind took the place of. */
export const REPLACED = "replaced by a later entry";
/** Why one has ended that was said while another applied: that one goes on, and it is kept behind it (back.ts). */
export const BEHIND = "kept behind an entry that applied already";
/** SQL: an entry has ended by either: no one took it back. */
export const isReplaced = (of: string): string => `${of}.ended_reason IN ('${REPLACED}', '${BEHIND}')`;
/** SQL: it never applied by itself, and is kept for when nothing else holds the number. Older ones ended before they were made. */
export const isBehind = (of: string): string => `IIF(${isReplaced(of)} AND ${of}.ended_at <= ${of}.at, 1, 0)`;

/** SQL: when an entry `s` was said; `o` is the one that it spreads from, if it does. */
export const said = "COALESCE(o.heard_at, o.at, s.heard_at, s.at)";

/**
 * SQL: since when an objection `s` is no refusal any more; null where it is one for good. It stays one if staff had verified
 * it, and a later entry replaced it, or the subscriber agreed to calls before it ended: then that is why it ended.
 */
export const noRefusalSince = `IIF(s.ended_at IS NULL OR (COALESCE(o.unverified, s.unverified) = 0 AND (
    ${isReplaced("s")} OR EXISTS (SELECT 1 FROM consents k
      WHERE k.number IN (s.number, o.number) AND k.given_at > ${said} AND k.given_at <= s.ended_at))),
  NULL, s.ended_at)`;

/**
 * SQL: no objection overrides a row of `consents`: none that applies and was not said before it and, where the law of `today` has a
 * refusal end consents, none that was one. `day`: SQL of that day.
 */
export function notOverridden(today: string, day: string): string {
  const revoking = Object.values(regions).flatMap(({ region, rules }) =>
    rules.some(
      ({ refusalRevokes, from = "", until = "9" }) => refusalRevokes && from <= today && today < until,
    )
      ? [`consents.number LIKE '${dialling[region]!.callingCode}%'`]
      : [],
  );
  return `NOT EXISTS (SELECT 1 FROM suppressions s LEFT JOIN suppressions o ON o.id = s.origin
    WHERE s.number = consents.number AND s.kind = 'objection' AND s.keeps_line = 0 AND ${said} >= consents.given_at
      AND (s.ended_at IS NULL AND COALESCE(s.until, '9999') >= ${day}
        OR (${["FALSE", ...revoking].join(" OR ")}) AND ${noRefusalSince} IS NULL))`;
}

/**
 * What a stranger's entry by the public page replaced of the page's within the day before it is the same objection, said again:
 * where the entry was a mistake, so was that. So was what came back as this entry when another was ended (back.ts).
 */
export const mistakenToo = (
  db: D1Database,
  entry: { number: number; at: string; heardAt: string | null; unverified: number },
  reason: string,
): Promise<RowChange[]> =>
  changesOf(
    db,
    { ended_reason: `${REPLACED}, which was ended: ${reason}` },
    `number = ? AND kind = 'objection' AND origin IS NULL AND ${isReplaced("suppressions")}
     AND ((? = 1 AND unverified = 1 AND at > ?) OR COALESCE(heard_at, at) = ?)`,
    ...[entry.number, entry.unverified],
    ...[new Date(Date.parse(entry.at) - DAY).toISOString(), entry.heardAt],
  );
