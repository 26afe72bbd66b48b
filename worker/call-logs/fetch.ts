/**
 * Fetches the providers' lists of calls every five minutes, from where the last run ended. An overlap finds calls that had
 * not ended then; calls that are stored already are recognised by their provider's id. A page's calls and the place after it
 * are written in one step, so that an interrupted run resumes there and loses nothing.
 */
import { KEPT } from "../../shared/call-logs/api.ts";
import { lineReading, lineRegionOf } from "../../shared/dials/line.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { beginning, isText } from "../../shared/core/text.ts";
import { pauseAfter } from "../../shared/core/retry.ts";
import { DAY, HOUR, MINUTE } from "../../shared/core/time.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { record } from "../core/commit.ts";
import { mailOfficers } from "../mail/outbox.ts";
import { callLists } from "../providers/call-lists.ts";
import type { CallList, Listed, Page } from "../providers/call-list.ts";
import { LISTED, planCalls } from "./plan.ts";
import { findingsOfNew, insertCalls, type LoggedCall, oldest } from "./rows.ts";
import { enterHeard, heardIn } from "./heard.ts";
import { anySaid, shownAs } from "./said.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { type NotYet, StoreError } from "../storage/store.ts";
import { keptEvents } from "../trail/events.ts";

/** Longer than any call. */
const OVERLAP = 6 * HOUR;
/** The time asked for at once, as providers limit the calls of one query; also how far back a new provider is read. */
const STRETCH = DAY;
/** Pages a run; the next run resumes. */
const PAGES = 10;
/** The pause after the first failure, and the longest. */
const PAUSE = [5 * MINUTE, 6 * HOUR] as const;
/** Administrators get a mail at the third failure in a row, */
const TELL = 3;
/** and where a list was read to no later than before this, whatever the reason: its provider puts us off, or it comes to no end. */
const BEHIND = 6 * HOUR;

interface Row {
  since: string;
  until: string | null;
  page: string | null;
  due: string | null;
  /** In a row: until a stretch was read to its end, as a page that is read before the one that fails is no success. */
  failures: number;
  error: string | null;
}
const iso = (ms: number): string => new Date(ms).toISOString();

/** Scheduled every five minutes. `now` is in milliseconds. What goes wrong with one provider stops no other, and is thrown at the end. */
export async function fetchCalls(env: Env, now: number): Promise<void> {
  const wrong: unknown[] = [];
  for (const [provider, open] of Object.entries(callLists)) {
    const list = open(env);
    if (!list) continue;
    await fetchOne(env, provider, list, now).catch((error: unknown) => wrong.push(error));
    await tellFailing(env, provider, now).catch((error: unknown) => wrong.push(error));
  }
  for (const error of wrong.slice(1)) console.error("calls", error);
  if (wrong.length > 0) throw wrong[0];
}

async function fetchOne(env: Env, provider: string, list: CallList, now: number): Promise<void> {
  let row = (await rowOf(env.DB, provider)) ?? {
    // A new provider: begin a day ago.
    ...{ since: iso(now - STRETCH), until: null, page: null, due: null, failures: 0, error: null },
  };
  if (row.due !== null && row.due > iso(now)) return;
  for (let n = 0; n < PAGES; n++) {
    // Caught up.
    if (row.until === null && n > 0 && Date.parse(row.since) >= now) break;
    const until = row.until ?? iso(Math.min(now, Date.parse(row.since) + STRETCH));
    const stretch = { since: iso(Date.parse(row.since) - OVERLAP), until };
    const got = await list.page(stretch, row.page).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      return error;
    });
    if (got instanceof StoreError || "notBefore" in got) {
      await failed(env, provider, row, got, now);
      break;
    }
    row = await take(env, provider, row, until, got, now);
  }
}

const rowOf = (db: D1Database, provider: string) =>
  db
    .prepare("SELECT since, until, page, due, failures, error FROM call_lists WHERE provider = ?")
    .bind(provider)
    .first<Row>();

/** Stores a page's calls and the place after it. */
async function take(
  env: Env,
  provider: string,
  row: Row,
  until: string,
  { calls, next }: Page,
  now: number,
): Promise<Row> {
  const { policy } = await currentPolicy(env.DB);
  const logged = calls.flatMap((call) => loggedCall(provider, call, policy));
  const kept = logged.filter(({ startedAt }) => startedAt >= oldest(policy, now));
  await enterHeard(env, heardIn(kept), "system");
  const { rows: planned, guard } = await planCalls(env, kept, policy);
  const added = planned.filter((call) => call !== null);
  const after: Row =
    next === null
      ? { since: until, until: null, page: null, due: null, failures: 0, error: null }
      : { ...row, until, page: next, due: null };
  const moved = moveOn(provider, after, now);
  if (added.length === 0) await prepare(env.DB, moved).run();
  else
    await record(env, {
      actor: "system",
      event: {
        code: "call.fetched",
        subject: provider,
        payload: {
          calls: added.length,
          blocked: added.filter((a) => findingsOfNew(a).includes("blocked")).length,
          ids: added.map(({ id }) => id),
        },
      },
      statements: [guard, ...(await insertCalls(env.DB, added, `${LISTED}${provider}`, iso(now))), moved],
    });
  return after;
}

/** None where the other party is not a number of any numbering plan: such a call cannot be screened. */
function loggedCall(
  provider: string,
  { number, outcome, shown, ...call }: Listed,
  policy: Policy,
): LoggedCall[] {
  const e164 = isText(number) ? lineReading(number, policy.numbers.defaultRegion).e164 : null;
  if (e164 === null || regionOf(e164) === null) return [];
  const presentation = shown === null ? null : shownAs(beginning(shown, KEPT), lineRegionOf(policy));
  const said = anySaid({ outcome, presentation, campaign: null });
  return [{ ...call, via: "fetch", provider, number: e164, said }];
}

const moveOn = (
  provider: string,
  { since, until, page, due, failures, error }: Row,
  now: number,
): Statement =>
  sql(
    `INSERT INTO call_lists (provider, since, until, page, due, failures, error, ran_at, began)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?2)
     ON CONFLICT (provider) DO UPDATE SET since = ?2, until = ?3, page = ?4, due = ?5, failures = ?6, error = ?7,
       ran_at = ?8`,
    ...[provider, since, until, page, due, failures, error, iso(now)],
  );

/**
 * A provider's "not before" is no failure; it is waited for, a day at most. After a failure the stretch starts again, as its
 * page token may have expired.
 */
async function failed(
  env: Env,
  provider: string,
  row: Row,
  got: StoreError | NotYet,
  now: number,
): Promise<void> {
  const wrong = got instanceof StoreError;
  const failures = row.failures + (wrong ? 1 : 0);
  const wait = wrong ? pauseAfter(failures, ...PAUSE) : Date.parse(got.notBefore) - now;
  const due = iso(now + Math.min(wait, DAY));
  const again = wrong ? { until: null, page: null, error: got.message } : {};
  await prepare(env.DB, moveOn(provider, { ...row, due, failures, ...again }, now)).run();
}

/** Mails to administrators, once until more of the list was read. */
async function tellFailing(env: Env, provider: string, now: number): Promise<void> {
  const row = await env.DB.prepare(
    `SELECT since, failures, error FROM call_lists WHERE provider = ?1 AND ${isFailing("?2")}`,
  )
    .bind(provider, iso(now))
    .first<Pick<Row, "since" | "failures" | "error">>();
  if (!row || (await isTold(env, provider, row.since))) return;
  const { since, failures, error } = row;
  const values =
    failures >= TELL && error !== null
      ? ({ stage: "calls", name: provider, error } as const)
      : ({ stage: "callsBehind", name: provider, error: since.slice(0, 16).replace("T", " ") } as const);
  await record(env, {
    actor: "system",
    event: { code: "call.list-failed", subject: provider, payload: { error, failures, since } },
    statements: await mailOfficers(env.DB, {
      template: "connector-failed",
      values,
      key: `call-list:${provider}:${since}`,
    }),
  });
}

/** A new list begins with the calls of `STRETCH`, which is no delay. `now`: the parameter with this moment. */
const isFailing = (now: string): string =>
  `(failures >= ${TELL} OR unixepoch(since) < unixepoch(${now}) - ${BEHIND / 1000} - IIF(since = began, ${STRETCH / 1000}, 0))`;

/** Whether people were told that this list fails since it was read up to there. Before there was such a mail, they were not. */
const isTold = async (env: Env, provider: string, since: string): Promise<boolean> =>
  (await keptEvents(env, { code: "call.list-failed", subject: provider, from: since })).length > 0;

/** Providers whose list of calls fails or is behind, as it is told by a mail. `now` in milliseconds. */
export async function listsFailing(env: Env, now: number): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT provider FROM call_lists WHERE ${isFailing("?")} ORDER BY provider`,
  )
    .bind(iso(now))
    .all<{ provider: string }>();
  const lists = callLists as Readonly<Record<string, (env: Env) => unknown>>;
  // Of one that is not set up any more nothing is fetched.
  return results.flatMap(({ provider }) => (lists[provider]?.(env) ? [provider] : []));
}
