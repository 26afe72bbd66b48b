/** Migrations 0062 and 0078: copies of before stay readable, and an older Worker that runs beside it or after it makes its own. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { dump } from "../../helpers.ts";
import { Queues } from "../../jobs/work-queue.ts";
import {
  act,
  called,
  confirmAll,
  daysAgo,
  done,
  draft,
  officer,
  open,
  read,
  tokens,
  verified,
  withTeam,
} from "../kit.ts";
import { BIG, granted, pageOf, recorded } from "./many.ts";
import { unzip } from "../export/zip.ts";

withTeam();

const queries = (of = "0062") => env.TEST_MIGRATIONS.find(({ name }) => name.startsWith(of))!.queries;
/** What the migration makes, taken away: the schema of before, with its rows. */
async function before() {
  await env.DB.batch(
    [
      "DROP TRIGGER requests_parts",
      "DROP TRIGGER copy_parts_over",
      "DROP VIEW copy_parts_nobody",
      "DROP TABLE copy_parts",
    ].map((sql) => env.DB.prepare(sql)),
  );
}
const after = (of?: string) => env.DB.batch(queries(of).map((sql) => env.DB.prepare(sql)));

it("a copy of before is offered, opened, counts, and the request is closed with it", async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { email: "before@example.com" });
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  const tables = ["requests", "request_files", "request_events", "request_links"];
  const rows = await Promise.all(tables.map(dump));
  await before();
  await after();
  expect(await Promise.all(tables.map(dump))).toEqual(rows);
  const { path, html } = await pageOf("before@example.com");
  expect(html).toContain(`href="${path}/copy"`);
  const { bytes, headers } = await open(`${path}/copy`);
  expect(headers.get("content-disposition")).toBe('attachment; filename="export.zip"');
  expect([...unzip(bytes).keys()]).toContain("recordings/001.wav");
  const answer = await read(officer, id);
  expect(answer.parts).toEqual([]);
  const text = await draft(officer, id, "decision");
  expect(text).not.toContain("Part 1");
  await done(officer, id, "letters", { kind: "decision", how: "post", text });
  await done(officer, id, "close");
});

it("where an older Worker makes a copy or decides, parts that wait are over, and its copy is the requester's", async () => {
  const ids = await recorded(tokens.admin, "+442079460301", 2, { bytes: BIG });
  const id = await granted("+442079460301", ids, { email: "older@example.com" });
  const queues = new Queues();
  const own = queues.on(env);
  expect((await act(officer, id, "export", {}, own)).status).toBe(202);
  await vi.waitFor(() => expect(queues.sent).toHaveLength(2));
  // The timeline's line of its step is all that an older Worker writes of it there.
  const step = (action: string, detail: string | null, at = new Date().toISOString()) =>
    env.DB.prepare(
      "INSERT INTO request_events (request, ref, action, state, detail, by, at) VALUES (?, ?, ?, 'decided', ?, 'p', ?)",
    )
      .bind(id, crypto.randomUUID(), action, detail, at)
      .run();
  await step("note", '{"text":"rang"}');
  expect(await dump("copy_parts")).toHaveLength(2);
  await step("comply", null);
  expect(await dump("copy_parts")).toEqual([]);

  expect((await act(officer, id, "export", {}, own)).status).toBe(202);
  await queues.deliver(own, Date.now);
  await vi.waitFor(async () =>
    expect((await read(officer, id)).parts!.map(({ state }) => state)).toEqual(["came", "came"]),
  );
  // It ends all copies, and stores its own.
  const file = crypto.randomUUID();
  await env.COPIES!.put(`requests/${id}/${file}`, "zip");
  await env.DB.batch([
    env.DB.prepare("UPDATE request_files SET erase_after = ? WHERE request = ? AND purpose = 'export'").bind(
      daysAgo(0),
      id,
    ),
    env.DB.prepare(
      `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
       VALUES (?1, ?2, 'export', 'r2-copies', ?3, '', 'application/zip', 3, ?4, 'p', ?5)`,
    ).bind(file, id, `requests/${id}/${file}`, daysAgo(-30), new Date().toISOString()),
  ]);
  await step("export", '{"bytes":3}', new Date(Date.now() + 1000).toISOString());
  expect((await read(officer, id)).parts).toEqual([]);
  const { path, html } = await pageOf("older@example.com");
  expect(html).toContain(`href="${path}/copy"`);
  expect(new TextDecoder().decode((await open(`${path}/copy`)).bytes)).toBe("zip");
  expect((await open(`${path}/copy/2`)).status).toBe(404);
});

it("migration 0078: a copy of before counts as opened, as nobody knows; an older Worker's later one must be", async () => {
  const { number } = await called(tokens.admin);
  const id = await verified(officer, number, { email: "posted@example.com" });
  await confirmAll(officer, id);
  await done(officer, id, "decide", { decision: "comply" });
  await done(officer, id, "export");
  const text = await draft(officer, id, "decision");
  await done(officer, id, "letters", { kind: "decision", how: "post", text });
  const close = async () => (await act(officer, id, "close")).status;
  expect(await close()).toBe(409);
  await env.DB.batch(
    ["DROP VIEW copies_nobody", "ALTER TABLE request_files DROP COLUMN opened_at"].map((sql) =>
      env.DB.prepare(sql),
    ),
  );
  await env.DB.prepare(
    `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, by, at)
     VALUES ('scan', ?1, 'scan', 'r2-files', 'scan', 'letter.pdf', 'application/pdf', 3, ?2, 'p', ?3)`,
  )
    .bind(id, daysAgo(-30), new Date().toISOString())
    .run();
  const rows = (await dump("request_files")) as { purpose: string; at: string }[];
  await after("0078");
  expect(await dump("request_files")).toEqual(
    rows.map((row) => ({ ...row, opened_at: row.purpose === "export" ? row.at : null })),
  );
  // Rolled back, a Worker of before writes no such column: its copy went to nobody until someone opens it.
  const copies = (to: string) =>
    env.DB.prepare(`UPDATE request_files SET ${to} WHERE request = '${id}'`).run();
  await copies("opened_at = NULL");
  expect(await close()).toBe(409);
  await copies("opened_at = at");
  expect(await close()).toBe(200);
});
