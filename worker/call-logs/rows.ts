/** A call's row: planned from a log, inserted, and shown by the API. */
import { consentCodes } from "../../shared/check/consent.ts";
import type { Reason, Verdict } from "../../shared/check/api.ts";
import type { Call, CallFinding } from "../../shared/call-logs/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { MINUTE, MONTH } from "../../shared/core/time.ts";
import { missedBy } from "../../shared/call-logs/missed.ts";
import { layersOf } from "../dials/rows.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import type { Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { callsBound } from "./bound.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { personsOf } from "./persons.ts";
import type { Env } from "../env.ts";
import { sha256Hex } from "../core/hash.ts";
import { NOT_JUDGED } from "../check/budget.ts";
import { decideAt } from "../check/facts-at.ts";
import { usedByCalls } from "../do-not-call/uses.ts";

/** Two logs of one call, or a log and its recording, may give start times that differ by so much. */
const SAME_MS = MINUTE;

/** Begins what `by` says of calls of a provider's list. */
export const LISTED = "list:";

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
  reasons: Reason[];
  overridden: boolean;
}

/** Calls that began before this moment (ISO 8601) are not kept. */
export const oldest = ({ retention }: Policy, now: number): string =>
  new Date(now - retention.dialMonths * MONTH).toISOString();

/** Plans a row for each call; null where it is stored already, or was erased at a requester's request. */
export async function planCalls(
  env: Env,
  logged: readonly LoggedCall[],
  policy: Policy,
): Promise<(NewCall | null)[]> {
  const instead = await newOnes(env.DB, logged);
  const fresh = [...instead.keys()];
  const outbound = fresh.filter(({ direction }) => direction === "outbound");
  const judged = await decideAt(
    env.DB,
    outbound.map((a) => ({ number: a.number, at: a.startedAt })),
  );
  for (const [i, { unjudged }] of outbound.entries())
    if (unjudged === true)
      judged[i] = { verdict: "unknown", reasons: [NOT_JUDGED], overridden: false, bars: [] };
  const personOf = await personsOf(
    env.DB,
    fresh.flatMap(({ agent }) => agent ?? []),
  );
  const evidence = await evidenceOf(
    env.DB,
    outbound.map((a, i) => ({ ...a, person: personOf(a.agent), verdict: judged[i]!.verdict })),
    policy.screening.maxListAgeDays,
  );
  const rows = new Map(
    fresh.map((one): [LoggedCall, NewCall] => {
      const i = outbound.indexOf(one);
      const then = judged[i];
      const found = evidence[i] ?? { dial: null, screened: null, extension: null };
      return [
        one,
        {
          ...one,
          ...found,
          id: crypto.randomUUID(),
          ref: refOf(one),
          replaces: instead.get(one) ?? null,
          person: personOf(one.agent),
          verdict: then?.verdict ?? null,
          reasons: then ? (then.verdict === "blocked" ? then.bars : then.reasons) : [],
          overridden: then?.overridden ?? false,
        },
      ];
    }),
  );
  return logged.map((one) => rows.get(one) ?? null);
}

const refOf = ({ provider, providerId, number, agent, startedAt, owner }: LoggedCall): string =>
  sha256Hex(
    providerId === null
      ? `\n${number}\n${startedAt}\n${agent ?? ""}`
      : [...(owner === undefined ? [] : [owner]), provider, providerId].join("\n"),
  );
/** Of an integration's call from before its ids were its own. */
const oldRefOf = (call: LoggedCall): string => refOf({ ...call, owner: undefined });

/**
 * The calls that are not stored yet, each once, with the id of the stored one that it is instead of. Two are the same call by their provider's id; unless both have an id of the
 * same provider, by number, direction, agent and time. What a provider's own list says is always stored: a log or a recording
 * that came before it, and may blame nobody or a moment before an objection, is replaced by it.
 */
async function newOnes(
  db: D1Database,
  logged: readonly LoggedCall[],
): Promise<Map<LoggedCall, string | null>> {
  const fresh = new Map<LoggedCall, string | null>();
  if (logged.length === 0) return fresh;
  const times = logged.map(({ startedAt }) => startedAt).sort();
  const edge = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const [refs, near] = (await db.batch([
    db
      .prepare(
        `SELECT ref, by FROM calls WHERE ref IN (SELECT value FROM json_each(?1))
         UNION ALL SELECT ref, NULL FROM calls_erased WHERE ref IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(logged.flatMap((one) => [refOf(one), oldRefOf(one)]))),
    db
      .prepare(
        `SELECT c.id, c.via, c.number, c.provider, c.provider_id AS providerId, c.agent, c.direction,
           c.started_at AS startedAt FROM calls c
         WHERE c.number IN (SELECT value FROM json_each(?1)) AND c.started_at BETWEEN ?2 AND ?3 AND ${isCurrent}`,
      )
      .bind(
        JSON.stringify([...new Set(logged.map(({ number }) => numberOf(number)))]),
        edge(times[0]!, -SAME_MS),
        edge(times.at(-1)!, SAME_MS),
      ),
  ])) as [D1Result<{ ref: string; by: string | null }>, D1Result<Known & { number: number }>];
  const known = new Map(refs.results.map(({ ref, by }) => [ref, by]));
  const isKnown = (one: LoggedCall): boolean => {
    const by = known.get(oldRefOf(one));
    if (known.has(refOf(one)) || by === null) return true;
    return by !== undefined && (by === one.owner || by.startsWith(LISTED));
  };
  const byNumber = Map.groupBy<string, Known>(near.results, (row) =>
    e164Of((row as Known & { number: number }).number),
  );
  for (const one of logged) {
    const others = byNumber.get(one.number) ?? [];
    if (isKnown(one)) continue;
    const same = others.find((other) => isSame(one, other));
    const replaced = one.via === "fetch" && same?.via !== "fetch" ? same?.id : undefined;
    if (same && replaced === undefined) continue;
    known.set(refOf(one), one.owner ?? "");
    byNumber.set(one.number, [...others.filter((other) => other !== same), one]);
    fresh.set(one, replaced ?? null);
  }
  return fresh;
}

type Known = Pick<LoggedCall, "via" | "provider" | "providerId" | "agent" | "direction" | "startedAt"> & {
  /** Of a stored one. */
  id?: string;
};

function isSame(a: Known, b: Known): boolean {
  // Two ids of one provider are two calls, even if all else is the same. One id is one call where its own list has it.
  if (a.providerId !== null && b.providerId !== null && a.provider === b.provider)
    return a.providerId === b.providerId && (a.via === "fetch" || b.via === "fetch");
  const sameAgent = a.agent === null || b.agent === null || a.agent.toLowerCase() === b.agent.toLowerCase();
  const apart = Math.abs(Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return a.direction === b.direction && sameAgent && apart <= SAME_MS;
}

export const insertCalls = async (
  db: D1Database,
  rows: readonly NewCall[],
  by: string,
  at: string,
): Promise<Statement[]> => [
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
      },
    })),
  ),
  // A call that was asked for has been tried, or has happened.
  ...(await usedByCalls(
    db,
    rows
      .filter(({ direction }) => direction === "outbound")
      .map(({ id, number, dial, startedAt, seconds, reasons }) => ({
        ...{ id, number, startedAt, ref: dial ?? id, answered: (seconds ?? 0) > 0 },
        consented: reasons.some(({ code }) => consentCodes.has(code)),
      })),
    at,
  )),
];

/** SQL: row `c` of `calls` counts. One that the provider's own list replaced stays as evidence, and counts nowhere. */
export const isCurrent = "NOT EXISTS (SELECT 1 FROM calls n WHERE n.replaces = c.id)";

/** Calls that are changed in one commit at most. */
export const CALLS = 500;

/** The statements that change calls by what they are now, and bind their new states. */
export async function changeCalls(
  db: D1Database,
  ids: readonly string[],
  to: (call: NewRow) => NewRow,
): Promise<Statement[]> {
  const where = "id IN (SELECT value FROM json_each(?))";
  const calls = await statesOf(db, callsBound, where, JSON.stringify(ids));
  return changeRows(
    callsBound,
    calls.map((before) => ({ before, to: to(before) })),
    new Date().toISOString(),
  );
}

/** The findings as conditions on a row `c` of `calls`. */
export const findingIs: Readonly<Record<CallFinding, string>> = {
  blocked: "c.verdict = 'blocked' AND c.overridden = 0",
  unscreened: "c.direction = 'outbound' AND c.screened IS NULL",
  off: "c.direction = 'outbound' AND c.extension = 'off'",
};
export const findingsOf = ({
  verdict,
  overridden,
  screened,
  extension,
}: Pick<NewCall, "verdict" | "overridden" | "extension"> & { screened: string | null }): CallFinding[] =>
  verdict === null
    ? []
    : [
        ...(verdict === "blocked" && !overridden ? (["blocked"] as const) : []),
        ...(screened === null ? (["unscreened"] as const) : []),
        ...(extension === "off" ? (["off"] as const) : []),
      ];

export type Row = Omit<
  Call,
  "number" | "reasons" | "overridden" | "dial" | "findings" | "layers" | "missedBy"
> & {
  /** JSON */
  layers: string | null;
  number: number;
  reasons: string;
  overridden: number;
  dial: string | null;
  action: NonNullable<Call["dial"]>["action"];
};
export const selectCalls = `SELECT c.id, c.via, c.provider, c.provider_id AS providerId, c.number, c.agent, c.person,
  p.name AS personName, c.direction, c.started_at AS startedAt, c.seconds, c.verdict, c.reasons, c.overridden,
  COALESCE(d.id, c.dial) AS dial, d.action,
  IIF(d.num IS NULL, NULL, ${layersOf("COALESCE(d.sighting, d.num)")}) AS layers, c.screened, c.extension, c.by, c.at
  FROM calls c LEFT JOIN people p ON p.id = c.person LEFT JOIN dials_in_words d ON d.num = CAST(c.dial AS INTEGER)`;

export function toCall({ action, dial, layers, ...row }: Row): Call {
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
    findings: findingsOf(call),
  };
}
