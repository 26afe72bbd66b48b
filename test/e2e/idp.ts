/** A real OpenID Connect provider on this machine (`oidc-provider`), where everybody is who they say they are. */
import { once } from "node:events";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { type Configuration, type JWK, Provider } from "oidc-provider";
import type { Page } from "playwright-core";
import { freePort } from "../../scripts/lib/ports.ts";

export const CLIENT_ID = "cleardial-test";
export const SCOPE = "openid email profile groups";

export interface Account {
  name: string;
  email: string;
  groups: string[];
}

export interface Idp {
  issuer: string;
  close: () => void;
}

/** `accounts` by the name that is typed in at its login. */
export async function startIdp(accounts: Record<string, Account>, redirectUri: string): Promise<Idp> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: "none",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: {
      keys: [{ ...(privateKey.export({ format: "jwk" }) as JWK), kid: "test", use: "sig", alg: "RS256" }],
    },
    cookies: { keys: ["a key of no importance"] },
    scopes: ["openid", "email", "profile", "groups"],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    // Claims stand in the ID token, as with Entra ID, Google and Okta.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, sub) => {
      const account = accounts[sub];
      if (!account) return undefined;
      return { accountId: sub, claims: () => ({ sub, email_verified: true, ...account }) };
    },
  };
  const answer = new Provider(issuer, configuration).callback();
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, "localhost");
  await once(server, "listening");
  return {
    issuer,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What a person does in the provider's window: logs in, and agrees. It closes by itself. */
export async function logIn(window: Page, login: string): Promise<void> {
  const closed = window.waitForEvent("close");
  await window.locator("input[name=login]").fill(login);
  await window.locator("input[name=password]").fill("any");
  await window.locator("button[type=submit]").click();
  await window.getByRole("button", { name: "Continue" }).click();
  await closed;
}
