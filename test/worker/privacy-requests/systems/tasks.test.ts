/** The end of retention makes a task for each system, once, with the commit that erases the last recording of a number. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { call, DAY, dump, MINUTE } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { called, daysAgo, officer, today, tokens, withTeam } from "../kit.ts";

withTeam();
const LATER = Date.now() + 370 * DAY;

beforeEach(async () => {
  await run("DELETE FROM connectors");
  await run(
    `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
     VALUES ('c', 'espocrm', 'Our CRM', '{"settings":{},"objects":[],"fields":{}}', 'token', 'x', 'p', '2026-01-01')`,
  );
});
const sawNumber = async (number: string, ...records: string[]) => {
  for (const record of records)
    await run(
      `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
       SELECT num, 'Contact', ?1, 'phone' || ?2, 0, ?2, 'clear', '2024-01-01', 1 FROM connectors`,
      ...[record, Number(number.slice(1))],
    );
};
interface Task {
  id: string;
  day: string;
  records: [string, string][];
  doneOn: string | null;
}
const tasks = async (show = "open") =>
  ((await call("GET", `/v1/system-tasks?show=${show}`, { token: officer })).data as { tasks: Task[] }).tasks;
const recordsOf = async () => (await tasks()).flatMap(({ records }) => records.map(([, id]) => id)).sort();
const recordingsOf = async (number: string) =>
  (
    await env.DB.prepare("SELECT id FROM recordings WHERE number = ?")
      .bind(Number(number.slice(1)))
      .all<{ id: string }>()
  ).results.map(({ id }) => id);

it("two last recordings that are erased at the same time make one", async () => {
  const { number } = await called(tokens.admin);
  await called(tokens.admin, { number, startedAt: new Date(Date.now() - MINUTE).toISOString() });
  await sawNumber(number, "both");
  const ids = await recordingsOf(number);
  expect(ids).toHaveLength(2);
  await Promise.all(ids.map((only) => eraseDue(env, LATER, { only })));
  expect(await recordsOf()).toEqual(["both"]);
  expect((await deepOf(["system_tasks"], LATER)).found).toEqual([]);
});

it("is made once the recording is erased, and not before; trying again makes no other", async () => {
  const { number } = await called(tokens.admin);
  await sawNumber(number, "once");
  const [only] = await recordingsOf(number);
  const broken = {
    ...env,
    RECORDINGS: { head: () => Promise.reject(new Error("down")) },
  } as unknown as typeof env;
  for (const hours of [0, 2, 6]) {
    await eraseDue(broken, LATER + hours * 60 * MINUTE, { only: only! });
    expect(await recordsOf()).not.toContain("once");
  }
  await eraseDue(env, LATER + 2 * DAY, { only: only! });
  expect((await recordsOf()).filter((id) => id === "once")).toHaveLength(1);
});

it("names no record that is in an open task already", async () => {
  const [one, other] = [(await called(tokens.admin)).number, (await called(tokens.admin)).number];
  await sawNumber(one, "shared");
  await sawNumber(other, "shared", "own");
  for (const number of [one, other])
    for (const only of await recordingsOf(number)) await eraseDue(env, LATER, { only });
  expect((await recordsOf()).filter((id) => id === "shared" || id === "own")).toEqual(["own", "shared"]);
});

it("a task whose records cannot be read stops no erasure", async () => {
  await run(
    `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
     VALUES ('broken', 'c', 'Our CRM', 'espocrm', ?1, '[[', 'system', ?1)`,
    daysAgo(2),
  );
  const { number } = await called(tokens.admin);
  await sawNumber(number, "beside");
  for (const only of await recordingsOf(number)) await eraseDue(env, LATER, { only });
  expect(await recordingsOf(number)).toEqual([]);
  await run("DELETE FROM system_tasks WHERE id = 'broken'");
  expect(await recordsOf()).toContain("beside");
});

it("names a record again once its task was done", async () => {
  const [one, other] = [(await called(tokens.admin)).number, (await called(tokens.admin)).number];
  for (const number of [one, other]) await sawNumber(number, "again");
  for (const only of await recordingsOf(one)) await eraseDue(env, LATER, { only });
  const { id } = (await tasks()).find(({ records }) => records.some(([, record]) => record === "again"))!;
  await run("UPDATE system_tasks SET day = ?1 WHERE id = ?2", daysAgo(1), id);
  const body = { how: "kept, a customer" };
  expect((await call("POST", `/v1/system-tasks/${id}`, { token: officer, body })).status).toBe(200);
  for (const only of await recordingsOf(other)) await eraseDue(env, LATER, { only });
  expect((await recordsOf()).filter((record) => record === "again")).toHaveLength(1);
});

it("is done once, on a day that can be, with backups that are kept no shorter", async () => {
  await run(
    `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
     VALUES ('t', 'c', 'Our CRM', 'espocrm', ?1, '[["Contact","9"]]', 'system', ?1)`,
    daysAgo(2),
  );
  const said = (body: object) =>
    call("POST", "/v1/system-tasks/t", { token: officer, body: { how: "deleted", ...body } });
  expect(await said({ on: daysAgo(3) })).toMatchObject({ status: 422 });
  expect(await said({ backupsUntil: daysAgo(1) })).toMatchObject({ status: 422 });
  expect(await said({ on: daysAgo(1), backupsUntil: daysAgo(1) })).toMatchObject({ status: 200 });
  expect(await said({ on: today(), how: "otherwise" })).toMatchObject({ status: 409 });
  expect((await dump("system_tasks")).find((one) => (one as Task).id === "t")).toMatchObject({
    how: "deleted",
  });
});
