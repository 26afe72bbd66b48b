/**
 * Requests to the Worker with the account's token. After a failure it pauses, longer after each failure in a row, and
 * refuses requests during the pause without sending them.
 */
import type { Problem } from "../../shared/api.ts";
import type { SentFile, Trouble } from "../carried.ts";
import { bytesOf } from "../base64.ts";
import type { Account } from "./sign-in/account.ts";
import type { CachedStorage } from "./storage.ts";
import { LONGEST_PAUSE_MS, NoAnswer, pause, Refused, retryAfterMs } from "./worker-errors.ts";

export interface Timed<T> {
  data: T;
  /** Device times just before the request was sent and just after the answer arrived. */
  from: number;
  to: number;
}

export interface WorkerClientDeps {
  account: () => Promise<Account | null>;
  fetch: typeof fetch;
  now: () => number;
  random: () => number;
  storage: CachedStorage;
  /** Called when trouble begins, changes or ends. */
  changed: (trouble: Trouble | null) => void;
}

interface Pause {
  trouble: Trouble;
  failures: number;
  until: number;
}

/** What is wrong with an answer; null if nothing is. */
export type Fault = { trouble: Trouble; why: string } | null;

export interface Asked {
  body?: unknown;
  /** Sent as it is, instead of a body. */
  file?: SentFile;
  /** An Idempotency-Key: a request that is sent twice under it takes effect once. */
  key?: string;
  /** The policy version that was read, as If-Match. */
  ifMatch?: number;
  /** The one person, by id, and the Worker that it goes to: it is not sent under another account. */
  as?: { url: string; person: string };
}

export interface Opening extends Asked {
  /** A timeout counts as trouble; any other abort is the caller's own and does not. */
  signal?: AbortSignal;
  /** Treat any refusal as trouble. */
  fault?: boolean;
}

export interface Opened {
  answer: Response;
  /** Device time just before the request was sent. */
  from: number;
}

export interface Question<T> extends Asked {
  patienceMs?: number;
  /** The answer is text, not JSON. */
  text?: boolean;
  /** For requests open to every signed-in person: any refusal is trouble, and so is what this function finds wrong. */
  fault?: (data: T) => Fault;
}

const KEY = "link";
const PATIENCE_MS = 15_000;
/** Pages are told at once when someone joins, so they need not ask often. */
const PAUSE_NOT_JOINED_MS = 60_000;
const AGAIN_MS = 1000;

export function openWorkerClient({ account, fetch, now, random, storage, changed }: WorkerClientDeps) {
  const held = () => storage.get<Pause>(KEY);

  function fail(trouble: Trouble, why: string, atLeastMs = 0): NoAnswer {
    const before = held();
    const failures = before?.trouble === trouble ? before.failures + 1 : 1;
    const wait = Math.max(atLeastMs, pause(trouble, failures, random()));
    storage.set(KEY, { trouble, failures, until: now() + wait } satisfies Pause);
    if (before?.trouble !== trouble) changed(trouble);
    return new NoAnswer(trouble, wait, why);
  }

  function clear() {
    if (!held()) return;
    storage.remove(KEY);
    changed(null);
  }

  /** Sends a request; the answer's body is not read yet. Throws NoAnswer, or Refused if the Worker refuses. */
  async function open(method: string, path: string, question: Opening = {}): Promise<Opened> {
    const { body, file, key, ifMatch, fault, signal, as } = question;
    await storage.ready;
    const who = await account();
    if (!who || (as && (who.url !== as.url || who.person.id !== as.person)))
      throw new NoAnswer("not-joined", PAUSE_NOT_JOINED_MS);
    const paused = held();
    const left = paused ? paused.until - now() : 0;
    // More than the longest pause can only be left if the device's clock was set back.
    if (paused && left > 0 && left <= LONGEST_PAUSE_MS) throw new NoAnswer(paused.trouble, left);

    const from = now();
    let answer: Response;
    let no: unknown;
    try {
      answer = await fetch(who.url + path, {
        method,
        headers: {
          authorization: `Bearer ${who.token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(file === undefined ? {} : { "content-type": file.type }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
          ...(ifMatch === undefined ? {} : { "if-match": `"${ifMatch}"` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(file === undefined ? {} : { body: bytesOf(file.base64) }),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        ...(signal === undefined ? {} : { signal }),
      });
      if (!answer.ok) no = parsed(await answer.text());
    } catch (error) {
      if (signal?.aborted && (signal.reason as Error).name !== "TimeoutError") throw error;
      throw lost(error);
    }
    const to = now();

    if (answer.status === 401) {
      // The token was replaced while the request was under way. The Worker has done nothing, so ask again.
      const now = await account();
      const same = now !== null && now.url === who.url && now.person.id === who.person.id;
      if (same && now.token !== who.token) return open(method, path, question);
      // Whoever signed in meanwhile did not ask, and is in no trouble.
      if (now && !same) throw new NoAnswer("signed-out", AGAIN_MS);
      throw fail("signed-out", "401");
    }
    const problem = no as Partial<Problem> | undefined;
    // The Worker works; a store for recordings behind it failed, or lacks a file of the archive. A record that waits to be sent is kept for later.
    const isLost = problem?.code === "archive-broken" && as === undefined;
    const behind = problem?.code === "store-failed" || isLost;
    if ((answer.status >= 500 && !behind) || answer.status === 429 || answer.status === 408)
      throw fail(
        answer.status === 429 ? "busy" : "offline",
        `HTTP ${answer.status}`,
        retryAfterMs(answer.headers.get("retry-after"), to),
      );
    if (!answer.ok) {
      // Something else answers at the address, such as a proxy's log-in page.
      if (typeof problem?.code !== "string" || fault)
        throw fail("offline", `HTTP ${answer.status} from ${path}`);
      clear();
      throw new Refused({ type: "about:blank", title: "", status: answer.status, ...problem } as Problem);
    }
    return { answer, from };
  }

  const lost = (error: unknown): NoAnswer =>
    fail("offline", error instanceof Error ? error.message : String(error));

  /** Throws as `open` does. */
  async function call<T>(method: string, path: string, question: Question<T> = {}): Promise<Timed<T>> {
    const { patienceMs = PATIENCE_MS, text: wantsText, fault, ...rest } = question;
    const signal = AbortSignal.timeout(patienceMs);
    const { answer, from } = await open(method, path, { ...rest, signal, fault: fault !== undefined });
    let text: string;
    try {
      text = await answer.text();
    } catch (error) {
      throw lost(error);
    }
    // application/x-ndjson is not JSON, although each of its lines is.
    const isJson = /[/+]json/.test(answer.headers.get("content-type") ?? "/json");
    const data: unknown = isJson ? parsed(text) : text;
    if (wantsText ? typeof data !== "string" : typeof data !== "object" || data === null)
      throw fail("offline", "not what was asked for");
    const wrong = fault?.(data as T);
    if (wrong) throw fail(wrong.trouble, wrong.why);
    clear();
    return { data: data as T, from, to: now() };
  }

  return {
    open,
    call,
    fail,
    trouble: (): Trouble | null => held()?.trouble ?? null,
    /** A person asked: end the pause. The trouble remains until an answer ends it. */
    retry() {
      const paused = held();
      if (paused) storage.set(KEY, { ...paused, until: 0 } satisfies Pause);
    },
    /** Another account: forget the trouble and the pause. */
    reset: clear,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type WorkerClient = ReturnType<typeof openWorkerClient>;
