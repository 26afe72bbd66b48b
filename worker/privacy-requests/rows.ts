/** A request's row, with what is counted for it from other tables, and the moment of a change. */
import type { RequestSummary } from "../../shared/privacy-requests/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import type { RequestKind, RequestState } from "../../shared/privacy-requests/steps.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/core/calendar.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";
import { isPutOff } from "../recordings/rows.ts";
import { heldNow } from "./items.ts";
import { idIs } from "../core/sql.ts";

/** The columns of `requests`; migrations 0008 and 0021 explain them. */
export interface Columns {
  id: string;
  ref: string;
  kind: RequestKind;
  channel: RequestSummary["channel"];
  state: RequestState;
  name: string;
  email: string | null;
  address: string;
  number: number | null;
  call_date: string | null;
  call_time: string | null;
  text: string;
  received_on: string;
  days: number;
  decide_by: string;
  writing: string | null;
  proved_at: string | null;
  asked_on: string | null;
  proof_on: string | null;
  paused_days: number;
  pauses: "none" | "law";
  clarify_on: string | null;
  clarified_days: number;
  narrowed: string | null;
  wave: string | null;
  identity: string | null;
  verified_at: string | null;
  searched_at: string | null;
  extended_on: string | null;
  decision: RequestSummary["decision"];
  ground: RequestSummary["ground"];
  other: string | null;
  reasons: string | null;
  decided_on: string | null;
  told_at: string | null;
  noticed_at: string | null;
  recipients: "none" | null;
  suppression: string | null;
  outcome: string | null;
  assignee: string | null;
  closed_at: string | null;
  by: string;
  at: string;
  rev: number;
}
/** A row as `selectRequests` answers it. The counts of items are of confirmed ones, but for `proposed` and `rejected`. */
export interface Row extends Columns {
  /** 1 where all of the time was searched. */
  whole: number;
  /** Items that no officer has judged. */
  proposed: number;
  /** Items that are about someone else. */
  rejected: number;
  undecided: number;
  /** Refused items without reasons. */
  unreasoned: number;
  /** Recordings that a hold keeps. */
  held: number;
  /** Recordings to be erased that are not erased yet. */
  pending: number;
  /** How much of the newest copy is silenced, as JSON (export/recordings.ts); null where nothing is. */
  silenced: string | null;
  /** The recordings without audio in the newest copy, as JSON (`Lost[]` there); null where all have theirs. */
  lost: string | null;
  /** JSON: of recordings to be erased that their store puts off for more than a month, the day and until when; null where none is. */
  locked: string | null;
  /** Dials that the decision covers, but whose file is lost; of an erasure, of all decisions, as each erases some. */
  unread: number;
  /** Recordings that the newest decision would erase, but that nobody finds, as their file is lost. */
  unfound: number;
  /** 1 where the requester's copy is available. */
  exported: number;
  /** The copy, or parts of it, that are still being made, or went to nobody. */
  nobody: number;
  /** Connected systems of which nobody has said what became of the data there. */
  systems: number;
  /** Recipients, and how many of them have not been told of all that is erased (`untold`). */
  listed: number;
  untold: number;
  /** Its duties as JSON (duties.ts). */
  duties: string;
  /** Letters by mail that do not count yet, as JSON: kind to `waiting` or `failed`. */
  unsent: string;
  /** Of staff's entry whose address was never asked to confirm itself: from when on it may be (ISO 8601). */
  unasked: string | null;
  queue_day: string;
  /** 1 where the requester's own word of withdrawal is on file. */
  withdrawal: number;
}

/** True for a connected system of which nobody has said what became of the data there: a condition on `request_systems`. */
export const openSystem = "outcome IS NULL";
const items = "FROM request_items i WHERE i.request = r.id";
const decisions = "FROM request_events e WHERE e.request = r.id AND e.action IN ('comply', 'partial')";
/** `request_files.bytes` while the file is on its way to its store. */
export const COMING = -1;
/** True for a file that has arrived: a condition. */
export const isThere = `bytes <> ${COMING}`;
/** When it was last decided of a request that more is erased than before: a later round of `receipts` was made with it. */
export const widened = (
  request: string,
): string => `(SELECT MAX(e.at) FROM request_events e JOIN duties d ON d.request = e.request AND d.made_at = e.at
  WHERE e.request = ${request} AND e.action IN ('comply', 'partial') AND d.kind = 'receipts' AND d.round > 1)`;
/** True for a recipient `p` that is one: not entered by mistake. */
export const isRecipient = "p.mistaken IS NULL";
/** True for a recipient `p` who has not been told of all that is erased: not at all, or before a decision that erases more. */
export const untold = `(${isRecipient} AND (p.told_on IS NULL OR IFNULL(p.at < ${widened("p.request")}, FALSE)))`;
/** True for a duty that is neither met nor void: a condition on `duties`. */
export const openDuty = "met_at IS NULL AND void_at IS NULL";
/** The day of what is due next, by which the queue is ordered; where nothing is, the day by which it was decided. */
export const queueDay = `COALESCE((SELECT MIN(due) FROM duties d WHERE d.request = r.id AND ${openDuty}), r.decide_by)`;
/** The kind of the letter that meets a duty of `d`; null for other duties. */
export const letterOfDuty = `CASE d.kind WHEN 'tell' THEN 'decision'
  WHEN 'progress' THEN 'progress' WHEN 'outcome' THEN 'outcome' END`;
/** The state of the mail of an open duty's newest letter. What is not in the outbox any more was not sent: else it were met. */
const mailOfDuty = `IIF(d.met_at IS NULL AND d.void_at IS NULL, (
     SELECT COALESCE(o.state, 'failed') FROM request_letters l LEFT JOIN outbox o ON o.key = 'letter:' || l.id
     WHERE l.request = d.request AND l.how = 'mail' AND l.kind = ${letterOfDuty} AND l.at >= d.made_at
     ORDER BY l.at DESC LIMIT 1), NULL)`;
/**
 * True for a letter `l` by mail whose step does not count yet: a condition, with `r`, its request. What it makes is there once
 * its mail was sent (letters/mailed.ts); letters of before counted at once, and have it too.
 */
export const unsentLetter = `l.how = 'mail' AND r.closed_at IS NULL AND r.decided_on IS NULL AND CASE l.kind
     WHEN 'identity' THEN r.state = 'asked' AND NOT EXISTS (
       SELECT 1 FROM duties d WHERE d.request = l.request AND d.kind = 'proof' AND d.made_at >= l.at)
     WHEN 'clarification' THEN NOT EXISTS (
       SELECT 1 FROM duties d WHERE d.request = l.request AND d.kind = 'clarification' AND d.made_at >= l.at)
     WHEN 'extension' THEN r.extended_on IS NULL ELSE FALSE END
   AND NOT EXISTS (SELECT 1 FROM request_letters n WHERE n.request = l.request AND n.kind = l.kind AND n.at > l.at)
   AND EXISTS (SELECT 1 FROM duties d WHERE d.request = l.request)`;
/** The duties of `r`, a row of `requests`, as JSON, in the order in which they were made. */
const dutiesOfRow = `(SELECT json_group_array(json_object('kind', d.kind, 'round', d.round, 'due', d.due, 'metOn', d.met_on,
     'void', json(IIF(d.void_at IS NULL, 'false', 'true')), 'mail', ${mailOfDuty})) FROM (
     SELECT * FROM duties WHERE request = r.id ORDER BY made_at, round, kind) d)`;
/** True for a request `s` with the address of `r`: a condition. */
const sameAddress = "s.email = r.email COLLATE NOCASE";
/**
 * From when on the mail may be sent that asks the address of `r`, which staff entered, to confirm itself, and that was not sent at
 * its entry, as three had gone there within the day before (links.ts). Null where one was. Counted as at the entry: mails and links
 * are kept for less long than requests.
 */
const unasked = `IIF(r.email IS NOT NULL AND r.proved_at IS NULL AND r.closed_at IS NULL AND r.by <> 'public'
    AND NOT EXISTS (SELECT 1 FROM request_events q WHERE q.request = r.id AND q.action = 'ask-address')
    AND NOT EXISTS (SELECT 1 FROM requests s WHERE ${sameAddress} AND s.proved_at <= r.at)
    AND (SELECT COUNT(*) FROM requests s WHERE ${sameAddress} AND s.by <> 'public'
        AND s.at > strftime('%Y-%m-%dT%H:%M:%fZ', r.at, '-1 day') AND (s.at, s.rowid) <= (r.at, r.rowid))
      + (SELECT COUNT(*) FROM requests s JOIN request_events q ON q.request = s.id AND q.action = 'ask-address'
        WHERE ${sameAddress} AND q.at > strftime('%Y-%m-%dT%H:%M:%fZ', r.at, '-1 day') AND q.at < r.at) > 3,
  strftime('%Y-%m-%dT%H:%M:%fZ', COALESCE((SELECT MIN(at) FROM (SELECT at FROM (
     SELECT q.at FROM requests s, request_links q WHERE q.request = s.id AND q.scope = 'address'
       AND ${sameAddress} AND s.by <> 'public'
     UNION ALL SELECT q.at FROM requests s, request_events q WHERE q.request = s.id AND q.action = 'ask-address'
       AND ${sameAddress} AND s.by = 'public') ORDER BY at DESC LIMIT 3)), r.at), '+1 day'), NULL)`;
/** `?1` is today. A copy whose link has expired does not count. */
export const selectRequests = `SELECT r.*,
  EXISTS (SELECT 1 FROM request_events e WHERE e.request = r.id AND e.action = 'search' AND e.detail ->> 'from' = '')
     AS whole,
  (SELECT COUNT(*) ${items} AND i.verdict = 'proposed') AS proposed,
  (SELECT COUNT(*) ${items} AND i.verdict = 'rejected') AS rejected,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.decision IS NULL) AS undecided,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.decision = 'deny'
     AND COALESCE(NULLIF(i.reasons, ''), NULLIF(r.reasons, '')) IS NULL) AS unreasoned,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.kind = 'recording' AND ${heldNow}) AS held,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.kind = 'recording' AND i.decision = 'comply'
     AND r.kind = 'erasure'
     AND (SELECT state FROM recordings x WHERE ${idIs("x.id", "i.ref")}) <> 'erased') AS pending,
  EXISTS (SELECT 1 FROM request_files f WHERE f.request = r.id AND f.purpose = 'export' AND f.erased_at IS NULL
     AND f.erase_after > ?1 AND f.${isThere}) AS exported,
  (SELECT COUNT(*) FROM copy_parts_nobody n WHERE n.request = r.id)
     + (SELECT COUNT(*) FROM copies_nobody n WHERE n.request = r.id AND n.erase_after > ?1) AS nobody,
  (SELECT e.detail -> 'silenced' FROM request_events e WHERE e.request = r.id AND e.action = 'export'
     ORDER BY e.id DESC LIMIT 1) AS silenced,
  (SELECT e.detail -> 'lost' FROM request_events e WHERE e.request = r.id AND e.action = 'export'
     ORDER BY e.id DESC LIMIT 1) AS lost,
  IIF(r.kind = 'erasure', (SELECT NULLIF(json_group_array(json_array(COALESCE(date(x.started_at), ''), date(x.not_before))), '[]')
     FROM request_items i CROSS JOIN recordings x ON ${idIs("x.id", "i.ref")} WHERE i.request = r.id AND i.verdict = 'confirmed'
       AND i.kind = 'recording' AND i.decision = 'comply' AND ${isPutOff("x")}), NULL) AS locked,
  COALESCE(IIF(r.kind = 'erasure', (SELECT SUM(e.detail ->> 'unread') ${decisions}),
     (SELECT e.detail ->> 'unread' ${decisions} ORDER BY e.id DESC LIMIT 1)), 0) AS unread,
  COALESCE((SELECT e.detail ->> 'unfound' ${decisions} ORDER BY e.id DESC LIMIT 1), 0) AS unfound,
  (SELECT COUNT(*) FROM request_systems s WHERE s.request = r.id AND s.${openSystem}) AS systems,
  (SELECT COUNT(*) FROM request_recipients p WHERE p.request = r.id AND ${isRecipient}) AS listed,
  (SELECT COUNT(*) FROM request_recipients p WHERE p.request = r.id AND ${untold}) AS untold,
  EXISTS (SELECT 1 FROM request_files f WHERE f.request = r.id AND f.purpose = 'withdrawal' AND f.erased_at IS NULL
     AND f.${isThere}) AS withdrawal,
  (SELECT json_group_object(l.kind, IIF(COALESCE(o.state, 'failed') IN ('waiting', 'sent'), 'waiting', 'failed'))
     FROM request_letters l LEFT JOIN outbox o ON o.key = 'letter:' || l.id
     WHERE l.request = r.id AND ${unsentLetter}) AS unsent,
  ${dutiesOfRow} AS duties, ${unasked} AS unasked, ${queueDay} AS queue_day
  FROM requests r`;

/** The moment of a change: `now` in milliseconds, `at` in ISO 8601, `today` in the zone of the policy in force. */
export interface Moment {
  policy: Policy;
  now: number;
  at: string;
  today: string;
}
export async function momentOf(db: D1Database, now: number): Promise<Moment> {
  const { policy } = await currentPolicy(db);
  return { policy, now, at: new Date(now).toISOString(), today: dayOf(now, zoneOfPolicy(policy)) };
}

/** Throws the Problem `not-found`. */
export async function wantRequest(db: D1Database, id: string, { today }: Moment): Promise<Row> {
  const row = await db.prepare(`${selectRequests} WHERE r.id = ?2`).bind(today, id).first<Row>();
  if (!row) throw new Problem("not-found");
  return row;
}
