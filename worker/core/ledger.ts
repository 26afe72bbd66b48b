/**
 * The Durable Object that writes. It takes turns, so that each audit row follows the one before, and puts up to 20
 * waiting changes into one D1 batch.
 */
import { DurableObject } from "cloudflare:workers";
import { commitmentOf, rowHash } from "../../shared/trail/chain.ts";
import type { Env } from "../env.ts";
import { type Change, type LedgerCalls, newSalt } from "./change.ts";
import { prepare } from "./sql.ts";

const GROUP = 20;

interface Waiting {
  change: Change;
  done: (refusal: string | null) => void;
}

/** True where a constraint or a trigger refused: nothing of the batch was written. */
const isRefusal = (words: string): boolean => words.includes("SQLITE_CONSTRAINT");

/** The serialiser. Holds no state that matters: when it is evicted or killed, D1 has whole groups or nothing of them. */
export class Ledger extends DurableObject<Env> implements LedgerCalls {
  #waiting: Waiting[] = [];
  #writing = false;

  /** Null, or the database's words for refusing. Not thrown: the runtime would log each expected refusal as uncaught. */
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
      // The database refused one of a group, and with it the whole batch: each gets its own. Any other failure says
      // nothing about what was written: nobody's change is tried a second time.
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
      // The answer may have been lost behind a batch that was written: then its rows stand in the trail.
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
    const at = new Date().toISOString();
    const statements: D1PreparedStatement[] = [];
    let { seq, hash } = head;
    for (const { actor, event, statements: own } of changes) {
      const salt = event.salt ?? newSalt();
      const payload = JSON.stringify(event.payload ?? null);
      const row = { seq: ++seq, at, actor, code: event.code, subject: event.subject, prev: hash };
      const commitment = commitmentOf(salt, payload);
      hash = rowHash({ ...row, commitment });
      written.push({ hash });
      statements.push(
        this.env.DB.prepare(
          "INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ).bind(seq, at, actor, event.code, event.subject, commitment, row.prev, hash),
        ...(event.salt === undefined
          ? [
              this.env.DB.prepare(
                "INSERT INTO audit_payload (seq, at, salt, payload) VALUES (?, ?, ?, ?)",
              ).bind(seq, at, salt, payload),
            ]
          : []),
        ...own.map((s) => prepare(this.env.DB, s)),
      );
    }
    await this.env.DB.batch(statements);
  }
}
