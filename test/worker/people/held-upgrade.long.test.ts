/** From the schema before codes were held (migration 0049): who came in before is who they are. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { areOne as areOneSince } from "../../../worker/people/one.ts";
import { call, DAY } from "../helpers.ts";

const exec = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
const areOne = (one: string, other: string) => areOneSince(env, one, other, new Date().toISOString());
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
  const told = (id: string) =>
    record(env, {
      actor: "ada",
      event: {
        code: "invite.made",
        subject: id,
        payload: { name: id, email: `${id}@example.com`, role: "agent" },
      },
      statements: [],
    });
  await exec(
    ...["ada", "bob"].map(
      (id) =>
        `INSERT INTO people (id, name, email, role, created_at) VALUES ('${id}', '${id}', '${id}@example.com', 'admin', '${at}')`,
    ),
    `INSERT INTO tokens (id, person, hash, device, created_at) VALUES ('t', 'bob', 'h', '', '${at}')`,
    `INSERT INTO marks (name, value) VALUES ('setup', '${at}')`,
    invite("carol"),
  );
  await told("carol");
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await areOne("ada", "bob")).toBe(false);
  await exec(invite("dave"));
  await told("dave");
  for (const code of ["carol", "dave"]) {
    const { status, data } = await call("POST", "/v1/join", { body: { code } });
    expect(status, JSON.stringify(data)).toBe(201);
    const { person } = data as { person: { id: string } };
    expect(await areOne("ada", person.id)).toBe(true);
    expect(await areOne("bob", person.id)).toBe(false);
  }
  // A token's row goes when its time is over, and this goes with it.
  await exec("DELETE FROM tokens WHERE person <> 'bob'");
  const { results } = await env.DB.prepare("SELECT * FROM tokens_held").all();
  expect(results).toEqual([]);
});

it("ties of tokens become ties of persons: what washed them off counts no more, and honest people stay who they were", async () => {
  await reset();
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => name < "0057"),
  );
  const day = (n: number) => `2026-10-${String(n).padStart(2, "0")}T09:00:00.000Z`;
  const person = (id: string) =>
    `INSERT INTO people (id, name, email, role, created_at) VALUES ('${id}', '${id}', '${id}@example.com', 'admin', '${day(1)}')`;
  const token = (id: string, of: string, made: number, revoked: number | null = null) =>
    `INSERT INTO tokens (id, person, hash, device, created_at, revoked_at)
     VALUES ('${id}', '${of}', '${id}', '', '${day(made)}', ${revoked === null ? "NULL" : `'${day(revoked)}'`})`;
  const held = (of: string, by: string, made: number) =>
    `INSERT INTO tokens_held (token, by, at) VALUES ('${of}', '${by}', '${day(made)}')`;
  const washed = ["revoked", "own", "chained", "live"];
  const honest = ["mailed", "browser", "free"];
  await exec(
    ...["ada", ...washed, ...honest].map(person),
    // By code; then the browser was ended, after another that it invited for itself.
    ...[token("r1", "revoked", 2, 3), held("r1", "ada", 2)],
    ...[token("o1", "own", 2, 4), held("o1", "ada", 2), token("o2", "own", 3)],
    ...[token("c1", "chained", 4), held("c1", "own", 4)],
    ...[token("l1", "live", 2), held("l1", "ada", 2)],
    // The mail, or the provider, ended the browser of the code.
    ...[token("m1", "mailed", 2, 5), held("m1", "ada", 2), token("m2", "mailed", 5)],
    // A further browser by a colleague's code, which they ended.
    ...[token("b1", "browser", 1), token("b2", "browser", 2, 3), held("b2", "ada", 2)],
    token("f1", "free", 1),
  );
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  for (const id of washed) expect([id, await areOne("ada", id)]).toEqual([id, true]);
  for (const id of honest) expect([id, await areOne("ada", id)]).toEqual([id, false]);
  // Whom a puppet invited is the administrator's also once the puppet showed that it is another.
  await exec(`UPDATE people_held SET ended_at = '${new Date().toISOString()}' WHERE person = 'own'`);
  expect(await areOne("ada", "own")).toBe(false);
  expect(await areOne("ada", "chained")).toBe(true);
  // The browser that a puppet invited for itself is as good as the puppet's first: it ends with it.
  const { results } = await env.DB.prepare("SELECT token FROM tokens_held WHERE token = 'o2'").all();
  expect(results).toHaveLength(1);
  // An older Worker, deployed again, ties whom it lets in by a code, and still finds its view.
  await exec(token("f2", "free", 6), held("f2", "ada", 6));
  expect(await areOne("ada", "free")).toBe(true);
  const old =
    "SELECT 1 FROM as_one a JOIN as_one b ON b.holder = a.holder WHERE a.person = 'ada' AND b.person = ?";
  expect(await env.DB.prepare(old).bind("live").first()).not.toBeNull();
  expect(await env.DB.prepare(old).bind("own").first()).toBeNull();
});
