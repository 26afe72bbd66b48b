/** From the version before a connector knew since when it leads to its account; and what an earlier Worker, gone back to, changes then. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { systemsOf } from "../../../../worker/connectors/kinds/held/read.ts";
import { migrationsBefore } from "../../helpers.ts";

const [FIRST, THEN, LATER] = ["2026-09-01", "2026-10-01", "2026-11-01"].map((day) => `${day}T09:00:00.000Z`);
const at = (host: string) => ({ settings: { host } });
const ours = "https://ours.example.com";
const none = { settings: {} };
const shared = at("https://API.pipedrive.com");
const company = at("https://ours.pipedrive.com");

/** By id: what a connector was, what an earlier Worker makes of it, as it stores it, and whether that is the same account. */
const changes = {
  same: ["espocrm", "key", at(ours), "espocrm", "key", at(ours), true],
  way: ["espocrm", "key", at(ours), "espocrm", "hmac", at(ours), true],
  host: ["espocrm", "key", at(ours), "espocrm", "key", at("https://other.example.com"), false],
  kind: ["espocrm", "key", at(ours), "rest", "header", at(ours), false],
  zoho: [
    "zoho",
    "code",
    { settings: { region: "eu" } },
    "zoho",
    "code",
    { settings: { region: "eu" } },
    false,
  ],
  // At these a token alone says whose account it is.
  mapped: ["rest", "header", at(ours), "rest", "header", at(ours), false],
  shared: ["pipedrive", "token", shared, "pipedrive", "token", shared, false],
  company: ["pipedrive", "token", company, "pipedrive", "token", company, true],
  hubspot: ["hubspot", "token", none, "hubspot", "token", none, false],
  told: ["hubspot", "token", none, "hubspot", "signIn", none, true],
} as const;
const ids = Object.keys(changes);
const run = (text: string, ...values: (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();
const since = async () => Object.fromEntries((await systemsOf(env.DB)).map((one) => [one.row.id, one.since]));
const open = async () =>
  (
    await env.DB.prepare("SELECT connector FROM system_task_records ORDER BY 1").all<{ connector: string }>()
  ).results.map(({ connector }) => connector);

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0143"));
  for (const [id, [kind, way, setup]] of Object.entries(changes)) {
    await run(
      "INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES (?1, ?2, 'CRM', ?3, ?4, '', 'x', ?5)",
      ...[id, kind, JSON.stringify({ ...setup, objects: [], fields: {} }), way, FIRST!],
    );
    await run(
      "INSERT INTO system_tasks (id, connector, name, kind, day, records, by, at) VALUES (?1, ?1, 'CRM', ?2, '2026-09-02', '[]', 'system', ?3)",
      ...[id, kind, FIRST!],
    );
    await run(
      "INSERT INTO system_task_records (connector, object, record, task) VALUES (?1, 'Contact', '9', ?1)",
      id,
    );
  }
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  // By the Worker of now.
  await run("UPDATE connectors SET account = '62515 ' || at WHERE id = 'told'");
});

it("leads to its account since its credentials were entered, and each open task stays as it is", async () => {
  expect(await since()).toEqual(Object.fromEntries(ids.map((id) => [id, FIRST])));
  expect(await open()).toEqual([...ids].sort());
});

it("leads to another since that may be so, whichever Worker changes it, and its open tasks keep nothing from it", async () => {
  const isSame = (id: string) => changes[id as keyof typeof changes][6];
  for (const moment of [THEN!, LATER!])
    for (const [id, [, , , kind, way, setup]] of Object.entries(changes))
      await run(
        "UPDATE connectors SET kind = ?2, way = ?3, setup = ?4, at = ?5 WHERE id = ?1",
        ...[id, kind, way, JSON.stringify({ ...setup, objects: [], fields: {} }), moment],
      );
  // The second time it has the host of before.
  const last: Record<string, string> = { host: THEN! };
  expect(await since()).toEqual(
    Object.fromEntries(ids.map((id) => [id, isSame(id) ? FIRST : (last[id] ?? LATER)])),
  );
  expect(await open()).toEqual(ids.filter(isSame).sort());
});

it("a set-up that somebody made unreadable is saved again all the same", async () => {
  await run("UPDATE connectors SET setup = '{' WHERE id = 'same'");
  await run(
    "UPDATE connectors SET setup = ?1, at = '2026-11-02' WHERE id = 'same'",
    JSON.stringify(at(ours)),
  );
  expect((await since())["same"]).toBe("2026-11-02");
});
