/**
 * Requests to a CRM: the same for all kinds. A short wait that the CRM asks for is waited out here; a long one is thrown,
 * so that the run resumes then. Failures are retried: every request may be sent twice without harm, unless it says `once`. A refused
 * token is renewed once. Addresses on other hosts are refused.
 */
import { DAY, HOUR } from "../../shared/core/time.ts";
import { textWithin } from "../core/outbound.ts";
import { retryAfter } from "../../shared/core/retry.ts";
import { reasonIn } from "./reason.ts";
import { ConnectorError, type Sign, type Waiting, type Wire } from "./connector.ts";

/**
 * Pauses before each retry after a server failure, and the longest total wait within one request; milliseconds. They
 * grow fourfold, not twofold as pauseAfter has it: there is time for three only.
 */
const PAUSES = [500, 2000, 8000];
const PATIENCE = 30_000;
const ANSWER_WITHIN = 30_000;
/** Bytes of an answer. A page of some hundred records is far smaller. */
const MOST = 20_000_000;

/** What Zoho answers with 401 where a scope is missing. A renewed token would have no other, and it grants ten in ten minutes. */
export const LACKS_SCOPE = "OAUTH_SCOPE_MISMATCH";

/**
 * What Pipedrive answers with what is left of the day's tokens. Its document does not name it, and not each answer has it; beside it
 * stands a wait for its limit of two seconds.
 */
const TOKENS_LEFT = "x-daily-ratelimit-token-remaining";

export const realTime: Waiting = { clock: Date.now, wait: (ms) => scheduler.wait(ms) };

/**
 * `kind` begins every error message; `base` is the only origin that requests may go to. `shutsOut`: who goes on asking after a 429 is
 * shut out, so each request is sent once more at most.
 */
export function wireTo(
  kind: string,
  base: string,
  sign: Sign,
  { clock, wait }: Waiting,
  shutsOut = false,
): Wire {
  return async (path, { method = "GET", body, headers = {}, takes = [], once = false } = {}) => {
    const url = new URL(path, base);
    // An answer that names the next page on another host must not be sent our token.
    if (url.origin !== new URL(base).origin) throw new ConnectorError(`${kind}: another host`);
    let renewed = false;
    let fresh = false;
    let refusals = 0;
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
      // One that breaks off, or does not end in time, is no answer.
      const text = response && (await textWithin(response, MOST).catch(() => undefined));
      const status = text === undefined ? 0 : (response?.status ?? 0);
      if (status !== 0 && response!.ok) return { status, data: jsonOf(kind, status, text!), why: "" };
      const data = parsed(text ?? "") ?? null;
      const why = reasonIn(data, response?.headers);
      if (takes.includes(status)) return { status, data, why };
      const said = `${kind}: ${status === 0 ? "no answer" : `${status} ${why}`.trim()}`;
      if (status === 401 && !renewed && codeIn(data) !== LACKS_SCOPE) {
        renewed = fresh = true;
        continue;
      }
      const now = clock();
      if (status === 429 && (response?.headers.get(TOKENS_LEFT) === "0" || (shutsOut && refusals++ > 0)))
        throw new ConnectorError(said, now + HOUR, status);
      if (isUsedUp(status, data))
        throw new ConnectorError(said, againAt(response!, now) ?? now + HOUR, status);
      const later = response && isBusy(status) ? againAt(response, now) : null;
      const ms = later === null ? PAUSES[failures++] : Math.max(later - now, 0);
      const isFailed = status === 0 || status >= 500;
      if (ms === undefined || !(isBusy(status) || isFailed) || (once && isFailed))
        throw new ConnectorError(said, status === 429 ? now + HOUR : null, status);
      if (ms > PATIENCE) throw new ConnectorError(said, now + ms, status);
      // A CRM that answers "retry at once" every time must not keep us here for ever.
      waited += Math.max(ms, 500);
      if (waited > PATIENCE) throw new ConnectorError(said, status === 429 ? now + HOUR : null, status);
      await wait(ms);
    }
  };
}

const isBusy = (status: number): boolean => status === 429 || status === 503;

/** The day's quota is used up: HubSpot names the policy DAILY, Salesforce has a code of its own. */
const isUsedUp = (status: number, data: unknown): boolean =>
  (status === 403 && codeIn(data) === "REQUEST_LIMIT_EXCEEDED") ||
  (status === 429 && (data as { policyName?: unknown } | null)?.policyName === "DAILY");

/** By Retry-After, or by x-ratelimit-reset, in which Pipedrive counts down seconds. At most a day ahead. */
const againAt = ({ headers }: Response, now: number): number | null =>
  retryAfter(headers.get("retry-after") ?? headers.get("x-ratelimit-reset"), now, DAY);

/** What a text of JSON says, an empty one null; undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return text === "" ? null : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function jsonOf(kind: string, status: number, text: string | null): unknown {
  if (text === null) throw new ConnectorError(`${kind}: ${status} too long`);
  const data = parsed(text);
  if (data === undefined) throw new ConnectorError(`${kind}: ${status} no JSON`);
  return data;
}

/** The code in a CRM's error, under any of the names that vendors use; "" without one. Never its message, which may quote a record. */
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
