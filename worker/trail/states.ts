/** What the trail says of single rows of bound tables: each of their states, wherever its events are. For proofs. */
import type { LinkedRow } from "../../shared/trail/chain.ts";
import { BOUND } from "../core/bound.ts";
import type { Env } from "../env.ts";
import { sifted } from "./archived/sieves.ts";
import { type Archive, archiveColumns, linked, pages, wholeRows } from "./rows.ts";
import type { Known } from "./start.ts";

/** Most archived objects that are read, the newest first: each takes about a tenth of a second. And of how many, as their sieves say. */
const OBJECTS = 60;
const SIFTED = 5;

export interface States {
  /** By the row's name, `consents/7312…`: the events that bind its states and that the Ledger wrote, oldest first. */
  of: Map<string, LinkedRow[]>;
  /** Archived rows of the trail that were not read, as there are too many: first and last. */
  unread: [number, number][];
}

/** The name of the row that an event binds a state of. */
export const nameIn = (subject: string): string => subject.replace(/@.*$/, "");

/** The states of these rows. In archives of before `since` (ISO 8601) there is none of them. Throws Unreadable. */
export async function statesSaid(
  env: Env,
  { originOf }: Pick<Known, "originOf">,
  names: readonly string[],
  since: string,
  most = OBJECTS,
): Promise<States> {
  const of = new Map<string, LinkedRow[]>();
  if (names.length === 0) return { of, unread: [] };
  // "A" comes after "@". The plus keeps SQLite from looking through all events of the code for each.
  const [here, there] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT ${linked} FROM json_each(?1) j CROSS JOIN audit a ON a.subject >= j.value || '@' AND a.subject < j.value || 'A'
       WHERE +a.code = ?2 AND a.subject <> ''
       UNION ALL SELECT ${linked} FROM json_each(?1) j CROSS JOIN audit a ON a.subject = j.value
       WHERE +a.code = ?2 AND a.subject <> ''`,
    ).bind(JSON.stringify(names), BOUND),
    // In the same batch: what is archived meanwhile is in one of both.
    env.DB.prepare(
      `SELECT ${archiveColumns} FROM audit_archives WHERE last_at >= ? ORDER BY first_seq DESC`,
    ).bind(since),
  ])) as [D1Result<LinkedRow>, D1Result<Archive>];
  const wanted = new Set(names);
  const rows = [...here.results];
  const asked = there.results.slice(0, most * SIFTED);
  const may = await sifted(env, asked, { codes: [BOUND], subjects: names });
  for (const archive of may.slice(0, most)) {
    const all = await wholeRows(env, archive);
    rows.push(...all.filter(({ code, subject }) => code === BOUND && wanted.has(nameIn(subject))));
  }
  for (const row of rows.sort((a, b) => a.seq - b.seq))
    if (originOf(row) !== "forged")
      of.set(nameIn(row.subject), [...(of.get(nameIn(row.subject)) ?? []), row]);
  const unread = [...may.slice(most), ...there.results.slice(asked.length)].map(
    ({ firstSeq, lastSeq }): [number, number] => [firstSeq, lastSeq],
  );
  return { of, unread };
}

/** The event of the change that a row of the trail is of: the next one that binds nothing. Null: none. Throws Unreadable. */
export async function changeOf(env: Env, seq: number): Promise<LinkedRow | null> {
  for await (const { rows } of pages(env, seq, 100)) {
    const event = rows.find(({ code }) => code !== BOUND);
    if (event) return event;
  }
  return null;
}
