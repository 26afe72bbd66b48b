/** Tokens and the role check. A token is 256 random bits; only its SHA-256 is stored. */
import { createMiddleware } from "hono/factory";
import type { Role } from "../shared/api.ts";
import { defaultPolicy } from "../shared/policy.ts";
import type { App } from "./env.ts";
import { Problem } from "./errors.ts";
import { sha256Hex } from "./sha256.ts";

/** A secret for a person's hands: 256 random bits, base64url, with a prefix that secret scanners can know. */
export function newSecret(prefix: "cdt" | "cdi"): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `${prefix}_${btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "")}`;
}

/** Compares two texts in constant time, whatever their lengths. */
export function sameSecret(a: string, b: string): boolean {
  const bytes = (text: string) => new TextEncoder().encode(sha256Hex(text));
  return crypto.subtle.timingSafeEqual(bytes(a), bytes(b));
}

interface Holder {
  id: string;
  name: string;
  role: Role;
  tokenId: string;
  hash: string;
  lastUsedAt: string | null;
}

/** Lets a request pass where its token's person bears one of the roles. */
export const admit = (roles: readonly Role[] | "public") =>
  createMiddleware<App>(async (c, next) => {
    if (roles === "public") return next();
    const token = /^Bearer (\S{1,200})$/.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined) throw new Problem("not-signed-in");
    const hash = sha256Hex(token);
    const now = new Date();
    const holder = await c.env.DB.prepare(
      `SELECT p.id, p.name, p.role, t.id AS tokenId, t.hash, t.last_used_at AS lastUsedAt
       FROM tokens t JOIN people p ON p.id = t.person
       WHERE t.hash = ?1 AND t.revoked_at IS NULL AND p.active = 1
         AND julianday(?2) - julianday(COALESCE(t.last_used_at, t.created_at)) <= COALESCE(
           (SELECT json_extract(doc, '$.access.unusedTokenDays') FROM policies ORDER BY version DESC LIMIT 1), ?3)`,
    )
      .bind(hash, now.toISOString(), defaultPolicy.access.unusedTokenDays)
      .first<Holder>();
    // The index found it by hash; the comparison itself takes the same time for any token.
    if (!holder || !sameSecret(holder.hash, hash)) throw new Problem("not-signed-in");
    if (!roles.includes(holder.role)) throw new Problem("role-not-allowed");
    c.set("actor", { id: holder.id, name: holder.name, role: holder.role, tokenId: holder.tokenId });
    if (holder.lastUsedAt === null || now.getTime() - Date.parse(holder.lastUsedAt) > 60_000)
      c.executionCtx.waitUntil(
        c.env.DB.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?")
          .bind(now.toISOString(), holder.tokenId)
          .run(),
      );
    return next();
  });
