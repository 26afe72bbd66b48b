/** The screening of a file as the page sees it: its stage, how far it is, how it ended. screen-worker.ts does the work. */
import { useRef } from "react";
import { api } from "../../ui/api.ts";
import { useWebWorker } from "../web-worker/useWebWorker.ts";
import type {
  FoundTable,
  FromScreenWorker,
  ScreenAsked,
  ScreenFault,
  ScreenReport,
  Stage,
  ToScreenWorker,
} from "./screen-worker.ts";

export type ScreeningState =
  | { at: "none"; cancelled?: boolean }
  | { at: "opening"; file: File; share: number }
  | { at: "fault"; file: File; fault: ScreenFault }
  /** `error` is why the last screening of this file failed; null before the first. */
  | { at: "ready"; file: File; found: FoundTable; error: unknown }
  | { at: "working"; file: File; found: FoundTable; stage: Stage; share: number }
  | { at: "done"; file: File; report: ScreenReport };

export interface Screening {
  state: ScreeningState;
  choose: (file: File, region: string) => void;
  start: (asked: ScreenAsked) => void;
  /** Stops where it is. Verdicts given by then stay on record, as a cancelled screening. */
  cancel: () => void;
}

/** `changed` is called when the list of screenings has changed. */
export function useScreening(changed: () => void): Screening {
  const worker = useWebWorker<ScreeningState, ToScreenWorker, FromScreenWorker>({ at: "none" });
  const { current, set } = worker;
  /** The running screening's id, once the Worker has opened it. */
  const opened = useRef<string>(undefined);

  function choose(file: File, region: string) {
    opened.current = undefined;
    worker.begin(() => new Worker(new URL("./screen-worker.ts", import.meta.url), { type: "module" }), {
      message(message, errorOf) {
        const now = current();
        if (message.kind === "progress") {
          const share = message.done / Math.max(1, message.total);
          if (now.at === "opening") set({ ...now, share });
          // The second pass reads the file again while it writes: that shows as writing.
          else if (now.at === "working" && (message.stage !== "reading" || now.stage === "reading"))
            set({ ...now, stage: message.stage, share });
        } else if (message.kind === "opened") set({ at: "ready", file, found: message.found, error: null });
        else if (message.kind === "begun") opened.current = message.id;
        else if (message.kind === "fault") set({ at: "fault", file, fault: message.fault });
        else if (message.kind === "done") {
          set({ at: "done", file, report: message.report });
          changed();
        } else if (message.kind === "failed" && now.at === "working") {
          const error = errorOf(message.id) ?? new Error("screening");
          set({ at: "ready", file, found: now.found, error });
        }
      },
      crashed: () => set({ at: "fault", file, fault: "unreadable" }),
    });
    set({ at: "opening", file, share: 0 });
    worker.tell({ kind: "open", file, region });
  }

  function start(asked: ScreenAsked) {
    const now = current();
    if (now.at !== "ready") return;
    set({ at: "working", file: now.file, found: now.found, stage: "reading", share: 0 });
    worker.tell({ kind: "screen", asked });
  }

  function cancel() {
    const { at } = current();
    worker.stop();
    set({ at: "none", cancelled: at === "working" });
    if (at === "working" && opened.current !== undefined)
      void api("POST", `/v1/screenings/${opened.current}/finish`, { cancelled: true }).then(changed, changed);
  }
  return { state: current(), choose, start, cancel };
}
