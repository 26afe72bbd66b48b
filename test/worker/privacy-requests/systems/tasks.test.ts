/** The end of retention makes a task a system and day of the records whose numbers' last recordings were erased. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { insertBound } from "../../../../worker/core/bound.ts";
import { record } from "../../../../worker/core/commit.ts";
import { sql } from "../../../../worker/core/sql.ts";
import { tasksBound } from "../../../../worker/privacy-requests/bound.ts";
import { makeTasks } from "../../../../worker/privacy-requests/systems/day-tasks.ts";
import { eraseDue } from "../../../../worker/recordings/erasure.ts";
import { Noting } from "../../core/noting.ts";
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
       SELECT num, 'Contact', ?1, 'phone' || ?2, 0, ?2, 'clear', '2024-01-01', 1 FROM connectors WHERE id = 'c'`,
      ...[record, Number(number.slice(1))],
    );
};
interface Task {
  id: string;
  name: string;
  day: string;
  at: string;
  records: [string, string][];
  doneOn: string | null;
}
const tasks = async (show = "open") =>
  ((await call("GET", `/v1/system-tasks?show=${show}`, { token: officer })).data as { tasks: Task[] }).tasks;
/** The tasks are made once the day is over, by its clock. */
const dayOver = (now = LATER) => makeTasks(env, now + DAY);
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
  await makeTasks(env, LATER);
  expect(await recordsOf()).toEqual([]);
  await dayOver();
  await dayOver();
  expect(await recordsOf()).toEqual(["both"]);
  expect(await dump("system_left")).toEqual([]);
  expect((await deepOf(["system_tasks"], LATER + DAY)).found).toEqual([]);
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
    await dayOver();
    expect(await recordsOf()).not.toContain("once");
  }
  await eraseDue(env, LATER + 2 * DAY, { only: only! });
  await dayOver(LATER + 2 * DAY);
  expect((await recordsOf()).filter((id) => id === "once")).toHaveLength(1);
});

it("names no record that is in an open task already", async () => {
  const [one, other] = [(await called(tokens.admin)).number, (await called(tokens.admin)).number];
  await sawNumber(one, "shared");
  await sawNumber(other, "shared", "own");
  for (const number of [one, other])
    for (const only of await recordingsOf(number)) await eraseDue(env, LATER, { only });
  await dayOver();
  expect((await recordsOf()).filter((id) => id === "shared" || id === "own")).toEqual(["own", "shared"]);
});

it("of an account that its connector leads to no more, it keeps none from the other account's with the same ids", async () => {
  const end = async (at: number) => {
    const { number } = await called(tokens.admin);
    await sawNumber(number, "same");
    for (const only of await recordingsOf(number)) await eraseDue(env, at, { only });
  };
  const days = async () =>
    (await tasks()).filter(({ records }) => records.some(([, id]) => id === "same")).map(({ day }) => day);
  await end(LATER);
  await run(
    `UPDATE connectors SET at = ?1, setup = '{"settings":{"host":"https://other.example.com"},"objects":[],"fields":{}}'`,
    new Date(LATER).toISOString(),
  );
  await dayOver();
  await dayOver();
  expect(await days()).toHaveLength(1);
  await end(LATER + 2 * DAY);
  await dayOver(LATER + 2 * DAY);
  expect(new Set(await days()).size).toBe(2);
  // This one is in an open task of the account.
  await end(LATER + 4 * DAY);
  await dayOver(LATER + 4 * DAY);
  expect(await days()).toHaveLength(2);
  expect(await dump("system_left")).toEqual([]);
});

it("two runs of the clock at once make one, also of such an account", async () => {
  const { number } = await called(tokens.admin);
  await sawNumber(number, "twice");
  for (const only of await recordingsOf(number)) await eraseDue(env, LATER, { only });
  await run("UPDATE connectors SET account_since = ?1", new Date(LATER).toISOString());
  await Promise.allSettled([dayOver(), dayOver()]);
  expect((await recordsOf()).filter((id) => id === "twice")).toHaveLength(1);
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
  await dayOver();
  // It is in the list, by its name, and keeps no other from it.
  expect(await tasks()).toContainEqual(expect.objectContaining({ id: "broken", records: [], unread: true }));
  await run("DELETE FROM system_tasks WHERE id = 'broken'");
  expect(await recordsOf()).toContain("beside");
});

it("names a record again once its task was done", async () => {
  const [one, other] = [(await called(tokens.admin)).number, (await called(tokens.admin)).number];
  for (const number of [one, other]) await sawNumber(number, "again");
  for (const only of await recordingsOf(one)) await eraseDue(env, LATER, { only });
  await dayOver();
  const { id } = (await tasks()).find(({ records }) => records.some(([, record]) => record === "again"))!;
  await run("UPDATE system_tasks SET day = ?1 WHERE id = ?2", daysAgo(1), id);
  const body = { how: "kept, a customer" };
  expect((await call("POST", `/v1/system-tasks/${id}`, { token: officer, body })).status).toBe(200);
  for (const only of await recordingsOf(other)) await eraseDue(env, LATER, { only });
  await dayOver();
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

/** So many records have the number, as in a CRM where a switchboard's number stands with each of its people. */
const many = (number: string, count: number, connector = "c") =>
  run(
    `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
     SELECT c.num, 'Contact', 'r' || value, 'phone' || ?1, 0, ?1, 'clear', '2024-01-01', 1
     FROM connectors c, json_each(?3) WHERE c.id = ?2`,
    ...[Number(number.slice(1)), connector],
    JSON.stringify(Array.from({ length: count }, (_, n) => 10_000 + n)),
  );
const connect = (id: string, name: string) =>
  run(
    `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
     VALUES (?1, 'hubspot', ?2, '{"settings":{},"objects":[],"fields":{}}', 'token', 'x', 'p', '2026-01-01')`,
    ...[id, name],
  );

it("a day makes one of each system, in parts of 500 records, whichever numbers they had; no record is left out", async () => {
  await run("DELETE FROM system_task_records");
  const altered = (await deepOf(["system_tasks"], LATER + DAY)).found;
  const before = new Set((await tasks()).map(({ id }) => id));
  await connect("d", "Their CRM");
  const numbers: string[] = [];
  for (let n = 0; n < 4; n++) numbers.push((await called(tokens.admin)).number);
  for (const number of numbers.slice(0, 3)) await sawNumber(number, `own${number}`);
  await many(numbers[0]!, 1203);
  await many(numbers[3]!, 2, "d");
  for (const number of numbers)
    for (const only of await recordingsOf(number)) await eraseDue(env, LATER, { only });
  await dayOver();
  const made = (await tasks()).filter(({ id }) => !before.has(id));
  const sizes = (name: string) =>
    made
      .filter((one) => one.name === name)
      .map(({ records }) => records.length)
      .sort((a, b) => b - a);
  expect([sizes("Our CRM"), sizes("Their CRM")]).toEqual([[500, 500, 206], [2]]);
  const all = made.flatMap(({ name, records }) => records.map(([, id]) => `${name} ${id}`));
  expect(new Set(all).size).toBe(all.length);
  expect(await dump("system_left")).toEqual([]);
  expect((await deepOf(["system_tasks"], LATER + DAY)).found).toEqual(altered);
});

/** As a Worker of before made them: one for each number. */
const ofBefore = (id: string, day: string, ...ids: string[]) => {
  const row = {
    ...{ id, connector: "c", name: "Our CRM", kind: "espocrm", day, done_on: null, how: "" },
    ...{ records: JSON.stringify(ids.map((one) => ["Contact", one])), backups_until: null },
    ...{ by: "system", at: `${day}T01:00:00.000Z` },
  };
  return record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: id, payload: null },
    statements: [
      insertBound(tasksBound, [row]),
      sql(
        "INSERT INTO system_task_records (connector, object, record, task) SELECT 'c', 'Contact', value, ?1 FROM json_each(?2)",
        ...[id, JSON.stringify(ids)],
      ),
    ],
  });
};
it("open ones of before, one for each number, become one of their day, and none of their records is lost", async () => {
  await run("DELETE FROM system_task_records");
  // As it was before the clock looked for them.
  await run("DELETE FROM marks WHERE name = 'tasks-joined'");
  const { found } = await deepOf(["system_tasks"]);
  const uuid = () => crypto.randomUUID();
  const day = daysAgo(9);
  const [a, b, c] = [uuid(), uuid(), uuid()];
  await ofBefore(a, day, "o1", "o2");
  await ofBefore(b, day, "o3");
  await ofBefore(c, daysAgo(8), "o4");
  await makeTasks(env, Date.now());
  const open = (await tasks()).filter(({ records }) => records.some(([, id]) => /^o\d$/.test(id)));
  expect(open.map((one) => [one.day, one.records.map(([, id]) => id)])).toEqual([
    [day, ["o1", "o2", "o3"]],
    [daysAgo(8), ["o4"]],
  ]);
  // Since when they wait is what it was.
  expect(open.map(({ at }) => at)).toEqual([`${day}T01:00:00.000Z`, `${daysAgo(8)}T01:00:00.000Z`]);
  const ended = (await tasks("done")).filter(({ id }) => [a, b, c].includes(id));
  expect(ended).toMatchObject([{ how: "joined" }, { how: "joined" }, { how: "joined" }]);
  // Each is in an open one, as both Workers ask.
  const { results } = await env.DB.prepare(
    "SELECT e.record FROM system_task_records e JOIN system_tasks t ON t.id = e.task WHERE t.done_on IS NULL AND e.record LIKE 'o%' ORDER BY 1",
  ).all<{ record: string }>();
  expect(results.map((one) => one.record)).toEqual(["o1", "o2", "o3", "o4"]);
  const count = async () => (await dump("system_tasks")).length;
  const was = await count();
  await makeTasks(env, Date.now());
  expect(await count()).toBe(was);
  expect((await deepOf(["system_tasks"])).found).toEqual(found);
});

it("is worked off by one word for all of its day's parts, with a receipt; and by none for another system's", async () => {
  const [day, at] = [daysAgo(5), daysAgo(5)];
  for (const [id, connector, count] of [
    ["p1", "c", 500],
    ["p2", "c", 7],
    ["other", "d", 1],
  ] as const)
    await run(
      `INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
       VALUES (?1, ?2, 'Our CRM', 'espocrm', ?3, ?4, 'system', ?5)`,
      ...[id, connector, day],
      JSON.stringify(Array.from({ length: count }, (_, n) => ["Contact", `${id}-${n}`])),
      at,
    );
  await run(
    "INSERT INTO system_task_records (connector, object, record, task) VALUES ('c', 'Contact', 'p2-0', 'p2')",
  );
  const said = (id: string, body: object) =>
    call("POST", `/v1/system-tasks/${id}`, { token: officer, body: { how: "Bo erased them", ...body } });
  expect(await said("p1", { also: ["p2", "other"] })).toMatchObject({ status: 422 });
  expect(await said("p1", { also: ["p2", "nowhere"] })).toMatchObject({ status: 422 });
  const done = await said("p1", { also: ["p2"], on: daysAgo(1), backupsUntil: today() });
  expect(done.status).toBe(200);
  const { receipt } = done.data as { receipt: string };
  for (const part of [
    "Our CRM: 500 records",
    "Our CRM: 7 records",
    "Bo erased them",
    "backups keep it until",
  ])
    expect(receipt).toContain(part);
  expect(await said("p2", {})).toMatchObject({ status: 409 });
  expect((await tasks()).map(({ id }) => id)).toContain("other");
  expect(
    (await dump("system_task_records")).filter((one) => (one as { task: string }).task === "p2"),
  ).toEqual([]);
  const one = await call("GET", "/v1/system-tasks/p2", { token: officer });
  expect(one.data).toMatchObject({ task: { id: "p2", how: "Bo erased them" } });
  expect((one.data as { receipt: string }).receipt).toContain("Our CRM: 7 records");
  expect(await call("GET", "/v1/system-tasks/nowhere", { token: officer })).toMatchObject({ status: 404 });
});

it("the overview counts the open ones; those that are done say who said so, the newest first", async () => {
  const waits = async () =>
    ((await call("GET", "/v1/waiting", { token: tokens.manager })).data as { tasks: number }).tasks;
  const before = await waits();
  const [first, second] = ["2026-01-03-a", "2026-01-03-b"];
  for (const id of [first, second])
    await record(env, {
      actor: "system",
      event: { code: "request.tasks-made", subject: "c", payload: {} },
      statements: [
        insertBound(tasksBound, [
          {
            ...{ id, connector: "c", name: "Our CRM", kind: "espocrm", day: "2026-01-03", records: "[]" },
            ...{ done_on: null, how: "", backups_until: null, by: "system", at: "2026-01-03T00:00:00.000Z" },
          },
        ]),
      ],
    });
  expect(await waits()).toBe(before + 2);
  const who = ((await call("GET", "/v1/me", { token: officer })).data as { person: { id: string } }).person
    .id;
  for (const [id, on] of [
    [first, "2026-02-01"],
    [second, "2026-02-02"],
  ]) {
    const body = { how: "Bo erased them", on };
    expect((await call("POST", `/v1/system-tasks/${id}`, { token: officer, body })).status).toBe(200);
  }
  expect(await waits()).toBe(before);
  const done = await tasks("done");
  expect(done.map(({ doneOn }) => doneOn)).toEqual(
    done
      .map(({ doneOn }) => doneOn)
      .toSorted()
      .toReversed(),
  );
  expect(done.filter(({ id }) => [first, second].includes(id))).toMatchObject([
    { id: second, by: who },
    { id: first, by: who },
  ]);
  const page = (await call("GET", "/v1/system-tasks?show=done&limit=1", { token: officer })).data as {
    next: string;
  };
  const then = await call(
    "GET",
    `/v1/system-tasks?show=done&limit=1&after=${encodeURIComponent(page.next)}`,
    {
      token: officer,
    },
  );
  expect((then.data as { tasks: Task[] }).tasks.map(({ id }) => id)).toEqual([done[1]!.id]);
});

it("the clock walks no open task", async () => {
  await run(
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 400)
     INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at)
     SELECT '2026-01-02-w' || n, 'c', 'Our CRM', 'hubspot', '2026-01-02', '[["Contact","w"]]', 'system', '2026-01-02' FROM c`,
  );
  await makeTasks(env, LATER + 2 * DAY);
  const noting = new Noting();
  await makeTasks({ ...env, DB: noting.db }, LATER + 2 * DAY);
  expect([...noting.asked].filter(([, { read }]) => read > 10)).toEqual([]);
  expect(noting.asked.size).toBeGreaterThan(1);
  await run("DELETE FROM system_tasks WHERE id GLOB '2026-01-02-w*'");
});
