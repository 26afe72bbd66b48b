/** Tokens: a person's devices, their rotation, and the tokens of integrations. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import * as z from "zod";
import {
  type Device,
  integrationAnswer,
  integrationRequest,
  type Role,
  rotateAnswer,
  tokensAnswer,
} from "../../shared/people/api.ts";
import { callingCodeOf } from "../../shared/phone/plans.ts";
import { tokensBound } from "../core/access-bound.ts";
import { bearerOf, newSecret } from "../core/auth.ts";
import { insertBound } from "../core/bound.ts";
import { codeOf } from "../core/audit-key.ts";
import { changeBound, statesOf } from "../core/states.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit } from "../core/commit.ts";
import type { Statement } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import type { Env } from "../env.ts";
import { endByOwn } from "./one.ts";
import { insertLine, insertOwner, insertPerson, newcomer, requireAdmin } from "./access.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { sha256Hex } from "../core/hash.ts";
import { DAY } from "../../shared/core/time.ts";

const YEAR = 366 * DAY;

interface NewToken {
  id?: string;
  person: string;
  secret: string;
  device: string;
  at: string;
  /** An integration's last day, YYYY-MM-DD. */
  until?: string;
}
export async function insertToken(
  env: Env,
  { id = crypto.randomUUID(), person, secret, device, at, until }: NewToken,
): Promise<Statement> {
  const hash = sha256Hex(secret);
  return insertBound(tokensBound, [
    {
      ...{ id, person, hash, device, created_at: at, until: until ?? null },
      ...{ revoked_at: null, next_hash: null, next_at: null, rotated_at: null },
      mac: await codeOf(env, { id, person, hash }),
    },
  ]);
}

/** A person's devices with a valid token, oldest first. `current`: the token of this request. */
export async function devicesOf(db: D1Database, person: string, current: string): Promise<Device[]> {
  const { policy } = await currentPolicy(db);
  const now = new Date().toISOString();
  const { results } = await db
    .prepare(
      `SELECT id, device, created_at AS createdAt, last_used_at AS lastUsedAt, until FROM tokens
       WHERE person = ? AND revoked_at IS NULL ORDER BY created_at, id`,
    )
    .bind(person)
    .all<Omit<Device, "current" | "expiresAt"> & { until: string | null }>();
  return results
    .map(({ until, ...t }) => ({
      ...t,
      expiresAt: expiry(t.lastUsedAt ?? t.createdAt, policy.access.unusedTokenDays, until),
      current: t.id === current,
    }))
    .filter((t) => t.expiresAt > now);
}

/** When a token expires without further use: `unusedDays` after its last use, or at the end of its last day. */
function expiry(lastUsedAt: string, unusedDays: number, until: string | null): string {
  const unused = Date.parse(lastUsedAt) + unusedDays * DAY;
  const ended = until === null ? Infinity : Date.parse(until) + DAY;
  return new Date(Math.min(unused, ended)).toISOString();
}

export const tokens = room();

tokens.openapi(
  route({
    method: "get",
    path: "/v1/tokens",
    roles: "everyone",
    summary: "The caller's own devices",
    responses: { 200: json(tokensAnswer) },
  }),
  async (c) => {
    const { id, tokenId } = c.get("actor")!;
    return c.json({ tokens: await devicesOf(c.env.DB, id, tokenId) }, 200);
  },
);

tokens.openapi(
  route({
    method: "post",
    path: "/v1/tokens",
    roles: ["admin"],
    summary:
      "Makes a token for a system or a managed install, with scopes and a last day. Scopes become fewer later, never more",
    request: { body: body(integrationRequest) },
    responses: { 201: json(integrationAnswer, "The integration and its token, shown once") },
  }),
  async (c) => {
    const { name, scopes: asked, prefix: wanted, lineRegion: said, until } = c.req.valid("json");
    const now = Date.now();
    const at = new Date(now).toISOString();
    const wrong = (message: string) => new Problem("invalid", undefined, [{ path: "until", message }]);
    if (until < at.slice(0, 10)) throw wrong(details.dayPassed);
    if (Date.parse(until) > now + YEAR) throw wrong(details.yearAtMost);
    const id = crypto.randomUUID();
    const token = newSecret("cdt");
    const scopes = [...new Set(asked)];
    const prefix = scopes.includes("recordings:write") ? (wanted ?? `${id}/`) : null;
    if (said !== undefined && (!scopes.includes("gate") || callingCodeOf(said) === null))
      throw new Problem("invalid", undefined, [{ path: "lineRegion", message: details.lineRegion }]);
    const lineRegion = said ?? null;
    const person = newcomer(at, { id, kind: "integration", name, email: null, role: "agent", scopes });
    return commit(
      c,
      {
        code: "integration.made",
        subject: id,
        payload: {
          ...{ name, scopes, until },
          ...(prefix !== null && { prefix }),
          ...(lineRegion !== null && { lineRegion }),
        },
      },
      [
        // The role is for an earlier release that is deployed again.
        insertPerson({ id, name, email: `${id}@integration.invalid`, role: "agent" }, at, {
          kind: "integration",
          scopes: JSON.stringify(scopes),
        }),
        await insertToken(c.env, { person: id, secret: token, device: "", at, until }),
        ...(prefix === null ? [] : [insertOwner(id, prefix, at)]),
        ...(lineRegion === null ? [] : [insertLine(id, lineRegion, at)]),
      ],
      { status: 201, body: { token, person, proposed: null, prefix, lineRegion }, secret: true },
    );
  },
);

tokens.openapi(
  route({
    method: "post",
    path: "/v1/tokens/rotate",
    roles: "everyone",
    summary: "A new token for this device; the old one ends at the new one's first use, or after a week",
    responses: { 201: json(rotateAnswer, "The new token, shown once") },
  }),
  async (c) => {
    const { kind, tokenId, id } = c.get("actor")!;
    // An integration's token is in a configuration, perhaps of many browsers, that rotation could not update.
    if (kind === "integration") throw new Problem("token-fixed");
    const token = newSecret("cdt");
    const db = c.env.DB;
    return retryOnConflict(async () => {
      // A second rotation, after a lost answer, replaces the first one's token. A token that ended during this request gets no
      // successor.
      const [before] = await statesOf(
        db,
        tokensBound,
        "id = ? AND hash = ? AND revoked_at IS NULL",
        ...[tokenId, sha256Hex(bearerOf(c) ?? "")],
      );
      const at = new Date().toISOString();
      const hash = sha256Hex(token);
      const next = {
        next_hash: hash,
        next_mac: await codeOf(c.env, { id: tokenId, person: id, hash }),
        next_at: at,
      };
      return commit(
        c,
        { code: "token.rotated", subject: tokenId, payload: { person: id } },
        before ? [changeBound(tokensBound, before, next, at)] : [],
        { status: 201, body: { token }, secret: true },
      );
    });
  },
);

tokens.openapi(
  route({
    method: "delete",
    path: "/v1/tokens/{id}",
    roles: "everyone",
    summary: "Revokes a token: one of your own (`current` is this one), or, as an admin, anyone's",
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(z.object({ revoked: z.literal(true) })) },
  }),
  async (c) => {
    const actor = c.get("actor")!;
    const param = c.req.valid("param").id;
    const id = param === "current" ? actor.tokenId : param;
    const db = c.env.DB;
    return retryOnConflict(async () => {
      const [token] = await statesOf(db, tokensBound, "id = ? AND revoked_at IS NULL", id);
      const person = token?.["person"] as string | undefined;
      // The same answer for another person's token as for one that does not exist.
      if (!token || (person !== actor.id && actor.role !== "admin")) throw new Problem("not-found");
      const role = await db.prepare("SELECT role FROM people WHERE id = ?").bind(person).first<Role>("role");
      const at = new Date().toISOString();
      return commit(
        c,
        { code: "token.revoked", subject: id, payload: { person } },
        [
          changeBound(tokensBound, token, { revoked_at: at }, at),
          ...(person === actor.id ? await endByOwn(db, person, actor.tokenId, id, at) : []),
          ...(role === "admin" ? [requireAdmin(at)] : []),
        ],
        { status: 200, body: { revoked: true as const } },
      );
    }).catch((error: unknown) => {
      const last = error instanceof Problem && error.code === "last-admin";
      throw last ? new Problem("last-admin", details.lastToken) : error;
    });
  },
);

/** True where a device should ask for a new token, by policy's `access.rotateTokenDays`. */
export async function isOld(db: D1Database, id: string, rotateDays: number): Promise<boolean> {
  const token = await db
    .prepare("SELECT COALESCE(rotated_at, created_at) AS since FROM tokens WHERE id = ?")
    .bind(id)
    .first<{ since: string }>();
  return token !== null && Date.now() - Date.parse(token.since) > rotateDays * DAY;
}
