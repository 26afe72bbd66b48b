/** The judge of dials in its frame: how it reads numbers, asks the background and the agent, and hears of their answers. */
import { withheld } from "../../../shared/dials/withheld.ts";
import { readDial } from "../../../shared/dials/read.ts";
import type { PageMessage } from "../../messages.ts";
import type { AskBackground } from "../background-link.ts";
import { type DialogQueueDeps, openDialogQueue } from "../dialog/queue.ts";
import type { ReadingRules } from "../find/reading-rules.ts";
import type { FrameFacts } from "../frame-facts.ts";
import type { Host } from "../host.ts";
import { readDialledNumber } from "./assess.ts";
import { ear } from "./ear.ts";
import { openJudge } from "./judge.ts";

export interface FrameJudgeDeps {
  host: Host;
  facts: FrameFacts;
  rules: ReadingRules;
  /** The number that the page's badges give a written form; null where they differ, or there is none. */
  shown: (written: string) => string | null;
  /** A dialog is about to be shown: start the heartbeat, which keeps it above the page. */
  asking: () => void;
  ask: AskBackground;
  /** Puts a number on the do-not-call list, from the dialog. */
  suppress: DialogQueueDeps["suppress"];
  /** Keeps the country that the agent named. */
  country: (written: string, country: string, wholeSite: boolean) => Promise<void>;
  signal: AbortSignal;
}

/** `crypto.randomUUID` exists on https pages only. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

export function openFrameJudge(deps: FrameJudgeDeps) {
  const { host, facts, rules, shown, suppress, ask, country, signal } = deps;
  const dialogs = openDialogQueue({
    ...{ host, suppress, key: newKey, signal },
    top: window === window.top,
    hidden: () => document.hidden,
    answered: (id, outcome) => judge.answered(id, outcome),
  });
  const judge = openJudge({
    facts,
    read: (written, dial) => readDialledNumber(written, rules, dial, shown),
    unlisted: (address) => readDial(address, rules.dials),
    withheld,
    show(id, held) {
      dialogs.show(id, held);
      deps.asking();
    },
    close: (id) => dialogs.close(id),
    record: (key, dial, wait) => ask("page.dial", { key, dial, wait }),
    country: (written, { country: of, wholeSite }) => country(written, of, wholeSite),
    allowed: (number) => ask("page.allowed", { number }),
    unexplained: (key, dial) => ask("page.unexplained", { key, dial }),
    host: () => location.host,
    now: () => Date.now(),
    later: (run, ms) => setTimeout(run, ms),
    key: newKey,
    ear,
  });

  return {
    judge: judge.judge,
    call: judge.call,
    unexplained: () => judge.unexplained(),
    begin: () => judge.begin(),
    /** More is known: held dials are assessed again. */
    learnt: judge.refresh,
    /** What the background passes on between a frame and the top document of its tab. */
    hear: (message: PageMessage<"ask.show" | "ask.close" | "ask.answer">): true => {
      if (message.kind === "ask.show") {
        dialogs.put(message.documentId, message.id, message.asking);
        deps.asking();
      } else if (message.kind === "ask.close") dialogs.drop(message.id);
      else judge.answered(message.id, message.outcome);
      return true;
    },
    isOpen: dialogs.isOpen,
    raise: dialogs.raise,
    beat: () => dialogs.beat(),
  };
}
