/** The basis `soft-opt-in`, and the upgrade that brought it. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { ConsentBasis } from "../../../shared/do-not-call/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { call, newTeam, push } from "../helpers.ts";

const NUMBER = "+441134960002";
let tokens: Record<Role, string>;

const rows = async () => (await env.DB.prepare("SELECT * FROM consents ORDER BY id").all()).results;
const indexes = async () =>
  (
    await env.DB.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'consents' ORDER BY name",
    ).all()
  ).results;
const record = (number: string, basis: ConsentBasis) =>
  call("POST", "/v1/consents", {
    token: tokens.manager,
    body: {
      ...{ number, basis, givenBy: "Beatrix Quill" },
      ...{ givenAt: "2026-11-01T00:00:00Z", evidence: "form 7", until: "2030-01-01" },
    },
  });

beforeAll(async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0018"),
  );
  tokens = await newTeam();
});

/** Stores a consent as the Worker of that time did. */
const stored = (basis: ConsentBasis) =>
  env.DB.prepare(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, until, by, at)
     SELECT ?1, 441134960001, ?1, 'Beatrix Quill', '2026-11-01T00:00:00Z', 'form 7', '2030-01-01', id, ?2
     FROM people WHERE role = 'manager'`,
  )
    .bind(basis, "2026-11-02T00:00:00.000Z")
    .run();

it("the upgrade keeps every consent as it was, with its indexes", async () => {
  for (const basis of ["consent", "solicited", "service"] as const) await stored(basis);
  const before = { rows: await rows(), indexes: await indexes() };
  expect(before.rows).toHaveLength(3);
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0019"),
  );
  expect(await rows()).toEqual(before.rows);
  expect((await indexes()).map(({ name }) => name)).toEqual(before.indexes.map(({ name }) => name));
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("is recorded, is a fact of its number, and lifts no register for a call", async () => {
  await push(tokens.admin, "tps", [NUMBER]);
  expect((await record(NUMBER, "soft-opt-in")).status).toBe(201);
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [NUMBER] } });
  expect((data as CheckAnswer).results[0]).toMatchObject({
    verdict: "blocked",
    facts: { consents: [{ basis: "service", kind: "soft-opt-in" }] },
  });
});

it("is no basis of an override", async () => {
  const dial = {
    ...{ number: NUMBER, e164: NUMBER, action: "overridden", verdict: "blocked", seen: null },
    ...{ basis: "soft-opt-in", reason: "x", host: "crm.example", at: new Date().toISOString() },
  };
  expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dial })).status).toBe(409);
});
