/** `cleardial backup` and `cleardial restore`: a whole deployment into a folder, and back into an empty deployment. */
import { fileURLToPath } from "node:url";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { backupEn as t, backupHelpEn as help } from "../../../shared/texts/cli/backup.en.ts";
import { english, fill, type Forms, plural } from "../../../shared/texts/language.ts";
import type { Cli } from "../cli.ts";
import { Refusal } from "../client.ts";
import { exits } from "../exits.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import {
  checkFolder,
  digestOf,
  forgetObjects,
  makeFolder,
  type Manifest,
  readLines,
  readObject,
  Sum,
  writeLines,
  writeManifest,
  writeObject,
} from "./folder.ts";
import { countersOf, headOf, linesOf, movedOf, schemaOf, writeCounters, writeTable } from "./tables.ts";

const TRIES = 5;
const CONFIG = fileURLToPath(new URL("../../../wrangler.toml", import.meta.url));
type Tell = (text: string, name?: string) => void;

/**
 * Copies the database, repeatedly until nothing was written during a copy, then the buckets. In this order every object
 * that a row names is already there; where a file of closed dials was replaced before it was copied, all is copied again.
 * Objects that arrive while the buckets are copied are left out: the backup has no row for them, so nothing would ever
 * erase them. Throws a Refusal, and leaves no half backup.
 */
export async function backUp(cloud: Cloud, folder: string, tell: Tell) {
  makeFolder(folder);
  try {
    for (let attempt = 1; ; attempt++) {
      const tables = await readTables(cloud, folder, tell);
      const objects = await readObjects(cloud, folder, tell);
      const lost = await closedWithout(folder, tables.tables, objects);
      if (await areNamed(cloud, tables.tables, lost)) {
        for (const key of lost) tell(t.lost, key);
        const at = new Date().toISOString();
        const manifest: Manifest = { cleardial: 2, at, database: cloud.name, ...tables, objects };
        return { manifest, sha256: writeManifest(folder, manifest) };
      }
      if (attempt === TRIES) throw new Refusal("busy", fill(t.busy, { n: TRIES }), exits.away);
      tell(t.moved);
      forgetObjects(folder);
    }
  } catch (error) {
    // Half a backup is useless, and contains personal data.
    for (const name of ["tables", "objects"]) rmSync(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

async function readObjects({ buckets }: Cloud, folder: string, tell: Tell): Promise<Manifest["objects"]> {
  const objects: Manifest["objects"] = [];
  const all = Object.entries(buckets);
  const listed = await Promise.all(all.map(([, { keys }]) => keys()));
  for (const [i, [bucket, { get }]] of all.entries())
    for (const key of listed[i]!) {
      const object = await get(key);
      // It was erased after it was listed.
      if (object === null) continue;
      tell(t.reading, `${bucket}/${key}`);
      const { bytes, type } = object;
      objects.push({ bucket, key, type, bytes: bytes.byteLength, sha256: writeObject(folder, bytes) });
    }
  return objects;
}

/** The tables that name files of closed rows. */
const closedOf = (tables: Manifest["tables"]) =>
  tables.filter(({ name }) =>
    ["closed_files", "closed_certificates", "closed_kept_files", "closed_screened"].includes(name),
  );

/** Files of closed rows that the copied tables name, and that were not copied as they name them. */
async function closedWithout(folder: string, tables: Manifest["tables"], objects: Manifest["objects"]) {
  const copied = new Map(objects.map(({ bucket, key, sha256 }) => [`${bucket}/${key}`, sha256]));
  const lost: string[] = [];
  for (const table of closedOf(tables)) {
    const [key, sha256] = ["key", "sha256"].map((name) => table.columns.indexOf(name)) as [number, number];
    for await (const line of readLines(folder, table.name)) {
      const row = JSON.parse(line) as string[];
      if (copied.get(`ARCHIVE/${row[key]}`) !== row[sha256]) lost.push(row[key]!);
    }
  }
  return lost;
}

/** Whether the database still names all of these files: then they are lost, and copying again finds them no more than this did. */
async function areNamed(
  { rows }: Cloud,
  tables: Manifest["tables"],
  keys: readonly string[],
): Promise<boolean> {
  if (keys.length === 0) return true;
  let named = 0;
  for (const { name } of closedOf(tables)) {
    const [found] = await rows.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM ${name} WHERE key IN (SELECT value FROM json_each(?1))`,
      JSON.stringify(keys),
    );
    named += found!.n;
  }
  return named === keys.length;
}

async function readTables({ rows: db }: Cloud, folder: string, tell: Tell) {
  for (let attempt = 1; ; attempt++) {
    const { tables, rest } = await schemaOf(db);
    // It lies in the first since migration 0166.
    if (!tables.some(({ name }) => name === "audit_rows" || name === "audit"))
      throw new Refusal("no-trail", t.noTrail);
    const [head, moved] = [await headOf(db), await movedOf(db)];
    const read: Manifest["tables"] = [];
    for (const table of tables) {
      tell(t.reading, table.name);
      read.push({ ...table, ...(await writeLines(folder, table.name, linesOf(db, table))) });
    }
    const counters = await countersOf(db);
    if (head !== null && (await headOf(db))?.hash === head.hash && (await movedOf(db)) === moved)
      return { head, tables: read, rest, counters };
    if (attempt === TRIES) throw new Refusal("busy", fill(t.busy, { n: TRIES }), exits.away);
    tell(t.moved);
  }
}

/**
 * Restores a folder that `checkFolder` has accepted, and reads everything back. Throws a Refusal, with nothing changed,
 * unless the database is empty and the buckets contain nothing else.
 */
export async function restore(cloud: Cloud, folder: string, manifest: Manifest, tell: Tell): Promise<void> {
  const { rows: db } = cloud;
  const there = (await schemaOf(db)).tables;
  if (there.length > 0) throw new Refusal("not-empty", fill(t.notEmpty, { n: there.length }));
  await restoreObjects(cloud, manifest, folder, tell);
  for (const table of manifest.tables) {
    tell(t.writing, table.name);
    await writeTable(db, table, readLines(folder, table.name));
  }
  await writeCounters(db, manifest.counters);
  for (const sql of manifest.rest) await db.run(sql);
  for (const table of manifest.tables) {
    tell(t.checking, table.name);
    const sum = new Sum();
    for await (const lines of linesOf(db, table)) lines.forEach((line) => sum.add(line));
    if (sum.end().sha256 !== table.sha256)
      throw new Refusal("not-as-written", fill(t.notAsWritten, { name: table.name }));
  }
}

/** Before the tables, so that every object that a row names is there. Keeps what an interrupted restore has written. */
async function restoreObjects({ buckets }: Cloud, { objects }: Manifest, folder: string, tell: Tell) {
  const wanted = new Map(objects.map((o) => [`${o.bucket}/${o.key}`, o]));
  const done = new Set<string>();
  for (const [bucket, { keys, get }] of Object.entries(buckets))
    for (const key of await keys()) {
      const name = `${bucket}/${key}`;
      const object = await get(key);
      if (!object || digestOf(object.bytes) !== wanted.get(name)?.sha256)
        throw new Refusal("bucket-not-empty", fill(t.bucketNotEmpty, { bucket, key }));
      done.add(name);
    }
  for (const [name, { bucket, key, type, sha256 }] of wanted) {
    if (done.has(name)) continue;
    const target = buckets[bucket];
    if (!target) throw new Refusal("not-as-written", fill(t.notAsWritten, { name }));
    tell(t.writing, name);
    await target.put(key, { bytes: readObject(folder, sha256), type });
    const back = await target.get(key);
    if (!back || digestOf(back.bytes) !== sha256)
      throw new Refusal("not-as-written", fill(t.notAsWritten, { name }));
  }
}

const counts = ({ tables, objects }: Manifest) => {
  const say = (forms: Forms, n: number) => plural(english, forms, n);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    tables: say(t.tables, tables.length),
    rows: say(t.rows, rows),
    objects: say(t.objects, objects.length),
  };
};
const summary = ({ at, head, tables, objects }: Manifest) => ({
  at,
  head,
  tables: Object.fromEntries(tables.map(({ name, rows }) => [name, rows])),
  objects: objects.length,
});

export function addBackupCommands({ program, print }: Cli): void {
  const tell: Tell = (text, name = "") => process.stderr.write(`${fill(text, { name })}\n`);
  type Where = { config: string; local?: string };
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument("<folder>", help.folder)
      .option("--config <file>", help.config, CONFIG)
      .option("--local <state>", help.local);
  const within = async <T>({ config, local }: Where, work: (cloud: Cloud) => Promise<T>): Promise<T> => {
    const cloud = await openCloud(config, local ?? null);
    try {
      return await work(cloud);
    } finally {
      await cloud.close();
    }
  };

  command("backup", help.backup).action(async (folder: string, where: Where) => {
    const { manifest, sha256 } = await within(where, (cloud) => backUp(cloud, folder, tell));
    const { seq } = manifest.head;
    print(
      { ...summary(manifest), sha256 },
      `${fill(t.taken, { ...counts(manifest), folder, seq })}\n${fill(t.id, { sha256 })}`,
    );
  });

  command("restore", help.restore)
    .option("--sha256 <hex>", help.sha256)
    .action(async (folder: string, where: Where & { sha256?: string }) => {
      const manifest = await checkFolder(folder, where.sha256, (name) => tell(t.checking, name));
      await within(where, (cloud) => restore(cloud, folder, manifest, tell));
      print(summary(manifest), fill(t.restored, counts(manifest)));
    });
}
