/**
 * A web worker that reads a register's file and pushes it, with the command line's code. It keeps the file's numbers, so that
 * a refused push can be retried without reading the file again. The page sends its API requests (web-worker/send.ts).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  type FileFault,
  NotARegister,
  type RegisterFile,
  RegisterReader,
} from "../../../shared/registers/file.ts";
import { compare, type Comparison, push, type PushReport } from "../../../shared/registers/push.ts";
import { answered, RequestFailed, send, type SendAnswer, type SendAsked } from "../web-worker/send.ts";

/** What the page shows of a file. The numbers themselves stay here. */
export interface FileReport extends Pick<RegisterFile, "lines" | "duplicates" | "skipped"> {
  read: number;
}

/** What the file would change, or that nobody could tell. */
export type Compared = Comparison | "unknown";

export interface PushAsked {
  list: string;
  asOf: string;
  allowShrink: boolean;
  attestSameFile: boolean;
}

export type ToPushWorker =
  | { kind: "read"; file: File; region: string }
  | { kind: "compare"; list: string }
  | { kind: "push"; asked: PushAsked }
  | SendAnswer;

export type FromPushWorker =
  | { kind: "progress"; done: number; total: number }
  | { kind: "read"; report: FileReport }
  | { kind: "not-a-list"; fault: FileFault }
  | SendAsked
  | { kind: "compared"; found: Compared }
  | { kind: "pushed"; report: PushReport }
  /** A request failed (its `id`), or the file could not be read to its end (null). */
  | { kind: "failed"; id: number | null };

const tell = (message: FromPushWorker): void => postMessage(message);

let file: { name: string; numbers: Float64Array; sha256: string } | null = null;
async function read(from: File, region: string): Promise<void> {
  const reader = new RegisterReader(region);
  const hash = sha256.create();
  let done = 0;
  for await (const chunk of from.stream()) {
    hash.update(chunk);
    reader.feed(chunk);
    tell({ kind: "progress", done: (done += chunk.length), total: from.size });
  }
  const { numbers, lines, duplicates, skipped } = reader.end();
  file = { name: from.name, numbers, sha256: bytesToHex(hash.digest()) };
  tell({ kind: "read", report: { read: numbers.length, lines, duplicates, skipped } });
}

async function compareFile(list: string): Promise<void> {
  if (!file) throw new Error("no file has been read");
  tell({ kind: "compared", found: await compare({ list, numbers: file.numbers, send }) });
}

async function pushFile(asked: PushAsked): Promise<void> {
  if (!file) throw new Error("no file has been read");
  const { name, numbers, sha256 } = file;
  const report = await push({
    ...asked,
    numbers,
    source: { name, sha256 },
    pushId: crypto.randomUUID(),
    send,
    onProgress: (done, total) => tell({ kind: "progress", done, total }),
  });
  tell({ kind: "pushed", report });
}

function fail(error: unknown): void {
  if (error instanceof NotARegister) tell({ kind: "not-a-list", fault: error.fault });
  else tell({ kind: "failed", id: error instanceof RequestFailed ? error.id : null });
}

addEventListener("message", ({ data: message }: MessageEvent<ToPushWorker>) => {
  if (message.kind === "read") void read(message.file, message.region).catch(fail);
  // Without a comparison it can be pushed as well, once that is said.
  else if (message.kind === "compare")
    void compareFile(message.list).catch(() => tell({ kind: "compared", found: "unknown" }));
  else if (message.kind === "push") void pushFile(message.asked).catch(fail);
  else answered(message);
});
