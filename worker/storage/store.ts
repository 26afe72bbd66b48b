/**
 * A place where recordings lie, as small as it can be: a file a kind. What a store cannot do it throws as a StoreError;
 * what is not there is null and no error. No method tries twice: who calls it knows when.
 */
export interface Store {
  /** ISO country (or EU) that the audio lies in, by the store's own configuration; null where that does not tell. */
  region: string | null;
  /** How many recordings one run erases at the most, where the provider counts questions; the next run goes on. */
  perRun?: number;
  /** Writes a whole object; the stream knows its length (FixedLengthStream). Absent where the provider makes the recordings itself. */
  put?: (key: string, body: ReadableStream<Uint8Array>, about: About) => Promise<void>;
  /** Some bytes of an object that is there. */
  read: (key: string, range: Range) => Promise<ReadableStream<Uint8Array>>;
  head: (key: string, signal?: AbortSignal) => Promise<Head | null>;
  /** Null where the store says that it is gone, or was not there; else when the provider says that it can erase it. */
  erase: (key: string, signal?: AbortSignal) => Promise<NotYet | null>;
}

export interface Head {
  size: number;
  type: string;
}
/** `sha256`, where it is known before: the store refuses other bytes itself. */
export interface About extends Head {
  sha256: string | null;
}
export interface Range {
  offset: number;
  length: number;
}
/** `notBefore` is ISO 8601 in UTC. */
export interface NotYet {
  notBefore: string;
}

/** The message names a store and what it answered, never a key: it stands on the trail and on the desk. */
export class StoreError extends Error {}
