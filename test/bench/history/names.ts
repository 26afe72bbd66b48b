/** What packed names of closed recordings take of the database: as the night packs them, by the pages of their table and index. */
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { bytesToHex } from "@noble/hashes/utils.js";
import { at } from "../../../scripts/lib/paths.ts";
import { NAMES } from "../../../worker/recordings/closed/lines.ts";
import {
  type Packed,
  packedErased,
  packedKept,
  packedNumbers,
} from "../../../worker/recordings/closed/names/hits.ts";
import { ENDINGS, endingOf } from "../../../worker/recordings/closed/names/numbers.ts";
import { type Entry, pack } from "../../../worker/recordings/closed/names/packed.ts";

/** Lines of a file. */
const FILE = 20_000;

const below = (n: number) => Math.floor(Math.random() * n);

/** Writes the blocks of a month of so many recordings, each with so many names, which are hashes: as chance. */
function packNames(db: DatabaseSync, { kind, parts }: Packed, recordings: number, each: number): void {
  const places = Math.ceil(recordings / FILE) * parts;
  const entries = Array.from({ length: recordings * each }, () => ({
    key: below(2 ** 48),
    place: below(places),
  }));
  write(db, kind, entries);
}

/** The same of their telephone numbers, and of these by their last digits. */
function packNumbers(db: DatabaseSync, { kind, parts }: Packed, recordings: number): void {
  const places = Math.ceil(recordings / FILE) * parts;
  const entries = Array.from({ length: recordings }, () => ({
    key: 442_079_460_000 + below(100_000_000),
    place: below(places),
  }));
  write(db, kind, entries);
  const endings = new Set(entries.map(({ key }) => endingOf(key)));
  write(
    db,
    ENDINGS,
    [...endings].map((key) => ({ key, place: 0 })),
  );
}

function write(db: DatabaseSync, kind: number, entries: readonly Entry[]): void {
  const insert = db.prepare(
    "INSERT INTO closed_blocks (kind, month, first, n, entries) VALUES (?, 202608, ?, ?, unhex(?))",
  );
  for (const { first, n, bytes } of pack(entries)) insert.run(kind, first, n, bytesToHex(bytes));
}

/** Bytes of one, of a month of so many. */
function bytesOf(count: number, fill: (db: DatabaseSync) => void): number {
  const db = new DatabaseSync(":memory:");
  db.exec(readFileSync(at("worker/migrations/0161_closed_blocks.sql"), "utf8"));
  fill(db);
  const { bytes } = db
    .prepare("SELECT SUM(pgsize) AS bytes FROM dbstat WHERE name LIKE '%closed_blocks%'")
    .get() as { bytes: number };
  db.close();
  return bytes / count;
}

/** Of a kept recording: by its reference, id, object and number; the counts by day and quarter are few. */
export const packedRecording = (count: number): number =>
  bytesOf(count, (db) => {
    packNames(db, packedKept, count, NAMES);
    packNumbers(db, packedNumbers, count);
  });
/** Of a certificate with its emptied row: by the recording's reference and id. */
export const packedCertificate = (count: number): number =>
  bytesOf(count, (db) => packNames(db, packedErased, count, 2));
