/**
 * Months in compressed time: a clock of the isolate's own, a day's calls in bulk by the statements of the routes, and a night of the
 * clock's jobs.
 */
import { planCalls } from "../../../worker/call-logs/plan.ts";
import { insertCalls } from "../../../worker/call-logs/rows.ts";
import { newSalt } from "../../../worker/core/change.ts";
import { ledgerOf, record } from "../../../worker/core/commit.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { sql } from "../../../worker/core/sql.ts";
import { type Dial, insertDial, type Row, selectDials, toDial } from "../../../worker/dials/rows.ts";
import type { Env } from "../../../worker/env.ts";
import { packOn } from "../../../worker/jobs/archive.ts";
import { isNightLeft } from "../../../worker/jobs/night.ts";
import { scheduled } from "../../../worker/jobs/scheduled.ts";
import { currentPolicy } from "../../../worker/policy/current.ts";
import { letApartGo } from "../../../worker/recordings/certificates/apart.ts";
import { todayAt } from "../../../worker/recordings/erasure.ts";
import { sendErasures } from "../../../worker/recordings/erasure-queue.ts";
import { insertRows, planRows } from "../../../worker/recordings/new-rows.ts";
import { lookAtAll, type Seen } from "../../../worker/recordings/objects.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../shared/core/time.ts";
import { further } from "./further.ts";
import { numberOf, wantSizes } from "./part.ts";

const real = Date;
/** Of the simulated clock before the machine's, in milliseconds. It runs on. */
let ahead = 0;

function setClock(at: number): void {
  ahead = at - real.now();
  globalThis.Date = new Proxy(real, {
    construct: (target, values, self) =>
      Reflect.construct(target, values.length === 0 ? [Date.now()] : values, self) as object,
    get: (target, name) =>
      name === "now" ? () => real.now() + ahead : (Reflect.get(target, name) as unknown),
  });
}

/** The same database with the isolate's clock, as the jobs compare the two, and keys of hours that have not come are swept. */
const onClock = (db: D1Database): D1Database =>
  ({
    prepare: (query: string) =>
      db.prepare(
        query
          .replaceAll("unixepoch('subsec')", String(Date.now() / SECOND))
          .replaceAll("unixepoch()", String(Math.floor(Date.now() / SECOND))),
      ),
    batch: (statements: D1PreparedStatement[]) => db.batch(statements),
    exec: (query: string) => db.exec(query),
  }) as unknown as D1Database;

/** How long a read of the archive takes besides, in milliseconds. */
let away = 0;
/** The archive as queries meet it: further away. */
export const archiveOf = ({ ARCHIVE }: Env): R2Bucket =>
  away === 0 ? ARCHIVE : further(ARCHIVE, away).ARCHIVE;

interface Calls {
  /** Of the first, in milliseconds. */
  from: number;
  calls: number;
  /** How many there were before. */
  first: number;
  /** The id of a dial that came by its route: the others are like it. */
  like: string;
  recorded: boolean;
}
/** Calls at once, and the hours that all are spread over. */
const SOME = 100;
const HOURS = 8 * HOUR;
/** From a call to its recording's arrival. */
const LATER = 5 * MINUTE;

async function callsOf(env: Env, { from, calls, first, like, recorded }: Calls): Promise<void> {
  const { results: agents } = await env.DB.prepare(
    "SELECT id, name, email FROM people WHERE role = 'agent' AND kind = 'person' ORDER BY num",
  ).all<Agent>();
  const template = toDial((await env.DB.prepare(`${selectDials} WHERE num = ?`).bind(like).first<Row>())!);
  for (let done = 0; done < calls; done += SOME) {
    setClock(from + (done / calls) * HOURS);
    const now = Date.now();
    const some = Array.from({ length: Math.min(SOME, calls - done) }, (_, i) =>
      dialLike(template, agents, first + done + i, now - i * 10),
    );
    await Promise.all(some.map(({ dial }) => recordDial(env, dial)));
    if (recorded) await recordRecordings(env, some);
  }
}

interface Agent {
  id: string;
  name: string;
  email: string;
}
interface Made {
  dial: Dial;
  agent: Agent;
}
function dialLike(template: Dial, agents: readonly Agent[], n: number, at: number): Made {
  const agent = agents[n % agents.length]!;
  const number = numberOf(n);
  const dial: Dial = {
    ...template,
    ...{ id: String(at * 64 + (n % 64)), number, written: number, by: agent.id, byName: agent.name },
    ...{ deviceAt: new Date(at - 250).toISOString(), at: new Date(at).toISOString() },
  };
  return { dial, agent };
}

/** As `POST /v1/dials` and `commit` write it. */
async function recordDial(env: Env, dial: Dial): Promise<void> {
  const key = crypto.randomUUID();
  const { statements, root } = insertDial(dial, newSalt(), key);
  await record(env, {
    actor: dial.by,
    event: { code: `dial.${dial.action}`, subject: dial.id, payload: null, binds: [root] },
    statements: [
      ...statements,
      sql(
        "INSERT INTO idempotency (person, key, fingerprint, status, answer, at) VALUES (?, ?, ?, ?, ?, ?)",
        ...[dial.by, key, sha256Hex(key), 201, JSON.stringify(dial), new Date().toISOString()],
      ),
    ],
  });
}

/** As `POST /v1/recordings` writes them. */
async function recordRecordings(env: Env, made: readonly Made[]): Promise<void> {
  const { id: by, prefix } = (await env.DB.prepare(
    "SELECT p.id, o.prefix FROM people p JOIN owners o USING (id) WHERE p.kind = 'integration' ORDER BY p.num DESC LIMIT 1",
  ).first<{ id: string; prefix: string }>())!;
  const reports = made.map(({ dial: { number, at }, agent }) => ({
    ...{ provider: "dialler", providerId: `CA${crypto.randomUUID()}`, number: number!, agent: agent.email },
    ...{ direction: "outbound" as const, startedAt: at, seconds: 252, announced: true },
    ...{ purpose: "quality" as const, storage: { kind: "r2" as const, key: keyIn(prefix, at) } },
  }));
  for (let i = 0; i < reports.length; i += 20)
    await Promise.all(reports.slice(i, i + 20).map(({ storage }) => put(env, storage.key)));
  setClock(Date.now() + LATER);
  const now = Date.now();
  const at = new Date(now).toISOString();
  const { policy } = await currentPolicy(env.DB);
  const seen = (await lookAtAll(env, reports)) as Map<(typeof reports)[number], Seen>;
  const rows = await planRows(
    env,
    reports.map((report) => ({ ...report, seen: seen.get(report), integration: by })),
    now,
  );
  const planned = await planCalls(
    env,
    reports.map(({ storage: _, announced: __, purpose: ___, ...call }) => ({
      ...call,
      ...{ via: "recording" as const, providerId: null, unjudged: false },
    })),
    policy,
  );
  await Promise.all(
    rows.map(async (row, i) =>
      record(env, {
        actor: by,
        event: { code: "recording.added", subject: row.id, payload: null },
        statements: [insertRows([row], by, at), ...(await insertCalls(env.DB, [planned.rows[i]!], by, at))],
      }),
    ),
  );
}
const keyIn = (prefix: string, at: string): string =>
  `${prefix}${at.slice(0, 10)}/${crypto.randomUUID()}.mp3`;
/** What a recording's audio is, matters to nothing here. */
const put = (env: Env, key: string) => env.RECORDINGS!.put(key, new Uint8Array(64));

/** From a night's daily run until people come to work. */
const MORNING = 5.5 * HOUR;
/** More than one leaves in a day. */
const DAYS_OBJECTS = 500;
/** The Worker does not verify itself that day: that took half of a night, and leaves nothing in the database. */
async function restWalk(env: Env, at: number): Promise<void> {
  const ledger = ledgerOf(env);
  const left = await ledger.walked();
  if (left?.of !== undefined)
    await ledger.walk({ ...left, step: left.of, began: new Date(at + DAY).toISOString() });
}

/**
 * The daily run, and then what those of every five minutes do in a day: of the trail's new objects at once, and of erasures and of what the night
 * left until nothing is, or it is morning.
 * `counted`: with the database that counts its rows.
 */
async function night(env: Env, counted: Env, at: number) {
  const own = { ...counted, DB: onClock(counted.DB) };
  setClock(at);
  await restWalk(env, at);
  const began = real.now();
  await scheduled({ cron: "17 3 * * *", scheduledTime: at }, own);
  const took = real.now() - began;
  const { results: jobs } = await env.DB.prepare(
    `SELECT job, (julianday(ended) - julianday(LAG(ended) OVER (ORDER BY ended))) * 86400000 AS ms FROM clock_jobs
     WHERE ended >= ? ORDER BY ended`,
  )
    .bind(new Date(at).toISOString())
    .all<{ job: string; ms: number | null }>();
  const today = await todayAt(env.DB, at);
  const due = async () =>
    (await env.DB.prepare("SELECT COUNT(*) AS n FROM recordings WHERE state <> 'erased' AND erase_after <= ?")
      .bind(today)
      .first<number>("n"))!;
  const goesOn = async () =>
    (await env.DB.prepare(`SELECT ${isNightLeft} AS more`).first<number>("more")) === 1;
  const keep = async () => {
    await keepLast(own, DAYS_OBJECTS);
    await letApartGo(own, at, DAYS_OBJECTS);
  };
  await keep();
  let late = await due();
  for (let now = at; (late > 0 || (await goesOn())) && now < at + MORNING;) {
    setClock((now += 5 * MINUTE));
    if (late > 0) await sendErasures(own, now);
    if (await goesOn()) {
      await packOn(own, now);
      await keep();
    }
    late = await due();
  }
  return {
    took,
    jobs: Object.fromEntries(jobs.map(({ job, ms }) => [job, ms ?? 0])),
    late,
    ...(await used(env)),
  };
}

/** Bytes of the database's pages that are not free. */
async function used({ DB }: Env): Promise<{ used: number }> {
  const { meta } = await DB.prepare("SELECT 1").run();
  return { used: meta.size_after };
}

/** What is where. */
async function state(env: Env) {
  const { results } = await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM dials) AS dials, (SELECT COUNT(*) FROM call_rows) AS calls,
       (SELECT COALESCE(SUM(rows), 0) FROM closed_files) - (SELECT COUNT(*) FROM closed_out) AS closedDials,
       (SELECT COALESCE(SUM(n), 0) FROM closed_logged_days) AS closedCalls,
       (SELECT COUNT(*) FROM recordings WHERE state <> 'erased') AS kept,
       (SELECT COALESCE(SUM(n), 0) FROM closed_kept_days) AS closedKept,
       (SELECT COUNT(*) FROM recordings WHERE state = 'erased') AS emptied,
       (SELECT COALESCE(SUM(rows), 0) FROM closed_certificates) AS closedCertificates,
       (SELECT COUNT(*) FROM closed_files) + (SELECT COUNT(*) FROM closed_kept_files)
         + (SELECT COUNT(*) FROM closed_certificates) AS files,
       (SELECT COUNT(*) FROM audit_archives) AS archives, (SELECT COUNT(*) FROM kept_back) AS keptBack,
       (SELECT COALESCE(SUM(n), 0) FROM closed_blocks) AS packed,
       (SELECT COUNT(*) FROM closed_numbers) + (SELECT COUNT(*) FROM closed_logged) + (SELECT COUNT(*) FROM closed_kept)
         + (SELECT COUNT(*) FROM closed_kept_numbers) + (SELECT COUNT(*) FROM closed_recordings) AS unpacked`,
  ).all<Record<string, number>>();
  await wantSizes(env.DB);
  let objects = 0;
  for (let cursor: string | undefined; ;) {
    const page = await env.ARCHIVE.list(cursor === undefined ? {} : { cursor });
    objects += page.objects.reduce((sum, { size }) => sum + size, 0);
    if (!page.truncated) break;
    ({ cursor } = page);
  }
  return { ...results[0]!, ...(await used(env)), objects };
}

/** Where a call leaves rows of its own, and which columns its newest row of each has, with their types. */
const WRITTEN = ["audit_rows", "call_rows", "dials", "idempotency", "recording_rows"];
async function written({ DB }: Env) {
  const { results: tables } = await DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf_*' ORDER BY name",
  ).all<{ name: string }>();
  const counts: Record<string, number> = {};
  for (const { name } of tables)
    counts[name] = (await DB.prepare(`SELECT COUNT(*) AS n FROM ${name}`).first<number>("n"))!;
  const types: Record<string, unknown> = {};
  for (const table of WRITTEN) {
    const { results } = await DB.prepare(`SELECT name FROM pragma_table_info('${table}')`).all<{
      name: string;
    }>();
    const all = results.map(({ name }) => `'${name}', typeof(${name})`).join(", ");
    types[table] = await DB.prepare(
      `SELECT json_object(${all}) AS row FROM ${table} ORDER BY ${table === "idempotency" ? "at" : "rowid"} DESC LIMIT 1`,
    ).first("row");
  }
  return { counts, types };
}

/** `counted`: with the database that counts its rows. */
export async function simulated(what: string, request: Request, env: Env, counted: Env): Promise<Response> {
  const asked = await request.json<Calls & { at: number; key: string; ms: number }>();
  switch (what) {
    case "calls":
      return Response.json(await callsOf(counted, asked).then(() => used(env)));
    case "clock":
      setClock(asked.at);
      return Response.json({});
    case "further":
      away = asked.ms;
      return Response.json({});
    case "night":
      return Response.json(await night(env, counted, asked.at));
    case "put":
      await put(env, asked.key);
      return Response.json({});
    case "state":
      return Response.json(await state(env));
    default:
      return Response.json(await written(env));
  }
}
