/** What a day's calls left leaves the database in a night, by the night's own jobs: rows of the trail, dials with calls, recordings, certificates. */
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
}

async function closed(
  name: string,
  table: string,
  rowsOf: string,
  fill: (db: DatabaseSync) => void,
  close: (env: Env, now: number) => Promise<void>,
): Promise<Closed> {
  const db = migrated();
  const folder = mkdtempSync(join(tmpdir(), "cleardial-closing-"));
  try {
    fill(db);
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
    const began = performance.now();
    await close(env, NIGHT);
    const took = performance.now() - began - bench.asked.paused;
    const { files, rows } = db
      .prepare(`SELECT COUNT(*) AS files, COALESCE(SUM(${rowsOf}), 0) AS rows FROM ${table}`)
      .get() as { files: number; rows: number };
    return { name, files, rows, took, asked: bench.asked };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each of so many calls. */
export async function closing(n: number): Promise<Closed[]> {
  Object.assign(globalThis, { scheduler });
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
    ),
    await closed(
      "recordings",
      "closed_kept_files",
      "rows",
      (db) => {
        db.prepare(recordings).run(n, BigInt(FIRST));
      },
      (env, now) => closeKept(env, now, forTests),
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
    ),
  ];
}
