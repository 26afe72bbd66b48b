/** Rows that a proof quotes field by field: what their events must commit to, and whether they are what the proof tells. */
import { dialAction, dialLayer, dialMedium } from "../dials/api.ts";
import { verdictSchema } from "../check/api.ts";
import { numberOf } from "../registers/blocks.ts";
import { openingOf, rootBy } from "../trail/bound.ts";
import { canonical } from "../trail/canonical.ts";
import { codeOf, leafOf, rowRoot, type Stored, typed } from "../trail/leaves.ts";
import type { ProofEvent } from "./api-events.ts";
import type { ProofRow } from "./api-trail.ts";
import { boundAs } from "./compared.ts";

type Bound = NonNullable<ProofRow["bound"]>;

/** Of a field that is not told, with an empty salt, it stands in the value's place. */
const leafIn = ([name, salt, value]: Bound["fields"][number]): string =>
  salt === "" ? value : leafOf(salt, name, value);

/** The opening of the commitment of the event that binds this row, alone or with others. */
export function openingBy({ table, code, fields, beside }: Bound): string {
  const leaves = fields.map(leafIn);
  const root = rowRoot(table, leaves, code);
  return openingOf(null, [beside ? (rootBy(root, beside.place, beside.of, beside.hashes) ?? "") : root]);
}

/** Whether the code is over these fields and no others, so that it says whether those of few values are bound, and what they are. */
const isUnderCode = ({ code, fields, few = [] }: Bound): boolean =>
  codeOf([...fields, ...few].map(leafIn)) === code;

/**
 * A dial's event that shows nothing of the dial, though each Worker that could have written it left the means to: the row
 * was altered since. `boundFrom`: from which row of the trail on dials are bound in every field.
 */
export const isSilenced = ({ seq, subject, payload, bound }: ProofRow, boundFrom: number): boolean =>
  bound === undefined && payload === null && (seq >= boundFrom || /^\d+$/.test(subject));

type DialEvent = Extract<ProofEvent, { what: "dial" }>;
/** A text that the row has as JSON, in whatever order. */
const json = (value: unknown) => ({ json: canonical(value) });
const number = (e164: string | null | undefined): Stored => (e164 ? numberOf(e164) : null);

const placeIn = (options: readonly string[], value: string | undefined): number =>
  value === undefined ? -1 : options.indexOf(value);

/** What the row must have, column by column, for a proof to tell this dial. `actor`: of the event that binds it. */
const dialColumns = (d: DialEvent, actor: string): Record<string, Stored | { json: string }> => ({
  by: actor,
  number: number(d.number),
  late: Date.parse(d.at) - Date.parse(d.deviceAt),
  action: dialAction.options.indexOf(d.action),
  refused: Number(d.refused),
  verdict: verdictSchema.options.indexOf(d.verdict),
  worker_verdict: verdictSchema.options.indexOf(d.workerVerdict),
  page: json({ host: d.host, purpose: d.purpose }),
  reasons: json(d.reasons),
  worker_reasons: json(d.workerReasons),
  state: json({ policy: d.policy, lists: d.lists, ...(d.arrival && { arrival: d.arrival }) }),
  written: d.written === d.number ? "" : (d.written ?? null),
  basis: d.basis,
  reason: d.reason,
  record_number: number(d.recordNumber),
  layer: placeIn(dialLayer.options, d.layer),
  sighting: d.sighting ? BigInt(d.sighting) : null,
  medium: placeIn(dialMedium.options, d.medium),
});

const jsonIn = (value: string | undefined): string | null => {
  try {
    return value?.startsWith("t") ? canonical(JSON.parse(value.slice(1))) : null;
  } catch {
    return null;
  }
};

/** The first column in which a dial's row is not what the proof tells of it; null if it is. */
export function dialDiffers(event: DialEvent, { subject, actor, bound }: ProofRow): string | null {
  const fields = new Map((bound?.fields ?? []).map(([name, , value]) => [name, value]));
  const num = fields.get("num");
  // The row number is the dial's name, and holds its time.
  if (
    num !== `i${event.ref}` ||
    subject !== event.ref ||
    Date.parse(event.at) !== Math.floor(Number(event.ref) / 64)
  )
    return "num";
  const wrong = Object.entries(dialColumns(event, actor)).find(([name, wanted]) => {
    const value = fields.get(name);
    return typeof wanted === "object" && wanted !== null
      ? jsonIn(value) !== wanted.json
      : value !== typed(wanted);
  });
  return wrong?.[0] ?? null;
}

/** What a row of a table must have, column by column, for a proof to tell this fact. `of`: the proof's number. */
function factColumns(
  e: ProofEvent,
  table: string,
  of: string,
): Record<string, Stored | undefined | { json: string }> {
  const id = { id: e.ref, number: numberOf(of) };
  switch (e.what) {
    case "suppression":
      return {
        ...{ ...id, at: e.at, kind: e.kind, reason: e.reason, source: e.source, until: e.until },
        ...{ scope: e.scope, origin: e.origin, keeps_line: Number(e.keepsLine ?? false) },
      };
    case "suppression-ended":
      return { ...id, kind: e.kind, ended_at: e.keptAt ?? e.at, ended_reason: e.reason };
    case "consent":
      return {
        ...{ ...id, at: e.at, kind: e.kind, given_by: e.givenBy, given_at: e.givenAt, evidence: e.evidence },
        ...{ until: e.until, caller: e.caller, calls: e.calls && json(e.calls), product: e.product },
        ...{ words: e.words, how: e.how, proof: e.proof, day: e.day },
        ...{ state: e.state, reviewed_at: e.reviewedAt, review: e.review },
      };
    case "consent-withdrawn":
      return { ...id, withdrawn_at: e.at };
    case "call":
      return {
        ...{ ...id, started_at: e.at, via: e.via, provider: e.provider, direction: e.direction },
        ...{ seconds: e.seconds, agent: e.agent, verdict: e.verdict, reasons: json(e.reasons) },
        ...{ campaign: e.campaign, judged_as: e.judgedAs },
        ...{ overridden: Number(e.overridden), dial: e.dial, screened: e.screened },
      };
    case "lookup":
      return { ...id, at: e.at, listed: Number(e.listed), source: e.source };
    case "turned": {
      const [batch = "", place] = e.ref.split("/");
      return {
        ...{ batch, place: Number(place), number: numberOf(of), at: e.at, from_verdict: e.from },
        ...{ to_verdict: e.to, reason: e.reason, list: e.list, version: e.version, as_of: e.asOf },
      };
    }
    case "recording":
      return { ...id, started_at: e.at, provider: e.provider, direction: e.direction, seconds: e.seconds };
    case "request":
      return table === "requests"
        ? {
            ...{ ...id, at: e.at, ref: e.reference, kind: e.kind, channel: e.channel },
            received_on: e.received,
          }
        : {
            ...{ id: e.ref, state: e.state, decide_by: e.decideBy },
            ...{ decision: e.decision, decided_on: e.decidedOn },
          };
    default:
      return {};
  }
}

/** The first column in which the row that a fact is about is not what the proof tells of it; null if it is. */
export function factDiffers(event: ProofEvent, { subject, bound }: ProofRow, of: string): string | null {
  const table = bound?.table ?? "";
  if (subject.split("@")[0] !== boundAs(table, event.ref)) return "id";
  if (bound && !isUnderCode(bound)) return "code";
  // A row of an earlier release has fewer columns that are bound.
  const fields = new Map(
    [...(bound?.fields ?? []), ...(bound?.few ?? [])].map(([name, , value]) => [name, value]),
  );
  const wrong = Object.entries(factColumns(event, table, of)).find(([name, wanted]) => {
    const value = fields.get(name);
    if (value === undefined || wanted === undefined) return false;
    return typeof wanted === "object" && wanted !== null
      ? jsonIn(value) !== wanted.json
      : value !== typed(wanted);
  });
  return wrong?.[0] ?? null;
}
