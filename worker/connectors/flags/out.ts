/**
 * Objections in the CRM's own flag: it is set, with who said so and when where the set-up names fields for that. Once the objection has
 * ended, as a mistake does, it is taken back where this connector set it with both, they are still there to the letter, and it was never
 * read as not set. What ClearDial writes as who said so names the entry: by that, to the letter, and by the day its own word is known, in
 * whichever CRM that repeats it. Anything else there is somebody's own: it is neither written over nor emptied.
 */
import { momentIn } from "../../../shared/connectors/moment.ts";
import { dayOf } from "../../../shared/core/calendar.ts";
import { beginning } from "../../../shared/core/text.ts";
import { DAY, MINUTE } from "../../../shared/core/time.ts";
import type { Policy } from "../../../shared/policy/policy.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { ConnectorObject } from "../../../shared/connectors/kinds.ts";
import { isOfCrm } from "./entries.ts";
import { isOwn } from "../checks/setup.ts";
import type { ConsentMark, Contact, FlagMark, Mark, Told } from "../connector.ts";
import { numbersIn } from "../judge.ts";
import { keyOf } from "../read.ts";
import { type ConnectorRow, setupOf } from "../rows.ts";
import { type Flag, type Flags, type Read, readingsOf, WHOLE } from "./state.ts";

/** Characters of who said so: many CRMs limit a text to 80 or 255. */
export const LONGEST = 60;
/** "ClearDial 1f0c22ab: a letter", on one line, as a CRM keeps it. No CRM learns the ids of another's records. */
const wordOf = ({ id, source }: Entry): string => {
  const who = isOfCrm(source) ? "a CRM" : source.trim().replaceAll(/\s+/g, " ");
  return beginning(`ClearDial ${refOf(id)}: ${who}`, LONGEST);
};
export const refOf = (id: string): string => id.slice(0, 8);
/** Which entry of the list, or consent, a text of ClearDial's names; null of another's text. */
export const entryIn = (by: string): string | null => /^ClearDial ([0-9a-f]{8})\b/.exec(by)?.[1] ?? null;
const toldOf = (entry: Entry, zone: string): Told => ({
  ...{ by: wordOf(entry), at: dayOf(Date.parse(entry.said), zone) },
});

/** Whether fields hold what ClearDial wrote, and nothing else: a CRM may cut the text, write the day in its own way, or have lost either. */
export const isTold = ({ by, at }: Told, told: Told): boolean =>
  (by === "" || (entryIn(by) !== null && told.by.startsWith(by))) &&
  (at === "" || (told.at !== "" && momentIn(at)?.from === momentIn(told.at)?.from));
/** The same of a flag that is known; undefined where nobody knows what they held when ClearDial set it. */
export const isUnchanged = ({ by, at }: Told, { told, left }: Flag): boolean | undefined =>
  told ? isTold({ by, at }, told) : left && by === left.by && at === left.at;
/** Whether a record names ClearDial as who said so, in words that are known to be its own. */
export const isNamed = (said: Told, { told }: Flag): boolean =>
  said.by !== "" && told !== undefined && isTold(said, told);

interface Entry {
  id: string;
  number: number;
  source: string;
  at: string;
  said: string;
  live: number;
}
/** The objections that are or were on some numbers. */
async function objectionsOn(db: D1Database, numbers: readonly number[]): Promise<Map<number, Entry[]>> {
  if (numbers.length === 0) return new Map();
  const { results } = await db
    .prepare(
      `SELECT id, number, source, at, COALESCE(heard_at, at) AS said, ended_at IS NULL AS live FROM suppressions
       WHERE number IN (SELECT value FROM json_each(?)) AND kind = 'objection' AND keeps_line = 0`,
    )
    .bind(JSON.stringify([...new Set(numbers)]))
    .all<Entry>();
  return Map.groupBy(results, ({ number }) => number);
}

/** Records whose flag names an objection on one of their numbers as who said so, by `keyOf`: it is ClearDial's own word. */
export async function echoesIn(db: D1Database, read: readonly Read[], policy: Policy): Promise<Set<string>> {
  const some = read.flatMap(({ contact, found }) => {
    const said = contact.flag;
    return said === null || entryIn(said.by) === null
      ? []
      : [{ key: keyOf(contact), said, numbers: readingsOf(found).map(numberOf) }];
  });
  const zone = zoneOfPolicy(policy);
  const on = await objectionsOn(
    db,
    some.flatMap(({ numbers }) => numbers),
  );
  const names = ({ said, numbers }: (typeof some)[number]) =>
    numbers.some((number) => on.get(number)?.some((entry) => isTold(said, toldOf(entry, zone))));
  return new Set(some.filter(names).map(({ key }) => key));
}

interface Judged {
  contact: Contact;
  /** The decisions of its numbers; none where nothing goes out. */
  all: readonly { decision: Decision }[];
}

/**
 * What goes out to the flags of records, as they were just read, by `keyOf`. `flags`: what they are known to be. `contested`: the records
 * whose flag is not set there within a day of ClearDial's setting it, for the same entry: it is set again a day later, or two programs
 * would do so for ever.
 */
export async function flagsOut(
  db: D1Database,
  row: ConnectorRow,
  objects: readonly ConnectorObject[],
  judged: readonly Judged[],
  flags: ReadonlyMap<string, Flags>,
  policy: Policy,
  now: number,
): Promise<{ outs: Map<string, FlagMark>; contested: Contact[] }> {
  const isObjected = ({ all }: Judged) =>
    all.some(({ decision }) => decision.reasons.some(({ code }) => code === "objection"));
  const sets = judged.filter(
    (one) => one.contact.flag?.set === false && !one.contact.person?.set && isObjected(one),
  );
  const backs = judged.filter(({ contact }) => wroteIn(contact, flags.get(keyOf(contact))) !== null);
  const some = [...sets, ...backs].map(({ contact }) => contact);
  const contested: Contact[] = [];
  if (some.length === 0) return { outs: new Map(), contested };
  const numbers = await numbersOf(db, row, some, policy);
  const on = await objectionsOn(db, [...numbers.values()].flat());
  const zone = zoneOfPolicy(policy);
  const { fields } = setupOf(row);
  const outs = some.flatMap((contact): [string, FlagMark][] => {
    const key = keyOf(contact);
    const object = objects.find(({ name }) => name === contact.object)!;
    const { flag: field, flagBy, flagAt } = object;
    // A set-up of before may name them for something else as well.
    const [isBy, isAt] = [flagBy, flagAt].map((name) => isOwn(row.kind, object, fields, name));
    const its = numbers.get(key)!.flatMap((number) => on.get(number) ?? []);
    // The one that came last, so that a flag that was unset is set at once for a new one.
    const [live] = its.filter((one) => one.live === 1).sort((a, b) => (a.at < b.at ? 1 : -1));
    const whole = flags.get(key)?.[WHOLE];
    const { set, by, at } = contact.flag!;
    const mark = { field: field!, left: { by, at }, told: {}, words: null };
    const telling = (words: Told): Pick<FlagMark, "told" | "words"> => ({
      told: { ...(isBy && { [flagBy!]: words.by }), ...(isAt && { [flagAt!]: words.at }) },
      words: { by: isBy ? words.by : "", at: isAt ? words.at : "" },
    });
    if (set) {
      const wrote = wroteIn(contact, flags.get(key));
      // What it was set for has ended, and nobody objects.
      const isOver = isBy && isAt && !live && its.some(({ id }) => refOf(id) === wrote);
      return isOver ? [[key, { ...mark, ...telling({ by: "", at: "" }), set: false, wrote: null }]] : [];
    }
    const wrote = live ? refOf(live.id) : null;
    if (whole && isPut(whole) && (whole.wrote ?? null) === wrote && Date.parse(whole.at) > now - DAY) {
      if (whole.lost !== undefined) contested.push(contact);
      return [];
    }
    const isFree =
      (by === "" && at === "") ||
      (whole !== undefined && isNamed({ by, at }, whole)) ||
      (by !== "" && its.some((entry) => isTold({ by, at }, toldOf(entry, zone))));
    const words = live && isFree ? toldOf(live, zone) : null;
    // Words that are there already are not written: they stay.
    const said = words && words.by !== by ? telling(words) : {};
    return [[key, { ...mark, ...said, set: true, wrote }]];
  });
  return { outs: new Map(outs), contested };
}

/** A flag that ClearDial set, that the CRM took, and that was not taken back. */
const isPut = ({ by, put, back }: Flag): boolean => by === "ours" && put === true && back === undefined;

/** How far from our own change a CRM may date it or still answer what was before it: its clock is not ours. */
export const STAMPED = 10 * MINUTE;
/** What is known of a record's own flag that is not set there: `left` is what its fields hold. */
export function unset({ by, at: day }: Told, whole: Flag | undefined, now: number): Flag | undefined {
  const at = new Date(now).toISOString();
  const left = { by, at: day };
  const ours: Flag = whole?.by === "ours" ? whole : { by: "ours", at };
  const isWord = entryIn(by) !== null;
  const put = whole?.told?.by && isPut(whole) ? Date.parse(whole.at) : -Infinity;
  // What the CRM answers may be from before ClearDial's writing, but not with the words that it wrote.
  if (put + STAMPED > now && !isNamed(left, ours)) return { ...ours, unseen: whole?.unseen ?? at };
  if (isWord || put + DAY > now) return { ...ours, lost: whole?.lost ?? at, left };
  // Taken back, and read so: set again without ClearDial's words it is somebody's.
  return whole?.back === undefined ? undefined : { ...whole, lost: whole.lost ?? at, left };
}

/** The entry for which ClearDial set a record's flag, where it may take it back; null where somebody else's word may be in it. */
function wroteIn({ flag }: Contact, flags: Flags | undefined): string | null {
  const whole = flags?.[WHOLE];
  if (!flag?.set || !whole || !isPut(whole) || whole.lost !== undefined) return null;
  const { by, at } = whole.told ?? { by: "", at: "" };
  const isWhole = by !== "" && by === flag.by && at !== "" && momentIn(at)?.from === momentIn(flag.at)?.from;
  return isWhole ? (whole.wrote ?? null) : null;
}

/** All numbers of records, also those that a page does not have, by `keyOf`. */
export async function numbersOf(
  db: D1Database,
  { num }: ConnectorRow,
  contacts: readonly Contact[],
  policy: Policy,
): Promise<Map<string, number[]>> {
  const { results } = await db
    .prepare(
      `SELECT n.object, n.record AS id, n.number FROM json_each(?2) j
       CROSS JOIN connector_numbers n ON n.connector = ?1 AND n.object = j.value ->> 0 AND n.record = j.value ->> 1`,
    )
    .bind(num, JSON.stringify(contacts.map(({ object, id }) => [object, id])))
    .all<{ object: string; id: string; number: number }>();
  const known = Map.groupBy(results, keyOf);
  return new Map(
    contacts.map((contact) => {
      const key = keyOf(contact);
      const now = readingsOf(numbersIn(contact, policy)).map(numberOf);
      return [key, [...new Set([...now, ...(known.get(key) ?? []).map(({ number }) => number)])]];
    }),
  );
}

/** What is written into a record beside a verdict. */
export interface Beside {
  flags: ReadonlyMap<string, FlagMark>;
  consents: ReadonlyMap<string, ConsentMark>;
}
function besideOf(contact: Contact, { flags, consents }: Beside): Pick<Mark, "flag" | "consent"> | null {
  const [flag, consent] = [flags.get(keyOf(contact)), consents.get(keyOf(contact))];
  return flag || consent ? { ...(flag && { flag }), ...(consent && { consent }) } : null;
}

/** The mark of a record with that: its own fields are left where they do not differ, and no flag goes out with them. */
export function withBeside(contact: Contact, own: Mark, isOther: boolean, beside: Beside) {
  const its = besideOf(contact, beside);
  const only = isOther || its?.flag ? undefined : alone(contact, beside)[0];
  return { mark: only ?? { ...own, ...its }, differs: isOther || its !== null };
}

/** A mark of that alone; none where nothing is written. */
export function alone(contact: Contact, beside: Beside): Mark[] {
  const its = besideOf(contact, beside);
  const { id, object, held } = contact;
  return its ? [{ id, object, ...held, ...its, alone: true }] : [];
}

/** The flags of a record with a mark's, at a moment (ISO 8601). `took`: what the CRM took of it; nothing is known before it is written. */
export function withOurs(
  flags: Flags,
  { set, wrote, words, left }: FlagMark,
  at: string,
  took?: "all" | "flag",
): Flags {
  const before = flags[WHOLE];
  const ours = { by: "ours" as const, at };
  if (!set) return { ...flags, [WHOLE]: { ...ours, ...before, back: at } };
  const said = words && took !== "flag" ? { told: words } : { left };
  const whole = { ...ours, ...(wrote !== null && { wrote }), ...said, ...(took && { put: true as const }) };
  return { ...flags, [WHOLE]: whole };
}
