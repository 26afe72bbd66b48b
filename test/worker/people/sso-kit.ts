/** Shared by the tests of single sign-on. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect } from "vitest";
import type { Person, PersonAnswer, Role } from "../../../shared/people/api.ts";
import { defaultPolicy, type SignInRule } from "../../../shared/policy/policy.ts";
import { call, dump, newTeam, setPolicy, under } from "../helpers.ts";
import { CLIENT, ISSUER, LyingProvider } from "./provider.ts";

export const REDIRECT = "https://gjfncemgbmfcpbjhhncdmgalholdbemp.chromiumapp.org/sso";
export const VERIFIER = "v".repeat(43);

export let tokens: Record<Role, string>;
export let provider: LyingProvider;
/** Before the tests of a file: a team, and a provider that is honest at the start of each test. */
export function begin(): void {
  beforeAll(async () => {
    tokens = await newTeam();
    provider = await LyingProvider.start();
  });
  beforeEach(() => {
    provider.issuer = ISSUER;
    provider.claims = {};
    provider.sign = null;
    provider.instead = {};
    provider.besides = {};
    provider.methods = undefined;
  });
}

/** One request to a Worker with the provider configured. */
export function ask(method: string, path: string, body?: object, vars: Record<string, string> = {}) {
  const own = { ...env, OIDC_ISSUER: ISSUER, OIDC_CLIENT_ID: CLIENT, OIDC_NAME: "Example ID", ...vars };
  return under(own, method, path, body && { body });
}

let nonces = 0;
export const newNonce = () => `nonce-${++nonces}-${"n".repeat(20)}`;

/** A whole sign-in. The ID token has the client's nonce, unless `claims` overrides it. */
export async function signIn(claims: object = {}, body: object = {}, vars: Record<string, string> = {}) {
  const nonce = newNonce();
  provider.claims = { nonce, ...claims };
  const request = { code: "good-code", verifier: VERIFIER, nonce, redirectUri: REDIRECT, ...body };
  return ask("POST", "/v1/sso", request, vars);
}
export const tokenOf = ({ data }: { data: unknown }) => (data as { token: string }).token;
export const personOf = ({ data }: { data: unknown }) => (data as { person: Person }).person;
/** Expects a refusal that writes nothing and reveals no secret. */
export const refusedAs = async (code: string, status: number, send: () => ReturnType<typeof ask>) => {
  const before = JSON.stringify(await Promise.all(["people", "tokens", "sso_nonces"].map(dump)));
  const { data, text } = await send();
  expect(data).toMatchObject({ code, status });
  expect(text).not.toMatch(/eyJ|good-code/);
  expect(JSON.stringify(await Promise.all(["people", "tokens", "sso_nonces"].map(dump)))).toBe(before);
};

export async function rules(...signInRules: SignInRule[]) {
  await setPolicy(() => ({ access: { ...defaultPolicy.access, signIn: signInRules } }));
}
export const rule = (match: SignInRule["match"], value: string, role: Role): SignInRule => ({
  match,
  value,
  role,
});
export const mail = (email: string) => ({ email, email_verified: true, sub: `sub of ${email}` });
export const page = async (id: string) =>
  (await call("GET", `/v1/people/${id}`, { token: tokens.admin })).data as PersonAnswer;
