/** From the schema before an agent's leaving stopped nothing (migration 0058): what was proposed before counts by the new rule. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { DAY, dump } from "../helpers.ts";

const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();
const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const person = (id: string, role: string) =>
  `INSERT INTO people (id, name, email, role, created_at) VALUES ('${id}', '${id}', '${id}@example.com', '${role}', '${ago(400)}')`;
/** Of Ada, who is the only administrator; everybody who is left has heard of it two days ago. */
const proposal = (id: string, told: readonly string[]) => [
  `INSERT INTO proposals (id, kind, base, changes, effect, why, by, roles, at, expires_at, counts_at)
   VALUES ('${id}', 'policy', 0, '[]', '[]', '', 'ada', '["admin"]', '${ago(3)}', '2999', '${ago(2)}')`,
  ...told.map(
    (who) =>
      `INSERT INTO proposals_told (proposal, person, how, at) VALUES ('${id}', '${who}', 'seen', '${ago(2)}')`,
  ),
];
const counts = (id: string) =>
  exec(`UPDATE proposals SET state = 'counted', settled_at = '${ago(0)}' WHERE id = '${id}'`);
const leaves = (id: string) => exec(`UPDATE people SET active = 0 WHERE id = '${id}'`);

it("a proposal of before counts although an agent left, and not where nobody else is left, or a second administrator left", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0058"),
  );
  await exec(
    ...[person("ada", "admin"), person("bob", "agent"), person("carol", "agent"), person("dave", "admin")],
    ...proposal("one", ["bob", "carol"]),
    ...proposal("two", ["bob", "carol"]),
  );
  await leaves("dave");
  await exec(`UPDATE people_left SET at = '${ago(8)}' WHERE person = 'dave'`);
  await leaves("bob");
  await expect(counts("one")).rejects.toThrow("proposal_alone");
  const before = [await dump("proposals"), await dump("people_left"), await dump("proposals_told")];
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect([await dump("proposals"), await dump("people_left"), await dump("proposals_told")]).toMatchObject(
    before,
  );
  // Who could have approved it left within the week.
  await exec(`UPDATE people_left SET at = '${ago(6)}' WHERE person = 'dave'`);
  await expect(counts("one")).rejects.toThrow("proposal_alone");
  await exec(`UPDATE people_left SET at = '${ago(8)}' WHERE person = 'dave'`);
  await counts("one");
  // The last one who hears leaves as well.
  await leaves("carol");
  await expect(counts("two")).rejects.toThrow("proposal_alone");
  expect(await dump("proposals")).toMatchObject([{ state: "counted" }, { state: "open" }]);
});
