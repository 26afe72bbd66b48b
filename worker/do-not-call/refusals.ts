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
/** Why one has ended by which an objection was said again: it dates the one that applied, ends with it, and does not come back. */
export const AGAIN = "said again while an entry applied";
/** Why a "no" to an offer has ended as it was entered: it bars nothing by itself, and counts where a law counts refusals. */
export const OFFER = "no to the offer, not to calls";
/** Whether the law of a number's region, on any day, gives it rest after a refusal, or has one end consents. */
export const countsRefusals = (region: string | null): boolean =>
  (regions[region ?? ""]?.rules ?? []).some(({ rest, refusalRevokes }) => rest ?? refusalRevokes);
/** SQL: an entry has ended by one of the first two: it may come back. */
export const isReplaced = (of: string): string => `${of}.ended_reason IN ('${REPLACED}', '${BEHIND}')`;
/** SQL: an entry has ended, and no one took it back. */
export const isPast = (of: string): string =>
  `${of}.ended_reason IN ('${REPLACED}', '${BEHIND}', '${AGAIN}')`;
/** SQL: it never applied by itself, and is kept for when nothing else holds the number. Older ones ended before they were made. */
export const isBehind = (of: string): string => `IIF(${isReplaced(of)} AND ${of}.ended_at <= ${of}.at, 1, 0)`;
/** SQL: it never applied by itself, and dates what did: one that is kept behind another, or said again. */
export const isWord = (of: string): string => `IIF(${isPast(of)} AND ${of}.ended_at <= ${of}.at, 1, 0)`;

/** SQL: when an entry `s` was said; `o` is the one that it spreads from, if it does. */
export const said = "COALESCE(o.heard_at, o.at, s.heard_at, s.at)";
/** SQL: of the words by which the objection of a number was said again, an aggregate. */
export const ofWords = (aggregate: string, number: string): string =>
  `(SELECT ${aggregate} FROM suppressions w WHERE w.number = ${number} AND w.kind = 'objection' AND ${isWord("w")})`;
/** SQL: when an objection was said last: of the later word and a consent the later stands (PECR reg 21(4), (5)). */
const lastOf = (once: string, number: string): string =>
  `MAX(${once}, COALESCE(${ofWords("MAX(COALESCE(w.heard_at, w.at))", number)}, ''))`;
const saidLast = lastOf(said, "COALESCE(o.number, s.number)");
/** The same of an entry on a number itself. */
export const lastSaidOf = (of: string): string =>
  lastOf(`COALESCE(${of}.heard_at, ${of}.at)`, `${of}.number`);
/**
 * SQL: a consent was given after an objection on a number itself was said last, on that number or on one that it closes or tells on:
 * then a repeat is an entry with a new date, from which the others spread.
 */
export const consentedAfter = (of: string): string => `EXISTS (SELECT 1 FROM consents k WHERE k.number IN (
    SELECT ${of}.number UNION ALL SELECT t.number FROM suppressions t WHERE t.origin = ${of}.id AND t.ended_at IS NULL)
  AND k.withdrawn_at IS NULL AND k.given_at > ${lastSaidOf(of)})`;

/**
 * SQL: since when an objection `s` is no refusal any more; null where it is one for good. It stays one if staff had verified
 * it, and a later entry replaced it, or the subscriber agreed to calls before it ended: then that is why it ended. So does a
 * "no" to an offer.
 */
export const noRefusalSince = `IIF(s.ended_at IS NULL OR s.ended_reason = '${OFFER}' OR (COALESCE(o.unverified, s.unverified) = 0 AND (
    ${isPast("s")} OR EXISTS (SELECT 1 FROM consents k
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
    WHERE s.number = consents.number AND (s.kind = 'objection' OR s.ended_reason = '${OFFER}') AND s.keeps_line = 0
       AND ${saidLast} >= consents.given_at AND (s.ended_at IS NULL AND COALESCE(s.until, '9999') >= ${day}
        OR (${["FALSE", ...revoking].join(" OR ")}) AND ${noRefusalSince} IS NULL))`;
}

/**
 * What a stranger's entry by the public page replaced of the page's within the day before it is the same objection, said again:
 * where the entry was a mistake, so was that. So was what came back as this entry when another was ended (back.ts), and what said it
 * again.
 */
export const mistakenToo = (
  db: D1Database,
  entry: { number: number; at: string; heardAt: string | null; unverified: number },
  reason: string,
): Promise<RowChange[]> =>
  changesOf(
    db,
    { ended_reason: `${REPLACED}, which was ended: ${reason}` },
    `number = ? AND kind = 'objection' AND origin IS NULL AND (
       (${isReplaced("suppressions")} AND ((? = 1 AND unverified = 1 AND at > ?) OR COALESCE(heard_at, at) = ?))
       OR (ended_reason = '${AGAIN}' AND COALESCE(heard_at, at) >= ?))`,
    ...[entry.number, entry.unverified],
    ...[new Date(Date.parse(entry.at) - DAY).toISOString(), entry.heardAt, entry.heardAt ?? entry.at],
  );
