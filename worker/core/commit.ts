/**
 * One way to write. `commit(event, statements)` puts a change and its audit row into one D1 batch, so neither exists
 * without the other. One Durable Object groups concurrent commits; the correctness rests on D1 itself, whose triggers
 * refuse any row that does not follow the head, any update, and any delete of a row that was not archived.
 */
import { DurableObject } from "cloudflare:workers";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Context, TypedResponse } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { commitmentOf, rowHash } from "../../shared/trail/chain.ts";
import type { App, Env } from "../env.ts";
import { problemOf } from "./errors.ts";
import { replay } from "./idempotency.ts";

export interface Statement {
  sql: string;
  params: (string | number | null)[];
  /** Open pages must notice, and so must the watching. */
  noticed?: true;
}
/** A statement for `commit`, or, with `prepare`, for D1 at once. */
export const sql = (text: string, ...params: (string | number | null)[]): Statement => ({
  sql: text,
  params,
});
export const prepare = (db: D1Database, s: Statement): D1PreparedStatement =>
  db.prepare(s.sql).bind(...s.params);

/** `subject` is an opaque id, never a name or a number: those belong in the payload. */
export interface Event {
  code: string;
  subject: string;
  payload: unknown;
  /** Who it was where nobody is signed in, such as `public`; else it is the Worker itself. */
  by?: string;
  /** Where the change's own statements keep what the payload says, with this salt: `audit_payload` gets no row of it. */
  salt?: string;
}

/** 16 random bytes in hex. */
export const newSalt = (): string => bytesToHex(crypto.getRandomValues(new Uint8Array(16)));

interface Change {
  actor: string;
  event: Event;
  statements: Statement[];
}

/**
 * Writes a change with its audit row and answers the request, once for each Idempotency-Key. Put `changed(…)` among
 * the statements where open pages must notice. Throws a Problem where a constraint or trigger refuses.
 */
export async function commit<B, S extends ContentfulStatusCode>(
  c: Context<App>,
  event: Event,
  statements: Statement[],
  answer: { status: S; body: B; secret?: boolean },
): Promise<Response & TypedResponse<B, S, "json">> {
  const person = c.get("actor")?.id ?? "system";
  const actor = c.get("actor")?.id ?? event.by ?? person;
  const idempotency = c.get("idempotency");
  const all = [...statements];
  if (idempotency)
    all.push(
      sql(
        "INSERT INTO idempotency (person, key, fingerprint, status, answer, at) VALUES (?, ?, ?, ?, ?, ?)",
        person,
        idempotency.key,
        idempotency.fingerprint,
        answer.status,
        answer.secret ? null : JSON.stringify(answer.body),
        new Date().toISOString(),
      ),
    );
  if (all.some(({ noticed }) => noticed)) c.set("noticed", true);
  try {
    await record(c.env, { actor, event, statements: all });
  } catch (error) {
    // The same request arrived twice at once: the other one was written, and its answer is the answer.
    const other = idempotency && (await replay(c.env.DB, person, idempotency.key, idempotency.fingerprint));
    if (other) return other as Response & TypedResponse<B, S, "json">;
    throw problemOf(error) ?? error;
  }
  return c.json(answer.body as never, answer.status);
}

/**
 * Every opening of personal data is on the trail: call it before the data is given, and if it throws, give nothing.
 * `payload` says what was asked for, such as the filters; `subject` is an opaque id where one thing was opened.
 * No such openings are answers about the asker's own (`/v1/me`, own tokens), the policy and the registers' heads, which
 * hold no personal data, and `/v1/check` and `/v1/changes`: they say of numbers that the asker has on the screen already
 * which may be called, thousands of times a day, and what was then done is on record as dials.
 */
export async function opened(
  c: Context<App>,
  what: string,
  payload: unknown = null,
  subject = "",
): Promise<void> {
  await record(c.env, {
    actor: c.get("actor")?.id ?? "system",
    event: { code: `opened.${what}`, subject, payload },
    statements: [],
  });
}

/** For what is not a request: scheduled work. */
export async function record(env: Env, change: Change): Promise<void> {
  const refusal = await env.LEDGER.get(env.LEDGER.idFromName("ledger")).commit(change);
  if (refusal !== null) throw new Error(refusal);
}

/** Tells open pages that a number, a list or the policy changed. `MAX(seq)` is this commit's own audit row. */
export const changed = (kind: "number" | "list" | "policy", ref: string): Statement => ({
  ...sql(
    "INSERT OR IGNORE INTO changes (seq, kind, ref) VALUES ((SELECT MAX(seq) FROM audit), ?, ?)",
    kind,
    ref,
  ),
  noticed: true,
});

/** The same for many numbers at once. */
export const changedNumbers = (entries: readonly { e164: string }[]): Statement => ({
  ...sql(
    `INSERT OR IGNORE INTO changes (seq, kind, ref)
     SELECT (SELECT MAX(seq) FROM audit), 'number', value FROM json_each(?)`,
    JSON.stringify(entries.map(({ e164 }) => e164)),
  ),
  noticed: true,
});

const GROUP = 20;

interface Waiting {
  change: Change;
  done: (refusal: string | null) => void;
}

/** True where a constraint or a trigger refused: nothing of the batch was written. */
const isRefusal = (words: string): boolean => words.includes("SQLITE_CONSTRAINT");

/** The serialiser. Holds no state that matters: when it is evicted or killed, D1 has whole groups or nothing of them. */
export class Ledger extends DurableObject<Env> {
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
