/** How many bytes tables and indexes take, by the pages that SQLite counts (dbstat). */
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { at } from "../../../scripts/lib/paths.ts";

const folder = at("worker/migrations");

export function migrated(until = "9999"): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  for (const file of readdirSync(folder).sort())
    if (file.endsWith(".sql") && file < until) db.exec(readFileSync(`${folder}/${file}`, "utf8"));
  return db;
}

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
export type Sizes = Map<string, { bytes: number; used: number; of: string }>;
export const sizesOf = (db: DatabaseSync): Sizes =>
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
