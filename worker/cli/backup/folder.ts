/** A backup's folder: manifest.json, a gzipped NDJSON file for each table, and a file for each object in the buckets. */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import * as z from "zod";
import { backupEn as t } from "../../../shared/texts/cli/backup.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const manifestSchema = z.strictObject({
  /** Version of this format: since 2, bytes are objects with their hex digits. */
  cleardial: z.literal([1, 2]),
  at: z.iso.datetime(),
  database: z.string(),
  /** The newest row of the audit trail. */
  head: z.strictObject({ seq: z.int(), hash: z.string() }),
  tables: z.array(
    z.strictObject({
      name: z.string().regex(/^\w+$/),
      sql: z.string(),
      columns: z.array(z.string()),
      rows: z.int(),
      /** Of the uncompressed lines. */
      sha256,
    }),
  ),
  rest: z.array(z.string()),
  /** The last value of each AUTOINCREMENT counter. */
  counters: z.record(z.string(), z.int()).default({}),
  objects: z.array(
    z.strictObject({
      /** The bucket's binding. */
      bucket: z.string().regex(/^\w+$/),
      key: z.string(),
      type: z.string().nullable(),
      bytes: z.int(),
      sha256,
    }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const digestOf = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");
const tableFile = (name: string) => join("tables", `${name}.ndjson.gz`);
/** By content: equal objects share a file. */
const objectFile = (hash: string) => join("objects", hash);

/** Counts and hashes a table's lines. */
export class Sum {
  rows = 0;
  readonly #hash = createHash("sha256");
  add(line: string): string {
    this.rows++;
    const text = `${line}\n`;
    this.#hash.update(text);
    return text;
  }
  end = (): { rows: number; sha256: string } => ({ rows: this.rows, sha256: this.#hash.digest("hex") });
}

/** Readable by its owner only: it contains personal data. Throws a Refusal if the folder is not empty. */
export function makeFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Refusal("folder-not-empty", fill(t.notEmptyFolder, { folder }));
  for (const name of ["tables", "objects"]) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
}

export async function writeLines(folder: string, name: string, slices: AsyncIterable<string[]>) {
  const sum = new Sum();
  const text = async function* () {
    for await (const lines of slices) yield lines.map((line) => sum.add(line)).join("");
  };
  const target = createWriteStream(join(folder, tableFile(name)), { mode: 0o600 });
  await pipeline(Readable.from(text()), createGzip(), target);
  return sum.end();
}

/** A table's lines. Ends early or throws if the file is damaged. */
export async function* readLines(folder: string, name: string): AsyncGenerator<string, void> {
  const unpacked = createGunzip();
  // An error in either stream ends the loop below.
  pipeline(createReadStream(join(folder, tableFile(name))), unpacked).catch(() => undefined);
  // Not by readline, which also splits at U+2028.
  let rest = "";
  for await (const text of unpacked.setEncoding("utf8") as AsyncIterable<string>) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

export function writeObject(folder: string, bytes: Uint8Array): string {
  const hash = digestOf(bytes);
  writeFileSync(join(folder, objectFile(hash)), bytes, { mode: 0o600 });
  return hash;
}
/** Before the objects are written once more. */
export function forgetObjects(folder: string): void {
  for (const name of readdirSync(join(folder, "objects"))) rmSync(join(folder, "objects", name));
}
export const readObject = (folder: string, hash: string): Buffer =>
  readFileSync(join(folder, objectFile(hash)));

/** Written last: a folder without it is not a backup. Returns its SHA-256, which identifies the backup. */
export function writeManifest(folder: string, manifest: Manifest): string {
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  writeFileSync(join(folder, "manifest.json"), text, { mode: 0o600 });
  return digestOf(text);
}

/**
 * The manifest, after checking that every file is as it was written. `expected`: the backup's SHA-256 as `writeManifest`
 * returned it, if it is known. Throws a Refusal.
 */
export async function checkFolder(
  folder: string,
  expected: string | undefined,
  onProgress: (name: string) => void,
): Promise<Manifest> {
  const text = readOr(() => readFileSync(join(folder, "manifest.json"), "utf8"), "");
  if (expected !== undefined && digestOf(text) !== expected.toLowerCase())
    throw new Refusal("other-backup", fill(t.otherBackup, { sha256: digestOf(text) }));
  const read = manifestSchema.safeParse(readOr((): unknown => JSON.parse(text), null));
  if (!read.success) throw new Refusal("not-a-backup", fill(t.notABackup, { folder }));
  const altered = (file: string) => new Refusal("altered", fill(t.altered, { file }));
  for (const table of read.data.tables) {
    onProgress(table.name);
    const sum = new Sum();
    try {
      for await (const line of readLines(folder, table.name)) sum.add(line);
    } catch {
      throw altered(tableFile(table.name));
    }
    const { rows, sha256 } = sum.end();
    if (rows !== table.rows || sha256 !== table.sha256) throw altered(tableFile(table.name));
  }
  for (const { sha256 } of read.data.objects)
    if (readOr(() => digestOf(readObject(folder, sha256)), "") !== sha256) throw altered(objectFile(sha256));
  return read.data;
}

function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
