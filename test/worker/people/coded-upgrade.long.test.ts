/** From the state before tokens had codes (migration 0051): whoever was in stays in, and nobody comes in as one of before. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { asOwner, aTeam, call, dump, MONTH } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const tokens = aTeam();
const status = async (token: string) => (await call("GET", "/v1/me", { token })).status;
type TokenRow = { hash: string; mac: string | null };
const rowOf = async (token: string) =>
  ((await dump("tokens")) as TokenRow[]).find(({ hash }) => hash === sha256Hex(token));

it("tokens of before get their codes, from the archive too; then one without is refused, and the digests stay", async () => {
  await adopt(env);
  // As the release before left it: rows are bound, and nothing has a code.
  const since = await env.DB.prepare(
    "SELECT seq FROM audit WHERE code = 'evidence.tokens-coded'",
  ).first<number>("seq");
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq >= ?", since));
  await run("DELETE FROM audit_payload WHERE seq >= ?", since);
  await run(
    "DELETE FROM marks WHERE name IN ('evidence-tokens-coded', 'evidence-bare-adopted', 'evidence-start')",
  );
  await run("UPDATE tokens SET mac = NULL");
  // Whom the database's owner adds: nothing on the trail is of them.
  const admin = await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<string>("id");
  const insert =
    "INSERT INTO tokens (id, person, hash, device, created_at) VALUES (?1, ?2, ?3, '', '2026-01-01')";
  await run(insert, "before", admin, sha256Hex("cdt_before"));

  expect(await status(tokens.agent)).toBe(200);
  expect((await rowOf(tokens.agent))!.mac).toMatch(/^[0-9a-f]{32}$/);
  expect(await status("cdt_before")).toBe(401);

  await archiveMonths(env, Date.now() + 3 * MONTH);
  const bound = "SELECT COUNT(*) AS n FROM audit WHERE code = 'audit.bound' AND subject LIKE 'tokens/%'";
  expect(await env.DB.prepare(bound).first("n")).toBe(0);
  expect(await status(tokens.manager)).toBe(200);

  await adopt(env);
  const told = await env.DB.prepare(
    "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'evidence.tokens-coded'",
  ).first<string>("payload");
  expect(JSON.parse(told!)).toEqual({ refused: 1 });
  for (const token of Object.values(tokens)) {
    expect(await status(token)).toBe(200);
    // By which an older Worker finds it.
    expect((await rowOf(token))?.mac).toMatch(/^[0-9a-f]{32}$/);
  }
  await run(insert, "after", admin, sha256Hex("cdt_after"));
  for (const token of ["cdt_before", "cdt_after"]) expect(await status(token)).toBe(401);
  await run("UPDATE tokens SET mac = NULL WHERE hash = ?", sha256Hex(tokens.agent));
  expect(await status(tokens.agent)).toBe(401);
  // Once is enough.
  await adopt(env);
  const events = "SELECT COUNT(*) AS n FROM audit WHERE code = 'evidence.tokens-coded'";
  expect(await env.DB.prepare(events).first("n")).toBe(1);
});
