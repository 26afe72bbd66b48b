/**
 * `npm run bench -- packing [rows] [--write]`: what the nights of a company take that made so many recorded calls in a month, by the nights' own
 * jobs and their statements, in SQLite: closing what came on one day, and packing the indexes of a month of dials with calls, recordings and
 * certificates. How much of it is the Worker's own, and how often it calls the database, which is further away at work. Exits with 1 where a
 * file, or a run, takes more than 64 MB of memory, or, with 30 ms more each call, 30 seconds.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Env } from "../../../worker/env.ts";
import { HOUR, MINUTE, SECOND } from "../../../shared/core/time.ts";
import { SOON } from "../../../worker/recordings/certificates/lines.ts";
import { ROWS as FILE } from "../../../worker/storage/closed/sizes.ts";
import { seconds, titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { type Closed, closing, others } from "./closing.ts";
import { type Asked, migrated, nothing, withD1 } from "./packing-d1.ts";

/** What a thousand agents call in a month. */
const ROWS = 2_200_000;
/** Working days, of which one closes in a night. */
const DAYS = 22;
/** What a call of D1 takes besides, in milliseconds: the network, and what keeps its writes in several places. */
const FURTHER = 30;
/** What closing a file, or a run of packing, may take: of the 128 MB of a Worker half, and as long as Cloudflare gives a run's processor. */
const MOST = { memory: 64e6, took: 30 * SECOND };
/** As in wrangler.toml. */
const OFTEN = 5 * MINUTE;
/** Of the next month as much has closed by then, which is not packed yet. */
const NEXT = 0.25;
const [MONTH, NIGHT] = [Date.UTC(2026, 7, 1), Date.UTC(2026, 10, 5, 3, 17)];
const UNTIL = Date.UTC(2026, 8, 1);

/** Tables of an index, and what makes the rows of one closed row: `num`, a random `number` and random names. */
const INDEXES: readonly (readonly [table: string, columns: string, order: string, unit: number])[] = [
  ["closed_numbers", "number, num, 1", "1, 2", 64],
  ["closed_logged", "random(), num, 0", "1", 64],
  ["closed_logged", "random(), num, 1", "1", 64],
  ["closed_kept_numbers", "number, num", "1, 2", 1024],
  ...Array.from({ length: 3 }, () => ["closed_kept", "random(), num", "1", 1024] as const),
  ...Array.from({ length: 2 }, () => ["closed_recordings", "random(), num", "1", 1024] as const),
];
const COUNTED = [
  "closed_numbers",
  "closed_logged",
  "closed_kept_numbers",
  "closed_kept",
  "closed_recordings",
];

/** So many of each, equally far apart in a span of milliseconds. */
function fill(db: DatabaseSync, n: number, from: number, until: number, but = ""): void {
  for (const [name, columns, order, unit] of INDEXES.filter(([name]) => name !== but))
    db.prepare(
      `INSERT INTO ${name} WITH RECURSIVE rows (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM rows WHERE n < CAST(?1 AS INTEGER) - 1),
         said AS (SELECT CAST(?2 + n * ?3 AS INTEGER) * ${unit} AS num, 442079460000 + abs(random()) % 100000000 AS number FROM rows)
       SELECT ${columns} FROM said ORDER BY ${order}`,
    ).run(n, from, (until - from) / n);
  for (const [name, unit] of [
    ["closed_files", 64],
    ["closed_kept_files", 1024],
    ["closed_certificates", 1024],
  ] as const) {
    const add = db.prepare(
      `INSERT INTO ${name} (first, last, key, rows, bytes, sha256, members, at) VALUES (?1, ?2, ?3, ?4, 0, '', json_array(json_array(?1)), '')`,
    );
    const files = Math.ceil(n / FILE);
    const edge = (file: number) => Math.round(from + ((until - from) * file) / files) * unit;
    for (let file = 0; file < files; file++)
      add.run(edge(file), edge(file + 1) - 1, `${name} ${edge(file)}`, Math.min(n, FILE));
  }
}

interface Measured {
  name: string;
  entries: number;
  /** Milliseconds by the clock. */
  took: number;
  runs: number;
  /** Calls of the database, statements, and milliseconds, of one run. */
  most: number;
  queries: number;
  longest: number;
  asked: Asked;
}

/** Milliseconds of a file, and of a run, where each call of the database takes longer. */
const fileOf = ({ took, files, asked }: Closed): number => (took + asked.calls * FURTHER) / files;
const runOf = ({ longest, most }: Measured): number => longest + most * FURTHER;
const failuresOf = (name: string, memory: number, took: number): string[] => [
  ...(memory > MOST.memory ? [`${name}: ${number(memory / 1e6)} MB of memory`] : []),
  ...(took > MOST.took ? [`${name}: ${seconds(took)}`] : []),
];

const number = (value: number): string => Math.round(value).toLocaleString("en-GB");
const linesOf = (all: readonly { took: number; asked: Asked }[]): string[][] => [
  ["time", ...all.map(({ took }) => seconds(took))],
  ["of it the Worker's own", ...all.map(({ took, asked }) => seconds(took - asked.took))],
  ["calls of the database", ...all.map(({ asked }) => number(asked.calls))],
  ["statements", ...all.map(({ asked }) => number(asked.statements))],
  ["rows written", ...all.map(({ asked }) => number(asked.changes))],
  ["the longest call", ...all.map(({ asked }) => seconds(asked.slowest))],
  ["the largest parameter", ...all.map(({ asked }) => `${number(asked.most / 1000)} kB`)],
  ["memory, at the most", ...all.map(({ asked }) => `${number(asked.memory / 1e6)} MB`)],
];

export async function packing(n = ROWS, write = false): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "cleardial-packing-"));
  const db = migrated(join(dir, "db.sqlite"));
  try {
    process.stderr.write(`${n.toLocaleString("en-GB")} rows of each …\n`);
    fill(db, n, MONTH, UNTIL);
    // Certificates leave three days later, and none of those that are there are of a month that is not over.
    fill(db, Math.round(n * NEXT), UNTIL, UNTIL + SOON, "closed_recordings");
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const stood = loadavg()[0]!;
    // Nothing of it is on the trail.
    const { env, bench } = withD1(db, { LEDGER: {} });
    const count = () =>
      COUNTED.reduce(
        (all, name) => all + (db.prepare(`SELECT COUNT(*) AS n FROM ${name}`).get() as { n: number }).n,
        0,
      );
    const besides = await others();
    const { counted, MOST: calls } = await import("../../../worker/storage/closed/calls.ts");
    const { packOn, SLICES } = await import("../../../worker/jobs/archive.ts");
    const { packDials } = await import("../../../worker/dials/closed/packed/packing.ts");
    const { packNames } = await import("../../../worker/recordings/closed/names/pack.ts");
    const marks = db.prepare(
      "SELECT COUNT(*) AS n FROM marks WHERE name LIKE 'dials-packing-at' OR name LIKE 'packing %'",
    );
    /** A night begins, and runs of five minutes go on. */
    const measure = async (
      name: string,
      begin: (env: Env, bounds: { slices: number }) => Promise<void>,
    ): Promise<Measured> => {
      const before = count();
      bench.asked = nothing();
      let [runs, most, queries, longest] = [0, 0, 0, 0];
      const began = performance.now();
      for (let goesOn = true; goesOn; runs++) {
        const [{ calls: asked, statements, paused }, from] = [bench.asked, performance.now()];
        const run = counted(env, { ...calls, queries: calls.queries - besides.often });
        await (runs === 0 ? begin(run, { slices: SLICES }) : packOn(run, NIGHT));
        queries = Math.max(queries, bench.asked.statements - statements);
        most = Math.max(most, bench.asked.calls - asked);
        longest = Math.max(longest, performance.now() - from - (bench.asked.paused - paused));
        goesOn = (marks.get() as { n: number }).n > 0;
      }
      const took = performance.now() - began - bench.asked.paused;
      return { name, entries: before - count(), took, runs, most, queries, longest, asked: bench.asked };
    };
    const all = [
      await measure("dials and calls", (own, bounds) => packDials(own, NIGHT, bounds)),
      await measure("recordings and certificates", (own, bounds) => packNames(own, NIGHT, bounds)),
    ];
    // By number and by last digits a dial has two entries, and one of its row goes.
    assert.equal(all[0]!.entries, 3 * n, "each entry of the month left its table");
    assert.equal(all[1]!.entries, 6 * n, "each entry of the month left its table");
    const closed = await closing(Math.ceil(n / DAYS), besides.often);
    const text = [
      `${number(n)} recorded calls a month. Load of the machine before: ${stood.toFixed(1)}.`,
      titled(`A night closes what came on one of ${DAYS} days`, [
        ["", ...closed.map(({ name }) => name)],
        ["rows that left", ...closed.map(({ rows }) => number(rows))],
        ["in files", ...closed.map(({ files }) => number(files))],
        ...linesOf(closed),
        ["a file takes", ...closed.map(({ files, took }) => seconds(took / files))],
        [`where each call takes ${FURTHER} ms more`, ...closed.map((one) => seconds(fileOf(one)))],
        ["calls of the bucket for a file", ...closed.map(({ bucket }) => bucket.toFixed(1))],
        ["runs of five minutes", ...closed.map(({ runs }) => number(runs))],
        ["statements of a run, at the most", ...closed.map(({ queries }) => number(queries))],
      ]),
      `All jobs of a run, with nothing due: ${number(besides.day)} statements in the night, ${number(besides.often)} in five minutes.`,
      titled(`Packing a month; of the next one ${number(n * NEXT)} of each have closed, which stay`, [
        ["", ...all.map(({ name }) => name)],
        ["entries that left their tables", ...all.map(({ entries }) => number(entries))],
        ["a second", ...all.map(({ entries, took }) => number(entries / (took / 1000)))],
        ...linesOf(all),
        [`runs of up to ${SLICES} slices`, ...all.map(({ runs }) => number(runs))],
        ["calls of a run, at the most", ...all.map(({ most }) => number(most))],
        ["statements of a run, at the most", ...all.map(({ queries }) => number(queries))],
        ["time of a run, at the most", ...all.map(({ longest }) => seconds(longest))],
        [`where each call takes ${FURTHER} ms more`, ...all.map((one) => seconds(runOf(one)))],
        ["hours, a run each five minutes", ...all.map(({ runs }) => ((runs * OFTEN) / HOUR).toFixed(1))],
      ]),
    ].join("\n\n");
    console.log(`\n${text}`);
    for (const failure of [
      ...closed.flatMap((one) => failuresOf(one.name, one.asked.memory, fileOf(one))),
      ...all.flatMap((one) => failuresOf(one.name, one.asked.memory, runOf(one))),
    ]) {
      console.error(failure);
      process.exitCode = 1;
    }
    if (write)
      await writeFigures("packing", text, `npm run bench -- packing ${n === ROWS ? "" : `${n} `}--write`);
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
