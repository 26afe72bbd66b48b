/** Requests to a Worker: with the token, tried again where the network or the server failed. */
import type { Problem } from "../../shared/api.ts";
import { cliEn } from "../../shared/texts/cli/cli.en.ts";
import { pauseAfter } from "../../shared/retry.ts";
import { fill } from "../../shared/texts/language.ts";

/** Something a person can mend: printed without a stack. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** How long a network or a Worker that is away is waited for, where nothing else is said. */
const PATIENCE_MS = 8_000;
const LONGEST_PAUSE_MS = 5_000;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Nobody but this machine is on the way. */
export const isLocal = (url: string): boolean =>
  ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);

/** The address, if it is one; a token must not cross a network in the clear. */
function baseOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Refusal("bad-address", fill(cliEn.badAddress, { url }));
  if (new URL(url).protocol === "http:" && !isLocal(url))
    throw new Refusal("not-https", fill(cliEn.notHttps, { url }));
  return url.replace(/\/+$/, "");
}

/** Sends one request and gives the answer's JSON, or throws a Refusal. `key` is an Idempotency-Key. */
export type Ask = <T>(method: string, path: string, body?: unknown, key?: string) => Promise<T>;

/** `url` is the Worker's address. Requests without a token are those of set-up. */
export function client(url: string, token: string | undefined, patienceMs = PATIENCE_MS): Ask {
  const base = baseOf(url);
  return async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
    // What creates is only repeated under a key: otherwise it might be done twice.
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
      })
        // The network may also be lost while the answer comes in.
        .then(async (response) => new Response(await response.arrayBuffer(), response))
        .catch(() => null);
      const failed = answer === null || answer.status >= 500 || answer.status === 429;
      if (failed && repeatable && performance.now() < until) {
        await wait(pauseAfter(attempt, 500, LONGEST_PAUSE_MS));
        continue;
      }
      if (answer === null) throw new Refusal("no-answer", fill(cliEn.noAnswer, { url: base }));
      if (!answer.ok) throw await refusalOf(answer);
      return (await answer.json().catch(() => {
        throw new Refusal("not-cleardial", fill(cliEn.notClearDial, { url: base }));
      })) as T;
    }
  };
}

/** An answer of many lines of JSON, as it comes. */
export async function download(url: string, token: string, path: string): Promise<Response> {
  const base = baseOf(url);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(base + path, { headers }).catch(() => null);
  if (answer === null) throw new Refusal("no-answer", fill(cliEn.noAnswer, { url: base }));
  if (!answer.ok) throw await refusalOf(answer);
  if (!answer.headers.get("content-type")?.startsWith("application/x-ndjson"))
    throw new Refusal("not-cleardial", fill(cliEn.notClearDial, { url: base }));
  return answer;
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const problem = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  const fields = problem?.errors?.map((e) => `${e.path}: ${e.message}`).join("; ");
  const words = [problem?.title ?? `Status ${answer.status}.`, problem?.detail, fields]
    .filter(Boolean)
    .join(" ");
  return new Refusal(problem?.code ?? `status-${answer.status}`, words);
}
