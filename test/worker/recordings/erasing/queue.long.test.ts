/**
 * Erasure by queue, with a clock of the test's and a store that takes 80 ms: all that is due on a day goes that day, a store that is
 * down loses nothing, and no message that is lost, comes twice or dies midway does harm.
 */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Slice } from "../../../../worker/connectors/message.ts";
import { takeSlice } from "../../../../worker/connectors/run.ts";
import type { Env } from "../../../../worker/env.ts";
import { sendErasures } from "../../../../worker/recordings/erasure-queue.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { insertBound } from "../../../../worker/core/bound.ts";
import { record } from "../../../../worker/core/commit.ts";
import { recordingsBound } from "../../../../worker/recordings/bound.ts";
import { heldOnTrail } from "../../../../worker/recordings/erasing/held.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { keepLast } from "../../../../worker/trail/events.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { delivered, Queues } from "../../jobs/work-queue.ts";
import { aTeam, DAY, dump, MINUTE } from "../../helpers.ts";
import { arrive, sample } from "../kit.ts";

const MANY = Number(env.ERASURES_MANY);
const HOUR = 60 * MINUTE;
const LATENCY = 80;
const DUE = "2027-03-01";
/** 03:17 UTC on that day. */
const MORNING = Date.parse(`${DUE}T03:17:00Z`);

const tokens = aTeam();
let template: Record<string, string | number | null>;
beforeAll(async () => {
  const id = await arrive(env, tokens.admin, sample({ storage: { kind: "r2", key: "one" } }));
  template = (await env.DB.prepare("SELECT * FROM recordings WHERE id = ?").bind(id).first())!;
  delete template["rowid"];
  await eraseDue(env, Date.parse("2100-01-01"), { only: id });
});

/** Objects that exist, and how often each was asked to go. */
let there: Set<string>;
let asked: Map<string, number>;
/** When the first test began, and after how many it says how far it is. */
let started = 0;
const PROGRESS = 5000;
let latency = LATENCY;
let now = MORNING;
let down = false;
/** Calls of the store until the Worker dies. */
let toLive = Infinity;
let queues: Queues;
let own: Env;
const clock = () => now;

const store = async <T>(work: () => T): Promise<T> => {
  if (--toLive < 0) return new Promise(() => undefined);
  if (latency > 0) await new Promise((done) => setTimeout(done, latency));
  if (down) throw new Error("the store is away");
  return work();
};
const bucket = {
  head: (key: string) =>
    store(() => (there.has(key) ? { size: 1, etag: "one", uploaded: new Date(0) } : null)),
  delete: (key: string) =>
    store(() => {
      asked.set(key, (asked.get(key) ?? 0) + 1);
      if (asked.size % PROGRESS === 0) console.info(`${asked.size} erased, ${Date.now() - started} ms`);
      there.delete(key);
    }),
};

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  [there, asked] = [new Set(), new Map<string, number>()];
  [latency, now, down, toLive] = [0, MORNING, false, Infinity];
  queues = new Queues();
  own = queues.on({ ...env, RECORDINGS: bucket as unknown as R2Bucket });
});

let files = 0;
/** So many recordings that are due on the day; answers the prefix of their ids and keys. */
async function due(n: number): Promise<string> {
  const prefix = `q${++files}-`;
  const { results } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  const own: Record<string, string> = {
    ...{ id: `'${prefix}' || n`, ref: `'${prefix}' || n`, object: `'${prefix}' || n`, etag: "NULL" },
    ...{ provider_id: `'${prefix}' || n`, erase_after: `'${DUE}'`, waits_until: "NULL" },
    // Of before, when nothing bound them, and due twelve months after the call.
    ...{ started_on: `date('${DUE}', '-12 months')`, salt_high: "NULL", salt_low: "NULL", code: "NULL" },
    ...{ audio_rev: "0", audio_past: "NULL", audio_high: "NULL", audio_low: "NULL", audio_code: "NULL" },
  };
  const columns = results.map(({ name }) => name);
  const values = columns.map((name) => {
    const value = template[name];
    return own[name] ?? (typeof value === "string" ? `'${value}'` : String(value ?? "NULL"));
  });
  for (let from = 0; from < n; from += 20_000)
    await env.DB.prepare(
      `WITH RECURSIVE c(n) AS (SELECT ${from + 1} UNION ALL SELECT n + 1 FROM c WHERE n < ?)
       INSERT INTO recordings (${columns.join()}) SELECT ${values.join()} FROM c`,
    )
      .bind(Math.min(n, from + 20_000))
      .run();
  for (let i = 1; i <= n; i++) there.add(`${prefix}${i}`);
  return prefix;
}

/**
 * So many that came one after another on a day a year before, bound, with their events in archived objects of `most` rows, as of any
 * that is due; in so many commits. Answers the prefix of their ids.
 */
async function dueAndArchived(n: number, commits: number, most?: number): Promise<string> {
  const prefix = `b${++files}-`;
  // What was before is in objects of its own.
  await archiveMonths(env, MORNING);
  const day = Date.parse("2026-03-01T00:00:00Z");
  const { code: _, salt_high: __, salt_low: ___, ...plain } = template;
  const noAudio = {
    ...{ bytes: null, sha256: null, etag: null, audio_rev: 0, audio_at: null, audio_past: null },
    ...{ audio_high: null, audio_low: null, audio_code: null },
  };
  vi.useFakeTimers({ now: day, toFake: ["Date"] });
  for (let commit = 0; commit < commits; commit++) {
    vi.setSystemTime(day + (commit * DAY) / commits);
    const at = new Date().toISOString();
    const rows = Array.from({ length: Math.ceil(n / commits) }, () => {
      const id = `${prefix}${crypto.randomUUID()}`;
      there.add(id);
      const keys = { id, ref: id, object: id, provider_id: id };
      const days = { erase_after: DUE, started_on: at.slice(0, 10), started_at: at, at };
      return { ...plain, ...keys, ...days, ...noAudio, waits_until: null };
    });
    const event = { code: "recording.arrived", subject: "", payload: null };
    await record(env, { actor: "system", event, statements: [insertBound(recordingsBound, rows)] });
  }
  vi.useRealTimers();
  await archiveMonths(env, MORNING, most);
  // As the clock's runs do before: what archives say of holds is kept.
  for (let run = 0; run < 2; run++) {
    await keepLast(env);
    await heldOnTrail(env, []);
  }
  return prefix;
}

/** The clock's runs, with what they send delivered, up to a moment. */
async function until(end: number, every = 5 * MINUTE): Promise<void> {
  for (; now <= end; now += every) {
    await sendErasures(own, now);
    await queues.deliver(own, clock);
  }
}
const counts = async (prefix: string) =>
  (await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM certificates WHERE recording GLOB ?1) AS certified,
       (SELECT COUNT(*) FROM recordings WHERE id GLOB ?1 AND state = 'erased') AS erased,
       (SELECT COUNT(*) FROM audit WHERE code = 'recording.erased' AND subject GLOB ?1) AS trail`,
  )
    .bind(`${prefix}*`)
    .first())!;
const all = (n: number) => ({ certified: n, erased: n, trail: n });

it("all that is due on a day goes in one run of the clock", { timeout: 6 * HOUR }, async () => {
  // A commit of the trail and a batch of D1 take some hundred rows.
  const prefix = await dueAndArchived(MANY, Math.ceil(MANY / 200));
  latency = LATENCY;
  const began = Date.now();
  started = began;
  await sendErasures(own, now);
  expect(queues.sent).toHaveLength(Math.ceil(MANY / 50));
  console.info(`${MANY} bound, their events in ${(await dump("audit_archives")).length} archived objects`);
  const sent = Date.now() - began;
  // The clock goes on and sends what still waits after an hour again, as with 100,000 here.
  const runs: Promise<void>[] = [];
  const running = () => {
    const at = now + Date.now() - began;
    if (at >= now + (runs.length + 1) * 5 * MINUTE) runs.push(sendErasures(own, at));
    return at;
  };
  // As wrangler.toml lets ten messages be worked on at once.
  await queues.deliver(own, running, 10);
  await Promise.all(runs);
  await queues.deliver(own, running, 10);
  console.info(`${MANY} recordings: sent in ${sent} ms, erased in ${Date.now() - began} ms`);
  expect(there.size).toBe(0);
  expect(await counts(prefix)).toEqual(all(MANY));
  expect([...asked.values()].every((n) => n === 1)).toBe(true);
  // Each was compared with its event: of none the run says that nothing binds it.
  expect(
    await env.DB.prepare(
      "SELECT COUNT(*) AS n FROM audit a JOIN audit_payload p USING (seq) WHERE a.code = 'recording.erasing' AND p.payload LIKE '%unbound%'",
    ).first("n"),
  ).toBe(0);
  // The next run has nothing to send.
  await sendErasures(own, running() + 5 * MINUTE);
  expect(queues.sent).toEqual([]);
});

it("while messages wait, the clock sends none twice", async () => {
  const prefix = await due(120);
  await sendErasures(own, now);
  await sendErasures(own, now + 30 * MINUTE);
  expect(queues.sent.flatMap(({ ids }) => ids)).toHaveLength(120);
  await queues.deliver(own, clock);
  expect(await counts(prefix)).toEqual(all(120));
});

it("a store that is down for six hours is asked a little, and loses nothing", async () => {
  const prefix = await due(150);
  down = true;
  await until(MORNING + 6 * HOUR, 20 * MINUTE);
  expect(await counts(prefix)).toEqual(all(0));
  const failed = await env.DB.prepare(
    "SELECT COUNT(*) AS n FROM audit WHERE code = 'recording.erasure-failed' AND subject GLOB ?",
  )
    .bind(`${prefix}*`)
    .first<{ n: number }>();
  // Ten a run at most, and not all of them again and again.
  expect(failed!.n).toBeLessThanOrEqual(10 * 19);
  const mails = await env.DB.prepare(
    "SELECT COUNT(*) AS n FROM outbox WHERE template = 'erasure-failed'",
  ).first<{ n: number }>();
  expect(mails!.n).toBeGreaterThan(0);
  down = false;
  // Those that failed wait for their next try; all others go at once.
  await until(now + 5 * MINUTE);
  expect(((await counts(prefix)) as { erased: number }).erased).toBeGreaterThanOrEqual(50);
  await until(MORNING + DAY, HOUR);
  expect(await counts(prefix)).toEqual(all(150));
  expect(await env.DB.prepare("SELECT 1 FROM stores_resting").first()).toBeNull();
});

it("objects that somebody replaced, and requests' files, are no store that is down: it does not rest", async () => {
  const replaced = await due(12);
  await env.DB.prepare("UPDATE recordings SET etag = 'before' WHERE id GLOB ? || '*'").bind(replaced).run();
  await env.DB.prepare("UPDATE recordings SET object = 'requests/' || id WHERE id IN (?, ?)")
    .bind(`${replaced}1`, `${replaced}2`)
    .run();
  for (const n of [1, 2]) there.add(`requests/${replaced}${n}`);
  await sendErasures(own, now);
  await queues.deliver(own, clock);
  expect(await dump("stores_resting")).toEqual([]);
  const errors = ((await dump("recordings")) as { id: string; error: string }[])
    .filter(({ id }) => id.startsWith(replaced))
    .map(({ error }) => error);
  expect(new Set(errors)).toEqual(new Set(["r2: another object", "r2: a request's file"]));
  expect(asked.size).toBe(0);
  await env.DB.prepare(
    "UPDATE recordings SET etag = NULL, object = id, due = NULL, queued_until = NULL WHERE id GLOB ? || '*'",
  )
    .bind(replaced)
    .run();
  await sendErasures(own, now);
  await queues.deliver(own, clock);
  expect(await counts(replaced)).toEqual(all(12));
});

it("a message that comes twice, at once or later, does nothing more", async () => {
  const prefix = await due(50);
  await sendErasures(own, now);
  const work = queues.sent.shift()!;
  latency = 5;
  expect(await Promise.all([1, 2, 3].map(() => delivered(own, work, clock)))).toEqual([true, true, true]);
  expect(await delivered(own, work, clock)).toBe(true);
  expect(await counts(prefix)).toEqual(all(50));
  expect([...asked.values()].every((n) => n === 1)).toBe(true);
});

it("a message that is lost is sent again within the hour", async () => {
  const prefix = await due(60);
  await sendErasures(own, now);
  queues.sent.shift();
  await queues.deliver(own, clock);
  expect(await counts(prefix)).toEqual(all(10));
  now += HOUR;
  await until(now);
  expect(await counts(prefix)).toEqual(all(60));
});

it("a consumer that dies in mid-batch leaves nothing half done", async () => {
  const prefix = await due(50);
  await sendErasures(own, now);
  const [work] = queues.sent.splice(0);
  toLive = 70;
  const died = new Promise((done) => setTimeout(done, 1500));
  await Promise.race([delivered(own, work!, clock), died]);
  toLive = Infinity;
  // The queue brings it again: until the lease is over nobody touches what it has claimed.
  expect(await delivered(own, work!, clock)).toBe(true);
  now += HOUR;
  await until(now);
  expect(await counts(prefix)).toEqual(all(50));
});

it("a Worker without queues, or of before them, goes on where the queue was", async () => {
  const prefix = await due(100);
  await sendErasures(own, now);
  // Rolled back: a Worker of before takes a message for a slice, and fails it; the clock does the work.
  for (const work of queues.sent.splice(0))
    await expect(takeSlice(own, work as unknown as Slice)).rejects.toThrow();
  expect(await counts(prefix)).toEqual(all(0));
  const { ERASURE: _, ...old } = own;
  await eraseDue(old, now);
  expect(await counts(prefix)).toEqual(all(100));
  const more = await due(100);
  await sendErasures(old, now);
  expect(await counts(more)).toEqual(all(100));
});

it("a queue that takes no messages is no reason to wait", async () => {
  const prefix = await due(100);
  queues.refuses = true;
  await sendErasures(own, now);
  expect(await counts(prefix)).toEqual(all(100));
});

it("a message that fails each time is written down as a failure, and tried again one by one", async () => {
  const prefix = await due(3);
  await sendErasures(own, now);
  const work = queues.sent.shift()!;
  const broken = { ...own, LEDGER: undefined } as unknown as Env;
  expect(await delivered(broken, work, clock)).toBe(false);
  expect(await delivered(own, work, clock, "cleardial-dead")).toBe(true);
  const { results } = await env.DB.prepare("SELECT failures, error, state FROM recordings WHERE id GLOB ?")
    .bind(`${prefix}*`)
    .all();
  expect(results).toEqual(
    Array.from({ length: 3 }, () => ({ failures: 1, error: "internal", state: "kept" })),
  );
  now += HOUR;
  await sendErasures(own, now);
  expect(queues.sent.map(({ ids }) => ids.length)).toEqual([1, 1, 1]);
  await queues.deliver(own, clock);
  expect(await counts(prefix)).toEqual(all(3));
});

/** A database that answers the rows of RETURNING in an order of its own, as SQLite may: by their ids, which are random. */
const unordered = (db: D1Database): D1Database =>
  new Proxy(db, {
    get: (_, name) => {
      const own: unknown = Reflect.get(db, name);
      if (name !== "prepare") return typeof own === "function" ? (own.bind(db) as unknown) : own;
      return (text: string) => {
        const statement = db.prepare(text);
        if (!text.includes("RETURNING id")) return statement;
        const all = async (...params: unknown[]) => {
          const answer = await statement.bind(...params).all<{ id: string }>();
          answer.results.sort((a, b) => (a.id < b.id ? -1 : 1));
          return answer;
        };
        return { bind: (...params: unknown[]) => ({ all: () => all(...params) }) };
      };
    },
  });

it("a message reads few objects of the archive, however many its day has", async () => {
  // Two commits of four an object.
  const prefix = await dueAndArchived(200, 50, 10);
  const objects = (await dump("audit_archives")).length;
  expect(objects).toBeGreaterThan(25);
  let reads = 0;
  const ARCHIVE = {
    get: (key: string) => ((reads += Number(key.startsWith("audit/"))), env.ARCHIVE.get(key)),
    list: (options: R2ListOptions) => env.ARCHIVE.list(options),
  };
  own = queues.on({ ...own, ARCHIVE: ARCHIVE as unknown as R2Bucket, DB: unordered(env.DB) });
  await sendErasures(own, now);
  expect(queues.sent).toHaveLength(4);
  for (const work of queues.sent.splice(0)) {
    reads = 0;
    expect(await delivered(own, work, clock)).toBe(true);
    expect(reads).toBeLessThanOrEqual(9);
  }
  expect(await counts(prefix)).toEqual(all(200));
});

it("the trail of it verifies", async () => {
  expect(await verify(env)).toMatchObject({ ok: true });
});
