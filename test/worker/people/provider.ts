/** A sign-in provider in memory that can lie. It replaces the Worker's `fetch`. */
import * as jose from "jose";
import { vi } from "vitest";

export const ISSUER = "https://login.example.test/tenant";
export const CLIENT = "cleardial-client";

export interface Claims extends jose.JWTPayload {
  nonce?: string;
}

interface Key {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

export class LyingProvider {
  issuer = ISSUER;
  /** Claims that override an honest ID token's. */
  claims: Claims = {};
  /** Signs ID tokens in place of the honest signer. */
  sign: ((claims: Claims) => Promise<string>) | null = null;
  /** Overrides a path's answer, or fails in its place. */
  instead: Record<string, () => Promise<Response>> = {};
  /** The token endpoint's last request. */
  form = new URLSearchParams();
  authorization: string | null = null;
  /** Further fields of the token endpoint's answer. */
  besides: object = {};
  /** Number of requests for the keys. */
  keysRead = 0;
  methods: string[] | undefined;
  #key!: Key;

  static async start(): Promise<LyingProvider> {
    const provider = new LyingProvider();
    await provider.rotate();
    vi.stubGlobal("fetch", (input: RequestInfo, init?: RequestInit) =>
      provider.#answer(new Request(input, init)),
    );
    return provider;
  }

  /** Rotates the key: from now on, only a new one signs and is published. */
  async rotate(): Promise<void> {
    this.#key = {
      // The Worker keeps keys by it, for all files of a run.
      kid: crypto.randomUUID(),
      ...(await jose.generateKeyPair("RS256", { extractable: true })),
    };
  }

  get key(): Key {
    return this.#key;
  }

  honest(): Claims {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, aud: CLIENT, sub: "someone", iat: now, exp: now + 300, ...this.claims };
  }

  signed(claims: Claims, { kid, privateKey }: Pick<Key, "kid" | "privateKey"> = this.#key): Promise<string> {
    return new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  }

  async #answer(request: Request): Promise<Response> {
    const { origin, pathname } = new URL(request.url);
    if (!request.url.startsWith(this.issuer)) throw new TypeError(`No connection to ${origin}`);
    const path = pathname.slice(new URL(this.issuer).pathname.replace(/\/$/, "").length);
    const lie = this.instead[path];
    if (lie) return lie();
    switch (path) {
      case "/.well-known/openid-configuration":
        return Response.json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          ...(this.methods && { token_endpoint_auth_methods_supported: this.methods }),
        });
      case "/keys":
        this.keysRead++;
        return Response.json({
          keys: [
            { ...(await jose.exportJWK(this.#key.publicKey)), kid: this.#key.kid, use: "sig", alg: "RS256" },
          ],
        });
      case "/token":
        this.form = new URLSearchParams([...(await request.formData())] as [string, string][]);
        this.authorization = request.headers.get("authorization");
        return Response.json({
          access_token: "unused",
          token_type: "Bearer",
          ...this.besides,
          id_token: await (this.sign ?? ((claims: Claims) => this.signed(claims)))(this.honest()),
        });
      default:
        return new Response("no", { status: 404 });
    }
  }
}
