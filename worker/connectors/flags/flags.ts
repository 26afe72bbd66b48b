/**
 * A CRM's own flags against calls, both ways. One that it sets comes in: as an objection, where it says who said so and when, else
 * as an entry of the company's own, which compliance may lift. An objection here goes out as the record's flag.
 *
 * Only what is stricter travels: neither side ever takes back what the other has, an entry of our own never goes out, and what
 * ClearDial set never comes in. So each flag is set once at most, and systems that repeat each other's come to rest.
 */
import type { Decision } from "../../../shared/check/verdict.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { momentIn } from "../../../shared/connectors/moment.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { record } from "../../core/commit.ts";
import { inChunks, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import type { Contact, Mark } from "../connector.ts";
import { type Found, numbersIn } from "../judge.ts";
import { keyOf } from "../read.ts";
import type { ConnectorRow, RunRow } from "../rows.ts";
import { entriesOf, type Said, sayEntries, type Wanted } from "./entries.ts";

/** By `*` for the record's own, or by number (E.164): who set it, and when it was first read or set (ISO 8601). */
export type Flags = Record<string, { by: "theirs" | "ours"; at: string }>;
const WHOLE = "*";

/** A record of a slice with its numbers. */
export interface Read {
  contact: Contact;
  found: readonly Found[];
}

/** The numbers that are one for certain. */
export const sure = (found: readonly Found[]): string[] => [
  ...new Set(found.flatMap(({ numbers }) => (numbers.length === 1 ? numbers : []))),
];

/** All readings of the numbers, also of those of which the country is not clear. */
const readingsOf = (found: readonly Found[]): string[] => [
  ...new Set(found.flatMap(({ numbers }) => numbers)),
];

/** Who said it and when, where the record tells both, and it is not to come. */
function saidIn({ flag }: Contact, now: number): Said | null {
  if (!flag?.set || flag.by === "") return null;
  const { from, to } = momentIn(flag.at) ?? { from: Infinity, to: Infinity };
  // Of a day, its end: what was said on the same day was said before.
  return from <= now
    ? { by: flag.by, from: new Date(from).toISOString(), at: new Date(Math.min(to, now)).toISOString() }
    : null;
}

/** How far from our own change a CRM's rule may date it: its clock is not ours. */
const STAMPED = 10 * MINUTE;
const isStamp = ({ from, at }: Said, set: number): boolean =>
  Date.parse(from) <= set + STAMPED && Date.parse(at) >= set - STAMPED;

/** What the flags of a record are now: what was known of one that is still set stays as it was. */
function flagsOf(contact: Contact, known: Flags, policy: Policy, now: number): Flags {
  const fresh = { by: "theirs", at: new Date(now).toISOString() } as const;
  const opted = readingsOf(
    numbersIn({ ...contact, whole: true, numbers: { own: contact.optedOut } }, policy),
  );
  const whole = known[WHOLE];
  // Somebody put their name to the flag that ClearDial had set, and it is not the CRM's own stamp on what ClearDial changed.
  const said = saidIn(contact, now);
  const taken = whole?.by === "ours" && said !== null && !isStamp(said, Date.parse(whole.at));
  return Object.fromEntries([
    ...(contact.flag?.set ? [[WHOLE, taken || !whole ? fresh : whole] as const] : []),
    ...opted.map((number) => [number, known[number] ?? fresh] as const),
  ]);
}

/**
 * Takes over the flags of records in a commit of its own, so that they are judged with them. Answers the flags of each record whose
 * set-up names one, by `keyOf`.
 */
export async function flagsIn(
  env: Env,
  row: ConnectorRow,
  read: readonly Read[],
  policy: Policy,
  now: number,
): Promise<Map<string, Flags>> {
  const some = read.filter(({ contact }) => contact.flag !== null);
  if (some.length === 0) return new Map();
  const known = await knownFlags(
    env.DB,
    row,
    some.map(({ contact }) => contact),
  );
  const flags = new Map<string, Flags>();
  const wanted: Wanted[] = [];
  for (const { contact, found } of some) {
    const its = flagsOf(contact, known.get(keyOf(contact)) ?? {}, policy, now);
    flags.set(keyOf(contact), its);
    const whole = its[WHOLE];
    const said = saidIn(contact, now);
    const certain = sure(found);
    // A number of which the country is not clear is closed in each reading, and nobody is said to have objected on it.
    if (whole?.by === "theirs")
      for (const number of readingsOf(found))
        wanted.push({ number, since: whole.at, contact, said: certain.includes(number) ? said : null });
    for (const [number, { at: since }] of Object.entries(its))
      if (number !== WHOLE) wanted.push({ number, since, contact, said: null });
  }
  const { entries, statements } = await entriesOf(env.DB, row, wanted, now);
  if (entries.length > 0)
    await record(env, {
      actor: "system",
      event: { code: "connector.flagged", subject: row.id, payload: { entries: sayEntries(entries) } },
      statements,
    });
  return flags;
}

/** What is known of records' flags, by `keyOf`. */
async function knownFlags(
  db: D1Database,
  { num }: ConnectorRow,
  records: readonly Pick<Contact, "object" | "id">[],
): Promise<Map<string, Flags>> {
  const { results } = await db
    .prepare(
      `SELECT r.object, r.record AS id, r.said FROM json_each(?2) j
       CROSS JOIN connector_records r ON r.connector = ?1 AND r.object = j.value ->> 0 AND r.record = j.value ->> 1`,
    )
    .bind(num, JSON.stringify(records.map(({ object, id }) => [object, id])))
    .all<{ object: string; id: string; said: string }>();
  return new Map(results.map(({ said, ...one }) => [keyOf(one), JSON.parse(said) as Flags]));
}

/** The field of the flag that a record wants, as it was just read, because somebody objected on one of its numbers. */
export const goesOut = (
  { object, flag }: Contact,
  judged: readonly { decision: Decision }[],
  objects: readonly { name: string; flag?: string | undefined }[],
): string | undefined =>
  flag?.set === false &&
  judged.some(({ decision }) => decision.reasons.some(({ code }) => code === "objection"))
    ? objects.find(({ name }) => name === object)?.flag
    : undefined;

/**
 * Notes the flags that marks are about to set as ours (`flags`, by `keyOf`), in a commit of its own before they are written: one that
 * reached the CRM without its answer, or before a commit that failed, would else come in as the CRM's. The next reading drops those
 * that it finds not set.
 */
export async function noteOurs(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  marks: readonly Mark[],
  flags: ReadonlyMap<string, Flags>,
  at: string,
): Promise<void> {
  const ours = marks.flatMap((mark): [string, string, Flags][] =>
    mark.flag === undefined ? [] : [[mark.object, mark.id, withOurs(flags.get(keyOf(mark)) ?? {}, at)]],
  );
  // A trial writes nothing.
  if (ours.length === 0 || (run.trial === 1 && run.reads === 0)) return;
  await record(env, {
    actor: "system",
    event: {
      code: "connector.flagged",
      subject: row.id,
      payload: { sets: ours.map(([object, id]) => ({ object, id })) },
    },
    statements: keepFlags(row, run.num, ours),
  });
}

/** The flags of a record with ours, which was set at a moment (ISO 8601). */
export const withOurs = (flags: Flags, at: string): Flags => ({ ...flags, [WHOLE]: { by: "ours", at } });

/** Stores what stands against calls in records: of those that have none, that there is none. */
export const keepFlags = (
  row: ConnectorRow,
  run: number,
  flags: readonly (readonly [object: string, id: string, Flags])[],
): Statement[] => {
  const some = flags.map(([object, id, its]) => [object, id, JSON.stringify(its)]);
  return [
    ...inChunks(
      some.filter(([, , its]) => its !== "{}"),
      (chunk) =>
        sql(
          `INSERT INTO connector_records (connector, run, object, record, said)
           SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3) WHERE true
           ON CONFLICT DO UPDATE SET said = excluded.said`,
          ...[row.num, run, chunk],
        ),
    ),
    ...inChunks(
      some.filter(([, , its]) => its === "{}"),
      (chunk) =>
        sql(
          `UPDATE connector_records SET said = '{}' WHERE connector = ?1 AND said <> '{}'
             AND (object, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))`,
          ...[row.num, chunk],
        ),
    ),
  ];
};
