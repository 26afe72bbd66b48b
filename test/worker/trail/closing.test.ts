/** A month is closed while people write: none of them waits for it, and what was acknowledged is there. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { dump } from "../helpers.ts";
import { history, newest, walk } from "./kit.ts";

const write = (subject: string) =>
  record(env, { actor: "system", event: { code: "test", subject, payload: { subject } }, statements: [] });

it("who writes meanwhile is answered while one object is made, and nothing acknowledged is lost", async () => {
  await history(["2026-01"], 80);
  const order: string[] = [];
  const acknowledged: string[] = [];
  const writing: Promise<void>[] = [];
  const begin = (subject: string) =>
    writing.push(
      write(subject).then(() => {
        acknowledged.push(subject);
        order.push("answered");
      }),
    );
  // With each page of rows that the closing reads, a write begins.
  const noting = (statement: D1PreparedStatement): D1PreparedStatement =>
    ({
      bind: (...values: unknown[]) => noting(statement.bind(...values)),
      first: () => statement.first(),
      all: async () => {
        const page = await statement.all();
        order.push("page");
        begin(`beside-${order.length}`);
        return page;
      },
    }) as unknown as D1PreparedStatement;
  const DB = { prepare: (text: string) => noting(env.DB.prepare(text)) } as unknown as D1Database;
  const { seq } = await newest();
  await archiveMonths({ ...env, DB }, Date.now(), 20_000, 2);
  order.push("closed");
  await Promise.all(writing);
  const archives = (await dump("audit_archives")) as { last_seq: number }[];
  expect(archives.map((one) => one.last_seq)).toEqual([seq]);
  const during = order.slice(0, order.lastIndexOf("page"));
  // Many are answered before the last page is read: they wait for a page, not for the object.
  expect(during.filter((what) => what === "page").length).toBeGreaterThanOrEqual(40);
  expect(during.filter((what) => what === "answered").length).toBeGreaterThan(10);
  const there = ((await dump("audit")) as { subject: string }[]).map(({ subject }) => subject);
  expect(acknowledged.length).toBe(writing.length);
  for (const subject of acknowledged) expect(there.filter((one) => one === subject)).toHaveLength(1);
  expect(await walk()).toMatchObject({ ok: true });
});
