/**
 * What called people said in calls that a log tells of. That they want no such calls is an objection (PECR 2003 reg 21(1)(a)),
 * and compliance is asked whom it closes. A "no" to the offer alone bars nothing where no law counts it; where one does, it is kept
 * as an entry that never applied, and check/contacts.ts counts it.
 */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import { behind } from "../do-not-call/back.ts";
import { changeEntries, endOf, endsOf, saySpread } from "../do-not-call/changes.ts";
import { liveEntries, stands } from "../do-not-call/enter.ts";
import { countsRefusals, isPast, OFFER, REPLACED } from "../do-not-call/refusals.ts";
import { insertEntries, newEntry, saidAt, stillLive } from "../do-not-call/rows.ts";
import { after, type Planned, spreadOf } from "../do-not-call/spread.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changedNumbers, record } from "../core/commit.ts";
import { problemOf } from "../core/errors.ts";
import type { Env } from "../env.ts";

export interface Heard {
  /** E.164. */
  number: string;
  /** When, in ISO 8601. */
  at: string;
  what: "do-not-call" | "refused";
}

/** What calls of a log tell. */
export const heardIn = (
  calls: readonly { number: string; startedAt: string; heard?: Heard["what"] | undefined }[],
): Heard[] => calls.flatMap(({ number, startedAt: at, heard: what }) => (what ? [{ number, at, what }] : []));

/** Of both kinds of word. */
const LOGGED = entriesEn.logged.objected.source;

/** Whether a word of this kind is kept. */
const isKept = ({ number, what }: Omit<Heard, "at">): boolean =>
  what === "do-not-call" || countsRefusals(regionOf(number));

/** Enters what is not on record yet: a log is read more than once, and what somebody ended since stays ended. */
export async function enterHeard(env: Env, heard: readonly Heard[], by: string): Promise<void> {
  const kept = heard.filter(isKept);
  if (kept.length > 0) await retryOnConflict(async () => enterNew(env, await newOf(env.DB, kept), by));
}

/** What logs told of a number before, by kind. */
interface Told {
  number: number;
  objected: number;
  /** When the last was said; of those that nobody ended as a mistake; and when one was last ended so. */
  said: string;
  stands: string | null;
  over: string | null;
}
const isMistake = `s.ended_at IS NOT NULL AND NOT ${isPast("s")} AND s.ended_reason <> '${OFFER}'`;
const saidOf = "COALESCE(s.heard_at, s.at)";

/**
 * The latest of each number and kind that no log has told before. What an officer ended does not come back by a call that was on record
 * by then; a log that is read later tells what nobody ended.
 */
async function newOf(db: D1Database, heard: readonly Heard[]): Promise<Heard[]> {
  const { results } = await db
    .prepare(
      `SELECT s.number, s.kind = 'objection' AS objected, MAX(${saidOf}) AS said,
         MAX(IIF(${isMistake}, NULL, ${saidOf})) AS stands,
         MAX(IIF(${isMistake}, MAX(s.ended_at, COALESCE(s.changed_at, s.ended_at)), NULL)) AS over
       FROM suppressions s
       WHERE s.number IN (SELECT value FROM json_each(?1)) AND s.origin IS NULL AND s.source = ?2 AND s.ended_reason IS NOT ?3
       GROUP BY 1, 2`,
    )
    .bind(JSON.stringify([...new Set(heard.map(({ number }) => numberOf(number)))]), LOGGED, entriesEn.undone)
    .all<Told>();
  const told = new Map(
    results.map((row) => [`${e164Of(row.number)} ${row.objected ? "do-not-call" : "refused"}`, row]),
  );
  const fresh = heard.filter((one) => {
    const { said = "", stands = null } = told.get(keyOf(one)) ?? {};
    return one.at > (stands ?? "") && one.at !== said;
  });
  const before = fresh.flatMap((one) => {
    const { said, over = null } = told.get(keyOf(one)) ?? {};
    return said !== undefined && one.at < said && over !== null ? [{ one, over }] : [];
  });
  const { results: calls } = await db
    .prepare(
      `SELECT j.key AS i FROM json_each(?) j CROSS JOIN calls c ON c.number = j.value ->> 0 AND c.started_at = j.value ->> 1
       WHERE c.at <= j.value ->> 2`,
    )
    .bind(JSON.stringify(before.map(({ one, over }) => [numberOf(one.number), one.at, over])))
    .all<{ i: number }>();
  const ended = new Set(calls.map(({ i }) => before[i]!.one));
  const latest = new Map<string, Heard>();
  for (const one of fresh)
    if (!ended.has(one) && (latest.get(keyOf(one))?.at ?? "") < one.at) latest.set(keyOf(one), one);
  return [...latest.values()];
}
const keyOf = ({ number, what }: Heard): string => `${number} ${what}`;

async function enterNew(env: Env, heard: readonly Heard[], by: string): Promise<void> {
  if (heard.length === 0) return;
  const db = env.DB;
  const at = new Date().toISOString();
  const own = { until: null, by, at };
  const objected = heard.filter(({ what }) => what === "do-not-call");
  const live = await liveEntries(db, JSON.stringify(objected.map(({ number }) => numberOf(number))));
  const planned: Planned[] = [];
  const history: Suppression[] = heard
    .filter(({ what }) => what === "refused")
    .map(({ number, at: heardAt }) =>
      newEntry({
        ...{ ...own, ...entriesEn.logged.offer, number, kind: "house", heardAt },
        ...{ endedAt: at, endedBy: by, endedReason: OFFER },
      }),
    );
  const over: string[] = [];
  for (const { number, at: when } of objected) {
    const before = live.get(`${numberOf(number)} objection`) ?? null;
    const isBehind = before?.ended === 0 && stands(before, null, "unsaid");
    const entry = newEntry({
      ...{ ...own, ...entriesEn.logged.objected, number, kind: "objection", scope: after(before, "unsaid") },
      // None is said before what it takes the place of.
      heardAt: !isBehind && before && saidAt(before) > when ? saidAt(before) : when,
    });
    if (isBehind) {
      history.push(behind(entry, by));
      over.push(before.id);
    } else planned.push({ entry, replaces: before?.id ?? null });
  }
  const { spread, moves, then } = await spreadOf(db, planned, { by, at });
  const ends = await endsOf(
    db,
    endOf(at, by, REPLACED),
    planned.map(({ replaces }) => replaces),
  );
  const replaced = new Map(planned.map(({ entry, replaces }) => [entry.id, replaces]));
  const entries = [...planned.map(({ entry }) => entry), ...history];
  const change = {
    actor: by,
    event: {
      code: "suppression.imported" as const,
      subject: crypto.randomUUID(),
      payload: {
        entries: entries.map(
          ({ id, number: e164, kind, reason, source, until, scope, heardAt, endedReason }) => ({
            ...{ id, e164, kind, reason, source, until, scope, heardAt, endedReason },
            replaces: replaced.get(id) ?? null,
          }),
        ),
        ...saySpread(spread),
      },
    },
    statements: [
      ...(over.length === 0 ? [] : [stillLive(over)]),
      ...(await changeEntries(db, [...moves, ...ends], at)),
      insertEntries(entries),
      changedNumbers(entries.map(({ number }) => ({ e164: number }))),
      ...then,
    ],
  };
  await record(env, change).catch((error: unknown) => {
    throw problemOf(error) ?? error;
  });
}
