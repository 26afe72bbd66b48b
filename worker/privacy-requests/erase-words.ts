/**
 * What a complied erasure takes out of the places that only quote: payloads of the trail (which leave their hashes, and the rows
 * that they told of are bound by themselves), filters that were logged, stored answers, and mails that are over. What the letter
 * said is kept stays. A job goes through the trail in slices, as there may be millions of payloads.
 */
import { record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import type { Env } from "../env.ts";

/** Most rows of the trail a slice, and most slices a run. */
const SLICE = 200_000;
const SLICES = 5;

/** By the end of a number people find it however it is written; shorter words would be in other people's, too. */
const endOf = (e164: string): string => e164.replace("+", "").slice(-9);
const SHORTEST = 5;

/** The statement that has a request's words erased: its numbers (E.164), the requester's address and name. */
export const wordsDue = (
  request: string,
  { numbers, email, name }: { numbers: readonly string[]; email: string | null; name: string },
): Statement => {
  const words = [...numbers.map(endOf), email ?? "", name].map((word) => word.toLowerCase());
  return sql(
    `INSERT OR REPLACE INTO words_due (request, words, after, until) VALUES (?, ?, 0, (SELECT MAX(seq) FROM audit))`,
    request,
    JSON.stringify(words.filter((word) => word.length >= SHORTEST)),
  );
};

/** SQL: a text has one of the words (JSON, ?1), in it or in the digits that it is written with. */
const has = (text: string): string =>
  `EXISTS (SELECT 1 FROM json_each(?1) w WHERE instr(lower(${text}), w.value) > 0
     OR instr(replace(replace(replace(replace(${text}, ' ', ''), '-', ''), '(', ''), ')', ''), w.value) > 0)`;

/** Every few minutes, and while nothing is due one read. `slice` for tests. */
export async function eraseWords(env: Env, slice = SLICE): Promise<void> {
  for (let n = 0; n < SLICES; n++) {
    const due = await env.DB.prepare("SELECT request, words, after, until FROM words_due LIMIT 1").first<{
      request: string;
      words: string;
      after: number;
      until: number;
    }>();
    if (!due) return;
    const { request, words, after, until } = due;
    const end = Math.min(after + slice, until);
    await record(env, {
      actor: "system",
      event: { code: "request.words-erased", subject: request, payload: { from: after + 1, to: end } },
      statements: [
        // Of what is kept as a proof alone, the trail goes on saying what it said.
        sql(
          `DELETE FROM audit_payload WHERE seq > ?2 AND seq <= ?3 AND ${has("payload")}
             AND seq NOT IN (SELECT a.seq FROM restricted r CROSS JOIN audit a ON a.subject = r.ref AND a.subject <> ''
               WHERE r.request = ?4)`,
          ...[words, after, end, request],
        ),
        ...(end < until
          ? [sql("UPDATE words_due SET after = ? WHERE request = ?", end, request)]
          : [
              // A repeated request is refused, and not carried out again.
              sql(
                `UPDATE idempotency SET answer = NULL WHERE answer IS NOT NULL AND ${has("answer")}`,
                words,
              ),
              sql(
                `UPDATE outbox SET vals = NULL WHERE state <> 'waiting' AND vals IS NOT NULL AND (${has("vals")} OR ${has("recipient")})`,
                words,
              ),
              sql("DELETE FROM words_due WHERE request = ?", request),
            ]),
      ],
    });
  }
}
