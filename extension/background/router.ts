/** The message switch: finds the handler of a message, and refuses a page that asks for what only our own pages may. */
import type { Answer, Ask, Kind } from "../messages.ts";
import { originOf } from "./sites/frames.ts";

export type Sender = chrome.runtime.MessageSender;

/** One handler for each kind of message, or for some of them. */
export type Handlers<K extends Kind = Kind> = {
  [P in K]: (ask: Ask<P>, sender: Sender) => Answer<P> | Promise<Answer<P>>;
};

/** True where one of our own pages (popup, options, desk) sent it, not a script in a web page. */
export const isOurs = (sender: Sender): boolean => originOf(sender) === location.origin;

/** Scripts in web pages may send `page.*` only; our own pages may send everything. */
export const mayAsk = (kind: string, sender: Sender): boolean =>
  sender.id === chrome.runtime.id && (kind.startsWith("page.") || isOurs(sender));

/**
 * Answers every message that has a handler, once `ready` has resolved. A handler that throws is logged and answered
 * with `undefined`, which `ask` in messages.ts turns into an error at the sender.
 */
export function listen(handlers: Handlers, ready: Promise<unknown>): void {
  chrome.runtime.onMessage.addListener((message: Ask, sender, answer) => {
    const handler = Object.hasOwn(handlers, message.kind) ? handlers[message.kind] : undefined;
    if (!handler || !mayAsk(message.kind, sender)) return false;
    ready
      .then(() => (handler as (ask: Ask, sender: Sender) => unknown)(message, sender))
      .then(answer)
      .catch((error: unknown) => {
        console.error(message.kind, error);
        answer(undefined);
      });
    return true;
  });
}
