/** Whose line a number is, as a field of its CRM record says it (worker/do-not-call has the table). */
import { partyKind, type PartyKind } from "../../shared/do-not-call/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { changedNumbers, record } from "../core/commit.ts";
import type { Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { partiesBound } from "../do-not-call/bound.ts";
import type { Env } from "../env.ts";
import type { Contact } from "./connector.ts";
import type { Found } from "./judge.ts";
import type { ConnectorRow, RunRow } from "./rows.ts";

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

/** Opens pages' eyes to what changes. */
const told = (rows: readonly NewRow[]): Statement[] =>
  rows.length === 0 ? [] : [changedNumbers(rows.map(({ number }) => ({ e164: e164Of(Number(number)) })))];

const ended = (rows: readonly NewRow[], at: string): Statement[] =>
  changeRows(
    partiesBound,
    rows.map((before) => ({ before, to: { ended_at: at, ended_by: "system" } })),
    at,
  );

/** What a slice's records say, instead of what they said. A number of unclear country says nothing. */
export async function saidBy(
  db: D1Database,
  row: ConnectorRow,
  contacts: readonly { contact: Contact; found: readonly Found[] }[],
  at: string,
): Promise<Statement[]> {
  const said = contacts.flatMap(({ contact, found }): NewRow[] => {
    const party = partyIn(contact.party);
    const sure = party === null ? [] : found.filter(({ numbers }) => numbers.length === 1);
    return [...new Set(sure.map(({ numbers }) => numberOf(numbers[0]!)))].map((number) => ({
      ...{ id: crypto.randomUUID(), number, party, source: "connector", detail: detailOf(row, contact) },
      ...{ by: "system", at, ended_at: null, ended_by: null },
    }));
  });
  const before = await statesOf(
    db,
    partiesBound,
    `${ofConnector} AND detail IN (SELECT value FROM json_each(?2))`,
    row.id,
    JSON.stringify(contacts.map(({ contact }) => detailOf(row, contact))),
  );
  const wordOf = ({ detail, party, number }: NewRow) => JSON.stringify([detail, party, number]);
  const [then, now] = [before, said].map((rows) => new Set(rows.map(wordOf)));
  const lost = before.filter((one) => !now!.has(wordOf(one)));
  const fresh = said.filter((one) => !then!.has(wordOf(one)));
  return [
    ...ended(lost, at),
    ...(fresh.length === 0 ? [] : [insertBound(partiesBound, fresh)]),
    ...told([...lost, ...fresh]),
  ];
}

/** Parties a commit. */
const MOST = 2000;

/**
 * Ends what records say that a run, at its end, did not see, or without one, everything: the connector is removed. Many are ended in
 * commits of their own; the statements end the last ones. `slice`: the records that the run's last slice saw.
 */
export async function unsaidBy(
  env: Env,
  row: ConnectorRow,
  { by, at }: { by: string; at: string },
  run?: { run: RunRow; slice: readonly Contact[] },
): Promise<Statement[]> {
  const gone = run
    ? `${ofConnector} AND detail NOT IN (SELECT value FROM json_each(?2))
       AND NOT EXISTS (SELECT 1 FROM connector_numbers n WHERE n.connector = ${row.num} AND n.run >= ${run.run.num}
         AND n.number = parties.number AND parties.detail = ?1 || ' ' || n.object || ' ' || n.record)`
    : ofConnector;
  const params = run
    ? [row.id, JSON.stringify(run.slice.map((contact) => detailOf(row, contact)))]
    : [row.id];
  for (;;) {
    const rows = await statesOf(env.DB, partiesBound, `${gone} LIMIT ${MOST}`, ...params);
    const statements = [...ended(rows, at), ...told(rows)];
    if (rows.length < MOST) return statements;
    const event = { code: "party.ended", subject: row.id, payload: { parties: rows.length } };
    await record(env, { actor: by, event, statements });
  }
}
