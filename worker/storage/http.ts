/** Shared by the stores that speak HTTP: requests with a timeout, sizes and byte ranges, and "not yet". */
import { retryAfter } from "../../shared/core/retry.ts";
import { DAY } from "../../shared/core/time.ts";
import { type Head, NoAnswer, type NotYet, type Range, StoreError } from "./store.ts";

/** A server that accepts a request but never answers must not block a person or a run for longer. */
const PATIENCE_MS = 20_000;
/** For uploads: the answer comes once the whole recording has arrived. */
export const PUT_PATIENCE_MS = 600_000;

/** Awaits a request. Throws a StoreError for a network failure or no answer in time. */
export async function ask(
  store: string,
  fetching: Promise<Response>,
  patienceMs = PATIENCE_MS,
): Promise<Response> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new NoAnswer(`${store}: no answer`)), patienceMs);
  });
  try {
    return await Promise.race([fetching, late]);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${store}: ${error instanceof Error ? error.message : "no answer"}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws a StoreError unless the status is one of these, and cancels the body. */
export async function expectStatus(
  store: string,
  response: Response,
  statuses: readonly number[],
): Promise<void> {
  if (statuses.includes(response.status)) return;
  await response.body?.cancel();
  throw new StoreError(`${store}: ${response.status}`);
}

/**
 * When to ask again, if a 409, 423, 429 or 503 has a Retry-After (RFC 9110, 10.2.3); else null. Who is busy or down is asked within a
 * day, whatever it says: nobody would look for what waits so long.
 */
export function notYet(response: Response, now: number): NotYet | null {
  if (![409, 423, 429, 503].includes(response.status)) return null;
  const isBusy = response.status === 429 || response.status === 503;
  const at = retryAfter(response.headers.get("retry-after"), now, isBusy ? DAY : undefined);
  return at === null ? null : { notBefore: new Date(at).toISOString() };
}

/** Size and type of audio, from the answer to `Range: bytes=0-0`, or the whole length from a server without ranges. */
export async function sizeOf(store: string, response: Response): Promise<Head> {
  const total =
    response.status === 206
      ? /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1]
      : response.headers.get("content-length");
  await response.body?.cancel();
  if (!total) throw new StoreError(`${store}: no length`);
  const type = response.headers.get("content-type") ?? "audio/mpeg";
  return { size: Number(total), type, etag: null, storedAt: null, sha256: null };
}

export const rangeHeader = ({ offset, length }: Range): string => `bytes=${offset}-${offset + length - 1}`;

/** The requested bytes, even if the server sends more: cut by Content-Range, or from the whole object. */
export function bytesOf(store: string, response: Response, range: Range): ReadableStream<Uint8Array> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  if (!body) throw new StoreError(`${store}: no body`);
  const [, from, to] = /^bytes (\d+)-(\d+)\//.exec(response.headers.get("content-range") ?? "") ?? [];
  const start = response.status === 206 ? Number(from ?? NaN) : 0;
  if (!(start <= range.offset)) throw new StoreError(`${store}: another range`);
  const exact = start === range.offset && Number(to) === range.offset + range.length - 1;
  return exact ? body : body.pipeThrough(only({ ...range, offset: range.offset - start }));
}

function only({ offset, length }: Range): TransformStream<Uint8Array, Uint8Array> {
  let at = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const part = chunk.subarray(Math.max(offset - at, 0), Math.max(offset + length - at, 0));
      at += chunk.byteLength;
      if (part.byteLength > 0) controller.enqueue(part);
      if (at >= offset + length) controller.terminate();
    },
  });
}
