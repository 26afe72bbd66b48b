/**
 * The Durable Object that writes all changes, one D1 batch after the other, so that each audit row follows the one
 * before. A batch takes up to 20 waiting changes.
 */
import { DurableObject } from "cloudflare:workers";
import { commitmentTo, openingOf } from "../../shared/trail/bound.ts";
import { type ChainRow, commitmentOf, type LinkedRow, rowHash } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { type AuditKey, auditKey, auditSecrets } from "./audit-key.ts";
import { type Change, type Event, type LedgerCalls, newSalt } from "./change.ts";
import { inChunks, prepare, sql } from "./sql.ts";

const GROUP = 20;

interface Waiting {
  change: Change;
  done: (refusal: string | null) => void;
}

/** True where a constraint or trigger refused: then nothing of the batch was written. */
const isRefusal = (words: string): boolean => words.includes("SQLITE_CONSTRAINT");

/** Rows of the trail (JSON), each after the one before. */
const insertRows = (rows: string) =>
  sql(
    `INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
     SELECT value ->> 'seq', value ->> 'at', value ->> 'actor', value ->> 'code', value ->> 'subject',
       value ->> 'commitment', value ->> 'prev', value ->> 'hash', value ->> 'mac' FROM json_each(?)`,
    rows,
  );

/** Holds no state that matters: if it is evicted or killed, each group of changes is in D1 whole or not at all. */
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

  async #batch(changes: Change[]): Promise<string | null> {
    const written: { hash: string }[] = [];
    try {
      await this.#writeBatch(changes, written);
      return null;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      // The batch may have been written and only its answer lost: then its first row is in the trail.
      if (isRefusal(words) || !written[0]) return words;
      const row = await this.env.DB.prepare("SELECT 1 FROM audit WHERE hash = ?")
        .bind(written[0].hash)
        .first()
        .catch(() => null);
      return row === null ? words : null;
    }
  }

  async #writeBatch(changes: Change[], written: { hash: string }[]): Promise<void> {
    const head = await this.env.DB.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").first<{
      seq: number;
      hash: string;
    }>();
    if (!head) throw new Error("the audit trail has no genesis row");
    const key = await this.#key;
    const at = new Date().toISOString();
    const statements: D1PreparedStatement[] = [];
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
    await this.env.DB.batch(statements);
  }

  /** An event's commitment, and the statements that keep its payload. */
  #commitmentOf({ binds, payload, salt: given }: Event, seq: number, at: string) {
    if (binds) return { commitment: commitmentTo(openingOf(null, binds)), kept: [] };
    const salt = given ?? newSalt();
    const text = JSON.stringify(payload ?? null);
    const insert = this.env.DB.prepare(
      "INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, ?, ?)",
    );
    return {
      commitment: commitmentOf(salt, text),
      kept: given === undefined ? [insert.bind(seq, at, salt, text)] : [],
    };
  }
}
