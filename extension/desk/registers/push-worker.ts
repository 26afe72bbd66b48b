/**
 * A web worker that reads a register's file, uploads what differs and, once it is told to, commits it, with the command
 * line's code. It keeps the file's numbers, so that nothing is read again for another date or after a refusal. The page sends
 * its API requests (web-worker/send.ts).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  type FileFault,
  NotARegister,
  type RegisterFile,
  RegisterReader,
} from "../../../shared/registers/file.ts";
import {
  type Comparison,
  type Meant,
  type PushReport,
  stage,
  type Staged,
} from "../../../shared/registers/push.ts";
import { answered, RequestFailed, send, type SendAnswer, type SendAsked } from "../web-worker/send.ts";

/** What the page shows of a file. The numbers themselves stay here. */
export interface FileReport extends Pick<RegisterFile, "lines" | "duplicates" | "skipped"> {
  read: number;
}

export type ToPushWorker =
  | { kind: "read"; file: File; region: string }
  /** Ends what it did for another date. `turn` is one more with each of these and of `leave`. */
  | { kind: "stage"; list: string; asOf: string; turn: number }
  | { kind: "leave"; turn: number }
  | { kind: "commit"; meant: Meant }
  | SendAnswer;

export type FromPushWorker =
  | { kind: "progress"; done: number; total: number }
  | { kind: "read"; report: FileReport }
  | { kind: "not-a-list"; fault: FileFault }
  | SendAsked
  | { kind: "staged"; found: Comparison; turn: number }
  | { kind: "pushed"; report: PushReport }
  /** A request failed (its `id`), or the file could not be read to its end (null). */
  | { kind: "failed"; id: number | null; turn: number };

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

let staged: Staged | null = null;
/** What is staged now: another date, or none, ends it. The page counts, as a message to it may cross its own. */
let turn = 0;
class Left extends Error {}

async function stageFile(list: string, asOf: string): Promise<void> {
  if (!file) throw new Error("no file has been read");
  const { name, numbers, sha256 } = file;
  const mine = turn;
  const whileMine = <A extends unknown[], T>(does: (...given: A) => T) => {
    return (...given: A): T => {
      if (mine !== turn) throw new Left();
      return does(...given);
    };
  };
  const found = await stage({
    ...{ list, asOf, numbers, source: { name, sha256 }, pushId: crypto.randomUUID() },
    send: whileMine(send) as typeof send,
    onProgress: whileMine((done, total) => tell({ kind: "progress", done, total })),
  });
  const comparison = await found.compare();
  if (mine !== turn) return;
  staged = found;
  tell({ kind: "staged", found: comparison, turn });
}

/** Ends what is under way. */
function leave(next: number): void {
  turn = next;
  staged = null;
}

async function commit(meant: Meant): Promise<void> {
  if (!staged) throw new Error("nothing is staged");
  tell({ kind: "pushed", report: await staged.commit(meant) });
}

function fail(error: unknown): void {
  if (error instanceof NotARegister) tell({ kind: "not-a-list", fault: error.fault });
  else tell({ kind: "failed", id: error instanceof RequestFailed ? error.id : null, turn });
}

addEventListener("message", ({ data: message }: MessageEvent<ToPushWorker>) => {
  if (message.kind === "read") void read(message.file, message.region).catch(fail);
  else if (message.kind === "stage") {
    leave(message.turn);
    const mine = turn;
    // A request that failed for a date that was left is told to no one.
    void stageFile(message.list, message.asOf).catch((error: unknown) => mine === turn && fail(error));
  } else if (message.kind === "leave") leave(message.turn);
  else if (message.kind === "commit") void commit(message.meant).catch(fail);
  else answered(message);
});
