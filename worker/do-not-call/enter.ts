/** Puts an entry on the list: a live one of its number and kind ends as history, and what it closes besides is closed at once. */
import type { Suppression } from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { changed } from "../core/commit.ts";
import type { Statement } from "../core/sql.ts";
import { changeEntries, endOf, endsOf } from "./changes.ts";
import { REPLACED } from "./refusals.ts";
import { datedAhead, heardOf, insertEntries, lately, newEntry, type SuppressionRow } from "./rows.ts";
import { after, spreadOf } from "./spread.ts";

/** What is asked for. */
type Asked = Pick<Suppression, "number" | "kind" | "reason" | "source" | "until" | "scope"> & { by: string };

/** `live`: the entry that it takes the place of. `now` in milliseconds; `heardAt` in ISO 8601, by whoever asks. */
export async function entering(
  db: D1Database,
  { scope, ...own }: Asked,
  { live, now, heardAt }: { live: SuppressionRow | null; now: number; heardAt?: string | undefined },
) {
  const at = new Date(now).toISOString();
  const { number, kind, by } = own;
  const before = live ?? (kind === "objection" ? await lately(db, number, now) : null);
  const ahead = await datedAhead(db, JSON.stringify([numberOf(number)]), at);
  const entry = newEntry({
    ...{ ...own, at },
    heardAt:
      kind === "objection" ? (heardOf(heardAt, before, now) ?? ahead.get(numberOf(number)) ?? null) : null,
    scope: after(before, scope),
  });
  const reach = await spreadOf(db, [{ entry, replaces: before?.id ?? null }], { by, at });
  const ends = await endsOf(db, endOf(at, by, REPLACED), [live?.id]);
  const statements: Statement[] = [
    ...(await changeEntries(db, [...reach.moves, ...ends], at)),
    insertEntries([entry]),
    changed("number", number),
    ...reach.then,
  ];
  return { entry, spread: reach.spread, statements };
}
