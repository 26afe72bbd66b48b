/**
 * Records on whose numbers somebody has just objected, or the objection has just ended, as they are in the CRM now: their flag is still
 * to be set there, or taken back. So are those on whose numbers consents are or were, and that are told of them.
 */
import type { ConnectorSetup } from "../../../shared/connectors/api.ts";
import type { Connector as Crm, Contact } from "../connector.ts";
import { keyOf } from "../read.ts";
import type { ConnectorRow } from "../rows.ts";

/** Records that are read so in one minute, and of one request. Where there are more, the readings of all flags find them. */
const MOST = 200;
const AT_ONCE = 50;

interface Objected {
  /** Each with its numbers on which somebody objected (E.164); none where it ended. */
  found: { contact: Contact; numbers: string[] }[];
  /** The newest row of `changes` that was looked at; null where there is none. */
  heard: number | null;
}

/** `said` of a record's own flag: see flags/state.ts. */
const OBJECTED = `SELECT n.object, n.record AS id, json_group_array(DISTINCT c.ref) AS numbers FROM changes c
  CROSS JOIN suppressions s ON s.number = CAST(substr(c.ref, 2) AS INTEGER) AND s.kind = 'objection' AND s.ended_at IS NULL
  CROSS JOIN connector_numbers n ON n.number = s.number AND n.connector = ?1
  WHERE c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'number' AND n.object IN (SELECT value FROM json_each(?4))
    AND NOT EXISTS (SELECT 1 FROM connector_records r WHERE r.connector = n.connector AND r.object = n.object
      AND r.record = n.record AND r.said ->> '$."*".at' IS NOT NULL AND r.said ->> '$."*".back' IS NULL
      AND r.said ->> '$."*".lost' IS NULL)
  GROUP BY n.object, n.record LIMIT ?5`;
/** Those whose flag is ours, and on whose number nobody objects any more. */
const ENDED = `SELECT DISTINCT n.object, n.record AS id, '[]' AS numbers FROM changes c
  CROSS JOIN connector_numbers n ON n.number = CAST(substr(c.ref, 2) AS INTEGER) AND n.connector = ?1
  CROSS JOIN connector_records r ON r.connector = n.connector AND r.object = n.object AND r.record = n.record
    AND r.said ->> '$."*".wrote' IS NOT NULL AND r.said ->> '$."*".put' AND r.said ->> '$."*".back' IS NULL
    AND r.said ->> '$."*".lost' IS NULL
  WHERE c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'number' AND n.object IN (SELECT value FROM json_each(?4))
    AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.number = n.number AND s.kind = 'objection' AND s.ended_at IS NULL)
  LIMIT ?5`;

/** Those that are told of consents, or were. */
const TOLD = `SELECT DISTINCT n.object, n.record AS id, '[]' AS numbers FROM changes c
  CROSS JOIN connector_numbers n ON n.number = CAST(substr(c.ref, 2) AS INTEGER) AND n.connector = ?1
  WHERE c.seq > ?2 AND c.seq <= ?3 AND c.kind = 'number' AND n.object IN (SELECT value FROM json_each(?4))
    AND (EXISTS (SELECT 1 FROM consents k WHERE k.number = n.number) OR EXISTS (SELECT 1 FROM connector_records r
      WHERE r.connector = n.connector AND r.object = n.object AND r.record = n.record AND r.consent_out <> ''))
  LIMIT ?5`;

/** Reads them where the set-up names a flag, or a field for consents. `heard`: the newest row of `changes` that was looked at before; null: none is old. */
export async function objectedOn(
  db: D1Database,
  { num }: ConnectorRow,
  crm: Crm,
  { objects }: ConnectorSetup,
  heard: number | null,
  most = MOST,
): Promise<Objected> {
  const newest = (await db.prepare("SELECT MAX(seq) AS seq FROM changes").first<{ seq: number | null }>())!
    .seq;
  const named = (key: "flag" | "consentOut") =>
    objects.filter(({ [key]: field }) => field !== undefined).map(({ name }) => name);
  const [flagged, told] = [named("flag"), named("consentOut")];
  if (heard === null || newest === null || newest <= heard || !crm.records)
    return { found: [], heard: newest ?? heard };
  const of = (text: string, some: readonly string[]) =>
    some.length === 0 ? [] : [db.prepare(text).bind(num, heard, newest, JSON.stringify(some), most)];
  const asked = [...of(OBJECTED, flagged), ...of(ENDED, flagged), ...of(TOLD, told)];
  if (asked.length === 0) return { found: [], heard: newest };
  const answers = await db.batch<{ object: string; id: string; numbers: string }>(asked);
  // What an objection asks for comes first, also of a record that is told of a consent as well.
  const all = new Map<string, (typeof answers)[number]["results"][number]>();
  for (const one of answers.flatMap(({ results }) => results))
    if (!all.has(keyOf(one))) all.set(keyOf(one), one);
  const some = [...all.values()].slice(0, most);
  const numbers = new Map(some.map((one) => [keyOf(one), JSON.parse(one.numbers) as string[]]));
  const found: Objected["found"] = [];
  for (const [object, of] of Map.groupBy(some, (one) => one.object))
    for (let i = 0; i < of.length; i += AT_ONCE) {
      const ids = of.slice(i, i + AT_ONCE).map(({ id }) => id);
      for (const contact of await crm.records(object, ids))
        found.push({ contact, numbers: numbers.get(keyOf(contact)) ?? [] });
    }
  return { found, heard: newest };
}
