/** A provider's list of calls, a page at a time: a file a provider. Throws a StoreError where it cannot be had. */
import type { Env } from "../env.ts";
import type { NotYet } from "../storage/store.ts";

/** A call as a provider lists it; its number is not read yet. */
export interface Listed {
  providerId: string;
  number: string;
  agent: string | null;
  direction: "inbound" | "outbound";
  startedAt: string;
  seconds: number | null;
}
/** From and to, ISO 8601 in UTC. */
export interface Stretch {
  since: string;
  until: string;
}
export interface Page {
  calls: Listed[];
  /** Where the next page is, as `page` takes it; null at the end. */
  next: string | null;
}

export interface CallList {
  /** One page of the calls that began in that stretch, or when the provider says that it can be asked again. */
  page: (stretch: Stretch, at: string | null) => Promise<Page | NotYet>;
}

/** Null where the account is not configured. */
export type Open = (env: Env) => CallList | null;
