/** Tokens and the role check. A token is 256 random bits; only its SHA-256 is stored. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Role } from "../../shared/people/api.ts";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { problemDetails } from "../../shared/texts/problems.en.ts";
import type { App } from "../env.ts";
import { Problem } from "./errors.ts";
import { sha256Hex } from "./hash.ts";
import { sameSecret } from "./hmac.ts";
import { MINUTE } from "../../shared/time.ts";

/** A secret for a person's hands: 256 random bits, base64url, with a prefix that secret scanners can know. */
export function newSecret(prefix: "cdt" | "cdi" | "cdr"): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `${prefix}_${btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "")}`;
}

/** The token that a request bears. */
export const bearerOf = (c: Context<App>): string | undefined =>
  /^Bearer (\S{1,200})$/.exec(c.req.header("authorization") ?? "")?.[1];

interface Holder {
  id: string;
  kind: "person" | "integration";
  name: string;
  role: Role;
  tokenId: string;
  hash: string;
  /** 1 where this token was handed out to take another's place, and is used for the first time. */
  first: number;
  lastUsedAt: string | null;
}

/**
 * True of a token `t` that was not revoked, has its last day not behind it, and was not unused for longer than policy
 * likes. `now` is a parameter's name.
 */
export const isAlive = (now: string): string => `t.revoked_at IS NULL
    AND (t.until IS NULL OR t.until >= substr(${now}, 1, 10))
    AND julianday(${now}) - julianday(COALESCE(t.last_used_at, t.created_at)) <= COALESCE(
      (SELECT json_extract(doc, '$.access.unusedTokenDays') FROM policies ORDER BY version DESC LIMIT 1),
      ${defaultPolicy.access.unusedTokenDays})`;

/**
 * A token counts while it is alive and its person active. One that another was handed out for counts until the other is first used, as its
 * answer may have been lost, and for a week at the most.
 */
const holderOf = `SELECT p.id, p.kind, p.name, p.role, t.id AS tokenId, t.last_used_at AS lastUsedAt,
    IIF(t.hash = ?1, t.hash, t.next_hash) AS hash, t.hash <> ?1 AS first
  FROM tokens t JOIN people p ON p.id = t.person
  WHERE (t.next_hash = ?1 OR (t.hash = ?1 AND (t.next_at IS NULL OR julianday(?2) - julianday(t.next_at) <= 7)))
    AND p.active = 1 AND ${isAlive("?2")}`;

/** Lets a request pass where its token's person has one of the roles, and is of the kind, where the route names one. */
export const admit = (roles: readonly Role[] | "public", only?: "integration") =>
  createMiddleware<App>(async (c, next) => {
    if (roles === "public") return next();
    const token = bearerOf(c);
    if (token === undefined) throw new Problem("not-signed-in");
    const hash = sha256Hex(token);
    const now = new Date();
    const holder = await c.env.DB.prepare(holderOf).bind(hash, now.toISOString()).first<Holder>();
    // The index found it by hash; the comparison itself takes the same time for any token.
    if (!holder || !sameSecret(holder.hash, hash)) throw new Problem("not-signed-in");
    // Before anything is answered: from its first use on the new token is the only one.
    if (holder.first === 1) await takePlace(c.env.DB, holder.tokenId, hash, now.toISOString());
    if (only !== undefined && holder.kind !== only)
      throw new Problem("role-not-allowed", problemDetails.integrations);
    if (!roles.includes(holder.role)) throw new Problem("role-not-allowed");
    const { id, kind, name, role, tokenId } = holder;
    const pace = await c.env.PACE?.limit({ key: tokenId });
    if (pace?.success === false) throw new Problem("too-many-requests");
    c.set("actor", { id, kind, name, role, tokenId });
    if (holder.lastUsedAt === null || now.getTime() - Date.parse(holder.lastUsedAt) > MINUTE)
      c.executionCtx.waitUntil(
        c.env.DB.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?")
          .bind(now.toISOString(), tokenId)
          .run()
          // Whoever asked has an answer, and the next question is noted again.
          .catch(() => undefined),
      );
    return next();
  });

/**
 * Whoever has no token yet gets so many tries a minute, counted by the address that they come from: of the sixth version
 * of the Internet Protocol by the network, as anybody there has addresses without end.
 */
export const atTheDoor = createMiddleware<App>(async (c, next) => {
  const address = c.req.header("cf-connecting-ip") ?? "";
  const key = address.includes(":") ? address.split("::")[0]!.split(":").slice(0, 4).join(":") : address;
  const answer = await c.env.DOOR?.limit({ key });
  if (answer?.success === false) throw new Problem("too-many-tries");
  return next();
});

/** Of two first uses at once the second finds nothing left to do. */
const takePlace = (db: D1Database, id: string, hash: string, at: string) =>
  db
    .prepare(
      `UPDATE tokens SET hash = next_hash, next_hash = NULL, next_at = NULL, rotated_at = ?1, last_used_at = ?1
       WHERE id = ?2 AND next_hash = ?3`,
    )
    .bind(at, id, hash)
    .run();
