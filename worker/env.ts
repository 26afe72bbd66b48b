import type { Role } from "../shared/api.ts";
import type { Ledger } from "./audit.ts";

/** Bindings of the deployment; see wrangler.toml. */
export interface Env {
  DB: D1Database;
  LEDGER: DurableObjectNamespace<Ledger>;
  ASSETS: Fetcher;
  /** The one browser origin that may call the API: the extension's. */
  EXTENSION_ORIGIN: string;
  /** A secret. Without it, set-up is refused. */
  SETUP_CODE?: string;
}

/** Who asks: set by the role check of a route. */
export interface Actor {
  id: string;
  name: string;
  role: Role;
  tokenId: string;
}

export interface App {
  Bindings: Env;
  Variables: { actor: Actor | undefined; idempotency: { key: string; fingerprint: string } | undefined };
}
