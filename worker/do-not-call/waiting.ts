/** What waits for a person: consents for their review, objections for a word on whom they close. */
import type { WaitingAnswer } from "../../shared/overview/api.ts";
import { unrestricted } from "./brief.ts";
import { asking } from "./rows.ts";

type Entries = Pick<WaitingAnswer, "consents" | "scopes">;

export async function waitingOf(db: D1Database): Promise<Entries> {
  const waiting = await db
    .prepare(
      `SELECT (SELECT COUNT(*) FROM consents WHERE state = 'review' AND withdrawn_at IS NULL
           AND ${unrestricted("consent", "consents.id")}) AS consents,
         (SELECT COUNT(*) FROM suppressions WHERE ${asking}) AS scopes`,
    )
    .first<Entries>();
  return waiting!;
}
