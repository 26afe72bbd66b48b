/** Authentication by token, the role check, and the rate limits. A token is 256 random bits; its SHA-256 and a code are stored. */
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Role, Scope } from "../../shared/people/api.ts";
import { defaultPolicy } from "../../shared/policy/policy.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails } from "../../shared/texts/core/problems.en.ts";
import type { App, Env } from "../env.ts";
import { tokensBound } from "./access-bound.ts";
import type { CodedToken } from "./change.ts";
import { codeOf, codedBy } from "./audit-key.ts";
import { changeBound, statesOf } from "./states.ts";
import { record } from "./commit.ts";
import { Problem } from "./errors.ts";
import { sha256Hex } from "./hash.ts";
import { sameSecret } from "./hmac.ts";
import { sql } from "./sql.ts";
import { MINUTE } from "../../shared/core/time.ts";

/** A new secret: 256 random bits, base64url, with a prefix that secret scanners can recognise. */
export function newSecret(prefix: "cdt" | "cdi" | "cdr" | "cds"): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `${prefix}_${btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "")}`;
}

/** The request's bearer token. */
export const bearerOf = (c: Context<App>): string | undefined =>
  /^Bearer (\S{1,200})$/.exec(c.req.header("authorization") ?? "")?.[1];

interface Holder {
  id: string;
  kind: "person" | "integration";
  name: string;
  role: Role;
  /** JSON. */
  scopes: string | null;
  tokenId: string;
  hash: string;
  mac: string | null;
  /** 1 at the first use of a token that was issued to replace another. */
  first: number;
  lastUsedAt: string | null;
}

/**
 * SQL: token `t` is valid. It is not revoked, its last day has not passed, and it was used within policy's
 * `access.unusedTokenDays`. `now` is a parameter's name, bound to a time in ISO 8601.
 */
export const isAlive = (now: string): string => `t.revoked_at IS NULL
    AND (t.until IS NULL OR t.until >= substr(${now}, 1, 10))
    AND julianday(${now}) - julianday(COALESCE(t.last_used_at, t.created_at)) <= COALESCE(
      (SELECT json_extract(doc, '$.access.unusedTokenDays') FROM policies ORDER BY version DESC LIMIT 1),
      ${defaultPolicy.access.unusedTokenDays})`;

/**
 * A token counts while it is valid and its person is active. After rotation the old token counts until the new one is
 * first used, as the answer with the new one may have been lost, but for a week at most.
 */
const selectHolder = `SELECT p.id, p.kind, p.name, p.role, p.scopes, t.id AS tokenId, t.last_used_at AS lastUsedAt,
    IIF(t.hash = ?1, t.hash, t.next_hash) AS hash, IIF(t.hash = ?1, t.mac, t.next_mac) AS mac, t.hash <> ?1 AS first
  FROM tokens t JOIN people p ON p.id = t.person
  WHERE (t.next_hash = ?1 OR (t.hash = ?1 AND (t.next_at IS NULL OR julianday(?2) - julianday(t.next_at) <= 7)))
    AND p.active = 1 AND ${isAlive("?2")}`;

/** Who may use a route: persons by their role, integrations by their scope; neither stands for the other. */
export interface Admitted {
  roles: readonly Role[] | "public";
  scopes: readonly Scope[];
  /** The gate is asked about every call that is set up: it has a limit of its own, by integration. */
  pace?: "gate" | undefined;
}

/** Throws role-not-allowed or scope-missing. */
function wantAdmitted(
  { roles, scopes }: Pick<Admitted, "roles" | "scopes">,
  kind: Holder["kind"],
  role: Role,
  has: readonly Scope[],
) {
  if (kind === "person") {
    if (roles.includes(role)) return;
    throw new Problem("role-not-allowed", roles.length === 0 ? problemDetails.integrations : undefined);
  }
  if (scopes.some((scope) => has.includes(scope))) return;
  const detail =
    scopes.length === 0 ? problemDetails.persons : fill(problemDetails.scopes, { scopes: scopes.join(", ") });
  throw new Problem("scope-missing", detail);
}

/** Admits a request by its token. Throws not-signed-in, role-not-allowed, scope-missing, or too-many-requests. */
export const admit = ({ roles, scopes, pace }: Admitted) =>
  createMiddleware<App>(async (c, next) => {
    if (roles === "public") return next();
    const token = bearerOf(c);
    if (token === undefined) throw new Problem("not-signed-in");
    const hash = sha256Hex(token);
    const now = new Date();
    const holder = await c.env.DB.prepare(selectHolder).bind(hash, now.toISOString()).first<Holder>();
    // The index has found it by hash already; comparing again in constant time costs nothing and leaks nothing.
    if (!holder || !sameSecret(holder.hash, hash)) throw new Problem("not-signed-in");
    const { hash: digest, mac } = holder;
    if (!(await isCoded(c, { id: holder.tokenId, person: holder.id, hash: digest, mac })))
      throw new Problem("not-signed-in");
    // Before answering: from its first use on, only the new token is valid.
    if (holder.first === 1) await promoteNext(c.env, holder, hash, now.toISOString());
    const { id, kind, name, tokenId } = holder;
    const has = JSON.parse(holder.scopes ?? "[]") as Scope[];
    // What a role opens inside a route, an integration does not get.
    const role = kind === "person" ? holder.role : "agent";
    wantAdmitted({ roles, scopes }, kind, role, has);
    if (pace === "gate") await limitGate(c.env, id);
    else if ((await c.env.PACE?.limit({ key: tokenId }))?.success === false)
      throw new Problem("too-many-requests");
    c.set("actor", { id, kind, name, role, scopes: has, tokenId });
    noteUse(c, holder, now);
    return next();
  });

/** Of before, or under a key that was replaced: the trail says whether the Worker made it (trail/coded.ts). */
export async function isCoded(c: Context<App>, token: CodedToken): Promise<boolean> {
  const by = await codedBy(c.env, token);
  return by === "key" || by === "keyless" || c.get("vouch")(c.env, token);
}

function noteUse(
  c: Context<App>,
  { tokenId, lastUsedAt }: Pick<Holder, "tokenId" | "lastUsedAt">,
  now: Date,
) {
  if (lastUsedAt !== null && now.getTime() - Date.parse(lastUsedAt) <= MINUTE) return;
  c.executionCtx.waitUntil(
    c.env.DB.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?")
      .bind(now.toISOString(), tokenId)
      .run()
      // Losing one timestamp does no harm: the next request writes it.
      .catch(() => undefined),
  );
}

/**
 * The integration that a signed request acts for: the signature stands for its token, which must be valid, and its scopes count.
 * Throws not-signed-in, scope-missing.
 */
export async function systemWith(c: Context<App>, id: string, scope: Scope) {
  const now = new Date();
  const system = await c.env.DB.prepare(
    `SELECT p.id, p.kind, p.name, p.role, p.scopes, t.id AS tokenId, t.last_used_at AS lastUsedAt
     FROM people p JOIN tokens t ON t.person = p.id
     WHERE p.id = ?1 AND p.kind = 'integration' AND p.active = 1 AND ${isAlive("?2")}`,
  )
    .bind(id, now.toISOString())
    .first<Holder>();
  if (!system) throw new Problem("not-signed-in");
  wantAdmitted(
    { roles: [], scopes: [scope] },
    system.kind,
    "agent",
    JSON.parse(system.scopes ?? "[]") as Scope[],
  );
  noteUse(c, system, now);
  return { id: system.id, name: system.name, role: "agent" as const };
}

/** Rate limit of the gate, by integration. Throws too-many-requests: no answer is no call. */
export async function limitGate(env: Env, integration: string): Promise<void> {
  if ((await env.GATE?.limit({ key: integration }))?.success === false)
    throw new Problem("too-many-requests");
}

/** Who asks without a token, by IP address: an IPv6 address counts by its /64 network, as every subscriber has a whole one. */
export function networkOf(c: Context<App>): string {
  const address = c.req.header("cf-connecting-ip") ?? "";
  return address.includes(":") ? address.split("::")[0]!.split(":").slice(0, 4).join(":") : address;
}

/** Rate limit of writes without a token, by network. Throws too-many-tries. */
export const limitTries = createMiddleware<App>(async (c, next) => {
  const answer = await c.env.DOOR?.limit({ key: networkOf(c) });
  if (answer?.success === false) throw new Problem("too-many-tries");
  return next();
});

/** Replaces the old token by the new one, on the trail. Of two first uses at once, the second changes nothing. */
async function promoteNext(env: Env, { id, tokenId }: Holder, hash: string, at: string): Promise<void> {
  const [token] = await statesOf(env.DB, tokensBound, "id = ? AND next_hash = ?", tokenId, hash);
  if (!token) return;
  const mac = await codeOf(env, { id: tokenId, person: id, hash });
  const to = { hash, mac, next_hash: null, next_mac: null, next_at: null, rotated_at: at };
  await record(env, {
    actor: id,
    event: { code: "token.taken", subject: tokenId, payload: null },
    statements: [
      changeBound(tokensBound, token, to, at),
      sql("UPDATE tokens SET last_used_at = ? WHERE id = ?", at, tokenId),
    ],
  }).catch(async (error: unknown) => {
    if (!String(error).includes("tokens.rev")) throw error;
    const [taken] = await statesOf(
      env.DB,
      tokensBound,
      "id = ? AND hash = ? AND revoked_at IS NULL",
      tokenId,
      hash,
    );
    if (!taken) throw new Problem("not-signed-in");
  });
}
