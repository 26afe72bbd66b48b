/** The push of a register's file as the page sees it: its stage, how far it is, how it ended. push-worker.ts does the work. */
import { useRef } from "react";
import type { FileFault } from "../../../shared/registers/file.ts";
import type { PushReport } from "../../../shared/registers/push.ts";
import { useWebWorker } from "../web-worker/useWebWorker.ts";
import type { Compared, FileReport, FromPushWorker, PushAsked, ToPushWorker } from "./push-worker.ts";

export type PushState =
  | { at: "none"; cancelled?: boolean }
  | { at: "reading"; file: File; share: number }
  /** `fault` is null where the file could not be read to its end. */
  | { at: "not-a-list"; file: File; fault: FileFault | null }
  /** `error` is why the last push of this file failed; null before the first. `compared` is null until it was looked at. */
  | { at: "ready"; file: File; found: FileReport; compared: Compared | null; error: unknown }
  /** `last`: the commit has been sent, and the push can no longer be cancelled. */
  | {
      at: "pushing";
      file: File;
      found: FileReport;
      compared: Compared;
      share: number;
      last: boolean;
    }
  | { at: "done"; file: File; found: FileReport; asOf: string; report: PushReport };

export interface Push {
  state: PushState;
  choose: (file: File, region: string, list: string) => void;
  /** Does nothing before it is said what would change. */
  start: (asked: PushAsked) => void;
  /** Stops where it is. The register's current version stays as it was. */
  cancel: () => void;
}

/** `done` is called when the new version is live. */
export function usePush(done: (report: PushReport) => void): Push {
  const worker = useWebWorker<PushState, ToPushWorker, FromPushWorker>({ at: "none" });
  const { current, set } = worker;
  const asOf = useRef("");

  function choose(file: File, region: string, list: string) {
    const unreadable = () => set({ at: "not-a-list", file, fault: null });
    worker.begin(() => new Worker(new URL("./push-worker.ts", import.meta.url), { type: "module" }), {
      message(message, errorOf) {
        const now = current();
        if (message.kind === "progress") {
          const share = message.done / Math.max(1, message.total);
          if (now.at === "reading" || now.at === "pushing") set({ ...now, share });
        } else if (message.kind === "send") {
          if (message.path.endsWith("/commit") && now.at === "pushing") set({ ...now, last: true });
        } else if (message.kind === "read") {
          set({ at: "ready", file, found: message.report, compared: null, error: null });
          worker.tell({ kind: "compare", list });
        } else if (message.kind === "compared") {
          if (now.at === "ready") set({ ...now, compared: message.found });
        } else if (message.kind === "not-a-list") set({ at: "not-a-list", file, fault: message.fault });
        else if (now.at !== "pushing") unreadable();
        else if (message.kind === "failed")
          set({
            ...{ at: "ready", file, found: now.found, compared: now.compared },
            error: errorOf(message.id) ?? new Error("push"),
          });
        else {
          set({ at: "done", file, found: now.found, asOf: asOf.current, report: message.report });
          done(message.report);
        }
      },
      crashed: unreadable,
    });
    set({ at: "reading", file, share: 0 });
    worker.tell({ kind: "read", file, region });
  }

  function start(asked: PushAsked) {
    const now = current();
    if (now.at !== "ready" || now.compared === null) return;
    asOf.current = asked.asOf;
    set({
      ...{ at: "pushing", file: now.file, found: now.found, compared: now.compared },
      ...{ share: 0, last: false },
    });
    worker.tell({ kind: "push", asked });
  }

  function cancel() {
    const { at } = current();
    worker.stop();
    set({ at: "none", cancelled: at === "pushing" || at === "reading" });
  }
  return { state: current(), choose, start, cancel };
}
