/** API requests of a web worker. Only the page can ask the background, so the page sends them (relay.ts). */

export type Method = "GET" | "POST" | "PUT";
/** From the web worker to the page. */
export interface SendAsked {
  kind: "send";
  id: number;
  method: Method;
  path: string;
  body?: unknown;
  key?: string;
}
/** From the page to the web worker. The page keeps the error: for the web worker a failed request only ends the work. */
export interface SendAnswer {
  kind: "answer";
  id: number;
  ok: boolean;
  data?: unknown;
}

/** `id` is the request's: the page knows its error by it. */
export class RequestFailed extends Error {
  readonly id: number;
  constructor(id: number) {
    super("a request failed");
    this.id = id;
  }
}

const waiting = new Map<number, { done: (data: unknown) => void; failed: (error: Error) => void }>();
let requests = 0;

/** One API request. `key` is its Idempotency-Key. Throws RequestFailed. */
export const send = <T>(method: Method, path: string, body?: unknown, key?: string): Promise<T> =>
  new Promise<T>((done, failed) => {
    const id = ++requests;
    waiting.set(id, { done: done as (data: unknown) => void, failed });
    const asked: SendAsked = { kind: "send", id, method, path, body, ...(key === undefined ? {} : { key }) };
    postMessage(asked);
  });

/** Takes the page's answer to a request. */
export function answered({ id, ok, data }: SendAnswer): void {
  const request = waiting.get(id);
  waiting.delete(id);
  if (ok) request?.done(data);
  else request?.failed(new RequestFailed(id));
}
