/** From the schema before "what rings" (migration 0017): its rows, and a Worker that still writes them so. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { newSalt } from "../../../worker/core/change.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { dialFrom } from "../../../worker/dials/row-number.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { verifyDeep } from "../../../worker/trail/deep.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, DAY, dump, migrationsBefore, migrationsSince, MONTH, newTeam } from "../helpers.ts";

const NUMBER = "+442079460958";
let tokens: Record<Role, string>;
const made: Dial[] = [];
/** The texts of `dial_texts` that a row names: page, reasons of page and Worker, state, state seen. */
const TEXTS = [
  '{"host":"crm.example.com","purpose":"general"}',
  '[{"code":"not-listed","list":"tps"}]',
  '[{"code":"tps","list":"tps"}]',
  '{"policy":2,"lists":[{"id":"tps","version":4,"asOf":null}]}',
  '{"policy":1,"lists":[]}',
] as const;
const month = (at: string) => at.slice(0, 7);

/** Stores a dial as that Worker did, with its row of the trail. */
async function insertAsBefore(at: string, own: Pick<Dial, "number" | "written">): Promise<void> {
  const by = (await env.DB.prepare("SELECT id, name FROM people WHERE role = 'agent'").first<{
    id: string;
    name: string;
  }>())!;
  const dial: Dial = {
    ...{ id: String(dialFrom(at)), ...own, action: "held", verdict: "clear", workerVerdict: "blocked" },
    ...{
      reasons: JSON.parse(TEXTS[1]) as Dial["reasons"],
      workerReasons: JSON.parse(TEXTS[2]) as Dial["reasons"],
    },
    ...{ agrees: false, refused: false, policy: 2, lists: [{ id: "tps", version: 4, asOf: null }] },
    ...{ seen: { seq: 7, policy: 1, lists: [] }, basis: null, reason: null, purpose: "general" },
    ...{ host: "crm.example.com", by: by.id, byName: by.name, deviceAt: at, at },
    // What the API says of them since.
    ...{ recordNumber: null, layer: "page", sighting: null, medium: "call", via: null },
  };
  const salt = newSalt();
  const half = (from: number) => BigInt.asIntN(64, BigInt(`0x${salt.slice(from, from + 16)}`)).toString();
  const { number, verdict, workerVerdict } = dial;
  vi.useFakeTimers({ now: Date.parse(at), toFake: ["Date"] });
  await record(env, {
    actor: by.id,
    event: { code: "dial.held", subject: dial.id, payload: { number, verdict, workerVerdict }, salt },
    statements: [
      sql(
        `INSERT OR IGNORE INTO dial_texts (month, text) VALUES ${TEXTS.map(() => "(?, ?)").join(", ")}`,
        ...TEXTS.flatMap((text) => [month(at), text]),
      ),
      sql(
        `INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, seen_seq, key, salt_high,
           salt_low, written, basis, reason, page, reasons, worker_reasons, state, seen_state)
         VALUES (?, (SELECT num FROM people WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?, ?, ?,
           ${TEXTS.map(() => "(SELECT num FROM dial_texts WHERE month = ? AND text = ?)").join(", ")})`,
        ...[
          Number(dial.id),
          by.id,
          number === null ? null : Number(number.slice(1)),
          0,
          1,
          0,
          0,
          2,
          0,
          7,
          null,
        ],
        ...[half(0), half(16), dial.written, null, null],
        ...TEXTS.flatMap((text) => [month(at), text]),
      ),
    ],
  });
  vi.useRealTimers();
  made.unshift(dial);
}

/** A policy's version as that Worker saved it. */
const savedAsBefore = (version: number, dialMonths: number, at: string) =>
  env.DB.prepare(
    "INSERT INTO policies (version, doc, at, by, why) VALUES (?, ?, ?, (SELECT id FROM people LIMIT 1), 'then')",
  )
    .bind(version, JSON.stringify({ retention: { dialMonths } }), at)
    .run();

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0017"));
  tokens = await newTeam();
  // Dials were kept for 12 months until June, since then for 36; one was erased in time.
  await savedAsBefore(1, 12, "2024-01-01T00:00:00.000Z");
  await savedAsBefore(2, 36, "2026-06-01T00:00:00.000Z");
  await insertAsBefore("2025-05-20T09:00:00.000Z", { number: NUMBER, written: null });
  await record(env, {
    actor: "system",
    event: { code: "retention.swept", subject: "", payload: { dials: 1 } },
    statements: [sql("DELETE FROM dials WHERE num = ?", Number(made.shift()!.id))],
  });
  await insertAsBefore("2026-11-26T09:00:00.001Z", { number: NUMBER, written: null });
  await insertAsBefore("2026-11-26T09:00:00.002Z", { number: NUMBER, written: "020 7946 0958" });
  await insertAsBefore("2026-11-26T09:00:00.003Z", { number: null, written: "call me" });
  await applyD1Migrations(env.DB, migrationsSince("0017"));
});

const all = async () =>
  ((await call("GET", "/v1/dials?limit=500", { token: tokens.admin })).data as DialsAnswer).dials;
const payloadOf = async (subject: string) =>
  ((await call("GET", `/v1/audit?subject=${subject}`, { token: tokens.admin })).data as AuditAnswer).rows[0]!
    .payload;

it("dials from before are told as they were, and the trail proves them as it did", async () => {
  expect(await all()).toEqual(made);
  const { number, verdict, workerVerdict } = made[2]!;
  expect(await payloadOf(made[2]!.id)).toEqual({ number, verdict, workerVerdict });
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("a Worker of before goes on writing on the new tables", async () => {
  await insertAsBefore("2026-11-26T10:00:00.000Z", { number: NUMBER, written: null });
  expect(await all()).toEqual(made);
  expect(await payloadOf(made[0]!.id)).toEqual({
    number: NUMBER,
    verdict: "clear",
    workerVerdict: "blocked",
  });
  expect(await verify(env)).toMatchObject({ ok: true });
});

const deep = async () => {
  const events = await verifyDeep(env, { table: "dials", pass: "events" });
  const rows = await verifyDeep(env, { table: "dials", pass: "rows" });
  return { bound: rows.bound, findings: [...events.findings, ...rows.findings] };
};

it("verify --deep says how far they are bound, and finds what their payload binds", async () => {
  expect(await deep()).toEqual({ bound: { every: 0, some: made.length, none: 0 }, findings: [] });
  const trigger = (await env.DB.prepare(
    "SELECT sql FROM sqlite_schema WHERE name = 'dials_no_update'",
  ).first<{ sql: string }>())!;
  const set = (verdict: number) =>
    env.DB.batch([
      env.DB.prepare("DROP TRIGGER dials_no_update"),
      env.DB.prepare("UPDATE dials SET worker_verdict = ? WHERE num = ?").bind(verdict, Number(made[0]!.id)),
      env.DB.prepare(trigger.sql),
    ]);
  await set(0);
  expect((await deep()).findings).toMatchObject([
    {
      ...{ key: made[0]!.id, what: "altered" },
      columns: expect.arrayContaining(["number", "worker_verdict"]) as string[],
    },
  ]);
  await set(2);
});

it("a new row commits to what was dialled: altered, it breaks the trail", async () => {
  const body = {
    ...{ number: "020 7946 0958", e164: NUMBER, action: "held", verdict: "unknown", reasons: [], seen: null },
    ...{ host: "crm.example.com", at: new Date().toISOString() },
  };
  const { id } = (await call("POST", "/v1/dials", { token: tokens.agent, body })).data as Dial;
  expect(await verify(env)).toMatchObject({ ok: true });
  const trigger = (await env.DB.prepare(
    "SELECT sql FROM sqlite_schema WHERE name = 'dials_no_update'",
  ).first<{ sql: string }>())!;
  const alter = (set: string) =>
    env.DB.batch([
      env.DB.prepare("DROP TRIGGER dials_no_update"),
      env.DB.prepare(`UPDATE dials SET ${set} WHERE num = ?`).bind(Number(id)),
      env.DB.prepare(trigger.sql),
    ]);
  for (const [altered, restored] of [
    ["written = ''", "written = '020 7946 0958'"],
    ["written = '020 7946 0959'", "written = '020 7946 0958'"],
    ["record_number = 353852222222", "record_number = NULL"],
    ["medium = 1", "medium = 0"],
    ["layer = 2", "layer = 0"],
    ["layer = NULL", "layer = 0"],
    ["via = 'sms:'", "via = NULL"],
  ] as const) {
    await alter(altered);
    expect(await verify(env), altered).toMatchObject({ ok: false });
    await alter(restored);
  }
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("what was dialled is told whole, also where it is stored as the number itself, or is nothing", async () => {
  const told = async (number: string, e164: string | null) => {
    const body = {
      ...{ number, e164, action: "held", verdict: "unknown", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: new Date().toISOString() },
    };
    const { data } = await call("POST", "/v1/dials", { token: tokens.agent, body });
    const { id, written } = data as Dial;
    expect((await all())[0]).toEqual(data);
    expect(await payloadOf(id)).toMatchObject({ written });
    return written;
  };
  expect(await told(NUMBER, NUMBER)).toBe(NUMBER);
  expect(await told("", null)).toBe("");
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("verify --deep misses no dial whose time is over by the policy of then, and any other", async () => {
  const missing = async () =>
    (await deep()).findings.map(({ what, key }) => `${what} ${new Date(Number(key) / 64).toISOString()}`);
  const remove = (at: string) => env.DB.prepare("DELETE FROM dials WHERE num = ?").bind(dialFrom(at)).run();
  await remove("2026-11-26T09:00:00.002Z");
  // Twelve months were over before the policy changed, and of this one they were not.
  await insertAsBefore("2025-06-10T09:00:00.000Z", { number: NUMBER, written: null });
  await remove("2025-06-10T09:00:00.000Z");
  const gone = ["missing 2026-11-26T09:00:00.002Z", "missing 2025-06-10T09:00:00.000Z"];
  expect(await missing()).toEqual(gone);

  await sweep(env, Date.now() + 3 * DAY);
  expect(await missing()).toEqual(gone);
  await insertAsBefore("2023-10-01T09:00:00.000Z", { number: NUMBER, written: null });
  await sweep(env, Date.now() + 3 * DAY);
  expect(await missing()).toEqual(gone);

  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(await missing()).toEqual(gone);
  // An archive that was lost is no reason to keep what is due.
  await env.DB.prepare("INSERT INTO sso_nonces (nonce, at) VALUES ('old', '2020-01-01')").run();
  await archiveMonths(env, Date.now() + 2 * MONTH);
  for (const { key } of (await dump("audit_archives")) as { key: string }[]) await env.ARCHIVE.delete(key);
  await sweep(env, Date.now() + 3 * DAY);
  expect(await dump("sso_nonces")).toEqual([]);
});
