/**
 * Migrations of the local database. Wrangler starts a workerd for each, which takes longer than starting the Worker. So a
 * new state is a copy of a migrated one, and a state that has all migrations is left alone.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { at } from "./paths.ts";

/** Applies a state's missing migrations, with wrangler. */
export type Apply = (stateDir: string) => Promise<unknown>;

export async function migrate(stateDir: string, apply: Apply, cache?: string): Promise<void> {
  const digest = digestOfMigrations();
  const stamp = join(stateDir, "migrations.sha256");
  const database = join(stateDir, "v3/d1");
  if (!existsSync(database)) copy(await newState(apply, cache), database);
  else if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== digest) await apply(stateDir);
  writeFileSync(stamp, digest);
}

/** The folder of an empty database with all migrations; made if it is not there yet. */
export async function newState(apply: Apply, cache = at(".cache/state")): Promise<string> {
  const made = join(cache, digestOfMigrations().slice(0, 16));
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(`${made}.`);
  try {
    await apply(folder);
    copy(join(folder, "v3/d1"), made);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return made;
}

/** Moves the folder into place in one step. Another run may have been faster. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const part = mkdtempSync(`${to}.`);
  cpSync(from, part, { recursive: true });
  if (existsSync(to)) rmSync(part, { recursive: true });
  else renameSync(part, to);
}

/** A hash of everything that decides what wrangler makes; the database's path follows from its id. */
function digestOfMigrations(): string {
  const hash = createHash("sha256");
  const folder = at("worker/migrations");
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  for (const path of [...files.sort().map((file) => join(folder, file)), at("wrangler.toml")])
    hash.update(path.slice(at().length)).update(readFileSync(path));
  return hash.update(readFileSync(at("package-lock.json"))).digest("hex");
}
