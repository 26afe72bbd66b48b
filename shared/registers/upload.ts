/**
 * The upload of a push: its first part opens it, parts are sent in parallel, and those that have arrived before are
 * skipped.
 */
import type {
  BlockRow,
  ChangeRow,
  CommitAnswer,
  CommitRequest,
  UploadAnswer,
  UploadCounts,
  UploadRequest,
} from "./api-upload.ts";
import type { Send } from "../core/send.ts";
import { sha256Hex } from "../core/sha256.ts";

/** A part's JSON stays below this: D1 takes 2 MB a bound parameter. */
const PART_BYTES = 1_500_000;
/** The most rows that `partRequest` takes: a sparse register has small blocks. */
const PART_ROWS = 20_000;
const PARALLEL = 4;

/**
 * The parts sent before an interruption differ from those sent now: another release cuts, or reads, a file differently.
 */
export class PartsDiffer extends Error {}

export interface UploadReport extends CommitAnswer {
  parts: number;
  /** Parts that this run sent; the others had arrived before it began. */
  sent: number;
}

/** Rows must be added in the same order in every run, so that parts can be compared. Throws what `send` throws. */
export class Upload<Row extends BlockRow | ChangeRow> {
  readonly #send: Send;
  readonly #base: string;
  readonly #key: string;
  readonly #body: UploadRequest;
  #opened: UploadAnswer | null = null;
  readonly #arrived: (rows: number) => void;
  #sending = new Set<Promise<void>>();
  #failed: unknown[] = [];
  #rows: Row[] = [];
  #bytes = 0;
  #parts = 0;
  #sent = 0;
  #commits = 0;

  /**
   * `base` is the register's path; `pushId` identifies the push: it begins the Idempotency-Keys of its requests. `arrived`
   * hears of each part how many rows it has, also of those that had arrived before.
   */
  constructor(
    send: Send,
    base: string,
    body: UploadRequest,
    pushId: string,
    arrived: (rows: number) => void,
  ) {
    this.#send = send;
    this.#base = base;
    this.#body = body;
    this.#key = pushId;
    this.#arrived = arrived;
  }

  async add(row: Row): Promise<void> {
    this.#rows.push(row);
    this.#bytes += row.reduce<number>((n, cell) => n + (typeof cell === "string" ? cell.length : 16), 0);
    if (this.#bytes > PART_BYTES || this.#rows.length === PART_ROWS) await this.#flush();
  }

  /** Sends the rest, and waits for all. Throws PartsDiffer where more parts had arrived than there are now. */
  async arrived(): Promise<void> {
    await this.#flush();
    const { parts } = await this.#open();
    if (parts.some(({ part }) => part > this.#parts)) throw new PartsDiffer();
    await Promise.all(this.#sending);
    if (this.#failed.length > 0) throw this.#failed[0];
  }

  /** What all of them would change, once they have arrived. */
  async counts(): Promise<UploadCounts> {
    const { version } = await this.#open();
    return this.#send<UploadCounts>("GET", `${this.#base}/uploads/${version}`);
  }

  /** Once all have arrived. It may be asked again, in other words, after it was refused. */
  async commit(commit: Omit<CommitRequest, "parts">): Promise<UploadReport> {
    const { version } = await this.#open();
    const body: CommitRequest = { ...commit, parts: this.#parts };
    const path = `${this.#base}/uploads/${version}/commit`;
    const key = `${this.#key}-commit-${++this.#commits}`;
    const done = await this.#send<CommitAnswer>("POST", path, body, key);
    return { ...done, parts: this.#parts, sent: this.#sent };
  }

  async #open(): Promise<UploadAnswer> {
    const path = `${this.#base}/uploads`;
    const key = `${this.#key}-open${this.#body.anew ? "-anew" : ""}`;
    return (this.#opened ??= await this.#send<UploadAnswer>("POST", path, this.#body, key));
  }

  async #flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    const rows = this.#rows;
    const part = ++this.#parts;
    this.#rows = [];
    this.#bytes = 0;
    const { version, parts } = await this.#open();
    const arrived = parts.find((p) => p.part === part);
    if (arrived) {
      if (arrived.sha256 !== sha256Hex(JSON.stringify(rows))) throw new PartsDiffer();
      this.#arrived(rows.length);
      return;
    }
    this.#sent++;
    const body = this.#body.kind === "changes" ? { changes: rows } : { blocks: rows };
    const path = `${this.#base}/uploads/${version}/parts/${part}`;
    const sending: Promise<void> = this.#send("PUT", path, body)
      .then(() => this.#arrived(rows.length))
      .catch((error: unknown) => void this.#failed.push(error))
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    if (this.#sending.size >= PARALLEL) await Promise.race(this.#sending);
    if (this.#failed.length > 0) throw this.#failed[0];
  }
}
