/**
 * A deployment's database and buckets, as the owner of the account reaches them: with wrangler's sign-in and bindings, not
 * through the Worker. So no route needs to hand out whole tables, and no trigger fires during a restore.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupEn as t } from "../../../shared/texts/cli/backup.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";
import { exits } from "../exits.ts";

/** What backup and restore need of a database. */
export interface Rows {
  all: <T>(sql: string, ...params: string[]) => Promise<T[]>;
  run: (sql: string, ...params: string[]) => Promise<void>;
}
export interface Stored {
  bytes: Uint8Array;
  type: string | null;
}
export interface Bucket {
  keys: () => Promise<string[]>;
  get: (key: string) => Promise<Stored | null>;
  put: (key: string, object: Stored) => Promise<void>;
}
export interface Cloud {
  name: string;
  rows: Rows;
  /** By binding. */
  buckets: Record<string, Bucket>;
  close: () => Promise<void>;
}

// The used part of Cloudflare's types, which only exist in the Worker's project.
interface D1 {
  prepare: (sql: string) => {
    bind: (...params: string[]) => {
      all: () => Promise<{ results: unknown[] }>;
      run: () => Promise<unknown>;
    };
  };
}
interface R2 {
  list: (options: { cursor?: string }) => Promise<{
    objects: { key: string }[];
    truncated: boolean;
    cursor?: string;
  }>;
  get: (
    key: string,
  ) => Promise<{ arrayBuffer: () => Promise<ArrayBuffer>; httpMetadata?: { contentType?: string } } | null>;
  put: (key: string, bytes: Uint8Array, options: object) => Promise<unknown>;
}
interface Config {
  name?: string;
  account_id?: string;
  compatibility_date?: string;
  d1_databases: Record<string, string>[];
  r2_buckets: Record<string, string>[];
}

/** `config` is a wrangler configuration. `local`: the state folder of a local Worker; null: the account. Throws a Refusal. */
export async function openCloud(config: string, local: string | null): Promise<Cloud> {
  process.env["WRANGLER_LOG"] ??= "error";
  process.env["WRANGLER_SEND_METRICS"] ??= "false";
  const { getPlatformProxy, unstable_readConfig: readConfig } = await import("wrangler");
  const read = readConfig({ config }, { hideWarnings: true }) as unknown as Config;
  const [database] = read.d1_databases;
  // Only the bindings needed: wrangler would start the others too.
  const remote = local === null;
  const bare = {
    name: read.name,
    account_id: read.account_id,
    compatibility_date: read.compatibility_date,
    d1_databases: [{ ...database, remote }],
    r2_buckets: read.r2_buckets.map((bucket) => ({ ...bucket, remote })),
  };
  const folder = mkdtempSync(join(tmpdir(), "cleardial-cloud-"));
  const configPath = join(folder, "wrangler.json");
  writeFileSync(configPath, JSON.stringify(bare));
  const proxy = await getPlatformProxy<Record<string, unknown>>({
    configPath,
    persist: local === null ? false : { path: join(local, "v3") },
    remoteBindings: remote,
    envFiles: [],
  }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal("no-cloud", fill(t.noCloud, { why }), exits.away);
  });
  const buckets = read.r2_buckets.map(({ binding }) => [binding, bucketOf(proxy.env[binding!] as R2)]);
  return {
    name: database?.["database_name"] ?? "",
    rows: rowsOf(proxy.env[database!["binding"]!] as D1),
    buckets: Object.fromEntries(buckets) as Record<string, Bucket>,
    close: async () => {
      await proxy.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const rowsOf = (db: D1): Rows => ({
  all: async <T>(sql: string, ...params: string[]) =>
    (
      await db
        .prepare(sql)
        .bind(...params)
        .all()
    ).results as T[],
  run: async (sql, ...params) =>
    void (await db
      .prepare(sql)
      .bind(...params)
      .run()),
});

const bucketOf = (bucket: R2): Bucket => ({
  keys: async () => {
    const keys: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await bucket.list(cursor === undefined ? {} : { cursor });
      keys.push(...page.objects.map(({ key }) => key));
      if (!page.truncated || page.cursor === undefined) return keys.sort();
      cursor = page.cursor;
    }
  },
  get: async (key) => {
    const object = await bucket.get(key);
    if (!object) return null;
    return {
      bytes: new Uint8Array(await object.arrayBuffer()),
      type: object.httpMetadata?.contentType ?? null,
    };
  },
  put: async (key, { bytes, type }) => {
    await bucket.put(key, bytes, type === null ? {} : { httpMetadata: { contentType: type } });
  },
});
