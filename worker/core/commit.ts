/**
 * The one way to write. A change and its audit row go into one D1 batch, so neither exists without the other. A Durable
 * Object (ledger.ts) groups concurrent changes. Correctness rests on D1 alone: its triggers refuse an audit row that does
 * not follow the head, any update of one, and any delete of one that was not archived.
 */
import type { Context, TypedResponse } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { JSONParsed } from "hono/utils/types";
import type { App, Env } from "../env.ts";
import type { Change, Event } from "./change.ts";
import { problemOf } from "./errors.ts";
import { ownerOf, replay } from "./idempotency.ts";
import { type Statement, sql } from "./sql.ts";

/**
 * Writes a change with its audit row and answers the request, once for each Idempotency-Key. `secret: true` keeps the
 * answer's body out of the idempotency table. Include `changed(…)` where open pages must learn of the change. Throws a
 * Problem where a constraint or trigger refuses.
 */
export async function commit<B, S extends ContentfulStatusCode>(
  c: Context<App>,
  event: Event,
  statements: Statement[],
  answer: { status: S; body: B; secret?: boolean },
): Promise<Response & TypedResponse<JSONParsed<B>, S, "json">> {
  const actor = c.get("actor")?.id ?? event.by ?? "system";
  const idempotency = c.get("idempotency");
  const owner = idempotency && ownerOf(c, idempotency.fingerprint);
  const all = [...statements];
  if (idempotency)
    all.push(
      sql(
        "INSERT INTO idempotency (person, key, fingerprint, status, answer, at) VALUES (?, ?, ?, ?, ?, ?)",
        owner!,
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
    // The same request came twice at once, and the other one was written: repeat its answer.
    const other = idempotency && (await replay(c.env.DB, owner!, idempotency.key, idempotency.fingerprint));
    if (other) return other as Response & TypedResponse<JSONParsed<B>, S, "json">;
    throw problemOf(error) ?? error;
  }
  return c.json(answer.body as never, answer.status);
}

/**
 * Log every read of personal data, before answering; if this throws, answer nothing. `what` becomes the event
 * `opened.<what>`. `payload` says what was asked for, such as the filters; `subject` is an opaque id where one thing was
 * read; `also` is written with it. Exempt: callers' own data (`/v1/me`, own tokens); the policy and the registers' heads, which hold no personal
 * data; and `/v1/check` and `/v1/changes`, whose caller brings the numbers, thousands of times a day, and whose outcome
 * is on record as dials.
 */
export async function logRead(
  c: Context<App>,
  what: string,
  payload: unknown = null,
  subject = "",
  also: Statement[] = [],
): Promise<void> {
  await record(c.env, {
    actor: c.get("actor")?.id ?? "system",
    event: { code: `opened.${what}`, subject, payload },
    statements: also,
  });
}

export const ledgerOf = ({ LEDGER }: Pick<Env, "LEDGER">) => LEDGER.get(LEDGER.idFromName("ledger"));

/** Writes a change outside of a request, as scheduled jobs do. Throws an Error with the database's words. */
export async function record(env: Env, change: Change): Promise<void> {
  const refusal = await ledgerOf(env).commit(change);
  if (refusal !== null) throw new Error(refusal);
}

/** Tells open pages that a number, a list or the policy changed. `MAX(seq)` is the audit row of this very commit. */
export const changed = (kind: "number" | "list" | "policy", ref: string): Statement => ({
  ...sql(
    "INSERT OR IGNORE INTO changes (seq, kind, ref) VALUES ((SELECT MAX(seq) FROM audit), ?, ?)",
    kind,
    ref,
  ),
  noticed: true,
});

/** `changed` for many numbers at once. */
export const changedNumbers = (entries: readonly { e164: string }[]): Statement => ({
  ...sql(
    `INSERT OR IGNORE INTO changes (seq, kind, ref)
     SELECT (SELECT MAX(seq) FROM audit), 'number', value FROM json_each(?)`,
    JSON.stringify(entries.map(({ e164 }) => e164)),
  ),
  noticed: true,
});
