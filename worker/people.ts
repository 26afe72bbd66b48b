/** Set-up, invites, joining, people and their tokens. */
import * as z from "zod";
import {
  inviteAnswer,
  inviteRequest,
  joinRequest,
  meAnswer,
  peopleAnswer,
  personPatch,
  personSchema,
  type Person,
  setupRequest,
  tokenAnswer,
  tokensAnswer,
} from "../shared/api.ts";
import { commit, sql, type Statement } from "./audit.ts";
import { newSecret, sameSecret } from "./auth.ts";
import { Problem } from "./errors.ts";
import { currentPolicy } from "./policy.ts";
import { body, json, room, route } from "./route.ts";
import { sha256Hex } from "./sha256.ts";

const INVITE_HOURS = 24;

interface PersonRow extends Omit<Person, "active"> {
  active: number;
}
const selectPeople = `SELECT p.id, p.name, p.email, p.role, p.active, p.created_at AS createdAt,
  (SELECT MAX(last_used_at) FROM tokens WHERE person = p.id) AS lastSeenAt FROM people p`;
const toPerson = (row: PersonRow): Person => ({ ...row, active: row.active === 1 });

const personById = async (db: D1Database, id: string): Promise<Person> => {
  const row = await db.prepare(`${selectPeople} WHERE p.id = ?`).bind(id).first<PersonRow>();
  if (!row) throw new Problem("not-found");
  return toPerson(row);
};

const insertToken = (person: string, secret: string, device: string, at: string): Statement =>
  sql(
    "INSERT INTO tokens (id, person, hash, device, created_at) VALUES (?, ?, ?, ?, ?)",
    crypto.randomUUID(),
    person,
    sha256Hex(secret),
    device,
    at,
  );

export const people = room();

people.openapi(
  route({
    method: "post",
    path: "/v1/setup",
    roles: "public",
    summary: "The first admin; once, while there are no people",
    request: { body: body(setupRequest) },
    responses: { 201: json(tokenAnswer, "The first admin and a token, shown once") },
  }),
  async (c) => {
    const { code, name, email } = c.req.valid("json");
    if (!c.env.SETUP_CODE) throw new Problem("setup-closed");
    if (!sameSecret(code, c.env.SETUP_CODE)) throw new Problem("wrong-setup-code");
    const at = new Date().toISOString();
    const person: Person = {
      id: crypto.randomUUID(),
      name,
      email,
      role: "admin",
      active: true,
      createdAt: at,
      lastSeenAt: null,
    };
    const token = newSecret("cdt");
    return commit(
      c,
      { code: "setup.done", subject: person.id, payload: { name, email } },
      [
        sql("INSERT INTO marks (name, value) VALUES ('setup', ?)", at),
        sql(
          "INSERT INTO people (id, name, email, role, created_at) VALUES (?, ?, ?, 'admin', ?)",
          person.id,
          name,
          email,
          at,
        ),
        insertToken(person.id, token, "", at),
      ],
      { status: 201, body: { token, person }, secret: true },
    );
  },
);

people.openapi(
  route({
    method: "post",
    path: "/v1/invites",
    roles: ["admin"],
    summary: "Invites a person: a code for one use within 24 hours, bound to a role",
    request: { body: body(inviteRequest) },
    responses: { 201: json(inviteAnswer, "The code and a link, shown once") },
  }),
  async (c) => {
    const { name, email, role } = c.req.valid("json");
    const id = crypto.randomUUID();
    const code = newSecret("cdi");
    const now = new Date();
    const expiresAt = new Date(now.getTime() + INVITE_HOURS * 3_600_000).toISOString();
    return commit(
      c,
      { code: "invite.made", subject: id, payload: { name, email, role } },
      [
        sql(
          "INSERT INTO invites (id, code_hash, name, email, role, by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          id,
          sha256Hex(code),
          name,
          email,
          role,
          c.get("actor")!.id,
          now.toISOString(),
          expiresAt,
        ),
      ],
      {
        status: 201,
        // The code stands behind the #, so that no server or proxy ever logs it.
        body: { code, link: `${new URL(c.req.url).origin}/join#code=${code}`, expiresAt },
        secret: true,
      },
    );
  },
);

people.openapi(
  route({
    method: "post",
    path: "/v1/join",
    roles: "public",
    summary: "Turns an invite into a token; a new invite for the same e-mail adds a device",
    request: { body: body(joinRequest) },
    responses: { 201: json(tokenAnswer, "The person and a token, shown once") },
  }),
  async (c) => {
    const { code, device = "" } = c.req.valid("json");
    const invite = await c.env.DB.prepare(
      `SELECT i.id, i.name, i.email, i.role, i.expires_at AS expiresAt, p.id AS person, i.used_at AS usedAt
       FROM invites i LEFT JOIN people p ON p.email = i.email WHERE i.code_hash = ?`,
    )
      .bind(sha256Hex(code.trim()))
      .first<{
        id: string;
        name: string;
        email: string;
        role: string;
        expiresAt: string;
        person: string | null;
        usedAt: string | null;
      }>();
    if (!invite) throw new Problem("invite-unknown");
    if (invite.usedAt !== null) throw new Problem("invite-used");
    const at = new Date().toISOString();
    if (at >= invite.expiresAt) throw new Problem("invite-expired", "Ask an admin for a new one.");
    const id = invite.person ?? crypto.randomUUID();
    const token = newSecret("cdt");
    const role = invite.role as Person["role"];
    return commit(
      c,
      {
        code: "person.joined",
        subject: id,
        payload: { name: invite.name, email: invite.email, role, device },
      },
      [
        // First: of two uses at once, the trigger on invites refuses the second.
        sql("UPDATE invites SET used_at = ? WHERE id = ?", at, invite.id),
        sql(
          `INSERT INTO people (id, name, email, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
           ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?4, active = 1`,
          id,
          invite.name,
          invite.email,
          role,
          at,
        ),
        insertToken(id, token, device, at),
      ],
      {
        status: 201,
        body: {
          token,
          person: {
            id,
            name: invite.name,
            email: invite.email,
            role,
            active: true,
            createdAt: at,
            lastSeenAt: null,
          },
        },
        secret: true,
      },
    );
  },
);

people.openapi(
  route({
    method: "get",
    path: "/v1/me",
    roles: "everyone",
    summary: "Who is signed in",
    responses: { 200: json(meAnswer) },
  }),
  async (c) => {
    const [person, { policy }] = await Promise.all([
      personById(c.env.DB, c.get("actor")!.id),
      currentPolicy(c.env.DB),
    ]);
    return c.json({ person, company: policy.identity.company }, 200);
  },
);

people.openapi(
  route({
    method: "get",
    path: "/v1/people",
    roles: ["manager", "compliance", "admin"],
    summary: "All people, by name",
    responses: { 200: json(peopleAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(`${selectPeople} ORDER BY p.name, p.id`).all<PersonRow>();
    return c.json({ people: results.map(toPerson) }, 200);
  },
);

people.openapi(
  route({
    method: "patch",
    path: "/v1/people/{id}",
    roles: ["admin"],
    summary: "Changes a person's role or name, or takes away access (active: false), at once",
    request: { params: z.object({ id: z.string() }), body: body(personPatch) },
    responses: { 200: json(personSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const patch = c.req.valid("json");
    const person = { ...(await personById(c.env.DB, id)), ...withoutUndefined(patch) };
    const now = new Date().toISOString();
    const statements = [
      // Only what the patch names: another change at the same moment is not undone.
      sql(
        "UPDATE people SET name = COALESCE(?, name), role = COALESCE(?, role), active = COALESCE(?, active) WHERE id = ?",
        patch.name ?? null,
        patch.role ?? null,
        patch.active === undefined ? null : Number(patch.active),
        id,
      ),
    ];
    // An invite that is still out would bring the old role back, or the person; so would one that they made.
    if (patch.active === false || patch.role !== undefined)
      statements.push(
        sql(
          "UPDATE invites SET expires_at = ? WHERE used_at IS NULL AND (email = ? COLLATE NOCASE OR by = ?)",
          now,
          person.email,
          id,
        ),
      );
    if (!person.active)
      statements.push(
        sql(
          "UPDATE tokens SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL",
          new Date().toISOString(),
          id,
        ),
      );
    return commit(c, { code: "person.changed", subject: id, payload: patch }, statements, {
      status: 200,
      body: person,
    });
  },
);

people.openapi(
  route({
    method: "get",
    path: "/v1/tokens",
    roles: "everyone",
    summary: "The caller's own devices",
    responses: { 200: json(tokensAnswer) },
  }),
  async (c) => {
    const { results } = await c.env.DB.prepare(
      `SELECT id, device, created_at AS createdAt, last_used_at AS lastUsedAt FROM tokens
       WHERE person = ? AND revoked_at IS NULL ORDER BY created_at`,
    )
      .bind(c.get("actor")!.id)
      .all<{ id: string; device: string; createdAt: string; lastUsedAt: string | null }>();
    return c.json({ tokens: results.map((t) => ({ ...t, current: t.id === c.get("actor")!.tokenId })) }, 200);
  },
);

people.openapi(
  route({
    method: "delete",
    path: "/v1/tokens/{id}",
    roles: "everyone",
    summary: "Revokes a token: one's own (`current` is this one), or, for an admin, anybody's",
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(z.object({ revoked: z.literal(true) })) },
  }),
  async (c) => {
    const actor = c.get("actor")!;
    const param = c.req.valid("param").id;
    const id = param === "current" ? actor.tokenId : param;
    const token = await c.env.DB.prepare("SELECT person FROM tokens WHERE id = ? AND revoked_at IS NULL")
      .bind(id)
      .first<{ person: string }>();
    // Somebody else's token is no more visible than one that does not exist.
    if (!token || (token.person !== actor.id && actor.role !== "admin")) throw new Problem("not-found");
    return commit(
      c,
      { code: "token.revoked", subject: id, payload: { person: token.person } },
      [sql("UPDATE tokens SET revoked_at = ? WHERE id = ?", new Date().toISOString(), id)],
      { status: 200, body: { revoked: true as const } },
    );
  },
);

/** A patch bears only what it changes; zod leaves absent keys out, but types them as possibly undefined. */
const withoutUndefined = <T extends object>(patch: T) =>
  Object.fromEntries(Object.entries(patch).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
