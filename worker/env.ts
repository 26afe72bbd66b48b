import type { Role } from "../shared/people/api.ts";
import type { Slice } from "./connectors/message.ts";
import type { LedgerCalls } from "./core/change.ts";

/** Bindings of the deployment; see wrangler.toml. */
export interface Env {
  DB: D1Database;
  LEDGER: DurableObjectNamespace<LedgerCalls>;
  ASSETS: Fetcher;
  /** The one browser origin that may call the API: the extension's. */
  EXTENSION_ORIGIN: string;
  /** A secret. Without it, set-up is refused. */
  SETUP_CODE?: string;
  /**
   * The company's OpenID Connect provider; without issuer and client there is no single sign-on. Set where the Worker
   * is deployed and not by policy: whoever may edit the policy must not be able to name an issuer of their own.
   */
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  /** A secret. Google wants one; a public client has none. */
  OIDC_CLIENT_SECRET?: string;
  /** What the button says: "Sign in with …". */
  OIDC_NAME?: string;
  OIDC_SCOPE?: string;
  /** "true": e-mail addresses count also where the provider does not say that it verified them. See docs/sign-in.md. */
  OIDC_TRUST_EMAIL?: string;
  /** Counts tries to get in, by address. */
  DOOR?: RateLimit;
  /** Counts requests, by token. */
  PACE?: RateLimit;
  /** Where closed months of the audit trail and its signed heads go. */
  ARCHIVE: R2Bucket;
  /** Recordings in R2: what development has. See docs/recordings.md for all of these. */
  RECORDINGS?: R2Bucket;
  /** The bucket's jurisdiction, where it has one: "eu" or "fedramp". Without it nobody can say where R2 keeps what. */
  R2_JURISDICTION?: string;
  /** Development only: the bucket is this machine's disk, in this country. */
  LOCAL_REGION?: string;
  /** A store that speaks S3, such as https://s3.eu-west-2.amazonaws.com; key id and secret are secrets. */
  S3_ENDPOINT?: string;
  S3_BUCKET?: string;
  /** As the signature names it: eu-west-2. */
  S3_REGION?: string;
  S3_KEY_ID?: string;
  S3_SECRET?: string;
  /** The country that a store which is not Amazon's stands in; Amazon's endpoints say it themselves. */
  S3_COUNTRY?: string;
  /** The token is a secret: it signs webhooks and opens the API. The region is us1 (which it is unless set), ie1 or au1. */
  TWILIO_ACCOUNT_SID?: string;
  TWILIO_AUTH_TOKEN?: string;
  TWILIO_REGION?: string;
  /** The API's id and token, and the webhook's own token, are secrets. The country is what Aircall's contract says. */
  AIRCALL_ID?: string;
  AIRCALL_TOKEN?: string;
  AIRCALL_HOOK_TOKEN?: string;
  AIRCALL_COUNTRY?: string;
  /** A secret, 32 bytes as base64 (`openssl rand -base64 32`): CRMs' credentials are sealed with it. docs/connectors.md. */
  CONNECTOR_KEY?: string;
  /** The next slice of each run through a CRM. */
  SLICES: Queue<Slice>;
  /** A secret, shared with a system of your own that reports recordings to /v1/hooks/generic. */
  HOOK_SECRET?: string;
  /** Secrets, each of one source of registers by lookup; what is set may be turned on. See docs/lookup.md. */
  DATA8_KEY?: string;
  T2A_KEY?: string;
  TPSCLEAR_KEY?: string;
  /** A secret: any other service as a mapping, in JSON (worker/lookups/sources/mapped.ts). */
  LOOKUP_MAP?: string;
  /** Who mail is from, `name@host` or `Name <name@host>`. Without it no mail is sent: it waits. */
  MAIL_FROM?: string;
  /** Cloudflare's way to send mail, where MAIL_URL is not set. */
  EMAIL?: SendEmail;
  /** An HTTP API that takes Resend's request, such as https://api.resend.com/emails, and its token, a secret. */
  MAIL_URL?: string;
  MAIL_TOKEN?: string;
  /**
   * A secret: the Ed25519 key that heads of the audit trail are signed with, PKCS #8 as base64. `cleardial audit key`
   * makes one, and so does `openssl genpkey -algorithm ed25519 -outform DER | base64 -w0`.
   */
  AUDIT_KEY?: string;
  /** An RFC 3161 timestamp service, asked once a day for the head of the audit trail. */
  TSA_URL?: string;
}

/** Who asks: set by the role check of a route. */
export interface Actor {
  id: string;
  kind: "person" | "integration";
  name: string;
  role: Role;
  tokenId: string;
}

export interface App {
  Bindings: Env;
  Variables: {
    actor: Actor | undefined;
    idempotency: { key: string; fingerprint: string } | undefined;
    /** Something was written that open pages must notice, and those who watch numbers. */
    noticed?: true;
  };
}
