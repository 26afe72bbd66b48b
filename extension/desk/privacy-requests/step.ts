/** One step of a request, sent from its page. */
import type { RequestSummary } from "../../../shared/privacy-requests/api.ts";
import { useMutate } from "../parts/api.ts";

/** Its path below the request's, and its body. */
export interface Sent {
  path: string;
  body?: unknown;
}

/** A step may make a copy, or ask a store, before its answer. */
const PATIENCE_MS = 60_000;

/** `quiet`: the caller shows a failure itself. */
export const useStep = (row: RequestSummary, quiet = false) =>
  useMutate<Sent>(
    ({ path, body = {} }) => ({
      method: "POST",
      path: `/v1/requests/${encodeURIComponent(row.id)}/${path}`,
      body,
      patienceMs: PATIENCE_MS,
    }),
    // The page says by itself what became of it.
    { touches: ["/v1/requests", "/v1/suppressions", "/v1/recordings"], quiet },
  );
