/**
 * `npm run bench -- rows [count] [--write]`: how many bytes of the database a recording, its call, its certificate and its rows of
 * the trail take, by table and index, from the pages that SQLite counts (dbstat); with the migrations before the slim rows, and with
 * all.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { DAY } from "../../../shared/core/time.ts";
import { FULL } from "../../../worker/trail/archive.ts";
import { table, titled } from "../table.ts";
import { writeFigures } from "../write.ts";
import { packedCertificate, packedRecording } from "./names.ts";
import { packedOf } from "./packed.ts";
import { migrated, type Sizes, sizesOf } from "./pages.ts";
import { roomText } from "./room.ts";
import {
  calls,
  callsOf,
  certificates,
  emptied,
  named,
  people,
  recordings,
  recordingsOf,
  some,
} from "./sample.ts";
import { type Event, sieves } from "./sieves.ts";

/** The first of the migrations that make rows smaller. */
const SLIM = "0095";
/** Bytes that none should take more of, as telephone systems name them. */
const AIM = { recording: 350, call: 300, certificate: 60 };
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

/** Bytes of a kept recording and of its call, by how systems name them. */
function byNames(until: string | undefined, count: number) {
  const began = Date.now() - 400 * DAY;
  return Object.values(named).map((one) => {
    const db = migrated(until);
    db.exec(people);
    db.prepare(recordingsOf(one)).run(count, began);
    db.prepare(callsOf(one)).run(count, began);
    const sizes = [...sizesOf(db).values()];
    db.close();
    const [recording, call] = ["recordings", "calls"].map(
      (which) => sizes.reduce((sum, { of, bytes }) => sum + (of === which ? bytes : 0), 0) / count,
    );
    return { recording: recording!, call: call! };
  });
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
  const [namedBefore, namedNow] = [byNames(SLIM, count), byNames(undefined, count)];
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
  const sieved = sieves(ofCall, ofErasure, { aMonth: A_MONTH, agents: AGENTS });
  const room = {
    ...{ packedDial: packed.dial, packedCall: packed.call },
    ...{ packedRecording: packedRecording(count), packedCertificate: packedCertificate(count) },
    ...{ dial: each(dialsOf(count)), call: now.call, recording: now.recording, erased: now.erased },
    ...{ closedDial: each(closedDialOf(count)), closedCall: each(closedOf(count)) },
    ...{ closedRecording: each(keptOf(count)), closedCertificate: each(closedCertificateOf(count)) },
    ...trailBytes,
    ...{ sieved: sieved.aRow, rowsOfCall: ROWS_A_CALL, rowsOfErasure: ROWS_AN_ERASURE },
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
    titled("By names", [
      ["", "before", "now"],
      ...Object.keys(named).flatMap((name, i) =>
        (["recording", "call"] as const).map((what) => [
          what === "recording" ? `a kept recording ${name}` : "its call",
          ...[namedBefore, namedNow].map((side) => side[i]![what].toFixed(0)),
        ]),
      ),
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
    sieved.text,
    roomText(room, STAYS),
  ].join("\n\n");
  console.log(`\n${text}`);
  if (now.recording > AIM.recording || now.call > AIM.call || now.certificate > AIM.certificate)
    process.exitCode = 1;
  if (write) await writeFigures("rows", text, "npm run bench -- rows --write");
}
