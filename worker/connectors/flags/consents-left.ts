/** Where ClearDial's words of consents stay in a CRM, as the set-up does not name their field any more. */
import type { ConnectorRequest } from "../../../shared/connectors/api.ts";
import { DAY } from "../../../shared/core/time.ts";
import { sql, type Statement } from "../../core/sql.ts";
import { hostOf } from "../kinds/index.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";
import { IN_FORCE } from "./consents-out.ts";

type Named = Pick<ConnectorRequest, "kind" | "setup">;
const placesOf = ({ kind, setup }: Named) =>
  setup.objects.flatMap(({ name, consentOut }) =>
    consentOut === undefined ? [] : [{ host: hostOf(kind, setup), object: name, field: consentOut }],
  );

/** So long after its last run nothing is known of a connector's records any more (jobs/housekeeping.ts): what was written there may stay. */
const FORGOTTEN = 60 * DAY;

/** Notes that, at a moment (ISO 8601), for another set-up, before what is known of records is forgotten. */
export function leaveConsents(row: ConnectorRow, wanted: Named, at: string): Statement {
  const named = placesOf(wanted);
  const isNamed = new Set(named.map((one) => JSON.stringify(one)));
  const gone = placesOf({ kind: row.kind, setup: setupOf(row) }).filter(
    (one) => !isNamed.has(JSON.stringify(one)),
  );
  return sql(
    `UPDATE connectors SET consents_left = (SELECT json_group_array(json(left)) FROM (
       SELECT l.value AS left FROM json_each(connectors.consents_left) l WHERE NOT EXISTS (SELECT 1 FROM json_each(?2) n
         WHERE n.value ->> 'host' = l.value ->> 'host' AND n.value ->> 'object' = l.value ->> 'object'
           AND n.value ->> 'field' = l.value ->> 'field')
       UNION ALL
       SELECT json_set(value, '$.at', ?4, '$.until', COALESCE(until, '9999-12-31')) FROM (
         SELECT g.value, (SELECT MAX(IIF(instr(t.value, '${IN_FORCE} until ') > 0,
             substr(t.value, instr(t.value, ' until ') + 7, 10), '9999-12-31'))
           FROM connector_records r CROSS JOIN json_each(json_array(r.consent_out ->> 'text', r.consent_out ->> 'sent')) t
           WHERE r.connector = ?1 AND r.object = g.value ->> 'object' AND r.consent_out <> ''
             AND instr(t.value, '${IN_FORCE}') > 0) AS until
         FROM json_each(?3) g)
       WHERE until IS NOT NULL
         OR (SELECT MAX(at) FROM connector_runs WHERE connector = ?1 AND trial = 0) < ?5)) WHERE num = ?1`,
    ...[row.num, JSON.stringify(named), JSON.stringify(gone), at],
    new Date(Date.parse(at) - FORGOTTEN).toISOString(),
  );
}
