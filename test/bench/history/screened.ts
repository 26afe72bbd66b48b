/**
 * `npm run bench -- screened [count] [--write]`: how many bytes a screened number takes: in the database, until its month is closed and then,
 * and in the archive's bucket.
 */
import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { chunks } from "../../../shared/core/chunks.ts";
import { MAX_PART } from "../../../shared/core/limits.ts";
import { DAY } from "../../../shared/core/time.ts";
import { packAll } from "../../../shared/registers/blocks.ts";
import { listOf } from "../../../worker/screening/bound.ts";
import { listLine, rowLine } from "../../../worker/screening/closed/lines.ts";
import { screenedId } from "../../../worker/screening/screened.ts";
import { SETTLED } from "../../../worker/storage/closed/close.ts";
import { MEMBER, type Member } from "../../../worker/storage/closed/files.ts";
import { ROWS } from "../../../worker/storage/closed/sizes.ts";
import { titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { migrated } from "./pages.ts";

/** Numbers a month, and months that they are kept. */
const [MONTHLY, KEPT] = [1_000_000, 24];
/** Months in the database at the most: a month waits until all of it is settled. */
const STAYS = SETTLED / (DAY * (365 / 12)) + 1;
/** And in files: one goes as a whole, once its last day's time is over. */
const IN_FILES = KEPT + 1 - STAYS;
const TABLES = ["screened", "screened_bound", "screening_parts", "closed_screened", "closed_parts"];

/** Numbers of a whole country, so that hardly two are in one block: a part of 10,000 after the other, three of four clear. */
function fill(db: DatabaseSync, count: number): void {
  const at = "2026-08-03T10:00:00.000Z";
  db.exec(
    `INSERT INTO screenings (num, id, source, name, by, at) VALUES (1, '${"x".repeat(36)}', 'api', 'contacts.csv', 'x', '${at}')`,
  );
  const part = db.prepare(
    `INSERT INTO screening_parts (screening, part, at, seq, policy, lists, sha256, numbers, clear, caution, blocked, unknown, reasons,
       salt_high, salt_low, code) VALUES (1, ?, ?, 123456, 7, ?, ?, ?, ?, 0, ?, 0, '{"tps":2500}', random(), random(), abs(random()))`,
  );
  const lists = JSON.stringify(["tps", "ctps"].map((id) => ({ id, version: 123, asOf: "2026-08-01" })));
  const bound = db.prepare(
    `INSERT INTO screened_bound (screening, part, at, n, rows, salt_high, salt_low, code) VALUES (1, ?, ?, ?, ?, random(), random(), abs(random()))`,
  );
  const row = db.prepare(`INSERT INTO screened (id, n, data) VALUES (${screenedId("?", "?", "?")}, ?, ?)`);
  const all = Float64Array.from({ length: count }, () => 440000000000 + Math.floor(Math.random() * 9.999e9));
  db.exec("BEGIN");
  for (let n = 1, from = 0; from < count; n++, from += MAX_PART) {
    const numbers = all.slice(from, from + MAX_PART);
    const of = [numbers.filter((_, i) => i % 4 > 0), numbers.filter((_, i) => i % 4 === 0)];
    const rows = of.flatMap((some, blocked) =>
      [...packAll(some.sort())].map((block) => ({ ...block, verdict: 3 * blocked })),
    );
    const hash = randomBytes(32).toString("hex");
    part.run(n, at, lists, hash, numbers.length, of[0]!.length, of[1]!.length);
    bound.run(n, at, rows.length, listOf(rows));
    for (const { block, verdict, n: held, data } of rows) row.run(block, n, verdict, held, data);
  }
  db.exec("COMMIT");
}

/** Lines as a file's members: their bytes, and what the index has of them. */
function packed(lines: readonly { num: number; text: string }[], most: number) {
  const members: Member[] = [];
  let bytes = 0;
  for (const some of chunks(lines, most)) {
    const { byteLength } = gzipSync(some.map(({ text }) => `${text}\n`).join(""));
    const sha256 = createHash("sha256").update(String(bytes)).digest("hex");
    members.push([some[0]!.num, some.at(-1)!.num, bytes, byteLength, sha256]);
    bytes += byteLength;
  }
  return { bytes, members };
}

/** Closes all of it; answers the bytes of the objects of both kinds. */
function close(db: DatabaseSync): [rows: number, lists: number] {
  const read = (sql: string) =>
    (db.prepare(sql).all() as { line: string }[]).map(({ line }) => ({
      num: (JSON.parse(line) as [number])[0],
      text: line,
    }));
  const kinds = [
    [read(`SELECT ${rowLine} AS line FROM screened d ORDER BY d.id`), ROWS, MEMBER],
    [
      read(
        `SELECT ${listLine} AS line FROM screened_bound r JOIN screening_parts c USING (screening, part) ORDER BY c.num`,
      ),
      16,
      1,
    ],
  ] as const;
  const insert = db.prepare(
    `INSERT INTO closed_screened (month, lists, first, last, key, rows, bytes, sha256, bare, members, at) VALUES (202608, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
  );
  const sums = kinds.map(([lines, most, member], lists) => {
    let sum = 0;
    for (const some of chunks(lines, most)) {
      const { bytes, members } = packed(some, member);
      const [first, last] = [some[0]!.num, some.at(-1)!.num];
      const key = `screened/2026-08/${lists ? "lists/" : ""}${first}-${"x".repeat(36)}.ndjson.gz`;
      insert.run(
        ...[lists, first, last, key, some.length, bytes, "0".repeat(64), JSON.stringify(members)],
        "2026-11-02T00:00:00.000Z",
      );
      sum += bytes;
    }
    return sum;
  });
  db.exec(`INSERT INTO closed_parts SELECT num, 202608 FROM screening_parts;
    DELETE FROM screened; DELETE FROM screened_bound; VACUUM`);
  return sums as [number, number];
}

function sizes(db: DatabaseSync): Map<string, number> {
  const { results } = {
    results: db
      .prepare(
        `SELECT m.tbl_name AS name, SUM(s.pgsize) AS bytes FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1`,
      )
      .all() as { name: string; bytes: number }[],
  };
  return new Map(results.filter(({ name }) => TABLES.includes(name)).map(({ name, bytes }) => [name, bytes]));
}

export async function screened(count = 100_000, write = false): Promise<void> {
  const db = migrated();
  fill(db, count);
  db.exec("VACUUM");
  const before = sizes(db);
  const [rows, lists] = close(db);
  const after = sizes(db);
  const sum = (of: Map<string, number>) => [...of.values()].reduce((all, bytes) => all + bytes, 0) / count;
  const each = (bytes = 0) => (bytes / count).toFixed(bytes / count < 10 ? 2 : 0);
  const gigabytes = (open: number, closed = 0) =>
    ((MONTHLY * (sum(before) * open + sum(after) * closed)) / 1e9).toFixed(2);
  const text = [
    titled(`Of a screened number, of a whole country's, in parts of ${MAX_PART.toLocaleString("en-GB")}`, [
      ["", "until its month is closed", "then"],
      ...TABLES.map((name) => [name, each(before.get(name)), each(after.get(name))]),
      ["all", each(sum(before) * count), each(sum(after) * count)],
      ["in the bucket: rows", "", each(rows)],
      ["in the bucket: lists", "", each(lists)],
    ]),
    titled(`${MONTHLY.toLocaleString("en-GB")} screened numbers a month, kept for ${KEPT} months`, [
      ["", "GB of the database", "GB of the bucket"],
      ["if none leaves", gigabytes(KEPT), "0.00"],
      [
        "as they leave",
        gigabytes(STAYS, IN_FILES),
        ((MONTHLY * IN_FILES * (rows + lists)) / count / 1e9).toFixed(2),
      ],
    ]),
  ].join("\n\n");
  db.close();
  console.log(`\n${text}`);
  if (write) await writeFigures("screened", text, "npm run bench -- screened --write");
}
