/** Deploys the Worker to an account: creates what is missing, leaves the rest as it is. See docs/deploy.md. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HealthAnswer } from "../../shared/api.ts";
import { newAuditKey } from "../../worker/cli/trail/audit.ts";
import { askOf } from "../ahead/ask.ts";
import { copyAhead, undoAhead } from "../ahead/copy.ts";
import { pause } from "./processes.ts";
import { invite, setUp } from "./seed.ts";
import {
  accountOf,
  addressIn,
  bookmarkOf,
  must,
  put,
  putDatabase,
  secretsOf,
  sizeOf,
  type Wanted,
  wantedBy,
  type Wrangler,
} from "./wrangler.ts";

/** Created if missing. An existing secret is never replaced, except the set-up code on request. */
const SECRETS = ["SETUP_CODE", "AUDIT_KEY", "CONNECTOR_KEY"];
/** A new workers.dev name takes a while to resolve. */
const PATIENCE_MS = 120_000;

export interface DeployOptions {
  /** The configuration's file. */
  config: string;
  wrangler: Wrangler;
  say: (line: string) => void;
  /** Only says what it would do; needs no account. */
  dryRun: boolean;
  /** Replaces SETUP_CODE, for when no one has the old one. */
  newSetupCode: boolean;
  /** Adds a key that replaces AUDIT_KEY, which stays. */
  newAuditKey: boolean;
  /** Made the first administrator if there is none. */
  admin: { name: string; email: string } | null;
}

export async function deploy(options: DeployOptions): Promise<void> {
  const { config, wrangler, say, dryRun, newSetupCode, newAuditKey: isRotated, admin } = options;
  const wanted = wantedBy(config);
  // Finds errors of the bundle before anything is created.
  say(sizeOf(await must(wrangler("deploy", "--dry-run"), "Bundling the Worker")));
  if (dryRun) return plan(wanted, say);

  say(`Account: ${await accountOf(wrangler, wanted.account)}`);
  const made = (was: boolean, what: string) => say(was ? `  made   ${what}` : `  there  ${what}`);
  const { database, buckets, queues } = wanted;
  const isNew = await putDatabase(wrangler, config, database);
  made(isNew, `D1 database ${database.name}`);
  if (isNew) say("         its id is now in the configuration: commit that");
  for (const { name, more } of buckets)
    made(await put(wrangler, ["r2", "bucket"], name, more), `R2 bucket ${name}`);
  for (const queue of queues) made(await put(wrangler, ["queues"], queue), `queue ${queue}`);

  const has = await secretsOf(wrangler);
  const secrets: Record<string, string> = {};
  if (!has.includes("SETUP_CODE") || newSetupCode)
    secrets["SETUP_CODE"] = randomBytes(18).toString("base64url");
  const wantedKey = has.includes("AUDIT_KEY") ? (isRotated ? nextKey(has) : null) : "AUDIT_KEY";
  const auditKey = wantedKey === null ? null : await newAuditKey();
  if (auditKey) secrets[wantedKey!] = auditKey.key;
  // Seals the credentials of connected CRMs (worker/core/seal.ts).
  if (!has.includes("CONNECTOR_KEY")) secrets["CONNECTOR_KEY"] = randomBytes(32).toString("base64");
  for (const secret of new Set([...SECRETS, ...Object.keys(secrets)]))
    made(secret in secrets, `secret ${secret}`);

  // While the Worker of before answers: what the migrations would move in one go.
  if (!isNew) await copyAhead(aheadOf(wrangler, database, say));
  const bookmark = isNew ? null : await bookmarkOf(wrangler, database.name);
  await must(wrangler("d1", "migrations", "apply", database.binding, "--remote"), "Applying the migrations");
  const address = addressIn(await deployWith(wrangler, secrets));
  say("Deployed.");
  if (bookmark !== null)
    say(
      `To take the database back to before this: npx wrangler d1 time-travel restore ${database.name} --bookmark=${bookmark}`,
    );
  if (auditKey)
    say(
      `Heads of the audit trail are signed by the key with the thumbprint ${auditKey.thumbprint}. Write it down somewhere else.`,
    );
  await goOn(address, secrets["SETUP_CODE"], admin, say);
}

const aheadOf = (
  wrangler: Wrangler,
  { binding, migrations }: Wanted["database"],
  say: DeployOptions["say"],
) => ({
  ask: askOf(wrangler, binding),
  say,
  files: migrationsIn(migrations),
  read: (file: string) => readFileSync(join(migrations, file), "utf8"),
});

const migrationsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort();

/** Takes away what a deployment copied ahead of its migrations. */
export async function leaveAhead({
  config,
  wrangler,
  say,
}: Pick<DeployOptions, "config" | "wrangler" | "say">): Promise<void> {
  const { account, database } = wantedBy(config);
  say(`Account: ${await accountOf(wrangler, account)}`);
  await undoAhead(aheadOf(wrangler, database, say));
}

/** AUDIT_KEY_2 replaces AUDIT_KEY, and so on: Cloudflare tells nobody an old secret, so it stays where it is. */
const nextKey = (has: readonly string[]): string => {
  const numbers = has.flatMap((name) => /^AUDIT_KEY_(\d+)$/.exec(name)?.[1] ?? []);
  return `AUDIT_KEY_${Math.max(1, ...numbers.map(Number)) + 1}`;
};

function plan({ worker, database, buckets, queues }: Wanted, say: DeployOptions["say"]): void {
  const migrations = migrationsIn(database.migrations);
  say(`Nothing was deployed. On an account, this would create, if missing:`);
  say(`  D1 database ${database.name}`);
  for (const { name } of buckets) say(`  R2 bucket ${name}`);
  for (const queue of queues) say(`  queue ${queue}`);
  say(`  secrets ${SECRETS.join(", ")}`);
  say(`then apply the new ones of ${migrations.length} migrations, and deploy the Worker ${worker}.`);
}

/** Uploads secrets together with the Worker, so that it never runs without them, from a file that only its owner can read. */
async function deployWith(wrangler: Wrangler, secrets: Record<string, string>): Promise<string> {
  if (Object.keys(secrets).length === 0) return must(wrangler("deploy"), "Deploying");
  const folder = mkdtempSync(join(tmpdir(), "cleardial-deploy-"));
  try {
    const file = join(folder, "secrets.json");
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    return await must(wrangler("deploy", "--secrets-file", file), "Deploying");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until the Worker answers, then sets it up or says what is next. */
async function goOn(
  address: string | null,
  code: string | undefined,
  admin: DeployOptions["admin"],
  say: DeployOptions["say"],
): Promise<void> {
  if (address === null)
    return say(
      `Wrangler named no address: set a route, or workers_dev, in the configuration.${code === undefined ? "" : ` The set-up code: ${code}`}`,
    );
  say(`\n  ${address}`);
  const health = await healthOf(address);
  if (health === null) say("It does not answer yet. A new name may take a few minutes.");
  if (health?.setup === false) return say(`It answers, version ${health.version}.`);
  if (code === undefined) {
    const lost = "No one has set it up yet, and SETUP_CODE was set before. If no one has that code:";
    if (health) say(`${lost} npm run deploy -- --new-setup-code`);
    return;
  }
  if (health === null || admin === null)
    return say(
      [
        `  set-up code: ${code}   (shown once)`,
        "The first administrator, whose token is printed once:",
        `  npm run -s cleardial -- --url ${address} setup --code ${code} --name "…" --email …`,
        "and a link that signs them in to the extension:",
        `  npm run -s cleardial -- --url ${address} invite admin --name "…" --email …`,
      ].join("\n"),
    );
  const token = await setUp(address, code, admin);
  // Print it at once: if it were lost, no one could get in before it expires.
  say(`  token of ${admin.name}: ${token}   (shown once; for the command line: CLEARDIAL_TOKEN)`);
  const joinCode = await invite(address, token, { ...admin, role: "admin" });
  say(`  sign in to the extension by: ${address}/join#code=${joinCode}   (once, within 24 hours)`);
}

async function healthOf(address: string): Promise<HealthAnswer | null> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await pause(1000)) {
    const answer = await fetch(`${address}/v1/health`).catch(() => null);
    if (answer?.ok) return (await answer.json()) as HealthAnswer;
  }
  return null;
}
