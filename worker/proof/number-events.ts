/**
 * One function for each kind of thing that may be on record of a number: from its row to the event as the proof shows it,
 * with a claim that says where on the trail to look for it (near.ts).
 */
import type { ProofEvent } from "../../shared/proof/api-events.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { type Row as DialRow, toDial } from "../dials/rows.ts";
import { type Claim, near } from "./near.ts";
import type { ToldScreening } from "./screenings.ts";

export interface ClaimedEvent {
  event: ProofEvent;
  claim: Claim;
}

/** An event of one kind, without what every event gets here. */
type EventOf<W> = Omit<Extract<ProofEvent, { what: W }>, "what" | "rows">;

export type SuppressionRow = Omit<EventOf<"suppression">, "keepsLine"> & {
  keepsLine: number;
  endedAt: string | null;
  /** When it was taken back, where it was kept behind another. */
  overSince: string | null;
  endedReason: string | null;
  endedBy: string | null;
  /** JSON: ids of what it came from: a request, a call back, the entry that it spreads from. */
  sources: string;
  /** JSON: ids of the entries that replaced it. */
  successors: string;
};
export type ConsentRow = Omit<EventOf<"consent">, "calls"> & {
  /** JSON */
  calls: string;
  withdrawnAt: string | null;
};
export type RecordingRow = EventOf<"recording"> & { reportedAt: string };
export type RequestRow = EventOf<"request"> & { closedAt: string | null };
export type TurnedRow = Omit<EventOf<"turned">, "by"> & { seq: number };
export type LookupRow = Omit<EventOf<"lookup">, "by" | "listed"> & { listed: number };
export type CallRow = Omit<EventOf<"call">, "reasons" | "overridden"> & {
  /** JSON */
  reasons: string | null;
  overridden: number;
  reportedAt: string;
  recording: string | null;
};

/** Each part of a screening has its own audit row; all have the screening as their subject. */
export const screeningEvent = (s: ToldScreening): ClaimedEvent => ({
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
    compared: s.isCompared,
  },
  claim: { codes: ["screening.part"], subjects: [s.screening], ...near(s.at), holds: `"part":${s.part},` },
});

export function dialEvent(row: DialRow): ClaimedEvent {
  const d = toDial(row);
  return {
    event: {
      what: "dial",
      at: d.at,
      ref: d.id,
      by: d.byName,
      rows: [],
      number: d.number,
      written: d.written,
      recordNumber: d.recordNumber,
      layer: d.layer,
      sighting: d.sighting,
      medium: d.medium,
      action: d.action,
      refused: d.refused,
      verdict: d.verdict,
      reasons: d.reasons,
      workerVerdict: d.workerVerdict,
      workerReasons: d.workerReasons,
      ...(d.arrival && { arrival: d.arrival }),
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

/**
 * What a CRM's record brought, by the source or evidence that says so: its connector's event names it among others. Null where it came
 * from elsewhere.
 */
function broughtBy(source: string, ref: string, at: string): Claim | null {
  const [, connector] = /(?:^|, )connector ([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}) /.exec(source) ?? [];
  return connector === undefined
    ? null
    : {
        ...{ codes: ["connector.flagged", "connector.consents"], subjects: [connector] },
        ...{ holds: `"${ref}"`, ...near(at) },
      };
}

/** The entry, and its end if it has ended. */
export function suppressionEvents({
  endedAt,
  overSince,
  endedReason,
  endedBy,
  sources: sourcesJson,
  successors: successorsJson,
  keepsLine,
  ...entry
}: SuppressionRow): ClaimedEvent[] {
  const sources = JSON.parse(sourcesJson) as string[];
  const { ref, kind } = entry;
  const added = [
    ...["suppression.added", "suppression.repeated", "suppression.imported"],
    ...["suppression.scoped", "suppression.spread"],
    ...["call-back.made", "request.created", "consent.withdrawn"],
  ];
  const events: ClaimedEvent[] = [
    {
      event: { what: "suppression", rows: [], ...entry, ...(keepsLine === 1 ? { keepsLine: true } : {}) },
      claim: broughtBy(entry.source, ref, entry.at) ?? {
        ...{ codes: added, subjects: [ref, ...sources] },
        ...near(entry.at),
      },
    },
  ];
  if (endedAt === null) return events;
  // An entry that was replaced ended in the audit row of its successor, and one that was kept behind another began so; others ended
  // by a person, or by a request.
  const successors = JSON.parse(successorsJson) as string[];
  const isReplaced = overSince === null && (successors.length > 0 || endedAt <= entry.at);
  const at = overSince ?? endedAt;
  events.push({
    event: {
      ...{ what: "suppression-ended", at, ref, by: endedBy, rows: [] },
      ...{ kind, reason: endedReason ?? "", ...(overSince === null ? {} : { keptAt: endedAt }) },
    },
    claim: {
      codes: isReplaced ? added : ["suppression.ended", "suppression.scoped", "request."],
      subjects: [ref, ...sources, ...successors],
      ...near(at),
    },
  });
  return events;
}

/** The consent, and its withdrawal if it was withdrawn. */
export function consentEvents({ withdrawnAt, calls, ...consent }: ConsentRow): ClaimedEvent[] {
  const { ref, basis, at } = consent;
  const events: ClaimedEvent[] = [
    {
      event: {
        ...{ what: "consent", rows: [], ...consent },
        calls: JSON.parse(calls) as EventOf<"consent">["calls"],
      },
      claim: broughtBy(consent.evidence, ref, at) ?? {
        codes: ["consent.recorded", "consent.imported", "call-back.made"],
        subjects: [ref],
        ...near(at),
      },
    },
  ];
  if (withdrawnAt !== null)
    events.push({
      event: { what: "consent-withdrawn", at: withdrawnAt, ref, by: null, rows: [], basis },
      claim: {
        codes: ["consent.withdrawn", "connector.consents"],
        subjects: [ref, ...(broughtBy(consent.evidence, ref, at)?.subjects ?? [])],
        ...near(withdrawnAt),
      },
    });
  return events;
}

/** Says that a recording exists, and nothing of what it holds. It is reported some time after the call. */
export const recordingEvent = ({ reportedAt, ...row }: RecordingRow): ClaimedEvent => ({
  event: { what: "recording", rows: [], ...row },
  claim: { codes: recordingCodes, subjects: [row.ref], ...near(reportedAt) },
});
const recordingCodes = ["recording.added", "recording.reported", "recording.imported"];

/** A new version of a register may change many numbers' verdicts: one audit row names them all. */
export const turnedEvent = ({ seq, ...row }: TurnedRow): ClaimedEvent => ({
  event: { what: "turned", by: null, rows: [], ...row },
  claim: { codes: ["watch.turned"], subjects: [], seq, ...near(row.at) },
});

/** A source is asked about many numbers at once. One audit row has all answers, with their moment and without numbers. */
export const lookupEvent = ({ listed, ...row }: LookupRow): ClaimedEvent => ({
  event: { what: "lookup", by: null, rows: [], ...row, listed: listed === 1 },
  claim: {
    ...{ codes: ["lookup.answered"], subjects: [row.source] },
    ...{ holds: `"at":"${row.at}"`, first: row.at, ...near(row.at) },
  },
});

/** Longer than fetching the providers' lists of calls takes. */
const RUN = 15 * MINUTE;
/** A subject that no audit row has. */
const NONE = "none";
/** A recorded call has its recording's audit row; an imported or fetched one shares a row with many calls. */
export const callEvent = ({ reasons, overridden, reportedAt, recording, ...row }: CallRow): ClaimedEvent => ({
  event: {
    what: "call",
    rows: [],
    ...row,
    reasons: JSON.parse(reasons ?? "[]") as EventOf<"call">["reasons"],
    overridden: overridden === 1,
  },
  claim:
    row.via === "recording"
      ? { codes: recordingCodes, subjects: [recording ?? NONE], ...near(reportedAt) }
      : row.via === "import"
        ? { codes: ["call.imported"], subjects: [row.ref], ...near(reportedAt) }
        : {
            ...{ codes: ["call.fetched"], subjects: [row.provider] },
            ...{ holds: `"${row.ref}"`, first: reportedAt, ...near(reportedAt, RUN) },
          },
});

/** Claims every step of the request, up to its end or the end of the period. */
export const requestEvent = ({ closedAt, ...row }: RequestRow, end: string): ClaimedEvent => ({
  event: { what: "request", rows: [], ...row },
  claim: { codes: ["request."], subjects: [row.ref], from: near(row.at).from, to: near(closedAt ?? end).to },
});
