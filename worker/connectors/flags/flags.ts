/**
 * A CRM's own flags against calls, both ways. One that it sets comes in: as an objection, where it says who said so and when, else
 * as an entry of the company's own, which compliance may lift. An objection here goes out as the record's flag.
 *
 * Neither side ever takes back what the other has, an entry of our own never goes out, and what ClearDial set or wrote never comes in.
 * Each flag is set once for an objection, and taken back once, so systems that repeat each other's come to rest.
 */
import { momentIn } from "../../../shared/connectors/moment.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { record } from "../../core/commit.ts";
import { inChunks, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import type { Contact, Mark, Refusal, Told } from "../connector.ts";
import type { Took } from "../crm.ts";
import { numbersIn } from "../judge.ts";
import { keyOf } from "../read.ts";
import type { ConnectorRow, RunRow } from "../rows.ts";
import { type ConsentsOut, keepConsentsOut, withSent } from "./consents-out.ts";
import { entriesOf, type Said, sayEntries, type Wanted } from "./entries.ts";
import { echoesIn, entryIn, isNamed, isTold, isUnchanged, STAMPED, unset, withOurs } from "./out.ts";
import { type Flag, type Flags, PERSON, type Read, readingsOf, sure, WHOLE } from "./state.ts";

/** Who said it and when, where the record tells both, and it is not to come. */
function saidIn(flag: Contact["flag"], now: number): Said | null {
  if (!flag?.set || flag.by === "") return null;
  const { from, to } = momentIn(flag.at) ?? { from: Infinity, to: Infinity };
  // Of a day, its end: what was said on the same day was said before.
  return from <= now
    ? { by: flag.by, from: new Date(from).toISOString(), at: new Date(Math.min(to, now)).toISOString() }
    : null;
}

/**
 * Whether a CRM's rule has dated the flag by our own change of it. Beside ClearDial's words a moment alone is such a stamp, without
 * another name: on the same day a person may have objected again.
 */
function isStamp(said: Told, { at, back, told }: Flag): boolean {
  const set = Date.parse(back ?? at);
  const { from, to } = momentIn(said.at) ?? { from: Infinity, to: -Infinity };
  const isNear = from <= set + STAMPED && to >= set - STAMPED;
  return isNear && (told === undefined || (from === to && isTold({ ...said, at: "" }, told)));
}

/** The record's own flag as it is now; undefined where there is none. `isOurs`: what it says is ClearDial's own word. */
function wholeOf(contact: Contact, whole: Flag | undefined, isOurs: boolean, now: number): Flag | undefined {
  if (contact.flag === null) return undefined;
  const at = new Date(now).toISOString();
  const { set, by, at: day } = contact.flag;
  if (!set) return unset(contact.flag, whole, now);
  const theirs = { by: "theirs", at } as const;
  // Words of ClearDial's that stood there while it was not set say nothing of who set it again.
  if (isOurs) {
    if (!whole) return { by: "ours", at, wrote: entryIn(by)!, told: { by, at: day } };
    const { unseen, ...seen } = whole;
    return whole.lost !== undefined && whole.left?.by === by ? theirs : by === "" ? whole : seen;
  }
  if (whole?.by !== "ours") return whole ?? theirs;
  // It was to be written with words, and nobody knows that it was.
  if (!whole.put && whole.told?.by) return theirs;
  const said = saidIn(contact.flag, now);
  // Lost or taken back, it was set again; what the CRM answers may be a little old.
  const isLate = (moment: string | undefined) => moment !== undefined && Date.parse(moment) + STAMPED < now;
  const isAgain =
    whole.lost !== undefined ||
    isLate(whole.back) ||
    (whole.unseen !== undefined && by === "" && isLate(whole.at));
  // Somebody put their own words to the flag that ClearDial had set, and they are not the CRM's own stamp on what ClearDial changed.
  const isSame = isUnchanged(contact.flag, whole) ?? said === null;
  const isStamped = isStamp(contact.flag, whole);
  return isAgain || !(isSame || isStamped) ? theirs : whole;
}

/** What the flags of a record are now: what was known of one that is still set stays as it was. */
function flagsOf(contact: Contact, known: Flags, isOurs: boolean, policy: Policy, now: number): Flags {
  const fresh = { by: "theirs", at: new Date(now).toISOString() } as const;
  const opted = readingsOf(
    numbersIn({ ...contact, whole: true, numbers: { own: contact.optedOut } }, policy),
  );
  const whole = wholeOf(contact, known[WHOLE], isOurs, now);
  // An earlier Worker knew it as the record's own.
  const before =
    known[PERSON] ?? (whole?.by !== "theirs" && known[WHOLE]?.by === "theirs" ? known[WHOLE] : fresh);
  return Object.fromEntries([
    ...(whole ? [[WHOLE, whole] as const] : []),
    ...(contact.person?.set ? [[PERSON, before] as const] : []),
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
  const some = read.filter(({ contact }) => contact.flag !== null || contact.person !== null);
  if (some.length === 0) return new Map();
  const known = await knownFlags(
    env.DB,
    row,
    some.map(({ contact }) => contact),
  );
  const echoes = await echoesIn(env.DB, some, policy);
  const flags = new Map<string, Flags>();
  const wanted: Wanted[] = [];
  for (const { contact, found } of some) {
    const before = known.get(keyOf(contact)) ?? {};
    const known0 = before[WHOLE];
    const isOurs =
      (contact.flag !== null && known0 !== undefined && isNamed(contact.flag, known0)) ||
      echoes.has(keyOf(contact));
    const its = flagsOf(contact, before, isOurs, policy, now);
    flags.set(keyOf(contact), its);
    const { [WHOLE]: whole, [PERSON]: person, ...opted } = its;
    const isTheirs = whole?.by === "theirs";
    const own = isOurs ? null : saidIn(contact.flag, now);
    const said = isTheirs ? own : saidIn(contact.person, now);
    const since = isTheirs ? whole.at : person?.at;
    const certain = sure(found);
    // A number of which the country is not clear is closed in each reading, and nobody is said to have objected on it.
    if (since !== undefined)
      for (const number of readingsOf(found))
        wanted.push({ number, since, contact, said: certain.includes(number) ? said : null });
    for (const [number, flag] of Object.entries(opted))
      wanted.push({ number, since: flag.at, contact, said: null });
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

/**
 * Notes the flags that marks are about to set as ours (`flags`, by `keyOf`), and the consents that they are about to write, in a commit of
 * its own before they are written: a flag that reached the CRM without its answer, or before a commit that failed, would else come in as
 * the CRM's. The next reading drops those that it finds not set.
 */
export async function noteOurs(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  marks: readonly Mark[],
  flags: ReadonlyMap<string, Flags>,
  consents: ConsentsOut,
  at: string,
): Promise<void> {
  const ours = marks.flatMap((mark): [string, string, Flags][] =>
    mark.flag?.set ? [[mark.object, mark.id, withOurs(flags.get(keyOf(mark)) ?? {}, mark.flag, at)]] : [],
  );
  const tells = marks.filter(({ consent }) => consent);
  if (ours.length + tells.length === 0) return;
  await record(env, {
    actor: "system",
    event: {
      code: "connector.flagged",
      subject: row.id,
      payload: {
        sets: ours.map(([object, id]) => ({ object, id })),
        ...(tells.length > 0 && { tells: tells.map(({ object, id }) => ({ object, id })) }),
      },
    },
    statements: [
      ...keepFlags(row, run.num, ours),
      ...keepConsentsOut(row, run.num, tells, withSent(consents.known, tells, null, at)),
    ],
  });
}

/** Takes over to `flags` those of marks that the CRM did not refuse, at a moment (ISO 8601); `untold`: it refused who and when. */
export function tookOurs(
  flags: Map<string, Flags>,
  marks: readonly Mark[],
  notTaken: ReadonlySet<string>,
  untold: readonly Refusal[],
  at: string,
): void {
  const bare = new Set(untold.map(keyOf));
  for (const mark of marks) {
    const key = keyOf(mark);
    if (mark.flag && !notTaken.has(key))
      flags.set(key, withOurs(flags.get(key) ?? {}, mark.flag, at, bare.has(key) ? "flag" : "all"));
  }
}

/**
 * Stores at once which flags the CRM took, as a write after theirs failed and nothing of the slice is: one that was set without its `put`
 * would never be taken back, and one that is there without who and when would come in as the CRM's.
 */
export async function keepTook(
  env: Env,
  row: ConnectorRow,
  run: RunRow,
  flags: ReadonlyMap<string, Flags>,
  marks: readonly Mark[],
  { refused, untold }: Took,
  at: string,
): Promise<void> {
  const isRefused = new Set(refused.map(keyOf));
  const taken = marks.filter((mark) => mark.flag && !isRefused.has(keyOf(mark)));
  if (taken.length === 0) return;
  const now = new Map(flags);
  tookOurs(now, taken, isRefused, untold, at);
  await record(env, {
    actor: "system",
    event: {
      code: "connector.flagged",
      subject: row.id,
      payload: { took: taken.map(({ object, id }) => ({ object, id })), ...sayUntold(untold) },
    },
    statements: keepFlags(
      row,
      run.num,
      taken.map((mark) => [mark.object, mark.id, now.get(keyOf(mark))!]),
    ),
  });
}

/** Of a payload of the trail: the records whose CRM took them without who and when, or a consent, where there are any. */
export const sayUntold = (untold: readonly Refusal[]) =>
  untold.length === 0 ? {} : { untold: untold.slice(0, 20) };

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
