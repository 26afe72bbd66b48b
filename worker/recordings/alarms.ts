/** Who is told by mail that a recording lies where none may. */
import type { Statement } from "../core/sql.ts";
import { mailOfficers } from "../mail/outbox.ts";
import type { NewRow } from "./rows.ts";

/** One mail a person, day and provider: the desk says how many there are. */
export const alarmOutside = (
  db: D1Database,
  { provider, region }: NewRow,
  now: number,
): Promise<Statement[]> =>
  mailOfficers(db, {
    template: "recording-outside",
    values: { provider, region },
    key: `recording-outside:${provider}:${new Date(now).toISOString().slice(0, 10)}`,
  });
