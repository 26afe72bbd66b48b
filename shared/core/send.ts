/**
 * Sends one request to the Worker and returns the answer's JSON, or throws. `key` is the Idempotency-Key. Retries where
 * that is safe. The command line and our pages each have an implementation.
 */
export type Send = <T>(
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: unknown,
  key?: string,
) => Promise<T>;
