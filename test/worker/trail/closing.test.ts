/** A month is closed while people write: none of them waits for it, and what was acknowledged is there. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
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
  const { results: rows } = await env.DB.prepare(
    "SELECT seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit ORDER BY seq",
  ).all<LinkedRow>();
  // With each page of rows that the closing reads, a write begins. The database is in the same process, and answers at once: a page
  // is no pause in which others get on.
  const noting = (statement: D1PreparedStatement, values: unknown[] = []): D1PreparedStatement =>
    ({
      bind: (...them: unknown[]) => noting(statement.bind(...them), them),
      first: () => statement.first(),
      all: () => {
        const [after, until, most] = values as [number, number, number];
        order.push("page");
        begin(`beside-${order.length}`);
        return Promise.resolve({
          results: rows.filter(({ seq }) => seq > after && seq <= until).slice(0, most),
        });
      },
    }) as unknown as D1PreparedStatement;
  const DB = { prepare: (text: string) => noting(env.DB.prepare(text)) } as unknown as D1Database;
  const { seq } = await newest();
  await archiveMonths({ ...env, DB }, Date.now(), 20_000, 2);
  order.push("closed");
  await Promise.all(writing);
  const archives = (await dump("audit_archives")) as { last_seq: number }[];
  expect(archives.map((one) => one.last_seq)).toEqual([seq]);
  // Up to the last page of the object: behind it the object is written, which takes a while in any case.
  const pages = order.flatMap((what, n) => (what === "page" ? [n] : []));
  const during = order.slice(0, pages[39]! + 1);
  // Many are answered before the last page is read: they wait for a page, not for the object.
  expect(during.filter((what) => what === "page").length).toBeGreaterThanOrEqual(40);
  expect(during.filter((what) => what === "answered").length).toBeGreaterThan(10);
  const there = ((await dump("audit")) as { subject: string }[]).map(({ subject }) => subject);
  expect(acknowledged.length).toBe(writing.length);
  for (const subject of acknowledged) expect(there.filter((one) => one === subject)).toHaveLength(1);
  expect(await walk()).toMatchObject({ ok: true });
});
