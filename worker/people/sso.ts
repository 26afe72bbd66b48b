/** Single sign-on: the company's provider says who a person is; policy says whether they may sign in, and with which role. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { type Person, type Role, ssoAnswer, ssoRequest, tokenAnswer } from "../../shared/people/api.ts";
import { roleBy } from "../../shared/policy/sign-in.ts";
import { peopleBound } from "../core/access-bound.ts";
import { changeBound } from "../core/states.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit, record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { newSecret } from "../core/auth.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { discover, identify, type Identity, providerOf } from "./oidc.ts";
import { adminsIn, endHeld, endInvites, endTokens, insertPerson, newcomer, stateOf } from "./access.ts";
import { endTies } from "./one.ts";
import { disclosed } from "../policy/disclosed.ts";
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
    const { authorization_endpoint: authorizationEndpoint } = await discover(c.env, provider);
    return c.json({ provider: { name, issuer, clientId, authorizationEndpoint, scope } }, 200);
  },
);

/** A person as found at sign-in. `others`: how many other administrators have a valid token. */
interface Found {
  id: string;
  name: string;
  email: string;
  role: Role;
  roleBy: "admin" | "rule";
  active: number;
  createdAt: string;
  /** 1 where this account of the provider is bound to this person already. */
  bound: number;
  /** 1 where another account of the same provider is bound to this person. */
  taken: number;
  others: number;
}

/**
 * The person to whom the account is bound, else the person with its verified address. A binding to a provider that is no
 * longer configured does not count: the address is bound again, as at the first sign-in.
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
    checkRedirect(c.env, request.redirectUri);
    const identity = await identify(c.env, provider, request);
    const { issuer } = provider;
    const { subject, email } = identity;
    return retryOnConflict(async () => {
      const [found, { policy }] = await Promise.all([
        findPerson(c.env.DB, issuer, identity),
        currentPolicy(c.env.DB),
      ]);
      if (found?.active === 0) throw new Problem("sso-no-account");
      if (found?.taken === 1) throw new Problem("sso-no-account", details.addressTaken);
      const role = roleFor(found, roleBy(policy.access.signIn, identity, givenTo(found)));
      const byRule = roleBy(policy.access.signIn, identity, null) !== null;
      if (role === null) {
        if (found) await shutOut(c.env, found.id, new Date().toISOString());
        throw new Problem("sso-no-account", email === null ? details.addressUnverified : undefined);
      }
      const address = found?.email ?? email;
      if (address === null) throw new Problem("sso-no-account", details.addressUnverified);

      const at = new Date().toISOString();
      const token = newSecret("cdt");
      const { device = "" } = request;
      const person = newcomer(at, {
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
          // First: its key refuses the second use of one sign-in.
          sql("INSERT INTO sso_nonces (nonce, at) VALUES (?, ?)", sha256Hex(request.nonce), at),
          ...(found
            ? await update(c.env.DB, found, role, { issuer, subject }, at)
            : [insert(person, address, issuer, subject)]),
          ...(found && found.role !== role ? [endInvites(found.id, at)] : []),
          ...(found ? await endHeld(c.env.DB, found.id, at) : []),
          // The company admits the account by a rule; one that an administrator let in may be anybody's at the same provider.
          ...(found && byRule ? await endTies(c.env.DB, found.id, "rule", at) : []),
          await insertToken(c.env, { person: person.id, secret: token, device, at }),
          disclosed("sign-in", new URL(issuer).host, "sign-in", 1, Date.parse(at)),
        ],
        { status: 201, body: { token, person }, secret: true },
      );
    });
  },
);

/** The role that an administrator gave. Only a group rule replaces it. */
const givenTo = (found: Found | null): Role | null => (found?.roleBy === "admin" ? found.role : null);

/** The last administrator stays one, whatever the rules say: otherwise nobody could correct the rules. */
const roleFor = (found: Found | null, role: Role | null): Role | null =>
  found?.role === "admin" && found.others === 0 ? "admin" : role;

const insert = (person: Person, email: string, issuer: string, subject: string): Statement =>
  insertPerson({ ...person, email }, person.createdAt, { role_by: "rule", issuer, subject });

/** Nothing where they sign in as before. */
async function update(
  db: D1Database,
  found: Found,
  role: Role,
  account: { issuer: string; subject: string },
  at: string,
): Promise<Statement[]> {
  const before = await stateOf(db, found.id);
  const role_by = found.role === role ? found.roleBy : "rule";
  const to = { role, role_by, ...account };
  const same = Object.entries(to).every(([column, value]) => before[column] === value);
  return same ? [] : [changeBound(peopleBound, before, to, at)];
}

/** Revokes the access of a person whom no rule admits any more. */
const shutOut = async (env: Env, id: string, at: string): Promise<void> =>
  record(env, {
    actor: "system",
    event: { code: "person.shut-out", subject: id, payload: null },
    statements: [...(await endTokens(env.DB, id, at)), endInvites(id, at)],
  });

/** Throws invalid unless the code was sent to our own extension, for which Chrome reserves this address. */
function checkRedirect(env: Env, redirectUri: string): void {
  const { origin, username } = new URL(redirectUri);
  if (origin !== `https://${new URL(env.EXTENSION_ORIGIN).host}.chromiumapp.org` || username !== "")
    throw new Problem("invalid", undefined, [{ path: "redirectUri", message: details.redirect }]);
}
