/**
 * A store of recordings, one file a kind. Methods throw a StoreError when they fail; a missing object is null, not an
 * error. No method retries: its callers decide when to.
 */
export interface Store {
  /** ISO country code (or EU) where the audio is, by the store's own configuration; null if that does not tell. */
  region: string | null;
  /** Most recordings that one run erases, for a provider with a request limit. The next run continues. */
  perRun?: number;
  /** Writes a whole object; the stream must be a FixedLengthStream. Absent where the provider makes the recordings. */
  put?: (key: string, body: ReadableStream<Uint8Array>, about: About) => Promise<void>;
  /** Reads a range of an existing object; with an ETag, only of that version. */
  read: (key: string, range: Range, etag?: string | null) => Promise<ReadableStream<Uint8Array>>;
  head: (key: string, signal?: AbortSignal) => Promise<Head | null>;
  /** A provider's own word on a recording that it keeps; null where it has none of that id. Absent in the company's stores. */
  tells?: (key: string) => Promise<Told | null>;
  /**
   * Null once the object is gone, or if it never was there; else when the provider will be able to erase it. With an ETag, only
   * that version, where the store can compare and erase in one: S3 does, R2's binding does not.
   */
  erase: (key: string, signal?: AbortSignal, etag?: string | null) => Promise<NotYet | null>;
}

export interface Head {
  size: number;
  type: string;
  /** Of this version of the object; null where the store has none. */
  etag: string | null;
  /** When it was stored, in milliseconds; null where the store does not say. */
  storedAt: number | null;
  /** Of its bytes, in hex, by the store's own count; null where it has none. */
  sha256: string | null;
}
/** `startedAt` is ISO 8601 in UTC. */
export interface Told {
  startedAt: string;
  seconds: number;
}
/** `sha256` in hex, if known before the upload: then the store itself refuses other bytes. */
export type About = Pick<Head, "size" | "type" | "sha256">;
export interface Range {
  offset: number;
  length: number;
}
/** `notBefore` is ISO 8601 in UTC. */
export interface NotYet {
  notBefore: string;
}

/** The message names the store and its answer, never a key: it is shown on the trail and on the desk. */
export class StoreError extends Error {}

/** `read`, `erase`: the store has another version than was asked for. */
export class OtherVersion extends StoreError {}

/** A store did not answer in time. */
export class NoAnswer extends StoreError {}

/**
 * Fails with NoAnswer after `ms`, so that a store that does not answer delays no other. R2's binding takes no signal, hence the race.
 */
export async function within<T>(
  store: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const patience = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer(`${store}: no answer in time`));
      patience.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(patience.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}
