import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { AuditAnswer } from "../../../shared/trail/api.ts";
import type { Dial, DialsAnswer } from "../../../shared/dials/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { CallsAnswer } from "../../../shared/call-logs/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, dump, migrationsBefore, migrationsSince, newTeam, push } from "../helpers.ts";
import { confirmAll, done } from "../privacy-requests/kit.ts";

const MONTH = 30.4375 * 86_400_000;
const before = migrationsBefore("0016");
const NUMBER = "+442079460958";
let tokens: Record<Role, string>;

/** Dials as stored before the migration: of every kind, two of them in one millisecond. */
const old: Dial[] = [];
const KEY = "a-key-of-before";
const made = (at: string, own: Partial<Dial> = {}): void => {
  old.push({
    ...{ id: crypto.randomUUID(), number: NUMBER, written: null, action: "passed", verdict: "clear" },
    ...{ recordNumber: null, layer: "page", sighting: null, medium: "call", via: null },
    ...{ reasons: [{ code: "not-listed", list: "tps", asOf: "2026-10-01" }], agrees: true, refused: false },
    seen: { seq: 7, policy: 1, lists: [{ id: "tps", version: 3, asOf: "2026-10-01" }] },
    ...{ workerVerdict: "clear", workerReasons: [{ code: "not-listed", list: "tps" }], policy: 2 },
    lists: [{ id: "tps", version: 4, asOf: null }],
    ...{
      basis: null,
      reason: null,
      purpose: "general",
      host: "crm.example.com",
      by: "",
      byName: "The agent",
    },
    ...{ deviceAt: at, at, ...own },
  });
};
const insertOld = (d: Dial) =>
  env.DB.prepare(
    `INSERT INTO dials (id, key, number, written, action, verdict, reasons, seen, worker_verdict, worker_reasons, agrees,
       refused, policy, lists, basis, reason, purpose, host, by, device_at, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).bind(
    ...[
      d.id,
      d.id === old[0]!.id ? KEY : null,
      d.number === null ? null : Number(d.number.slice(1)),
      d.written,
    ],
    ...[d.action, d.verdict, JSON.stringify(d.reasons), d.seen && JSON.stringify(d.seen), d.workerVerdict],
    ...[
      JSON.stringify(d.workerReasons),
      Number(d.agrees),
      Number(d.refused),
      d.policy,
      JSON.stringify(d.lists),
    ],
    ...[d.basis, d.reason, d.purpose, d.host, d.by, d.deviceAt, d.at],
  );
let access = "";
const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, before);
  tokens = await newTeam();
  const agent = await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<{ id: string }>();
  made("2026-10-04T09:15:00.001Z", { deviceAt: "2026-09-30T23:59:59.999Z" });
  made("2026-10-05T09:15:00.500Z", {
    action: "held",
    verdict: "blocked",
    workerVerdict: "caution",
    agrees: false,
  });
  made("2026-10-05T09:15:00.500Z", {
    verdict: "caution",
    workerVerdict: "unknown",
    seen: null,
    agrees: false,
  });
  made("2026-10-05T10:00:00.000Z", {
    number: null,
    written: "call “me”",
    verdict: "unknown",
    workerVerdict: "blocked",
  });
  const asked = {
    action: "overridden",
    basis: "service",
    reason: "Their boiler’s due",
    purpose: "claims-management",
  } as const;
  made("2026-11-05T10:00:00.000Z", { ...asked, deviceAt: "2026-11-05T10:00:00.250Z" });
  made("2026-11-05T10:00:01.999Z", { ...asked, refused: true, host: 'a"b' });
  // Every millisecond comes back as it was.
  for (let i = 0; i < 200; i++) made(new Date(Date.UTC(2026, 10, 6) + i * 61_037).toISOString());
  for (const dial of old) dial.by = agent!.id;
  await env.DB.batch(old.map(insertOld));
  const [first] = old;
  await record(env, {
    actor: first!.by,
    event: { code: "dial.passed", subject: first!.id, payload: { number: NUMBER } },
    statements: [],
  });
  access = crypto.randomUUID();
  // As the Worker of before entered one: today's has further columns.
  await env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, name, number, received_on, days, decide_by, by, at)
     VALUES (?1, 'R-1', 'erasure', 'post', 'open', 'Dora', ?2, ?3, 30, ?4, 'x', ?5)`,
  )
    .bind(access, Number(NUMBER.slice(1)), day(0), day(30), new Date().toISOString())
    .run();
  await env.DB.batch([
    env.DB.prepare("INSERT INTO request_items (request, kind, ref, at) VALUES (?, 'dial', ?, ?)").bind(
      ...[access, old[1]!.id, old[1]!.at],
    ),
    env.DB.prepare(
      `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, dial, by, at)
       VALUES ('c', 'c', 'import', 'x', 442079460958, 'outbound', ?1, 'clear', '[]', ?2, 'x', ?1)`,
    ).bind(first!.at, first!.id),
  ]);
  await applyD1Migrations(env.DB, migrationsSince("0016"));
});

const allDials = async () => {
  const { data } = await call("GET", "/v1/dials?limit=500", { token: tokens.admin });
  return (data as DialsAnswer).dials;
};
const byTime = (dials: Dial[]) => dials.toSorted((a, b) => (a.at + a.id < b.at + b.id ? 1 : -1));

it("dials from before the small rows are told as they were, to the letter", async () => {
  expect(byTime(await allDials())).toEqual(byTime(old));
});

it("what named one of them names it still: a call, a key, the trail, and a request that has it erased", async () => {
  const [first] = old;
  const calls = await call("GET", "/v1/calls", { token: tokens.admin });
  expect((calls.data as CallsAnswer).calls[0]!.dial).toEqual({ id: first!.id, action: "passed" });
  const again = await send({ at: first!.deviceAt }, KEY);
  expect([again.status, again.data]).toEqual([201, first]);
  const trail = await call("GET", "/v1/audit?code=dial.", { token: tokens.admin });
  expect((trail.data as AuditAnswer).rows).toMatchObject([
    { subject: first!.id, payload: { number: NUMBER } },
  ]);

  await done(tokens.compliance, access, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, access, "match", { everything: true });
  // A second search finds the same item.
  const items = await confirmAll(tokens.compliance, access);
  expect(items.filter(({ kind }) => kind === "dial")).toHaveLength(old.length - 1);
  await done(tokens.compliance, access, "decide", { decision: "comply" });
  expect((await allDials()).map(({ id }) => id)).toEqual([old.find(({ number }) => number === null)!.id]);
});

const CLEAR = "+442079460001";
const send = (own: object, key?: string) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
    body: {
      ...{
        number: CLEAR,
        e164: CLEAR,
        action: "passed",
        verdict: "clear",
        seen: null,
        host: "crm.example.com",
      },
      ...{ at: new Date().toISOString(), ...own },
    },
  });
const payloadsOf = async (subject: string) => {
  const found: unknown[] = [];
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const path = `/v1/audit?subject=${subject}&before=${before}`;
    const { rows, next } = (await call("GET", path, { token: tokens.admin })).data as AuditAnswer;
    found.push(...rows.map(({ payload }) => payload));
    before = next;
  }
  return found;
};

it("the trail is about the row itself: altered it breaks the chain, erased it leaves it whole", async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, ["+442079460000"]);
  const stored = (await dump("audit_payload")).length;
  const passed = (await send({})).data as Dial;
  const unread = (await send({ number: "me", e164: null, action: "held", verdict: "unknown" })).data as Dial;
  expect(await dump("audit_payload")).toHaveLength(stored);
  const line = { layer: "page", medium: "call", recordNumber: null, sighting: null, via: null };
  const said = { ...line, number: CLEAR, verdict: "clear", workerVerdict: "clear", written: CLEAR };
  expect(await payloadsOf(passed.id)).toEqual([said]);
  expect(await payloadsOf(unread.id)).toEqual([
    { ...line, number: null, verdict: "unknown", workerVerdict: "unknown", written: "me" },
  ]);
  expect(await verify(env)).toMatchObject({ ok: true });

  // Its archived row finds it, too.
  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(await payloadsOf(passed.id)).toEqual([said]);
  expect(await verify(env)).toMatchObject({ ok: true });

  const { sql } = (await env.DB.prepare(
    "SELECT sql FROM sqlite_schema WHERE name = 'dials_no_update'",
  ).first<{
    sql: string;
  }>())!;
  const alter = async (to: number) => {
    await env.DB.batch([
      env.DB.prepare("DROP TRIGGER dials_no_update"),
      env.DB.prepare("UPDATE dials SET worker_verdict = ? WHERE num = ?").bind(to, Number(passed.id)),
      env.DB.prepare(sql),
    ]);
  };
  await alter(2);
  expect(await verify(env)).toMatchObject({ ok: false });
  await alter(0);
  await env.DB.prepare("DELETE FROM dials WHERE num = ?").bind(Number(passed.id)).run();
  expect(await payloadsOf(passed.id)).toEqual([null]);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("dials of one millisecond each get a row of their own", async () => {
  const always = vi.spyOn(Math, "random").mockReturnValue(0);
  const sent = await Promise.all(Array.from({ length: 4 }, () => send({})));
  always.mockRestore();
  expect(sent.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(sent.map(({ data }) => (data as Dial).id)).size).toBe(4);
});

it("what many have in common stands once a month, and goes behind the last dial of its month", async () => {
  const texts = async () => (await dump("dial_texts")) as { month: string }[];
  const n = (await texts()).length;
  await send({});
  await send({});
  expect(await texts()).toHaveLength(n);
  await expect(env.DB.exec("UPDATE dial_texts SET text = ''")).rejects.toThrow("dials_append_only");
  // One step does not erase all of them: while a dial of a month exists, so do its texts.
  const month = new Date().toISOString().slice(0, 7);
  await sweep(env, Date.now() + 26 * MONTH, { rows: 1, steps: 1 });
  expect((await texts()).filter((text) => text.month === month)).not.toEqual([]);
  expect(await allDials()).not.toEqual([]);
  await sweep(env, Date.now() + 26 * MONTH);
  await sweep(env, Date.now() + 26 * MONTH);
  expect([await dump("dials"), await texts()]).toEqual([[], []]);
});

it("is written and read without a look at other rows", async () => {
  const plan = async (text: string) =>
    (await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`).all<{ detail: string }>()).results.map(
      ({ detail }) => detail,
    );
  const at = "SELECT * FROM dials_in_words WHERE";
  expect(await plan(`${at} number = 1 ORDER BY num DESC`)).toContain(
    "SEARCH d USING INDEX dials_number (number=?)",
  );
  expect(await plan(`${at} by_num = 1 AND num < 9 ORDER BY num DESC`)).toContain(
    "SEARCH d USING INDEX dials_by (by=? AND rowid<?)",
  );
  expect(await plan(`${at} agrees = 0 ORDER BY num DESC`)).toContainEqual(
    expect.stringMatching(/^SEARCH d USING INDEX dials_disagree/),
  );
  expect((await plan(`${at} num < 9 ORDER BY num DESC`)).join()).not.toMatch(/TEMP B-TREE|SCAN/);
});
