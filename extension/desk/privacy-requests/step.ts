/** Sends one step of a request. shared/privacy-requests/steps.ts says which steps there are, and when each is possible. */
import type { RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { useMutate } from "../parts/api.ts";

/** The path below the request's own, and the body. */
export interface Sent {
  path: string;
  body?: unknown;
}

/** Before it answers, the Worker may make a copy or ask a store. */
const PATIENCE_MS = 60_000;

/** `quiet`: the caller shows failures itself. */
export const useStep = (row: RequestSummary, quiet = false) =>
  useMutate<Sent>(
    ({ path, body = {} }) => ({
      method: "POST",
      path: `/v1/requests/${encodeURIComponent(row.id)}/${path}`,
      body,
      patienceMs: PATIENCE_MS,
    }),
    // No toast: the page shows the new state.
    { touches: ["/v1/requests", "/v1/suppressions", "/v1/recordings"], quiet },
  );
