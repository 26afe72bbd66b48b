/** Idempotency: the same Idempotency-Key gets the same answer. `commit` stores it in the batch of the change itself. */
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { App } from "../env.ts";
import { Problem } from "./errors.ts";
import { sha256Hex } from "./hash.ts";

/**
 * Repeats the stored answer where there is one. Runs after the role check, as keys belong to a person. Ignores the key of
 * a file upload: the fingerprint would need the whole body in memory.
 */
export const idempotent = createMiddleware<App>(async (c, next) => {
  const key = c.req.header("idempotency-key");
  if (key !== undefined && !isFile(c.req.header("content-type"))) {
    if (!/^[\x21-\x7e]{8,200}$/.test(key)) throw new Problem("bad-request", details.keyLength);
    const fingerprint = sha256Hex(`${c.req.method} ${c.req.path}\n${await c.req.text()}`);
    const stored = await replay(c.env.DB, ownerOf(c, fingerprint), key, fingerprint);
    if (stored) return stored;
    c.set("idempotency", { key, fingerprint });
  }
  await next();
  return undefined;
});

/**
 * Whose key it is: a person's, or, without a sign-in, that of the very request, so that nobody takes another's key or learns
 * of it.
 */
export const ownerOf = (c: Context<App>, fingerprint: string): string =>
  c.get("actor")?.id ?? `public:${fingerprint}`;

/** True for the content type of a table, which is streamed. */
export const isTable = (type = ""): boolean => /^text\/csv|^application\/x-ndjson/.test(type);
export const isFile = (type = ""): boolean =>
  /^(audio|image)\/|^application\/pdf/.test(type) || isTable(type);

/** The stored answer to a key, if any. Throws idempotency-mismatch for another request's key, not-replayable for a secret. */
export async function replay(
  db: D1Database,
  person: string,
  key: string,
  fingerprint: string,
): Promise<Response | undefined> {
  const row = await db
    .prepare("SELECT fingerprint, status, answer FROM idempotency WHERE person = ? AND key = ?")
    .bind(person, key)
    .first<{ fingerprint: string; status: number; answer: string | null }>();
  if (!row) return undefined;
  if (row.fingerprint !== fingerprint) throw new Problem("idempotency-mismatch");
  if (row.answer === null) throw new Problem("not-replayable", details.secretAnswer);
  return new Response(row.answer, {
    status: row.status,
    headers: { "content-type": "application/json", "idempotency-replayed": "true" },
  });
}
