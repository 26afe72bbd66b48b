/** Fetches a file of at most a few megabytes for one of our own pages. Audio comes in pieces instead (audio.ts). */
import { toBase64 } from "../base64.ts";
import type { SentFile } from "../carried.ts";
import type { WorkerClient } from "./worker-client.ts";

const PATIENCE_MS = 60_000;

/** Throws NoAnswer or Refused, as `worker.open` does. */
export async function fetchFile(
  path: string,
  worker: Pick<WorkerClient, "open" | "fail">,
): Promise<SentFile> {
  const { answer } = await worker.open("GET", path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const bytes = await answer.arrayBuffer().catch((error: unknown) => {
    throw worker.fail("offline", String(error));
  });
  return {
    type: answer.headers.get("content-type") ?? "",
    base64: toBase64([new Uint8Array(bytes)]),
  };
}
