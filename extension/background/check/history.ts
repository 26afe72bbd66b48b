/** What the card of a number asks beyond its facts: its history, and the desk's page about it. */
import type { HistoryAnswer } from "../../../shared/check/api-history.ts";
import { openDeskAt } from "../../desk-address.ts";
import type { Handlers } from "../router.ts";
import type { WorkerClient } from "../worker-client.ts";
import { NoAnswer, Refused } from "../worker-errors.ts";

export const openHistoryHandlers = (
  worker: Pick<WorkerClient, "call" | "retry">,
): Handlers<"page.history" | "page.desk"> => ({
  async "page.history"({ number }) {
    // A person asked: try whatever the back-off says.
    worker.retry();
    try {
      const path = `/v1/numbers/${encodeURIComponent(number)}/history`;
      return { ok: true, history: (await worker.call<HistoryAnswer>("GET", path)).data };
    } catch (error) {
      if (error instanceof Refused) return { ok: false, trouble: "refused", detail: error.message };
      if (error instanceof NoAnswer) return { ok: false, trouble: error.trouble, detail: error.message };
      throw error;
    }
  },
  async "page.desk"({ number }) {
    await openDeskAt(`/dials?${new URLSearchParams({ number })}`);
    return null;
  },
});
