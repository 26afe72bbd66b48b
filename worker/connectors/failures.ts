/** What happens after a failure of a CRM: the words an administrator reads, the mail they get, and when to retry. */
import { mailOfficers } from "../mail/outbox.ts";
import { Problem } from "../core/errors.ts";
import type { Statement } from "../core/sql.ts";
import { ConnectorError } from "./connector.ts";
import type { ConnectorRow } from "./rows.ts";

/** Administrators get a mail at the third failure in a row. */
export const TELL = 3;

/** A failure in words for the desk. Our own bugs are logged and answered as "internal". */
export function wordsOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.message.slice(0, 300);
  if (error instanceof Problem) return error.code;
  console.error(error);
  return "internal";
}

/** `mark`: marking failed; `signIn`, `signInEnds`, `secretEnds`: access ended, or ends; the others are a run's. */
type Stage = "again" | "over" | "mark" | "signIn" | "signInEnds" | "secretEnds";
const keyOf = (stage: Stage, about: string): string => `connector:${about}:${stage}`;

/** Whether an administrator was mailed of this. */
export const isTold = async (db: D1Database, stage: Stage, about: string): Promise<boolean> =>
  (await db
    .prepare("SELECT 1 FROM outbox WHERE key > ?1 || ':' AND key < ?1 || ';' LIMIT 1")
    .bind(keyOf(stage, about))
    .first()) !== null;

/** A mail to each administrator, once for each `about` and stage. */
export const tell = (
  db: D1Database,
  row: ConnectorRow,
  error: string,
  stage: Stage,
  about: string,
): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "connector-failed",
    values: { stage, name: row.name, error },
    key: keyOf(stage, about),
  });
