/** The messages of this frame to and from the background. */
import { type Answer, ask, type Kind, type PageMessage, type ToBackground } from "../messages.ts";
import { hasExtension } from "./has-extension.ts";

export type AskBackground = <K extends Kind>(kind: K, body: ToBackground[K]["ask"]) => Promise<Answer<K>>;

/** Asks the background. A message that fails because the extension is gone aborts everything, and rejects. */
export const askOrAbort =
  (control: AbortController): AskBackground =>
  async (kind, body) => {
    try {
      return await ask(kind, body);
    } catch (error) {
      if (!hasExtension()) control.abort();
      throw error;
    }
  };

export interface Heard {
  /** The site was turned off. */
  off: () => void;
  stale: (message: PageMessage<"facts.stale">) => void;
  tried: (message: PageMessage<"facts.tried">) => void;
  rulings: (message: PageMessage<"rulings.changed">) => void;
  /** The administrator switched protocols of softphones on or off. */
  protocols: (message: PageMessage<"protocols">) => void;
  /** The browser's gate was turned on or off, or goes out by another softphone. */
  softphone: (message: PageMessage<"softphone">) => void;
  /** About a held dial. Answered with true, which tells the background that we run here. */
  dialog: (message: PageMessage<"ask.show" | "ask.close" | "ask.answer">) => true;
}

/** Hears the background, until the signal aborts. */
export function hearBackground(heard: Heard, signal: AbortSignal): void {
  const listener = (message: PageMessage, _sender: unknown, answer: (heard: boolean) => void): undefined => {
    if (message.kind === "off") heard.off();
    else if (message.kind === "facts.stale") heard.stale(message);
    else if (message.kind === "facts.tried") heard.tried(message);
    else if (message.kind === "rulings.changed") heard.rulings(message);
    else if (message.kind === "protocols") heard.protocols(message);
    else if (message.kind === "softphone") heard.softphone(message);
    else answer(heard.dialog(message));
  };
  chrome.runtime.onMessage.addListener(listener);
  signal.addEventListener("abort", () => {
    if (hasExtension()) chrome.runtime.onMessage.removeListener(listener);
  });
}
