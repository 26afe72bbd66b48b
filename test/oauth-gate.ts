/**
 * An authorisation server for the Worker's tests: `oidc-provider`, which is certified, loaded once somebody asks for it. `/agree`
 * is a person in a browser: it follows an authorisation request to its end, and answers where that leads.
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK } from "oidc-provider";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    oauth: string;
  }
}

/** Apps of a company at a vendor's: refresh tokens of the second are good for one use. */
const APPS = ["still", "rotating"];
const SCOPES = ["oauth", "api", "refresh_token", "crm.objects.contacts", "crm.objects.companies"];

async function providerAt(issuer: string) {
  const { Provider } = await import("oidc-provider");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return new Provider(issuer, {
    clients: APPS.map((client_id) => ({
      client_id,
      client_secret: "a-secret-of-the-app",
      token_endpoint_auth_method: "client_secret_post",
      id_token_signed_response_alg: "ES256",
      redirect_uris: ["https://cleardial.test/connector-sign-in"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    })),
    jwks: { keys: [{ ...(privateKey.export({ format: "jwk" }) as JWK), use: "sig", alg: "ES256" }] },
    cookies: { keys: ["a key of no importance"] },
    scopes: SCOPES.flatMap((one) => [one, `${one}.read`, `${one}.write`]),
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    rotateRefreshToken: ({ oidc }) => oidc.client?.clientId === "rotating",
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, RefreshToken: 6000 },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  }).callback();
}

/** Logs in and agrees, from an authorisation request to where the provider sends the browser in the end. */
async function agree(issuer: string, query: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = `${issuer}/auth?${query}`;
  let form: Record<string, string> | null = null;
  while (next.startsWith(issuer)) {
    const answer: Response = await fetch(next, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const html = await answer.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1];
    const location = answer.headers.get("location");
    if (location === null && prompt === undefined) throw new Error(`led nowhere: ${answer.status} ${html}`);
    form = location === null ? { prompt: prompt!, login: "dora", password: "any" } : null;
    if (location !== null) next = new URL(location, next).href;
  }
  return next;
}

export default async function setup({ provide }: TestProject) {
  let provider: ReturnType<typeof providerAt> | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [path, query = ""] = (request.url ?? "").split("?");
    if (path === "/agree") response.end(await agree(issuer, query));
    else await (await (provider ??= providerAt(issuer)))(request, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  provide("oauth", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
