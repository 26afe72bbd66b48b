/**
 * Signs in with the company's OpenID Connect provider: authorisation code with PKCE (RFC 7636), in a window that Chrome
 * opens. The extension takes the code to the Worker, which exchanges it and verifies the ID token.
 */
import type { SsoAnswer, TokenAnswer } from "../../../shared/people/api.ts";
import type { Answer } from "../../messages.ts";
import type { AccountStore } from "./account.ts";
import { send, testAddress } from "./address.ts";

export interface SignInDeps {
  account: AccountStore;
  fetch: typeof fetch;
  device: string;
  /** The address that Chrome reserves for us: when the window reaches it, Chrome closes it and hands us the URL. */
  redirectUri: string;
  /** Opens the provider's page and resolves with the URL at which it ends. Rejects if the person closes it. */
  flow: (url: string) => Promise<string | undefined>;
}

type Failed = { ok: false; code: string; detail: string };
const failed = (code: string, detail = ""): Failed => ({ ok: false, code, detail });
type Provider = NonNullable<SsoAnswer["provider"]>;

export function openSignIn({ account, fetch: get, device, redirectUri, flow }: SignInDeps) {
  return {
    /** The provider's name for the button; null if the Worker offers no sign-in or does not answer. */
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

  /** Sends the person to the provider. Returns the authorisation code, or why there is none. */
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
    // Chrome may close the window without a URL, or with an invalid one.
    if (!URL.canParse(ended ?? "")) return failed("sso-page");
    const answer = new URL(ended!).searchParams;
    const issuer = answer.get("iss");
    // An answer to another sign-in, or from another provider (RFC 9207): it may be forged.
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
