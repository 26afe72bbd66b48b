/**
 * What pages ask around a dial: a frame's question goes to the top document of its tab and the answer comes back to the
 * document that asked. Nothing of it is remembered here, so the service worker may stop while the agent thinks.
 */
import type { Answer, Ask, Kind, PageMessage } from "../../messages.ts";
import type { AccountRoom } from "../sign-in/account.ts";
import type { DialQueue } from "./queue.ts";
import { hostOf } from "../sites/frames.ts";
import type { FactCache } from "../check/fact-cache.ts";
import type { Link } from "../link.ts";
import { NoAnswer, Refused } from "../trouble.ts";

export interface DialHandlersDeps {
  account: Pick<AccountRoom, "current">;
  link: Pick<Link, "call" | "retry">;
  facts: Pick<FactCache, "doubt" | "refresh">;
  dials: DialQueue;
}

type Sender = chrome.runtime.MessageSender;
type Asked =
  "page.suppress" | "page.dial" | "page.consent" | "page.who" | "page.ask" | "page.asked" | "page.answer";
type Handlers = { [K in Asked & Kind]: (ask: Ask<K>, sender: Sender) => Promise<Answer<K>> };

/** To one document of the sender's tab: the top one, or the named one. undefined where nobody hears it. */
async function tell(
  { tab }: Sender,
  to: { frameId: 0 } | { documentId: string },
  message: PageMessage,
): Promise<unknown> {
  if (tab?.id === undefined) return undefined;
  return chrome.tabs.sendMessage<unknown, unknown>(tab.id, message, to).catch(() => undefined);
}

export const openDialHandlers = ({ account, link, facts, dials }: DialHandlersDeps): Handlers => ({
  "page.dial"({ key, dial, wait }, sender) {
    // A person waits for it: that is worth a try whatever the back-off says.
    if (wait) link.retry();
    // Where it was dialled is Chrome's word, not the page's.
    return dials.add(key, { ...dial, host: hostOf(sender) ?? dial.host }, wait);
  },
  async "page.suppress"({ number, reason }) {
    // A person pressed a button: that is worth a try whatever the back-off says.
    link.retry();
    try {
      await link.call("POST", "/v1/suppressions", { body: { number, reason }, key: crypto.randomUUID() });
    } catch (error) {
      if (error instanceof Refused) return { ok: false, trouble: "refused", detail: error.message };
      if (error instanceof NoAnswer) return { ok: false, trouble: error.trouble, detail: error.message };
      throw error;
    }
    // It is on record: what was known of it is over, also where the next question fails.
    facts.doubt([number]);
    await facts.refresh().catch(() => {});
    return { ok: true };
  },
  async "page.consent"({ key, consent }) {
    link.retry();
    try {
      await link.call("POST", "/v1/consents", { body: consent, key });
    } catch (error) {
      if (error instanceof Refused) return { ok: false, trouble: "refused", detail: error.message };
      if (error instanceof NoAnswer) return { ok: false, trouble: error.trouble, detail: error.message };
      throw error;
    }
    // It is on record. Should this question fail, the next one finds the change.
    await facts.refresh().catch(() => {});
    return { ok: true };
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
});
