/** From the version before verdicts were written again (migration 0110), and consents out (0111), and back to it. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { migrationsBefore } from "../helpers.ts";

/** As a Worker of before writes it. */
const flagged = (record: string) =>
  env.DB.prepare(
    `INSERT INTO connector_records (connector, run, object, record, said) VALUES (1, 1, 'Contact', ?, '{"*":{"by":"ours","at":"x"}}')
     ON CONFLICT DO UPDATE SET said = excluded.said`,
  )
    .bind(record)
    .run();
beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0110"));
  await env.DB.exec(
    "INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at) VALUES (1, 'c1', 'zoho', 'CRM', '{}', '{}', '', 'x', '2026-11-01')",
  );
  await env.DB.exec("INSERT INTO connector_changes (connector, upto) VALUES (1, '2026-11-20T00:00:00.000Z')");
  await flagged("a");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});

it("keeps what was known, and knows of nothing that was written again, nor of a consent", async () => {
  await flagged("a");
  await flagged("b");
  const { results } = await env.DB.prepare(
    "SELECT record, said, again_at, consent_out FROM connector_records ORDER BY record",
  ).all();
  const said = '{"*":{"by":"ours","at":"x"}}';
  expect(results).toEqual(["a", "b"].map((record) => ({ record, said, again_at: null, consent_out: "" })));
  expect(await env.DB.prepare("SELECT upto, contested, contested_at FROM connector_changes").first()).toEqual(
    {
      ...{ upto: "2026-11-20T00:00:00.000Z", contested: 0, contested_at: null },
    },
  );
  expect(await env.DB.prepare("SELECT consents_left FROM connectors").first("consents_left")).toBe("[]");
});
