/** From the schema before "what rings" (migration 0017): its rows, and a Worker that still writes them so. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import { newSalt } from "../../../worker/core/change.ts";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { dialFrom } from "../../../worker/dials/rows.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, newTeam } from "../helpers.ts";

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
  made.unshift(dial);
}

beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0017"),
  );
  tokens = await newTeam();
  await insertAsBefore("2026-11-26T09:00:00.001Z", { number: NUMBER, written: null });
  await insertAsBefore("2026-11-26T09:00:00.002Z", { number: NUMBER, written: "020 7946 0958" });
  await insertAsBefore("2026-11-26T09:00:00.003Z", { number: null, written: "call me" });
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
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
