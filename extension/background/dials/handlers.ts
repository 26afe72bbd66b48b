/**
 * What pages ask around a dial. A frame's held dial is shown in the top document of its tab, and the agent's answer
 * goes back to the document that asked. The background only passes both on and remembers neither, so Chrome may stop
 * the service worker while the agent thinks.
 */
import type { Entered } from "../../carried.ts";
import type { PageMessage } from "../../messages.ts";
import type { FactCache } from "../check/fact-cache.ts";
import type { WorkerClient } from "../worker-client.ts";
import type { Handlers, Sender } from "../router.ts";
import type { AccountStore } from "../sign-in/account.ts";
import { hostOf } from "../sites/frames.ts";
import { NoAnswer, Refused } from "../worker-errors.ts";
import type { ObjectionQueue } from "./objections.ts";
import { openAllowed } from "./allowed.ts";
import type { DialQueue } from "./queue.ts";

export interface DialHandlersDeps {
  account: Pick<AccountStore, "current">;
  worker: Pick<WorkerClient, "call" | "retry">;
  facts: Pick<FactCache, "doubt" | "refresh">;
  dials: DialQueue;
  objections: Pick<ObjectionQueue, "add">;
  now: () => number;
}

type DialKind =
  | "page.suppress"
  | "page.undo"
  | "page.callBack"
  | "page.dial"
  | "page.allowed"
  | "page.unexplained"
  | "page.consent"
  | "page.who"
  | "page.ask"
  | "page.asked"
  | "page.answer";

/** To one document of the sender's tab: the top one, or the named one. Undefined where no script of ours hears it. */
async function tell(
  { tab }: Sender,
  to: { frameId: 0 } | { documentId: string },
  message: PageMessage,
): Promise<unknown> {
  if (tab?.id === undefined) return undefined;
  return chrome.tabs.sendMessage<unknown, unknown>(tab.id, message, to).catch(() => undefined);
}

/** Sends what a person wants on record. Throws only what the Worker has no part in. */
async function put(
  worker: DialHandlersDeps["worker"],
  path: string,
  body: unknown,
  key: string,
): Promise<Entered> {
  // A person pressed a button: try whatever the back-off says.
  worker.retry();
  try {
    const { data } = await worker.call<{ why?: string | null } | null>("POST", path, { body, key });
    return { ok: true, ...(data?.why && { note: data.why }) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, trouble: "refused", detail: error.message };
    if (error instanceof NoAnswer) return { ok: false, trouble: error.trouble, detail: error.message };
    throw error;
  }
}

export function openDialHandlers(deps: DialHandlersDeps): Handlers<DialKind> {
  const { account, worker, facts, dials, objections, now } = deps;
  const allowed = openAllowed(now);
  return {
    async "page.dial"({ key, dial, wait }, sender) {
      // A person waits for it: try whatever the back-off says.
      if (wait) worker.retry();
      // Chrome says where the dial began; the page's word would not be evidence.
      const answer = await dials.add(key, { ...dial, host: hostOf(sender) ?? dial.host }, wait);
      if (answer.ok) allowed.note(sender.tab?.id, dial);
      return answer;
    },
    "page.allowed": ({ number }, sender) => allowed.take(sender.tab?.id, number),
    async "page.unexplained"({ key, dial }, sender) {
      if (!allowed.hasDialled(sender.tab?.id))
        await dials.add(key, { ...dial, host: hostOf(sender) ?? dial.host }, false);
      return null;
    },
    "page.suppress": ({ number, reason, scope, from }) =>
      objections.add({ number, reason, scope, ...(from && { from }) }),
    async "page.undo"({ id, number }) {
      const answer = await put(worker, `/v1/suppressions/${encodeURIComponent(id)}/undo`, {}, id);
      if (answer.ok) facts.doubt([number]);
      if (answer.ok) await facts.refresh().catch(() => {});
      return answer;
    },
    async "page.callBack"({ key, callBack }) {
      const answer = await put(worker, "/v1/call-backs", callBack, key);
      // What was known is forgotten, even where the refresh fails, and also where the Worker did not answer: what the agent
      // heard holds the number for as long as it cannot be put on record.
      if (answer.ok || answer.trouble !== "refused") facts.doubt([callBack.number]);
      if (answer.ok) await facts.refresh().catch(() => {});
      return answer;
    },
    async "page.consent"({ key, consent }) {
      const answer = await put(worker, "/v1/consents", consent, key);
      // The consent is on record: where this refresh fails, the next poll finds the change.
      if (answer.ok) await facts.refresh().catch(() => {});
      return answer;
    },
    "page.who": async () => ({ role: (await account.current())?.person.role ?? null }),
    async "page.ask"({ id, asking }, sender) {
      const { documentId } = sender;
      if (!documentId || sender.frameId === 0) return { shown: false };
      const message = { kind: "ask.show", documentId, id, asking } as const;
      return { shown: (await tell(sender, { frameId: 0 }, message)) === true };
    },
    async "page.asked"({ id }, sender) {
      await tell(sender, { frameId: 0 }, { kind: "ask.close", id });
      return null;
    },
    async "page.answer"({ documentId, id, outcome }, sender) {
      await tell(sender, { documentId }, { kind: "ask.answer", id, outcome });
      return null;
    },
  };
}
