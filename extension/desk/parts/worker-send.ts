/** How a worker of the desk sends requests: the page does it, which alone can ask the background. */

export type Method = "GET" | "POST" | "PUT";
/** To the page. */
export interface SendAsked {
  kind: "send";
  id: number;
  method: Method;
  path: string;
  body?: unknown;
  key?: string;
}
/** From the page. A refusal's words stay with it: here it only ends the work. */
export interface SendAnswer {
  kind: "answer";
  id: number;
  ok: boolean;
  data?: unknown;
}

export class RequestFailed extends Error {
  readonly id: number;
  constructor(id: number) {
    super("a request failed");
    this.id = id;
  }
}

const waiting = new Map<number, { done: (data: unknown) => void; failed: (error: Error) => void }>();
let requests = 0;

export const send = <T>(method: Method, path: string, body?: unknown, key?: string): Promise<T> =>
  new Promise<T>((done, failed) => {
    const id = ++requests;
    waiting.set(id, { done: done as (data: unknown) => void, failed });
    const asked: SendAsked = { kind: "send", id, method, path, body, ...(key === undefined ? {} : { key }) };
    postMessage(asked);
  });

export function answered({ id, ok, data }: SendAnswer): void {
  const request = waiting.get(id);
  waiting.delete(id);
  if (ok) request?.done(data);
  else request?.failed(new RequestFailed(id));
}
