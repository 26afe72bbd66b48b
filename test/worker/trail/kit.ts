/** Verifies tables against the trail, as `cleardial verify --deep` does. */
import { expect } from "vitest";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { DeepAnswer, DeepQuery, VerifyAnswer } from "../../../shared/trail/api.ts";
import { commitmentOf, type LinkedRow, rowHash } from "../../../shared/trail/chain.ts";
import { auditKey } from "../../../worker/core/audit-key.ts";
import type { BoundTable, NewRow } from "../../../worker/core/bound.ts";
import type { Written } from "../../../worker/core/change.ts";
import { record } from "../../../worker/core/commit.ts";
import { changeRows, statesOf } from "../../../worker/core/states.ts";
import type { Env } from "../../../worker/env.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { asOwner } from "../helpers.ts";

const ledger = () => env.LEDGER.get(env.LEDGER.idFromName("ledger"));
/** What the Ledger remembers, and has it remember something else, or nothing. */
export const memory = () => ledger().written();
export const remember = (written: Written | null) =>
  runInDurableObject(ledger(), async (_, state) => {
    await (written ? state.storage.put("written", written) : state.storage.deleteAll());
  });

export const newest = async () =>
  (await env.DB.prepare("SELECT * FROM audit ORDER BY seq DESC LIMIT 1").first<LinkedRow>())!;
export const append = (row: LinkedRow) =>
  run(
    "INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...[row.seq, row.at, row.actor, row.code, row.subject, row.commitment],
    ...[row.prev, row.hash, row.mac ?? null],
  );
/** A row as a Worker writes it that has the key and remembers nothing; or as somebody does who has no key. Answers its number. */
export async function writeAs(code: string, hasKey: boolean, subject = ""): Promise<number> {
  const { seq, hash: prev } = await newest();
  const row = { seq: seq + 1, at: new Date().toISOString(), actor: "system", code, subject };
  const whole = { ...row, commitment: commitmentOf("s", "null"), prev };
  const hash = rowHash(whole);
  await append({ ...whole, hash, mac: hasKey ? (await auditKey(env.AUDIT_KEY))!.mac(hash) : null });
  await run("INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, 's', 'null')", row.seq, row.at);
  return row.seq;
}
/** A Worker whose archive cannot be read right now. */
export const withoutArchive = (own: Env): Env => ({
  ...own,
  ARCHIVE: {
    get: () => Promise.resolve(null),
    list: (options?: R2ListOptions) => own.ARCHIVE.list(options),
  } as unknown as R2Bucket,
});
/** The database's owner records archives of these rows and the ones behind, which no bucket has. */
export const lostArchives = (seqs: readonly number[], at = "2020-01-01T00:00:00.000Z") =>
  asOwner(["audit_archives"], () =>
    run(
      `INSERT INTO audit_archives (first_seq, last_seq, last_hash, key, month, first_at, last_at, bytes, sha256, at)
       SELECT value, value + 1, 'x', 'lost/' || value, '2020-01', ?2, ?2, 1, 'x', ?2 FROM json_each(?1)`,
      ...[JSON.stringify(seqs), at],
    ),
  );
export const noLostArchives = () =>
  asOwner(["audit_archives"], () => run("DELETE FROM audit_archives WHERE key LIKE 'lost/%'"));
export const run = (text: string, ...params: (string | number | null)[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .run();

/** Rows as they would be had the Worker written them so, with the events that bind them: as of another day, for example. */
export const dated = (table: BoundTable, where: string, to: NewRow): Promise<void> =>
  asOwner([table.table], async () => {
    const rows = await statesOf(env.DB, table, where);
    const statements = changeRows(
      table,
      rows.map((before) => ({ before, to })),
      new Date().toISOString(),
    );
    await record(env, {
      actor: "system",
      event: { code: "test.dated", subject: "", payload: null },
      statements,
    });
  });

/** Every step of both passes, small ones, so that the seams are tried as well. */
export async function deep(name: string, now = Date.now(), most = 2) {
  const table = name as DeepQuery["table"];
  const findings: DeepAnswer["findings"] = [];
  const bound = { every: 0, some: 0, none: 0 };
  for (const pass of ["events", "rows"] as const)
    for (let after: string | null = ""; after !== null;) {
      const bounds = { most, objects: 1 };
      const step: DeepAnswer = await verifyDeep(env, { table, pass, after: after || undefined }, bounds, now);
      findings.push(...step.findings);
      for (const how of ["every", "some", "none"] as const) bound[how] += step.bound?.[how] ?? 0;
      after = step.next;
    }
  return { findings, bound };
}

/** A finding that names the column of a row; by chance, once in some 170 times, it names others beside it (codeOf of leaves.ts). */
export const namesColumn = (row: string, column: string): string =>
  expect.stringMatching(new RegExp(`^(altered ${row}|${row}: altered) (\\w+,)*${column}(,\\w+)*$`)) as string;
/** What it finds, in words. */
export const findingsIn = async (table: string): Promise<string[]> =>
  (await deep(table)).findings.map(({ what, key, columns }) => `${what} ${key} ${columns.join()}`.trim());

/** The same of several tables, in larger steps; and how far rows are bound. */
export async function deepOf(tables: readonly string[], now = Date.now(), most = 100) {
  const found: string[] = [];
  const bound = { every: 0, none: 0 };
  for (const table of tables) {
    const of = await deep(table, now, most);
    for (const { key, what, columns } of of.findings)
      found.push(`${table} ${key}: ${what} ${columns.join()}`.trim());
    bound.every += of.bound.every;
    bound.none += of.bound.none;
  }
  return { found, bound };
}

/** Rows of past months, written as the Ledger writes them. */
export async function history(months: string[], each: number): Promise<void> {
  let { seq, hash } = (await env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<{
    seq: number;
    hash: string;
  }>())!;
  for (const month of months)
    for (let i = 0; i < each; i++) {
      const payload = JSON.stringify({ number: `+4420794600${i}`, month });
      const row = {
        seq: ++seq,
        at: `${month}-${String(1 + (i % 28)).padStart(2, "0")}T10:00:00.000Z`,
        actor: "somebody",
        code: i % 2 ? "past.odd" : "past.even",
        subject: `s${i}`,
        commitment: commitmentOf("salt", payload),
        prev: hash,
      };
      hash = rowHash(row);
      await env.DB.batch([
        env.DB.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)").bind(
          ...Object.values(row),
          hash,
        ),
        env.DB.prepare("INSERT INTO audit_payload VALUES (?, ?, 'salt', ?)").bind(seq, row.at, payload),
      ]);
    }
}

/** Verifies in steps to the end, as `cleardial verify` does. */
export async function walk(most?: number): Promise<VerifyAnswer> {
  let answer = await verify(env, 0, "genesis", most);
  while (answer.next !== null) answer = await verify(env, answer.next, answer.head, most);
  // Of the last step alone.
  const { origin: _, ...whole } = answer;
  return whole;
}
