/** Single sign-on: the company's provider says who somebody is, and policy says whether and as what they may come in. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import { type Person, type Role, ssoAnswer, ssoRequest, tokenAnswer } from "../../shared/people/api.ts";
import type { SignInRule } from "../../shared/policy/policy.ts";
import { commit, record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { newSecret } from "../core/auth.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { discover, identify, type Identity, providerOf } from "./oidc.ts";
import { adminsIn, endInvites, endTokens, letIn } from "./access.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { sha256Hex } from "../core/hash.ts";
import { insertToken } from "./tokens.ts";

export const sso = room();

sso.openapi(
  route({
    method: "get",
    path: "/v1/sso",
    roles: "public",
    summary: "What a client needs to send a person to the company's sign-in provider",
    responses: { 200: json(ssoAnswer) },
  }),
  async (c) => {
    const provider = providerOf(c.env);
    if (!provider) return c.json({ provider: null }, 200);
    const { name, issuer, clientId, scope } = provider;
    const { authorization_endpoint: authorizationEndpoint } = await discover(provider);
    return c.json({ provider: { name, issuer, clientId, authorizationEndpoint, scope } }, 200);
  },
);

/** A person as found at sign-in, and how many other admins can get in. */
interface Found {
  id: string;
  name: string;
  email: string;
  role: Role;
  roleBy: "admin" | "rule";
  active: number;
  createdAt: string;
  /** 1 where the account at the provider is bound to this person already. */
  bound: number;
  /** 1 where another account of the same provider is bound to this person. */
  taken: number;
  others: number;
}

/**
 * By the bound account first, else by an address that somebody vouches for. A binding to a provider that is no longer
 * configured holds nobody: the address is bound again, as it was the first time.
 */
const findPerson = (db: D1Database, issuer: string, { subject, email }: Identity): Promise<Found | null> =>
  db
    .prepare(
      `SELECT id, name, email, role, role_by AS roleBy, active, created_at AS createdAt,
         issuer IS ?1 AND subject IS ?2 AS bound, issuer IS ?1 AND subject IS NOT ?2 AS taken,
         (SELECT COUNT(*) FROM (${adminsIn("?4")}) o WHERE o.id <> people.id) AS others
       FROM people WHERE kind = 'person' AND ((issuer = ?1 AND subject = ?2) OR email = ?3)
       ORDER BY bound DESC LIMIT 1`,
    )
    .bind(issuer, subject, email, new Date().toISOString())
    .first<Found>();

/** Highest first: an admin may do all that the others may; compliance stands beside manager, and sees more people's data. */
const rank: readonly Role[] = ["admin", "compliance", "manager", "agent"];

/**
 * The role that policy gives: the highest of the groups' rules; without one, what an admin gave stays; else the highest
 * of the rules for the address and its domain. Null: policy admits nobody such.
 */
export function roleBy(
  rules: readonly SignInRule[],
  { email, domain, groups }: Pick<Identity, "email" | "domain" | "groups">,
  given: Role | null,
): Role | null {
  const highest = (matches: (rule: SignInRule) => boolean): Role | null => {
    const roles = rules.filter(matches).map((rule) => rule.role);
    return rank.find((role) => roles.includes(role)) ?? null;
  };
  const is = (value: string, rule: SignInRule) => rule.value.replace(/^@/, "").toLowerCase() === value;
  return (
    highest((rule) => rule.match === "group" && groups.includes(rule.value)) ??
    given ??
    highest(
      (rule) =>
        (rule.match === "email" && email !== null && is(email, rule)) ||
        (rule.match === "domain" && domain !== null && is(domain, rule)),
    )
  );
}

sso.openapi(
  route({
    method: "post",
    path: "/v1/sso",
    roles: "public",
    summary: "Turns a sign-in at the company's provider into a token for this device",
    request: { body: body(ssoRequest) },
    responses: { 201: json(tokenAnswer, "The person and a token, shown once") },
  }),
  async (c) => {
    const request = c.req.valid("json");
    const provider = providerOf(c.env);
    if (!provider) throw new Problem("sso-off");
    wantRedirect(c.env, request.redirectUri);
    const identity = await identify(provider, request);
    const { issuer } = provider;
    const { subject, email } = identity;
    const [found, { policy }] = await Promise.all([
      findPerson(c.env.DB, issuer, identity),
      currentPolicy(c.env.DB),
    ]);
    if (found?.active === 0) throw new Problem("sso-no-account");
    if (found?.taken === 1) throw new Problem("sso-no-account", details.addressTaken);
    const role = roleFor(found, roleBy(policy.access.signIn, identity, givenTo(found)));
    if (role === null) {
      if (found) await shutOut(c.env, found.id, new Date().toISOString());
      throw new Problem("sso-no-account", email === null ? details.addressUnverified : undefined);
    }
    const address = found?.email ?? email;
    if (address === null) throw new Problem("sso-no-account", details.addressUnverified);

    const at = new Date().toISOString();
    const token = newSecret("cdt");
    const { device = "" } = request;
    const person = letIn(at, {
      id: found?.id ?? crypto.randomUUID(),
      name: found?.name ?? identity.name,
      email: address,
      role,
      createdAt: found?.createdAt ?? at,
    });
    const change = found?.role === role ? {} : { role: { from: found?.role ?? null, to: role } };
    return commit(
      c,
      {
        code: "person.signed-in",
        subject: person.id,
        payload: { name: person.name, email: address, device, issuer, ...change },
      },
      [
        // First: of two uses of one sign-in, its key refuses the second.
        sql("INSERT INTO sso_nonces (nonce, at) VALUES (?, ?)", sha256Hex(request.nonce), at),
        found ? update(found, role, issuer, subject) : insert(person, address, issuer, subject),
        ...(found && found.role !== role ? [endInvites(found.id, at)] : []),
        insertToken({ person: person.id, secret: token, device, at }),
      ],
      { status: 201, body: { token, person }, secret: true },
    );
  },
);

/** The role that an admin gave, which only a group's rule replaces. */
const givenTo = (found: Found | null): Role | null => (found?.roleBy === "admin" ? found.role : null);

/** The last admin stays one, whatever the rules say: nobody else could put them right. */
const roleFor = (found: Found | null, role: Role | null): Role | null =>
  found?.role === "admin" && found.others === 0 ? "admin" : role;

const insert = (person: Person, email: string, issuer: string, subject: string): Statement =>
  sql(
    `INSERT INTO people (id, name, email, role, role_by, issuer, subject, created_at)
     VALUES (?, ?, ?, ?, 'rule', ?, ?, ?)`,
    person.id,
    person.name,
    email,
    person.role,
    issuer,
    subject,
    person.createdAt,
  );

const update = (found: Found, role: Role, issuer: string, subject: string): Statement =>
  sql(
    "UPDATE people SET role_by = IIF(role = ?1, role_by, 'rule'), role = ?1, issuer = ?2, subject = ?3 WHERE id = ?4",
    role,
    issuer,
    subject,
    found.id,
  );

/** No rule admits the person any more: what an earlier sign-in gave ends too. */
const shutOut = (env: Env, id: string, at: string): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "person.shut-out", subject: id, payload: null },
    statements: [endTokens(id, at), endInvites(id, at)],
  });

/** Only our own extension gets codes: Chrome keeps this address for it. */
function wantRedirect(env: Env, redirectUri: string): void {
  const { origin, username } = new URL(redirectUri);
  if (origin !== `https://${new URL(env.EXTENSION_ORIGIN).host}.chromiumapp.org` || username !== "")
    throw new Problem("invalid", undefined, [{ path: "redirectUri", message: details.redirect }]);
}
