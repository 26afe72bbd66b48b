/**
 * Pushes a list: packs it, compares it with what is in force, uploads only the blocks that differ and commits them. The
 * caller says how requests are sent, so that the command line and a page share this.
 */
import type { z } from "zod";
import type {
  BlockRow,
  commitAnswer,
  commitRequest,
  digestsAnswer,
  listSchema,
  partAnswer,
  uploadAnswer,
  uploadRequest,
} from "./api.ts";
import { addBlock, blockDigest, emptySums, listHash, packAll } from "./blocks.ts";

/** A part's JSON stays below this; D1 takes 2 MB a bound parameter. */
const PART_BYTES = 1_500_000;
const PARALLEL = 4;

/** Sends one request and gives the answer's JSON, or throws. It tries again by itself where that is safe. */
export type Send = <T>(
  method: "GET" | "POST" | "PUT",
  path: string,
  body?: unknown,
  key?: string,
) => Promise<T>;

export interface PushOptions {
  list: string;
  /** Sorted and distinct. */
  numbers: Float64Array;
  asOf: string;
  source: { name: string; sha256?: string };
  allowShrink?: boolean;
  attestSameFile?: boolean;
  /** A random text that names this push, so that a repeated request is known as such. */
  pushId: string;
  send: Send;
  /** Blocks compared so far, of about how many. */
  onProgress?: (done: number, total: number) => void;
}

export interface PushReport {
  version: number;
  numbers: number;
  added: number;
  removed: number;
  /** Blocks that differed and were uploaded. */
  changedBlocks: number;
  blocks: number;
  /** The list in force is the same, of the same date: nothing was written. */
  unchanged: boolean;
}

/** Throws what `send` throws; the list in force is then as it was. */
export async function push(options: PushOptions): Promise<PushReport> {
  const { list, numbers, asOf, source, send, pushId } = options;
  const base = `/v1/lists/${list}`;
  const head = await send<z.infer<typeof listSchema>>("GET", base);
  const current = await digests(send, base, head.version);

  // The upload is opened by the first part, and the parts are sent while the rest is still being packed.
  let version: number | null = null;
  const open = async (): Promise<number> => {
    const body: z.infer<typeof uploadRequest> = { asOf, parent: head.version, source };
    return (version ??= (
      await send<z.infer<typeof uploadAnswer>>("POST", `${base}/uploads`, body, `${pushId}-open`)
    ).version);
  };
  const sending = new Set<Promise<void>>();
  const failed: unknown[] = [];
  let parts = 0;
  let added = 0;
  let removed = 0;
  let changedBlocks = 0;
  let part: BlockRow[] = [];
  let partBytes = 0;

  const flush = async (): Promise<void> => {
    if (part.length === 0) return;
    const body = { blocks: part };
    const ver = await open();
    const n = ++parts;
    part = [];
    partBytes = 0;
    const sent: Promise<void> = send<z.infer<typeof partAnswer>>(
      "PUT",
      `${base}/uploads/${ver}/parts/${n}`,
      body,
    )
      .then((answer) => {
        added += answer.added;
        removed += answer.removed;
      })
      .catch((error: unknown) => void failed.push(error))
      .finally(() => sending.delete(sent));
    sending.add(sent);
    if (sending.size >= PARALLEL) await Promise.race(sending);
    if (failed.length > 0) throw failed[0];
  };
  const add = async (row: BlockRow): Promise<void> => {
    changedBlocks++;
    part.push(row);
    partBytes += row[3].length + 48;
    if (partBytes > PART_BYTES) await flush();
  };

  const sums = emptySums();
  const total = Math.max(current.size, Math.ceil(numbers.length / 300));
  for (const { block, n, data } of packAll(numbers)) {
    const digest = blockDigest(block, data);
    addBlock(sums, n, digest);
    const same = current.get(block) === digest;
    current.delete(block);
    if (!same) await add([block, n, digest, data]);
    if (sums.blocks % 500 === 0) options.onProgress?.(Math.min(sums.blocks, total), total);
  }
  for (const block of current.keys()) await add([block, 0, blockDigest(block, ""), ""]);
  if (changedBlocks === 0 && head.asOf === asOf) {
    options.onProgress?.(total, total);
    return {
      version: head.version,
      numbers: head.numbers,
      added: 0,
      removed: 0,
      changedBlocks: 0,
      blocks: sums.blocks,
      unchanged: true,
    };
  }
  await flush();
  const ver = await open();
  await Promise.all(sending);
  if (failed.length > 0) throw failed[0];

  const body: z.input<typeof commitRequest> = {
    parts,
    blocks: sums.blocks,
    numbers: sums.numbers,
    hash: listHash(sums),
    allowShrink: options.allowShrink ?? false,
    attestSameFile: options.attestSameFile ?? false,
  };
  const done = await send<z.infer<typeof commitAnswer>>(
    "POST",
    `${base}/uploads/${ver}/commit`,
    body,
    `${pushId}-commit`,
  );
  options.onProgress?.(total, total);
  return {
    version: done.version,
    numbers: done.numbers,
    added,
    removed,
    changedBlocks,
    blocks: done.blocks,
    unchanged: false,
  };
}

/** Digests of the blocks in force. A head that moves between two pages is noticed when the upload is opened. */
async function digests(send: Send, base: string, version: number): Promise<Map<number, number>> {
  const all = new Map<number, number>();
  if (version === 0) return all;
  for (let after: number | null = -1; after !== null;) {
    const page: z.infer<typeof digestsAnswer> = await send("GET", `${base}/digests?after=${after}`);
    for (const [block, , digest] of page.blocks) all.set(block, digest);
    after = page.next;
  }
  return all;
}
