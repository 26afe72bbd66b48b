/**
 * Consents on record here, in a field of the CRM's records that ClearDial alone writes: until when the record's numbers may be called; once
 * that has ended, that it did. The field is read to see whether it is empty or has ClearDial's own words, which alone are written over: the
 * same sentence about a consent of ClearDial's, whatever its days. Nothing in it is taken for a consent or for a withdrawal, so systems
 * that repeat it come to rest. Who consented is not said: the field may be that of another's record, or CRM.
 */
import { dayOf } from "../../../shared/core/calendar.ts";
import { DAY } from "../../../shared/core/time.ts";
import type { ConnectorObject } from "../../../shared/connectors/kinds.ts";
import { isForUs } from "../../../shared/do-not-call/kind.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { inChunks, sql, type Statement } from "../../core/sql.ts";
import { evidencedIn, kindIn, unrestricted } from "../../do-not-call/brief.ts";
import { consentEnd } from "../../do-not-call/ends.ts";
import { notOverridden } from "../../do-not-call/refusals.ts";
import { BEGINS } from "../checks/prove.ts";
import { isOwn } from "../checks/setup.ts";
import type { ConsentMark, Contact, Mark, Named } from "../connector.ts";
import { numbersIn } from "../judge.ts";
import { keyOf } from "../read.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";
import { origin } from "./entries.ts";
import { entryIn, numbersOf, refOf, STAMPED } from "./out.ts";

interface OnRecord {
  id: string;
  number: number;
  givenAt: string;
  /** The day or moment at which it ends or ended; null: no day is known. */
  end: string | null;
  /** It has not ended, and no later word is against it. */
  stands: boolean;
  /** It stands, for all calls that nobody announces as others. */
  counts: boolean;
  /** A record of this CRM claimed it. */
  claimed: boolean;
  /** Its subscriber had it erased: it is kept as a proof alone. */
  restricted: boolean;
}

type Is = "stands" | "counts" | "claimed" | "restricted";

/**
 * What a CRM took last into a record's field, and when something was last sent to it (ISO 8601). `sent`: what was sent where nobody knows
 * whether the CRM took it, or where it refused it (`refused`).
 */
export interface ConsentOut {
  at: string;
  text?: string;
  sent?: string;
  refused?: true;
  /** The same text was sent again, as somebody else had changed it: one of a consent in force is not sent a third time. */
  again?: true;
}

export interface ConsentsOut {
  /** What is written, by `keyOf`. */
  outs: Map<string, ConsentMark>;
  /** What is known of these records. */
  known: Map<string, ConsentOut>;
  /** Records whose words of ClearDial's somebody else changes back within a day, or that keep those of a consent that is not in force. */
  contested: Contact[];
}

/** What a text says of a consent that is in force. */
export const IN_FORCE = ": consent to calls";
/** 71 characters at most: many CRMs limit a text to 80. */
const wordsOf = ({ id, end, givenAt }: OnRecord, zone: string): string => {
  const until = end === null ? "" : ` until ${lastOf(end, zone)}`;
  return `ClearDial ${refOf(id)}${IN_FORCE}${until}, given ${dayOf(Date.parse(givenAt), zone)}`;
};
const lastOf = (end: string, zone: string): string => (end.length > 10 ? dayOf(Date.parse(end), zone) : end);
const ENDED = /^ClearDial [0-9a-f]{8}: ended on /;
/** Whether a text says of no consent that it is in force. */
const isEnd = (text: string): boolean => text === "" || ENDED.test(text);
/** ClearDial's sentences behind the consent that they name, each figure as 0. */
const SHAPES = [
  `${IN_FORCE} until 0000-00-00, given 0000-00-00`,
  `${IN_FORCE}, given 0000-00-00`,
  ": ended on 0000-00-00",
];
/** Whether a field holds a sentence of ClearDial's, of whichever days. A CRM may cut it. */
const isShaped = (field: string): boolean => {
  const rest = field.slice("ClearDial 00000000".length).replaceAll(/\d/g, "0");
  return entryIn(field) !== null && SHAPES.some((shape) => shape.startsWith(rest));
};
/** Whether it holds a text, or its beginning. */
const holds = (field: string, text: string): boolean =>
  field === text || (entryIn(field) !== null && text.startsWith(field));

/** Whether a text begins as ClearDial's own do: it is no claim of a consent, in whichever field or CRM. */
export const isOurs = (text: string): boolean => entryIn(text) !== null;

/** The field into which consents of a kind of record go out; null where none is named, or it is named for something else as well. */
function fieldOf(row: ConnectorRow, object: ConnectorObject): string | null {
  const name = object.consentOut;
  return name !== undefined && isOwn(row.kind, object, setupOf(row).fields, name) ? name : null;
}

/** The consents on some numbers, and those that fields name (`refs`: the beginnings of their ids). */
async function consentsOf(
  db: D1Database,
  row: ConnectorRow,
  numbers: readonly number[],
  refs: readonly string[],
  policy: Policy,
  today: string,
): Promise<OnRecord[]> {
  const end = consentEnd(today, policy.consents.monthsAtMost);
  const { results } = await db
    .prepare(
      `SELECT id, number, given_at AS givenAt, caller, NULLIF(${end}, '9999') AS end, instr(evidence, ?3) = 1 AS claimed,
         NOT ${unrestricted("consent", "consents.id")} AS restricted,
         withdrawn_at IS NULL AND done_at IS NULL AND state <> 'refused' AND ${end} >= ?2
           AND ${unrestricted("consent", "consents.id")} AND ${notOverridden(today, "?2")} AS stands,
         state = 'good' AND ${evidencedIn("consents")} AND medium IS NOT 'message' AND day IS NULL
           AND ${kindIn("consents")} IN ('notification', 'prior')
           AND EXISTS (SELECT 1 FROM json_each(calls) WHERE value = 'general') AS counts
       FROM consents WHERE id IN (
         SELECT c.id FROM json_each(?1) j CROSS JOIN consents c ON c.number = j.value
         UNION SELECT c.id FROM json_each(?4) j CROSS JOIN consents c ON c.id >= j.value AND c.id < j.value || 'g')
       ORDER BY end IS NOT NULL, end DESC, id`,
    )
    .bind(JSON.stringify([...new Set(numbers)]), today, origin(row), JSON.stringify([...new Set(refs)]))
    .all<Omit<OnRecord, Is> & Record<Is, number> & { caller: string }>();
  return results.map(({ caller, stands, counts, claimed, restricted, ...one }) => ({
    ...{ ...one, stands: stands === 1, claimed: claimed === 1, restricted: restricted === 1 },
    counts: stands === 1 && counts === 1 && isForUs(caller, policy.identity),
  }));
}

/**
 * What goes out of consents to records, as they were just read. `besides`: those that were read for their number's sake alone, so that
 * only the numbers that they are known by count.
 */
export async function consentsOut(
  db: D1Database,
  row: ConnectorRow,
  objects: readonly ConnectorObject[],
  contacts: readonly Contact[],
  policy: Policy,
  now: number,
  besides: ReadonlySet<string> = new Set(),
): Promise<ConsentsOut> {
  const fields = new Map(objects.map((object) => [object.name, fieldOf(row, object)]));
  const some = contacts.filter(({ object }) => fields.get(object));
  const all: ConsentsOut = { outs: new Map(), known: new Map(), contested: [] };
  if (some.length === 0) return all;
  const zone = zoneOfPolicy(policy);
  const today = dayOf(now, zone);
  const at = new Date(now).toISOString();
  const numbers = await numbersOf(db, row, some, policy);
  all.known = await knownOf(db, row, some);
  const refs = some.flatMap((contact) =>
    [contact.consentOut, all.known.get(keyOf(contact))?.text ?? ""].flatMap((text) => entryIn(text) ?? []),
  );
  const consents = await consentsOf(db, row, [...numbers.values()].flat(), refs, policy, today);
  const on = Map.groupBy(consents, ({ number }) => number);
  for (const contact of some) {
    const key = keyOf(contact);
    const { consentOut: held } = contact;
    const known = readBack(all.known.get(key), held);
    // What cannot be read as a number is known as 0.
    const its = numbers.get(key)!.flatMap((number) => (number === 0 ? [] : [on.get(number) ?? []]));
    const isRead =
      !(besides.has(key) && numbers.get(key)!.includes(0)) &&
      numbersIn(contact, policy).every((found) => found.numbers.length > 0);
    const isNamed = ({ id }: OnRecord) => refOf(id) === entryIn(held);
    const named = its.flat().find(isNamed) ?? consents.find(isNamed);
    const text = textFor(held, { its, isRead, named, known, claims: isClaim(contact) }, zone, today);
    if (known) all.known.set(key, known);
    if (text === null) {
      if (isStale(held, known, consents) || isNobodys(held, named)) all.contested.push(contact);
      continue;
    }
    if (holds(held, text)) {
      // Another program repeated it there.
      if (known?.text !== text) all.known.set(key, { text, at });
      continue;
    }
    const isRefused = known?.refused === true && known.sent === text;
    // Somebody else put there what it has now.
    const isAgain =
      known?.text !== undefined &&
      !holds(held, known.text) &&
      (known.text === text || (isEnd(known.text) && isEnd(text)));
    const since = isAgain || isRefused ? Date.parse(known.at) : -Infinity;
    // Who takes it away for the second time may be a rule of ClearDial's for another record: each would undo the other's for good.
    const isLast = isAgain && known.again === true && !isEnd(text);
    if (since + DAY <= now && !isLast) all.outs.set(key, { field: fields.get(contact.object)!, text });
    // A CRM that does not take the words of an end keeps those of before.
    else if (since + STAMPED <= now && (!isRefused || isEnd(text))) all.contested.push(contact);
  }
  return all;
}

/** What is known of a record once it was read: what was sent without an answer, and is there, the CRM took. */
const readBack = (known: ConsentOut | undefined, held: string): ConsentOut | undefined =>
  known?.sent !== undefined && holds(held, known.sent)
    ? { at: known.at, text: known.sent, ...(known.text === known.sent && { again: true }) }
    : known;

/** Whether a field in somebody's own words still names the consent that ClearDial told there, and that is no longer in force. */
function isStale(held: string, known: ConsentOut | undefined, consents: readonly OnRecord[]): boolean {
  // An end may have been brought there by another connector.
  if (known?.text === undefined || [held, known.text].some(isEnd) || holds(held, known.text)) return false;
  const ref = entryIn(known.text);
  return (
    ref !== null && held.includes(ref) && !consents.some(({ id, stands }) => stands && refOf(id) === ref)
  );
}

/** Whether a field says of a consent that it is in force which ClearDial does not know, as its row was deleted. */
const isNobodys = (held: string, named: OnRecord | undefined): boolean =>
  named === undefined && isShaped(held) && held.includes(IN_FORCE);

interface Told {
  /** The consents of each number. */
  its: readonly OnRecord[][];
  /** Whether each number of the record could be read. */
  isRead: boolean;
  /** The consent that the field names. */
  named: OnRecord | undefined;
  known: ConsentOut | undefined;
  /** The record itself claims one. */
  claims: boolean;
}

const isClaim = ({ consent }: Contact): boolean =>
  consent !== null &&
  [consent.at, consent.purpose, consent.proof].every((text) => text !== "" && !isOurs(text));

/** What is to be in a record's field; null where what it holds stays. */
function textFor(
  held: string,
  { its, isRead, named, known, claims }: Told,
  zone: string,
  today: string,
): string | null {
  const all = its.flat();
  // Of a consent on other numbers, that it is over is true in each record; in force, it is none of this record's.
  const isNamed = named !== undefined && (!named.stands || all.includes(named) || isRead) && isShaped(held);
  const isSent = [known?.text, known?.sent].some((text) => text !== undefined && holds(held, text));
  // Somebody's own word stays; ClearDial's own trial of the field, which was interrupted, does not.
  if (held !== "" && !isNamed && !isSent && !held.startsWith(BEGINS)) return null;
  // Where one number has none the record is not said to have one; it has the one that ends first.
  const live = its.flatMap((some) => some.find(({ counts, claimed }) => counts && !claimed) ?? []);
  if (isRead && live.length > 0 && live.length === its.length)
    return wordsOf(
      live.reduce((a, b) => ((a.end ?? "9999") <= (b.end ?? "9999") ? a : b)),
      zone,
    );
  if (held === "") return null;
  if (named === undefined || named.stands) {
    // It was brought here from another CRM, or may be so again.
    const isLeft = named !== undefined && !ENDED.test(held) && all.includes(named);
    return isLeft && (named.claimed || !isRead) ? null : "";
  }
  // What this CRM claims itself is not said to have ended.
  if (claims || all.some(({ claimed, stands }) => claimed && stands)) return "";
  if (named.restricted && !ENDED.test(held)) return "";
  const last = named.end === null ? today : lastOf(named.end, zone);
  return ENDED.test(held) ? null : `ClearDial ${refOf(named.id)}: ended on ${last < today ? last : today}`;
}

async function knownOf(
  db: D1Database,
  { num }: ConnectorRow,
  contacts: readonly Contact[],
): Promise<Map<string, ConsentOut>> {
  const { results } = await db
    .prepare(
      `SELECT r.object, r.record AS id, r.consent_out AS known FROM json_each(?2) j
       CROSS JOIN connector_records r ON r.connector = ?1 AND r.object = j.value ->> 0 AND r.record = j.value ->> 1
       WHERE r.consent_out <> ''`,
    )
    .bind(num, JSON.stringify(contacts.map(({ object, id }) => [object, id])))
    .all<{ object: string; id: string; known: string }>();
  return new Map(results.map(({ known, ...one }) => [keyOf(one), JSON.parse(known) as ConsentOut]));
}

/** What is known of records once marks are sent at a moment (ISO 8601); `refused`: of which (`keyOf`) the CRM did not take it; null: not yet. */
export function withSent(
  known: ReadonlyMap<string, ConsentOut>,
  marks: readonly Mark[],
  refused: readonly Named[] | null,
  at: string,
): Map<string, ConsentOut> {
  const now = new Map(known);
  const not = new Set(refused?.map(keyOf));
  for (const mark of marks) {
    const key = keyOf(mark);
    if (!mark.consent) continue;
    const { text } = mark.consent;
    const before = known.get(key);
    const isRefused = not.has(key);
    const isTaken = refused !== null && !isRefused;
    // Until the CRM took it for the second time, it may be tried.
    const again = before?.text === text && (isTaken || before.again) && { again: true as const };
    const unsure = { ...(before?.text !== undefined && { text: before.text }), sent: text };
    now.set(key, {
      ...{ at, ...(isTaken ? { text } : unsure), ...again },
      ...(isRefused && { refused: true as const }),
    });
  }
  return now;
}

/** Statements that store what is known of records (`known`, by `keyOf`). */
export const keepConsentsOut = (
  { num }: ConnectorRow,
  run: number,
  records: readonly Named[],
  known: ReadonlyMap<string, ConsentOut>,
): Statement[] =>
  inChunks(
    records.flatMap(({ object, id }) => {
      const its = known.get(keyOf({ object, id }));
      return its ? [[object, id, JSON.stringify(its)]] : [];
    }),
    (chunk) =>
      sql(
        `INSERT INTO connector_records (connector, run, object, record, consent_out)
         SELECT ?1, ?2, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET consent_out = excluded.consent_out WHERE consent_out <> excluded.consent_out`,
        ...[num, run, chunk],
      ),
  );
