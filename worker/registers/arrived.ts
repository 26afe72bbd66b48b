/**
 * The parts of an upload that have arrived. A commit goes by what their rows say, and who owns the database can write these: so each has
 * a code under the Worker's key, and one without it is sent again.
 */
import { addSum, type ContentSum, emptyContent, sumOf } from "../../shared/registers/content.ts";
import { type BlockSums, emptySums } from "../../shared/registers/blocks.ts";
import { macOf } from "../core/audit-key.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";
import type { Opened } from "./versions.ts";

/** The upload that a part is of. `list` is the register's id. */
export type PartOf = Pick<Opened, "ver" | "at"> & { list: string; upload: number };

/** What is kept of a part. */
export interface Part {
  part: number;
  sha256: string;
  /** Blocks that it changes, and numbers that it adds and removes. */
  blocks: number;
  added: number;
  removed: number;
  /** What it adds to the sums over the blocks in force, and over the version's undo (content.ts). */
  content: string;
  undone: string;
  /** What it adds to the register's `BlockSums`, as `sumsText` writes it. */
  sums: string;
}
type Kept = { [K in keyof Part]: Part[K] | null } & Pick<Part, "part" | "sha256"> & { mac: string | null };
const columns = "part, sha256, blocks, added, removed, content, undone, sums, mac";

export const sumsText = ({ blocks, numbers, high, low }: BlockSums): string =>
  JSON.stringify([blocks, numbers, high, low]);

const codeOf = (env: Env, { list, ver, upload, at }: PartOf, part: Part): Promise<string | null> => {
  const { part: n, sha256, blocks, added, removed, content, undone, sums } = part;
  const said = [list, ver, upload, at, n, sha256, blocks, added, removed, content, undone, sums];
  return macOf(env, `part v1 ${JSON.stringify(said)}`);
};

/** As the Worker wrote it; null of another. Without a key nothing tells, but that an older Worker took it. */
async function asTaken(env: Env, of: PartOf, { mac, ...row }: Kept): Promise<Part | null> {
  if (Object.values(row).includes(null)) return null;
  const part = row as Part;
  const code = await codeOf(env, of, part);
  return code === null || code === mac ? part : null;
}

export async function insertPart(env: Env, of: PartOf, part: Part): Promise<Statement> {
  const { part: n, sha256, blocks, added, removed, content, undone, sums } = part;
  return sql(
    `INSERT INTO parts (upload, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[of.upload, n, sha256, blocks, added, removed, content, undone, sums, await codeOf(env, of, part)],
  );
}

/** A part that has arrived: its hash, and the part where it is as the Worker wrote it. Null: none has. */
export async function arrivedPart(
  env: Env,
  of: PartOf,
  part: number,
): Promise<{ sha256: string; taken: Part | null } | null> {
  const row = await env.DB.prepare(`SELECT ${columns} FROM parts WHERE upload = ? AND part = ?`)
    .bind(of.upload, part)
    .first<Kept>();
  return row && { sha256: row.sha256, taken: await asTaken(env, of, row) };
}

/** Parts read at once: each has two sums of 0.7 kB. */
const PARTS = 500;

export interface Arrived {
  parts: Pick<Part, "part" | "sha256">[];
  /** The numbers of those that have to be sent again. */
  again: number[];
  /** Of all that need not: blocks, numbers added and removed, and the sums. */
  staged: number;
  added: number;
  removed: number;
  content: ContentSum;
  undone: ContentSum;
  sums: BlockSums;
}

/** All parts of an upload. */
export async function arrivedParts(env: Env, of: PartOf): Promise<Arrived> {
  const all: Arrived = {
    ...{ parts: [], again: [], staged: 0, added: 0, removed: 0 },
    ...{ content: emptyContent(), undone: emptyContent(), sums: emptySums() },
  };
  for (let after = 0; ;) {
    const { results } = await env.DB.prepare(
      `SELECT ${columns} FROM parts WHERE upload = ? AND part > ? ORDER BY part LIMIT ?`,
    )
      .bind(of.upload, after, PARTS)
      .all<Kept>();
    for (const row of results) {
      const taken = await asTaken(env, of, row);
      if (taken === null) all.again.push(row.part);
      else add(all, taken);
    }
    if (results.length < PARTS) return all;
    after = results.at(-1)!.part;
  }
}

function add(all: Arrived, { part, sha256, blocks, added, removed, content, undone, sums }: Part): void {
  all.parts.push({ part, sha256 });
  all.staged += blocks;
  all.added += added;
  all.removed += removed;
  addSum(all.content, sumOf(content));
  addSum(all.undone, sumOf(undone));
  const [count = 0, numbers = 0, high = 0, low = 0] = JSON.parse(sums) as number[];
  all.sums.blocks += count;
  all.sums.numbers += numbers;
  all.sums.high += high;
  all.sums.low += low;
}
