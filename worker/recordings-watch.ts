/** Who is told by mail when something is wrong with recordings, and that one lies where none may. */
import type { Statement } from "./audit.ts";
import { mail } from "./mail.ts";
import type { NewRow } from "./recordings-row.ts";

export async function watchers(db: D1Database): Promise<{ id: string; email: string }[]> {
  const { results } = await db
    .prepare(
      "SELECT id, email FROM people WHERE active = 1 AND kind = 'person' AND role IN ('compliance', 'admin')",
    )
    .all<{ id: string; email: string }>();
  return results;
}

/** One mail a person, day and provider: the desk says how many there are. */
export const alarmOutside = async (
  db: D1Database,
  { provider, region }: NewRow,
  now: number,
): Promise<Statement[]> =>
  (await watchers(db)).map(({ id, email }) =>
    mail({
      template: "recording-outside",
      to: email,
      key: `recording-outside:${provider}:${new Date(now).toISOString().slice(0, 10)}:${id}`,
      values: { provider, region },
    }),
  );
