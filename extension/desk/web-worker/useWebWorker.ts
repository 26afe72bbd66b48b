/** The page's side of a web worker: its latest state, the messages both ways, and the requests that the page sends for it. */
import { useEffect, useReducer, useRef } from "react";
import { relay } from "./relay.ts";
import type { SendAnswer, SendAsked } from "./send.ts";

/** What the page does with a web worker's messages. */
interface Handlers<From> {
  /** `errorOf` gives the error of a request that failed, by its id. */
  message: (message: From, errorOf: (id: number | null) => unknown) => void;
  /** The web worker itself crashed. */
  crashed: () => void;
}

interface WebWorker<State, To, From> {
  /** The latest state, also within handlers that were made before it. */
  current: () => State;
  set: (state: State) => void;
  /** Stops any web worker that runs, and begins another. */
  begin: (create: () => Worker, handlers: Handlers<From>) => void;
  tell: (message: To) => void;
  stop: () => void;
}

const isSend = (message: { kind: string }): message is SendAsked => message.kind === "send";

/** The web worker ends with the component. */
export function useWebWorker<State, To, From extends { kind: string }>(
  idle: State,
): WebWorker<State, To, From> {
  const state = useRef(idle);
  const worker = useRef<Worker>(undefined);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => () => worker.current?.terminate(), []);

  function begin(create: () => Worker, { message: heard, crashed }: Handlers<From>) {
    worker.current?.terminate();
    const mine = create();
    worker.current = mine;
    const errors = new Map<number, unknown>();
    const answer = (message: SendAnswer) => mine.postMessage(message);
    mine.onmessage = ({ data: message }: MessageEvent<From>) => {
      if (worker.current !== mine) return;
      heard(message, (id) => errors.get(id ?? 0));
      if (!isSend(message)) return;
      const { id } = message;
      relay(message).then(
        (data) => answer({ kind: "answer", id, ok: true, data }),
        (error: unknown) => {
          errors.set(id, error);
          answer({ kind: "answer", id, ok: false });
        },
      );
    };
    mine.onerror = () => {
      if (worker.current === mine) crashed();
    };
  }
  return {
    current: () => state.current,
    set(next) {
      state.current = next;
      redraw();
    },
    begin,
    tell: (message) => worker.current?.postMessage(message),
    stop() {
      worker.current?.terminate();
      worker.current = undefined;
    },
  };
}
