/** Counts what a request's looks and erasures sent to connected systems, and of which numbers it was: the statement of the day binds it. */
import { disclosing, openDay } from "../../policy/disclosed.ts";

/** `items`: numbers, addresses or records that were sent. `numbers`: by which these are the requester's. `now` is in milliseconds. */
export async function countAsked(
  db: D1Database,
  what: "look" | "erase",
  hosts: readonly string[],
  {
    request,
    numbers,
    items,
    now,
  }: { request: string; numbers: readonly string[]; items: number; now: number },
): Promise<void> {
  if (hosts.length === 0) return;
  await db.batch(
    hosts.flatMap((host) => [
      disclosing(db, "connector", host, what, items, now),
      db
        .prepare(
          `INSERT INTO request_asked (number, day, host, what, request, times, items)
           SELECT DISTINCT CAST(value AS INTEGER), ${openDay}, ?2, ?3, ?4, 1, ?5 FROM json_each(?6) WHERE true
           ON CONFLICT DO UPDATE SET times = times + 1, items = items + excluded.items`,
        )
        .bind(
          ...[new Date(now).toISOString().slice(0, 10), host, what, request],
          ...[what === "look" ? 1 : items, JSON.stringify(numbers)],
        ),
    ]),
  );
}
