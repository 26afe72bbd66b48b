/**
 * Requests to a CRM. What it asks us to wait for is waited for while that is short, and told to the run where it is long;
 * its failures are tried again, as every request of ours may be sent twice. A token that it takes no more is renewed once.
 */
import { textWithin } from "../core/bounded.ts";
import { retryAfter } from "../core/retry-after.ts";
import { ConnectorError, type Sign } from "./connector.ts";

/** The waits after a server's failure, one after the other, and how long in all is waited here for one that is busy. */
const PAUSES = [500, 2000, 8000];
const PATIENCE = 30_000;
/** When one is asked again whose quota is used up, and that does not say until when. */
const HOUR = 3_600_000;
const ANSWER_WITHIN = 30_000;
/** Bytes of an answer: a page of some hundred records is far below it. */
const MOST = 20_000_000;

export interface Answer {
  status: number;
  data: unknown;
}

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH";
  body?: unknown;
  headers?: Record<string, string>;
  /** Statuses that are answers too, beside those of success. */
  takes?: readonly number[];
}

/** `path` may be a whole address, as pages name the next one: it must be at the same host. */
export type Wire = (path: string, ask?: Ask) => Promise<Answer>;

export interface Waiting {
  clock: () => number;
  wait: (ms: number) => Promise<void>;
}

export function wireTo(kind: string, base: string, sign: Sign, { clock, wait }: Waiting): Wire {
  return async (path, { method = "GET", body, headers = {}, takes = [] } = {}) => {
    const url = new URL(path, base);
    // A page that names another host would be given our token.
    if (url.origin !== new URL(base).origin) throw new ConnectorError(`${kind}: another host`);
    let renewed = false;
    let fresh = false;
    for (let failures = 0, waited = 0; ;) {
      const signed = await sign({ method, path: url.pathname }, fresh);
      fresh = false;
      const response = await fetch(url, {
        method,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...signed,
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: "manual",
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      }).catch(() => null);
      if (response && (response.ok || takes.includes(response.status)))
        return { status: response.status, data: await jsonOf(kind, response) };
      const status = response?.status ?? 0;
      const data = response && (await jsonOf(kind, response).catch(() => null));
      const said = `${kind}: ${status === 0 ? "no answer" : `${status} ${codeIn(data)}`.trim()}`;
      if (status === 401 && !renewed) {
        renewed = fresh = true;
        continue;
      }
      const now = clock();
      if (isUsedUp(status, data)) throw new ConnectorError(said, againAt(response!, now) ?? now + HOUR);
      const later = response && isBusy(status) ? againAt(response, now) : null;
      const ms = later === null ? PAUSES[failures++] : Math.max(later - now, 0);
      if (ms === undefined || !(isBusy(status) || status === 0 || status >= 500))
        throw new ConnectorError(said, status === 429 ? now + HOUR : null);
      if (ms > PATIENCE) throw new ConnectorError(said, now + ms);
      // One that says "at once" every time is no reason to go on for ever.
      waited += Math.max(ms, 500);
      if (waited > PATIENCE) throw new ConnectorError(said, status === 429 ? now + HOUR : null);
      await wait(ms);
    }
  };
}

const isBusy = (status: number): boolean => status === 429 || status === 503;

/** The day's requests are used up: HubSpot names the policy, Salesforce has a code of its own. */
const isUsedUp = (status: number, data: unknown): boolean =>
  (status === 403 && codeIn(data) === "REQUEST_LIMIT_EXCEEDED") ||
  (status === 429 && (data as { policyName?: unknown } | null)?.policyName === "DAILY");

/** Retry-After, or the seconds that Pipedrive counts down. */
const againAt = ({ headers }: Response, now: number): number | null =>
  retryAfter(headers.get("retry-after") ?? headers.get("x-ratelimit-reset"), now, 24 * HOUR);

async function jsonOf(kind: string, response: Response): Promise<unknown> {
  const text = await textWithin(response, MOST);
  if (text === null) throw new ConnectorError(`${kind}: ${response.status} too long`);
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ConnectorError(`${kind}: ${response.status} no JSON`);
  }
}

/** The code in a CRM's error, wherever it stands. Its sentences are left out: they may quote what a record holds. */
export function codeIn(data: unknown): string {
  const first: unknown = Array.isArray(data) ? data[0] : data;
  if (typeof first !== "object" || first === null) return "";
  const fields = first as Record<string, unknown>;
  for (const key of ["errorCode", "statusCode", "code", "category", "error", "messageTranslation"]) {
    const value = fields[key];
    if (typeof value === "string" && /^[\w.-]{1,60}$/.test(value)) return value;
    if (key === "error" && typeof value === "object") return codeIn(value);
  }
  return "";
}

/**
 * Marks that are written one by one, as the CRM has no other way. What it refuses is that record's; a record that is gone
 * is none any more.
 */
export async function oneByOne<M extends { id: string; object: string }>(
  marks: readonly M[],
  send: (mark: M) => Promise<Answer>,
): Promise<{ id: string; object: string; why: string }[]> {
  const refused = [];
  for (const mark of marks) {
    const { status, data } = await send(mark);
    if (REFUSED.includes(status))
      refused.push({ id: mark.id, object: mark.object, why: `${status} ${codeIn(data)}`.trim() });
  }
  return refused;
}
/** Statuses by which one record is refused. */
export const REFUSED: readonly number[] = [400, 403, 404, 409, 410, 412, 422];
