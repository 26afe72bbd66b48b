/** Where ClearDial's words of consents stay in a CRM, as the set-up does not name their field any more. */
import type { ConnectorRequest } from "../../../shared/connectors/api.ts";
import { DAY } from "../../../shared/core/time.ts";
import { sql, type Statement } from "../../core/sql.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";
import { IN_FORCE } from "./consents-out.ts";
import { beyond, placesOf } from "./places.ts";

/** So long after its last run nothing is known of a connector's records any more (jobs/housekeeping.ts): what was written there may stay. */
const FORGOTTEN = 60 * DAY;

/** SQL: whether a note `l` is of one of the places of a parameter. */
const isIn = (places: string): string => `EXISTS (SELECT 1 FROM json_each(${places}) p
  WHERE p.value ->> 'host' = l.value ->> 'host' AND p.value ->> 'object' = l.value ->> 'object'
    AND p.value ->> 'field' = l.value ->> 'field')`;

/**
 * Notes that, at a moment (ISO 8601), for another set-up, before what is known of records is forgotten. A field that is named again keeps
 * its note until a run has found what is there (`foundConsents`): it may be left again before.
 */
export function leaveConsents(
  row: ConnectorRow,
  wanted: Pick<ConnectorRequest, "kind" | "setup">,
  at: string,
): Statement {
  const gone = beyond(placesOf({ kind: row.kind, setup: setupOf(row) }), placesOf(wanted));
  return sql(
    `UPDATE connectors SET consents_left = (SELECT json_group_array(json(left)) FROM (
       SELECT l.value AS left FROM json_each(connectors.consents_left) l WHERE NOT ${isIn("?2")}
       UNION ALL
       SELECT json_set(value, '$.at', ?3, '$.until', COALESCE(until, '9999-12-31')) FROM (
         SELECT g.value, (SELECT MAX(until) FROM (
           SELECT IIF(instr(t.value, '${IN_FORCE} until ') > 0,
               substr(t.value, instr(t.value, ' until ') + 7, 10), '9999-12-31') AS until
             FROM connector_records r CROSS JOIN json_each(json_array(r.consent_out ->> 'text', r.consent_out ->> 'sent')) t
             WHERE r.connector = ?1 AND r.object = g.value ->> 'object' AND r.consent_out <> ''
               AND instr(t.value, '${IN_FORCE}') > 0
           UNION ALL
           SELECT l.value ->> 'until' FROM json_each(connectors.consents_left) l WHERE ${isIn("json_array(json(g.value))")})) AS until
         FROM json_each(?2) g)
       WHERE until IS NOT NULL
         OR (SELECT MAX(at) FROM connector_runs WHERE connector = ?1 AND trial = 0) < ?4)) WHERE num = ?1`,
    ...[row.num, JSON.stringify(gone), at],
    new Date(Date.parse(at) - FORGOTTEN).toISOString(),
  );
}

/** A run has read the fields that its set-up names: what is there is known of records again. */
export const foundConsents = (row: ConnectorRow): Statement =>
  sql(
    `UPDATE connectors SET consents_left = (SELECT json_group_array(json(l.value)) FROM json_each(connectors.consents_left) l
       WHERE NOT ${isIn("?2")}) WHERE num = ?1 AND consents_left <> '[]'`,
    row.num,
    JSON.stringify(placesOf({ kind: row.kind, setup: setupOf(row) })),
  );
