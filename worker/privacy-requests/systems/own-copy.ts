/**
 * ClearDial's own copy of what CRMs say of a requester: whence they have the number, since when, which notice was given, and further
 * numbers as somebody wrote them there. An erasure takes it, and once more what a run has read since in a system that erased it. What a
 * CRM was told of a consent stays, as it has that taken out there: it is a sentence of ClearDial's own, and names nobody.
 */
import { sql, type Statement } from "../../core/sql.ts";
import { stillToErase } from "../duties.ts";
import type { Row } from "../rows.ts";

/** `records`: SQL that names them by connector, object and record. */
const without = (records: string, param: string): Statement =>
  sql(
    `UPDATE connector_records SET seen = NULL, further = NULL, read_at = NULL, source = '', since = '', notice = ''
     WHERE (connector, object, record) IN (SELECT n.connector, n.object, n.record FROM ${records})`,
    param,
  );

/** Of records with these numbers. */
export const withoutOrigins = (numbers: readonly number[]): Statement =>
  without("json_each(?1) j CROSS JOIN connector_numbers n ON n.number = j.value", JSON.stringify(numbers));

/** What a step that settles systems of a request does, behind its changes of them: where all is erased, no copy of it stays. */
export const settled = (row: Row): Statement[] =>
  row.kind === "erasure"
    ? [
        stillToErase(row.id),
        ...(row.narrowed === null && row.decision !== null && row.decision !== "deny"
          ? [
              without(
                `request_systems s CROSS JOIN json_each(s.sought, '$.numbers') j CROSS JOIN connectors c ON c.id = s.connector
                 CROSS JOIN connector_numbers n ON n.number = CAST(j.value AS INTEGER) AND n.connector = c.num
                 WHERE s.request = ?1 AND s.outcome IN ('erased', 'nothing')`,
                row.id,
              ),
            ]
          : []),
      ]
    : [];
