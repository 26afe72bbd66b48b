/**
 * Statements that the database's owner puts there: neither days to come nor a day that is due keep a real one from being made, or from the
 * bucket.
 */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { StatementDocument } from "../../../shared/proof/statement.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { prepare } from "../../../worker/core/sql.ts";
import { letGo } from "../../../worker/jobs/sweep-said.ts";
import { makeStatements, statementKey } from "../../../worker/proof/statement.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { asOwner, aTeam, dump, MONTH } from "../helpers.ts";
import { findingsIn, run } from "../trail/kit.ts";

aTeam();
beforeAll(() => adopt(env));

interface Row {
  day: string;
  document: string;
}
const rows = async () => (await dump("statements")) as Row[];
const documentOf = async (of: string) =>
  JSON.parse((await rows()).find((row) => row.day === of)!.document) as StatementDocument;
const left = async (of: string) => (await env.ARCHIVE.get(statementKey(of)))?.text();
const real = async () => (await rows()).filter(({ document }) => document !== "planted");
const put = (days: string[]) =>
  asOwner(["statements"], async () => {
    for (const of of days)
      await run(
        `INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?1, ?1 || 'T23:00:00.000Z', ?1, 0, 'x', 'planted')`,
        of,
      );
  });
const noted = async () =>
  ((await dump("kept_back")) as { row: string }[]).flatMap(
    ({ row }) => row.match(/^statements\/(.*)/)?.[1] ?? [],
  );
const last = async () => (await real()).at(-1)!.day;
// Of today, as the trail begins today.
beforeAll(() => makeStatements(env, Date.now() + 24 * HOUR));
/** The daily run after a day. */
const runAfter = (of: string, own = env) =>
  makeStatements(own, Date.parse(daysLater(of, 1)) + 3 * HOUR + 17 * 60_000);
const clear = () => asOwner(["statements"], () => run("DELETE FROM statements WHERE document = 'planted'"));

/** A Worker that can read nothing of its archive. */
const unread = {
  ...env,
  ARCHIVE: new Proxy(env.ARCHIVE, {
    get: (bucket, name) =>
      name === "get"
        ? () => Promise.reject(new Error("down"))
        : (Reflect.get(bucket, name) as () => unknown).bind(bucket),
  }),
};
it("one of which only an archive tells that cannot be read is the last one", async () => {
  const before = await last();
  await archiveMonths(env, Date.parse(before) + 3 * MONTH);
  const of = daysLater(before, 1);
  await runAfter(of, unread);
  expect((await documentOf(of)).statement.previous!.day).toBe(before);
});

it.each([
  ["for days to come", (of: string) => Array.from({ length: 8 }, (_, n) => daysLater(of, 365 + n))],
  ["for the day itself, and the one before", (of: string) => [daysLater(of, -1), of]],
])(
  "%s keeps no statement from being made, nor from the bucket, and officers are told once",
  async (_, daysOf) => {
    await runAfter(daysLater(await last(), 1));
    const before = await last();
    const of = daysLater(before, 2);
    const days = daysOf(of);
    await put(days);
    await runAfter(of);
    expect((await real()).map((row) => row.day).slice(-3)).toEqual([before, daysLater(before, 1), of]);
    expect((await documentOf(of)).statement.previous!.day).toBe(daysLater(before, 1));
    expect((await documentOf(daysLater(before, 1))).statement.previous!.day).toBe(before);
    expect(await left(of)).toBe((await real()).at(-1)!.document);
    expect(await noted()).toEqual(expect.arrayContaining(days));
    const far = days.filter((one) => one > of);
    for (const planted of far) expect(await left(planted)).toBeUndefined();
    const found = await findingsIn("statements");
    expect(found).toEqual(expect.arrayContaining(far.map((one) => `extra ${one}`)));
    const told = async () =>
      ((await dump("outbox")) as { template: string }[]).filter(({ template }) => template === "rows-unlike")
        .length;
    const mails = await told();
    expect(mails).toBeGreaterThan(0);
    for (const { statements } of await letGo(env, Date.now()))
      await env.DB.batch(statements.map((one) => prepare(env.DB, one)));
    await runAfter(of);
    expect(await told()).toBe(mails);
    await clear();
  },
);

it("the last one, whose hash somebody altered, is not made again, and the next one goes on behind it", async () => {
  await runAfter(daysLater(await last(), 1));
  const before = await last();
  const { document } = (await rows()).find((row) => row.day === before)!;
  const { sha256 } = JSON.parse(document) as StatementDocument;
  await asOwner(["statements"], () => run("UPDATE statements SET sha256 = 'x' WHERE day = ?", before));
  const of = daysLater(before, 1);
  await runAfter(of);
  expect((await documentOf(of)).statement.previous).toEqual({ day: before, sha256 });
  expect((await rows()).find((row) => row.day === before)!.document).toBe(document);
  expect(await noted()).toContain(before);
});
