/** One screening as a page sees it: what it is at, how far, and how it ended. The work is done in screen-worker.ts. */
import { useEffect, useReducer, useRef } from "react";
import { api } from "../../ui/api.ts";
import { relay } from "../parts/relay.ts";
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
  | { at: "ready"; file: File; found: FoundTable; error: unknown }
  | { at: "working"; file: File; found: FoundTable; stage: Stage; share: number }
  | { at: "done"; file: File; report: ScreenReport };

export interface Screening {
  state: ScreeningState;
  choose: (file: File, region: string) => void;
  start: (asked: ScreenAsked) => void;
  /** Ends it where it stands. What was judged by then stays on record, as a screening that was given up. */
  cancel: () => void;
}

/** `changed` is called where there is another screening to be seen. */
export function useScreening(changed: () => void): Screening {
  const state = useRef<ScreeningState>({ at: "none" });
  const worker = useRef<Worker>(undefined);
  const begun = useRef<string>(undefined);
  const [, shown] = useReducer((n: number) => n + 1, 0);
  const put = (next: ScreeningState) => {
    state.current = next;
    shown();
  };
  useEffect(() => () => worker.current?.terminate(), []);

  function choose(file: File, region: string) {
    worker.current?.terminate();
    const mine = new Worker(new URL("./screen-worker.ts", import.meta.url), { type: "module" });
    worker.current = mine;
    begun.current = undefined;
    const errors = new Map<number, unknown>();
    const to = (message: ToScreenWorker) => mine.postMessage(message);
    const heard = (message: FromScreenWorker) => {
      const now = state.current;
      if (message.kind === "progress") {
        const share = message.done / Math.max(1, message.total);
        if (now.at === "opening") put({ ...now, share });
        // The second pass reads as well: what is said is that it writes.
        else if (now.at === "working" && (message.stage !== "reading" || now.stage === "reading"))
          put({ ...now, stage: message.stage, share });
      } else if (message.kind === "send")
        relay(message).then(
          (data) => to({ kind: "answer", id: message.id, ok: true, data }),
          (error: unknown) => {
            errors.set(message.id, error);
            to({ kind: "answer", id: message.id, ok: false });
          },
        );
      else if (message.kind === "opened") put({ at: "ready", file, found: message.found, error: null });
      else if (message.kind === "begun") begun.current = message.id;
      else if (message.kind === "fault") put({ at: "fault", file, fault: message.fault });
      else if (message.kind === "done") {
        put({ at: "done", file, report: message.report });
        changed();
      } else if (now.at === "working")
        put({ at: "ready", file, found: now.found, error: errors.get(message.id) ?? new Error("screening") });
    };
    mine.onmessage = ({ data }: MessageEvent<FromScreenWorker>) => {
      if (worker.current === mine) heard(data);
    };
    mine.onerror = () => {
      if (worker.current === mine) put({ at: "fault", file, fault: "unreadable" });
    };
    put({ at: "opening", file, share: 0 });
    to({ kind: "open", file, region });
  }

  function start(asked: ScreenAsked) {
    const now = state.current;
    if (now.at !== "ready" || !worker.current) return;
    put({ at: "working", file: now.file, found: now.found, stage: "reading", share: 0 });
    worker.current.postMessage({ kind: "screen", asked } satisfies ToScreenWorker);
  }

  function cancel() {
    const was = state.current;
    worker.current?.terminate();
    worker.current = undefined;
    put({ at: "none", cancelled: was.at === "working" });
    if (was.at === "working" && begun.current !== undefined)
      void api("POST", `/v1/screenings/${begun.current}/finish`, { cancelled: true }).then(changed, changed);
  }
  return { state: state.current, choose, start, cancel };
}
