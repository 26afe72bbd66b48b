/** One question over HTTP, answered in JSON that fits a schema; anything else is a LookupError. */
import type * as z from "zod";
import { LookupError } from "./lookup.ts";

export async function jsonOf<S extends z.ZodType>(
  source: string,
  schema: S,
  url: string,
  init: RequestInit,
): Promise<z.infer<S>> {
  // Another address would be given the key, and the number.
  const response = await fetch(url, { ...init, redirect: "manual" }).catch((error: unknown) => {
    throw new LookupError(`${source}: ${error instanceof Error ? error.name : "no answer"}`);
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new LookupError(`${source}: ${response.status}`);
  }
  const answer: unknown = await response.json().catch(() => null);
  const read = schema.safeParse(answer);
  if (!read.success) throw new LookupError(`${source}: not understood`);
  return read.data;
}

/** A POST of JSON. */
export const posted = (
  body: unknown,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): RequestInit => ({
  method: "POST",
  signal,
  headers: { "content-type": "application/json", accept: "application/json", ...headers },
  body: JSON.stringify(body),
});
