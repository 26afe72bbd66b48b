/** The interface of a provider's call list, read page by page; one file a provider. Throws a StoreError when it fails. */
import type { CallOutcome } from "../../shared/call-logs/api.ts";
import { beginning } from "../../shared/core/text.ts";
import type { Heard } from "../call-logs/heard.ts";
import type { Env } from "../env.ts";
import type { NotYet } from "../storage/store.ts";

/** A call as the provider lists it. `number` is as written there. */
export interface Listed {
  providerId: string;
  number: string;
  agent: string | null;
  direction: "inbound" | "outbound";
  startedAt: string;
  seconds: number | null;
  /** Where the provider says that a person heard it, and what; null: it does not say, or nobody did. */
  outcome: CallOutcome | null;
  /** What the called person said, where the provider has what its agents noted. */
  heard?: Heard["what"] | undefined;
  /** The number that it showed, of an inbound call the number of ours that was called, as written, or WITHHELD; null: not said. */
  shown: string | null;
}
/** A person as the provider names them, as much as is kept. */
export const nameOf = (name: string | null | undefined): string | null =>
  name == null ? null : beginning(name, 200);

/** A period, ISO 8601 in UTC. */
export interface Stretch {
  since: string;
  until: string;
}
export interface Page {
  calls: Listed[];
  /** The next page's cursor, for `page`; null at the end. */
  next: string | null;
}

export interface CallList {
  /** One page of the calls that began in the period, or when to ask again. */
  page: (stretch: Stretch, at: string | null) => Promise<Page | NotYet>;
}

/** Opens the call list; null where the account is not configured. */
export type Open = (env: Env) => CallList | null;
