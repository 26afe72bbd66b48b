/** People: who is signed in, the list, one person's page, and an administrator's changes. */
import * as z from "zod";
import {
  hookPrefix,
  meAnswer,
  peopleAnswer,
  type Person,
  personAnswer,
  type PersonAnswer,
  personChanged,
  personPatch,
  type Scope,
  scopeSchema,
} from "../../shared/people/api.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { peopleBound } from "../core/access-bound.ts";
import { changeBound } from "../core/states.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { endInvites, endTokens, givePrefix, isGuessed, requireAdmin, stateOf } from "./access.ts";
import { grant } from "./grants.ts";
import { insertTies, tiesBack } from "./one.ts";
import { sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { devicesOf, isOld } from "./tokens.ts";

interface PersonRow extends Omit<Person, "active" | "scopes"> {
  active: number;
  /** JSON; null also for an integration that an earlier release made after this one. */
  scopes: string | null;
}
const selectPeople = `SELECT p.id, p.kind, p.name, IIF(p.kind = 'person', p.email, NULL) AS email, p.role, p.scopes, p.active,
  p.created_at AS createdAt, (SELECT MAX(last_used_at) FROM tokens WHERE person = p.id) AS lastSeenAt FROM people p`;
const toPerson = (row: PersonRow): Person =>
  row.kind === "person"
    ? { ...row, scopes: null, active: row.active === 1 }
    : {
        ...{ ...row, role: "agent", active: row.active === 1 },
        scopes: JSON.parse(row.scopes ?? "[]") as Scope[],
      };

const personById = async (db: D1Database, id: string): Promise<Person> => {
  const row = await db.prepare(`${selectPeople} WHERE p.id = ?`).bind(id).first<PersonRow>();
  if (!row) throw new Problem("not-found");
  return toPerson(row);
};

export const people = room();

people.openapi(
  route({
    method: "get",
    path: "/v1/me",
    roles: "everyone",
    scopes: scopeSchema.options,
    summary: "Who is signed in",
    responses: { 200: json(meAnswer) },
  }),
  async (c) => {
    const { id, tokenId } = c.get("actor")!;
    const [person, { policy }] = await Promise.all([personById(c.env.DB, id), currentPolicy(c.env.DB)]);
    const rotate =
      person.kind === "person" && (await isOld(c.env.DB, tokenId, policy.access.rotateTokenDays));
    return c.json({ person, company: policy.identity.company, rotate }, 200);
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
    await logRead(c, "people");
    const { results } = await c.env.DB.prepare(`${selectPeople} ORDER BY p.name, p.id`).all<PersonRow>();
    return c.json({ people: results.map(toPerson) }, 200);
  },
);

people.openapi(
  route({
    method: "get",
    path: "/v1/people/{id}",
    roles: ["manager", "compliance", "admin"],
    summary: "One person: devices with their last use, the source of the role, an open invite",
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(personAnswer) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const db = c.env.DB;
    const person = await personById(db, id);
    await logRead(c, "person", null, id);
    const [devices, more] = await Promise.all([
      devicesOf(db, id, c.get("actor")!.tokenId),
      db
        .prepare(
          `SELECT p.role_by AS roleBy, p.subject IS NOT NULL AS signsIn, (SELECT region FROM gate_lines WHERE integration = p.id) AS lineRegion,
             (SELECT prefix FROM owners WHERE id = p.id) AS prefix, ${isGuessed("p.id")} AS guessed,
             (SELECT MAX(expires_at) FROM invites i
              WHERE i.email = p.email COLLATE NOCASE AND i.used_at IS NULL AND i.expires_at > ?) AS invited
           FROM people p WHERE p.id = ?`,
        )
        .bind(new Date().toISOString(), id)
        .first<
          Pick<PersonAnswer, "roleBy" | "prefix" | "lineRegion"> & {
            guessed: number;
            signsIn: number;
            invited: string | null;
          }
        >(),
    ]);
    return c.json(
      {
        person,
        devices,
        roleBy: more!.roleBy,
        prefix: more!.prefix,
        lineRegion: more!.lineRegion,
        prefixGuessed: more!.guessed === 1,
        signsIn: more!.signsIn === 1,
        invite: more!.invited === null ? null : { expiresAt: more!.invited },
      },
      200,
    );
  },
);

people.openapi(
  route({
    method: "patch",
    path: "/v1/people/{id}",
    roles: ["admin"],
    summary:
      "Changes a person's role or name, or ends their access at once (active: false). A role above agent that they do not have is a proposal until another admin approves it. Of an integration: its name, its access, or fewer scopes",
    request: { params: z.object({ id: z.string() }), body: body(personPatch) },
    responses: { 200: json(personChanged) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { prefix, ...patch } = c.req.valid("json");
    return retryOnConflict(async () => {
      const row = await stateOf(c.env.DB, id);
      const before = await personById(c.env.DB, id);
      const wanted = { ...before, ...withoutUndefined(patch) };
      const integration = before.kind === "integration";
      const more = patch.scopes?.some((scope) => before.scopes?.includes(scope) !== true) ?? false;
      if (more || (integration && patch.role !== undefined)) throw new Problem("integration-admin");
      if (prefix !== undefined && !integration) throw new Problem("invalid", details.integrationPrefix);
      const ms = Date.now();
      const now = new Date(ms).toISOString();
      // A role that nobody can use yet needs no second person: making them active again does.
      const asked =
        wanted.active && !integration
          ? await grant(
              c,
              {
                path: `person.${id}`,
                name: wanted.name,
                email: wanted.email!,
                from: before.active ? before.role : null,
                to: wanted.role,
              },
              ms,
            )
          : null;
      const atOnce = asked === "set-up-day";
      const granted = atOnce ? null : asked;
      const person = { ...wanted, role: granted?.meanwhile ?? wanted.role };
      const role = granted ? granted.meanwhile : patch.role;
      const to = {
        ...(patch.name !== undefined && { name: patch.name }),
        ...(role !== undefined && { role, role_by: "admin" }),
        ...(patch.active !== undefined && { active: Number(patch.active) }),
        ...(patch.scopes !== undefined && { scopes: JSON.stringify(patch.scopes) }),
      };
      const statements = [changeBound(peopleBound, row, to, now)];
      if (prefix !== undefined) statements.push(...(await givePrefix(c.env.DB, id, prefix, now)));
      if (patch.active === false || role !== undefined) statements.push(endInvites(id, now));
      if (!person.active) statements.push(...(await endTokens(c.env.DB, id, now)));
      if (before.role === "admin") statements.push(requireAdmin(now));
      if (person.active && !before.active && !integration)
        statements.push(...insertTies(id, await tiesBack(c.env.DB, c.get("actor")!.id, id, now), now));
      const answer = await commit(
        c,
        {
          code: "person.changed",
          subject: id,
          payload: {
            ...patch,
            ...(prefix !== undefined && { prefix }),
            ...(atOnce && { setUpDay: true }),
            ...(granted && { proposed: granted.proposed }),
          },
        },
        [...statements, ...(granted?.statements ?? [])],
        { status: 200, body: { ...person, proposed: granted?.proposed ?? null } },
      );
      if (granted) sendSoon(c);
      return answer;
    });
  },
);

people.openapi(
  route({
    method: "put",
    path: "/v1/hooks/{provider}/prefix",
    roles: ["admin"],
    summary:
      "Gives a provider's webhook the folder of its keys in your own stores, once: where it has none, or an upgrade guessed it",
    request: {
      params: z.object({ provider: z.enum(["generic", "twilio"]) }),
      body: body(hookPrefix),
    },
    responses: { 200: json(hookPrefix) },
  }),
  async (c) => {
    const { provider } = c.req.valid("param");
    const { prefix } = c.req.valid("json");
    const id = `hook:${provider}`;
    return commit(
      c,
      { code: "person.changed", subject: id, payload: { prefix } },
      await givePrefix(c.env.DB, id, prefix, new Date().toISOString()),
      { status: 200, body: { prefix } },
    );
  },
);

/** Zod leaves absent keys of a patch out, but types them as possibly undefined. */
const withoutUndefined = <T extends object>(patch: T) =>
  Object.fromEntries(Object.entries(patch).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
