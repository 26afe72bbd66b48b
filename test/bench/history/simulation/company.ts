/** A simulated company: a real Worker of its own, its people, and what it is asked to do on each day. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CheckAnswer } from "../../../../shared/check/api.ts";
import { DAY, MINUTE } from "../../../../shared/core/time.ts";
import type { Dial } from "../../../../shared/dials/api.ts";
import type { TokenAnswer } from "../../../../shared/people/api.ts";
import { push } from "../../../../shared/registers/push.ts";
import { at } from "../../../../scripts/lib/paths.ts";
import { freePort } from "../../../../scripts/lib/ports.ts";
import { addPerson, call, setUp } from "../../../../scripts/lib/seed.ts";
import { migratedState, type RunningWorker, startWorker } from "../../../../scripts/lib/worker.ts";
import type { Rows } from "../../costs.ts";
import { databaseIn } from "../fill.ts";
import { FREE, type Month } from "./model.ts";

export const BENCH_CONFIG = at("test/bench/worker/wrangler.toml");
/** Dialled once a month by the routes themselves. */
export const KNOWN = "+442079460958";
/** By whom, as logs name them. */
export const AGENT = "agent0@example.com";

export interface Kind {
  name: string;
  /** How many agents it has, and how many of them are simulated. */
  company: number;
  agents: number;
  recorded: boolean;
}
export interface Company {
  worker: RunningWorker;
  state: string;
  recorded: boolean;
  admin: string;
  agent: string;
  /** The newest, with the moment until which it is used. */
  dialler?: { token: string; until: number; prefix: string };
  /** The id of the last dial that came by the routes. */
  like: string;
  /** How many calls there were, by day. */
  made: Map<string, number>;
  total: number;
}

export interface Night {
  took: number;
  /** Milliseconds by job. */
  jobs: Record<string, number>;
  /** Recordings whose day has come, and which are still there. */
  late: number;
  used: number;
}
/** Counts of rows; `packed` and `unpacked`: of entries of indexes; `used`: bytes of the database without free pages, `objects`: of the archive. */
export type State = Record<
  | "dials"
  | "calls"
  | "closedDials"
  | "closedCalls"
  | "kept"
  | "closedKept"
  | "emptied"
  | "closedCertificates"
  | "files"
  | "archives"
  | "keptBack"
  | "packed"
  | "unpacked"
  | "used"
  | "objects",
  number
>;

export const iso = (ms: number): string => new Date(ms).toISOString();
export const dayOf = (ms: number): string => iso(ms).slice(0, 10);
export const isWorkday = (ms: number): boolean => ![0, 6].includes(new Date(ms).getUTCDay());
/** When the real call of a month is made: no bank holiday, whatever the year. */
export const isRealDay = (ms: number): boolean => {
  const day = new Date(ms).getUTCDate();
  return isWorkday(ms) && day >= 4 && (day === 4 || (day < 7 && new Date(ms).getUTCDay() === 1));
};

/** A connection of its own: the Worker closes one that waits for five seconds, as while another company's file is read. */
const alone = { connection: "close" };
export const ask = <T>({ worker }: Company, what: string, body: object = {}): Promise<T> =>
  call<T>(worker.url, null, "POST", `/bench/simulated/${what}`, body, alone);
export const rowsOf = async ({ worker }: Company): Promise<Rows> => {
  const { rowsRead, rowsWritten } = await call<{ rowsRead: number; rowsWritten: number }>(
    ...([worker.url, null, "GET", "/bench/counts", undefined, alone] as const),
  );
  return { read: rowsRead, written: rowsWritten };
};

/** Set up at a moment, with registers and one agent's first calls by the routes. */
export async function found(
  dir: string,
  { name, company: all, agents, recorded }: Kind,
  from: number,
): Promise<Company> {
  const state = join(dir, name);
  // The benches' database is the Worker's own: what is migrated already takes minutes less.
  cpSync(await migratedState(), join(state, "v3/d1"), { recursive: true });
  const worker = await startWorker({
    port: await freePort(),
    stateDir: state,
    setupCode: "bench",
    config: BENCH_CONFIG,
    vars: { PART: String(all / Math.max(1, agents)) },
  });
  const company: Company = {
    ...{ worker, state, recorded, admin: "", agent: "", like: "", made: new Map(), total: 0 },
  };
  await ask(company, "clock", { at: from });
  company.admin = await setUp(worker.url, "bench", { name: "Bench", email: "bench@example.com" });
  // Who makes the routes' own calls is there in any case.
  for (let i = 0; i < Math.max(1, agents); i++) {
    const who = { name: `Agent ${i}`, email: `agent${i}@example.com`, role: "agent" as const };
    const token = await addPerson(worker.url, company.admin, who);
    if (i === 0) company.agent = token;
  }
  await pushRegisters(company, from);
  await realCall(company, from + MINUTE);
  // In the same hour: what people ask about is counted by hour.
  await asByRoutes(company, from + 20 * MINUTE);
  return company;
}

/** A bulk's call leaves as many rows in each table as one by the routes, with columns of the same types. */
async function asByRoutes(company: Company, from: number): Promise<void> {
  interface Written {
    counts: Record<string, number>;
    types: Record<string, string>;
  }
  const written = () => ask<Written>(company, "written");
  const grown = (now: Written, before: Written) =>
    Object.entries(now.counts).flatMap(([table, n]) => {
      const more = n - before.counts[table]!;
      return more === 0 ? [] : [[table, more]];
    });
  const before = await written();
  await realCall(company, from);
  const real = await written();
  // By the same agent: another one's name is a row of its own.
  await someCalls(company, from + 10 * MINUTE, 1, 0);
  const bulk = await written();
  assert.deepEqual(grown(bulk, real), grown(real, before), "the bulk writes what the routes write");
  assert.deepEqual(bulk.types, real.types, "and as they do");
}

/** A country's registers are in force for 28 days. */
export async function pushRegisters(company: Company, at: number): Promise<void> {
  const { worker, admin } = company;
  await ask(company, "clock", { at });
  for (const list of ["tps", "ctps"])
    await push({
      ...{ list, numbers: Float64Array.from({ length: 1000 }, (_, n) => 441_134_960_000 + n) },
      ...{ asOf: dayOf(at), source: { name: "bench.txt" }, pushId: randomUUID(), attestSameFile: true },
      send: <T>(method: string, path: string, body?: unknown, key?: string) =>
        call<T>(worker.url, admin, method, path, body, key === undefined ? {} : { "idempotency-key": key }),
    });
}

/** A dial that passes, and with recordings its call's, by the API. */
export async function realCall(company: Company, at: number): Promise<void> {
  const { worker, agent } = company;
  await ask(company, "clock", { at });
  const { stamp, results } = await call<CheckAnswer>(worker.url, agent, "POST", "/v1/check", {
    numbers: [KNOWN],
  });
  const { verdict, reasons } = results[0]!;
  assert.equal(verdict, "clear", JSON.stringify(reasons));
  const lists = stamp.lists.map(({ id, version, asOf }) => ({ id, version, asOf }));
  const body = {
    ...{ number: KNOWN, e164: KNOWN, via: "tel:", action: "passed", verdict, host: "crm.example.com" },
    ...{ reasons: reasons.map(({ text: _, ...reason }) => reason), at: iso(at) },
    seen: { seq: stamp.seq, policy: stamp.policy, lists },
  };
  const dial = await call<Dial>(worker.url, agent, "POST", "/v1/dials", body, {
    "idempotency-key": randomUUID(),
  });
  company.like = dial.id;
  if (company.recorded) await recordingOf(company, at);
  count(company, at, 1);
}

async function recordingOf(company: Company, at: number): Promise<void> {
  const { worker, admin, dialler } = company;
  if (dialler === undefined || dialler.until < at) {
    // A token lasts for a year at most.
    const prefix = `dialler${dayOf(at)}/`;
    const { token } = await call<TokenAnswer>(worker.url, admin, "POST", "/v1/tokens", {
      ...{ name: `Dialler of ${dayOf(at)}`, scopes: ["recordings:write", "calls:write"], prefix },
      until: dayOf(at + 360 * DAY),
    });
    company.dialler = { token, until: at + 320 * DAY, prefix };
  }
  const { token, prefix } = company.dialler!;
  const key = `${prefix}${dayOf(at)}/${randomUUID()}.mp3`;
  await ask(company, "put", { key });
  await ask(company, "clock", { at: at + 5 * MINUTE });
  await call(worker.url, token, "POST", "/v1/recordings", {
    ...{ provider: "dialler", providerId: `CA${randomUUID()}`, number: KNOWN, agent: AGENT },
    ...{ direction: "outbound", startedAt: iso(at), seconds: 252, announced: true, purpose: "quality" },
    storage: { kind: "r2", key },
  });
}

/** Answers what the database has then, in bytes. */
export async function someCalls(
  company: Company,
  from: number,
  calls: number,
  first = company.total,
): Promise<number> {
  const { recorded, like } = company;
  const { used } = await ask<{ used: number }>(company, "calls", { from, calls, first, like, recorded });
  count(company, from, calls);
  return used;
}

function count(company: Company, at: number, calls: number): void {
  company.total += calls;
  company.made.set(dayOf(at), (company.made.get(dayOf(at)) ?? 0) + calls);
}

/** SQL: rows of the trail, and of what it keeps apart, that each call brings; all others are of files, objects, days or people. */
const OF_CALLS: Readonly<Record<string, string>> = {
  audit_rows: `code GLOB 'dial.*' OR code GLOB 'recording.*' OR (code = 'audit.bound'
    AND substr(subject, 1, instr(subject, '/') - 1) IN ('audio', 'calls', 'certificates', 'dials', 'recordings'))`,
  audit_payload: "payload = 'null'",
};

/**
 * What the database keeps of an archived object of the trail of a whole company: two share three pages (shared/trail/sieve.ts). One of a part
 * is of fewer texts, and yet of a block a kind.
 */
const SIEVE = 1.5 * 4096;

/** Bytes of the database by table, with its indexes, and free, from the pages of a copy of its file. */
export function bytesOf({ state }: Company): Pick<Month, "bytes" | "ofCalls"> {
  const file = databaseIn(state);
  const copy = join(state, "copy.sqlite");
  for (const end of ["", "-wal"]) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
  const db = new DatabaseSync(copy);
  const rows = db
    .prepare(
      `SELECT tbl_name AS name, SUM(pgsize) AS bytes FROM dbstat JOIN sqlite_schema USING (name) GROUP BY tbl_name
       UNION ALL SELECT '${FREE}', freelist_count * page_size FROM pragma_freelist_count, pragma_page_size`,
    )
    .all() as { name: string; bytes: number }[];
  const ofCalls = Object.entries(OF_CALLS).map(([table, where]) => {
    const columns = db.prepare("SELECT name FROM pragma_table_info(?)").all(table) as { name: string }[];
    const length = columns.map(({ name }) => `COALESCE(length(${name}), 0)`).join(" + ");
    const { part } = db
      .prepare(`SELECT SUM((${length}) * (${where})) * 1.0 / SUM(${length}) AS part FROM ${table}`)
      .get() as { part: number | null };
    return [table, part ?? 0];
  });
  const { sieves } = db.prepare("SELECT COUNT(*) AS sieves FROM audit_sieves").get() as { sieves: number };
  db.close();
  for (const end of ["", "-wal", "-shm"]) rmSync(copy + end, { force: true });
  return {
    bytes: {
      ...Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes])),
      audit_sieves: sieves * SIEVE,
    },
    ofCalls: Object.fromEntries(ofCalls) as Record<string, number>,
  };
}

/** The most memory that the Worker's process took until now, in bytes, its database's and store's with it; null where it cannot be told. */
export function peakOf({ state }: Company): number | null {
  if (!existsSync("/proc/self/status")) return null;
  const read = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, "utf8");
    } catch {
      return "";
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const starter = pids.find((pid) => read(pid, "cmdline").includes(`"stateDir":"${state}"`));
  const status = pids
    .map((pid) => read(pid, "status"))
    .find((text) => text.startsWith("Name:\tworkerd") && text.includes(`PPid:\t${starter}\n`));
  const kB = /VmHWM:\s+(\d+)/.exec(status ?? "")?.[1];
  return kB === undefined ? null : Number(kB) * 1024;
}
