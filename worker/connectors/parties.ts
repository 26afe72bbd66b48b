/** Whose line a number is, as a field of its CRM record says it (worker/do-not-call has the table). */
import { jsonChunks } from "../../shared/core/chunks.ts";
import { partyKind, type PartyKind } from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { JSON_CHUNK, sql, type Statement } from "../core/sql.ts";
import type { Contact } from "./connector.ts";
import type { Found } from "./judge.ts";
import type { ConnectorRow } from "./rows.ts";

/** A field's text as a party: by its name alone. Anything else says nothing, and the law's stricter side counts. */
export const partyIn = (text: string): PartyKind | null =>
  partyKind.safeParse(
    text
      .trim()
      .toLowerCase()
      .replace(/[\s_]+/g, "-"),
  ).data ?? null;

const detailOf = (row: ConnectorRow, { object, id }: Contact): string => `${row.id} ${object} ${id}`;

/** SQL: the parties that a connector said and that count; `?1` is its id. */
const ofConnector = `source = 'connector' AND ended_at IS NULL AND detail > ?1 || ' ' AND detail < ?1 || '!'`;

/** Opens pages' eyes to what a statement with the same condition is about to change. */
const changedWhere = (where: string, ...params: (string | number)[]): Statement => ({
  ...sql(
    `INSERT OR IGNORE INTO changes (seq, kind, ref)
     SELECT (SELECT MAX(seq) FROM audit), 'number', '+' || number FROM parties WHERE ${where}`,
    ...params,
  ),
  noticed: true,
});

/** What a slice's records say, instead of what they said. A number of unclear country says nothing. */
export function saidBy(
  row: ConnectorRow,
  contacts: readonly { contact: Contact; found: readonly Found[] }[],
  at: string,
): Statement[] {
  const said = contacts.map(({ contact, found }) => {
    const party = partyIn(contact.party);
    const sure = found.filter(({ numbers }) => numbers.length === 1);
    return {
      detail: detailOf(row, contact),
      party,
      numbers: party === null ? [] : [...new Set(sure.map(({ numbers }) => numberOf(numbers[0]!)))],
    };
  });
  return jsonChunks(said, JSON_CHUNK).flatMap((chunk) => {
    const lost = `${ofConnector} AND detail IN (SELECT value ->> 'detail' FROM json_each(?2))
      AND NOT EXISTS (SELECT 1 FROM json_each(?2) j, json_each(j.value, '$.numbers') n
        WHERE j.value ->> 'detail' = parties.detail AND j.value ->> 'party' = parties.party AND n.value = parties.number)`;
    return [
      changedWhere(lost, row.id, chunk),
      sql(`UPDATE parties SET ended_at = ?3, ended_by = 'system' WHERE ${lost}`, row.id, chunk, at),
      sql(
        `INSERT OR IGNORE INTO parties (id, number, party, source, detail, by, at)
         SELECT lower(hex(randomblob(16))), n.value, j.value ->> 'party', 'connector', j.value ->> 'detail', 'system', ?2
         FROM json_each(?1) j, json_each(j.value, '$.numbers') n`,
        ...[chunk, at],
      ),
      changedWhere(`${ofConnector} AND at = ?2`, row.id, at),
    ];
  });
}

/** Ends what records say that the connector no longer has; of a connector that is removed, everything. */
export const unsaidBy = (row: ConnectorRow, at: string, all: boolean): Statement[] => {
  const gone = all
    ? ofConnector
    : `${ofConnector} AND NOT EXISTS (SELECT 1 FROM connector_numbers n WHERE n.connector = ${row.num}
         AND n.number = parties.number AND parties.detail = ?1 || ' ' || n.object || ' ' || n.record)`;
  return [
    changedWhere(gone, row.id),
    sql(`UPDATE parties SET ended_at = ?2, ended_by = 'system' WHERE ${gone}`, row.id, at),
  ];
};
