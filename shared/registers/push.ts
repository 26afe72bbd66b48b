/**
 * Pushes a register's numbers: packs them, compares them with the blocks in force, uploads only the blocks that differ
 * and commits them. `stage` does all but the commit, and can say what that would change. Or pushes changes. The caller passes
 * `send`, so that the command line and the desk share this.
 */
import type { Register } from "./api.ts";
import type { BlockRow, ChangeRow, DigestsAnswer, UploadRequest } from "./api-upload.ts";
import { addBlock, blockDigest, blockOf, emptySums, blocksHash, packAll } from "./blocks.ts";
import { Compared } from "./groups.ts";
import type { Send } from "../core/send.ts";
import { PartsDiffer, Upload, type UploadReport } from "./upload.ts";

/** What a person confirmed. */
export interface Meant {
  allowShrink?: boolean;
  attestSameFile?: boolean;
}
interface Staging {
  list: string;
  asOf: string;
  /** The file. With its hash an interrupted push can resume. */
  source: { name: string; sha256?: string };
  /** A random text that identifies this push: the Idempotency-Keys of its requests begin with it. */
  pushId: string;
  send: Send;
  /** Called with how many blocks are the same or have arrived, and how many there are. */
  onProgress?: (done: number, total: number) => void;
}
export interface StageOptions extends Staging {
  /** Sorted and distinct. */
  numbers: Float64Array;
}
export type PushOptions = StageOptions & Meant;
export interface ChangesOptions extends Staging, Meant {
  /** Sorted and distinct, and no number in both. */
  add: Float64Array;
  remove: Float64Array;
}

/** What a commit would change, counted by the Worker number by number: for it a question of its own, as its answer is on the trail. */
export interface Comparison {
  /** The version that was compared; 0 where no copy is in force. */
  version: number;
  /** The numbers in force, and those of the file. */
  now: number;
  then: number;
  added: number;
  removed: number;
  /** The register in force has the same numbers and date: a commit writes nothing. */
  unchanged: boolean;
}

/** An upload that is whole and not yet in force. */
export interface Staged {
  compare: () => Promise<Comparison>;
  /** Throws what `send` throws. After a refusal that `meant` answers it can be called again. */
  commit: (meant: Meant) => Promise<PushReport>;
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
export const push = async (options: PushOptions): Promise<PushReport> =>
  (await stage(options)).commit(options);

/** Uploads what differs. The register in force stays as it is. Throws what `send` throws. */
export const stage = (options: StageOptions): Promise<Staged> =>
  resuming((anew) => stageWhole(options, anew));

/**
 * The same for changes: adding a listed number, or removing another, has no effect. The register must have been loaded.
 */
export const pushChanges = async (options: ChangesOptions): Promise<PushReport> =>
  (await resuming((anew) => stageSome(options, anew)))(options);

/** Resumes an interrupted upload, and starts a new one where its parts differ from what is sent now. */
async function resuming<T>(run: (anew: boolean) => Promise<T>): Promise<T> {
  try {
    return await run(false);
  } catch (error) {
    if (error instanceof PartsDiffer) return run(true);
    throw error;
  }
}

async function stageWhole(options: StageOptions, anew: boolean): Promise<Staged> {
  const { list, numbers, asOf, source, send, pushId } = options;
  const base = `/v1/lists/${list}`;
  const head = await send<Register>("GET", base);
  const current = await digests(send, base, head.version);
  const total = blocksOf(numbers, current);
  let done = 0;
  const advance = (blocks: number) => options.onProgress?.((done += blocks), total);
  const opening: UploadRequest = { asOf, parent: head.version, source, anew };
  // Parts are sent while the rest is being packed.
  const upload = new Upload<BlockRow>(send, base, opening, pushId, advance);

  let changedBlocks = 0;
  const add = (row: BlockRow): Promise<void> => {
    changedBlocks++;
    return upload.add(row);
  };
  const sums = emptySums();
  let counted = 0;
  for (const { block, n, data } of packAll(numbers)) {
    const digest = blockDigest(block, data);
    addBlock(sums, n, digest);
    for (const row of current.next([block, n, digest, data])) await add(row);
    if (current.same - counted < 500) continue;
    advance(current.same - counted);
    counted = current.same;
  }
  for (const row of current.rest()) await add(row);
  advance(current.same - counted);

  const unchanged = changedBlocks === 0 && head.asOf === asOf;
  if (!unchanged) await upload.arrived();
  const { version } = head;
  const none = { added: 0, removed: 0 };
  // What was not told is sent, and then found to be the same.
  const said = (report: UploadReport) => ({
    ...report,
    changedBlocks,
    unchanged: report.version === version,
  });
  return {
    compare: async () => {
      const counts = unchanged ? none : await upload.counts();
      const isSame = head.asOf === asOf && counts.added + counts.removed === 0;
      return { version, now: head.numbers, then: numbers.length, unchanged: isSame, ...counts };
    },
    commit: async (meant) =>
      unchanged
        ? {
            ...{ version, numbers: head.numbers, changedBlocks, unchanged, ...none },
            ...{ blocks: sums.blocks, parts: 0, sent: 0 },
          }
        : said(
            await upload.commit({
              ...{ blocks: sums.blocks, numbers: sums.numbers, hash: blocksHash(sums) },
              ...answers(meant),
            }),
          ),
  };
}

const answers = ({ allowShrink = false, attestSameFile = false }: Meant) => ({ allowShrink, attestSameFile });

/** How many blocks a file's numbers and those in force are in. */
function blocksOf(numbers: Float64Array, current: Compared): number {
  let blocks = current.size;
  let last = -1;
  for (const n of numbers) {
    const block = blockOf(n);
    if (block !== last && !current.has(block)) blocks++;
    last = block;
  }
  return blocks;
}

async function stageSome(
  options: ChangesOptions,
  anew: boolean,
): Promise<(meant: Meant) => Promise<PushReport>> {
  const { list, add, remove, asOf, source, send, pushId } = options;
  const base = `/v1/lists/${list}`;
  const head = await send<Register>("GET", base);
  const changes = new Map<number, ChangeRow>();
  for (const { block, data } of packAll(add)) changes.set(block, [block, data, ""]);
  for (const { block, data } of packAll(remove))
    changes.set(block, [block, changes.get(block)?.[1] ?? "", data]);
  let done = 0;
  const opening: UploadRequest = { asOf, parent: head.version, kind: "changes", source, anew };
  const upload = new Upload<ChangeRow>(send, base, opening, pushId, (blocks) =>
    options.onProgress?.((done += blocks), changes.size),
  );
  for (const row of changes.values()) await upload.add(row);
  await upload.arrived();
  return async (meant) => ({
    ...(await upload.commit(answers(meant))),
    ...{ changedBlocks: changes.size, unchanged: false },
  });
}

/** What is told of the blocks in force. If the head moves between two pages, opening the upload fails. */
async function digests(send: Send, base: string, version: number): Promise<Compared> {
  const told: DigestsAnswer["blocks"][] = [];
  for (let after: number | null = version === 0 ? null : -1; after !== null;) {
    const page: DigestsAnswer = await send("GET", `${base}/digests?after=${after}`);
    told.push(page.blocks);
    after = page.next;
  }
  return new Compared(told.flat());
}
