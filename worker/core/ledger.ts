/**
 * The Durable Object that writes all changes, one D1 batch after the other, so that each audit row follows the one
 * before. A batch takes up to 20 waiting changes.
 */
import { DurableObject } from "cloudflare:workers";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { type ChainRow, commitmentOf, type LinkedRow, rowHash } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { type AuditKey, auditKey, auditSecrets } from "./audit-key.ts";
import { type Change, type Event, type LedgerCalls, newSalt, type Walk, type Written } from "./change.ts";
import { inChunks, prepare, sql } from "./sql.ts";
import { cutOf, type Head, lostAt, writtenNow } from "./written.ts";

const GROUP = 20;

interface Waiting {
  change: Change;
  done: (refusal: string | null) => void;
}

/** True where a constraint or trigger refused: then nothing of the batch was written. */
const isRefusal = (words: string): boolean => words.includes("SQLITE_CONSTRAINT");

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Refuses the batch, without any trigger, where another row than this one is the newest. */
const wantNewest = ({ seq, hash }: Head) =>
  sql(
    // Nothing is there without its time.
    `INSERT INTO audit_payload (seq, at, salt, payload) SELECT NULL, NULL, '', ''
     WHERE (SELECT MAX(seq) FROM audit) <> ?1 OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = ?1 AND hash = ?2)`,
    ...[seq, hash],
  );

/** Rows of the trail (JSON), each after the one before. */
const insertRows = (rows: string) =>
  sql(
    `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
     SELECT value ->> 'seq', value ->> 'at', value ->> 'actor', value ->> 'code', value ->> 'subject',
       value ->> 'commitment', value ->> 'prev', value ->> 'hash', value ->> 'mac' FROM json_each(?)`,
    rows,
  );

/** Where the Ledger's own storage has what it wrote last. */
const WRITTEN = "written";
/** And up to which row the trail was archived. */
const ARCHIVED = "archived";
/** And how far the Worker has verified itself. */
const WALK = "walk";

/** What is written as one batch, and what is remembered of it. */
interface Plan {
  statements: D1PreparedStatement[];
  first: Pick<LinkedRow, "seq" | "hash">;
  written: Written;
}

/**
 * Decides nothing by what it remembers: if it is evicted or killed, each group of changes is in D1 whole or not at all. Its
 * memory is for verifications, and says behind which row a commit is tried first.
 */
export class Ledger extends DurableObject<Env> implements LedgerCalls {
  #waiting: Waiting[] = [];
  #writing = false;
  /** Null where there is none, or none that can be read: rows then have no code, and a verification says so. */
  readonly #key: Promise<AuditKey | null> = auditKey(auditSecrets(this.env)[0]).catch(() => null);

  /** Answers null or the database's error message. It does not throw: the runtime logs that as an uncaught exception. */
  commit(change: Change): Promise<string | null> {
    return new Promise((done) => {
      this.#waiting.push({ change, done });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP);
      const refusal = await this.#batch(group.map((w) => w.change));
      // A refusal of one change undoes the whole batch: then each change gets a batch of its own. After any other
      // failure it is unknown what was written, so no change is tried again.
      const apart = refusal !== null && isRefusal(refusal) && group.length > 1;
      for (const w of group) w.done(apart ? await this.#batch([w.change]) : refusal);
    }
    this.#writing = false;
  }

  /** Null where it has written nothing yet. */
  async written(): Promise<Written | null> {
    return (await this.ctx.storage.get<Written>(WRITTEN)) ?? null;
  }

  async archived(upTo: number): Promise<number> {
    const before = (await this.ctx.storage.get<number>(ARCHIVED)) ?? 0;
    if (upTo > before) await this.ctx.storage.put(ARCHIVED, upTo);
    return Math.max(before, upTo);
  }

  async walked(): Promise<Walk | null> {
    return (await this.ctx.storage.get<Walk>(WALK)) ?? null;
  }

  async walk(to: Walk): Promise<void> {
    await this.ctx.storage.put(WALK, to);
  }

  /**
   * A commit is one call of the database where the row that the Ledger remembers is the newest, as nearly always: behind that it is
   * tried first. Another row is the newest only after an older Worker, a Ledger that was killed before it remembered, a restore,
   * or somebody who owns the database.
   */
  async #batch(changes: Change[]): Promise<string | null> {
    try {
      const before = await this.written();
      const own = before && { seq: before.seq, hash: before.hash, mac: null, was: before.hash };
      const refusal = own && (await this.#follow(own, before, changes));
      if (own && (refusal === null || !isRefusal(refusal))) return refusal;
      const head = await this.env.DB.prepare(
        `SELECT seq, hash, mac, (SELECT hash FROM audit WHERE seq = ?) AS was FROM audit ORDER BY seq DESC LIMIT 1`,
      )
        .bind(before?.seq ?? null)
        .first<Head>();
      if (!head) throw new Error("the audit trail has no genesis row");
      if (head.seq === own?.seq && head.hash === own.hash) return refusal;
      return await this.#follow(head, before, changes);
    } catch (error) {
      return wordsOf(error);
    }
  }

  /** Writes changes behind this row, or nothing. */
  async #follow(head: Head, before: Written | null, changes: Change[]): Promise<string | null> {
    const plan = await this.#plan(head, before, changes);
    try {
      await this.env.DB.batch(plan.statements);
    } catch (error) {
      const words = wordsOf(error);
      // The batch may have been written and only its answer lost: then its first row is in the trail.
      if (isRefusal(words)) return words;
      const row = await this.env.DB.prepare("SELECT 1 FROM audit WHERE seq = ? AND hash = ?")
        .bind(plan.first.seq, plan.first.hash)
        .first()
        .catch(() => null);
      if (row === null) return words;
    }
    // Not awaited: the runtime holds back what leaves, the answer too, until it is stored. Killed in between, the Ledger remembers
    // an earlier row, which the trail leads through.
    void this.ctx.storage.put(WRITTEN, plan.written);
    return null;
  }

  async #plan(head: Head, before: Written | null, changes: Change[]): Promise<Plan> {
    const lost = lostAt(head, before);
    // Verifications read the archive, too: the end may have gone there by an older Worker.
    if (lost && !(await this.#isArchived(lost.last))) changes = [cutOf(lost), ...changes];
    const key = await this.#key;
    const at = new Date().toISOString();
    const statements = [prepare(this.env.DB, wantNewest(head))];
    const written: LinkedRow[] = [];
    let { seq, hash } = head;
    for (const { actor, event, statements: own } of changes) {
      const rows: LinkedRow[] = [];
      const append = (event: Pick<ChainRow, "code" | "subject" | "commitment">): void => {
        const row = { seq: ++seq, at, actor, ...event, prev: hash };
        hash = rowHash(row);
        rows.push({ ...row, hash, mac: key?.mac(hash) ?? null });
      };
      // Before the change's own event, which is the newest row for its statements.
      for (const { row, root } of own.flatMap(({ binds }) => binds ?? []))
        append({
          code: "audit.bound",
          subject: row,
          commitment: commitmentTo(openingOf(null, [root])),
        });
      const { commitment, kept } = this.#commitmentOf(event, seq + 1, at);
      append({ code: event.code, subject: event.subject, commitment });
      written.push(...rows);
      statements.push(
        ...inChunks(rows, insertRows).map((s) => prepare(this.env.DB, s)),
        ...kept,
        ...own.map((s) => prepare(this.env.DB, s)),
      );
    }
    return {
      statements,
      first: written[0]!,
      written: writtenNow({ before, head, lost, key }, written),
    };
  }

  async #isArchived(seq: number): Promise<boolean> {
    const archive = this.env.DB.prepare("SELECT 1 FROM audit_archives WHERE last_seq >= ? LIMIT 1").bind(seq);
    return (await archive.first()) !== null;
  }

  /** An event's commitment, and the statements that keep its payload. */
  #commitmentOf({ binds, payload, salt: given }: Event, seq: number, at: string) {
    if (binds) return { commitment: commitmentTo(openingOf(null, binds)), kept: [] };
    const text = JSON.stringify(payload ?? null);
    const salt = given ?? (text === "null" ? "" : newSalt());
    const insert = this.env.DB.prepare(
      "INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, ?, ?)",
    );
    return {
      commitment: commitmentOf(salt, text),
      kept: given === undefined ? [insert.bind(seq, at, salt, text)] : [],
    };
  }
}
