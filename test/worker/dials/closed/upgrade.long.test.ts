/** From the version before: nothing of the dials changes by the migration, and they close by the first nights after it. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { DialsAnswer } from "../../../../shared/dials/api.ts";
import { closeDials } from "../../../../worker/dials/closed/close.ts";
import { IDS, listedOf, placesOf, REFS } from "../../../../worker/dials/closed/packed/entries.ts";
import { packDials } from "../../../../worker/dials/closed/packed/packing.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { call, dump, migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";

const columns = `by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
  salt_high, salt_low, code, written, layer, medium`;

it("stay as they were, close, and come back as they were", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0130"));
  const tokens = await newTeam();
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO dial_texts (num, month, text) VALUES (1, '2025-09', '[]'),
         (2, '2025-09', '{"host":"crm.example.com","purpose":"general"}'), (3, '2025-09', '{"policy":1,"lists":[]}')`,
    ),
    ...[5, 6].map((day) =>
      env.DB.prepare(
        `INSERT INTO dials (num, ${columns}) SELECT ?, p.num, 442079460951, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0
         FROM people p WHERE p.role = 'agent'`,
      ).bind(Date.UTC(2025, 8, day) * 64),
    ),
  ]);
  const before = await dump("dials");
  await applyD1Migrations(env.DB, migrationsSince("0130"));
  expect(await dump("dials")).toEqual(before);
  const found = async () =>
    ((await call("GET", "/v1/dials", { token: tokens.compliance })).data as DialsAnswer).dials;
  const all = await found();
  expect(all).toHaveLength(2);
  await closeDials(env, Date.UTC(2025, 11, 1));
  expect(await dump("dials")).toEqual(before);
  await closeDials(env, Date.UTC(2025, 11, 2));
  expect(await dump("dials")).toEqual([]);
  expect(await found()).toEqual(all);
  expect(await reopen(env, "system", Date.now())).toEqual({
    files: 0,
    dials: 2,
    recordings: 0,
    certificates: 0,
  });
  expect(await dump("dials")).toEqual(before);
});

it("which dials of files were erased is known from before, and noted as others go (migration 0141)", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0141"));
  await newTeam();
  const add = (num: number) =>
    env.DB.prepare(
      `INSERT INTO dials (num, ${columns}) SELECT ?, p.num, 442079460951, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0
       FROM people p WHERE p.role = 'agent'`,
    ).bind(num);
  const out = (num: number) => env.DB.prepare("INSERT INTO closed_out (num) VALUES (?)").bind(num);
  await env.DB.batch([add(1), add(2), out(1), out(2), out(3)]);
  const gone = async () =>
    ((await dump("closed_out")) as { num: number; gone: number }[]).map((row) => [row.num, row.gone]);
  await applyD1Migrations(env.DB, migrationsSince("0141"));
  expect(await gone()).toEqual([
    [1, 0],
    [2, 0],
    [3, 1],
  ]);
  // An earlier Worker's statements, too.
  await env.DB.prepare("DELETE FROM dials WHERE num = 2").run();
  await env.DB.batch([add(4), out(4), out(5)]);
  expect(await gone()).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 0],
    [5, 1],
  ]);
});

it("calls stay as they were, close with their dials, and come back as they were (migrations 0142 and 0144)", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    migrationsBefore("0142").filter(({ name }) => name < "0142"),
  );
  await newTeam();
  const at = Date.UTC(2025, 8, 5, 10);
  const began = new Date(at + 2000).toISOString();
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO dial_texts (num, month, text) VALUES (1, '2025-09', '[]'), (2, '2025-09', '{}'), (3, '2025-09', '[1]')",
    ),
    ...[at, at + 60_000].map((ms) =>
      env.DB.prepare(
        `INSERT INTO dials (num, ${columns}) SELECT ?, p.num, 442079460951, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0
         FROM people p WHERE p.role = 'agent'`,
      ).bind(ms * 64),
    ),
    ...["a", "b"].map((letter, n) =>
      env.DB.prepare(
        `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict, reasons,
           overridden, dial, screened, extension, by, at, campaign, judged_as, rev, past, salt_high, salt_low, code, told)
         SELECT ?1 || '1111111-1111-4111-8111-111111111111', ?2, 'import', '3cx', ?1, 442079460951, 'Ann “A” Agent', p.id, 'outbound', ?3, 9, 'clear',
           '[]', 0, ?4, 'dial', 'on', p.id, ?3, NULL, 'general', 1, '[]', 9007199254740993, -9007199254740993, 5, 0
         FROM people p WHERE p.role = 'agent'`,
      ).bind(letter, letter.repeat(64), began, String((at + n * 60_000) * 64)),
    ),
  ]);
  const all = async () =>
    (
      await env.DB.prepare(
        `SELECT id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict, reasons, overridden, dial,
           screened, extension, by, at, campaign, judged_as, rev, past, CAST(salt_high AS TEXT), CAST(salt_low AS TEXT), code, told, changed_at,
           replaces, person_num FROM calls ORDER BY id`,
      ).all()
    ).results;
  const before = await all();
  await applyD1Migrations(env.DB, migrationsSince("0142"));
  expect(await all()).toEqual(before);
  await closeDials(env, Date.UTC(2025, 11, 2));
  expect([await all(), await dump("dials")]).toEqual([[], []]);
  // Whose agent's name went with the last call that had it.
  expect(JSON.stringify(await dump("call_texts"))).not.toContain("Ann");
  // An earlier Worker's statement, too.
  await expect(
    env.DB.prepare(
      `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, overridden, by, at)
       VALUES ('c', ?, 'import', '3cx', 1, 'outbound', ?, 'clear', '[]', 0, 'x', ?)`,
    )
      .bind("a".repeat(64), began, began)
      .run(),
  ).rejects.toThrow("UNIQUE constraint failed: calls.ref");
  expect(await reopen(env, "system", Date.now())).toEqual({
    files: 0,
    dials: 2,
    recordings: 0,
    certificates: 0,
  });
  expect(await all()).toEqual(before);
});

it("what the index has of before stays as it was, and is packed by the first night (migrations 0161 and 0162)", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0161"));
  await newTeam();
  const [num, number] = [Date.UTC(2025, 8, 5) * 64, 442079460951];
  const row = (sql: string, ...params: (number | string)[]) => env.DB.prepare(sql).bind(...params);
  await env.DB.batch([
    row(
      `INSERT INTO closed_files (first, last, key, rows, bytes, sha256, members, at) VALUES (?1, ?1 + 9, 'dials/2025-09/x', 2, 9, '', ?2, '')`,
      ...[num, JSON.stringify([[num, num + 9, 0, 9, ""]])],
    ),
    ...[num, num + 5].map((its) =>
      row("INSERT INTO closed_numbers (number, num, calls) VALUES (?, ?, 1)", number, its),
    ),
    row("INSERT INTO closed_logged (name, num) VALUES (?, ?), (?, ?)", 7e15, num, -7e15, num),
    // Erased while its file was lost, by an earlier Worker: its call is listed still.
    row("INSERT INTO closed_out (num) VALUES (?)", num + 7),
    row("INSERT INTO closed_logged (name, num) VALUES (?, ?)", 8e15, num + 7),
  ]);
  const tables = ["closed_numbers", "closed_logged", "closed_out"];
  const before = await Promise.all(tables.map(dump));
  await applyD1Migrations(env.DB, migrationsSince("0161"));
  const without = (rows: unknown[]) =>
    rows.map((one) =>
      Object.fromEntries(Object.entries(one as object).filter(([name]) => !["id", "lost"].includes(name))),
    );
  expect((await Promise.all(tables.map(dump))).map(without)).toEqual(before);
  await packDials(env, Date.UTC(2026, 0, 1));
  expect((await Promise.all(tables.slice(0, 2).map(dump))).map(without)).toEqual([
    [],
    [expect.objectContaining({ num: num + 7 })],
  ]);
  expect((await listedOf(env.DB, [number])).map((one) => one.num).sort()).toEqual([num, num + 5]);
  for (const kind of [REFS, IDS])
    expect([...(await placesOf(env.DB, kind, [7e15, -7e15, 8e15].map(String))).keys()].sort()).toEqual(
      [-7e15, 7e15].map(String),
    );
});
