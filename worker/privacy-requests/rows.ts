/** A request's row: what is counted beside it, its two clocks, and how it is shown. */
import type { RequestItem, RequestSummary } from "../../shared/privacy-requests/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import {
  acknowledgeBy,
  type Clocks,
  clocksOf,
  daysBetween,
} from "../../shared/privacy-requests/deadlines.ts";
import {
  openTo,
  type RequestFacts,
  type RequestKind,
  type RequestState,
} from "../../shared/privacy-requests/steps.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/recordings/retention.ts";
import { requestsEn as t } from "../../shared/texts/privacy-requests/steps.en.ts";
import { Problem } from "../core/errors.ts";
import { currentPolicy } from "../policy/current.ts";

/** The table's columns, as migration 0008 explains them. */
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
export interface Row extends Columns {
  proposed: number;
  undecided: number;
  unreasoned: number;
  held: number;
  pending: number;
  exported: number;
  listed: number;
  untold: number;
}

const items = "FROM request_items i WHERE i.request = r.id";
/** By a legal hold, or by another request. */
const heldNow = `EXISTS (SELECT 1 FROM holds h WHERE h.recording = i.ref AND h.request IS NOT i.request)`;
/** `bytes` of a file that is on its way to its store. */
export const COMING = -1;
/** A file has come, in SQL. */
export const isThere = `bytes <> ${COMING}`;
/** `?1` is today. A copy whose link has ended counts as none. */
export const selectRequests = `SELECT r.*,
  (SELECT COUNT(*) ${items} AND i.verdict = 'proposed') AS proposed,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.decision IS NULL) AS undecided,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.decision = 'deny'
     AND COALESCE(NULLIF(i.reasons, ''), NULLIF(r.reasons, '')) IS NULL) AS unreasoned,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.kind = 'recording' AND ${heldNow}) AS held,
  (SELECT COUNT(*) ${items} AND i.verdict = 'confirmed' AND i.kind = 'recording' AND i.decision = 'comply'
     AND r.kind = 'erasure'
     AND (SELECT state FROM recordings x WHERE x.id = i.ref) <> 'erased') AS pending,
  EXISTS (SELECT 1 FROM request_files f WHERE f.request = r.id AND f.purpose = 'export' AND f.erased_at IS NULL
     AND f.erase_after > ?1 AND f.${isThere}) AS exported,
  (SELECT COUNT(*) FROM request_recipients p WHERE p.request = r.id) AS listed,
  (SELECT COUNT(*) FROM request_recipients p WHERE p.request = r.id AND p.told_on IS NULL) AS untold
  FROM requests r`;

/** The moment of a change: policy in force, and the day where it is. */
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

/** Throws where there is none. */
export async function wantRequest(db: D1Database, id: string, { today }: Moment): Promise<Row> {
  const row = await db.prepare(`${selectRequests} WHERE r.id = ?2`).bind(today, id).first<Row>();
  if (!row) throw new Problem("not-found");
  return row;
}

export function clocks(row: Columns, today: string): Clocks {
  if (row.kind === "complaint") {
    const by = acknowledgeBy(row.received_on);
    const daysLeft = daysBetween(today, by);
    return { policyBy: by, lawBy: by, decideBy: by, daysLeft, paused: false, firstMonthBy: by };
  }
  const now = clocksOf(
    {
      receivedOn: row.received_on,
      days: row.days,
      askedOn: row.asked_on,
      proofOn: row.proof_on,
      pausedDays: row.paused_days,
      extended: row.extended_on !== null,
    },
    today,
  );
  // The day that was promised stands once it was decided.
  return row.decided_on === null
    ? now
    : { ...now, decideBy: row.decide_by, daysLeft: daysBetween(today, row.decide_by) };
}

/** States in which the day by which something is decided, or acknowledged, still lies ahead. */
export const waiting: readonly RequestState[] = [
  "unconfirmed",
  "open",
  "asked",
  "received",
  "verified",
  "held",
  "lodged",
];
/** By its day a requester is told, too (UK GDPR art 12(3)): what is decided waits for that letter. */
const isDue = ({ state, told_at }: Columns): boolean =>
  waiting.includes(state) || (state === "decided" && told_at === null);
/** The same as SQL, without those whose clock stands still. */
export const running = `(state IN (${waiting
  .filter((state) => state !== "asked")
  .map((state) => `'${state}'`)
  .join(", ")}) OR state = 'asked' AND asked_on IS NULL OR state = 'decided' AND told_at IS NULL)`;

export function factsOf(row: Row, { policy, today }: Moment): RequestFacts {
  return {
    kind: row.kind,
    state: row.state,
    verified: row.verified_at !== null,
    extensions: policy.requests.extensions,
    extended: row.extended_on !== null,
    inFirstMonth: today <= clocks(row, today).firstMonthBy,
    searched: row.searched_at !== null,
    proposed: row.proposed,
    undecided: row.undecided,
    held: row.held,
    decision: row.decision,
    reasoned: row.decision === "deny" ? Boolean(row.ground && row.reasons) : row.unreasoned === 0,
    told: row.told_at !== null,
    noticed: row.noticed_at !== null,
    exported: row.exported === 1,
    pending: row.pending,
    recipients: row.listed > 0 ? (row.untold > 0 ? "untold" : "told") : (row.recipients ?? "unknown"),
  };
}

export function summaryOf(row: Row, moment: Moment): RequestSummary {
  return {
    id: row.id,
    reference: row.ref,
    kind: row.kind,
    channel: row.channel,
    state: row.state,
    name: row.name,
    email: row.email,
    emailProved: row.proved_at !== null,
    address: row.address,
    number: row.number === null ? null : e164Of(row.number),
    callDate: row.call_date,
    callTime: row.call_time,
    text: row.text,
    receivedOn: row.received_on,
    clocks: isDue(row) ? clocks(row, moment.today) : null,
    identity: row.identity,
    verifiedAt: row.verified_at,
    writing: row.writing,
    extendedOn: row.extended_on,
    decision: row.decision,
    ground: row.ground,
    other: row.other,
    reasons: row.reasons,
    decidedOn: row.decided_on,
    toldAt: row.told_at,
    noticedAt: row.noticed_at,
    outcome: row.outcome,
    assignee: row.assignee,
    closedAt: row.closed_at,
    by: row.by,
    at: row.at,
    rev: row.rev,
    actions: openTo(factsOf(row, moment), "officer"),
    advice: adviceOf(row),
  };
}

function adviceOf({ state, channel, asked_on }: Row): string | null {
  if (state === "unconfirmed") return t.advice.oral;
  if (state === "asked") return asked_on === null ? t.advice.late : t.advice.identity;
  return state === "held" && channel === "page" ? t.advice.unverified : null;
}

type ItemRow = Omit<RequestItem, "id" | "mute" | "held"> & { mute: string; held: number };

/** What was found, oldest first. */
export async function itemsOf(db: D1Database, id: string): Promise<RequestItem[]> {
  const { results } = await db
    .prepare(
      `SELECT i.kind, i.ref, i.at, i.verdict, i.mute, i.decision, i.ground, i.other, i.reasons, i.done_at AS doneAt,
         i.kind = 'recording' AND ${heldNow} AS held,
         IIF(i.kind = 'recording', (SELECT state FROM recordings x WHERE x.id = i.ref), NULL) AS state
       FROM request_items i WHERE i.request = ? ORDER BY i.at, i.kind, i.ref`,
    )
    .bind(id)
    .all<ItemRow>();
  return results.map(({ mute, held, ...row }) => ({
    ...row,
    id: `${row.kind}.${row.ref}`,
    mute: JSON.parse(mute) as RequestItem["mute"],
    held: held === 1,
  }));
}
