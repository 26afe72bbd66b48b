/** What stays in the database of closed dials and calls once the index of their month is packed, by the pages that SQLite counts. */
import { randomBytes, randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { at } from "../../../scripts/lib/paths.ts";
import { DAY } from "../../../shared/core/time.ts";
import {
  endEntry,
  idEntry,
  IDS,
  LAST_DIGITS,
  numberEntry,
  NUMBERS,
  refEntry,
  REFS,
} from "../../../worker/dials/closed/packed/entries.ts";
import type { BlockKind, Found } from "../../../worker/storage/closed/blocks.ts";
import { cut, inOrder } from "../../../worker/storage/closed/pack.ts";

/** Bytes of an entry, with those of the key of its block. */
function bytesOf({ kind, valueBits }: BlockKind, count: number, entry: () => Found): number {
  const db = new DatabaseSync(":memory:");
  db.exec(readFileSync(at("worker/migrations/0161_closed_blocks.sql"), "utf8"));
  const add = db.prepare("INSERT INTO closed_blocks (kind, month, first, n, entries) VALUES (?, ?, ?, ?, ?)");
  const entries = Array.from({ length: count }, entry).sort(inOrder);
  const { month } = entries[0]!;
  db.exec("BEGIN");
  for (const { first, n, bytes } of cut(entries, valueBits)) add.run(kind, month, first, n, bytes);
  db.exec("COMMIT");
  const { bytes } = db
    .prepare("SELECT SUM(pgsize) AS bytes FROM dbstat WHERE name LIKE '%closed_blocks%'")
    .get() as {
    bytes: number;
  };
  db.close();
  return bytes / count;
}

/** Of a month with so many dials, each with a call: of a dial alone, and with its call. */
export function packedOf(count: number): {
  dial: number;
  call: number;
  sizes: [name: string, bytes: number][];
} {
  const [from, span] = [Date.UTC(2026, 0, 1), 31 * DAY];
  const num = () => (from + randomInt(span)) * 64 + randomInt(64);
  const number = () => 442079460000 + randomInt(1e8);
  const name = () => String(BigInt.asIntN(64, randomBytes(8).readBigUInt64BE()));
  const dial: [string, number][] = [
    ["by number", bytesOf(NUMBERS, count, () => numberEntry({ number: number(), num: num(), calls: 1 }))],
    ["by last digits", bytesOf(LAST_DIGITS, count, () => endEntry({ number: number(), num: num() }))],
  ];
  const call: [string, number][] = [
    ["by a call's reference", bytesOf(REFS, count, () => refEntry(name(), num()))],
    ["by a call's id", bytesOf(IDS, count, () => idEntry(name(), num()))],
  ];
  const sum = (sizes: readonly [string, number][]) => sizes.reduce((all, [, bytes]) => all + bytes, 0);
  const sizes = [...dial, ...call];
  return { dial: sum(dial), call: sum(sizes), sizes };
}
