/** A small window with the dialog of a held dial, where it began on a site on which none of our scripts runs. */
import { useEffect } from "react";
import { ask, type PageMessage } from "../messages.ts";
import { openDialogQueue } from "../page/dialog/queue.ts";
import { openHost } from "../page/host.ts";
import "../page/dialog/dialog.tsx";
import { gateTexts } from "../ui/gate.ts";
import { head } from "../ui/our-pages.ts";
import "../ui/style.css";

head(gateTexts.title);

/** How often we look whether anything is left to ask. */
const LOOK_MS = 250;

function start(): () => void {
  const control = new AbortController();
  const { signal } = control;
  const queue = openDialogQueue({
    ...{ host: openHost(signal), top: true, signal },
    hidden: () => false,
    // All questions are the background's, to which the queue answers itself.
    answered: () => {},
    suppress: (objection) => ask("page.suppress", objection),
    key: () => crypto.randomUUID(),
  });
  const hear = (message: PageMessage, _: unknown, taken: (is: boolean) => void): undefined => {
    if (message.kind === "ask.show") queue.put(message.documentId, message.id, message.asking);
    else if (message.kind === "ask.close") queue.drop(message.id);
    else return;
    taken(true);
  };
  chrome.runtime.onMessage.addListener(hear);
  void ask("ui.gateHeld", {}).then((held) => {
    for (const { documentId, id, asking } of held) queue.put(documentId, id, asking);
    const timer = setInterval(() => queue.isOpen() || window.close(), LOOK_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  });
  return () => {
    chrome.runtime.onMessage.removeListener(hear);
    control.abort();
  };
}

export default function Held() {
  useEffect(start, []);
  return null;
}
