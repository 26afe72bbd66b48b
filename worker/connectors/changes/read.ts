/**
 * Reads a slice of what changed in a CRM: takes over flags and consents, screens the numbers that are new, marks their records, and
 * sets the flag of records whose numbers somebody objected on. Where nothing differs from what is known, nothing is written.
 */
import type { Verdict } from "../../../shared/check/api.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { record } from "../../core/commit.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Env } from "../../env.ts";
import { currentPolicy } from "../../policy/current.ts";
import { finishScreening, opening } from "../../screening/record.ts";
import type { Connector as Crm, Mark, Waiting } from "../connector.ts";
import { consentsIn } from "../flags/consents.ts";
import { flagsIn, keepFlags, sayUntold } from "../flags/flags.ts";
import { consentsOut, keepConsentsOut } from "../flags/consents-out.ts";
import { alone, flagsOut, withBeside } from "../flags/out.ts";
import { keepSeen } from "../flags/reading.ts";
import type { Flags, Read } from "../flags/state.ts";
import { writeNoted } from "../flags/write.ts";
import {
  type Decide,
  decideFound,
  decisionsOf,
  differs,
  isInvalid,
  listNames,
  markOf,
  numbersIn,
  rowsOf,
} from "../judge.ts";
import { saidBy } from "../parties.ts";
import { keyOf, readSlice } from "../read.ts";
import { type RunRow, setupOf } from "../rows.ts";
import { chargeRun, screened } from "../slice.ts";
import { known, lookedBack, newestTurned } from "../slice-rows.ts";
import { markedRows } from "../turned.ts";
import { isOther, knownOf, lost } from "./known.ts";
import { keepAgain, keepContested, overwrittenIn } from "./overwritten.ts";
import { objectedOn } from "./objected.ts";
import type { ChangesRow, Readable } from "./rows.ts";

/** What a slice came to. */
interface Came {
  /** Where the next one begins. */
  cursor: string | null;
  /** How many records it read. */
  read: number;
  /** Whether anything was stored. */
  wrote: boolean;
  /** Whether somebody's objection may reach further numbers by it. */
  reaches: boolean;
}

export async function readChanged(
  env: Env,
  row: Readable,
  crm: Crm,
  state: ChangesRow,
  waiting: Waiting,
  most: number,
  /** Flags and consents alone are read, and no place moves: a run goes on, which screens and stores what differs, or nothing is read. */
  beside: boolean,
): Promise<Came> {
  const now = waiting.clock();
  const at = new Date(now).toISOString();
  const { policy } = await currentPolicy(env.DB);
  const setup = setupOf(row);
  const since = Date.parse(state.since);
  const feed: Crm = { ...crm, page: (cursor) => crm.changed!(cursor, since) };
  const { contacts, unnamed, next } = await readSlice(env.DB, row, feed, state.cursor, most, now);
  const read = contacts.map((contact) => ({ contact, found: numbersIn(contact, policy) }));
  const objected =
    state.cursor === null
      ? await objectedOn(env.DB, row, crm, setup, state.heard)
      : { found: [], heard: null };
  const knownBefore = await knownOf(env.DB, row, [
    ...contacts,
    ...objected.found.map(({ contact }) => contact),
  ]);
  const others = beside ? [] : read.filter((one) => isOther(one, knownBefore(one.contact)));
  const rest = read.filter((one) => !others.includes(one));
  // Before they are judged, and before a day's numbers may be used up: a withdrawal in this slice counts whatever else waits.
  const flags = await flagsIn(env, row, read, policy, now);
  await consentsIn(env, row, read, policy, now);
  const numbers = [...new Set(others.flatMap(({ found }) => found.flatMap((f) => f.numbers)))].sort();
  await chargeRun(env, row.by, numbers.length, now);
  const turned = await newestTurned(env.DB);
  const decide = numbers.length === 0 ? none : await screenedToday(env, row, state, numbers, now);

  const { again, contested: overwritten } = beside ? NONE_AGAIN : overwrittenIn(rest, knownBefore, now);
  const day = dayOf(now, zoneOfPolicy(policy));
  const names = others.length + again.length === 0 ? new Map<string, string>() : await listNames(env.DB);
  const decidedBy =
    (of: Decide) =>
    ({ contact, found }: Read) => ({
      contact,
      all: found.map((f) => ({ found: f, decision: decideFound(f, of) })),
    });
  const open: Read[] = rest.filter((one) => !again.includes(one));
  // What was read besides, because of an objection or a consent, is as it was but for these.
  const isRead = new Set(contacts.map(keyOf));
  const besides = objected.found.filter(({ contact }) => !isRead.has(keyOf(contact)));
  for (const { contact, numbers: its } of besides) {
    open.push({ contact, found: its.map((e164, place) => ({ field: "", place, numbers: [e164] })) });
    flags.set(keyOf(contact), JSON.parse(knownBefore(contact).said) as Flags);
  }
  const unset = open.map((one) => (one.contact.flag?.set === false ? one : { ...one, found: [] }));
  const asked = [...new Set([...unset, ...again].flatMap(({ found }) => found.flatMap((f) => f.numbers)))];
  const decisions = await decisionsOf(env, asked, now);
  const byNow = decidedBy((e164) => decisions.get(e164)!);
  const decided = { others: others.map(decidedBy(decide)), again: again.map(byNow), open: unset.map(byNow) };
  const byAll = Object.values(decided).flat();
  const { outs, contested: unsets } = await flagsOut(env.DB, row, setup.objects, byAll, flags, policy, now);
  const asBefore = new Set(besides.map(({ contact }) => keyOf(contact)));
  const toTell = [...contacts, ...besides.map(({ contact }) => contact)];
  const consents = await consentsOut(env.DB, row, setup.objects, toTell, policy, now, asBefore);
  const outgoing = { flags: outs, consents: consents.outs };
  const contested = [...overwritten, ...unsets, ...consents.contested];
  const marked = ({ contact, all }: ReturnType<typeof byNow>) => {
    const own = markOf(contact, all, day, (id) => names.get(id) ?? "");
    return { contact, all, ...withBeside(contact, own, differs(contact, own, setup.dates), outgoing) };
  };
  const [judged, renewed] = [decided.others.map(marked), decided.again.map(marked)];
  const rewritten = renewed.filter(({ differs, mark }) => differs && !mark.alone);
  const marks = [
    ...[...renewed, ...judged].filter((one) => one.differs).map(({ mark }): Mark => mark),
    ...open.flatMap(({ contact }) => alone(contact, outgoing)),
  ];
  // Records are known by the number of the newest run, and nothing that this writes is a trial.
  const run = { num: row.run, trial: 0, reads: 0 } as RunRow;
  const { refused, notTaken, partly, told, written } = await writeNoted(
    ...([env, row, run, crm, marks, { flags, consents }, unnamed, now] as const),
  );
  // Of those that were to be written another thing was noted before.
  const flagged = toTell.flatMap((contact) => {
    const its = flags.get(keyOf(contact));
    return its && (outs.has(keyOf(contact)) || JSON.stringify(its) !== knownBefore(contact).said)
      ? [[contact.object, contact.id, its] as const]
      : [];
  });
  const said = setup.objects.some(({ party }) => party !== undefined)
    ? await saidBy(env.DB, row, read, at)
    : [];

  const invalid = others.flatMap(({ found }) => found).filter(isInvalid).length;
  const moved = (beside ? heardBy : movedTo)(state, next, {
    part: numbers.length === 0 ? 0 : 1,
    contacts: others.length,
    invalid,
    heard: objected.heard,
  });
  if (others.length + again.length + marks.length + flagged.length + said.length === 0) {
    await env.DB.batch([moved, ...keepContested(row, contested, at)].map((one) => prepare(env.DB, one)));
    return { cursor: next, read: contacts.length, wrote: false, reaches: false };
  }
  const rowsIn = (some: typeof judged) =>
    some.flatMap(({ contact, all }) => rowsOf(contact, all, !notTaken.has(keyOf(contact))));
  const other = others.map(({ contact }) => contact);
  const verdicts = judged.map(({ mark }) => mark.verdict as Verdict | "");
  const count = (verdict: Verdict | "") => verdicts.filter((v) => v === verdict).length;
  await record(env, {
    actor: "system",
    event: {
      code: "connector.changes",
      subject: row.id,
      payload: {
        ...{ contacts: contacts.length, others: others.length, numbers: numbers.length, invalid },
        ...{ clear: count("clear"), caution: count("caution"), blocked: count("blocked") },
        ...{
          unknown: count("unknown"),
          none: count(""),
          written,
        },
        ...{ again: rewritten.length, contested: new Set(contested.map(keyOf)).size },
        ...{ refused: refused.length, refusals: refused.slice(0, 20), ...sayUntold(partly) },
      },
    },
    statements: [
      moved,
      ...lost(row, others, knownBefore),
      ...known(row, run, other, rowsIn(judged), at),
      ...markedRows(row, rowsIn(renewed), at),
      ...keepSeen(
        row,
        rest.map(({ contact }) => contact),
      ),
      ...keepFlags(row, run.num, flagged),
      ...keepConsentsOut(row, run.num, toTell, told),
      ...keepAgain(
        row,
        run.num,
        rewritten.map(({ mark }) => mark),
        at,
      ),
      ...keepContested(row, contested, at),
      ...said,
      lookedBack(row, turned),
    ],
  });
  const isObjected = judged.some(({ all }) =>
    all.some(({ decision }) => decision.reasons.some(({ code }) => code === "objection")),
  );
  const reaches = isObjected || other.some(({ account }) => account !== "");
  return { cursor: next, read: contacts.length, wrote: true, reaches };
}

const NONE_AGAIN = { again: [], contested: [] };

/** There is nothing to decide. */
const none: Decide = () => ({ verdict: "unknown", reasons: [] });

/** Screens numbers, and records them in the connector's screening of the day. */
async function screenedToday(
  env: Env,
  row: Readable,
  state: ChangesRow,
  numbers: string[],
  now: number,
): Promise<Decide> {
  const day = new Date(now).toISOString().slice(0, 10);
  if (state.screening === null || state.day !== day) {
    const before = state.screening;
    const { id, event, statements } = opening("system", { source: "connector", name: row.name });
    await record(env, {
      actor: "system",
      event,
      statements: [
        ...statements,
        sql(
          "UPDATE connector_changes SET screening = ?2, day = ?3, part = 0, contacts = 0, invalid = 0 WHERE connector = ?1",
          ...[row.num, id, day],
        ),
      ],
    });
    if (before !== null)
      await finishScreening(env, "system", { id: before }, { rows: state.contacts, invalid: state.invalid });
    Object.assign(state, { screening: id, day, part: 0, contacts: 0, invalid: 0 });
  }
  return screened(env, { by: "system", screening: state.screening!, slice: state.part }, numbers);
}

/** Where a run goes on, its place stays. */
const heardBy = (
  { connector }: ChangesRow,
  _: string | null,
  { heard }: Pick<ChangesRow, "part" | "contacts" | "invalid" | "heard">,
): Statement =>
  sql("UPDATE connector_changes SET heard = COALESCE(?2, heard) WHERE connector = ?1", connector, heard);

/** The reading is at its next slice, or it has come to its end. */
const movedTo = (
  state: ChangesRow,
  next: string | null,
  { part, contacts, invalid, heard }: Pick<ChangesRow, "part" | "contacts" | "invalid" | "heard">,
): Statement =>
  sql(
    `UPDATE connector_changes SET cursor = ?2, part = part + ?3, contacts = contacts + ?4, invalid = invalid + ?5,
       heard = COALESCE(?6, heard),
       failures = 0, error = NULL, due = NULL, upto = IIF(?2 IS NULL, began, upto), read_at = IIF(?2 IS NULL, began, read_at),
       since = IIF(?2 IS NULL, NULL, since), began = IIF(?2 IS NULL, NULL, began)
     WHERE connector = ?1`,
    ...[state.connector, next, part, contacts, invalid, heard],
  );
