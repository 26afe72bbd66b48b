/** One push as a page sees it: what it is at, how far, and how it ended. The work is done in push-worker.ts. */
import { useEffect, useReducer, useRef } from "react";
import type { FileFault } from "../../../shared/registers/file.ts";
import type { PushReport } from "../../../shared/registers/push.ts";
import type { FileReport, FromPushWorker, PushAsked, ToPushWorker } from "./push-worker.ts";
import { relay } from "../parts/relay.ts";

export type PushState =
  | { at: "none"; cancelled?: boolean }
  | { at: "reading"; file: File; share: number }
  | { at: "not-a-list"; file: File; fault: FileFault | null }
  | { at: "ready"; file: File; found: FileReport; error: unknown }
  /** `last`: the commit has been sent, and can no longer be called off. */
  | { at: "pushing"; file: File; found: FileReport; share: number; last: boolean }
  | { at: "done"; file: File; found: FileReport; asOf: string; report: PushReport };

export interface Push {
  state: PushState;
  choose: (file: File, region: string) => void;
  start: (asked: PushAsked) => void;
  /** Ends it where it stands; nothing of the list in force changes. */
  cancel: () => void;
}

/** `done` is called when a push has come into force. */
export function usePush(done: (report: PushReport) => void): Push {
  const state = useRef<PushState>({ at: "none" });
  const worker = useRef<Worker>(undefined);
  const [, shown] = useReducer((n: number) => n + 1, 0);
  const put = (next: PushState) => {
    state.current = next;
    shown();
  };
  useEffect(() => () => worker.current?.terminate(), []);

  function choose(file: File, region: string) {
    worker.current?.terminate();
    const mine = new Worker(new URL("./push-worker.ts", import.meta.url), { type: "module" });
    worker.current = mine;
    const errors = new Map<number, unknown>();
    const to = (message: ToPushWorker) => mine.postMessage(message);

    mine.onmessage = ({ data: message }: MessageEvent<FromPushWorker>) => {
      if (worker.current !== mine) return;
      const now = state.current;
      if (message.kind === "progress") {
        const share = message.done / Math.max(1, message.total);
        if (now.at === "reading" || now.at === "pushing") put({ ...now, share });
      } else if (message.kind === "send") {
        if (message.path.endsWith("/commit") && now.at === "pushing") put({ ...now, last: true });
        relay(message).then(
          (data) => to({ kind: "answer", id: message.id, ok: true, data }),
          (error: unknown) => {
            errors.set(message.id, error);
            to({ kind: "answer", id: message.id, ok: false });
          },
        );
      } else if (message.kind === "read") put({ at: "ready", file, found: message.report, error: null });
      else if (message.kind === "not-a-list") put({ at: "not-a-list", file, fault: message.fault });
      else if (now.at === "pushing") {
        if (message.kind === "failed")
          put({
            at: "ready",
            file,
            found: now.found,
            error: errors.get(message.id ?? 0) ?? new Error("push"),
          });
        else {
          put({ at: "done", file, found: now.found, asOf: asOf.current, report: message.report });
          done(message.report);
        }
      } else put({ at: "not-a-list", file, fault: null });
    };
    mine.onerror = () => {
      if (worker.current === mine) put({ at: "not-a-list", file, fault: null });
    };
    put({ at: "reading", file, share: 0 });
    to({ kind: "read", file, region });
  }

  const asOf = useRef("");
  function start(asked: PushAsked) {
    const now = state.current;
    if (now.at !== "ready" || !worker.current) return;
    asOf.current = asked.asOf;
    put({ at: "pushing", file: now.file, found: now.found, share: 0, last: false });
    worker.current.postMessage({ kind: "push", asked } satisfies ToPushWorker);
  }

  function cancel() {
    const was = state.current;
    worker.current?.terminate();
    worker.current = undefined;
    put({ at: "none", cancelled: was.at === "pushing" || was.at === "reading" });
  }
  return { state: state.current, choose, start, cancel };
}
