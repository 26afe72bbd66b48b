/** What a day's calls left leaves the database in a night, by the night's own jobs: rows of the trail, dials with calls, recordings, certificates. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { scheduler } from "node:timers/promises";
import { DAY } from "../../../shared/core/time.ts";
import type { Env } from "../../../worker/env.ts";
import { fillTrail } from "./fill.ts";
import { type Asked, migrated, withD1 } from "./packing-d1.ts";
import { calls, certificates, emptied, people, recordings } from "./sample.ts";

Object.assign(globalThis, { scheduler });

/** All of it is over 62 days old by then, and nothing of its month is settled: what fills a file leaves. */
const [FIRST, NIGHT] = [Date.UTC(2026, 8, 1), Date.UTC(2026, 10, 5, 3, 17)];
/** Rows of the trail of a call, its recording, that one's erasure and what agents open. */
const TRAIL = 5;
/** What was erased after its twelve months leaves three days later. */
const YEAR = 365 * DAY;

/** The dials of calls: plain, as they came from a page. */
const dials = `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons,
    state, key, salt_high, salt_low, code, written, layer, medium)
  SELECT CAST(dial AS INTEGER), (SELECT num FROM people p WHERE p.id = person), number, 100, 0, 0, 0, 0, 1, 1, 1, 1, 1,
    random(), random(), random(), abs(random()), '', 0, 0 FROM calls`;

export interface Closed {
  name: string;
  files: number;
  rows: number;
  /** Milliseconds by the clock. */
  took: number;
  asked: Asked;
  /** Runs of five minutes; and what the Worker asks of the database in one, and of the bucket for a file. */
  runs: number;
  queries: number;
  bucket: number;
}

/** What all jobs of a run ask of the database where nothing is due, in the night and in five minutes. Without a key they ask for more. */
export async function others(): Promise<{ day: number; often: number }> {
  const db = migrated();
  const folder = mkdtempSync(join(tmpdir(), "cleardial-closing-"));
  try {
    const { scheduled, OFTEN_CRON } = await import("../../../worker/jobs/scheduled.ts");
    const { env, bench } = await withLedger(db, folder);
    const AUDIT_KEY = generateKeyPairSync("ed25519")
      .privateKey.export({ type: "pkcs8", format: "der" })
      .toString("base64");
    const asked = async (cron: string): Promise<number> => {
      let queries = 0;
      const DB = bench.heard((n) => (queries += n));
      await scheduled({ cron, scheduledTime: Date.now() }, withParts(env, { AUDIT_KEY, DB }));
      return queries;
    };
    // The first two do what an upgrade leaves to do once; and one what a night leaves.
    for (let n = 0; n < 2; n++) await asked(OFTEN_CRON);
    const day = await asked("17 3 * * *");
    await asked(OFTEN_CRON);
    return { day, often: await asked(OFTEN_CRON) };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Worker's environment, with these parts of it. */
const withParts = (env: Env, parts: object): Env => ({ ...env, ...parts });

async function withLedger(db: DatabaseSync, folder: string) {
  const { Ledger } = await import("../../../worker/core/ledger.ts");
  const stored = new Map<string, unknown>();
  const storage = {
    get: (key: string) => Promise.resolve(stored.get(key)),
    put: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
  };
  const Made = Ledger as unknown as new (state: object, env: Env) => object;
  const LEDGER = { idFromName: (id: string) => id, get: () => ledger };
  const { env, bench } = withD1(db, { LEDGER }, folder);
  const ledger = new Made({ storage }, env);
  return { env, bench };
}

async function closed(
  name: string,
  table: string,
  rowsOf: string,
  fill: (db: DatabaseSync) => void,
  close: (env: Env, now: number) => Promise<void>,
  often: number,
): Promise<Closed> {
  const db = migrated();
  const folder = mkdtempSync(join(tmpdir(), "cleardial-closing-"));
  try {
    fill(db);
    const { counted, MOST, within } = await import("../../../worker/storage/closed/calls.ts");
    const { OFTEN } = await import("../../../worker/jobs/archive.ts");
    const { env, bench } = await withLedger(db, folder);
    const there = () =>
      db.prepare(`SELECT COUNT(*) AS files, COALESCE(SUM(${rowsOf}), 0) AS rows FROM ${table}`).get() as {
        files: number;
        rows: number;
      };
    let [runs, queries, most, calls] = [0, 0, 0, 0];
    const DB = bench.heard((n) => (queries += n));
    const ARCHIVE = new Proxy(env.ARCHIVE as object, {
      get: (own, key) => (calls++, Reflect.get(own, key) as unknown),
    });
    const began = performance.now();
    for (let before = -1; there().files > before; runs++) {
      before = there().files;
      queries = 0;
      const until = performance.now() + OFTEN;
      const run = counted(withParts(env, { DB, ARCHIVE }), { ...MOST, queries: MOST.queries - often });
      await close(
        within(run, () => performance.now() < until),
        NIGHT,
      );
      most = Math.max(most, queries);
    }
    const took = performance.now() - began - bench.asked.paused;
    const { files, rows } = there();
    // The last finds nothing.
    return {
      name,
      files,
      rows,
      took,
      asked: bench.asked,
      runs: runs - 1,
      queries: most,
      bucket: calls / files,
    };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each of so many calls. */
export async function closing(n: number, often: number): Promise<Closed[]> {
  const { closeDials } = await import("../../../worker/dials/closed/close.ts");
  const { closeKept } = await import("../../../worker/recordings/closed/close.ts");
  const { closeCertificates } = await import("../../../worker/recordings/certificates/close.ts");
  const forTests = { clock: () => 0 };
  const { archiveMonths } = await import("../../../worker/trail/archive.ts");
  return [
    await closed(
      "the trail",
      "audit_archives",
      "last_seq - first_seq + 1",
      (db) => fillTrail(db, { n: n * TRAIL, from: FIRST, until: FIRST + 2 * DAY }),
      (env, now) => archiveMonths(env, now),
      often,
    ),
    await closed(
      "dials with calls",
      "closed_files",
      "rows",
      (db) => {
        db.exec(people);
        db.prepare(calls).run(n, BigInt(FIRST));
        db.exec(dials);
      },
      (env, now) => closeDials(env, now, forTests),
      often,
    ),
    await closed(
      "recordings",
      "closed_kept_files",
      "rows",
      (db) => {
        db.prepare(recordings).run(n, BigInt(FIRST));
      },
      (env, now) => closeKept(env, now, forTests),
      often,
    ),
    await closed(
      "certificates",
      "closed_certificates",
      "rows",
      (db) => {
        db.prepare(recordings).run(n, BigInt(NIGHT - 12 * DAY - YEAR));
        db.exec(emptied);
        db.exec(certificates);
      },
      (env, now) => closeCertificates(env, now, forTests),
      often,
    ),
  ];
}
