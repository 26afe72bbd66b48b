/** Everything on record of one number in a period, in order of time, but a log's row that the provider's list replaced. */
import { numberOf } from "../../shared/registers/blocks.ts";
import { isCurrent } from "../call-logs/rows.ts";
import { dialFrom } from "../dials/row-number.ts";
import { type Row as DialRow, selectDials } from "../dials/rows.ts";
import type { Env } from "../env.ts";
import { isPast, isWord } from "../do-not-call/refusals.ts";
import { basisColumn } from "../do-not-call/rows.ts";
import { lookupsBound } from "../lookups/bound.ts";
import { turnedBound } from "../watching/bound.ts";
import {
  callEvent,
  type CallRow,
  type ClaimedEvent,
  consentEvents,
  type ConsentRow,
  dialEvent,
  lookupEvent,
  type LookupRow,
  recordingEvent,
  type RecordingRow,
  requestEvent,
  type RequestRow,
  screeningEvent,
  suppressionEvents,
  type SuppressionRow,
  turnedEvent,
  type TurnedRow,
} from "./number-events.ts";
import { withNumber } from "./here.ts";
import type { ToldScreening } from "./screenings.ts";

/**
 * `start` (inclusive) and `end` (exclusive) are ISO 8601 in UTC. What was in effect at the start counts too: do-not-call
 * entries that had not ended, consents that had not been withdrawn, requests that had not been closed. `screenings` are of the period.
 */
export async function eventsOfNumber(
  env: Env,
  e164: string,
  start: string,
  end: string,
  screenings: readonly ToldScreening[],
): Promise<ClaimedEvent[]> {
  const db = env.DB;
  const [dials, suppressions, consents, recordings, requests, turned, lookups, calls] = (await withNumber(
    env,
    e164,
    { start, end },
    () =>
      db.batch([
        db.prepare(dialsOfNumber).bind(numberOf(e164), dialFrom(start), dialFrom(end)),
        ...statements.map((text) => db.prepare(text).bind(numberOf(e164), start, end)),
      ]),
  )) as [
    D1Result<DialRow>,
    D1Result<SuppressionRow>,
    D1Result<ConsentRow>,
    D1Result<RecordingRow>,
    D1Result<RequestRow>,
    D1Result<TurnedRow>,
    D1Result<LookupRow>,
    D1Result<CallRow>,
  ];
  const beforeEnd = ({ event }: ClaimedEvent): boolean => event.at < end;
  return [
    ...screenings.map(screeningEvent),
    ...dials.results.map(dialEvent),
    ...suppressions.results.flatMap(suppressionEvents).filter(beforeEnd),
    ...consents.results.flatMap(consentEvents).filter(beforeEnd),
    ...recordings.results.map(recordingEvent),
    ...requests.results.map((row) => requestEvent(row, end)),
    ...turned.results.map(turnedEvent),
    ...lookups.results.map(lookupEvent),
    ...calls.results.map(callEvent),
  ].sort((a, b) => (a.event.at < b.event.at ? -1 : a.event.at > b.event.at ? 1 : 0));
}

const dialsOfNumber = `${selectDials} WHERE num IN (SELECT num FROM dials WHERE number = ?1
     UNION SELECT num FROM dials WHERE record_number = ?1)
   AND num >= ?2 AND num < ?3 ORDER BY num`;

/** SQL: a request `r` is of an entry `s`, or of what came back as it. */
const isRequestOf =
  "r.number = s.number AND (r.suppression = s.id OR s.source = 'request' AND instr(s.reason, r.ref) > 0)";
/** SQL: when an entry `s` that was kept behind another was taken back, or undone; else null. Its own end is when it was entered. */
const overSince = `IIF(s.ended_at <= s.at AND NOT ${isPast("s")}, COALESCE(
  (SELECT MAX(r.closed_at) FROM requests r WHERE ${isRequestOf} AND r.outcome = 'taken-back'), s.changed_at), NULL)`;

/** `?1` is the number, `?2` the start and `?3` the end of the period. */
const statements = [
  `SELECT s.id AS ref, s.at, p.name AS "by", s.kind, s.reason, s.source, s.until, s.ended_at AS endedAt, ${overSince} AS overSince,
     s.ended_reason AS endedReason, e.name AS endedBy,
     s.scope, s.origin, s.keeps_line AS keepsLine,
     (SELECT json_group_array(id) FROM (
        SELECT r.id FROM requests r WHERE ${isRequestOf}
        UNION ALL SELECT c.id FROM consents c WHERE c.number = s.number AND (c.at = s.at OR c.withdrawn_at = s.at)
        UNION ALL SELECT w.id WHERE w.id IS NOT NULL
        UNION ALL SELECT r.id FROM requests r WHERE r.number = w.number AND r.suppression = w.id)) AS sources,
     (SELECT json_group_array(o.id) FROM suppressions o
      WHERE o.number IN (s.number, w.number) AND o.id <> s.id
        AND (o.at = s.ended_at OR s.ended_at <= s.at AND o.ended_at = s.changed_at)) AS successors
   FROM suppressions s LEFT JOIN suppressions w ON w.id = s.origin LEFT JOIN people p ON p.id = s.by LEFT JOIN people e ON e.id = s.ended_by
   WHERE s.number = ?1 AND s.at < ?3 AND (s.ended_at IS NULL OR s.ended_at >= ?2 OR ${isWord("s")} OR ${overSince} >= ?2) ORDER BY s.at, s.id`,
  `SELECT c.id AS ref, c.at, p.name AS "by", ${basisColumn("c")} AS basis, c.given_by AS givenBy, c.given_at AS givenAt, c.evidence, c.until,
     c.kind, c.caller, c.calls, c.product, c.words, c.how, c.proof, c.day, c.state, c.reviewed_at AS reviewedAt, c.review,
     c.withdrawn_at AS withdrawnAt
   FROM consents c LEFT JOIN people p ON p.id = c.by
   WHERE c.number = ?1 AND c.at < ?3 AND (c.withdrawn_at IS NULL OR c.withdrawn_at >= ?2) ORDER BY c.at, c.id`,
  `SELECT r.id AS ref, r.started_at AS at, p.name AS "by", r.provider, r.direction, r.seconds, r.state,
     r.at AS reportedAt
   FROM recordings r LEFT JOIN people p ON p.id = r.by
   WHERE r.number = ?1 AND r.state <> 'erased' AND r.started_at >= ?2 AND r.started_at < ?3
   ORDER BY r.started_at, r.id`,
  `SELECT r.id AS ref, r.at, p.name AS "by", r.ref AS reference, r.kind, r.channel, r.state,
     r.received_on AS received, r.decide_by AS decideBy, r.decision, r.decided_on AS decidedOn, r.closed_at AS closedAt
   FROM requests r LEFT JOIN people p ON p.id = r.by
   WHERE r.number = ?1 AND r.at < ?3 AND (r.closed_at IS NULL OR r.closed_at >= ?2) ORDER BY r.at, r.id`,
  `SELECT ${turnedBound.keySql} AS ref, r.at, r.from_verdict AS "from", r.to_verdict AS "to", r.reason, r.list, r.version,
     r.as_of AS asOf, (SELECT d.at FROM watch_digests d WHERE d.last >= r.num ORDER BY d.last LIMIT 1) AS mailedAt, r.seq
   FROM turned r WHERE r.number = ?1 AND r.at >= ?2 AND r.at < ?3 ORDER BY r.num`,
  `SELECT ${lookupsBound.keySql} AS ref, r.at, l.id AS list, r.listed, r.source FROM lookups r JOIN lists l ON l.num = r.list
   WHERE r.number = ?1 AND r.at >= ?2 AND r.at < ?3 ORDER BY r.at, r.list`,
  `SELECT c.id AS ref, c.started_at AS at, p.name AS "by", c.via, c.provider, c.direction, c.seconds, c.agent, c.verdict,
     c.campaign, c.judged_as AS judgedAs, c.reasons, c.overridden, c.dial, c.screened, c.at AS reportedAt,
     (SELECT r.id FROM recordings r WHERE r.number = c.number AND r.started_at = c.started_at AND r.state <> 'erased') AS recording
   FROM calls c LEFT JOIN people p ON p.id = c.person
   WHERE c.number = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 AND ${isCurrent}
   ORDER BY c.started_at, c.id`,
];
