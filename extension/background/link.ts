/**
 * The link to the Worker: the only place that holds the token and calls fetch. After a failure it leaves the Worker in
 * peace for a while, and says so at once to whoever asks meanwhile.
 */
import type { Person } from "../../shared/people/api.ts";
import type { Problem } from "../../shared/api.ts";
import type { SentFile, Trouble } from "../messages.ts";
import { bytesOf } from "../base64.ts";
import type { Shelf } from "./storage.ts";
import { LONGEST_PAUSE_MS, NoAnswer, pause, Refused, retryAfter } from "./trouble.ts";

export interface Account {
  /** The Worker's address, without a slash at the end. */
  url: string;
  token: string;
  person: Person;
  company: string;
  /** Given by the administrator's enterprise policy, perhaps to many browsers: never revoked from here. */
  managed?: true;
}

export interface Timed<T> {
  data: T;
  /** Device times just before the question left and just after the answer came. */
  from: number;
  to: number;
}

export interface LinkDeps {
  account: () => Promise<Account | null>;
  fetch: typeof fetch;
  now: () => number;
  random: () => number;
  shelf: Shelf;
  /** Called when trouble begins, changes or ends. */
  changed: (trouble: Trouble | null) => void;
}

interface Pause {
  trouble: Trouble;
  failures: number;
  until: number;
}

/** What is wrong with an answer, where something is. */
export type Fault = { trouble: Trouble; why: string } | null;

export interface Asked {
  body?: unknown;
  /** Sent as it is, in place of a body. */
  file?: SentFile;
  /** An Idempotency-Key: the request changes something, and must not do so twice when it is sent again. */
  key?: string;
  /** The version of the policy that was read. */
  ifMatch?: number;
}

export interface Opening extends Asked {
  /** Aborted for another reason than time, it was the asker who called it off: that is no trouble. */
  signal?: AbortSignal;
  /** Any refusal is trouble. */
  fault?: boolean;
}

export interface Opened {
  answer: Response;
  /** As in Timed. */
  from: number;
}

export interface Question<T> extends Asked {
  patienceMs?: number;
  /** The answer is a file: text, not JSON. */
  text?: boolean;
  /** For questions that are open to everybody who is signed in: any refusal is trouble, and so is a fault found here. */
  fault?: (data: T) => Fault;
}

const KEY = "link";
const PATIENCE_MS = 15_000;
/** Joining tells every page at once, so nobody needs to look often. */
const PAUSE_NOT_JOINED_MS = 60_000;

export function openLink({ account, fetch, now, random, shelf, changed }: LinkDeps) {
  const held = () => shelf.get<Pause>(KEY);

  function fail(trouble: Trouble, why: string, atLeastMs = 0): NoAnswer {
    const before = held();
    const failures = before?.trouble === trouble ? before.failures + 1 : 1;
    const wait = Math.max(atLeastMs, pause(trouble, failures, random()));
    shelf.set(KEY, { trouble, failures, until: now() + wait } satisfies Pause);
    if (before?.trouble !== trouble) changed(trouble);
    return new NoAnswer(trouble, wait, why);
  }

  function clear() {
    if (!held()) return;
    shelf.remove(KEY);
    changed(null);
  }

  /** The answer's body is yet to be read. Throws NoAnswer, or Refused where the Worker understood and said no. */
  async function open(method: string, path: string, question: Opening = {}): Promise<Opened> {
    const { body, file, key, ifMatch, fault, signal } = question;
    await shelf.ready;
    const who = await account();
    if (!who) throw new NoAnswer("not-joined", PAUSE_NOT_JOINED_MS);
    const paused = held();
    const left = paused ? paused.until - now() : 0;
    // More than the longest pause is left only where the device's clock was set back meanwhile.
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
      // While it was on its way, a new token took this one's place: nothing was done, so it may be asked again.
      const now = await account();
      if (now && now.url === who.url && now.token !== who.token) return open(method, path, question);
      throw fail("signed-out", "401");
    }
    const problem = no as Partial<Problem> | undefined;
    // The Worker is there: it is a store behind it that did not do its part.
    const behind = problem?.code === "store-failed";
    if ((answer.status >= 500 && !behind) || answer.status === 429 || answer.status === 408)
      throw fail("offline", `HTTP ${answer.status}`, retryAfter(answer.headers.get("retry-after"), to));
    if (!answer.ok) {
      // Somebody else's page at our address (a proxy, a log-in wall) is no answer of the Worker's.
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
    // A file of lines is no JSON, though each of its lines is: application/x-ndjson.
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
    /** A person asked: forget the pause. The trouble stands until an answer says otherwise. */
    retry() {
      const paused = held();
      if (paused) shelf.set(KEY, { ...paused, until: 0 } satisfies Pause);
    },
    /** Another account: nothing said before counts. */
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

export type Link = ReturnType<typeof openLink>;
