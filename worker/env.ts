import type { Role, Scope } from "../shared/people/api.ts";
import type { KeptRow } from "../shared/trail/chain.ts";
import type { Slice } from "./connectors/message.ts";
import type { CodedToken, LedgerCalls } from "./core/change.ts";
import type { Work } from "./core/queue.ts";

/** The deployment's bindings, variables and secrets; see wrangler.toml and docs/deploy.md. */
export interface Env {
  DB: D1Database;
  LEDGER: DurableObjectNamespace<LedgerCalls>;
  ASSETS: Fetcher;
  /** The one browser origin that may call the API: the extension's. */
  EXTENSION_ORIGIN: string;
  /** Where people install it, https: the page of an invite's link leads there. */
  EXTENSION_LINK?: string;
  /** A secret: the code for POST /v1/setup. Without it, set-up is refused. */
  SETUP_CODE?: string;
  /**
   * The company's OpenID Connect provider. Single sign-on needs issuer and client. They belong to the deployment, not to
   * the policy: a person who may edit the policy must not be able to name an issuer of their own.
   */
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  /** A secret. Google requires one; a public client has none. */
  OIDC_CLIENT_SECRET?: string;
  /** The name on the button "Sign in with …". */
  OIDC_NAME?: string;
  OIDC_SCOPE?: string;
  /** "true": trust e-mail addresses even where the provider does not say `email_verified`. See docs/sign-in.md. */
  OIDC_TRUST_EMAIL?: string;
  /** Rate limit of unauthenticated writes, by IP address. */
  DOOR?: RateLimit;
  /** Rate limit of requests, by token. */
  PACE?: RateLimit;
  /** Rate limit of the gate, by integration. */
  GATE?: RateLimit;
  /** Holds closed months of the audit trail and its signed heads. */
  ARCHIVE: R2Bucket;
  /** The archive's jurisdiction, if its bucket has one: "eu" or "fedramp". */
  ARCHIVE_JURISDICTION?: string;
  /**
   * R2's buckets, each for one purpose (shared/recordings/places.ts): recordings, requests' files, copies for requesters. Used in
   * development. docs/recordings.md describes these and all stores below.
   */
  RECORDINGS?: R2Bucket;
  FILES?: R2Bucket;
  COPIES?: R2Bucket;
  /** Their jurisdiction: "eu" or "fedramp". Without one, R2 does not tell where it keeps an object. */
  R2_JURISDICTION?: string;
  /** Development only: the country of this machine, on whose disk the bucket is. */
  LOCAL_REGION?: string;
  /** A store with the S3 API, such as https://s3.eu-west-2.amazonaws.com. S3_KEY_ID and S3_SECRET are secrets. */
  S3_ENDPOINT?: string;
  /** Its buckets, each for one purpose: recordings, requests' files, copies for requesters. */
  S3_BUCKET?: string;
  S3_FILES_BUCKET?: string;
  S3_COPIES_BUCKET?: string;
  /** The region in SigV4 signatures, such as eu-west-2. */
  S3_REGION?: string;
  S3_KEY_ID?: string;
  S3_SECRET?: string;
  /** The country of a store outside Amazon. Amazon's endpoints name their region themselves. */
  S3_COUNTRY?: string;
  /** The token is a secret: it signs webhooks and authenticates to the API. The region is us1 (the default), ie1 or au1. */
  TWILIO_ACCOUNT_SID?: string;
  TWILIO_AUTH_TOKEN?: string;
  TWILIO_REGION?: string;
  /** The API's id and token, and the webhook's own token, are secrets. The country is the one in Aircall's contract. */
  AIRCALL_ID?: string;
  AIRCALL_TOKEN?: string;
  AIRCALL_HOOK_TOKEN?: string;
  AIRCALL_COUNTRY?: string;
  /** A secret, 32 bytes as base64 (`openssl rand -base64 32`), that seals CRMs' credentials. See docs/connectors.md. */
  CONNECTOR_KEY?: string;
  /** The next slice of each run through a CRM. */
  SLICES: Queue<Slice>;
  /** What is due, by kind of work: worker/jobs/README.md. Without them the clock does it, less of it in a run. */
  ERASURE?: Queue<Work>;
  MAIL?: Queue<Work>;
  WEBHOOKS?: Queue<Work>;
  MARKS?: Queue<Work>;
  COPYING?: Queue<Work>;
  /** A secret, shared with the company's own system that reports recordings to /v1/hooks/generic. */
  HOOK_SECRET?: string;
  /** Secrets, one for each source of registers by lookup; a source can be turned on once its secret is set. See docs/lookup.md. */
  DATA8_KEY?: string;
  T2A_KEY?: string;
  TPSCLEAR_KEY?: string;
  /** A secret: JSON that describes any other lookup service (worker/lookups/sources/mapped.ts). */
  LOOKUP_MAP?: string;
  /** The sender of mail, `name@host` or `Name <name@host>`. Without it, mail waits in the outbox. */
  MAIL_FROM?: string;
  /** Cloudflare's mail binding, used where MAIL_URL is not set. */
  EMAIL?: SendEmail;
  /** An HTTP API with Resend's request format, such as https://api.resend.com/emails. MAIL_TOKEN is a secret. */
  MAIL_URL?: string;
  MAIL_TOKEN?: string;
  /**
   * A secret: the Ed25519 key that signs heads of the audit trail and gives each row its code, PKCS #8 as base64. `cleardial audit key` makes one, as
   * does `openssl genpkey -algorithm ed25519 -outform DER | base64 -w0`.
   */
  AUDIT_KEY?: string;
  /** Secrets: AUDIT_KEY_2 replaces AUDIT_KEY, AUDIT_KEY_3 that, and so on. Those before stay, to compare rows of their time. */
  [next: `AUDIT_KEY_${number}`]: string | undefined;
  /** An RFC 3161 timestamp service, asked once a day for the head of the audit trail. */
  TSA_URL?: string;
  /** No binding: in a run of the clock, whether it has asked for about as much as it may (storage/closed/calls.ts). */
  isSpent?: () => boolean;
  /** No binding: rows of the trail that a run of the clock has read, by their numbers (`rowsOnce` in trail/rows.ts). */
  rowsRead?: Map<number, KeptRow>;
}

/** The authenticated caller, set by `admit` (core/auth.ts). */
export interface Actor {
  id: string;
  kind: "person" | "integration";
  name: string;
  /** A person's; of an integration always `agent`. */
  role: Role;
  /** An integration's; of a person always none. */
  scopes: readonly Scope[];
  tokenId: string;
}

export interface App {
  Bindings: Env;
  Variables: {
    actor: Actor | undefined;
    /** Whether the trail says of a token without its code that it was there before there were codes (trail/coded.ts). */
    vouch: (env: Env, token: CodedToken) => Promise<boolean>;
    idempotency: { key: string; fingerprint: string } | undefined;
    /** Set once a commit contains `changed(…)`: the watching then runs behind the answer. */
    noticed?: true;
  };
}
