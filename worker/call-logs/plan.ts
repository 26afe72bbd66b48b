/** From a log's calls to rows: which of them are not stored yet, and what is to be said of each. */
import type { Campaign, Policy } from "../../shared/policy/policy.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { NOT_JUDGED } from "../check/budget.ts";
import { decideAt } from "../check/decide-at.ts";
import { dialsKind } from "../dials/closed/lines.ts";
import { begunPacking, wantPacked } from "../dials/closed/packed/entries.ts";
import { recallCalls } from "../dials/closed/read.ts";
import { undisturbed } from "../storage/closed/read.ts";
import { sha256Hex } from "../core/hash.ts";
import type { Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { evidenceOf } from "./evidence.ts";
import { personsOf } from "./persons.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { began } from "./began.ts";
import { isCurrent, type LoggedCall, type NewCall, SAME_CALL } from "./rows.ts";
import { eachOnce, type Word, wordsIn } from "./said.ts";

/** Begins what `by` says of calls of a provider's list. */
export const LISTED = "list:";

interface Plan {
  /** A row for each call; null where it is stored already, or was erased at a requester's request. */
  rows: (NewCall | null)[];
  /** The calls that are there, each with what logs say of it so far. Of those that an erasure left as a proof alone nothing is said. */
  there: Map<LoggedCall, There>;
  /** Refuses the batch where another call of these may be closed by then. */
  guard: Statement;
}
/** A stored call, or one that an earlier line brings. */
interface There {
  id: string;
  /** Who brought it. Null: an earlier line, with which its words are written. */
  by: string | null;
  /** In their order. Of lines of the same call it is the same list. */
  words: Word[];
}

export async function planCalls(env: Env, logged: readonly LoggedCall[], policy: Policy): Promise<Plan> {
  const guard = wantPacked(await begunPacking(env.DB));
  const all = { lower: 0, upper: Number.MAX_SAFE_INTEGER };
  const {
    fresh: instead,
    there,
    again,
  } = await undisturbed(env.DB, dialsKind, all, async () =>
    newOnes(env.DB, logged, await recallCalls(env, refsOf(logged), logged)),
  );
  const fresh = [...instead.keys()];
  const outbound = fresh.filter(({ direction }) => direction === "outbound");
  // A provider's list names no kind: what a log said of the call makes the verdict stricter, and never milder.
  const heardOf = (one: LoggedCall): Campaign | undefined => instead.get(one)?.campaign ?? undefined;
  const personOf = await personsOf(
    env.DB,
    fresh.flatMap(({ agent }) => agent ?? []),
  );
  const judged = await decideAt(
    env,
    outbound.map((one) => ({
      ...{ number: one.number, at: one.startedAt, campaign: one.campaign, heard: heardOf(one) },
      person: personOf(one.agent),
    })),
  );
  for (const [i, { unjudged }] of outbound.entries())
    if (unjudged === true)
      judged[i] = {
        ...judged[i]!,
        verdict: "unknown",
        reasons: [NOT_JUDGED],
        overridden: false,
        bars: [],
        rests: [],
      };
  const evidence = await evidenceOf(
    env,
    outbound.map((a, i) => ({
      ...a,
      person: personOf(a.agent),
      verdict: judged[i]!.verdict,
      dial: judged[i]!.dial,
    })),
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
          replaces: instead.get(one)?.id ?? null,
          campaign: one.campaign ?? heardOf(one),
          words: eachOnce([...saidNow(one), ...(instead.get(one)?.words ?? [])]),
          judgedAs: then && one.unjudged !== true ? then.judgedAs : null,
          person: personOf(one.agent),
          verdict: then?.verdict ?? null,
          reasons: then ? (then.verdict === "blocked" ? then.bars : then.reasons) : [],
          overridden: then?.overridden ?? false,
          rests: then?.rests ?? [],
        },
      ];
    }),
  );
  for (const [one, first] of again) {
    const { id, words } = rows.get(first)!;
    there.set(one, { id, by: null, words });
  }
  return { rows: logged.map((one) => rows.get(one) ?? null), there, guard };
}

const saidNow = ({ said }: LoggedCall): Word[] => (said ? [{ ...said, by: null, at: null }] : []);

const refOf = ({ provider, providerId, number, agent, startedAt, owner }: LoggedCall): string =>
  sha256Hex(
    providerId === null
      ? `\n${number}\n${startedAt}\n${agent ?? ""}`
      : [...(owner === undefined ? [] : [owner]), provider, providerId].join("\n"),
  );
/** Of an integration's call from before its ids were its own. */
const oldRefOf = (call: LoggedCall): string => refOf({ ...call, owner: undefined });

const refsOf = (logged: readonly LoggedCall[]): string[] =>
  logged.flatMap((one) => [refOf(one), oldRefOf(one)]);

/**
 * The calls that are not stored yet, each once, with the stored one that it is instead of, and those that are there: stored, or in an
 * earlier line (`again`). Two are the same call by their provider's id; unless both have an id of the same provider, by number,
 * direction, agent and time. What a provider's own list says is always stored: a log or a recording that came before it, and may
 * blame nobody or a moment before an objection, is replaced by it, unless an erasure left that as a proof alone. `lost`: references of calls
 * in lost files, which are there.
 */
async function newOnes(db: D1Database, logged: readonly LoggedCall[], lost: ReadonlySet<string>) {
  const fresh = new Map<LoggedCall, Replaced | null>();
  const there: Plan["there"] = new Map();
  const again = new Map<LoggedCall, LoggedCall>();
  if (logged.length === 0) return { fresh, there, again };
  const times = logged.map(({ startedAt }) => startedAt).sort();
  const edge = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const [refs, near] = (await db.batch([
    db
      .prepare(
        `SELECT t.ref, t.by, IIF(${unrestricted("call", "t.id")}, t.id, NULL) AS id, ${wordsIn("t.id")} AS words FROM (
           SELECT c.ref, c.by, COALESCE(n.id, c.id) AS id FROM calls c LEFT JOIN calls n ON n.replaces = c.id
           WHERE unhex(substr(c.ref, 1, 16)) IN (SELECT unhex(substr(value, 1, 16)) FROM json_each(?1))
             AND c.ref IN (SELECT value FROM json_each(?1))) t
         UNION ALL SELECT ref, NULL, NULL, NULL FROM calls_erased WHERE ref IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(refsOf(logged))),
    db
      .prepare(
        `SELECT c.id, c.via, c.number, c.provider, c.provider_id AS providerId, c.agent, c.direction,
           c.started_at AS startedAt, c.campaign, c.by, ${unrestricted("call", "c.id")} AS open, ${wordsIn("c.id")} AS words
         FROM calls c
         WHERE c.number IN (SELECT value FROM json_each(?1)) AND ${began} BETWEEN unixepoch(?2) AND unixepoch(?3)
           AND c.started_at BETWEEN ?2 AND ?3 AND ${isCurrent}`,
      )
      .bind(
        JSON.stringify([...new Set(logged.map(({ number }) => numberOf(number)))]),
        edge(times[0]!, -SAME_CALL),
        edge(times.at(-1)!, SAME_CALL),
      ),
  ])) as [D1Result<Ref>, D1Result<Stored & { number: number }>];
  const known = new Map([
    ...[...lost].map((ref): [string, string | null] => [ref, null]),
    ...refs.results.map(({ ref, by }): [string, string | null] => [ref, by]),
  ]);
  const rowOf = new Map(refs.results.map((row) => [row.ref, row]));
  /** By reference, the line of this log that brings it. */
  const lines = new Map<string, LoggedCall>();
  const words = new Map<string, Word[]>();
  const isThere = (one: LoggedCall, row: Pick<Stored, "id" | "by" | "words"> | Ref | undefined): void => {
    if (row?.id == null || row.by === null) return;
    const its = words.get(row.id) ?? (JSON.parse(row.words!) as Word[]);
    words.set(row.id, its);
    there.set(one, { id: row.id, by: row.by, words: its });
  };
  const isKnown = (one: LoggedCall): boolean => {
    const by = known.get(oldRefOf(one));
    if (known.has(refOf(one)) || by === null) return true;
    return by !== undefined && (by === one.owner || by.startsWith(LISTED));
  };
  const byNumber = Map.groupBy<string, Stored | LoggedCall>(near.results, (row) =>
    e164Of((row as Stored & { number: number }).number),
  );
  for (const one of logged) {
    const others = byNumber.get(one.number) ?? [];
    const line = lines.get(refOf(one));
    if (line) {
      again.set(one, line);
      continue;
    }
    if (isKnown(one)) {
      isThere(one, rowOf.get(refOf(one)) ?? rowOf.get(oldRefOf(one)));
      continue;
    }
    const same = others.find((other) => isSame(one, other));
    if (same && !("id" in same)) {
      again.set(one, same);
      continue;
    }
    if (same && (one.via !== "fetch" || same.via === "fetch" || same.open === 0)) {
      if (same.open === 1) isThere(one, same);
      continue;
    }
    lines.set(refOf(one), one);
    byNumber.set(one.number, [...others.filter((other) => other !== same), one]);
    fresh.set(one, same ? { ...same, words: JSON.parse(same.words) as Word[] } : null);
  }
  return { fresh, there, again };
}

/** A stored or erased call by its reference. `id`: of the row that counts; null where an erasure left it as a proof alone, or nothing. */
interface Ref {
  ref: string;
  by: string | null;
  id: string | null;
  /** JSON of Word. */
  words: string | null;
}

type Known = Pick<LoggedCall, "via" | "provider" | "providerId" | "agent" | "direction" | "startedAt">;
interface Stored extends Known {
  id: string;
  campaign: Campaign | null;
  by: string;
  /** 0: an erasure left it as a proof alone. */
  open: number;
  /** JSON of Word. */
  words: string;
}
type Replaced = Pick<Stored, "id" | "campaign"> & { words: Word[] };

function isSame(a: Known, b: Known): boolean {
  // Two ids of one provider are two calls, even if all else is the same. One id is one call where its own list has it.
  if (a.providerId !== null && b.providerId !== null && a.provider === b.provider)
    return a.providerId === b.providerId && (a.via === "fetch" || b.via === "fetch");
  const sameAgent = a.agent === null || b.agent === null || a.agent.toLowerCase() === b.agent.toLowerCase();
  const apart = Math.abs(Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return a.direction === b.direction && sameAgent && apart <= SAME_CALL;
}
