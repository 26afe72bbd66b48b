/** Sends a web worker's request. Retries after a lost connection, where sending twice does no harm. */
import { pauseAfter } from "../../../shared/core/retry.ts";
import { api, ApiError } from "../../ui/api.ts";
import type { SendAsked } from "./send.ts";

/** Enough for a part of 1.5 MB on a slow line. */
const PATIENCE_MS = 120_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 4000;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function relay({ method, path, body, key }: SendAsked): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await api(method, path, body, {
        ...(key === undefined ? {} : { key }),
        patienceMs: PATIENCE_MS,
      });
    } catch (error) {
      const away = error instanceof ApiError && (error.trouble === "offline" || error.trouble === "busy");
      if (!away || (method === "POST" && key === undefined) || attempt === TRIES) throw error;
      await wait(pauseAfter(attempt, FIRST_PAUSE_MS, LONGEST_PAUSE_MS));
    }
  }
}
