/**
 * Signing in by the company's provider: authorisation code with PKCE (RFC 7636) in a window of Chrome's own. We send
 * the person there and bring the code back; the Worker exchanges it and checks who it is.
 */
import type { SsoAnswer, TokenAnswer } from "../../../shared/people/api.ts";
import type { Answer } from "../../messages.ts";
import type { AccountRoom } from "./account.ts";
import { send, testAddress } from "./address.ts";

export interface SignInDeps {
  account: AccountRoom;
  fetch: typeof fetch;
  device: string;
  /** The address that Chrome keeps for us: a window that comes to it is ours to read, and closes. */
  redirectUri: string;
  /** Shows the provider's page and answers the address that it ends at. Rejects when the person closes it. */
  flow: (url: string) => Promise<string | undefined>;
}

type Failed = { ok: false; code: string; detail: string };
const failed = (code: string, detail = ""): Failed => ({ ok: false, code, detail });
type Provider = NonNullable<SsoAnswer["provider"]>;

export function openSignIn({ account, fetch: get, device, redirectUri, flow }: SignInDeps) {
  return {
    /** What the button says; null where the Worker offers no sign-in, or cannot say. */
    async provider(workerUrl: string): Promise<{ name: string | null }> {
      const tested = await testAddress(workerUrl, get);
      if (!tested.ok || tested.setup) return { name: null };
      const answer = await send<SsoAnswer>(get, `${tested.url}/v1/sso`);
      return { name: (answer.ok && answer.data.provider?.name) || null };
    },

    async signIn(workerUrl: string): Promise<Answer<"ui.signIn">> {
      const tested = await testAddress(workerUrl, get);
      if (!tested.ok) return tested;
      const offered = await send<SsoAnswer>(get, `${tested.url}/v1/sso`);
      if (!offered.ok) return offered;
      const { provider } = offered.data;
      if (!provider) return failed("sso-off");
      const verifier = secret();
      const nonce = secret();
      const code = await askProvider(provider, verifier, nonce);
      if (typeof code !== "string") return code;
      const body = { code, verifier, nonce, redirectUri, device };
      const answer = await send<TokenAnswer>(get, `${tested.url}/v1/sso`, { body });
      if (!answer.ok) return answer;
      const { token, person } = answer.data;
      await account.enter({ url: tested.url, token, person, company: "" });
      return { ok: true, person };
    },
  };

  /** The code that the provider gives for the person who signed in there. */
  async function askProvider(provider: Provider, verifier: string, nonce: string): Promise<string | Failed> {
    const state = secret();
    const url = new URL(provider.authorizationEndpoint);
    const question = {
      response_type: "code",
      client_id: provider.clientId,
      redirect_uri: redirectUri,
      scope: provider.scope,
      state,
      nonce,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(question)) url.searchParams.set(name, value);
    let ended: string | undefined;
    try {
      ended = await flow(url.href);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return failed(/did not approve/i.test(words) ? "sso-cancelled" : "sso-page", words);
    }
    // Chrome may close the window without an address, or with one that nobody can read.
    if (!URL.canParse(ended ?? "")) return failed("sso-page");
    const answer = new URL(ended!).searchParams;
    const issuer = answer.get("iss");
    // An answer to another sign-in, or another provider's (RFC 9207): somebody may have slipped it in.
    if (answer.get("state") !== state || (issuer !== null && issuer !== provider.issuer))
      return failed("sso-state");
    const code = answer.get("code");
    return code ?? failed("sso-denied", answer.get("error_description") ?? answer.get("error") ?? "");
  }
}

/** 256 random bits, base64url. */
const secret = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

export type SignIn = ReturnType<typeof openSignIn>;
