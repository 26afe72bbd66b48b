/**
 * Calls lie in smaller rows behind a view of their name (migration 0125). From the state before: nothing of one changes, and a Worker of
 * before, deployed again, does there what it did.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CallsAnswer } from "../../../shared/call-logs/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { call, DAY, dump, migrationsBefore, migrationsSince, newTeam } from "../helpers.ts";
import { logged } from "../overview/reports/kit.ts";
import { deepOf, namesColumn, run } from "../trail/kit.ts";

const SLIM = "0125";
const UUID = "9e5f0b7a-02c1-4d6e-8f90-a1b2c3d4e5f6";
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const hash = (n: number): string => n.toString(16).padEnd(64, "f");
const COLUMNS =
  "rowid, id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict, reasons, overridden, dial, screened, extension, told, by, at, CAST(salt_high AS TEXT) AS high, CAST(salt_low AS TEXT) AS low, CAST(code AS TEXT) AS code, rev, changed_at, past, replaces, campaign, judged_as";
const rows = async (where = "TRUE") =>
  (await env.DB.prepare(`SELECT ${COLUMNS} FROM calls WHERE ${where} ORDER BY rowid`).all()).results;
const found = async () => (await deepOf(["calls", "call_said", "call_said_more"])).found;
const list = async (query = ""): Promise<CallsAnswer["calls"]> =>
  ((await call("GET", `/v1/calls?${query}`, { token: tokens.manager })).data as CallsAnswer).calls;

let tokens: Record<Role, string>;
let person: string;
let before: { rows: unknown[]; said: unknown[]; listed: unknown[] };
/** As no Worker writes them, but an older one or a restore might have: each column as it was. */
const odd = `INSERT INTO calls (id, ref, via, provider, number, agent, direction, started_at, verdict, reasons, dial, screened, by, at)
  VALUES ('odd', 'no hash', 'import', '12', 441632960077, '007', 'outbound', '2026-11-01T10:00:00Z', 'strange', NULL,
    'b1f0-of-before', 'otherwise', 'system', '2026-11-01')`;

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore(SLIM));
  tokens = await newTeam();
  person = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<string>("id"))!;
  const full = { provider: "twilio", providerId: `CA${"0a".repeat(16)}`, agent: "Ann@Example.com", person };
  await logged(ago(3 * DAY), { outcome: "silent" }, { ...full, id: UUID, ref: hash(1) });
  await logged(ago(2 * DAY), null, {
    ...{ ref: hash(2), agent: "ann@example.com", verdict: "blocked", screened: "lookup", extension: "off" },
    ...{ campaign: "pensions", judgedAs: "general", reasons: [{ code: "objected" }], seconds: null },
  });
  await logged(ago(DAY), { campaign: "Spring" }, { ref: hash(3), direction: "inbound", replaces: UUID });
  await run(odd);
  before = { rows: await rows(), said: await dump("call_said"), listed: await list() };
  expect(before.rows).toHaveLength(4);
  await applyD1Migrations(env.DB, migrationsSince(SLIM));
});

it("each column of each call is as it was, and so is what is bound, said and shown of it", async () => {
  expect(await rows()).toEqual(before.rows);
  expect(await dump("call_said")).toEqual(before.said);
  expect(await found()).toEqual([]);
  expect(await list()).toEqual(before.listed);
});

it("is found by agent, person, day and finding", async () => {
  const ids = async (query: string) => (await list(query)).map(({ id }) => id);
  const [second, first] = (before.listed as { id: string; agent: string | null }[])
    .filter(({ agent }) => agent?.toLowerCase() === "ann@example.com")
    .map(({ id }) => id);
  expect(await ids("agent=ANN@example.com")).toEqual([second]);
  expect(await ids(`person=${person}`)).toEqual([]);
  expect(await ids("finding=blocked")).toEqual([second]);
  expect(await ids(`from=${ago(2 * DAY).slice(0, 10)}&to=${ago(2 * DAY).slice(0, 10)}`)).toEqual([second]);
  expect(first).toBeUndefined();
});

it("lies in numbers, and what many have in common once", async () => {
  const { results } = await env.DB.prepare(
    "SELECT DISTINCT typeof(began) AS began, typeof(ref_d) AS ref, typeof(earlier) AS past, typeof(came) AS came FROM call_rows WHERE id <> 'odd'",
  ).all();
  expect(results).toEqual([{ began: "integer", ref: "integer", past: "integer", came: "integer" }]);
  const [first] = (
    await env.DB.prepare("SELECT typeof(id_a) AS a, sid FROM call_rows WHERE id = ?").bind(UUID).all()
  ).results;
  expect(first).toEqual({ a: "integer", sid: "CA" });
  const texts = await env.DB.prepare("SELECT text FROM call_texts ORDER BY text").all<{ text: string }>();
  expect(new Set(texts.results.map(({ text }) => text)).size).toBe(texts.results.length);
});

it("a call is one by its reference, and is refused with what it cannot be", async () => {
  const put = (own: Record<string, string | number | null>) => {
    const row = {
      ...{
        id: "two",
        ref: hash(9),
        via: "import",
        provider: "x",
        number: 441632960001,
        direction: "outbound",
      },
      ...{ started_at: ago(0), verdict: "clear", reasons: "[]", by: "system", at: ago(0), ...own },
    };
    const names = Object.keys(row);
    return run(
      `INSERT INTO calls (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
      ...Object.values(row),
    );
  };
  await expect(put({ ref: hash(1) })).rejects.toThrow("UNIQUE constraint failed");
  await expect(put({ id: "odd" })).rejects.toThrow("UNIQUE constraint failed");
  for (const wrong of [
    ...[{ via: "post" }, { direction: "sideways" }, { direction: "inbound" }, { verdict: null }],
    ...[{ person: "nobody" }, { campaign: "other" }, { judged_as: "other" }, { extension: "maybe" }],
    ...[{ provider: null }, { by: null }, { started_at: null }, { ref: null }, { number: null }, { told: 2 }],
  ])
    await expect(put(wrong), JSON.stringify(wrong)).rejects.toThrow("constraint failed");
  expect(await rows()).toEqual(before.rows);
});

it("a Worker of before, deployed again, writes, changes, finds and erases calls as it did", async () => {
  const row = [
    ...[
      "old",
      hash(5),
      "fetch",
      "twilio",
      "CA7",
      441632960005,
      "Bob",
      person,
      "outbound",
      ago(0),
      7,
      "clear",
    ],
    ...[
      '[{"code":"x"}]',
      0,
      null,
      null,
      "on",
      person,
      ago(0),
      null,
      null,
      "general",
      1,
      null,
      "[]",
      5,
      -6,
      7,
    ],
  ];
  await run(
    `INSERT INTO calls (id, ref, via, provider, provider_id, number, agent, person, direction, started_at, seconds, verdict, reasons,
       overridden, dial, screened, extension, by, at, replaces, campaign, judged_as, rev, changed_at, past, salt_high, salt_low, code)
     SELECT ${row.map((_, place) => `value ->> ${place}`).join(", ")} FROM json_each(?) WHERE TRUE`,
    JSON.stringify([row]),
  );
  const [kept] = await rows("id = 'old'");
  expect(kept).toMatchObject({
    ref: hash(5),
    agent: "Bob",
    person,
    by: person,
    told: 0,
    high: "5",
    low: "-6",
  });
  const change = (was: number) =>
    run(
      `WITH j AS MATERIALIZED (SELECT value ->> 0 AS was, value ->> 1 AS key_id, value ->> 2 AS to_person, value ->> 3 AS to_dial
         FROM json_each(?))
       UPDATE calls SET person = j.to_person, dial = j.to_dial, rev = IIF(rev = j.was AND TRUE, rev + 1, NULL)
       FROM j WHERE calls.id = j.key_id`,
      JSON.stringify([[was, "old", null, "77"]]),
    );
  await change(1);
  expect((await rows("id = 'old'"))[0]).toEqual({ ...kept, person: null, dial: "77", rev: 2 });
  await expect(change(1)).rejects.toThrow("NOT NULL constraint failed: calls.rev");
  expect(await rows("lower(agent) = 'bob' AND person IS NOT 'x' AND started_at > '2026'")).toHaveLength(1);
  await run("DELETE FROM calls WHERE (id) IN (SELECT id FROM calls WHERE id = 'old' LIMIT 5)");
  expect(await rows()).toEqual(before.rows);
});

it("an agent in small letters is compared with the agent", async () => {
  await run("UPDATE call_rows SET agent_low = NULL WHERE id = 'call-2'");
  expect(await found()).toEqual([namesColumn("calls call-2", "agent_low")]);
  await run("UPDATE calls SET agent = agent WHERE id = 'call-2'");
  expect(await found()).toEqual([]);
});

it("a text that is altered alters each call that names it", async () => {
  const texts = (from: string, to: string) => run("UPDATE call_texts SET text = ? WHERE text = ?", to, from);
  for (const [text, column] of [
    ["ann@example.com", "agent"],
    ['[{"code":"objected"}]', "reasons"],
  ] as const) {
    await texts(text, "other");
    expect((await found()).filter((one) => one.includes("call-2"))).toContainEqual(
      namesColumn("calls call-2", column),
    );
    await texts("other", text);
  }
  expect(await found()).toEqual([]);
});

it("goes on its day, with what logs said of it and the texts that no call names any more", async () => {
  const years = ago(1000 * DAY);
  const id = await logged(years, { outcome: "silent" }, { ref: hash(7), agent: "long-gone@example.com" });
  const texts = (text: string) =>
    env.DB.prepare("SELECT COUNT(*) AS n FROM call_texts WHERE text = ?").bind(text).first<number>("n");
  expect(await texts("long-gone@example.com")).toBe(1);
  await sweep(env, Date.now());
  await sweep(env, Date.now());
  expect(await rows(`id = '${id}'`)).toEqual([]);
  expect(await env.DB.prepare("SELECT 1 FROM call_said WHERE call = ?").bind(id).first()).toBeNull();
  expect([await texts("long-gone@example.com"), await texts("ann@example.com")]).toEqual([0, 1]);
  expect(await rows()).toEqual(before.rows);
});

it("a log's agent in brackets that an erasure left behind goes, and no reasons or sources (migration 0128)", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0128"));
  await newTeam();
  const now = ago(DAY);
  const named = await logged(now, null, {
    ref: hash(1),
    agent: "[Sales] Ann",
    reasons: [{ code: "objected" }],
  });
  for (const [n, agent] of ["[Sales] Dora", "[1001]"].entries()) {
    const id = await logged(now, null, { ref: hash(n + 2), agent });
    await run("DELETE FROM calls WHERE id = ?", id);
  }
  const texts = async () =>
    ((await dump("call_texts")) as { text: string }[])
      .map(({ text }) => text)
      .filter((text) => /^\[/.test(text));
  const before = await texts();
  expect(before).toEqual(expect.arrayContaining(["[Sales] Dora", "[sales] dora", "[1001]", "[Sales] Ann"]));
  await applyD1Migrations(env.DB, migrationsSince("0128"));
  expect(await texts()).toEqual(before.filter((text) => !/dora|1001/i.test(text)));
  expect(await rows(`id = '${named}'`)).toMatchObject([
    { agent: "[Sales] Ann", reasons: '[{"code":"objected"}]', provider: "dialler" },
  ]);
  await run("DELETE FROM calls WHERE id = ?", named);
  expect(await texts()).toEqual(before.filter((text) => !/dora|1001|ann/i.test(text)));
});
