/** Migration 0046: rows of before it stay as they are, and a Worker of before goes on with the tables, but archives no codes away. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { commitmentOf, type LinkedRow, rowHash } from "../../../shared/trail/chain.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { dump, MONTH } from "../helpers.ts";

const newest = async () =>
  (await env.DB.prepare("SELECT * FROM audit ORDER BY seq DESC LIMIT 1").first<LinkedRow>())!;

/** As a Worker of before writes a row. */
async function write(code: string, subject = ""): Promise<LinkedRow> {
  const { seq, hash: prev } = await newest();
  const at = new Date().toISOString();
  const row = {
    seq: seq + 1,
    at,
    actor: "system",
    code,
    subject,
    commitment: commitmentOf("s", "null"),
    prev,
  };
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ).bind(...Object.values(row), rowHash(row)),
    env.DB.prepare("INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, 's', 'null')").bind(
      row.seq,
      at,
    ),
  ]);
  return newest();
}
/** As a Worker of before archives all rows up to one. */
async function archive({ seq, hash }: LinkedRow): Promise<void> {
  const key = `audit/x/${seq}`;
  await write("audit.archived", key);
  await env.DB.prepare(
    `INSERT INTO audit_archives (first_seq, last_seq, last_hash, key, month, first_at, last_at, bytes, sha256, at)
     VALUES ((SELECT COALESCE(MAX(last_seq), 0) + 1 FROM audit_archives), ?, ?, ?, 'x', '', '', 1, '', '')`,
  )
    .bind(seq, hash, key)
    .run();
}

it("what was written before is from before; the next run says from where on rows have codes, once", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0046"),
  );
  for (const code of ["test.one", "test.two"]) await write(code);
  const before = (await dump("audit")) as LinkedRow[];
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await dump("audit")).toEqual(before.map((row) => ({ ...row, mac: null })));
  expect(await verify(env)).toMatchObject({ ok: true, origin: { before: before.length - 1 } });
  for (let run = 0; run < 2; run++) await adopt(env);
  const said = ((await dump("audit")) as LinkedRow[]).filter(({ code }) => code === "evidence.keyed");
  expect(said).toHaveLength(1);
  expect(await startOf(env)).toMatchObject({ keyed: said[0]!.seq, isKept: true });
  expect(await verify(env)).toMatchObject({ ok: true, origin: { before: said[0]!.seq - 1 } });
});

it("a Worker of before writes on and archives rows without codes; those with one wait for the upgrade", async () => {
  const [, second] = (await dump("audit")) as LinkedRow[];
  await archive(second!);
  const last = await newest();
  await expect(archive(last)).rejects.toThrow("audit_archive_macs");
  await write("test.three");
  await env.DB.exec("DROP TRIGGER audit_archives_no_delete; DELETE FROM audit_archives");
  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(await dump("audit_archives")).toMatchObject([{ macs: 1 }]);
});
