/** From before browsers said whether their gate is on (migration 0131): what was reported stays, and an earlier Worker can still write. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { canaryOfDay } from "../../../worker/dials/canary/figures.ts";
import { dump, migrationsBefore, migrationsSince } from "../helpers.ts";

const reported = (day: string, token: string) =>
  env.DB.prepare(
    "INSERT INTO canary_browsers (day, token, browser, version, at) VALUES (?1, ?2, '', '0.1.0', ?1)",
  )
    .bind(day, token)
    .run();

it("a gate that was tried in the week before the upgrade is missed, and one that was not is not", async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0131"));
  for (const token of ["with", "without"]) await reported("2026-11-24", token);
  await env.DB.prepare(
    "INSERT INTO canary_results (day, token, browser, layer, held, at) VALUES ('2026-11-24', 'with', '', 'browser', 1, '2026-11-24')",
  ).run();
  await applyD1Migrations(env.DB, migrationsSince("0131"));
  for (const token of ["with", "without"]) await reported("2026-11-26", token);
  expect((await dump("canary_browsers")).map((row) => (row as { gate: unknown }).gate)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  const { layers } = await canaryOfDay(env.DB, "2026-11-26");
  expect(layers.at(-1)).toEqual({ layer: "browser", tried: 0, held: 0, passed: 0, missing: 1 });
});
