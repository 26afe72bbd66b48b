/** One question to a source over HTTP. */
import type * as z from "zod";
import { textWithin } from "../core/outbound.ts";
import { LookupError } from "./source.ts";

/** Bytes of an answer: far more than a short answer about each of 1,000 numbers. */
const MOST = 5_000_000;

/** The JSON answer, as a schema reads it. Throws a LookupError for anything else. */
export async function jsonOf<S extends z.ZodType>(
  source: string,
  schema: S,
  url: string,
  init: RequestInit,
): Promise<z.infer<S>> {
  // A redirect would hand the key and the number to another address.
  const response = await fetch(url, { ...init, redirect: "manual" }).catch((error: unknown) => {
    throw new LookupError(`${source}: ${error instanceof Error ? error.name : "no answer"}`);
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new LookupError(`${source}: ${response.status}`);
  }
  const text = await textWithin(response, MOST).catch(() => "");
  if (text === null) throw new LookupError(`${source}: too long`);
  const read = schema.safeParse(readJson(text));
  if (!read.success) throw new LookupError(`${source}: not understood`);
  return read.data;
}

/** Null where the text is not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** The init of a POST of JSON. */
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
