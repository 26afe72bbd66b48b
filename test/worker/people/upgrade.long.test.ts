/** From the schema before scopes (migration 0029): what integrations keep, by what they used. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { Role, Scope } from "../../../shared/people/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { sql } from "../../../worker/core/sql.ts";
import { DAY } from "../helpers.ts";

const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const add = (id: string, role: Role, usedDaysAgo: number | null = null) =>
  env.DB.batch([
    env.DB.prepare(
      "INSERT INTO people (id, kind, name, email, role, created_at) VALUES (?1, 'integration', ?1, ?1 || '@x', ?2, ?3)",
    ).bind(id, role, ago(400)),
    env.DB.prepare(
      "INSERT INTO tokens (id, person, hash, device, created_at, last_used_at) VALUES (?1, ?1, ?2, '', ?3, ?4)",
    ).bind(id, sha256Hex(id), ago(400), usedDaysAgo === null ? null : ago(usedDaysAgo)),
  ]);
const recordingBy = (by: string, days: number) =>
  env.DB.prepare(
    `INSERT INTO recordings (id, provider, ref, provider_id, started_at, store, object, region, erase_after, rule, months, by, at)
     VALUES (?1, 'x', ?1, ?1, ?2, 's3', ?1, 'GB', '2099-01-01', 'retention', 12, ?3, ?2)`,
  )
    .bind(`${by}-${days}`, ago(days), by)
    .run();
const callBy = (by: string, via: "import" | "recording") =>
  env.DB.prepare(
    `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, by, at)
     VALUES (?1, ?1, ?3, 'x', 1, 'inbound', ?2, ?1, ?2)`,
  )
    .bind(by, ago(3), via)
    .run();
const screeningBy = (by: string) =>
  env.DB.prepare("INSERT INTO screenings (id, source, name, by, at) VALUES (?1, 'api', 'x', ?1, ?2)")
    .bind(by, ago(3))
    .run();
const onTrail = (actor: string, code: string) =>
  record(env, { actor, event: { code, subject: "x", payload: {} }, statements: [sql("SELECT 1")] });

beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    // And the codes of the trail, which today's Worker writes.
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0029" || name.startsWith("0046_keyed")),
  );
  // Rows come in the order of time.
  await add("idle", "manager", 91);
  for (const days of [300, 120, 91]) await recordingBy("idle", days);
  await add("fleet", "agent", 1);
  await add("dialler", "agent", 1);
  await recordingBy("dialler", 2);
  // A recording makes a call, too.
  await callBy("dialler", "recording");
  await add("telephones", "manager", 1);
  await callBy("telephones", "import");
  // Its rows have been erased since: the trail shows what it did.
  await add("nightly", "manager", 89);
  await onTrail("nightly", "call.imported");
  await onTrail("nightly", "screening.opened");
  await onTrail("nightly", "screening.part");
  await add("screener", "compliance", 1);
  await screeningBy("screener");
  await add("never", "compliance");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("each keeps what it used in the last 90 days, and no more", async () => {
  const { results } = await env.DB.prepare("SELECT id, scopes FROM people WHERE kind = 'integration'").all<{
    id: string;
    scopes: string;
  }>();
  const kept = Object.fromEntries(
    results.map(({ id, scopes }) => [id, (JSON.parse(scopes) as Scope[]).sort()]),
  );
  expect(kept).toEqual({
    fleet: ["check"],
    dialler: ["check", "recordings:write"],
    telephones: ["calls:write", "check"],
    nightly: ["calls:write", "check", "screen"],
    screener: ["check", "screen"],
    idle: [],
    never: [],
  });
});
