/** From the schema before duties (migration 0021): its requests, and a Worker that still writes them so. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { daysLater } from "../../../shared/core/calendar.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { call, dump, migrationsBefore, migrationsSince, newTeam } from "../helpers.ts";
import { owedBy } from "./duties-kit.ts";
import { act, daysAgo, done, enter, today } from "./kit.ts";

let officer: string;
const NUMBER = 442_079_460_958;
/** Stores a request as the Worker of before did. */
const request = (id: string, own: Record<string, string | number | null>) => {
  const row = {
    ...{ id, ref: id.toUpperCase(), channel: "post", state: "open", name: "Dora", number: NUMBER, days: 30 },
    ...{ received_on: daysAgo(400), decide_by: daysAgo(370), by: "p", at: `${daysAgo(400)}T10:00:00.000Z` },
    ...own,
  };
  return env.DB.prepare(
    `INSERT INTO requests (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
      .map(() => "?")
      .join(", ")})`,
  ).bind(...Object.values(row));
};
const decided = { decision: "deny", ground: "unfounded", reasons: "spam", decided_on: daysAgo(390) };
const told = `${daysAgo(390)}T10:00:00.000Z`;
const file = (id: string, request: string, purpose: string) =>
  env.DB.prepare(
    `INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, by, at)
     VALUES (?1, ?2, ?3, 'r2', ?1, 'a.png', 'image/png', 3, 'p', 'x')`,
  ).bind(id, request, purpose);

const tables = ["requests", "request_files", "request_items", "request_events"] as const;
type Rows = Record<string, unknown[]>;
const rows = async (): Promise<Rows> =>
  Object.fromEntries(await Promise.all(tables.map(async (t) => [t, await dump(t)] as const)));
let before: Rows;

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0021"));
  officer = (await newTeam()).compliance;
  await env.DB.batch([
    request("access", { kind: "access" }),
    request("asked", { kind: "access", state: "asked", asked_on: daysAgo(390) }),
    request("erasure", {
      ...{ kind: "erasure", state: "decided", decision: "comply", decided_on: daysAgo(390), told_at: told },
      ...{ verified_at: told, identity: "bill", recipients: "none" },
    }),
    request("refused", { kind: "access", state: "decided", ...decided, told_at: told }),
    request("complaint", { kind: "complaint", channel: "page", state: "acknowledged", by: "public" }),
    request("objection", { kind: "objection", channel: "page", state: "held", by: "public" }),
    request("closed", {
      ...{
        kind: "access",
        state: "closed",
        ...decided,
        decided_on: daysAgo(360),
        told_at: told,
        noticed_at: told,
      },
      ...{ received_on: daysAgo(100), decide_by: daysAgo(70), closed_at: told },
    }),
    request("withdrawn", { kind: "access", state: "withdrawn", closed_at: told }),
    env.DB.prepare(
      "INSERT INTO request_items (request, kind, ref, verdict, decision) VALUES ('refused', 'dial', '1', 'confirmed', 'deny')",
    ),
    file("scan", "access", "scan"),
    file("copy", "erasure", "export"),
  ]);
  before = await rows();
  await applyD1Migrations(env.DB, migrationsSince("0021"));
});

it("keeps every row as it was; old requests keep the law's pauses", async () => {
  const after = await rows();
  for (const table of tables)
    expect(after[table], table).toEqual(
      before[table]!.map((row) => expect.objectContaining(row as object) as unknown),
    );
  expect((after["requests"] as { pauses: string }[]).every(({ pauses }) => pauses === "law")).toBe(true);
  // What a copy needs is checked as before.
  await expect(file("early", "access", "export").run()).rejects.toThrow("request_unverified");
  expect(await dump("duties")).toEqual([]);
});

describe("a Worker of before", () => {
  it("still takes requests, files and steps; it cannot close one without its duties", async () => {
    await request("late", { kind: "access", received_on: today(), decide_by: daysLater(today(), 30) }).run();
    await file("late-scan", "late", "scan").run();
    await env.DB.prepare("UPDATE requests SET asked_on = ?, state = 'asked', rev = rev + 1 WHERE id = 'late'")
      .bind(today())
      .run();
    const close = env.DB.prepare(
      "UPDATE requests SET state = 'withdrawn', closed_at = 'x', rev = rev + 1 WHERE id = 'late'",
    );
    await expect(close.run()).rejects.toThrow("request_unmet");
  });
});

describe("the next run", () => {
  const owed = (id: string) => owedBy(officer, id);
  const expected: Record<string, string[]> = {
    access: [`decide ${daysAgo(370)} overdue`],
    asked: ["decide paused", `proof ${daysAgo(360)} overdue`],
    erasure: [],
    refused: [`tell-authority ${daysAgo(383)} overdue`],
    complaint: [`outcome ${daysAgo(310)} overdue`, `progress ${daysAgo(370)} overdue`],
    objection: [`review ${daysAgo(370)} overdue`],
    closed: [],
    withdrawn: [],
  };
  it("shows what is owed before it has made the rows, and makes them once", async () => {
    for (const [id, duties] of Object.entries(expected)) expect(await owed(id), id).toEqual(duties);
    await makeDuties(env, Date.now());
    for (const [id, duties] of Object.entries(expected)) expect(await owed(id), id).toEqual(duties);
    const made = await dump("duties");
    await makeDuties(env, Date.now());
    expect(await dump("duties")).toEqual(made);
    expect((await dump("audit")) as object[]).toContainEqual(
      expect.objectContaining({ code: "duty.backfilled", actor: "system" }),
    );
    // Every request has one at least.
    const bare = "SELECT id FROM requests r WHERE NOT EXISTS (SELECT 1 FROM duties d WHERE d.request = r.id)";
    expect((await env.DB.prepare(bare).all()).results).toEqual([]);
  });
  it("a complaint that nobody had looked at is in the list of what is overdue", async () => {
    const { data } = await call("GET", "/v1/duties?show=overdue", { token: officer });
    expect((data as { duties: { request: string }[] }).duties.map(({ request }) => request)).toContain(
      "complaint",
    );
  });
  it("of old requests, figures count what was late as before", async () => {
    const { data } = await call("GET", "/v1/requests/figures", { token: officer });
    // Decided in time, closed long ago.
    const months = (data as { months: { received: number; late: number }[] }).months;
    expect(months.reduce((n, { received }) => n + received, 0)).toBe(2);
  });
});

it("one request that cannot be read stops no other, is owed today, and is on the trail", async () => {
  await request("bad", { kind: "access", state: "decided", ...decided, told_at: "yesterday" }).run();
  await request("badly-closed", { kind: "erasure", state: "closed", closed_at: "then" }).run();
  await request("good", { kind: "access", received_on: today(), decide_by: daysLater(today(), 30) }).run();
  await makeDuties(env, Date.now());
  const rowsOf = async (id: string) =>
    (
      await env.DB.prepare(
        "SELECT kind, due, void_at IS NULL AS live FROM duties WHERE request = ? AND met_at IS NULL",
      )
        .bind(id)
        .all<{ kind: string; due: string; live: number }>()
    ).results.map(({ kind, due, live }) => `${kind} ${live ? due : "void"}`);
  expect(await rowsOf("good")).toEqual([`decide ${daysLater(today(), 30)}`]);
  expect(await rowsOf("bad")).toEqual([`tell ${today()}`, `tell-authority ${today()}`]);
  expect(await rowsOf("badly-closed")).toEqual(["decide void"]);
  const lines = ((await dump("audit")) as { code: string; subject: string }[]).filter(
    ({ code }) => code === "duty.unread",
  );
  expect(lines.map(({ subject }) => subject)).toEqual(["bad", "badly-closed"]);
});

it("a step makes the duties that are missing, and goes on with them", async () => {
  await request("step", { kind: "complaint", state: "acknowledged", received_on: daysAgo(10) }).run();
  await done(officer, "step", "letters", { kind: "outcome", text: "Upheld.", how: "post" });
  await done(officer, "step", "close", { outcome: "upheld" });
  await request("objected", { kind: "objection", channel: "page", state: "held" }).run();
  const body = { requests: ["objected"], action: "confirm-objection", reason: "they wrote" };
  expect((await call("POST", "/v1/requests/objections", { token: officer, body })).data).toEqual({
    changed: 1,
  });
  await request("open", { kind: "access" }).run();
  expect(await act(officer, "open", "withdraw", { reason: "rang" })).toMatchObject({
    code: "withdrawal-unproved",
  });
});

it("a new request has no pauses, as the policy promises", async () => {
  const id = await enter(officer);
  expect((await dump("requests")) as object[]).toContainEqual(
    expect.objectContaining({ id, pauses: "none" }),
  );
});
