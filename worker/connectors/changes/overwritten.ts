/**
 * Records that changed in the CRM, and whose fields do not have what ClearDial wrote: somebody overwrote them. They are written again at
 * once, a record once a day at most: with another program that writes there it would else go on for ever. That is told instead.
 */
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import { inChunks, sql, type Statement } from "../../core/sql.ts";
import type { Contact, Mark } from "../connector.ts";
import { keyOf } from "../read.ts";
import type { Read } from "../flags/state.ts";
import type { ConnectorRow } from "../rows.ts";
import type { Known } from "./known.ts";

/**
 * So long after ClearDial's own writing a CRM may answer what was there before it. A change is read for five minutes more, so that
 * somebody's writing within that time is found after it.
 */
const LATE = 2 * MINUTE;

/** Those to be written again, and those that were within the last day. */
export function overwrittenIn<R extends Read>(
  read: readonly R[],
  known: (contact: Contact) => Known,
  now: number,
): { again: R[]; contested: Contact[] } {
  const since = new Date(now - DAY).toISOString();
  const late = new Date(now - LATE).toISOString();
  const found = read.filter(({ contact }) => {
    const { verdict, writtenAt } = known(contact);
    return verdict !== null && verdict !== contact.held.verdict && writtenAt <= late;
  });
  const wasAgain = ({ contact }: Read) => (known(contact).againAt ?? "") > since;
  return {
    again: found.filter((one) => !wasAgain(one)),
    contested: found.filter(wasAgain).map(({ contact }) => contact),
  };
}

/** That these marks were written again. */
export const keepAgain = (
  row: ConnectorRow,
  run: number,
  marks: readonly Pick<Mark, "object" | "id">[],
  at: string,
): Statement[] =>
  inChunks(
    marks.map(({ object, id }) => [object, id]),
    (chunk) =>
      sql(
        `INSERT INTO connector_records (connector, run, object, record, again_at)
         SELECT ?1, ?2, value ->> 0, value ->> 1, ?3 FROM json_each(?4) WHERE true
         ON CONFLICT DO UPDATE SET again_at = excluded.again_at`,
        ...[row.num, run, at, chunk],
      ),
  );

/** What a reading found of the others, each record once; nothing where it found none. */
export const keepContested = (
  { num }: ConnectorRow,
  contested: readonly Contact[],
  at: string,
): Statement[] =>
  contested.length === 0
    ? []
    : [
        sql(
          "UPDATE connector_changes SET contested = ?2, contested_at = ?3 WHERE connector = ?1",
          ...[num, new Set(contested.map(keyOf)).size, at],
        ),
      ];
