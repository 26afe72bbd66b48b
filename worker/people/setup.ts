/** Set-up: the first administrator, and one again where no token of an administrator works any more. */
import { setupRequest, tokenAnswer } from "../../shared/people/api.ts";
import { isAlive, isCoded, newSecret } from "../core/auth.ts";
import type { CodedToken } from "../core/change.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { sha256Hex } from "../core/hash.ts";
import { sameSecret } from "../core/hmac.ts";
import { body, json, room, route } from "../core/route.ts";
import { sql } from "../core/sql.ts";
import { mailOfficers, sendSoon } from "../mail/outbox.ts";
import { endTokens, newcomer, putPerson } from "./access.ts";
import { heldBy, insertTies, tiesAgain } from "./one.ts";
import { insertToken } from "./tokens.ts";

export const setup = room();

setup.openapi(
  route({
    method: "post",
    path: "/v1/setup",
    roles: "public",
    summary:
      "Makes the first admin, once; and an admin again, with a new set-up code, while no admin has a valid token",
    request: { body: body(setupRequest) },
    responses: { 201: json(tokenAnswer, "The first admin and a token, shown once") },
  }),
  async (c) => {
    const { code, name, email } = c.req.valid("json");
    if (!c.env.SETUP_CODE) throw new Problem("setup-closed");
    if (!sameSecret(code, c.env.SETUP_CODE)) throw new Problem("wrong-setup-code");
    const at = new Date().toISOString();
    const [done, admin, known] = (await c.env.DB.batch([
      c.env.DB.prepare("SELECT 1 FROM marks WHERE name = 'setup'"),
      // Only used tokens count: one that was never used may have been lost with its answer, so a new code makes another.
      c.env.DB.prepare(
        `SELECT t.id, t.person, t.hash, t.mac FROM tokens t JOIN people a ON a.id = t.person
         WHERE a.role = 'admin' AND a.active = 1 AND t.last_used_at IS NOT NULL AND ${isAlive("?1")}`,
      ).bind(at),
      c.env.DB.prepare(
        "SELECT id, created_at AS createdAt, active FROM people WHERE email = ? AND kind = 'person'",
      ).bind(email),
    ])) as [D1Result, D1Result<CodedToken>, D1Result<{ id: string; createdAt: string; active: number }>];
    const again = done.results.length > 0;
    // Nor does one that lets nobody in (core/audit-key.ts).
    for (const one of again ? admin.results : []) if (await isCoded(c, one)) throw new Problem("setup-done");
    const person = newcomer(at, {
      id: known.results[0]?.id ?? crypto.randomUUID(),
      createdAt: known.results[0]?.createdAt ?? at,
      name,
      email,
      role: "admin",
    });
    const token = { id: crypto.randomUUID(), secret: newSecret("cdt") };
    const active = known.results[0]?.active === 1;
    const ties = again ? await tiesAgain(c.env.DB, person.id, active) : [];
    const payload = { name, email, ...(ties.length > 0 && { heldBy: ties }) };
    const event = { subject: person.id, payload };
    const news = again
      ? await mailOfficers(c.env.DB, {
          ...{ template: "set-up-again", values: { name, email }, key: `set-up-again:${token.id}` },
        })
      : [];
    const answer = await commit(
      c,
      again ? { code: "setup.again", ...event } : { code: "setup.done", ...event },
      [
        // First: their keys refuse a second set-up at the same moment, and a code that was used before.
        ...(again ? [] : [sql("INSERT INTO marks (name, value) VALUES ('setup', ?)", at)]),
        sql("INSERT INTO marks (name, value) VALUES (?, ?)", `setup-code ${sha256Hex(code)}`, at),
        // Expired tokens of administrators must stay dead even if policy later allows longer without use.
        ...(await endTokens(c.env.DB, "admin", at, "SELECT id FROM people WHERE role = ?1")),
        await putPerson(c.env.DB, person, at),
        await insertToken(c.env, { ...token, person: person.id, device: "", at }),
        ...insertTies(person.id, ties, at),
        ...heldBy(token.id, ties, at),
        ...news,
      ],
      { status: 201, body: { token: token.secret, person }, secret: true },
    );
    sendSoon(c);
    return answer;
  },
);
