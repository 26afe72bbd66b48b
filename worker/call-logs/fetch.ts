/**
 * The providers' lists of calls, every few minutes: from where the last run ended, with an overlap, as a call that went on
 * then is listed as done only now. A page's calls and how far it is are written in one step, so that a run that is cut off
 * goes on where it was and loses nothing; what is here already is known by its provider's id.
 */
import { regionOf, toE164 } from "../../shared/phone/phone.ts";
import { prepare, sql, type Statement } from "../core/sql.ts";
import { record } from "../core/commit.ts";
import { callLists } from "../providers/call-lists.ts";
import type { Listed, Page } from "../providers/call-list.ts";
import { type Arrival, findingsOf, insertCalls, oldest, planCalls } from "./rows.ts";
import type { Env } from "../env.ts";
import { currentPolicy } from "../policy/current.ts";
import { type NotYet, StoreError } from "../storage/store.ts";
import { DAY, HOUR, MINUTE } from "../../shared/time.ts";
import { pauseAfter } from "../../shared/retry.ts";

/** Longer than anybody telephones. */
const OVERLAP = 6 * HOUR;
/** Providers give only so many calls of one stretch. */
const STRETCH = DAY;
/** Pages of one run; the next one goes on. */
const PAGES = 10;
/** Five minutes after the first failure, then twice as long each time, six hours at most. */
const PAUSE = [5 * MINUTE, 6 * HOUR] as const;

interface Row {
  since: string;
  until: string | null;
  page: string | null;
  due: string | null;
  failures: number;
}
const iso = (ms: number): string => new Date(ms).toISOString();

/** Run every few minutes. `now` is in milliseconds. */
export async function fetchCalls(env: Env, now: number): Promise<void> {
  for (const [provider, open] of Object.entries(callLists)) {
    const list = open(env);
    if (!list) continue;
    let row = (await rowOf(env.DB, provider)) ?? {
      // Of a provider that is new the calls of a day.
      ...{ since: iso(now - STRETCH), until: null, page: null, due: null, failures: 0 },
    };
    if (row.due !== null && row.due > iso(now)) continue;
    for (let n = 0; n < PAGES; n++) {
      // At the end of what there is.
      if (row.until === null && n > 0 && Date.parse(row.since) >= now) break;
      const until = row.until ?? iso(Math.min(now, Date.parse(row.since) + STRETCH));
      const stretch = { since: iso(Date.parse(row.since) - OVERLAP), until };
      const got = await list.page(stretch, row.page).catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        return error;
      });
      if (got instanceof StoreError || "notBefore" in got) {
        await failed(env.DB, provider, row, got, now);
        break;
      }
      row = await take(env, provider, row, until, got, now);
    }
  }
}

const rowOf = (db: D1Database, provider: string) =>
  db
    .prepare("SELECT since, until, page, due, failures FROM call_lists WHERE provider = ?")
    .bind(provider)
    .first<Row>();

async function take(
  env: Env,
  provider: string,
  row: Row,
  until: string,
  { calls, next }: Page,
  now: number,
): Promise<Row> {
  const { policy } = await currentPolicy(env.DB);
  const arrivals = calls.flatMap((call) => arrivalOf(provider, call, policy.numbers.defaultRegion));
  const kept = arrivals.filter(({ startedAt }) => startedAt >= oldest(policy, now));
  const added = (await planCalls(env, kept, policy)).filter((call) => call !== null);
  const after: Row =
    next === null
      ? { since: until, until: null, page: null, due: null, failures: 0 }
      : { since: row.since, until, page: next, due: null, failures: 0 };
  const moved = moveOn(provider, after, null, now);
  if (added.length === 0) await prepare(env.DB, moved).run();
  else
    await record(env, {
      actor: "system",
      event: {
        code: "call.fetched",
        subject: provider,
        payload: {
          calls: added.length,
          blocked: added.filter((a) => findingsOf(a).includes("blocked")).length,
          ids: added.map(({ id }) => id),
        },
      },
      statements: [insertCalls(added, `list:${provider}`, iso(now)), moved],
    });
  return after;
}

/** What no plan knows as a number is no call that anybody could be screened for. */
function arrivalOf(provider: string, { number, ...call }: Listed, region: string): Arrival[] {
  const { e164 } = toE164(number, region);
  if (e164 === null || regionOf(e164) === null) return [];
  return [{ ...call, via: "fetch", provider, number: e164 }];
}

const moveOn = (
  provider: string,
  { since, until, page, due, failures }: Row,
  error: string | null,
  now: number,
): Statement =>
  sql(
    `INSERT INTO call_lists (provider, since, until, page, due, failures, error, ran_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
     ON CONFLICT (provider) DO UPDATE SET since = ?2, until = ?3, page = ?4, due = ?5, failures = ?6, error = ?7,
       ran_at = ?8`,
    ...[provider, since, until, page, due, failures, error, iso(now)],
  );

/** The provider's "not yet" is no failure, and believed for a day. A page that was kept may be gone by then: the stretch begins anew. */
async function failed(
  db: D1Database,
  provider: string,
  row: Row,
  got: StoreError | NotYet,
  now: number,
): Promise<void> {
  const failures = got instanceof StoreError ? row.failures + 1 : row.failures;
  const wait = got instanceof StoreError ? pauseAfter(failures, ...PAUSE) : Date.parse(got.notBefore) - now;
  const due = iso(now + Math.min(wait, DAY));
  const after = { ...row, due, failures, ...(got instanceof StoreError ? { until: null, page: null } : {}) };
  const error = got instanceof StoreError ? got.message : null;
  await prepare(db, moveOn(provider, after, error, now)).run();
}
