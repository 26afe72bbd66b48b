/**
 * From the versions before a mail service could be set in the desk (migrations 0075, 0076), before recordings were heard (0108), a sign-in
 * to a CRM was confirmed (0109), and parts of an upload had codes (0114): what was there stays, and counts for no more than before.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { type ConnectorRow, connectorColumns, pendingOf } from "../../../worker/connectors/rows.ts";
import { serviceOf, settingsOf } from "../../../worker/mail/settings.ts";
import { arrivedPart, arrivedParts } from "../../../worker/registers/arrived.ts";
import { dump } from "../helpers.ts";

const AT = "2026-11-20T09:00:00.000Z";
const run = (statement: string, ...params: (string | number)[]) =>
  env.DB.prepare(statement)
    .bind(...params)
    .run();
const before = (name: string) =>
  applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter((one) => one.name < name),
  );
const upgrade = () => applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
const same = async (table: string, rows: unknown[]) =>
  expect(await dump(table), table).toEqual(
    rows.map((row) => expect.objectContaining(row as object) as unknown),
  );
const people = async () => {
  for (const [id, role] of [
    ["ada", "admin"],
    ["bea", "compliance"],
  ] as const)
    await run(
      "INSERT INTO people (id, name, email, role, created_at) VALUES (?1, ?1, ?1 || '@example.com', ?2, ?3)",
      ...[id, role, AT],
    );
};
beforeEach(() => reset());

describe("the mail service", () => {
  const named = {
    ...env,
    MAIL_FROM: "us@example.com",
    MAIL_URL: "https://mail.example.com",
    MAIL_TOKEN: "t",
  };

  it("is the one that the variables name, or none; a row of nobody's is none", async () => {
    await before("0075");
    await people();
    const rows = await dump("people");
    await upgrade();
    await same("people", rows);
    expect(await serviceOf(env)).toBeNull();
    const theirs = { via: "http", from: "us@example.com", url: "https://mail.example.com", token: "t" };
    expect(await serviceOf(named)).toEqual(theirs);
    await run("INSERT INTO mail_service (id, sealed, by, at) VALUES (1, 'x', 'ada', ?)", AT);
    expect([await settingsOf(env), await serviceOf(env)]).toEqual([null, null]);
    expect(await serviceOf(named)).toEqual(theirs);
    await expect(
      run("INSERT INTO mail_service (id, sealed, by, at) VALUES (2, 'x', 'ada', ?)", AT),
    ).rejects.toThrow("CHECK");
  });

  it("set by a proposal's maker tells of no proposal from then on, also by a mail that waited; what was told stays", async () => {
    await before("0076");
    await people();
    const ids = ["a", "b", "c"].map((one) => one.repeat(36));
    for (const id of ids) {
      await run(
        `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at, counts_at)
         VALUES (?, 'policy', 1, '[]', '[]', '', 'ada', '["admin"]', ?, '2099-01-01', '2026-11-21')`,
        ...[id, AT],
      );
      await run(
        "INSERT INTO outbox (id, key, template, recipient, vals, at, due) VALUES (?1, 'proposal:' || ?1 || ':bea', 'proposal-alone', 'b', '{}', ?2, ?2)",
        ...[id, AT],
      );
    }
    const send = (id: string) => run("UPDATE outbox SET state = 'sent', sent_at = ? WHERE id = ?", AT, id);
    const told = async () =>
      ((await dump("proposals_told")) as { proposal: string }[]).map(({ proposal }) => proposal);
    await run("INSERT INTO mail_service (id, sealed, by, at) VALUES (1, 'x', 'ada', ?)", AT);
    await send(ids[0]!);
    const proposals = await dump("proposals");
    await upgrade();
    await same("proposals", proposals);
    expect(await told()).toEqual([ids[0]]);
    await send(ids[1]!);
    expect(await told()).toEqual([ids[0]]);
    await run("UPDATE mail_service SET by = 'bea'");
    await send(ids[2]!);
    expect(await told()).toEqual([ids[0], ids[2]]);
  });
});

it("no recording of before is heard, nor drawn twice; what was heard goes with its draw, and an older Worker goes on", async () => {
  await before("0108");
  await people();
  await upgrade();
  expect([await dump("announced_draws"), await dump("announced_heard")]).toEqual([[], []]);
  const draw = (id: string) =>
    run(
      `INSERT INTO announced_draws (id, draw, recording, began, from_day, to_day, among, by, at)
       VALUES (?, 'd', 'r', '2026-11-01', '2026-11-01', '2026-11-02', 1, 'bea', ?)`,
      ...[id, AT],
    );
  await draw("one");
  await expect(draw("two")).rejects.toThrow("UNIQUE");
  const hear = (heard: string) =>
    run("INSERT INTO announced_heard (id, heard, by, at) VALUES ('one', ?, 'bea', ?)", heard, AT);
  await expect(hear("perhaps")).rejects.toThrow("CHECK");
  await hear("no");
  await expect(hear("yes")).rejects.toThrow("UNIQUE");
  await run("DELETE FROM announced_draws");
  expect(await dump("announced_heard")).toEqual([]);
});

it("no connector of before waits for a code, and an older Worker makes and signs in others beside one that waits", async () => {
  await before("0109");
  const make = (id: string) =>
    run(
      `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
       VALUES (?, 'hubspot', 'CRM', '{"settings":{},"objects":[],"fields":{}}', 'signIn', 's', 'ada', ?)`,
      ...[id, AT],
    );
  await make("c1");
  const rows = await dump("connectors");
  await upgrade();
  await same("connectors", rows);
  await make("c2");
  // As it stores a sign-in: what waits stays as it is, and opens nothing.
  await run("UPDATE connectors SET pending = 'theirs' WHERE id = 'c2'");
  await run("UPDATE connectors SET secret = 't' WHERE id = 'c2' AND secret = 's'");
  const { results } = await env.DB.prepare(
    `SELECT ${connectorColumns} FROM connectors c ORDER BY c.id`,
  ).all<ConnectorRow>();
  expect(results.map(({ id, secret, pending }) => [id, secret, pending])).toEqual([
    ["c1", "s", null],
    ["c2", "t", "theirs"],
  ]);
  for (const row of results) expect(await pendingOf(env, row)).toBeNull();
});

it("a part that had arrived is sent again, as is one that an older Worker takes afterwards", async () => {
  await before("0114");
  await people();
  await run(
    `INSERT INTO versions (list, ver, upload, parent, state, as_of, source, by, at)
     VALUES (1, 1, 7, 0, 'open', '2026-11-01', 'x', 'ada', ?)`,
    AT,
  );
  const take = (part: number) =>
    run(
      "INSERT INTO parts (upload, part, sha256, blocks, added, removed, content, undone) VALUES (7, ?, 'ab', 1, 1, 0, '', '')",
      part,
    );
  await take(1);
  const rows = await dump("parts");
  await upgrade();
  await same("parts", rows);
  await take(2);
  const of = { list: "tps", ver: 1, upload: 7, at: AT };
  expect(await arrivedPart(env, of, 1)).toEqual({ sha256: "ab", taken: null });
  // Nor with sums that somebody adds to it.
  await run("UPDATE parts SET sums = '[1,1,0,0]', mac = 'x' WHERE part = 1");
  expect(await arrivedParts(env, of)).toMatchObject({ parts: [], again: [1, 2], added: 0, staged: 0 });
});
