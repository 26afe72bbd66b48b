/** From a Worker that knew of no systems: what it decided owes nothing of them, and what is decided since does. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { act, confirmAll, daysAgo, done, read, today } from "../kit.ts";

let officer: string;
const requests = ["decided", "listed", "open"] as const;

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0119"));
  officer = (await newTeam()).compliance;
  for (const id of requests)
    await env.DB.prepare(
      `INSERT INTO requests (id, ref, kind, channel, state, name, address, number, received_on, days, decide_by, verified_at, identity,
         searched_at, decision, decided_on, by, pauses, at)
       VALUES (?1, ?1, 'erasure', 'post', ?2, 'Dora', '3 High Street', 442079460958, ?3, 30, date(?3, '+28 days'), ?3, 'known',
         ?3, ?4, ?5, 'p', 'none', ?3)`,
    )
      .bind(
        ...[id, id === "open" ? "verified" : "decided", daysAgo(3)],
        ...(id === "open" ? [null, null] : ["comply", daysAgo(1)]),
      )
      .run();
  await env.DB.prepare(
    `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
     VALUES ('c', 'hubspot', 'Our CRM', '{"settings":{},"objects":[],"fields":{}}', 'token', 'x', 'p', '2026-01-01')`,
  ).run();
  await env.DB.prepare(
    `INSERT INTO request_recipients (id, request, name, told_on, how, by, at)
     VALUES ('p1', 'listed', 'Mail House', ?1, 'by post', 'p', ?1), ('p2', 'listed', 'Mial House', NULL, '', 'p', ?1)`,
  )
    .bind(daysAgo(1))
    .run();
  await env.DB.prepare(
    "INSERT INTO request_events (request, action, state, detail, by, at) VALUES ('decided', 'search', 'verified', '{\"from\":\"\"}', 'p', ?)",
  )
    .bind(daysAgo(2))
    .run();
  await applyD1Migrations(env.DB, migrationsSince("0119"));
});

it("what was decided before owes no system, and closes as before", async () => {
  expect((await read(officer, "decided")).systems).toEqual([]);
  await done(officer, "decided", "letters", { kind: "decision", how: "post", text: "We have erased it." });
  await done(officer, "decided", "recipients", { none: true });
  await done(officer, "decided", "close");
});

it("recipients of before are such, and one that was never told can be marked as entered by mistake", async () => {
  const owed = async () =>
    (await read(officer, "listed")).recipients.map(({ id, owed, mistaken }) => [id, owed, mistaken]);
  expect(await owed()).toEqual([
    ["p1", false, false],
    ["p2", true, false],
  ]);
  await done(officer, "listed", "recipients", { name: "Mial House", mistake: "a slip" });
  expect((await owed()).sort()).toEqual([
    ["p1", false, false],
    ["p2", false, true],
  ]);
  expect(
    (await read(officer, "listed")).request.duties.find(({ kind }) => kind === "receipts"),
  ).toMatchObject({
    metOn: daysAgo(1),
  });
  // An earlier Worker reads the row as it knows it: still to be told.
  const row = await env.DB.prepare("SELECT told_on FROM request_recipients WHERE id = 'p2'").first();
  expect(row).toEqual({ told_on: null });
});

it("what is decided since has a task for each, also where its set-up cannot be read", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await done(officer, "open", "match");
  await confirmAll(officer, "open");
  await done(officer, "open", "decide", { decision: "comply" });
  await done(officer, "open", "systems");
  const [system] = (await read(officer, "open")).systems!;
  expect(system).toMatchObject({ name: "Our CRM", outcome: null, problem: expect.any(String) as string });
  expect(await act(officer, "open", "close")).toMatchObject({ code: "request-wants" });
  await done(officer, "open", `systems/${system!.id}`, { outcome: "erased", how: "by hand", on: today() });
  vi.unstubAllGlobals();
});
