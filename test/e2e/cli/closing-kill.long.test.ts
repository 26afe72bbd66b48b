/**
 * A Worker that is killed in nights in which dials with their calls, recordings, certificates of erasure and the trail leave the database: each
 * row is in one place after every kill, and the nights that follow complete it.
 */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DAY, HOUR } from "../../../shared/core/time.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { pause } from "../../../scripts/lib/processes.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { bundleOnce, startWorker } from "../../../scripts/lib/worker.ts";
import { databaseIn } from "../../bench/history/fill.ts";
import {
  ask,
  BENCH_CONFIG,
  type Company,
  found,
  isRealDay,
  type Night,
  pushRegisters,
  someCalls,
} from "../../bench/history/simulation/company.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-closing-kill-"));
/** Files of a hundred rows: a two-hundredth of a company. */
const PART = 200;
/** Of each of two days: three full files, and the rest. */
const EACH = 320;
const NOW = Date.now();
/** The first workday of a month, at nine, so many days from now or a few more. */
const realDay = (days: number): number => {
  const from = Math.floor((NOW + days * DAY) / DAY) * DAY;
  return [...Array(40).keys()].map((n) => from + n * DAY).find(isRealDay)! + 9 * HOUR;
};
const FIRST = realDay(-520);
const SECOND = realDay((FIRST - NOW) / DAY + 330);
/** Of the first calls the recordings are erased then. */
const ERASED = FIRST + 368 * DAY;
/** From then on the rest may leave: what came since `ERASED`, and what was too young. */
const LAST = NOW - 3 * DAY;

const bundle = process.env["WORKER_BUNDLE"];
let company: Company;
const night = (time: number) => ask<Night>(company, "night", { at: time });

beforeAll(async () => {
  await bundleOnce(join(dir, "bundle"), BENCH_CONFIG);
  company = await found(dir, { name: "company", company: PART, agents: 1, recorded: true }, FIRST);
  const { worker } = company;
  await someCalls(company, FIRST + HOUR, EACH);
  // A token that nobody uses ends.
  const used = async (time: number) => {
    await ask(company, "clock", { at: time });
    await call(worker.url, company.admin, "GET", "/v1/me");
  };
  for (let time = FIRST; time < SECOND; time += 20 * DAY) await used(time);
  await pushRegisters(company, SECOND);
  await someCalls(company, SECOND + HOUR, EACH);
  await used(ERASED);
  expect((await night(ERASED)).late).toBe(0);
  for (let time = ERASED; time < LAST; time += 20 * DAY) await used(time);
  await worker.kill();
});
afterAll(async () => {
  await company.worker.stop();
  if (bundle === undefined) delete process.env["WORKER_BUNDLE"];
  else process.env["WORKER_BUNDLE"] = bundle;
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

async function begin(time: number): Promise<void> {
  company.worker = await startWorker({
    ...{ port: await freePort(), stateDir: company.state, setupCode: "bench" },
    ...{ config: BENCH_CONFIG, vars: { PART: String(PART) } },
  });
  await ask(company, "clock", { at: time });
}

/** What a query answers of a copy of a database: its Worker was stopped, or killed, whatever it was writing. */
function rowsIn(file: string, query: string): string[] {
  const copy = join(dir, "copy.sqlite");
  const ends = ["", "-wal"];
  for (const end of ends) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
  const db = new DatabaseSync(copy);
  const rows = db
    .prepare(query)
    .all()
    .map((row) => String(Object.values(row)[0]));
  db.close();
  for (const end of [...ends, "-shm"]) rmSync(copy + end, { force: true });
  return rows;
}
const column = (query: string): string[] => rowsIn(databaseIn(company.state), query);

const bucket = (name: string) => join(company.state, "v3/r2", name);
const BLOBS = "cleardial-archive/blobs";
/** What the archive has, by key. The Worker must have ended. */
function objects(): Map<string, Buffer> {
  const all = new Map<string, Buffer>();
  const folder = bucket("miniflare-R2BucketObject");
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)))
    for (const row of rowsIn(join(folder, file), "SELECT json_array(key, blob_id) FROM _mf_objects")) {
      const [key, blob] = JSON.parse(row) as [string, string];
      const path = join(bucket(BLOBS), blob);
      if (existsSync(path)) all.set(key, readFileSync(path));
    }
  return all;
}
type Line = readonly unknown[];
const linesOf = (stored: ReadonlyMap<string, Buffer>, table: string): unknown[] =>
  column(`SELECT key FROM ${table}`).flatMap((key) =>
    gunzipSync(stored.get(key)!)
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  );

const KINDS = { dials: "closed_files", recordings: "closed_kept_files", certificates: "closed_certificates" };
const PLACES = Object.entries(KINDS);
const NAMED = [...Object.values(KINDS), "audit_archives"].map((table) => `SELECT key FROM ${table}`);

interface Everything {
  dials: string[];
  calls: string[];
  recordings: string[];
  certificates: string[];
  trail: string[];
}
/** Each row, from wherever it is; and how many of the first four are in files. The Worker must have ended. */
function everything(): { all: Everything; closed: Record<keyof Everything, number> } {
  const stored = objects();
  const [dials, kept, erased] = PLACES.map(([, table]) => linesOf(stored, table) as Line[]) as [
    Line[],
    Line[],
    Line[],
  ];
  const files: Everything = {
    dials: dials.map(([num]) => String(num)),
    calls: dials.flatMap((line) => (Array.isArray(line.at(-1)) ? [String((line.at(-1) as Line)[1])] : [])),
    recordings: kept.map(([, id]) => String(id)),
    certificates: erased.map(([, id]) => String(id)),
    trail: (linesOf(stored, "audit_archives") as { seq: number }[]).map(({ seq }) => String(seq)),
  };
  const here: Everything = {
    dials: column("SELECT CAST(num AS TEXT) FROM dials"),
    calls: column("SELECT id FROM calls"),
    recordings: column("SELECT id FROM recordings WHERE state <> 'erased'"),
    certificates: column("SELECT recording FROM certificates"),
    trail: column("SELECT CAST(seq AS TEXT) FROM audit"),
  };
  const keys = Object.keys(files) as (keyof Everything)[];
  return {
    all: Object.fromEntries(keys.map((key) => [key, [...here[key], ...files[key]]])) as unknown as Everything,
    closed: Object.fromEntries(keys.map((key) => [key, files[key].length])) as Record<
      keyof Everything,
      number
    >,
  };
}

/** Each row is once, in the database or in a file that it names, and no object is there that nothing knows of. */
function expectWhole({ trail: before, ...rows }: Everything): Record<keyof Everything, number> {
  const { all, closed } = everything();
  const { trail, ...others } = all;
  const sorted = (some: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(some).map(([name, ids]) => [name, ids.toSorted()]));
  expect(sorted(others)).toEqual(sorted(rows));
  // A night writes some itself; the first is the genesis row.
  const seqs = trail.map(Number).sort((a, b) => a - b);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => n));
  expect(seqs.length).toBeGreaterThanOrEqual(before.length);
  const known = new Set(column([...NAMED, "SELECT key FROM closed_left"].join(" UNION ALL ")));
  const isOurs = (key: string) => /^(dials|recordings|certificates)\//.test(key);
  expect([...objects().keys()].filter((key) => isOurs(key) && !known.has(key))).toEqual([]);
  return closed;
}

/** How far a night is: what is named of each kind, which keys are listed before their objects are written, and how many objects there are. */
interface Far {
  named: Record<string, number>;
  left: string[];
  blobs: number;
}
function far(): Far {
  const counts = [...PLACES, ["trail", "audit_archives"] as const].map(
    ([name, table]) => `'${name}', (SELECT COUNT(*) FROM ${table})`,
  );
  const rows = rowsIn(
    databaseIn(company.state),
    `SELECT json_object('named', json_object(${counts.join(", ")}), 'left', (SELECT json_group_array(key) FROM closed_left))`,
  );
  const blobs = bucket(BLOBS);
  return { ...(JSON.parse(rows[0]!) as Far), blobs: existsSync(blobs) ? readdirSync(blobs).length : 0 };
}

type Moment = (now: Far, before: Far) => boolean;
const isNamed =
  (kind: string): Moment =>
  (now, before) =>
    now.named[kind]! > before.named[kind]!;
/** Nobody may have looked before it was named. */
const isListed =
  (kind: string): Moment =>
  (now, before) =>
    now.left.some((key) => key.startsWith(`${kind}/`) && !before.left.includes(key)) ||
    isNamed(kind)(now, before);
/** The next object behind the listing is that file's. */
function isWritten(kind: string): Moment {
  let blobs = Infinity;
  return (now, before) => {
    if (!isListed(kind)(now, before)) return false;
    blobs = Math.min(blobs, now.blobs);
    return now.blobs > blobs || isNamed(kind)(now, before);
  };
}
const MOMENTS: [string, Moment][] = [
  ["an object is written", (now, before) => now.blobs > before.blobs],
  ["an archive of the trail is named", isNamed("trail")],
  ["and another", isNamed("trail")],
  ...PLACES.flatMap(([kind]): [string, Moment][] => [
    [`a file of ${kind} is listed`, isListed(kind)],
    [`one of ${kind} is written`, isWritten(kind)],
    [`one of ${kind} is named`, isNamed(kind)],
  ]),
];

async function killedAt(is: Moment, time: number): Promise<void> {
  await begin(time);
  const { worker } = company;
  const before = far();
  let isOver = false;
  const over = night(time)
    .catch(() => undefined)
    .then(() => (isOver = true));
  // It rests while somebody looks, so that no moment passes unseen.
  const seen = () => {
    worker.halt();
    return far();
  };
  for (let now = seen(); !is(now, before); now = seen()) {
    worker.goOn();
    expect(isOver, JSON.stringify([time, before, now, worker.log().slice(-3000)])).toBe(false);
    await pause(2);
  }
  await worker.kill();
  await over;
}

it("killed again and again while months close, it has each row once, and completes them", async () => {
  const { all: rows, closed } = everything();
  expect([rows.recordings.length, rows.certificates.length]).toEqual([EACH, EACH + 3]);
  for (const [n, [name, is]] of MOMENTS.entries()) {
    // A run that was killed holds others off until it would have ended.
    await killedAt(is, LAST + n * HOUR);
    try {
      expectWhole(rows);
    } catch (error) {
      throw new Error(`killed as ${name}`, { cause: error });
    }
  }
  // A day later what no row names goes.
  await begin(LAST + DAY);
  for (const days of [1, 2]) expect((await night(LAST + days * DAY)).late).toBe(0);
  const verified = await verify(company.worker.url, company.admin);
  await company.worker.stop();
  expect(verified.code, verified.said).toBe(0);
  expect(verified.said).toContain('"ok":true');
  const { trail, ...left } = expectWhole(rows);
  expect(trail).toBeGreaterThan(closed.trail);
  expect(left).toEqual({
    ...{ dials: rows.dials.length, calls: rows.calls.length },
    ...{ recordings: rows.recordings.length, certificates: rows.certificates.length },
  });
  expect(column("SELECT key FROM closed_left")).toEqual([]);
  const ours = [...objects().keys()].filter((key) => /^(dials|recordings|certificates|audit)\//.test(key));
  expect(ours.toSorted()).toEqual(column(NAMED.join(" UNION ALL ")).toSorted());
});

async function verify(url: string, token: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), "--json", "verify", "--deep"], {
    env: { ...process.env, CLEARDIAL_URL: url, CLEARDIAL_TOKEN: token },
  });
  let said = "";
  for (const out of [child.stdout, child.stderr]) out.on("data", (data: Buffer) => (said += data.toString()));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, said };
}
