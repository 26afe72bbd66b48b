/** From before looks were kept by number (migration 0132): the last one of each system is known, and nothing where none was asked. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { dump, migrationsBefore, migrationsSince } from "../../helpers.ts";

it("takes over by which numbers each system was asked last", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0132"));
  await env.DB.prepare(
    `INSERT INTO requests (id, ref, kind, channel, state, name, address, number, received_on, days, decide_by, by, pauses, at)
     VALUES ('r', 'r', 'access', 'post', 'received', 'Dora', '', 442079460958, '2026-11-01', 30, '2026-12-01', 'p', 'none', '2026-11-01')`,
  ).run();
  const look = (id: string, host: string, lookedAt: string | null, problem: string | null) =>
    env.DB.prepare(
      `INSERT INTO request_systems (id, request, connector, name, kind, host, looked_at, problem, sought, by, at)
       VALUES (?1, 'r', ?1, 'CRM', 'hubspot', ?2, ?3, ?4, '{"numbers":["442079460958","442079460959"],"email":null}', 'p', '2026-11-02')`,
    )
      .bind(id, host, lookedAt, problem)
      .run();
  await look("asked", "api.hubapi.com", "2026-11-02T10:00:00.000Z", null);
  await look("failed", "www.zohoapis.eu", "2026-11-03T10:00:00.000Z", "429");
  await look("never", "never.example.com", null, null);
  await look("mute", "mute.example.com", "2026-11-03T10:00:00.000Z", "no-search");
  await look("gone", "gone.example.com", "2026-11-03T10:00:00.000Z", "removed");
  await applyD1Migrations(env.DB, migrationsSince("0132"));
  const rows = (await dump("request_asked")) as { number: number; day: string; host: string; what: string }[];
  expect(rows.map(({ number, day, host, what }) => [number, day, host, what])).toEqual([
    [442079460958, "2026-11-02", "api.hubapi.com", "look"],
    [442079460958, "2026-11-03", "www.zohoapis.eu", "look"],
    [442079460959, "2026-11-02", "api.hubapi.com", "look"],
    [442079460959, "2026-11-03", "www.zohoapis.eu", "look"],
  ]);
  // They go with their request, also where an earlier Worker sweeps it.
  await env.DB.exec("DELETE FROM request_systems; DELETE FROM requests");
  expect(await dump("request_asked")).toEqual([]);
});
