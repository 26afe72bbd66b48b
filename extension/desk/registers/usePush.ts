/** The push of a register's file as the page sees it: its stage, how far it is, how it ended. push-worker.ts does the work. */
import { useRef } from "react";
import type { FileFault } from "../../../shared/registers/file.ts";
import type { Comparison, Meant, PushReport } from "../../../shared/registers/push.ts";
import { useWebWorker } from "../web-worker/useWebWorker.ts";
import type { SendAsked } from "../web-worker/send.ts";
import type { FileReport, FromPushWorker, ToPushWorker } from "./push-worker.ts";

interface Read {
  file: File;
  found: FileReport;
}
export type PushState =
  | { at: "none"; cancelled?: boolean }
  | { at: "reading"; file: File; share: number }
  /** `fault` is null where the file could not be read to its end. */
  | { at: "not-a-list"; file: File; fault: FileFault | null }
  /** It waits for the register's date, or for another try. `error` is why the last one failed. */
  | ({ at: "ready"; error: unknown } & Read)
  /** What differs is uploaded: nothing of it is in force. */
  | ({ at: "staging"; asOf: string; share: number } & Read)
  /** It waits for a person. `error` is why the last commit was refused. */
  | ({ at: "staged"; asOf: string; compared: Comparison; error: unknown } & Read)
  | ({ at: "committing"; asOf: string; compared: Comparison } & Read)
  | ({ at: "done"; asOf: string; report: PushReport } & Read);

export interface Push {
  state: PushState;
  choose: (file: File, region: string) => void;
  /** Uploads what differs under this date, instead of under another. */
  stage: (list: string, asOf: string) => void;
  /** Back to the file that was read: what was staged does not count. */
  leave: () => void;
  /** Makes what was staged live. */
  commit: (meant: Meant) => void;
  /** Stops where it is. The register's current version stays as it was. */
  cancel: () => void;
}

type Said = Exclude<FromPushWorker, SendAsked>;

/**
 * The state after a message of the web worker, with the error of the request that failed. A message of another `turn`
 * is about a date that was left, and changes nothing: it was on its way when the date changed.
 */
export function heard(now: PushState, message: Said, turn: number, error?: unknown): PushState {
  switch (message.kind) {
    case "progress": {
      const share = message.done / Math.max(1, message.total);
      return now.at === "reading" || now.at === "staging" ? { ...now, share } : now;
    }
    case "read":
      if (now.at !== "reading") return now;
      return { at: "ready", file: now.file, found: message.report, error: null };
    case "not-a-list":
      return now.at === "reading" ? { at: "not-a-list", file: now.file, fault: message.fault } : now;
    case "staged":
      if (now.at !== "staging" || message.turn !== turn) return now;
      return { ...now, at: "staged", compared: message.found, error: null };
    case "failed":
      if (message.turn !== turn) return now;
      if (now.at === "reading") return { at: "not-a-list", file: now.file, fault: null };
      if (now.at === "staging") return { at: "ready", file: now.file, found: now.found, error };
      return now.at === "committing" ? { ...now, at: "staged", error } : now;
    case "pushed":
      if (now.at !== "committing") return now;
      return { at: "done", file: now.file, found: now.found, asOf: now.asOf, report: message.report };
  }
}

/** `done` is called when the new version is live. */
export function usePush(done: (report: PushReport) => void): Push {
  const worker = useWebWorker<PushState, ToPushWorker, FromPushWorker>({ at: "none" });
  const { current, set } = worker;
  /** One more with each date that is staged or left, as the web worker is told. */
  const turn = useRef(0);
  function choose(file: File, region: string) {
    worker.begin(() => new Worker(new URL("./push-worker.ts", import.meta.url), { type: "module" }), {
      message(message, errorOf) {
        if (message.kind === "send") return;
        const error = message.kind === "failed" && (errorOf(message.id) ?? new Error("push"));
        const next = heard(current(), message, turn.current, error);
        set(next);
        if (message.kind === "pushed" && next.at === "done") done(message.report);
      },
      crashed: () => set({ at: "not-a-list", file, fault: null }),
    });
    turn.current = 0;
    set({ at: "reading", file, share: 0 });
    worker.tell({ kind: "read", file, region });
  }

  function stage(list: string, asOf: string) {
    const now = current();
    if (now.at !== "ready" && now.at !== "staging" && now.at !== "staged") return;
    set({ at: "staging", file: now.file, found: now.found, asOf, share: 0 });
    worker.tell({ kind: "stage", list, asOf, turn: ++turn.current });
  }

  function leave() {
    const now = current();
    if (now.at !== "ready" && now.at !== "staging" && now.at !== "staged") return;
    worker.tell({ kind: "leave", turn: ++turn.current });
    set({ at: "ready", file: now.file, found: now.found, error: null });
  }

  function commit(meant: Meant) {
    const now = current();
    if (now.at !== "staged") return;
    set({ at: "committing", file: now.file, found: now.found, asOf: now.asOf, compared: now.compared });
    worker.tell({ kind: "commit", meant });
  }

  function cancel() {
    const { at } = current();
    worker.stop();
    set({ at: "none", cancelled: at === "reading" || at === "staging" });
  }
  return { state: current(), choose, stage, leave, commit, cancel };
}
