/**
 * A CRM's own flags against calls, both ways. One that it sets comes in: as an objection, where it says who said so and when, else
 * as an entry of the company's own, which compliance may lift. An objection here goes out as the record's flag.
 *
 * Only what is stricter travels: neither side ever takes back what the other has, an entry of our own never goes out, and what
 * ClearDial set never comes in. So each flag is set once at most, and systems that repeat each other's come to rest.
 */
import { momentIn } from "../../../shared/connectors/moment.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { beginning } from "../../../shared/core/text.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { flagReason } from "../../../shared/texts/connectors/marks.en.ts";
import { changedNumbers, record } from "../../core/commit.ts";
import { inChunks, sql, type Statement } from "../../core/sql.ts";
import { changeEntries, endOf, endsOf } from "../../do-not-call/changes.ts";
import { REPLACED } from "../../do-not-call/refusals.ts";
import { insertEntries, newEntry, saidAt } from "../../do-not-call/rows.ts";
import { type Planned, spreadOf } from "../../do-not-call/spread.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { Env } from "../../env.ts";
import type { Contact } from "../connector.ts";
import { type Found, numbersIn } from "../judge.ts";
import { keyOf } from "../read.ts";
import type { ConnectorRow } from "../rows.ts";

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

/** The source of what comes in of a record: by it what came in once is known, also when somebody has ended it since. */
export const sourceOf = (row: ConnectorRow, { object, id }: Pick<Contact, "object" | "id">): string =>
  beginning(`connector ${row.id} ${object} ${id}`, 200);

/** Who said it and when, where the record tells both, and it is not to come. */
function saidIn({ flag }: Contact, now: number): { by: string; at: string } | null {
  if (!flag?.set || flag.by === "") return null;
  const { from, to } = momentIn(flag.at) ?? { from: Infinity, to: Infinity };
  // Of a day, its end: what was said on the same day was said before.
  return from <= now ? { by: flag.by, at: new Date(Math.min(to, now)).toISOString() } : null;
}

/** What the flags of a record are now: what was known of one that is still set stays as it was. */
function flagsOf(contact: Contact, known: Flags, policy: Policy, now: number): Flags {
  const fresh = { by: "theirs", at: new Date(now).toISOString() } as const;
  const opted = sure(numbersIn({ ...contact, whole: true, numbers: { own: contact.optedOut } }, policy));
  const whole = known[WHOLE];
  // Somebody put their name to the flag that ClearDial had set.
  const taken = whole?.by === "ours" && saidIn(contact, now) !== null;
  return Object.fromEntries([
    ...(contact.flag?.set ? [[WHOLE, taken || !whole ? fresh : whole] as const] : []),
    ...opted.map((number) => [number, known[number] ?? fresh] as const),
  ]);
}

/** A number against which a CRM has a flag that it set itself, since when. */
interface Wanted {
  number: string;
  since: string;
  contact: Contact;
  said: { by: string; at: string } | null;
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
    if (whole?.by === "theirs")
      wanted.push(...sure(found).map((number) => ({ number, since: whole.at, contact, said })));
    for (const [number, { at: since }] of Object.entries(its))
      if (number !== WHOLE) wanted.push({ number, since, contact, said: null });
  }
  if (wanted.length > 0) await enter(env, row, wanted, now);
  return flags;
}

/** What is known of records' flags, by `keyOf`. */
export async function knownFlags(
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

type Entered = Pick<Suppression, "id" | "kind" | "until" | "source" | "at" | "heardAt"> & {
  number: number;
  live: number;
  unverified: number;
  /** When the number's subscriber consented last. */
  consented: string | null;
};

/** Enters what is wanted and not there yet. */
async function enter(env: Env, row: ConnectorRow, wanted: readonly Wanted[], now: number): Promise<void> {
  const at = new Date(now).toISOString();
  const { results } = await env.DB.prepare(
    `SELECT id, number, kind, until, source, at, heard_at AS heardAt,
       ended_at IS NULL AND keeps_line = 0 AS live, unverified,
       (SELECT MAX(given_at) FROM consents c WHERE c.number = s.number AND c.withdrawn_at IS NULL) AS consented
     FROM suppressions s WHERE number IN (SELECT value FROM json_each(?)) AND origin IS NULL`,
  )
    .bind(JSON.stringify([...new Set(wanted.map(({ number }) => numberOf(number)))]))
    .all<Entered>();
  const before = Map.groupBy(results, ({ number }) => number);
  const planned = new Map<string, Planned>();
  for (const { number, since, contact, said } of wanted) {
    const its = before.get(numberOf(number)) ?? [];
    const source = sourceOf(row, contact);
    const kind = said ? "objection" : "house";
    // It came in already, and is there or was lifted since.
    if (its.some((one) => one.source === source && one.kind === kind && one.at >= since)) continue;
    const live = its.filter((one) => one.live === 1);
    const objection = live.find((one) => one.kind === "objection" && one.unverified === 0);
    // One that holds says more than any flag. One that somebody consented after holds no longer: a later word counts again.
    const holds = objection && (objection.consented === null || objection.consented <= saidAt(objection));
    if (holds || (said && objection && said.at <= saidAt(objection))) continue;
    const same = live.find((one) => one.kind === kind);
    if (kind === "house" && same?.until === null) continue;
    const key = `${number} ${kind}`;
    if (planned.has(key)) continue;
    const entry = newEntry({
      ...{ number, kind, source, until: null, by: "system", at },
      ...(said && { heardAt: said.at }),
      reason: beginning(flagReason(row.name, said?.by ?? ""), 500),
    });
    planned.set(key, { entry, replaces: same?.id ?? null });
  }
  if (planned.size === 0) return;
  const all = [...planned.values()];
  const entries = all.map(({ entry }) => entry);
  const { moves, then } = await spreadOf(env.DB, all, { by: "system", at });
  const ends = await endsOf(
    env.DB,
    endOf(at, "system", REPLACED),
    all.map(({ replaces }) => replaces),
  );
  const said = entries.map(({ id, number, kind, source, heardAt }) => ({
    id,
    number,
    kind,
    source,
    heardAt,
  }));
  await record(env, {
    actor: "system",
    event: { code: "connector.flagged", subject: row.id, payload: { entries: said } },
    statements: [
      ...(await changeEntries(env.DB, [...moves, ...ends], at)),
      insertEntries(entries),
      changedNumbers(entries.map(({ number }) => ({ e164: number }))),
      ...then,
    ],
  });
}

/** The field of the flag that a record wants because somebody objected on one of its numbers. */
export const flagFor = (
  { object }: Pick<Contact, "object">,
  judged: readonly { decision: Decision }[],
  objects: readonly { name: string; flag?: string | undefined }[],
): string | undefined =>
  judged.some(({ decision }) => decision.reasons.some(({ code }) => code === "objection"))
    ? objects.find(({ name }) => name === object)?.flag
    : undefined;

/** The same for a record as it was just read: where it is not set. */
export const goesOut = (
  contact: Contact,
  ...wants: DropFirst<Parameters<typeof flagFor>>
): string | undefined => (contact.flag?.set === false ? flagFor(contact, ...wants) : undefined);
type DropFirst<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

/** Whether a record's own flag was not set when it was read last. */
export const unflagged = (flags: Flags): boolean => flags[WHOLE] === undefined;

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
