/**
 * Rows of tables that an older Worker changed or erased, without what binds them: an officer says of each finding of `deep.ts`
 * that this is why, and it is then bound as it is now, or its row counts as gone.
 */
import type { ReturnedRow, ReturnedRows } from "../../../shared/trail/api.ts";
import type { BoundTable, NewRow } from "../../core/bound.ts";
import { bindAgain } from "../../core/bound-before.ts";
import type { Statement } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { alteredIn, type Kept } from "../altered.ts";
import { sayErased } from "../erased.ts";
import type { Known } from "../start.ts";
import { type States, statesSaid } from "../states.ts";
import { boundTables } from "../tables.ts";

/** The rows of the trail of the time, and the moments (ISO 8601) between which it was. */
export interface Time {
  first: number;
  last: number;
  from: string;
  to: string;
}

/** A finding, with what its end takes: statements, once the officer's word is on the trail. */
interface Judged {
  row: ReturnedRow;
  make: (now: string) => Promise<Statement[]>;
}

const nothing = (): Promise<Statement[]> => Promise.resolve([]);

/** What an officer's word does with these findings. Throws Unreadable. */
export async function judge(env: Env, known: Known, time: Time, found: ReturnedRows): Promise<Judged[]> {
  const isOf = (seq: number): boolean => time.first <= seq && seq <= time.last;
  // Once it is said, rows of that time without a code are the older Worker's.
  const originOf: Known["originOf"] = (row) => {
    const origin = known.originOf(row);
    return origin === "forged" && isOf(row.seq) ? "returned" : origin;
  };
  const names = found.map(({ table, key }) => `${table}/${key}`);
  const states = await statesSaid(env, { originOf }, names, known.rows?.at ?? "");
  const named = await namedIn(
    env.DB,
    found.map(({ key }) => key),
    time,
  );
  return Promise.all(
    found.map(async (finding): Promise<Judged> => {
      const table = boundTables.find(({ name }) => name === finding.table);
      const { how, make = nothing } = table
        ? await endOf(env, table, finding, { time, states })
        : { how: null };
      const isCounted =
        how === null && finding.seq !== null && finding.what === "forged" && isOf(finding.seq);
      return { row: { ...finding, how: isCounted ? "counted" : how, named: named.has(finding.key) }, make };
    }),
  );
}

/** Which of these keys the older Worker's own rows of the trail name. */
async function namedIn(db: D1Database, keys: readonly string[], { first, last }: Time): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT j.value AS key FROM json_each(?1) j CROSS JOIN audit a ON a.subject = j.value
       WHERE a.subject <> '' AND a.seq BETWEEN ?2 AND ?3 AND a.mac IS NULL`,
    )
    .bind(JSON.stringify(keys), first, last)
    .all<{ key: string }>();
  return new Set(results.map(({ key }) => key));
}

type End = { how: ReturnedRow["how"]; make?: Judged["make"] };
const STAYS: End = { how: null };

async function endOf(
  { DB }: Env,
  table: BoundTable,
  { key, what }: ReturnedRows[number],
  { time, states }: { time: Time; states: States },
): Promise<End> {
  const { name, select, named, states: changes, whole, told, columns } = table;
  const row = await DB.prepare(`${select} WHERE ${named}`)
    .bind(JSON.stringify([key]))
    .first<Kept>();
  const last = states.of.get(`${name}/${key}`)?.at(-1);
  if (!row) {
    // What bound a row of a batch is said of the batch.
    if (what !== "missing" || !(last || table.batch)) return STAYS;
    return { how: "gone", make: (since) => Promise.resolve(sayErased([{ row: `${name}/${key}`, since }])) };
  }
  if (what === "extra" && row.code === null) {
    const isThen = row.at === "" || (time.from <= row.at && row.at <= time.to);
    // returned.ts binds the others of their time.
    if (!isThen) return STAYS;
    if (whole) return { how: "bound" };
    if (name !== "policies") return told === null ? { how: "counted" } : STAYS;
    const policy = await DB.prepare(`SELECT ${columns.join(", ")} FROM ${name} WHERE version = ?`)
      .bind(Number(key))
      .first<NewRow>();
    return { how: "bound", make: () => Promise.resolve([bindAgain(table, policy!)]) };
  }
  const isAltered =
    what === "altered" &&
    changes !== null &&
    last?.subject.includes("@") === true &&
    row.code !== null &&
    alteredIn(table, row, { ...last, salt: null, payload: null }) !== null;
  if (!isAltered) return STAYS;
  return {
    how: "bound",
    make: async (now) => [
      ...changeRows(
        table,
        (await statesOf(DB, table, named.replace(/\br\./g, ""), JSON.stringify([key]))).map((before) => ({
          before,
          to: {},
        })),
        now,
      ),
      // What was bound of it is there no more.
      ...sayErased([{ row: last.subject, since: now }]),
    ],
  };
}
