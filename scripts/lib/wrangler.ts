/** Cloudflare's command line for `npm run deploy`. Only this module parses its output. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { unstable_readConfig } from "wrangler";
import { type Buckets, wantApart } from "./buckets.ts";
import { Plain } from "./processes.ts";
import { quietly, wranglerCli } from "./wrangler-cli.ts";

export interface Said {
  ok: boolean;
  out: string;
  /** stdout and stderr together. */
  all: string;
}
export type Wrangler = (...args: string[]) => Promise<Said>;

/** Wrangler for one configuration, without prompts. */
export const wranglerOf =
  (config: string): Wrangler =>
  (...args) =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [wranglerCli, ...args, "--config", config], {
        cwd: dirname(config),
        env: { ...process.env, ...quietly },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [out, all] = ["", ""];
      child.stdout.on("data", (data: Buffer) => ((out += data.toString()), (all += data.toString())));
      child.stderr.on("data", (data: Buffer) => (all += data.toString()));
      child.on("error", fail);
      child.on("close", (code) => done({ ok: code === 0, out, all: all.trim() }));
    });

/** What the Worker needs before it can be deployed, from its configuration. */
export interface Wanted {
  worker: string;
  account: string | null;
  database: { binding: string; name: string; id: string; migrations: string };
  /** `more`: arguments that every command on the bucket needs besides its name. */
  buckets: { name: string; more: string[] }[];
  queues: string[];
}

/** The id in a fresh clone's wrangler.toml, which no database has: there is no database yet. */
const NONE = "00000000-0000-0000-0000-000000000000";

/** The parts of a configuration that we read: wrangler's own type needs packages that it does not include. */
interface Read extends Buckets {
  name?: string;
  account_id?: string;
  d1_databases: { binding: string; database_name?: string; database_id?: string; migrations_dir?: string }[];
  queues: { producers?: { queue?: string }[]; consumers?: { queue: string; dead_letter_queue?: string }[] };
}

export function wantedBy(config: string): Wanted {
  const read = unstable_readConfig({ config }, { hideWarnings: true }) as unknown as Read;
  const [database] = read.d1_databases;
  if (!read.name || !database?.database_name)
    throw new Plain(`${config} names no Worker, or no D1 database.`);
  wantApart(read);
  const queues = [
    ...(read.queues.producers ?? []).map(({ queue }) => queue),
    ...(read.queues.consumers ?? []).flatMap((c) => [c.queue, c.dead_letter_queue]),
  ];
  return {
    worker: read.name,
    account: process.env["CLOUDFLARE_ACCOUNT_ID"] ?? read.account_id ?? null,
    database: {
      binding: database.binding,
      name: database.database_name,
      id: database.database_id ?? NONE,
      migrations: resolve(dirname(config), database.migrations_dir ?? "migrations"),
    },
    buckets: read.r2_buckets.flatMap(({ bucket_name: name, jurisdiction }) =>
      name ? [{ name, more: jurisdiction ? ["--jurisdiction", jurisdiction] : [] }] : [],
    ),
    queues: [...new Set(queues.filter((queue) => typeof queue === "string"))],
  };
}

/** A command's stdout. Throws a `Plain` error with its output if it fails. */
export async function must(said: Promise<Said>, doing: string): Promise<string> {
  const { ok, out, all } = await said;
  if (!ok) throw new Plain(`${doing} failed:\n${all}`);
  return out;
}

/** The account's name. Throws if no one is signed in, or if it is not clear which account is meant. */
export async function accountOf(wrangler: Wrangler, named: string | null): Promise<string> {
  const { ok, out } = await wrangler("whoami", "--json");
  const { accounts = [] } = ok ? (JSON.parse(out) as { accounts?: { id: string; name: string }[] }) : {};
  if (!ok)
    throw new Plain(
      "You are not signed in to Cloudflare. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.",
    );
  const mine = named === null ? accounts : accounts.filter(({ id }) => id === named);
  if (mine.length === 1) return mine[0]!.name;
  throw new Plain(
    [
      named === null
        ? "There is more than one account. Set CLOUDFLARE_ACCOUNT_ID to one of:"
        : `The account ${named} is not yours. Yours are:`,
      ...accounts.map(({ id, name }) => `  ${id}  ${name}`),
    ].join("\n"),
  );
}

/** Creates the database unless there is one of its name, and writes its id into the configuration. True if it was created. */
export async function putDatabase(
  wrangler: Wrangler,
  config: string,
  { name, id }: Wanted["database"],
): Promise<boolean> {
  const find = async () => {
    const all = JSON.parse(await must(wrangler("d1", "list", "--json"), "Listing the databases")) as {
      name: string;
      uuid: string;
    }[];
    return all.find((database) => database.name === name)?.uuid;
  };
  const before = await find();
  if (before === undefined && id !== NONE)
    throw new Plain(
      `The configuration names the database ${name} (${id}), but this account has no database of that name. Is it the right account? To start with a new database, replace the id with ${NONE}.`,
    );
  if (before === undefined) await must(wrangler("d1", "create", name), `Making the database ${name}`);
  const uuid = before ?? (await find());
  if (uuid === undefined) throw new Plain(`The database ${name} was created, but is not listed.`);
  if (id === NONE) writeFileSync(config, readFileSync(config, "utf8").replace(NONE, uuid));
  else if (id !== uuid)
    throw new Plain(
      `The configuration has the id ${id} for the database ${name}; in this account it is ${uuid}.`,
    );
  return before === undefined;
}

/** Creates a bucket or a queue if it is missing. True if it was created. */
export async function put(
  wrangler: Wrangler,
  what: ["r2", "bucket"] | ["queues"],
  name: string,
  more: string[] = [],
): Promise<boolean> {
  const { ok, all } = await wrangler(...what, "info", name, ...more);
  if (ok) return false;
  // Any other failure does not tell whether it exists.
  if (!/does not exist|not found/i.test(all)) throw new Plain(`Asking for ${name} failed:\n${all}`);
  await must(wrangler(...what, "create", name, ...more), `Making ${name}`);
  return true;
}

/** Names of the Worker's secrets; empty if there is no Worker yet. */
export async function secretsOf(wrangler: Wrangler): Promise<string[]> {
  const { ok, out, all } = await wrangler("secret", "list", "--format", "json");
  if (ok) return (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
  // Accept no other failure: if the Worker exists, its secrets would be replaced.
  if (/Worker "[^"]+".* not found\./.test(all)) return [];
  throw new Plain(`Listing the secrets failed:\n${all}`);
}

/** The bookmark that D1's Time Travel can restore; null if wrangler gives none. */
export async function bookmarkOf(wrangler: Wrangler, database: string): Promise<string | null> {
  const { ok, out } = await wrangler("d1", "time-travel", "info", database, "--json");
  return ok ? ((JSON.parse(out) as { bookmark?: string }).bookmark ?? null) : null;
}

const MIB = 1024;
/** The Worker's size and Cloudflare's limits: 64 MiB uncompressed since 2026; before, 3 MiB compressed (10 paid). */
export function sizeOf(said: string): string {
  const [, whole, packed] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(said) ?? [];
  if (whole === undefined || packed === undefined) return "Wrangler did not report the Worker's size.";
  const mib = (kib: string) => `${(Number(kib) / MIB).toFixed(2)} MiB`;
  return `The Worker is ${mib(whole)} (limit 64 MiB), ${mib(packed)} compressed (limit of the free plan before 2026: 3 MiB).`;
}

/** The address that wrangler deployed to. A route's pattern (`dial.example.com/*`) counts too. */
export function addressIn(said: string): string | null {
  const [, url] = /^\s+(https?:\/\/\S+)/m.exec(said) ?? [];
  const [, host] = /^\s+([\w-]+(?:\.[\w-]+)+)(?:\/\*)?(?: \(.*\))?$/m.exec(said) ?? [];
  return url ?? (host === undefined ? null : `https://${host}`);
}
