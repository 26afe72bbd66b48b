/**
 * Streams a recording's audio, or a requester's copy, from the Worker to one of our own pages over a port, piece by piece. The
 * token does not leave the background.
 */
import { toBase64 } from "../base64.ts";
import type { FromAudio, ToAudio } from "../audio-port.ts";
import type { WorkerClient } from "./worker-client.ts";
import { NoAnswer, Refused } from "./worker-errors.ts";

/** Bytes of one piece: few messages, each too small to be felt. */
const PIECE = 512 * 1024;
/** How long the answer may take to begin: the Worker asks the store first. */
const PATIENCE_MS = 30_000;

export type AudioPort = Pick<chrome.runtime.Port, "onMessage" | "onDisconnect" | "postMessage">;

/** Serves one port, which fetches one path. The page asks for each piece; closing the port cancels the fetch. */
export function serveAudio(port: AudioPort, worker: Pick<WorkerClient, "open" | "fail" | "retry">): void {
  const over = new AbortController();
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let closed = false;
  const post = (message: FromAudio) => {
    if (!closed) port.postMessage(message);
  };

  async function open(path: string): Promise<FromAudio> {
    const late = setTimeout(() => over.abort(new DOMException("late", "TimeoutError")), PATIENCE_MS);
    try {
      // A person pressed a button: ask at once, despite the pause after earlier failures.
      worker.retry();
      const { answer } = await worker.open("GET", path, { signal: over.signal });
      reader = answer.body?.getReader() ?? null;
      const size = Number(answer.headers.get("content-length") ?? NaN);
      return {
        kind: "head",
        type: answer.headers.get("content-type") ?? "",
        size: Number.isInteger(size) ? size : null,
      };
    } finally {
      clearTimeout(late);
    }
  }

  async function next(): Promise<FromAudio> {
    const parts: Uint8Array[] = [];
    for (let size = 0; size < PIECE; size += parts.at(-1)!.length) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) break;
      parts.push(value);
    }
    return parts.length === 0 ? { kind: "end" } : { kind: "piece", bytes: toBase64(parts) };
  }

  port.onMessage.addListener((message: ToAudio) => {
    (message.kind === "open" ? open(message.path) : next()).then(post, (error: unknown) => {
      if (!closed) post(failure(error));
    });
  });
  port.onDisconnect.addListener(() => {
    closed = true;
    over.abort();
  });

  function failure(error: unknown): FromAudio {
    if (error instanceof Refused) return { kind: "failed", trouble: "refused", problem: error.problem };
    // Interrupted in the middle, or never answered.
    const { trouble } = error instanceof NoAnswer ? error : worker.fail("offline", String(error));
    return { kind: "failed", trouble, problem: null };
  }
}
