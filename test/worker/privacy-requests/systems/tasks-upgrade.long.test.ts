/** Open tasks of a Worker that made one for each number: after the upgrade they are one of their day, none is lost, and an earlier Worker goes on with them. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { SystemTask } from "../../../../shared/privacy-requests/api-system-tasks.ts";
import { insertBound } from "../../../../worker/core/bound.ts";
import { record } from "../../../../worker/core/commit.ts";
import { sql } from "../../../../worker/core/sql.ts";
import { tasksBound } from "../../../../worker/privacy-requests/bound.ts";
import { makeTasks } from "../../../../worker/privacy-requests/systems/day-tasks.ts";
import { call, newTeam } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { daysAgo, today } from "../kit.ts";

let officer: string;
const isOurs = ({ name }: { name: string }) => /^010[56]_/.test(name);
const all = env.TEST_MIGRATIONS;

/** As an earlier Worker makes one, in the commit that erases a recording. */
const made = (day: string, ids: readonly string[], at = `${day}T03:00:00.000Z`) => {
  const id = crypto.randomUUID();
  const records = JSON.stringify(ids.map((one) => ["contacts", one]));
  const row = { id, connector: "c", name: "Our CRM", kind: "hubspot", day, records };
  return record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: id, payload: null },
    statements: [
      insertBound(tasksBound, [{ ...row, done_on: null, how: "", backups_until: null, by: "system", at }]),
      sql(
        `INSERT INTO system_task_records (connector, object, record, task)
         SELECT t.connector, e.value ->> 0, e.value ->> 1, t.id FROM system_tasks t CROSS JOIN json_each(t.records) e WHERE t.id = ?`,
        id,
      ),
    ],
  });
};
const open = async () =>
  ((await call("GET", "/v1/system-tasks", { token: officer })).data as { tasks: SystemTask[] }).tasks;
const idsIn = (tasks: readonly Pick<SystemTask, "records">[]) =>
  tasks.flatMap(({ records }) => records.map(([, id]) => id)).sort();

beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    all.filter((one) => !isOurs(one)),
  );
  officer = (await newTeam()).compliance;
  for (let n = 0; n < 230; n++) await made(daysAgo(3), [`a${n}`, `b${n}`, `c${n}`]);
  await made(daysAgo(2), ["x"]);
  await applyD1Migrations(env.DB, all.filter(isOurs));
}, 120_000);

it("become one of their day in parts, loses none, and verify", async () => {
  const before = (
    await env.DB.prepare("SELECT record FROM system_task_records ORDER BY 1").all<{ record: string }>()
  ).results.map((one) => one.record);
  expect(before).toHaveLength(691);
  await makeTasks(env, Date.now());
  const tasks = await open();
  expect(tasks.length).toBeLessThanOrEqual(5);
  expect(tasks.at(-1)).toMatchObject({ day: daysAgo(2), records: [["contacts", "x"]] });
  expect(idsIn(tasks)).toEqual([...before].sort());
  expect((await deepOf(["system_tasks"])).found).toEqual([]);
});

it("can be gone back from: an earlier Worker lists, ends and adds tasks; and the upgrade after that joins those", async () => {
  // What it lists, by its own statement.
  const { results } = await env.DB.prepare(
    `SELECT id, records FROM system_tasks WHERE done_on IS NULL AND (at, id) > (?1, ?2) ORDER BY at, id LIMIT 100`,
  )
    .bind("", "")
    .all<{ id: string; records: string }>();
  expect(
    idsIn(results.map(({ records }) => ({ records: JSON.parse(records) as [string, string][] }))),
  ).toHaveLength(691);
  // Which records it knows to be in an open one.
  const known =
    "SELECT COUNT(*) FROM system_task_records e JOIN system_tasks t ON t.id = e.task WHERE t.done_on IS NULL";
  expect(await env.DB.prepare(known).first<number>("COUNT(*)")).toBe(691);
  const now = () => new Date().toISOString();
  await made(daysAgo(1), ["later"], now());
  await made(daysAgo(1), ["later too"], now());
  await makeTasks(env, Date.now());
  const tasks = await open();
  expect(tasks.at(-1)).toMatchObject({
    day: daysAgo(1),
    records: [
      ["contacts", "later"],
      ["contacts", "later too"],
    ],
  });
  const { data } = await call("POST", `/v1/system-tasks/${tasks.at(-1)!.id}`, {
    token: officer,
    body: { how: "Bo erased them", on: today() },
  });
  expect((data as { receipt: string }).receipt).toContain("2 records");
  expect((await deepOf(["system_tasks"])).found).toEqual([]);
});
