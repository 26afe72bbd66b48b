/** A Worker driven by hand: its queue is a list that the test works off, and the test sets its clock. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, vi } from "vitest";
import type {
  Connector,
  ConnectorRun,
  ConnectorRunsAnswer,
  ConnectorsAnswer,
} from "../../../shared/connectors/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import type { Slice } from "../../../worker/connectors/message.ts";
import { takeSlice } from "../../../worker/connectors/run.ts";
import type { Env } from "../../../worker/env.ts";
import type { Double } from "./kit.ts";
import { newTeam, under } from "../helpers.ts";

type Message = Slice & { delaySeconds?: number | undefined };

/** State of the running test; reset after each. */
export const driven = {
  tokens: {} as Record<Role, string>,
  sent: [] as Message[],
  /** The Worker's clock. Tests move it forward. */
  now: Date.now(),
};
export const own: Env = {
  ...env,
  SLICES: {
    send: (slice: Slice, options?: QueueSendOptions) => {
      driven.sent.push({ ...slice, ...(options?.delaySeconds && { delaySeconds: options.delaySeconds }) });
      return Promise.resolve();
    },
  } as unknown as Queue<Slice>,
};
export const waiting = { clock: () => driven.now, wait: () => Promise.resolve() };

/** Sets up the Worker, and removes all connectors after each test. */
export function drive(): void {
  beforeAll(async () => {
    driven.tokens = await newTeam();
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    driven.sent = [];
    driven.now = Date.now();
    for (const { id } of (await ask<ConnectorsAnswer>("GET", "")).connectors) await ask("DELETE", `/${id}`);
  });
}

export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, data } = await under(own, method, `/v1/connectors${path}`, {
    token: driven.tokens.admin,
    body,
  });
  if (status > 201) throw new Error(`${status} ${JSON.stringify(data)}`);
  return data as T;
}
export const refusal = async (method: string, path: string, body?: unknown) =>
  (await under(own, method, `/v1/connectors${path}`, { token: driven.tokens.admin, body })).data;

export const requestOf = ({ setup, way, secret }: Double, kind = "hubspot") => ({
  ...{ kind, name: "Our CRM", setup, way, secret },
});
export const add = (crm: Double, kind = "hubspot") => ask<Connector>("POST", "", requestOf(crm, kind));

/** Works off the queue, `most` contacts a slice. */
export async function drain(most = 500): Promise<void> {
  for (let slice = driven.sent.shift(); slice; slice = driven.sent.shift())
    await takeSlice(own, slice, waiting, most);
}
export async function run(id: string, trial: boolean, most = 500): Promise<ConnectorRun> {
  await ask("POST", `/${id}/runs`, { trial });
  await drain(most);
  return last(id);
}
export const last = async (id: string): Promise<ConnectorRun> =>
  (await ask<ConnectorRunsAnswer>("GET", `/${id}/runs`)).runs[0]!;
