/** The extension's half of signing in: what it sends to the provider, and which answers it throws away. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openAccount } from "../../../extension/background/sign-in/account.ts";
import { openCachedStorage } from "../../../extension/background/storage.ts";
import { openSignIn } from "../../../extension/background/sign-in/provider.ts";
import { MemoryArea } from "../double.ts";

const REDIRECT = "https://abc.chromiumapp.org/sso";
const ISSUER = "https://login.example";
const provider = {
  name: "Example ID",
  issuer: ISSUER,
  clientId: "the-client",
  authorizationEndpoint: `${ISSUER}/authorize?tenant=1`,
  scope: "openid email",
};

interface World {
  /** Null: the Worker knows none. */
  offered?: typeof provider | null;
  refusal?: string | null;
}

function world({ offered = provider, refusal = null }: World = {}) {
  const area = new MemoryArea();
  const posted: Record<string, string>[] = [];
  let asked = new URLSearchParams();
  let answer: (asked: URLSearchParams) => Promise<string | undefined> = (q) =>
    Promise.resolve(`${REDIRECT}?code=the-code&state=${q.get("state")}&iss=${encodeURIComponent(ISSUER)}`);
  const get: typeof fetch = (input, init) => {
    const { pathname } = new URL(input as string);
    if (pathname === "/v1/health")
      return Promise.resolve(Response.json({ ok: true, api: 1, version: "1", at: "", setup: false }));
    if (pathname !== "/v1/sso") throw new Error(`No route ${pathname}`);
    if (init?.method !== "POST") return Promise.resolve(Response.json({ provider: offered }));
    posted.push(JSON.parse(init.body as string) as Record<string, string>);
    if (refusal !== null)
      return Promise.resolve(Response.json({ code: refusal, detail: "why" }, { status: 403 }));
    return Promise.resolve(
      Response.json({ token: "cdt_sso", person: { id: "p7", name: "Pat" } }, { status: 201 }),
    );
  };
  const account = openAccount({
    local: openCachedStorage(area),
    fetch: get,
    device: "Chrome",
    changed: () => {},
  });
  const room = openSignIn({
    account,
    fetch: get,
    device: "Chrome",
    redirectUri: REDIRECT,
    flow(url) {
      expect(url).toMatch(/^https:\/\/login\.example\/authorize\?tenant=1&/);
      asked = new URL(url).searchParams;
      return answer(asked);
    },
  });
  return {
    posted,
    stored: () => area.items["account"],
    asked: () => asked,
    answers: (next: typeof answer) => (answer = next),
    signIn: () => room.signIn("https://cd.example"),
    name: () => room.provider("https://cd.example"),
  };
}

describe("signing in", () => {
  it("asks for a code with PKCE, and brings it to the Worker with what proves that it was us", async () => {
    const { signIn, asked, posted, stored } = world();
    expect(await signIn()).toMatchObject({ ok: true, person: { id: "p7" } });
    const [sent] = posted;
    expect(sent).toMatchObject({ code: "the-code", redirectUri: REDIRECT, device: "Chrome" });
    expect(sent!["verifier"]).toMatch(/^[\w-]{43}$/);
    expect(Object.fromEntries(asked())).toMatchObject({
      response_type: "code",
      client_id: "the-client",
      redirect_uri: REDIRECT,
      scope: "openid email",
      code_challenge_method: "S256",
      code_challenge: createHash("sha256").update(sent!["verifier"]!).digest("base64url"),
      nonce: sent!["nonce"],
    });
    expect(JSON.stringify([...asked()])).not.toContain(sent!["verifier"]);
    expect(stored()).toMatchObject({ url: "https://cd.example", token: "cdt_sso" });
    // Nothing of it is used twice.
    const first = Object.fromEntries(asked());
    await signIn();
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked().get(name)).not.toBe(first[name]);
  });

  it.each<[string, (asked: URLSearchParams) => Promise<string | undefined>, string]>([
    ["of another sign-in", () => Promise.resolve(`${REDIRECT}?code=theirs&state=theirs`), "sso-state"],
    ["without a state", () => Promise.resolve(`${REDIRECT}?code=theirs`), "sso-state"],
    [
      "of another provider",
      (q) => Promise.resolve(`${REDIRECT}?code=c&state=${q.get("state")}&iss=https://evil.example`),
      "sso-state",
    ],
    [
      "that says no",
      (q) => Promise.resolve(`${REDIRECT}?error=access_denied&state=${q.get("state")}`),
      "sso-denied",
    ],
    [
      "of a closed window",
      () => Promise.reject(new Error("The user did not approve access.")),
      "sso-cancelled",
    ],
    ["without an address", () => Promise.resolve(undefined), "sso-page"],
    ["with an address that is none", () => Promise.resolve("not an address"), "sso-page"],
    ["of no page", () => Promise.reject(new Error("Authorization page could not be loaded.")), "sso-page"],
  ])("an answer %s is not brought to the Worker", async (_, answer, code) => {
    const { signIn, answers, posted, stored } = world();
    answers(answer);
    expect(await signIn()).toMatchObject({ ok: false, code });
    expect(posted).toEqual([]);
    expect(stored()).toBeUndefined();
  });

  it("passes on why the Worker refuses, and stores nothing", async () => {
    const { signIn, stored } = world({ refusal: "sso-no-account" });
    expect(await signIn()).toEqual({ ok: false, code: "sso-no-account", detail: "why" });
    expect(stored()).toBeUndefined();
  });

  it("is offered where the Worker has a provider", async () => {
    expect(await world().name()).toEqual({ name: "Example ID" });
    const none = world({ offered: null });
    expect(await none.name()).toEqual({ name: null });
    expect(await none.signIn()).toMatchObject({ ok: false, code: "sso-off" });
  });
});
