/** The records that a request's row of a connected system lists: what a look, or an erasure there, makes of them. */
import type { HeldRecordRow } from "../../../shared/privacy-requests/api-systems.ts";
import type { Holding } from "../../connectors/kinds/held/read.ts";
import type { Row } from "../rows.ts";

export const keyOf = ({ object, id }: { object: string; id: string }): string => JSON.stringify([object, id]);

/**
 * What is known of a system's records after a look. One that is not there any more stays on record, as gone; so does one that was
 * erased, unless the system itself says that it is there again.
 */
export function seen(
  before: readonly HeldRecordRow[],
  { records, problem }: Pick<Holding, "records" | "problem">,
  today: string,
): HeldRecordRow[] {
  const found = new Map(records.map((one) => [keyOf(one), one]));
  const listed = before.map((was): HeldRecordRow => {
    const now = found.get(keyOf(was));
    found.delete(keyOf(was));
    if (now && !now.unsure) return { ...was, ...now, erasedOn: null, goneOn: null };
    return now || problem !== null || was.erasedOn !== null ? was : { ...was, goneOn: was.goneOn ?? today };
  });
  const fresh = [...found.values()].map(({ object, id, what, link }) => ({ object, id, what, link }));
  return [...listed, ...fresh.map((one) => ({ ...one, erasedOn: null, goneOn: null, why: null }))];
}

/** What a row becomes with these records: settled where nothing is left and nothing stayed unread. */
export function becomes(
  records: readonly HeldRecordRow[],
  problem: string | null,
  { kind, today, backups }: { kind: Row["kind"]; today: string; backups: string | null },
) {
  const isOver = problem === null && records.every(({ erasedOn, goneOn }) => (erasedOn ?? goneOn) !== null);
  // A copy of what was there, and is not any more, an officer has to answer for.
  const over = records.length === 0 ? "nothing" : kind === "erasure" ? "erased" : null;
  const outcome = isOver ? over : null;
  return {
    ...{ records: JSON.stringify(records), problem, outcome, done_on: outcome && today },
    backups_until: outcome === "erased" ? backups : null,
  };
}
