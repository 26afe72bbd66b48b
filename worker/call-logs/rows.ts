/** A call's row: inserted, and shown by the API. */
import type { Reason, Verdict } from "../../shared/check/api.ts";
import type { Call, CallFinding } from "../../shared/call-logs/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import { MINUTE, MONTH } from "../../shared/core/time.ts";
import { missedBy } from "../../shared/call-logs/missed.ts";
import { wantDials } from "../dials/closed/read.ts";
import { layersOf } from "../dials/rows.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { idIn, idIs, refuseWhere, type Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { callsBound } from "./bound.ts";
import type { Evidence } from "./evidence.ts";
import { CONTRADICTED, insertWords, isContradicted, type Said, saidIn, type Word } from "./said.ts";
import type { Heard } from "./heard.ts";
import { usedByCalls } from "../do-not-call/uses.ts";

/** A call as a log reports it, its number in E.164. */
export interface LoggedCall {
  via: Call["via"];
  provider: string;
  providerId: string | null;
  number: string;
  agent: string | null;
  direction: Call["direction"];
  startedAt: string;
  seconds: number | null;
  /** What the log says besides. */
  said?: Said | undefined;
  /** What the called person said, by the log. */
  heard?: Heard["what"] | undefined;
  /** Which kind of call it was, where whoever brings it says so. */
  campaign?: Campaign | undefined;
  /** The integration that brings it: the ids that it names are its own. */
  owner?: string | undefined;
  /** Its number is not judged (check/budget.ts). */
  unjudged?: boolean;
}
export interface NewCall extends LoggedCall, Evidence {
  id: string;
  ref: string;
  /** The id of the stored call that it is instead of. */
  replaces: string | null;
  person: string | null;
  verdict: Verdict | null;
  /** The kind of call that the verdict is about; null where it was not judged. */
  judgedAs: Campaign | null;
  reasons: Reason[];
  overridden: boolean;
  /** The consents that it rests on. */
  rests: string[];
  /** What logs say of it besides, in the order in which they came; of a provider's list first what that says. */
  words: Word[];
}

/** Two logs of one call, or a log and its recording, may give start times that differ by so much. */
export const SAME_CALL = MINUTE;

/** Calls that began before this moment (ISO 8601) are not kept. */
export const oldest = ({ retention }: Policy, now: number): string =>
  new Date(now - retention.dialMonths * MONTH).toISOString();

export const insertCalls = async (
  db: D1Database,
  rows: readonly NewCall[],
  by: string,
  at: string,
): Promise<Statement[]> => [
  wantDials(rows.map(({ dial }) => dial)),
  wantStored(rows.flatMap(({ replaces }) => replaces ?? [])),
  insertBound(
    callsBound,
    rows.map((r) => ({
      ...{ id: r.id, ref: r.ref, via: r.via, provider: r.provider, provider_id: r.providerId },
      ...{ number: numberOf(r.number), agent: r.agent, person: r.person, direction: r.direction },
      ...{
        started_at: r.startedAt,
        seconds: r.seconds,
        verdict: r.verdict,
        reasons: JSON.stringify(r.reasons),
      },
      ...{
        overridden: Number(r.overridden),
        dial: r.dial,
        screened: r.screened,
        extension: r.extension,
        by,
        at,
        replaces: r.replaces,
        ...{ campaign: r.campaign ?? null, judged_as: r.judgedAs },
      },
    })),
  ),
  ...insertWords(
    rows.map(({ id: call, words }) => ({ call, words, from: 0 })),
    by,
    at,
  ),
  // A call that was asked for has been tried, or has happened.
  ...(await usedByCalls(
    db,
    rows
      .filter(({ direction }) => direction === "outbound")
      .map(({ id, number, dial, startedAt, seconds, rests }) => ({
        ...{ id, number, startedAt, ref: dial ?? id, answered: (seconds ?? 0) > 0, rests },
      })),
    at,
  )),
];

/** SQL: row `c` of `calls` counts. One that the provider's own list replaced stays as evidence, and counts nowhere. */
export const isCurrent = "NOT EXISTS (SELECT 1 FROM calls n WHERE n.replaces = c.id)";

/** Calls that are changed in one commit at most. */
export const CALLS = 500;

/** Refuses the batch (`conflict`) unless these calls are in the database: one may close once it was read. */
export const wantStored = (ids: readonly string[]): Statement =>
  refuseWhere(
    `(SELECT COUNT(*) FROM json_each(?) j CROSS JOIN calls c ON ${idIs("c.id", "j.value")}) <> ?`,
    ...[JSON.stringify(ids), ids.length],
  );

/** The statements that change calls by what they are now, and bind their new states. */
export async function changeCalls(
  db: D1Database,
  ids: readonly string[],
  to: (call: NewRow) => NewRow,
): Promise<Statement[]> {
  const where = idIn("id", "?1");
  const calls = await statesOf(db, callsBound, where, JSON.stringify(ids));
  return [
    wantStored(calls.map((call) => String(call["id"]))),
    ...changeRows(
      callsBound,
      calls.map((before) => ({ before, to: to(before) })),
      new Date().toISOString(),
    ),
  ];
}

/** The findings as conditions on a row `c` of `calls`. */
export const findingIs: Readonly<Record<CallFinding, string>> = {
  blocked: "c.verdict = 'blocked' AND c.overridden = 0",
  unscreened: "c.direction = 'outbound' AND c.screened IS NULL",
  off: "c.direction = 'outbound' AND c.extension = 'off'",
  contradicted: CONTRADICTED,
};
const findingsOf = ({
  verdict,
  overridden,
  screened,
  extension,
  contradicted,
}: Pick<NewCall, "verdict" | "overridden" | "extension"> & {
  screened: string | null;
  contradicted: boolean;
}): CallFinding[] => [
  ...(verdict === "blocked" && !overridden ? (["blocked"] as const) : []),
  ...(verdict !== null && screened === null ? (["unscreened"] as const) : []),
  ...(verdict !== null && extension === "off" ? (["off"] as const) : []),
  ...(contradicted ? (["contradicted"] as const) : []),
];
/** Of a call that is planned. */
export const findingsOfNew = (call: NewCall): CallFinding[] =>
  findingsOf({ ...call, contradicted: isContradicted(call.words) });

export type Row = Omit<
  Call,
  "number" | "reasons" | "overridden" | "dial" | "findings" | "layers" | "missedBy"
> & {
  /** JSON */
  layers: string | null;
  number: number;
  reasons: string;
  overridden: number;
  contradicted: number;
  dial: string | null;
  action: NonNullable<Call["dial"]>["action"];
};
export const selectCalls = `SELECT c.id, c.via, c.provider, c.provider_id AS providerId, c.number, c.agent, c.person,
  p.name AS personName, c.direction, c.started_at AS startedAt, c.seconds, c.verdict, c.judged_as AS judgedAs, c.reasons, c.overridden,
  COALESCE(d.id, c.dial) AS dial, d.action,
  IIF(d.num IS NULL, NULL, ${layersOf("COALESCE(d.sighting, d.num)")}) AS layers, c.screened, c.extension, c.by, c.at,
  ${saidIn("outcome")} AS outcome, ${saidIn("presentation")} AS presentation, ${saidIn("campaign")} AS campaignName,
  ${CONTRADICTED} AS contradicted
  FROM calls c LEFT JOIN call_said s ON s.call = c.id LEFT JOIN people p ON p.id = c.person LEFT JOIN dials_in_words d ON d.num = CAST(c.dial AS INTEGER)`;

export function toCall({ action, dial, layers, contradicted, ...row }: Row): Call {
  const call = { ...row, overridden: row.overridden === 1 };
  const unseen = row.direction === "outbound" && dial === null;
  return {
    ...call,
    number: e164Of(row.number),
    reasons: JSON.parse(row.reasons) as Reason[],
    // `action` is null once the dial's own row is erased.
    dial: dial === null ? null : { id: dial, action },
    layers: unseen ? [] : layers === null ? null : (JSON.parse(layers) as Call["layers"]),
    missedBy: unseen ? missedBy(row) : [],
    findings: findingsOf({ ...call, contradicted: contradicted === 1 }),
  };
}
