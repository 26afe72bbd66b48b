/**
 * Requests' files whose day has come, erased from the queue, with a clock of the test's and a store that fails as the test says: none is
 * forgotten, none is erased twice, and what fails too often waits where a person reads it and sends it again.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Failed, WorkAnswer } from "../../../../shared/jobs/api.ts";
import type { Env } from "../../../../worker/env.ts";
import { tellLate } from "../../../../worker/jobs/late.ts";
import { eraseFiles } from "../../../../worker/privacy-requests/files/erasure.ts";
import { call, DAY, dump, migrationsBefore, migrationsSince, MINUTE, newTeam } from "../../helpers.ts";
import { delivered, Queues } from "../../jobs/work-queue.ts";
import { enter, officer, tokens, withTeam } from "../kit.ts";

withTeam();
const HOUR = 60 * MINUTE;
const DUE = "2027-03-01";
const MORNING = Date.parse(`${DUE}T03:17:00Z`);

/** Objects that exist, by bucket and key, and how often each was asked to go. */
let there: Set<string>;
let asked: Map<string, number>;
let latency: number;
/** What the store says to an erasure. */
let fails: (key: string) => boolean;
/** Erasures until the Worker dies. */
let toLive: number;
let now: number;
let queues: Queues;
let own: Env;
const clock = () => now;

const bucketOf = (name: string) => {
  const store = async <T>(key: string, work: (at: string) => T): Promise<T> => {
    if (latency > 0) await new Promise((done) => setTimeout(done, latency));
    if (fails(key)) throw new Error("the store is away");
    return work(`${name} ${key}`);
  };
  return {
    head: (key: string) =>
      store(key, (at) => (there.has(at) ? { size: 1, etag: "1", uploaded: new Date(0) } : null)),
    delete: (key: string) =>
      --toLive < 0
        ? new Promise(() => undefined)
        : store(key, (at) => {
            asked.set(at, (asked.get(at) ?? 0) + 1);
            there.delete(at);
          }),
  } as unknown as R2Bucket;
};

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  [there, asked] = [new Set(), new Map<string, number>()];
  [latency, now, toLive, fails] = [0, MORNING, Infinity, () => false];
  queues = new Queues();
  own = queues.on({
    ...env,
    ...{ RECORDINGS: bucketOf("RECORDINGS"), FILES: bucketOf("FILES"), COPIES: bucketOf("COPIES") },
  });
  await env.DB.exec(
    "DELETE FROM requests; DELETE FROM outbox; DELETE FROM stores_resting; DELETE FROM work_late",
  );
});

let n = 0;
const places = { "r2-files": "FILES", "r2-copies": "COPIES", r2: "RECORDINGS" } as const;
/** So many files of a request that are due on the day. Answers the request. */
async function due(
  many: number,
  {
    store = "r2-files",
    day = DUE,
    purpose = store === "r2-copies" ? "export" : "scan",
  }: { store?: keyof typeof places; day?: string | null; purpose?: string } = {},
): Promise<string> {
  const request = await enter(officer);
  await env.DB.prepare("UPDATE requests SET verified_at = at, rev = rev + 1 WHERE id = ?")
    .bind(request)
    .run();
  const prefix = `${++n}`;
  await env.DB.prepare(
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?2)
     INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at, erase_after)
     SELECT ?3 || '-' || n, ?1, ?4, ?5, 'requests/' || ?1 || '/' || ?3 || '-' || n, 'passport.png', 'image/png', 1, 'x',
       '2026-11-01T00:00:00.000Z', ?6 FROM c`,
  )
    .bind(request, many, prefix, purpose, store, day)
    .run();
  for (let i = 1; i <= many; i++) there.add(`${places[store]} requests/${request}/${prefix}-${i}`);
  return request;
}
const counts = async (request: string) => ({
  left: (await env.DB.prepare(
    "SELECT COUNT(*) AS n FROM request_files WHERE request = ? AND erased_at IS NULL",
  )
    .bind(request)
    .first<number>("n"))!,
  trail: (await env.DB.prepare(
    "SELECT COUNT(*) AS n FROM audit WHERE code = 'request.file-erased' AND subject = ?",
  )
    .bind(request)
    .first<number>("n"))!,
});
const all = (many: number) => ({ left: 0, trail: many });
const once = () => [...asked.values()].every((times) => times === 1);

/** The clock's runs, with what they send delivered, up to a moment. */
async function until(end: number, every = 5 * MINUTE): Promise<void> {
  for (; now <= end; now += every) {
    await eraseFiles(own, now);
    await queues.deliver(own, clock);
  }
}
const work = async (token = tokens.admin) =>
  ((await call("GET", "/v1/work", { token })).data as WorkAnswer).work.find(({ kind }) => kind === "files")!;
const failed = async () =>
  ((await call("GET", "/v1/work/files/failed", { token: officer })).data as { failed: Failed[] }).failed;
const mails = async (template: string) =>
  ((await dump("outbox")) as { template: string; vals: string }[]).filter((one) => one.template === template);

it("all that is due goes in one run of the clock, on a store that takes its time", async () => {
  const request = await due(230);
  const copies = await due(20, { store: "r2-copies" });
  const before = await due(5, { store: "r2" });
  const kept = await due(3, { day: "2027-03-02" });
  latency = 20;
  await eraseFiles(own, now);
  // Ids alone, of one store a message.
  expect(queues.sent.map(({ kind, ids }) => [kind, ids.length]).sort()).toEqual(
    [50, 50, 50, 50, 30, 20, 5].map((many) => ["files", many]).sort(),
  );
  await queues.deliver(own, clock, 4);
  expect(await counts(request)).toEqual(all(230));
  expect(await counts(copies)).toEqual(all(20));
  expect(await counts(before)).toEqual(all(5));
  expect(await counts(kept)).toEqual({ left: 3, trail: 0 });
  expect([there.size, asked.size, once()]).toEqual([3, 255, true]);
  await eraseFiles(own, now + 5 * MINUTE);
  expect(queues.sent).toEqual([]);
});

it("while messages wait the clock sends none twice; one that is lost is sent again within the hour", async () => {
  const request = await due(60);
  await eraseFiles(own, now);
  await eraseFiles(own, now + 30 * MINUTE);
  expect(queues.sent.flatMap(({ ids }) => ids)).toHaveLength(60);
  queues.sent.shift();
  await queues.deliver(own, clock);
  expect(await counts(request)).toEqual({ left: 50, trail: 10 });
  await until(now + HOUR, HOUR);
  expect(await counts(request)).toEqual(all(60));
});

it("a message that comes twice, at once or later, does nothing more", async () => {
  const request = await due(50);
  await eraseFiles(own, now);
  const message = queues.sent.shift()!;
  latency = 5;
  expect(await Promise.all([1, 2, 3].map(() => delivered(own, message, clock)))).toEqual([true, true, true]);
  // Nor after another hour, by which any lease is over.
  now += 2 * HOUR;
  expect(await delivered(own, message, clock)).toBe(true);
  expect(await counts(request)).toEqual(all(50));
  expect(once()).toBe(true);
});

it("a store that is down for six hours is asked a little, and loses nothing; no other waits for it", async () => {
  const request = await due(150);
  fails = (key) => key.includes(request);
  const copies = await due(30, { store: "r2-copies" });
  await until(MORNING + 6 * HOUR, 20 * MINUTE);
  expect(await counts(copies)).toEqual(all(30));
  expect(await counts(request)).toEqual({ left: 150, trail: 0 });
  expect(await work()).toMatchObject({ waiting: 150, oldest: `${DUE}T00:00:00.000Z` });
  // Ten a run at most, and not all of them again and again.
  const events = ((await dump("audit")) as { code: string; subject: string }[]).filter(
    ({ code, subject }) => code === "request.file-failed" && subject === request,
  );
  expect(events.length).toBeGreaterThan(0);
  expect(events.length).toBeLessThanOrEqual(10 * 19);
  expect(await mails("erasure-failed")).not.toEqual([]);
  fails = () => false;
  // Those that failed wait for their next try; all others go at once.
  await until(now + 10 * MINUTE);
  expect((await counts(request)).left).toBeLessThan(100);
  await until(MORNING + DAY, HOUR);
  expect(await counts(request)).toEqual(all(150));
  expect([there.size, once()]).toEqual([0, true]);
  expect(await dump("stores_resting")).toEqual([]);
  expect(await work()).toMatchObject({ waiting: 0, oldest: null, failed: 0 });
});

it("what fails three times is listed with why, and goes once a person sends it again", async () => {
  const request = await due(2);
  fails = (key) => key.endsWith("-2");
  await until(MORNING + 8 * HOUR, HOUR);
  expect(await counts(request)).toEqual({ left: 1, trail: 1 });
  const ref = await env.DB.prepare("SELECT ref FROM requests WHERE id = ?")
    .bind(request)
    .first<string>("ref");
  const [one, ...none] = await failed();
  expect(none).toEqual([]);
  expect(one).toMatchObject({
    what: `${ref} scan`,
    to: null,
    since: `${DUE}T00:00:00.000Z`,
    error: "r2: the store is away",
  });
  expect(one!.failures).toBeGreaterThanOrEqual(3);
  expect(Date.parse(one!.due!)).toBeGreaterThan(now);
  expect(await work(officer)).toMatchObject({ waiting: 1, failed: 1 });
  fails = () => false;
  await until(now, HOUR);
  expect(await counts(request)).toEqual({ left: 1, trail: 1 });
  for (const token of [tokens.agent, tokens.manager])
    expect((await call("POST", "/v1/work/files/again", { token, body: { ids: [one!.id] } })).status).toBe(
      403,
    );
  // An erasure is given up by nobody.
  const leave = { token: tokens.admin, body: { ids: [one!.id], reason: "never mind" } };
  expect((await call("POST", "/v1/work/files/leave", leave)).data).toMatchObject({ code: "work-stays" });
  const again = () =>
    call("POST", "/v1/work/files/again", { token: officer, body: { ids: [one!.id, "none"] } });
  expect((await again()).data).toEqual({ again: 1 });
  // It leaves the list when it is gone.
  expect(await failed()).toHaveLength(1);
  now = Math.max(now, Date.now()) + MINUTE;
  await eraseFiles(own, now);
  // What failed is a message of its own.
  expect(queues.sent).toMatchObject([{ kind: "files", ids: [one!.id] }]);
  await queues.deliver(own, clock);
  expect(await counts(request)).toEqual(all(2));
  expect(await failed()).toEqual([]);
  expect((await again()).status).toBe(404);
});

it("a message that throws each time is a failure of its files, which are tried again one by one", async () => {
  const request = await due(3);
  await eraseFiles(own, now);
  const message = queues.sent.shift()!;
  const prepare = (text: string) => {
    if (/UPDATE file_erasures/.test(text)) throw new Error("D1 is away");
    return env.DB.prepare(text);
  };
  const broken: Env = { ...own, DB: { prepare } as unknown as D1Database };
  expect(await delivered(broken, message, clock)).toBe(false);
  expect(await delivered(own, message, clock, "cleardial-dead")).toBe(true);
  now += HOUR;
  await eraseFiles(own, now);
  expect(queues.sent.map(({ ids }) => ids.length)).toEqual([1, 1, 1]);
  await queues.deliver(own, clock);
  expect(await counts(request)).toEqual(all(3));
});

it("a consumer that is killed each time is a failure too: the list has its files, and they go once it lives", async () => {
  const request = await due(1);
  for (let tries = 0; tries < 3; tries++) {
    await eraseFiles(own, now);
    const [message] = queues.sent.splice(0);
    toLive = 0;
    void delivered(own, message!, clock);
    await vi.waitFor(() => expect(toLive).toBeLessThan(0));
    now += HOUR + MINUTE;
  }
  expect(await failed()).toMatchObject([{ failures: 3 }]);
  toLive = Infinity;
  await until(now);
  expect(await counts(request)).toEqual(all(1));
});

it("without queues, or where the queue takes nothing, the clock does it in slices", async () => {
  const request = await due(120);
  const { ERASURE: _, ...without } = own;
  await eraseFiles(without, now);
  expect(await counts(request)).toEqual({ left: 20, trail: 100 });
  queues.refuses = true;
  await eraseFiles(own, now);
  expect(await counts(request)).toEqual(all(120));
  expect(once()).toBe(true);
});

it("files that go with their request's end are owed since their day", async () => {
  const [proof, request] = [await due(1, { day: null, purpose: "proof" }), await due(2, { day: null })];
  for (const id of [proof, request])
    await env.DB.batch([
      env.DB.prepare("UPDATE duties SET void_at = 'x' WHERE request = ?").bind(id),
      env.DB.prepare(
        `UPDATE requests SET state = 'withdrawn', closed_at = '2027-02-10T15:00:00.000Z', rev = rev + 1 WHERE id = ?`,
      ).bind(id),
    ]);
  now = Date.parse("2027-02-16T23:30:00Z");
  await eraseFiles(own, now);
  expect(await work()).toMatchObject({ waiting: 0 });
  now += HOUR;
  await eraseFiles(own, now);
  expect(await work()).toMatchObject({ waiting: 1, oldest: "2027-02-17T00:00:00.000Z" });
  await queues.deliver(own, clock);
  expect([await counts(proof), await counts(request)]).toEqual([all(1), { left: 2, trail: 0 }]);
  // 24 months, and what waited meanwhile.
  now = Date.parse("2029-02-12T12:00:00Z");
  await eraseFiles(own, now);
  expect(await work()).toMatchObject({ waiting: 2, oldest: "2029-02-10T00:00:00.000Z" });
  await queues.deliver(own, clock);
  expect(await counts(request)).toEqual(all(2));
});

describe("what is not to go, or no more", () => {
  it("a file whose day was moved on after its message was sent stays, and is owed no more", async () => {
    const request = await due(2);
    await eraseFiles(own, now);
    await env.DB.prepare("UPDATE request_files SET erase_after = '2099-01-01' WHERE request = ?")
      .bind(request)
      .run();
    await queues.deliver(own, clock);
    expect(await counts(request)).toEqual({ left: 2, trail: 0 });
    expect(asked.size).toBe(0);
    expect(await work()).toMatchObject({ waiting: 0 });
  });

  it("one that is still on its way to its store at midnight is not taken for one that failed to arrive", async () => {
    const request = await due(1);
    const set = (at: number) =>
      env.DB.prepare("UPDATE request_files SET bytes = -1, at = ? WHERE request = ?")
        .bind(new Date(at).toISOString(), request)
        .run();
    await set(now - 10 * MINUTE);
    await until(now);
    expect(await counts(request)).toEqual({ left: 1, trail: 0 });
    await set(now - 2 * HOUR);
    await until(now);
    expect(await counts(request)).toEqual(all(1));
  });

  it("one that lies where no file may be is left alone, and its store does not rest for it", async () => {
    const request = await due(8, { store: "r2" });
    await env.DB.exec("DROP TRIGGER request_files_stay");
    await env.DB.prepare("UPDATE request_files SET object = 'dialler/' || id WHERE request = ?")
      .bind(request)
      .run();
    await until(now);
    expect(asked.size).toBe(0);
    expect(await dump("stores_resting")).toEqual([]);
    expect(await counts(request)).toEqual({ left: 8, trail: 0 });
    expect(await work()).toMatchObject({ waiting: 8 });
  });

  it("an erased file is not erased once more, nor there again", async () => {
    const request = await due(1);
    await until(now);
    for (const set of ["erased_at = 'later'", "erased_at = NULL", "came_at = 'later'"])
      await expect(
        env.DB.prepare(`UPDATE request_files SET ${set} WHERE request = ?`).bind(request).run(),
      ).rejects.toThrow("request_moved");
  });
});

it("what waits too long is told by mail, and shown", async () => {
  const request = await due(3);
  fails = () => true;
  await until(MORNING + DAY, 2 * HOUR);
  await tellLate(env, now);
  await tellLate(env, now + HOUR);
  // Of other work that waits until this test's year they are mailed, too.
  const told = (await mails("work-late")).filter(({ vals }) => vals.includes("requests' files to be erased"));
  expect(told).toHaveLength(2);
  expect((await work()).late).not.toBeNull();
  expect(await counts(request)).toEqual({ left: 3, trail: 0 });
});

it("files that are due when the version before is upgraded go; gone back, it erases them, and nothing of them is left", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0120"));
  const team = await newTeam();
  const request = "r";
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO requests (id, ref, kind, channel, state, name, received_on, days, decide_by, by, at)
       VALUES ('r', 'R-1', 'complaint', 'post', 'open', 'Dora', '2026-11-01', 30, '2026-12-01', 'x', '2026-11-01')`,
    ),
    env.DB.prepare(
      `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 130)
       INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at, erase_after)
       SELECT 'old-' || n, 'r', 'scan', 'r2-files', 'requests/r/' || n, 'a.png', 'image/png', 1, 'x', '2026-11-01', '2026-11-02'
       FROM c`,
    ),
  ]);
  for (let i = 1; i <= 130; i++) there.add(`FILES requests/r/${i}`);
  await applyD1Migrations(env.DB, migrationsSince("0120"));
  await eraseFiles(own, now);
  queues.sent.splice(1);
  await queues.deliver(own, clock);
  expect(await counts(request)).toEqual({ left: 80, trail: 50 });
  // As the release before erases one.
  await env.DB.exec(
    "UPDATE request_files SET erased_at = 'x', name = '' WHERE id = (SELECT id FROM request_files WHERE erased_at IS NULL LIMIT 1) AND erased_at IS NULL",
  );
  const { data } = await call("GET", "/v1/work", { token: team.admin });
  expect((data as WorkAnswer).work.find(({ kind }) => kind === "files")).toMatchObject({ waiting: 79 });
  await until(now + 2 * HOUR, HOUR);
  expect(await counts(request)).toEqual({ left: 0, trail: 129 });
  expect(await dump("file_erasures")).toEqual([]);
});
