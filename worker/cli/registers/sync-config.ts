/**
 * The configuration of `cleardial sync` and the state between its runs, both JSON files. Secrets are in environment
 * variables, which the configuration names.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import * as z from "zod";
import { listId } from "../../../shared/policy/policy.ts";
import { fill } from "../../../shared/texts/language.ts";
import { syncEn } from "../../../shared/texts/cli/sync.en.ts";
import { isLocal, Refusal } from "../client.ts";

const variable = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, "the name of an environment variable");
/** A pattern for file names: `*` is any text; {yyyymmdd}, {yyyy-mm-dd} or {ddmmyyyy} is the file's date. */
const pattern = z.string().regex(/^[^/]{1,200}$/, "a file's name, without a folder");

const sourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sftp"),
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(22),
    user: z.string().min(1),
    folder: z.string().default("."),
    /** As `ssh-keyscan HOST | ssh-keygen -lf -` prints it; compare it with the register's own word. */
    hostKey: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "a fingerprint such as SHA256:…"),
    passwordEnv: variable.optional(),
    keyFile: z.string().optional(),
    passphraseEnv: variable.optional(),
  }),
  z.strictObject({
    kind: z.literal("https"),
    url: z
      .url()
      .endsWith("/")
      .refine((url) => url.startsWith("https:") || isLocal(url), "https only"),
    /** The variable with the whole Authorization header, such as `Bearer …`. */
    authorizationEnv: variable.optional(),
  }),
  z.strictObject({ kind: z.literal("folder"), path: z.string().min(1) }),
]);

const configSchema = z.strictObject({
  /** A relative path starts at the configuration's folder. */
  state: z.string().default("cleardial-sync.state.json"),
  lists: z
    .array(
      z
        .strictObject({
          list: listId,
          from: sourceSchema,
          whole: pattern.optional(),
          changes: pattern.optional(),
          quietDays: z.int().min(1).max(366).default(8),
        })
        .refine((l) => l.whole ?? l.changes, "name whole or changes files")
        .refine(
          (l) => l.from.kind !== "https" || !`${l.whole}${l.changes}`.includes("*"),
          "file names at an HTTPS address cannot be listed, so they cannot contain *",
        ),
    )
    .min(1),
});
export type SyncConfig = z.infer<typeof configSchema>;
export type Source = z.infer<typeof sourceSchema>;

const stateSchema = z.record(
  z.string(),
  z.object({
    /** When something new was last uploaded; at first, when it was first looked for. ISO 8601. */
    lastNew: z.string(),
    /** Uploaded files, by name. */
    files: z.record(z.string(), z.object({ size: z.number().nullable(), asOf: z.string(), at: z.string() })),
  }),
);
export type SyncState = z.infer<typeof stateSchema>;

const sayIssues = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${z.core.toDotPath(path) || syncEn.whole}: ${message}`).join("; ");

export async function readConfig(file: string): Promise<SyncConfig> {
  const refuse = (why: string) => new Refusal("bad-config", fill(syncEn.config, { file, why }));
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw refuse(wordsOf(error));
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(wordsOf(error));
  }
  const config = configSchema.safeParse(json);
  if (!config.success) throw refuse(sayIssues(config.error));
  return { ...config.data, state: resolve(dirname(file), config.data.state) };
}

export async function readState(file: string): Promise<SyncState> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    throw new Refusal("bad-state", fill(syncEn.state, { file }));
  }
}

/** Atomic: a killed run leaves the earlier state. */
export async function writeState(file: string, state: SyncState): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** The value of an environment variable. Throws a Refusal if it is not set. */
export function secret(name: string): string {
  const value = process.env[name];
  if (!value) throw new Refusal("no-secret", fill(syncEn.noSecret, { name }));
  return value;
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
