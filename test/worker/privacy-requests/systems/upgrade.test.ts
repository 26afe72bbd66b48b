/** From a Worker that knew of no systems: what it decided owes nothing of them, and what is decided since does. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { migrationsBefore, migrationsSince, newTeam } from "../../helpers.ts";
import { act, confirmAll, daysAgo, done, read, today } from "../kit.ts";

let officer: string;
const requests = ["decided", "open"] as const;

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0122"));
  officer = (await newTeam()).compliance;
  for (const id of requests)
    await env.DB.prepare(
      `INSERT INTO requests (id, ref, kind, channel, state, name, address, number, received_on, days, decide_by, verified_at, identity,
         searched_at, decision, decided_on, by, pauses, at)
       VALUES (?1, ?1, 'erasure', 'post', ?2, 'Dora', '3 High Street', 442079460958, ?3, 30, date(?3, '+28 days'), ?3, 'known',
         ?3, ?4, ?5, 'p', 'none', ?3)`,
    )
      .bind(
        ...[id, id === "decided" ? "decided" : "verified", daysAgo(3)],
        ...(id === "decided" ? ["comply", daysAgo(1)] : [null, null]),
      )
      .run();
  await env.DB.prepare(
    `INSERT INTO connectors (id, kind, name, setup, way, secret, by, at)
     VALUES ('c', 'hubspot', 'Our CRM', '{"settings":{},"objects":[],"fields":{}}', 'token', 'x', 'p', '2026-01-01')`,
  ).run();
  await env.DB.prepare(
    "INSERT INTO request_events (request, action, state, detail, by, at) VALUES ('decided', 'search', 'verified', '{\"from\":\"\"}', 'p', ?)",
  )
    .bind(daysAgo(2))
    .run();
  await applyD1Migrations(env.DB, migrationsSince("0122"));
});

it("what was decided before owes no system, and closes as before", async () => {
  expect((await read(officer, "decided")).systems).toEqual([]);
  await done(officer, "decided", "letters", { kind: "decision", how: "post", text: "We have erased it." });
  await done(officer, "decided", "recipients", { none: true });
  await done(officer, "decided", "close");
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
