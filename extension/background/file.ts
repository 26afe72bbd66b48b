/** A file from the Worker to one of our own pages, in one piece: a few megabytes at the most. */
import { toBase64 } from "../base64.ts";
import type { SentFile } from "../messages.ts";
import type { Link } from "./link.ts";

const PATIENCE_MS = 60_000;

/** Throws as `link.open` does. */
export async function fetchFile(path: string, link: Pick<Link, "open" | "fail">): Promise<SentFile> {
  const { answer } = await link.open("GET", path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const bytes = await answer.arrayBuffer().catch((error: unknown) => {
    throw link.fail("offline", String(error));
  });
  return {
    type: answer.headers.get("content-type") ?? "",
    base64: toBase64([new Uint8Array(bytes)]),
  };
}
