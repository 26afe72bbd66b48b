/** What packed names of closed recordings take of the database: as the night packs them, by the pages of their table and index. */
import type { DatabaseSync } from "node:sqlite";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Packed } from "../../../worker/recordings/closed/names/hits.ts";
import { pack } from "../../../worker/recordings/closed/names/packed.ts";

/** Lines of a file. */
const FILE = 20_000;

/** Writes the blocks of a month of so many recordings, each with so many names, which are hashes: as chance. */
export function packNames(db: DatabaseSync, { kind, parts }: Packed, recordings: number, each: number): void {
  const places = Math.ceil(recordings / FILE) * parts;
  const below = (n: number) => Math.floor(Math.random() * n);
  const entries = Array.from({ length: recordings * each }, () => ({
    key: below(2 ** 48),
    place: below(places),
  }));
  const insert = db.prepare(
    "INSERT INTO closed_blocks (kind, month, first, n, entries) VALUES (?, 202608, ?, ?, unhex(?))",
  );
  for (const { first, n, bytes } of pack(entries)) insert.run(kind, first, n, bytesToHex(bytes));
}
