/** From the schema before codes were held (migration 0049): who came in before is who they are. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { areOne } from "../../../worker/policy/propose.ts";
import { call, DAY } from "../helpers.ts";

const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const at = new Date(Date.now() - 400 * DAY).toISOString();

it("tokens of before are nobody else's; a code of before is whoever's was shown it, and an older Worker goes on", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0049"),
  );
  const invite = (id: string) =>
    `INSERT INTO invites (id, code_hash, name, email, role, by, created_at, expires_at)
     VALUES ('${id}', '${sha256Hex(id)}', '${id}', '${id}@example.com', 'agent', 'ada', '${new Date().toISOString()}', '2999')`;
  await exec(
    ...["ada", "bob"].map(
      (id) =>
        `INSERT INTO people (id, name, email, role, created_at) VALUES ('${id}', '${id}', '${id}@example.com', 'admin', '${at}')`,
    ),
    `INSERT INTO tokens (id, person, hash, device, created_at) VALUES ('t', 'bob', 'h', '', '${at}')`,
    `INSERT INTO marks (name, value) VALUES ('setup', '${at}')`,
    invite("carol"),
  );
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await areOne(env.DB, "ada", "bob")).toBe(false);
  await exec(invite("dave"));
  for (const code of ["carol", "dave"]) {
    const { status, data } = await call("POST", "/v1/join", { body: { code } });
    expect(status, JSON.stringify(data)).toBe(201);
    const { person } = data as { person: { id: string } };
    expect(await areOne(env.DB, "ada", person.id)).toBe(true);
    expect(await areOne(env.DB, "bob", person.id)).toBe(false);
  }
  // A token's row goes when its time is over, and this goes with it.
  await exec("DELETE FROM tokens WHERE person <> 'bob'");
  const { results } = await env.DB.prepare("SELECT * FROM tokens_held").all();
  expect(results).toEqual([]);
});
