/** Fills a database with history, as if it had been written over months: dials, rows of the trail, recordings. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { commitmentOf, rowHash } from "../../../shared/trail/chain.ts";

/** The file of a local Worker's database. It must have stopped. */
export function databaseIn(state: string): string {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((f) => f.endsWith(".sqlite") && f !== "metadata.sqlite");
  if (file === undefined) throw new Error(`no database in ${folder}`);
  return join(folder, file);
}

/** Rows 0 to ?2 - 1. */
const rows =
  "WITH RECURSIVE rows (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM rows WHERE n < CAST(?2 AS INTEGER) - 1)";
/**
 * SQL: ?2 dials, ?3 milliseconds apart, the first at ?1. One in twenty is held, one in a hundred let pass; one in fifteen is to
 * a number that the Worker would block.
 */
export const someDials = `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page,
    reasons, worker_reasons, state, key, salt_high, salt_low, written, layer, medium)
  ${rows}
  SELECT (?1 + n * ?3) * 64, n % 200 + 1, 442079460000 + (?1 / ?3 + n) * 7919 % 100000000, 100,
    CASE WHEN n % 20 = 0 THEN 1 WHEN n % 100 = 1 THEN 2 ELSE 0 END, 0, 0, IIF(n % 15 = 0, 2, 0), n % 100 <> 3,
    1, 1, 1, 1, random(), random(), random(), '', 0, 0
  FROM rows`;

const someRecordings = `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on,
    seconds, store, object, region, announced, purpose, erase_after, rule, months, by, at)
  ${rows}, times AS (SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', (?1 + n * ?3) / 1000.0, 'unixepoch') AS at FROM rows)
  SELECT lower(hex(randomblob(13))), 'dialler', 'dialler:' || n, n, 442079460000 + n * 7919 % 100000000,
    'agent' || n % 200 || '@example.com', 'outbound', at, substr(at, 1, 10), 252, 'r2', 'dialler/' || n || '.mp3', 'GB', 1,
    'quality', date(at, '+24 months'), 'retention', 24, 'dialler', at
  FROM times`;

/** `n` rows of each, equally far apart, from a moment until another one, in milliseconds. */
export interface Span {
  n: number;
  from: number;
  until: number;
}
const step = ({ n, from, until }: Span): number => Math.floor((until - from) / n);

export const fillDials = (db: DatabaseSync, span: Span): unknown =>
  db.prepare(someDials).run(span.from, span.n, step(span));

export const fillRecordings = (db: DatabaseSync, span: Span): unknown =>
  db.prepare(someRecordings).run(span.from, span.n, step(span));

/** Status changes and answers of sources, as many; and a tenth of lines of requests' timelines and of what erasures left. */
export function fillOthers(db: DatabaseSync, span: Span): void {
  const at = "strftime('%Y-%m-%dT%H:%M:%fZ', (?1 + n * ?3) / 1000.0, 'unixepoch')";
  const start = new Date(span.from).toISOString();
  db.exec(`INSERT INTO people (id, name, email, role, created_at) VALUES ('filler', 'F', 'f@example.com', 'admin', '${start}');
    INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, by, at)
      VALUES ('filled', 'filled', 'access', 'post', 'open', 'F', 442079460390, '${start.slice(0, 10)}', 30, '${start.slice(0, 10)}', 'filler', '${start}')`);
  const fill = (text: string, n: number) => db.prepare(text).run(span.from, n, step({ ...span, n }));
  fill(
    `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at) ${rows}
     SELECT 442079460000 + n * 7919 % 100000000, 'clear', 'blocked', 'tps', 1, ${at} FROM rows`,
    span.n,
  );
  fill(
    `INSERT INTO lookups (number, list, at, listed, source) ${rows}
     SELECT 442079460000 + n, 1, ${at}, n % 9 = 0, 'data8' FROM rows`,
    span.n,
  );
  fill(
    `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, direction, started_at, seconds, verdict, reasons, by, at) ${rows}
     SELECT printf('%08x-0000-4000-8000-%012x', n, n), printf('%016x%048x', n, n), 'fetch', 'twilio', 'CA' || printf('%032x', n),
       442079460000 + n * 7919 % 100000000, 'agent' || (n % 200) || '@example.com', 'outbound', ${at}, n % 600, 'clear', '[]',
       'list:twilio', ${at} FROM rows`,
    span.n,
  );
  fill(
    `INSERT INTO request_events (request, action, state, by, at) ${rows} SELECT 'filled', 'created', 'open', 'filler', ${at} FROM rows`,
    span.n / 10,
  );
  fill(
    `INSERT INTO restricted (kind, ref, until, request) ${rows} SELECT 'dial', n, substr(${at}, 1, 10), 'filled' FROM rows`,
    span.n / 10,
  );
}

/** Rows of the trail with their payloads, each after the one before. It verifies. */
export function fillTrail(db: DatabaseSync, span: Span): void {
  const payload = JSON.stringify({ number: "+442079460958", verdict: "clear", action: "passed" });
  const commitment = commitmentOf("salt", payload);
  let { seq, hash } = db.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").get() as {
    seq: number;
    hash: string;
  };
  const row = db.prepare(
    "INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const kept = db.prepare("INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, 'salt', ?)");
  db.exec("BEGIN");
  for (let n = 0; n < span.n; n++) {
    const at = new Date(span.from + n * step(span)).toISOString();
    const made = {
      ...{ seq: ++seq, at, actor: `agent-${n % 200}`, code: "dial.passed" },
      ...{ subject: `dial-${n}`, commitment, prev: hash },
    };
    hash = rowHash(made);
    row.run(...Object.values(made), hash);
    kept.run(seq, at, payload);
  }
  db.exec("COMMIT");
}
