/**
 * What was known of a number at a past moment, and was it blocked? Decided by the same `decide` as today's, from what stood on record then: the
 * versions of the registers in force, what their sources had said, entries that had not ended, consents that had not been
 * withdrawn, and the policy of that time.
 */
import type { Facts, Reason } from "../../shared/check/api.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { type Decision, decide } from "../../shared/check/verdict.ts";
import { dialWas } from "../dials/rows.ts";
import {
  type BlockRow,
  broughtBy,
  type ConsentRow,
  lookedUpFor,
  lookupsOf,
  type LookupRow,
  placeOf,
  type SuppressionRow,
} from "./fact-rows.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/routes.ts";
import { policyHistory } from "../policy/current.ts";
import { DAY, MINUTE } from "../../shared/time.ts";

/** An override is asked for just before its dial; the provider's clock and the device's may differ. */
const NEAR = 15 * MINUTE;
/** The longest grace: changes that are older make no difference to a listing's age. */
const GRACE = 29 * DAY;

/** An outbound call: the number in E.164, and when, ISO 8601. */
export interface Call {
  number: string;
  at: string;
}
interface VersionRow {
  list: number;
  ver: number;
  parent: number;
  asOf: string;
  numbers: number;
  from: string;
}
interface UndoRow {
  block: number;
  list: number;
  ver: number;
  data: string;
}
type Ended = SuppressionRow & { endedAt: string | null };
type Withdrawn = ConsentRow & { at: string; withdrawnAt: string | null };
interface TurnRow {
  list: number;
  at: string;
  source: string | null;
}

/** The verdict of a past moment, and whether somebody called all the same by an override that is on record. */
export interface Judged extends Decision {
  overridden: boolean;
  /** Of a blocked one those reasons that blocked it; others, such as an old list, stand beside them. */
  bars: Reason[];
}

/** Each call's verdict by what was known then. */
export async function judgedThen(db: D1Database, calls: readonly Call[]): Promise<Judged[]> {
  if (calls.length === 0) return [];
  const then = await recordOf(db, calls);
  return calls.map((call) => {
    const now = Date.parse(call.at);
    const n = numberOf(call.number);
    const { policy } = then.policies.findLast(({ from }) => from <= iso(now)) ?? then.policies[0]!;
    const lists = then.heads.map((head) => stateAt(head, then, now));
    const facts = factsAt(call.number, lists, then, policy, now);
    const decision = decide(facts, { policy, lists: lists.map((l) => l.head), now });
    return {
      ...decision,
      overridden: then.overrides.some((o) => o.number === n && Math.abs(o.at - now) <= NEAR),
      bars: decision.verdict === "blocked" ? decision.reasons.filter((reason) => bars(reason, policy)) : [],
    };
  });
}

/** For each call why its number was blocked then; null where it was not, or where an override is on record. */
export const blockedThen = async (db: D1Database, calls: readonly Call[]): Promise<(Reason[] | null)[]> =>
  (await judgedThen(db, calls)).map(({ verdict, overridden, bars }) =>
    verdict === "blocked" && !overridden ? bars : null,
  );

function bars({ code, list }: Reason, policy: Policy): boolean {
  if (code === list) return (policy.registers[code] ?? "hold") === "hold";
  if (code === "out-of-hours" || code === "holiday") return policy.outOfHours === "hold";
  return code === "objection" || code === "house" || code === "needs-consent";
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Everything that may bear on the calls, in one round trip but for the policies. */
async function recordOf(db: D1Database, calls: readonly Call[]) {
  const moments = calls.map(({ at }) => Date.parse(at));
  const first = moments.reduce((a, b) => Math.min(a, b));
  const ids = JSON.stringify([...new Set(calls.map(({ number }) => numberOf(number)))]);
  const touched = `SELECT DISTINCT value / 10000 AS block FROM json_each(?1)`;
  const [heads, versions, blocks, undo, suppressions, consents, overrides, turns, answers] = (await db.batch([
    db.prepare(selectHeads),
    db.prepare(
      `SELECT list, ver, parent, as_of AS asOf, numbers, committed_at AS "from" FROM versions
       WHERE state = 'committed' ORDER BY list, ver`,
    ),
    db
      .prepare(
        `SELECT id % 64 AS list, id / 64 AS block, data FROM blocks
         WHERE id IN (SELECT b.block * 64 + l.num FROM (${touched}) b, lists l)`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT b.block, v.list, v.ver, u.data FROM (${touched}) b
         JOIN versions v ON v.state = 'committed' AND v.committed_at >= ?2
         JOIN block_undo u ON u.id = (b.block << 26) + (v.list << 20) + v.ver ORDER BY v.ver DESC`,
      )
      .bind(ids, iso(first - GRACE)),
    db
      .prepare(
        `SELECT number, kind, reason, at, until, ended_at AS endedAt FROM suppressions
         WHERE number IN (SELECT value FROM json_each(?))`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT number, basis, given_at AS givenAt, until, at, withdrawn_at AS withdrawnAt FROM consents
         WHERE number IN (SELECT value FROM json_each(?))`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT number, device_at AS at FROM dials d
         WHERE ${dialWas.overridden} AND refused = 0 AND number IN (SELECT value FROM json_each(?))`,
      )
      .bind(ids),
    db.prepare("SELECT list, at, source FROM lookup_turns ORDER BY list, at"),
    db
      .prepare(
        `SELECT number, list, listed, at FROM lookups
         WHERE number IN (SELECT value FROM json_each(?1)) ORDER BY at`,
      )
      .bind(ids),
  ])) as [
    D1Result<HeadRow>,
    D1Result<VersionRow>,
    D1Result<BlockRow>,
    D1Result<UndoRow>,
    D1Result<Ended>,
    D1Result<Withdrawn>,
    D1Result<{ number: number; at: number }>,
    D1Result<TurnRow>,
    D1Result<LookupRow>,
  ];
  return {
    policies: await policyHistory(db, iso(first)),
    heads: heads.results,
    versions: versions.results,
    blocks: new Map(blocks.results.map((b) => [b.block * 64 + b.list, b.data])),
    undo: undo.results,
    suppressions: suppressions.results,
    consents: consents.results,
    overrides: overrides.results,
    turns: turns.results,
    answers: answers.results,
  };
}
type Then = Awaited<ReturnType<typeof recordOf>>;

interface ListThen {
  num: number;
  head: RegisterHead;
}

/** A register as it was: by which source, or version 0 where none was in force, or is known no longer. */
function stateAt(row: HeadRow, { versions, turns }: Then, now: number): ListThen {
  const lookup = turns.findLast((t) => t.list === row.num && t.at <= iso(now))?.source ?? null;
  const found = versions.findLast((v) => v.list === row.num && v.from <= iso(now));
  const known = found && found.ver >= row.historyFrom;
  return {
    num: row.num,
    head: toHead({
      ...row,
      lookup,
      version: known ? found.ver : 0,
      asOf: known ? found.asOf : null,
      numbers: known ? found.numbers : 0,
    }),
  };
}

function factsAt(e164: string, lists: readonly ListThen[], then: Then, policy: Policy, now: number): Facts {
  const n = numberOf(e164);
  const place = placeOf(e164);
  const answered = lists.flatMap(({ num, head }) => {
    const said = then.answers.findLast((a) => a.number === n && a.list === num && a.at <= iso(now));
    return head.lookup !== undefined && said ? [{ id: head.id, ...said }] : [];
  });
  return {
    e164,
    ...place,
    lists: [
      ...lists.flatMap((list) => listing(n, list, then)),
      ...answered.filter((a) => a.listed === 1).map(({ id, at }) => ({ id, asOf: at.slice(0, 10) })),
    ],
    ...lookupsOf(
      lookedUpFor(
        place.region,
        lists.map(({ head }) => head),
        policy,
      ),
      new Map(answered.map(({ id, at }) => [id, at])),
      () => undefined,
      policy,
      now,
    ),
    suppressions: then.suppressions
      .filter(
        (s) =>
          s.number === n && Date.parse(s.at) <= now && (s.endedAt === null || Date.parse(s.endedAt) > now),
      )
      .map(({ number: _, endedAt: __, ...s }) => s),
    consents: then.consents
      // One that is entered later was not known then, whatever day it bears.
      .filter(
        (c) =>
          c.number === n &&
          Date.parse(c.at) <= now &&
          (c.withdrawnAt === null || Date.parse(c.withdrawnAt) > now),
      )
      .map(({ number: _, at: __, withdrawnAt: ___, ...c }) => c),
  };
}

/** As in registers/history.ts: the block as it is now, with what later versions changed taken back. */
function listing(n: number, { num, head }: ListThen, then: Then): Facts["lists"] {
  if (head.version === 0) return [];
  const changes = then.undo.filter(
    (u) => u.list === num && u.block === blockOf(n) && has(u.data, offsetOf(n)),
  );
  const today = has(then.blocks.get(blockOf(n) * 64 + num) ?? "", offsetOf(n));
  const later = changes.filter(({ ver }) => ver > head.version).length;
  if ((later % 2 === 0) !== today) return [];
  // It counts from the version before the one that brought it.
  const brought = broughtBy(changes.filter(({ ver }) => ver <= head.version))?.ver;
  const version = then.versions.find((v) => v.list === num && v.ver === brought);
  const since = then.versions.find((v) => v.list === num && v.ver === version?.parent)?.asOf;
  return [{ id: head.id, asOf: head.asOf ?? "", ...(since === undefined ? {} : { since }) }];
}
