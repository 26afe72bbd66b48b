/** The judge of dials in its frame: how it asks the background and the agent, and what it hears of them. */
import { withheld } from "../../../shared/dials/address.ts";
import type { Outcome } from "../../held-dial.ts";
import type { Answer, Kind, PageMessage, ToBackground } from "../../messages.ts";
import { openDialogQueue } from "../dialog/queue.ts";
import { readDialledNumber } from "./assess.ts";
import { openJudge } from "./judge.ts";
import type { FrameFacts } from "../frame-facts.ts";
import type { Host } from "../host.ts";
import type { ReadingRules } from "../find/scan.ts";

export interface FrameJudgeDeps {
  host: Host;
  facts: FrameFacts;
  rules: ReadingRules;
  /** The number that the page's badges give a written form; null where they differ, or there is none. */
  shown: (written: string) => string | null;
  /** Somebody is asked: from now on it wants to be looked after. */
  asking: () => void;
  send: <K extends Kind>(kind: K, body: ToBackground[K]["ask"]) => Promise<Answer<K>>;
  country: (written: string, country: string, wholeSite: boolean) => Promise<void>;
  signal: AbortSignal;
}

/** `crypto.randomUUID` is there on https pages only. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

export function openFrameJudge(deps: FrameJudgeDeps) {
  const { host, facts, rules, shown, send, country, signal } = deps;
  /** Puts a number on the do-not-call list, from the card or the modal. */
  async function suppress(number: string, reason: string) {
    const answer = await send("page.suppress", { number, reason });
    if (answer.ok) facts.stale([number], false, null);
    return answer;
  }
  const dialogs = openDialogQueue({
    ...{ host, suppress, key: newKey, signal },
    top: window === window.top,
    hidden: () => document.hidden,
    answered: (id: string, outcome: Outcome) => dials.answered(id, outcome),
  });
  const dials = openJudge({
    facts,
    read: (written, dial) => readDialledNumber(written, rules, dial, shown),
    withheld,
    show(id, asking) {
      dialogs.show(id, asking);
      deps.asking();
    },
    close: (id) => dialogs.close(id),
    record: (key, dial, wait) => send("page.dial", { key, dial, wait }),
    country: (written, { country: of, wholeSite }) => country(written, of, wholeSite),
    host: () => location.host,
    now: () => Date.now(),
    later: (run, ms) => setTimeout(run, ms),
    key: newKey,
  });

  return {
    judge: dials.judge,
    suppress,
    learnt: dials.refresh,
    /** What the background passes on between a frame and the top document. */
    hear(message: PageMessage<"ask.show" | "ask.close" | "ask.answer">): true {
      if (message.kind === "ask.show") {
        dialogs.put(message.documentId, message.id, message.asking);
        deps.asking();
      } else if (message.kind === "ask.close") dialogs.drop(message.id);
      else dials.answered(message.id, message.outcome);
      return true;
    },
    isOpen: dialogs.isOpen,
    raise: dialogs.raise,
    beat: () => dialogs.beat(),
  };
}
