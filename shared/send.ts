/**
 * Sends one request to the Worker and gives the answer's JSON, or throws; `key` makes it one however often it is sent.
 * It tries again by itself where that is safe. The command line and pages each have their own.
 */
export type Send = <T>(
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: unknown,
  key?: string,
) => Promise<T>;
