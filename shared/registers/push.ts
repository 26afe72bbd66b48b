/**
 * Pushes a register's numbers: packs them, compares them with the blocks in force, uploads only the blocks that differ
 * and commits them. Or pushes changes. The caller passes `send`, so that the command line and the desk share this.
 */
import type { Register } from "./api.ts";
import type { BlockRow, ChangeRow, DigestsAnswer, UploadRequest } from "./api-upload.ts";
import { addBlock, blockDigest, emptySums, blocksHash, packAll } from "./blocks.ts";
import type { Send } from "../core/send.ts";
import { PartsDiffer, Upload } from "./upload.ts";

interface Options {
  list: string;
  asOf: string;
  /** The file. With its hash an interrupted push can resume. */
  source: { name: string; sha256?: string };
  allowShrink?: boolean;
  attestSameFile?: boolean;
  /** A random text that identifies this push: the Idempotency-Keys of its requests begin with it. */
  pushId: string;
  send: Send;
  /** Called with the number of blocks compared so far, and about how many there are. */
  onProgress?: (done: number, total: number) => void;
}
export interface PushOptions extends Options {
  /** Sorted and distinct. */
  numbers: Float64Array;
}
export interface ChangesOptions extends Options {
  /** Sorted and distinct, and no number in both. */
  add: Float64Array;
  remove: Float64Array;
}

/** What a push would change. Of blocks that differ only the counts are known, so that fewer may be added and removed there. */
export interface Comparison {
  /** The numbers in force, and those of the file. */
  now: number;
  then: number;
  /** At least so many. */
  added: number;
  removed: number;
  changedBlocks: number;
  /** No copy is in force. */
  first: boolean;
}

/** Reads what is in force, and sends nothing of the file. Throws what `send` throws. */
export async function compare({
  list,
  numbers,
  send,
}: Pick<PushOptions, "list" | "numbers" | "send">): Promise<Comparison> {
  const base = `/v1/lists/${list}`;
  const head = await send<Register>("GET", base);
  const current = await digests(send, base, head.version);
  const found = { now: head.numbers, then: numbers.length, added: 0, removed: 0, changedBlocks: 0 };
  const differs = (before: number, after: number) => {
    found.changedBlocks++;
    found.added += Math.max(0, after - before);
    found.removed += Math.max(0, before - after);
  };
  for (const { block, n, data } of packAll(numbers)) {
    const before = current.get(block);
    current.delete(block);
    if (before?.digest !== blockDigest(block, data)) differs(before?.n ?? 0, n);
  }
  for (const { n } of current.values()) differs(n, 0);
  return { ...found, first: head.version === 0 };
}

export interface PushReport {
  version: number;
  numbers: number;
  added: number;
  removed: number;
  /** Blocks that differed and were uploaded. */
  changedBlocks: number;
  blocks: number;
  parts: number;
  /** Parts that this run sent: after an interruption only those that were missing. */
  sent: number;
  /** The register in force has the same numbers and date: nothing was written. */
  unchanged: boolean;
}

/** Throws what `send` throws; the register in force is then unchanged. */
export const push = (options: PushOptions): Promise<PushReport> =>
  resuming((anew) => pushWhole(options, anew));

/**
 * The same for changes: adding a listed number, or removing another, has no effect. The register must have been loaded.
 */
export const pushChanges = (options: ChangesOptions): Promise<PushReport> =>
  resuming((anew) => pushSome(options, anew));

/** Resumes an interrupted upload, and starts a new one where its parts differ from what is sent now. */
async function resuming(run: (anew: boolean) => Promise<PushReport>): Promise<PushReport> {
  try {
    return await run(false);
  } catch (error) {
    if (error instanceof PartsDiffer) return run(true);
    throw error;
  }
}

async function pushWhole(options: PushOptions, anew: boolean): Promise<PushReport> {
  const { list, numbers, asOf, source, send, pushId } = options;
  const base = `/v1/lists/${list}`;
  const head = await send<Register>("GET", base);
  const current = await digests(send, base, head.version);
  const opening: UploadRequest = { asOf, parent: head.version, source, anew };
  // Parts are sent while the rest is being packed.
  const upload = new Upload<BlockRow>(send, base, opening, pushId);

  let changedBlocks = 0;
  const add = (row: BlockRow): Promise<void> => {
    changedBlocks++;
    return upload.add(row);
  };
  const sums = emptySums();
  const total = Math.max(current.size, Math.ceil(numbers.length / 300));
  for (const { block, n, data } of packAll(numbers)) {
    const digest = blockDigest(block, data);
    addBlock(sums, n, digest);
    const same = current.get(block)?.digest === digest;
    current.delete(block);
    if (!same) await add([block, n, digest, data]);
    if (sums.blocks % 500 === 0) options.onProgress?.(Math.min(sums.blocks, total), total);
  }
  for (const block of current.keys()) await add([block, 0, blockDigest(block, ""), ""]);
  if (changedBlocks === 0 && head.asOf === asOf) {
    options.onProgress?.(total, total);
    return {
      ...{ version: head.version, numbers: head.numbers, added: 0, removed: 0, changedBlocks: 0 },
      ...{ blocks: sums.blocks, parts: 0, sent: 0, unchanged: true },
    };
  }
  const done = await upload.commit({
    ...{ blocks: sums.blocks, numbers: sums.numbers, hash: blocksHash(sums) },
    allowShrink: options.allowShrink ?? false,
    attestSameFile: options.attestSameFile ?? false,
  });
  options.onProgress?.(total, total);
  return { ...done, changedBlocks, unchanged: false };
}

async function pushSome(options: ChangesOptions, anew: boolean): Promise<PushReport> {
  const { list, add, remove, asOf, source, send, pushId } = options;
  const base = `/v1/lists/${list}`;
  const head = await send<Register>("GET", base);
  const opening: UploadRequest = { asOf, parent: head.version, kind: "changes", source, anew };
  const upload = new Upload<ChangeRow>(send, base, opening, pushId);
  const changes = new Map<number, ChangeRow>();
  for (const { block, data } of packAll(add)) changes.set(block, [block, data, ""]);
  for (const { block, data } of packAll(remove))
    changes.set(block, [block, changes.get(block)?.[1] ?? "", data]);
  for (const row of changes.values()) await upload.add(row);
  const done = await upload.commit({
    allowShrink: options.allowShrink ?? false,
    attestSameFile: options.attestSameFile ?? false,
  });
  options.onProgress?.(changes.size, changes.size);
  return { ...done, changedBlocks: changes.size, unchanged: false };
}

/** The digests of the blocks in force, by block. If the head moves between two pages, opening the upload fails. */
async function digests(
  send: Send,
  base: string,
  version: number,
): Promise<Map<number, { n: number; digest: number }>> {
  const all = new Map<number, { n: number; digest: number }>();
  if (version === 0) return all;
  for (let after: number | null = -1; after !== null;) {
    const page: DigestsAnswer = await send("GET", `${base}/digests?after=${after}`);
    for (const [block, n, digest] of page.blocks) all.set(block, { n, digest });
    after = page.next;
  }
  return all;
}
