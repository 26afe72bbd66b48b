/**
 * What was known of a number at a past moment. The facts are for the same `decide` as today's, given what was on record at that
 * moment: the versions of the registers in force, what their sources had answered, entries that had
 * not ended, consents that had not been withdrawn, and the policy of that time.
 */
import type { Facts } from "../../shared/check/api.ts";
import type { Context } from "../../shared/check/verdict.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import type { RegisterHead } from "../../shared/registers/api.ts";
import { blockOf, e164Of, holder, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { DAY } from "../../shared/core/time.ts";
import { query, runBatch } from "../core/batch.ts";
import { NEAR } from "../dials/near.ts";
import {
  allConsentsOf,
  allEntriesOf,
  allPartiesOf,
  consentFact,
  entryFact,
  existed,
  loggedSince,
  partyFact,
} from "../do-not-call/brief.ts";
import type { Env } from "../env.ts";
import { policyHistory } from "../policy/current.ts";
import { unlikeOf as policiesUnlike } from "../policy/in-force.ts";
import { blockKey, undoId } from "../registers/block-ids.ts";
import { type HeadRow, selectHeads, toHead } from "../registers/heads.ts";
import { broughtBy, changesTo, decoded, listedAt, listedBy } from "../registers/undo.ts";
import { unlikeOf as rowsUnlike } from "./compared.ts";
import { contactsFact, contactsOf } from "./contacts.ts";
import { blocksIn, blocksOf, listingEnds, lookedUpFor, lookupsOf, type LookupRow, placeOf } from "./rows.ts";

/**
 * The longest grace that policy can grant, and a day: older changes make no difference to how long a number is listed.
 */
const GRACE = 29 * DAY;

/** What was known of a number at a past moment (milliseconds), and what it was judged under. */
export async function knownAt(
  db: D1Database,
  number: string,
  at: number,
): Promise<{ facts: Facts; context: Context }> {
  const { facts, context } = thenOf(await recordOf(db, [number], at), at);
  return { facts: facts(number), context };
}

/**
 * The same of some numbers for a call whose other sightings are known (`own`: their dials): those alone count as no call, and
 * so does a logged call near it that no dial is of, which may be this one. Null where an entry, a consent, a party or a policy is
 * not as the trail has it: it may not have been so then. `now` in milliseconds.
 */
export async function knownOf(
  env: Env,
  numbers: readonly string[],
  at: number,
  own: readonly number[],
  now: number,
): Promise<Then | null> {
  const record = await recordOf(env.DB, numbers, at);
  const policies = record.policies.map(({ version, from }) => ({ version, at: from }));
  const unlike = await Promise.all([rowsUnlike(env, record, now), policiesUnlike(env, policies, now)]);
  return unlike.some(({ size }) => size > 0) ? null : thenOf(record, at, own);
}

interface Then {
  /** The facts of one of the numbers. */
  facts: (e164: string) => Facts;
  context: Context;
  /** The policy's version. */
  version: number;
}

export function thenOf(record: OnRecord, now: number, own?: readonly number[]): Then {
  const { version, policy } = record.policies.findLast(({ from }) => from <= iso(now)) ?? record.policies[0]!;
  const registers = record.heads.map((head) => registerAt(head, record, now));
  return {
    facts: (e164) => factsAt(e164, registers, record, policy, now, own),
    context: { policy, lists: registers.map(({ head }) => head), now },
    version,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Everything on record that may matter for calls since `first` (milliseconds), whatever its time: one round trip, and one for
 * the policies.
 */
export async function recordOf(db: D1Database, numbers: readonly string[], first: number) {
  const ids = JSON.stringify([...new Set(numbers)].map(numberOf));
  const graceFrom = iso(first - GRACE);
  const rows = await runBatch(db, {
    heads: query<HeadRow>(selectHeads),
    versions: query<{
      list: number;
      ver: number;
      parent: number;
      asOf: string;
      numbers: number;
      from: string;
    }>(
      `SELECT list, ver, parent, as_of AS asOf, numbers, committed_at AS "from" FROM versions
       WHERE state = 'committed' ORDER BY list, ver`,
    ),
    blocks: blocksOf(ids),
    undo: query<{ block: number; list: number; ver: number; data: string }>(
      `SELECT b.block, v.list, v.ver, u.data FROM (${blocksIn("?1")}) b
       JOIN versions v ON v.state = 'committed' AND (v.committed_at >= ?2 OR b.block IN (${blocksIn("?3")}))
       JOIN block_undo u ON u.id = ${undoId("b.block", "v.list", "v.ver")} ORDER BY v.ver DESC`,
      // Where a listing ends consents its day counts, however long ago.
      ...[ids, graceFrom, JSON.stringify([...new Set(numbers)].filter(listingEnds).map(numberOf))],
    ),
    contacts: contactsOf(numbers, first),
    entries: allEntriesOf(ids),
    consents: allConsentsOf(ids),
    parties: allPartiesOf(ids),
    turns: query<{ list: number; at: string; source: string | null }>(
      "SELECT list, at, source FROM lookup_turns ORDER BY list, at",
    ),
    answers: query<LookupRow>(
      `SELECT number, list, listed, at FROM lookups
       WHERE number IN (SELECT value FROM json_each(?1)) ORDER BY at`,
      ids,
    ),
  });
  return {
    ...rows,
    graceFrom,
    policies: await policyHistory(db, iso(first)),
    blocks: new Map(rows.blocks.map((b) => [blockKey(b.block, b.list), holder(b.data)])),
    undo: Map.groupBy(rows.undo.map(decoded), (u) => blockKey(u.block, u.list)),
  };
}
type OnRecord = Awaited<ReturnType<typeof recordOf>>;

interface PastRegister {
  num: number;
  historyFrom: number;
  head: RegisterHead;
}

/** A register as it was: the source that was asked, or the version in force. Version 0: none, or no longer known. */
function registerAt(row: HeadRow, { versions, turns }: OnRecord, now: number): PastRegister {
  const lookup = turns.findLast((t) => t.list === row.num && t.at <= iso(now))?.source ?? null;
  const found = versions.findLast((v) => v.list === row.num && v.from <= iso(now));
  const known = found && found.ver >= row.historyFrom;
  return {
    num: row.num,
    historyFrom: row.historyFrom,
    head: toHead({
      ...row,
      lookup,
      version: known ? found.ver : 0,
      asOf: known ? found.asOf : null,
      numbers: known ? found.numbers : 0,
    }),
  };
}

function factsAt(
  e164: string,
  registers: readonly PastRegister[],
  record: OnRecord,
  policy: Policy,
  now: number,
  own: readonly number[] | undefined,
): Facts {
  const n = numberOf(e164);
  const place = placeOf(e164);
  const before = now - NEAR;
  const answered = registers.flatMap(({ num, head }) => {
    const said = record.answers.findLast((a) => a.number === n && a.list === num && a.at <= iso(now));
    return head.lookup !== undefined && said ? [{ id: head.id, ...said }] : [];
  });
  return {
    e164,
    ...place,
    // The call itself is among them: it must not count against itself.
    ...(own
      ? contactsFact(
          e164,
          record.contacts.filter(({ dial, refused, at }) =>
            dial === null ? refused === 1 || at <= before : !own.includes(dial),
          ),
          now,
        )
      : contactsFact(e164, record.contacts, before)),
    lists: [
      ...registers.flatMap((register) => listing(n, register, record)),
      ...answered.filter((a) => a.listed === 1).map(({ id, at }) => ({ id, asOf: at.slice(0, 10) })),
    ],
    ...lookupsOf(
      lookedUpFor(
        place.region,
        registers.map(({ head }) => head),
        policy,
      ),
      new Map(answered.map(({ id, at }) => [id, at])),
      () => undefined,
      policy,
      now,
    ),
    suppressions: record.entries
      .filter((entry) => entry.number === n && existed(entry, now))
      .map((entry) => entryFact(entry, now)),
    consents: record.consents
      // A consent that was entered later was not known yet, even if it was given before.
      .filter((consent) => consent.number === n && existed(consent, now))
      .flatMap((consent) =>
        own
          ? consentFact(consent, now, now, new Set([...own.map(String), ...loggedSince(consent, before)]))
          : consentFact(consent, now, before),
      ),
    ...partyFact(
      record.parties.filter((said) => said.number === n && existed(said, now)),
      policy,
    ),
  };
}

/** The listing of a number on one register as it was; empty where it was not listed. */
function listing(n: number, { num, historyFrom, head }: PastRegister, record: OnRecord): Facts["lists"] {
  if (head.version === 0) return [];
  const key = blockKey(blockOf(n), num);
  const changes = changesTo(n, record.undo.get(key) ?? []);
  const now = record.blocks.get(key)?.(offsetOf(n)) ?? false;
  if (!listedAt(now, changes, head.version)) return [];
  const versions = record.versions.filter(({ list }) => list === num);
  const byNumber = new Map(versions.map((version) => [version.ver, version]));
  const before = changes.filter(({ ver }) => ver <= head.version);
  // Grace counts from the version before the one that added the number.
  const isRecent = ({ ver }: { ver: number }) => (byNumber.get(ver)?.from ?? "") >= record.graceFrom;
  const added = byNumber.get(broughtBy(before.filter(isRecent))?.ver ?? 0);
  const since = byNumber.get(added?.parent ?? 0)?.asOf;
  const oldest = versions.find(({ ver }) => ver >= historyFrom)?.ver;
  const first = byNumber.get(
    listedBy(
      before.map(({ ver }) => ver),
      oldest,
    ) ?? 0,
  )?.asOf;
  return [
    {
      ...{ id: head.id, asOf: head.asOf ?? "" },
      ...(since === undefined ? {} : { since }),
      ...(first !== undefined && listingEnds(e164Of(n)) ? { first } : {}),
    },
  ];
}
