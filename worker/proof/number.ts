/** What is on record of one number in a period: each thing with what to look for on the trail. In order of time. */
import type { ProofEvent } from "../../shared/proof/api-events.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { dialFrom, type Row as DialRow, selectDials, toDial } from "../dials/rows.ts";
import { type Claim, near } from "./trail.ts";
import { type PastScreening, pastScreenings } from "../screening/record.ts";
import { MINUTE } from "../../shared/time.ts";

interface SuppressionRow {
  id: string;
  kind: "objection" | "house";
  reason: string;
  source: string;
  until: string | null;
  byName: string | null;
  at: string;
  ended_at: string | null;
  ended_reason: string | null;
  endedBy: string | null;
  /** JSON: the requests that it came from. */
  requests: string;
  /** JSON: entries that took its place. */
  successors: string;
}
interface ConsentRow {
  id: string;
  basis: "consent" | "solicited" | "service";
  givenBy: string;
  givenAt: string;
  evidence: string;
  until: string | null;
  byName: string | null;
  at: string;
  withdrawn_at: string | null;
}
type Of<W> = Extract<ProofEvent, { what: W }>;
type RecordingRow = Omit<Of<"recording">, "what" | "rows"> & { reportedAt: string };
type TurnedRow = Omit<Of<"turned">, "what" | "rows" | "by"> & { seq: number };
type LookupRow = Omit<Of<"lookup">, "what" | "rows" | "by" | "listed"> & { listed: number };
type CallRow = Omit<Of<"call">, "what" | "rows" | "reasons" | "overridden"> & {
  reasons: string | null;
  overridden: number;
  reportedAt: string;
  recording: string | null;
};
type RequestRow = Omit<Of<"request">, "what" | "rows"> & { closed_at: string | null };

export interface Fact {
  event: ProofEvent;
  claim: Claim;
}

/** What stood when the period began is of it too: entries that had not ended, consents that had not been withdrawn. */
export async function factsOfNumber(
  db: D1Database,
  e164: string,
  start: string,
  end: string,
): Promise<Fact[]> {
  const [dials, suppressions, consents, recordings, requests, turned, lookups, calls] = (await db.batch([
    db.prepare(dialsThen).bind(numberOf(e164), dialFrom(start), dialFrom(end)),
    ...statements.map((text) => db.prepare(text).bind(numberOf(e164), start, end)),
  ])) as [
    D1Result<DialRow>,
    D1Result<SuppressionRow>,
    D1Result<ConsentRow>,
    D1Result<RecordingRow>,
    D1Result<RequestRow>,
    D1Result<TurnedRow>,
    D1Result<LookupRow>,
    D1Result<CallRow>,
  ];
  const before = ({ event }: Fact): boolean => event.at < end;
  const screenings = await pastScreenings(db, e164);
  return [
    ...screenings.filter(({ at }) => at >= start && at < end).map(screeningFact),
    ...dials.results.map(dialFact),
    ...suppressions.results.flatMap(suppressionFacts).filter(before),
    ...consents.results.flatMap(consentFacts).filter(before),
    ...recordings.results.map(recordingFact),
    ...requests.results.map((row) => requestFact(row, end)),
    ...turned.results.map(turnedFact),
    ...lookups.results.map(lookupFact),
    ...calls.results.map(callFact),
  ].sort((a, b) => (a.event.at < b.event.at ? -1 : a.event.at > b.event.at ? 1 : 0));
}

const dialsThen = `${selectDials} WHERE number = ?1 AND num >= ?2 AND num < ?3 ORDER BY num`;

/** `?1` is the number, `?2` and `?3` are the moments from which and before which. */
const statements = [
  `SELECT s.id, s.kind, s.reason, s.source, s.until, p.name AS byName, s.at, s.ended_at, s.ended_reason,
     e.name AS endedBy,
     (SELECT json_group_array(r.id) FROM requests r WHERE r.number = s.number AND r.suppression = s.id) AS requests,
     (SELECT json_group_array(o.id) FROM suppressions o WHERE o.number = s.number AND o.at = s.ended_at) AS successors
   FROM suppressions s LEFT JOIN people p ON p.id = s.by LEFT JOIN people e ON e.id = s.ended_by
   WHERE s.number = ?1 AND s.at < ?3 AND (s.ended_at IS NULL OR s.ended_at >= ?2) ORDER BY s.at, s.id`,
  `SELECT c.id, c.basis, c.given_by AS givenBy, c.given_at AS givenAt, c.evidence, c.until, p.name AS byName, c.at,
     c.withdrawn_at
   FROM consents c LEFT JOIN people p ON p.id = c.by
   WHERE c.number = ?1 AND c.at < ?3 AND (c.withdrawn_at IS NULL OR c.withdrawn_at >= ?2) ORDER BY c.at, c.id`,
  `SELECT r.id AS ref, r.started_at AS at, p.name AS "by", r.provider, r.direction, r.seconds, r.state,
     r.at AS reportedAt
   FROM recordings r LEFT JOIN people p ON p.id = r.by
   WHERE r.number = ?1 AND r.state <> 'erased' AND r.started_at >= ?2 AND r.started_at < ?3
   ORDER BY r.started_at, r.id`,
  `SELECT r.id AS ref, r.at, p.name AS "by", r.ref AS reference, r.kind, r.channel, r.state,
     r.received_on AS received, r.decide_by AS decideBy, r.decision, r.decided_on AS decidedOn, r.closed_at
   FROM requests r LEFT JOIN people p ON p.id = r.by
   WHERE r.number = ?1 AND r.at < ?3 AND (r.closed_at IS NULL OR r.closed_at >= ?2) ORDER BY r.at, r.id`,
  `SELECT CAST(t.num AS TEXT) AS ref, t.at, t.from_verdict AS "from", t.to_verdict AS "to", t.reason, t.list, t.version,
     t.as_of AS asOf, (SELECT d.at FROM watch_digests d WHERE d.last >= t.num ORDER BY d.last LIMIT 1) AS mailedAt, t.seq
   FROM turned t WHERE t.number = ?1 AND t.at >= ?2 AND t.at < ?3 ORDER BY t.num`,
  `SELECT a.source AS ref, a.at, l.id AS list, a.listed, a.source FROM lookups a JOIN lists l ON l.num = a.list
   WHERE a.number = ?1 AND a.at >= ?2 AND a.at < ?3 ORDER BY a.at, a.list`,
  `SELECT c.id AS ref, c.started_at AS at, p.name AS "by", c.via, c.provider, c.direction, c.seconds, c.agent, c.verdict,
     c.reasons, c.overridden, c.dial, c.screened, c.at AS reportedAt,
     (SELECT r.id FROM recordings r WHERE r.number = c.number AND r.started_at = c.started_at) AS recording
   FROM calls c LEFT JOIN people p ON p.id = c.person
   WHERE c.number = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 ORDER BY c.started_at, c.id`,
];

/** Each part of a screening has a row of its own, and all of them its subject. */
const screeningFact = (s: PastScreening): Fact => ({
  event: {
    what: "screening",
    at: s.at,
    ref: s.screening,
    by: s.byName,
    rows: [],
    name: s.name,
    source: s.source,
    verdict: s.verdict,
    policy: s.policy,
    lists: s.lists,
  },
  claim: { codes: ["screening.part"], subjects: [s.screening], ...near(s.at), holds: `"part":${s.part},` },
});

function dialFact(row: DialRow): Fact {
  const d = toDial(row);
  return {
    event: {
      what: "dial",
      at: d.at,
      ref: d.id,
      by: d.byName,
      rows: [],
      action: d.action,
      refused: d.refused,
      verdict: d.verdict,
      reasons: d.reasons,
      workerVerdict: d.workerVerdict,
      workerReasons: d.workerReasons,
      basis: d.basis,
      reason: d.reason,
      purpose: d.purpose,
      host: d.host,
      deviceAt: d.deviceAt,
      policy: d.policy,
      lists: d.lists,
    },
    claim: { codes: ["dial."], subjects: [d.id], ...near(d.at) },
  };
}

function suppressionFacts(s: SuppressionRow): Fact[] {
  const { id: ref, kind, reason, source, until, ended_at, ended_reason } = s;
  const requests = JSON.parse(s.requests) as string[];
  const facts: Fact[] = [
    {
      event: { what: "suppression", at: s.at, ref, by: s.byName, rows: [], kind, reason, source, until },
      claim: {
        codes: ["suppression.added", "suppression.imported", "request.created"],
        subjects: [ref, ...requests],
        ...near(s.at),
      },
    },
  ];
  if (ended_at === null) return facts;
  // An entry that took its place ended it; or a person did, or the desk by a request.
  const successors = JSON.parse(s.successors) as string[];
  const replaced = successors.length > 0;
  facts.push({
    event: {
      what: "suppression-ended",
      at: ended_at,
      ref,
      by: s.endedBy,
      rows: [],
      kind,
      reason: ended_reason ?? "",
    },
    claim: {
      codes: replaced
        ? ["suppression.added", "suppression.imported", "request.created"]
        : ["suppression.ended", "request."],
      subjects: replaced ? successors : [ref, ...requests],
      ...near(ended_at),
    },
  });
  return facts;
}

function consentFacts(row: ConsentRow): Fact[] {
  const { id: ref, basis, givenBy, givenAt, evidence, until, at, byName, withdrawn_at } = row;
  const facts: Fact[] = [
    {
      event: { what: "consent", at, ref, by: byName, rows: [], basis, givenBy, givenAt, evidence, until },
      claim: { codes: ["consent.recorded", "consent.imported"], subjects: [ref], ...near(at) },
    },
  ];
  if (withdrawn_at !== null)
    facts.push({
      event: { what: "consent-withdrawn", at: withdrawn_at, ref, by: null, rows: [], basis },
      claim: { codes: ["consent.withdrawn"], subjects: [ref], ...near(withdrawn_at) },
    });
  return facts;
}

/** That there is one, and nothing of what it holds. It arrives some time after the call. */
const recordingFact = ({ reportedAt, ...row }: RecordingRow): Fact => ({
  event: { what: "recording", rows: [], ...row },
  claim: { codes: arrivals, subjects: [row.ref], ...near(reportedAt) },
});
const arrivals = ["recording.added", "recording.reported", "recording.imported"];

/** Many numbers turn by one version, in one row that names them all. */
const turnedFact = ({ seq, ...row }: TurnedRow): Fact => ({
  event: { what: "turned", by: null, rows: [], ...row },
  claim: { codes: ["watch.turned"], subjects: [], seq, ...near(row.at) },
});

/** A source is asked about many numbers at once; its answers are one row, which names their moment and no number. */
const lookupFact = ({ listed, ...row }: LookupRow): Fact => ({
  event: { what: "lookup", by: null, rows: [], ...row, listed: listed === 1 },
  claim: {
    ...{ codes: ["lookup.answered"], subjects: [row.source] },
    ...{ holds: `"at":"${row.at}"`, first: row.at, ...near(row.at) },
  },
});

/** Longer than a run through providers' lists takes. */
const RUN = 15 * MINUTE;
/** A recorded call has its recording's row; of logs a row names many calls. */
const callFact = ({ reasons, overridden, reportedAt, recording, ...row }: CallRow): Fact => ({
  event: {
    what: "call",
    rows: [],
    ...row,
    reasons: JSON.parse(reasons ?? "[]") as Of<"call">["reasons"],
    overridden: overridden === 1,
  },
  claim:
    row.via === "recording"
      ? { codes: arrivals, subjects: [recording ?? NONE], ...near(reportedAt) }
      : row.via === "import"
        ? { codes: ["call.imported"], subjects: [row.ref], ...near(reportedAt) }
        : {
            ...{ codes: ["call.fetched"], subjects: [row.provider] },
            ...{ holds: `"${row.ref}"`, first: reportedAt, ...near(reportedAt, RUN) },
          },
});
const NONE = "none";

const requestFact = ({ closed_at, ...row }: RequestRow, end: string): Fact => ({
  event: { what: "request", rows: [], ...row },
  claim: { codes: ["request."], subjects: [row.ref], from: near(row.at).from, to: near(closed_at ?? end).to },
});
