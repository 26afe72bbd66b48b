/** Requests to a Worker: with the token, tried again where the network or the server failed. */
import type { Problem } from "../../shared/api.ts";
import { cliEn } from "../../shared/texts/cli.en.ts";
import { fill } from "../../shared/texts/index.ts";

/** Something a person can mend: printed without a stack. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const TRIES = 5;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Sends one request and gives the answer's JSON, or throws a Refusal. `key` is an Idempotency-Key. */
export type Ask = <T>(method: string, path: string, body?: unknown, key?: string) => Promise<T>;

/** `url` is the Worker's address. Requests without a token are those of set-up. */
export function client(url: string, token: string | undefined): Ask {
  const base = url.replace(/\/+$/, "");
  return async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
    // What creates is only repeated under a key: otherwise it might be done twice.
    const repeatable = method !== "POST" || key !== undefined;
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(base + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch(() => null);
      const failed = answer === null || answer.status >= 500 || answer.status === 429;
      if (failed && repeatable && attempt < TRIES) {
        await wait(250 * 2 ** attempt);
        continue;
      }
      if (answer === null) throw new Refusal("no-answer", fill(cliEn.noAnswer, { url: base }));
      if (!answer.ok) throw await refusalOf(answer);
      return (await answer.json()) as T;
    }
  };
}

/** An answer as it comes, for what is not JSON. */
export async function download(url: string, token: string, path: string): Promise<Response> {
  const base = url.replace(/\/+$/, "");
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(base + path, { headers }).catch(() => null);
  if (answer === null) throw new Refusal("no-answer", fill(cliEn.noAnswer, { url: base }));
  if (!answer.ok) throw await refusalOf(answer);
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
