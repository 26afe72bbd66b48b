/** Reads the Worker's address as a person writes it, and tests what answers there. */
import type { HealthAnswer, Problem } from "../../../shared/api.ts";
import type { Answer } from "../../messages.ts";
import { API, OLDEST_API } from "../api-version.ts";

const PATIENCE_MS = 10_000;

type Tested = Answer<"ui.test">;

/** The origin of what a person wrote, with https if they left it out. Refuses http: a token must not cross a network unencrypted. */
export function readAddress(
  written: string,
): { ok: true; url: string } | { ok: false; code: "bad-address" | "not-https" } {
  const text = written.trim();
  const local = /^(localhost|127\.|\[::1\])/.test(text);
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${local ? "http" : "https"}://${text}`;
  if (text === "" || !URL.canParse(full)) return { ok: false, code: "bad-address" };
  const url = new URL(full);
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || !/^(localhost|.*[.:].*)$/.test(url.hostname))
    return { ok: false, code: "bad-address" };
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return { ok: false, code: "not-https" };
  return { ok: true, url: url.origin };
}

const isLoopback = (hostname: string) =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127(\.\d{1,3}){3}$/.test(hostname);

/** Tests the address: the Worker's health if it is a version that we understand, else what is wrong. */
export async function testAddress(written: string, get: typeof fetch): Promise<Tested> {
  const read = readAddress(written);
  if (!read.ok) return { ...read, detail: "" };
  let answer: Response;
  try {
    answer = await get(`${read.url}/v1/health`, { ...quiet, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    // A server without CORS for us fails like no server at all. A no-cors request tells the two apart: it hides the
    // content, but shows that something answers.
    const there = await get(read.url, {
      ...quiet,
      mode: "no-cors",
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).then(
      () => true,
      () => false,
    );
    return { ok: false, code: there ? "not-cleardial" : "no-answer", detail: read.url };
  }
  const health = (await answer.json().catch(() => null)) as Partial<HealthAnswer> | null;
  if (!answer.ok || health?.ok !== true || typeof health.api !== "number")
    return {
      ok: false,
      code: answer.status >= 500 ? "no-answer" : "not-cleardial",
      detail: `HTTP ${answer.status}`,
    };
  if (health.api > API) return { ok: false, code: "too-old", detail: health.version ?? "" };
  if (health.api < OLDEST_API) return { ok: false, code: "worker-too-old", detail: health.version ?? "" };
  return { ok: true, url: read.url, version: health.version ?? "", setup: health.setup === true };
}

const quiet: RequestInit = { cache: "no-store", credentials: "omit" };

export type Sent<T> = { ok: true; data: T } | { ok: false; code: string; detail: string };

/** One request without the WorkerClient, before there is an account. If the Worker refuses: its problem's code. */
export async function send<T>(
  get: typeof fetch,
  url: string,
  { body, token }: { body?: unknown; token?: string } = {},
): Promise<Sent<T>> {
  try {
    const answer = await get(url, {
      ...quiet,
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const data: unknown = await answer.json().catch(() => null);
    if (answer.ok) return { ok: true, data: data as T };
    const problem = data as Partial<Problem> | null;
    return {
      ok: false,
      code: problem?.code ?? "no-answer",
      detail: problem?.detail ?? `HTTP ${answer.status}`,
    };
  } catch {
    return { ok: false, code: "no-answer", detail: url };
  }
}
