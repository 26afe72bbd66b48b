/** Requests to the Worker, with the token. Retried if the network or the server fails. */
import { setTimeout as wait } from "node:timers/promises";
import type { Problem } from "../../shared/api.ts";
import { cliEn } from "../../shared/texts/cli/cli.en.ts";
import { pauseAfter } from "../../shared/core/retry.ts";
import { fill } from "../../shared/texts/language.ts";
import { type Exit, exitOf, exits } from "./exits.ts";

/**
 * An error that the person can correct: `main.ts` prints its message without a stack. `code` is stable, for --json; `exit` is
 * what the command ends with.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly exit: Exit;
  constructor(code: string, message: string, exit: Exit = exits.usage) {
    super(message);
    this.code = code;
    this.exit = exit;
  }
}

/** By default, how long to wait for a network or a Worker that does not answer. */
const PATIENCE_MS = 8_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** True if requests to this address stay on this machine. */
export const isLocal = (url: string): boolean =>
  ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);

/** The address without a final slash. Throws a Refusal for http: a token must not cross a network unencrypted. */
function baseOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Refusal("bad-address", fill(cliEn.badAddress, { url }));
  if (new URL(url).protocol === "http:" && !isLocal(url))
    throw new Refusal("not-https", fill(cliEn.notHttps, { url }));
  return url.replace(/\/+$/, "");
}

/** Sends one request and returns the answer's JSON. Throws a Refusal. `key` is an Idempotency-Key. */
export type Ask = <T>(method: string, path: string, body?: unknown, key?: string) => Promise<T>;

/**
 * `url` is the Worker's address. Only setting up and joining need no token. Tries again for `patienceMs`; each try ends after
 * `tryMs`, where that is given. Throws a Refusal for a bad address.
 */
export function client(
  url: string,
  token: string | undefined,
  patienceMs = PATIENCE_MS,
  tryMs?: number,
): Ask {
  const base = baseOf(url);
  return async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
    // Without a key, a repeated POST might take effect twice.
    const repeatable = method !== "POST" || key !== undefined;
    const until = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(base + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(tryMs === undefined ? {} : { signal: AbortSignal.timeout(tryMs) }),
      })
        // The connection may also fail while the answer arrives.
        .then(async (response) => new Response(await response.arrayBuffer(), response))
        .catch(() => null);
      const failed = answer === null || answer.status >= 500 || answer.status === 429;
      if (failed && repeatable && performance.now() < until) {
        await wait(pauseAfter(attempt, FIRST_PAUSE_MS, LONGEST_PAUSE_MS));
        continue;
      }
      if (answer === null) throw noAnswer(base);
      if (!answer.ok) throw await refusalOf(answer);
      return (await answer.json().catch(() => {
        throw new Refusal("not-cleardial", fill(cliEn.notClearDial, { url: base }));
      })) as T;
    }
  };
}

/** One request that is not repeated. Throws a Refusal. */
export async function once(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const base = baseOf(url);
  const answer = await fetch(base + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => null);
  if (answer === null) throw noAnswer(base);
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

/** An answer in NDJSON, as a stream. Throws a Refusal. */
export async function download(url: string, token: string, path: string): Promise<Response> {
  const answer = await once(url, token, "GET", path);
  if (!answer.headers.get("content-type")?.startsWith("application/x-ndjson"))
    throw new Refusal("not-cleardial", fill(cliEn.notClearDial, { url: baseOf(url) }));
  return answer;
}

const noAnswer = (url: string) => new Refusal("no-answer", fill(cliEn.noAnswer, { url }), exits.away);

async function refusalOf(answer: Response): Promise<Refusal> {
  const problem = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  const fields = problem?.errors?.map((e) => `${e.path}: ${e.message}`).join("; ");
  const words = [problem?.title ?? `Status ${answer.status}.`, problem?.detail, fields]
    .filter(Boolean)
    .join(" ");
  return new Refusal(problem?.code ?? `status-${answer.status}`, words, exitOf(answer.status));
}
