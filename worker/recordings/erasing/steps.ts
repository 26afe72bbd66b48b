/**
 * What steps change of a recording, its state, its day and what puts its erasure off, is bound by no leaf: it follows from what is. The
 * day lies where the policies since allow it, or somebody asked for it; who is erased has a certificate; who is being erased has a run;
 * and nothing waits for longer than any step makes it wait. Whoever owns the database and writes another value is named.
 */
import { DAY, HOUR } from "../../../shared/core/time.ts";
import type { Env } from "../../env.ts";
import { commitmentOf, type KeptRow } from "../../../shared/trail/chain.ts";
import { lastSaid } from "../../trail/archived/last-said.ts";
import { withPayloads } from "../../trail/rows.ts";
import { rowsOfIds } from "../closed/verified.ts";
import { askedFor } from "./asked.ts";
import { type Dated, daysOf } from "./days.ts";
import { idIn, idIs } from "../../core/sql.ts";

interface Row extends Dated {
  id: string;
  state: string;
  eraseAfter: string;
  rule: string;
  months: number;
  claim: string | null;
  due: string | null;
  waitsUntil: string | null;
  queuedUntil: string | null;
  storingUntil: string | null;
  notBefore: string | null;
  certified: number;
}

/**
 * What is imported waits a day, and what a provider reported late to an earlier release a week; a try that failed is made again within
 * a day, one that is being erased is tried again within six hours, and a message or an upload is over within an hour.
 */
const LATE = 8 * DAY;
const AGAIN = DAY + HOUR;
const ASIDE = 7 * HOUR;
const SOON = 2 * HOUR;

const select = `SELECT id, state, erase_after AS eraseAfter, rule, months, claim, due, waits_until AS waitsUntil, queued_until AS queuedUntil,
    storing_until AS storingUntil, not_before AS notBefore, started_on AS startedOn, started_at AS startedAt, region, at,
    EXISTS (SELECT 1 FROM certificates c WHERE ${idIs("c.recording", "r.id")}) AS certified
  FROM recordings r WHERE code IS NOT NULL`;

/** Those of these recordings that are not as steps can have left them, with the columns. `now` in milliseconds. */
export async function stepsUnlike(
  env: Env,
  ids: readonly string[],
  now: number,
): Promise<{ key: string; columns: string[] }[]> {
  const { results: here } = await env.DB.prepare(`${select} AND ${idIn("id", "?1")}`)
    .bind(JSON.stringify(ids))
    .all<Row>();
  const there = new Set(here.map(({ id }) => id));
  const elsewhere = ids.filter((id) => !there.has(id));
  const rows = [...here, ...(await rowsOfIds<Row>(env, select, elsewhere))];
  const live = rows.filter(({ state }) => state !== "erased");
  const daysAt = await daysOf(env, live);
  const { asked, left, unread } = await askedFor(
    env,
    live.flatMap(({ id, rule }) => (rule === "hand" ? [id] : [])),
  );
  const claims = live.flatMap(({ state, claim }) => (state === "erasing" && claim !== null ? [claim] : []));
  const runs = await lastSaid(env, claims, ["recording.erasing"]);
  const putOff = live.flatMap(({ id, notBefore }) => (isAfter(notBefore, now) ? [id] : []));
  const deferred = await deferredUntil(env, putOff);
  const columnsOf = (row: Row): string[] => {
    const { id, state, rule, eraseAfter, at } = row;
    const isErasing = state === "erasing";
    // An archive that ended before it came says nothing of it. Clocks differ a little.
    const isRead = (to: number) => to < Date.parse(at) - HOUR;
    // Nothing is left of it but its certificate, which is bound itself.
    if (state === "erased") return row.certified === 1 ? [] : ["state"];
    const its = daysAt(row);
    // A policy that cannot be read now may be the one.
    const days = its?.isWhole === true ? its : null;
    // One from outside the regions may have come late.
    const last = days && (rule === "outside-regions" ? later(days.last, nextDay(at)) : days.last);
    const isEarly =
      days !== null &&
      (rule === "outside-regions" ? !days.isOutside : rule !== "hand" && eraseAfter < days.first);
    const wrong: Record<string, boolean> = {
      state: row.certified === 1,
      claim: isErasing && !runs.said.has(row.claim ?? "") && (row.claim === null || isRead(runs.unreadTo)),
      erase_after: (last !== null && eraseAfter > last) || isEarly,
      rule: rule === "hand" && !asked.has(id) && [...left, ...unread].every(({ to }) => isRead(to)),
      months: days !== null && !days.months.includes(row.months),
      waits_until: isAfter(row.waitsUntil, Date.parse(at) + LATE),
      not_before: isAfter(row.notBefore, now) && isAfter(row.notBefore, deferred(id, isRead)),
      due: isErasing
        ? isAfter(row.due, now + ASIDE)
        : [row.waitsUntil, row.notBefore].every((until) => (until ?? "") < (row.due ?? "")) &&
          isAfter(row.due, now + AGAIN),
      queued_until: isAfter(row.queuedUntil, now + SOON),
      storing_until: isAfter(row.storingUntil, now + SOON),
    };
    return Object.keys(wrong).filter((column) => wrong[column]);
  };
  return rows
    .map((row) => ({ key: row.id, columns: columnsOf(row) }))
    .filter(({ columns }) => columns.length > 0);
}

/** Until when its store last put each off, in milliseconds: 0 where it never did, infinity where nobody can tell any more. */
async function deferredUntil(
  env: Env,
  ids: readonly string[],
): Promise<(id: string, isRead: (to: number) => boolean) => number> {
  const { said, unreadTo } = await lastSaid(env, ids, ["recording.erasure-deferred"]);
  const rows = await withPayloads(env, [...said.values()]);
  const until = new Map(rows.map((row) => [row.subject, untilIn(row)]));
  return (id, isRead) => until.get(id) ?? (isRead(unreadTo) ? 0 : Infinity);
}
/** A payload goes with its time, and verify names one that went before. */
function untilIn({ commitment, salt, payload }: KeptRow): number {
  if (payload === null) return Infinity;
  if (commitment !== commitmentOf(salt ?? "", payload)) return 0;
  return Date.parse((JSON.parse(payload) as { notBefore: string }).notBefore);
}

const isAfter = (moment: string | null, ms: number): boolean =>
  moment !== null && !(Date.parse(moment) <= ms);
const later = (a: string, b: string): string => (a > b ? a : b);
/** Whatever zone the policy is in. */
const nextDay = (at: string): string => new Date(Date.parse(at) + DAY).toISOString().slice(0, 10);
