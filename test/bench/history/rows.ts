/**
 * `npm run bench -- rows [count] [--write]`: how many bytes of the database a recording, its call, its certificate and its rows of
 * the trail take, by table and index, from the pages that SQLite counts (dbstat); with the migrations before the slim rows, and with
 * all.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { DAY } from "../../../shared/core/time.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { FULL } from "../../../worker/trail/archive.ts";
import { table, titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { packedCertificate, packedRecording } from "./names.ts";
import { packedOf } from "./packed.ts";
import { roomText } from "./room.ts";

/** The first of the migrations that make rows smaller. */
const SLIM = "0095";
const folder = at("worker/migrations");

function migrated(until = "9999"): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const file of readdirSync(folder).sort())
    if (file.endsWith(".sql") && file < until) db.exec(readFileSync(`${folder}/${file}`, "utf8"));
  return db;
}

const uuid = (...parts: [number, number][]) =>
  parts.map(([n, of]) => `substr(${HEX}, ${n}, ${of})`).join(" || '-' || ");
const HEX = "h";
/** 200 agents, 100 calls each a working day of eight hours. */
const some = `WITH RECURSIVE rows (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM rows WHERE n < ?1 - 1),
  said AS (SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', (?2 + n * 1440 + abs(random()) % 1000) / 1000.0, 'unixepoch') AS at,
    lower(hex(randomblob(16))) AS h, 442079460000 + abs(random()) % 100000000 AS number,
    'agent' || (n % 200) || '@example.com' AS agent, abs(random()) % 600 AS seconds FROM rows),
  made AS (SELECT *, ${uuid([1, 8], [9, 4], [13, 4], [17, 4], [21, 12])} AS id FROM said)`;
const by = "'6f1c2d3e-4a5b-4c6d-8e7f-9a0b1c2d3e4f'";
const hash = "lower(hex(randomblob(32)))";
const code = "abs(random())";

/** As an integration's are registered with their key, and looked at (worker/recordings/new-rows.ts). */
export const recordings = `INSERT INTO recordings (id, provider, ref, provider_id, number, agent, direction, started_at, started_on,
    seconds, store, object, region, bytes, announced, purpose, erase_after, rule, months, etag, by, at, audio_rev, audio_past,
    salt_high, salt_low, code, audio_high, audio_low, audio_code)
  ${some}, seeded AS MATERIALIZED (SELECT *, random() AS high, random() AS low FROM made)
  SELECT id, 'dialler', ${hash}, 'CA' || lower(hex(randomblob(16))), number, agent, 'outbound', at, substr(at, 1, 10), seconds,
    's3', 'dialler/' || substr(at, 1, 10) || '/' || n || '.mp3', 'GB', seconds * 4000, 1, 'quality', date(at, '+12 months'),
    'retention', 12, lower(hex(randomblob(16))), ${by},
    strftime('%Y-%m-%dT%H:%M:%fZ', at, '+' || (seconds + 1) || ' seconds'), 1, '[]', high, low, ${code}, ~high, ~low, ${code}
  FROM seeded`;
/** The call of each, made by a dial (worker/call-logs/rows.ts). */
export const calls = `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict,
    reasons, overridden, dial, screened, extension, by, at, campaign, judged_as, rev, past, salt_high, salt_low, code)
  ${some}
  SELECT id, ${hash}, 'recording', 'dialler', 'CA' || lower(hex(randomblob(16))), number, agent,
    (SELECT id FROM people WHERE num = n % 200 + 1), 'outbound', at, seconds, 'clear', '[]', 0, CAST((?2 + n * 1440) * 64 AS TEXT),
    'dial', 'on', ${by}, at, NULL, 'general', 1, '[]', random(), random(), ${code}
  FROM made`;
export const people = `INSERT INTO people (id, num, name, email, role, created_at)
  WITH RECURSIVE rows (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < 200), made AS (SELECT n, lower(hex(randomblob(16))) AS h FROM rows)
  SELECT ${uuid([1, 8], [9, 4], [13, 4], [17, 4], [21, 12])}, n, 'Agent', 'agent' || n || '@example.com', 'agent', '2026-01-01' FROM made`;
/** As the day's end leaves them (worker/recordings/erasing/one.ts), a day after another. */
export const certificates = `INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at,
    commitment, was, salt_high, salt_low, code)
  SELECT id, provider, store, region, erase_after, rule, months, '', strftime('%Y-%m-%dT%H:%M:%fZ', at, '+12 months'), ${hash},
    'there', random(), random(), ${code}
  FROM recordings ORDER BY rowid`;
export const emptied = `UPDATE recordings SET state = 'erased', provider_id = NULL, number = NULL, agent = NULL, direction = NULL,
  started_at = NULL, started_on = NULL, seconds = NULL, object = NULL, bytes = NULL, sha256 = NULL, etag = NULL, announced = NULL,
  purpose = NULL, flag = NULL, claim = NULL, due = NULL, error = NULL`;

/** Where calls lie since migration 0125, recordings since 0165, and the trail since 0166. */
const LIE: Record<string, string> = {
  ...{ audit_rows: "audit", audit_actors: "audit" },
  ...{ call_rows: "calls", call_texts: "calls" },
  ...{
    recording_rows: "recordings",
    recording_agents: "recordings",
    recording_sources: "recordings",
    recording_folders: "recordings",
  },
};

/** Bytes by table or index, of its pages; `used`: without what is free in them. */
type Sizes = Map<string, { bytes: number; used: number; of: string }>;
const sizesOf = (db: DatabaseSync): Sizes =>
  new Map(
    (
      db
        .prepare(
          `SELECT s.name, m.tbl_name AS of, SUM(s.pgsize) AS bytes, SUM(s.pgsize - s.unused) AS used
           FROM dbstat s JOIN sqlite_schema m USING (name) GROUP BY s.name`,
        )
        .all() as { name: string; of: string; bytes: number; used: number }[]
    ).map(({ name, ...size }) => [name, { ...size, of: LIE[size.of] ?? size.of }]),
  );

function measured(until: string | undefined, count: number) {
  const kept = migrated(until);
  kept.exec(people);
  const began = Date.now() - 400 * DAY;
  kept.prepare(recordings).run(count, began);
  kept.prepare(calls).run(count, began);
  const ofKept = sizesOf(kept);
  kept.close();
  const gone = migrated(until);
  gone.prepare(recordings).run(count, began);
  // Before their certificates, to tell these from what they lie beside.
  gone.exec(emptied);
  const without = sizesOf(gone);
  gone.exec(certificates);
  const ofGone = sizesOf(gone);
  gone.close();
  const sum = (sizes: Sizes, is: (of: string) => boolean, what: "bytes" | "used") =>
    [...sizes.values()].filter(({ of }) => is(of)).reduce((all, size) => all + size[what], 0) / count;
  const isOf = (of: string) => /^(recordings|certificates)/.test(of);
  return {
    kept: ofKept,
    recording: sum(ofKept, (of) => of === "recordings", "bytes"),
    call: sum(ofKept, (of) => of === "calls", "bytes"),
    erased: sum(ofGone, isOf, "bytes"),
    certificate: sum(ofGone, isOf, "used") - sum(without, isOf, "used"),
  };
}

/** What stays in the database of what closed: entries, so many in each table, of a row number. */
function entriesOf(
  count: number,
  num: string,
  entries: readonly (readonly [table: string, columns: string, values: string])[],
): Sizes {
  const db = migrated();
  const began = Date.now() - 400 * DAY;
  for (const [table, columns, values] of entries)
    db.prepare(`INSERT INTO ${table} (${columns}, num) ${some} SELECT ${values}, ${num} FROM made`).run(
      count,
      began,
    );
  const sizes = sizesOf(db);
  db.close();
  return new Map([...sizes].filter(([, { of }]) => entries.some(([table]) => table === of)));
}

/** Of a kept recording: by its reference, id and object, and by number; the counts by day and quarter are few. */
const keptOf = (count: number): Sizes =>
  entriesOf(count, "CAST((?2 + n * 1440) * 1024 AS INTEGER)", [
    ...[1, 2, 3].map(() => ["closed_kept", "name", "random()"] as const),
    ["closed_kept_numbers", "number", "number"],
  ]);

/** Of a dial and its call: by number, and by the call's reference and id. */
const closedOf = (count: number): Sizes =>
  entriesOf(count, "CAST((?2 + n * 1440) * 64 AS INTEGER)", [
    ["closed_numbers", "number, calls", "number, 1"],
    ...[1, 2].map(() => ["closed_logged", "name", "random()"] as const),
  ]);

/** Of a dial alone; and of a certificate with its emptied row, by the recording's reference and id. */
const closedDialOf = (count: number): Sizes =>
  entriesOf(count, "CAST((?2 + n * 1440) * 64 AS INTEGER)", [
    ["closed_numbers", "number, calls", "number, 0"],
  ]);
const closedCertificateOf = (count: number): Sizes =>
  entriesOf(count, "CAST((?2 + n * 1440) * 1024 AS INTEGER)", [
    ...[1, 2].map(() => ["closed_recordings", "name", "random()"] as const),
  ]);

/** A dial that passed and was clear, as most are; texts that dials share are few. */
function dialsOf(count: number): Sizes {
  const db = migrated();
  db.prepare(
    `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
       key, salt_high, salt_low, written, layer, medium)
     ${some}
     SELECT CAST((?2 + n * 1440) * 64 AS INTEGER), n % 200 + 1, number, 100, 0, 0, 0, 0, 1, 1, 1, 1, 1, random(), random(), random(), '', 0, 0
     FROM made`,
  ).run(count, Date.now() - 400 * DAY);
  const sizes = sizesOf(db);
  db.close();
  return new Map([...sizes].filter(([, size]) => size.of === "dials"));
}

/** Working days of a month, with those until the night in which it leaves as it is closed. */
const MONTH = 25;
/** Most working days among as many in a row. */
const working = (days: number): number => Math.floor(days / 7) * 5 + Math.min(days % 7, 5);
/** And of the days for which rows stay in any case, until the night after them. */
const STAYS = working(FULL / DAY + 1);
const AGENTS = 1000;
const CALLS_A_DAY = 100;
/** Rows of an object of the archive: fewer of the open month do not leave. */
const OBJECT = 20_000;
const ROWS_A_CALL = 5;
const ROWS_AN_ERASURE = 2;

/** Dials of a month of 22 working days. */
const A_MONTH = AGENTS * CALLS_A_DAY * 22;

type Event = [actor: string, code: string, subject: string];
const hex = (bytes: number) => randomBytes(bytes).toString("hex");

/** Rows of the trail as the Ledger writes them, of so many calls or recordings; the last of each says nothing apart, under a salt. */
function trailOf(count: number, written: (n: number, ms: number) => Event[], salt: () => string): Sizes {
  const db = migrated();
  const add = db.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const keep = db.prepare("INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, ?, 'null')");
  const began = Date.now() - 400 * DAY;
  let [seq, prev] = [0, "genesis"];
  db.exec("BEGIN");
  for (let n = 0; n < count; n++) {
    const ms = began + n * 1440;
    const at = new Date(ms).toISOString();
    for (const row of written(n, ms)) {
      const hash = hex(32);
      add.run(++seq, at, ...row, hex(32), prev, hash, hex(16));
      prev = hash;
    }
    keep.run(seq, at, salt());
  }
  db.exec("COMMIT");
  const sizes = sizesOf(db);
  db.close();
  return new Map([...sizes].filter(([, { of }]) => /^audit(_payload)?$/.test(of)));
}

const agents = Array.from({ length: 200 }, () => randomUUID());
const integration = randomUUID();
/** Of a recorded call: its dial, three states that are bound, and its arrival, which says nothing that the recording's row says. */
function ofCall(n: number, ms: number): Event[] {
  const [id, call] = [randomUUID(), randomUUID()];
  return [
    [agents[n % 200]!, "dial.passed", String(ms * 64)],
    [integration, "audit.bound", `recordings/${id}`],
    [integration, "audit.bound", `audio/${id}@1`],
    [integration, "audit.bound", `calls/${call}@1`],
    [integration, "recording.added", id],
  ];
}
/** Of an erasure on its day: its certificate, and the erasure, which says nothing that the certificate says but for the salt. */
function ofErasure(): Event[] {
  const id = randomUUID();
  return [
    ["system", "audit.bound", `certificates/${id}`],
    ["system", "recording.erased", id],
  ];
}

/** What they take of the database at most, in gigabytes, where all rows of a month stay until it is closed, and as they leave now. */
function trail(count: number) {
  const calls = Math.ceil(count / ROWS_A_CALL);
  const sizes = [...trailOf(calls, ofCall, () => "")];
  const erasures = [...trailOf(calls, ofErasure, () => hex(16))];
  const a = (bytes: number) => (bytes / calls).toFixed(0);
  const all = sizes.reduce((sum, [, { of, bytes }]) => sum + (of === "audit" ? bytes : 0), 0) / calls;
  const gigabytes = (days: number, more: number) =>
    ((all * (days * AGENTS * CALLS_A_DAY + more / ROWS_A_CALL)) / 1e9).toFixed(2);
  const whole = (of: typeof sizes) => of.reduce((sum, [, { bytes }]) => sum + bytes, 0) / calls;
  const text = [
    titled(`Of a recorded call in the trail, ${ROWS_A_CALL} rows, until they leave`, [
      ["", "bytes"],
      ...sizes.map(([name, { bytes }]) => [name, a(bytes)]),
    ]),
    titled(`Of an erasure on its day in the trail, ${ROWS_AN_ERASURE} rows, until they leave`, [
      ["", "bytes"],
      ...erasures.map(([name, { bytes }]) => [name, a(bytes)]),
    ]),
    table([
      [`the trail of ${AGENTS.toLocaleString("en-GB")} agents at most, without payloads`, "GB"],
      ["until each month is closed", gigabytes(MONTH, 0)],
      [`until an object is full, and ${FULL / DAY} days old`, gigabytes(STAYS, OBJECT)],
    ]),
  ].join("\n\n");
  return { text, trail: whole(sizes), trailOfErasure: whole(erasures) };
}

export async function rows(count = 100_000, write = false): Promise<void> {
  const [before, now] = [measured(SLIM, count), measured(undefined, count)];
  const of = (sizes: Sizes, name: string) => {
    const size = sizes.get(name);
    return size ? (size.bytes / count).toFixed(0) : "";
  };
  const names = (which: string) =>
    [
      ...new Set([...before.kept, ...now.kept].filter(([, size]) => size.of === which).map(([name]) => name)),
    ].filter((name) => [before, now].some(({ kept }) => (kept.get(name)?.bytes ?? 0) / count >= 0.5));
  const { text: ofTrail, ...trailBytes } = trail(count);
  const each = (sizes: Sizes) => [...sizes.values()].reduce((sum, { bytes }) => sum + bytes, 0) / count;
  const packed = packedOf(A_MONTH);
  const room = {
    ...{ packedDial: packed.dial, packedCall: packed.call },
    ...{ packedRecording: packedRecording(count), packedCertificate: packedCertificate(count) },
    ...{ dial: each(dialsOf(count)), call: now.call, recording: now.recording, erased: now.erased },
    ...{ closedDial: each(closedDialOf(count)), closedCall: each(closedOf(count)) },
    ...{ closedRecording: each(keptOf(count)), closedCertificate: each(closedCertificateOf(count)) },
    ...trailBytes,
  };
  const text = [
    `${count.toLocaleString("en-GB")} rows of each in SQLite; bytes a row, by the pages of each table and index`,
    table([
      ["", "before", "now"],
      ...(["recording", "call", "certificate", "erased"] as const).map((what) => [
        {
          recording: "a recording that is kept",
          call: "its call",
          certificate: "its certificate, without what is free in pages",
          erased: "what stays of an erased one, with the certificate",
        }[what],
        ...[before, now].map((side) => side[what].toFixed(0)),
      ]),
    ]),
    ...["recordings", "calls"].map((which) =>
      titled(`Of a row of ${which}`, [
        ["", "before", "now"],
        ...names(which).map((name) => [name, of(before.kept, name), of(now.kept, name)]),
      ]),
    ),
    titled("Of a call and its dial whose month is closed", [
      ["", "bytes"],
      ...[...closedOf(count)].map(([name, { bytes }]) => [name, (bytes / count).toFixed(0)]),
    ]),
    titled(`The same once it is packed, of ${A_MONTH.toLocaleString("en-GB")} in the month`, [
      ["", "bytes"],
      ...[...packed.sizes, ["all", packed.call] as const].map(([name, bytes]) => [name, bytes.toFixed(1)]),
    ]),
    titled("Of a kept recording whose month is closed", [
      ["", "bytes"],
      ...[...keptOf(count)].map(([name, { bytes }]) => [name, (bytes / count).toFixed(0)]),
      ["all, once it is packed", room.packedRecording.toFixed(0)],
    ]),
    titled("Of a certificate of erasure whose month is closed", [
      ["", "bytes"],
      ["closed_recordings", room.closedCertificate.toFixed(0)],
      ["once it is packed", room.packedCertificate.toFixed(0)],
    ]),
    ofTrail,
    roomText(room, STAYS),
  ].join("\n\n");
  console.log(`\n${text}`);
  if (write) await writeFigures("rows", text, "npm run bench -- rows --write");
}
