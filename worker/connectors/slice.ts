/**
 * One slice of a run: some pages read, their numbers screened, what differs written to the CRM, and the run moved on in
 * one commit. Whatever dies in between, the slice is done again: the screening repeats its recorded answer, and what was
 * written already does not differ any more.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { dayOf } from "../../shared/recordings/retention.ts";
import { MAX_PART } from "../../shared/limits.ts";
import { record } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import {
  type Decide,
  decideFound,
  decisionsOf,
  differs,
  markOf,
  numbersIn,
  type Row,
  rowsOf,
} from "./judge.ts";
import { type ConnectorRow, crmOf, type RunRow, setupOf } from "./rows.ts";
import { ConnectorError, type Connector as Crm, type Contact, type Mark } from "./connector.ts";
import type { Waiting } from "./http.ts";
import type { Env } from "../env.ts";
import { Problem } from "../core/errors.ts";
import { type HeadRow, inChunks, selectHeads } from "../registers/routes.ts";
import { currentPolicy } from "../policy/routes.ts";
import { screeningOf, screenPart } from "../screening/record.ts";

const keyOf = ({ object, id }: { object: string; id: string }): string => `${object} ${id}`;
const iso = (ms: number): string => new Date(ms).toISOString();

/** The next slice of a run, from its first page to the commit. True where it was the last. */
export async function work(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  waiting: Waiting,
  most: number,
): Promise<boolean> {
  const now = waiting.clock();
  const crm = await crmOf(env, row, waiting);
  const { contacts, next } = await read(crm, run.cursor, most);
  const { policy } = await currentPolicy(env.DB);
  const found = contacts.map((contact) => numbersIn(contact, policy));
  const numbers = [...new Set(found.flat().flatMap((f) => f.numbers))].sort();
  const before = await newestTurned(env.DB);
  const decide = run.trial === 1 ? await trialOf(env, numbers, now) : await screened(env, run, numbers);

  const names = await listNames(env.DB);
  const day = dayOf(now, zoneOfPolicy(policy));
  const { dates } = setupOf(row);
  const judged = contacts.map((contact, i) => {
    const all = found[i]!.map((f) => ({ found: f, decision: decideFound(f, decide) }));
    const mark = markOf(contact, all, day, (id) => names.get(id) ?? "");
    return { contact, all, mark, differs: differs(contact, mark, dates) };
  });
  const marks = judged.filter((j) => j.differs).map((j) => j.mark);
  const refused = run.trial === 1 || marks.length === 0 ? [] : await crm.write(marks);
  const notTaken = new Set(refused.map(keyOf));
  if (run.trial === 0 && run.written === 0)
    await prove(
      crm,
      row.kind,
      run.cursor,
      marks.filter((mark) => !notTaken.has(keyOf(mark))),
    );

  const verdicts = judged.map((j) => j.mark.verdict as Verdict | "");
  const count = (verdict: Verdict | "") => verdicts.filter((v) => v === verdict).length;
  const counts = {
    contacts: contacts.length,
    numbers: numbers.length,
    clear: count("clear"),
    caution: count("caution"),
    blocked: count("blocked"),
    unknown: count("unknown"),
    none: count(""),
    invalid: found.flat().filter((f) => f.numbers.length === 0).length,
    written: marks.length - refused.length,
    refused: refused.length,
  };
  const rows = judged.flatMap(({ contact, all }) => rowsOf(contact, all, !notTaken.has(keyOf(contact))));
  await record(env, {
    actor: run.by,
    event: {
      code: "connector.slice",
      subject: row.id,
      payload: { run: run.id, slice: run.slice, ...counts, refusals: refused.slice(0, 20) },
    },
    statements: [
      moving(run, counts, next, refused[0]?.why ?? null, waiting.clock()),
      ...(run.trial === 1
        ? tried(row, run, next, now)
        : [...known(row, run, contacts, rows, iso(now)), lookedBack(row, before)]),
      ...(run.trial === 0 && next === null ? forgotten(row, run) : []),
    ],
  });
  return next === null;
}

async function read(crm: Crm, from: string | null, most: number) {
  const contacts: Contact[] = [];
  let cursor = from;
  do {
    const page = await crm.page(cursor);
    contacts.push(...page.contacts);
    // Pages that lead nowhere would be read for ever.
    if (page.next !== null && page.next === cursor) throw new ConnectorError("the same page again");
    cursor = page.next;
  } while (cursor !== null && contacts.length < most);
  // A record that stands on two pages of a slice, as it was moved meanwhile, is one.
  const byId = new Map(contacts.map((contact) => [keyOf(contact), contact]));
  return { contacts: [...byId.values()], next: cursor };
}

/**
 * Some CRMs take a field that they do not have without a word, and a mapping may write elsewhere than it reads: then every
 * run would write everything again, and nobody would see it. So the first page that is written to in a run is read again.
 */
async function prove(crm: Crm, kind: string, from: string | null, written: readonly Mark[]): Promise<void> {
  if (written.length === 0) return;
  const verdicts = new Map(written.map((mark) => [keyOf(mark), mark.verdict]));
  const again = (await crm.page(from)).contacts.filter((contact) => verdicts.has(keyOf(contact)));
  if (again.length > 0 && again.every((contact) => contact.held.verdict !== verdicts.get(keyOf(contact))))
    throw new ConnectorError(`${kind}: what was written does not stand in its field`);
}

async function trialOf(env: Env, numbers: string[], now: number): Promise<Decide> {
  const decisions = await decisionsOf(env.DB, numbers, now);
  return (e164) => decisions.get(e164)!;
}

/**
 * Tries of one part: the CRM may answer a slice that is done again with other contacts than before, or the answer of then
 * may be too old to be repeated.
 */
const TRIES = 20;
const OTHERS: ReadonlySet<string> = new Set(["part-differs", "screening-over"]);

/** Screens a slice's numbers in parts, on record. */
async function screened(env: Env, run: RunRow, numbers: string[]): Promise<Decide> {
  const screening = await screeningOf(env.DB, run.screening!);
  const decisions = new Map<string, ReturnType<Decide>>();
  for (let i = 0; i < numbers.length; i += MAX_PART) {
    const some = numbers.slice(i, i + MAX_PART);
    const first = (run.slice * 50 + i / MAX_PART) * TRIES;
    for (let part = first; ; part++) {
      try {
        const { outcomes, of } = await screenPart(env, run.by, screening, part, some);
        for (const [n, e164] of some.entries()) decisions.set(e164, outcomes[of[n]!]!);
        break;
      } catch (error) {
        if (!(error instanceof Problem && OTHERS.has(error.code)) || part === first + TRIES - 1) throw error;
      }
    }
  }
  return (e164) => decisions.get(e164)!;
}

export async function listNames(db: D1Database): Promise<Map<string, string>> {
  const { results } = await db.prepare(selectHeads).all<HeadRow>();
  return new Map(results.map(({ id, name }) => [id, name]));
}

/** The run's row with a slice done. The trigger refuses whoever is second with the same slice. */
function moving(
  run: RunRow,
  counts: Record<string, number>,
  next: string | null,
  refusal: string | null,
  now: number,
): Statement {
  const sums = Object.keys(counts).map((name, i) => `${name} = ${name} + ?${i + 6}`);
  return sql(
    `UPDATE connector_runs SET slice = ?2, cursor = ?3, lease = NULL, due = NULL, failures = 0, error = NULL,
       moved_at = ?4, state = CASE WHEN ?3 IS NULL THEN 'done' ELSE 'running' END,
       finished_at = CASE WHEN ?3 IS NULL THEN ?4 END, refusal = COALESCE(?5, refusal), ${sums.join(", ")}
     WHERE num = ?1`,
    ...[run.num, run.slice + 1, next, iso(now), refusal],
    ...Object.values(counts),
  );
}

/** A trial that reached its end: with this set-up things may be written. */
const tried = (row: ConnectorRow, run: RunRow, next: string | null, now: number): Statement[] =>
  next !== null
    ? []
    : [
        sql(
          "UPDATE connectors SET tried_at = ?2 WHERE num = ?1 AND at <= ?3",
          ...[row.num, iso(now), run.at],
        ),
      ];

/** Which records hold which numbers, and no others than these. */
function known(
  row: ConnectorRow,
  run: RunRow,
  contacts: readonly Contact[],
  rows: readonly Row[],
  at: string,
): Statement[] {
  const records = contacts.map(({ object, id }) => [object, id]);
  return [
    ...inChunks([...rows], (chunk) =>
      sql(
        `INSERT INTO connector_numbers (connector, run, written_at, object, record, field, place, number, verdict)
         SELECT ?1, ?2, ?3, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
         FROM json_each(?4) WHERE true
         ON CONFLICT DO UPDATE SET run = excluded.run, verdict = excluded.verdict,
           written_at = CASE WHEN verdict = excluded.verdict THEN written_at ELSE excluded.written_at END`,
        ...[row.num, run.num, at, chunk],
      ),
    ),
    ...inChunks(records, (chunk) =>
      sql(
        `DELETE FROM connector_numbers WHERE connector = ?1 AND run < ?2
           AND (object, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))`,
        ...[row.num, run.num, chunk],
      ),
    ),
  ];
}

const newestTurned = async (db: D1Database): Promise<number> =>
  (await db.prepare("SELECT COALESCE(MAX(num), 0) AS num FROM turned").first<{ num: number }>())!.num;

/** What turned since the slice was judged may have been marked before the slice was written: it is marked once more. */
const lookedBack = (row: ConnectorRow, before: number): Statement =>
  sql("UPDATE connectors SET turned = MIN(turned, ?2) WHERE num = ?1", row.num, before);

/** Records that are in the CRM no more. */
const forgotten = (row: ConnectorRow, run: RunRow): Statement[] => [
  sql("DELETE FROM connector_numbers WHERE connector = ? AND run < ?", row.num, run.num),
];
