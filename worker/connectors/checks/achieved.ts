/** What a run achieved, by kind of record; and whether that is a failure although each request was answered. */
import * as z from "zod";
import { connectorKindCount, type ConnectorKindCount } from "../../../shared/connectors/api.ts";
import type { ConnectorObject } from "../../../shared/connectors/kinds.ts";
import type { Contact, Mark, Refusal } from "../connector.ts";

/** By the kind's name. */
export type Counts = Record<string, Omit<ConnectorKindCount, "name">>;

const stored = z.record(z.string(), connectorKindCount.omit({ name: true }));
export const countsOf = ({ kinds }: { kinds: string }): Counts => stored.parse(JSON.parse(kinds));

/** What runs before this one achieved that came to their end. */
export interface Before {
  /** Of the newest, a trial run too, but no reading of flags alone, which fails by nothing less. */
  kinds: Counts;
  contacts: number;
  /** Of the newest that wrote. */
  wrote: Counts;
}

/** Null: there is none. */
export async function doneBefore(
  db: D1Database,
  { connector, num }: { connector: number; num: number },
): Promise<Before | null> {
  const newest = (of: string) =>
    `FROM connector_runs WHERE connector = ?1 AND num < ?2 AND state = 'done' AND reads = 0 ${of}
     ORDER BY num DESC LIMIT 1`;
  const done = await db
    .prepare(`SELECT kinds, contacts, (SELECT kinds ${newest("AND trial = 0")}) AS wrote ${newest("")}`)
    .bind(connector, num)
    .first<{ kinds: string; contacts: number; wrote: string | null }>();
  return (
    done && { contacts: done.contacts, kinds: countsOf(done), wrote: countsOf({ kinds: done.wrote ?? "{}" }) }
  );
}

/** True where a run's counts by kind are those of all of its slices: none was done by a Worker that does not count so. */
const isCounted = (kinds: Counts, { contacts }: { contacts: number }): boolean =>
  Object.values(kinds).reduce((sum, kind) => sum + kind.contacts, 0) === contacts;

/** A run's counts with those of a slice: what was read, was to be written, and was refused. Empty where some are not known. */
export function addedTo(
  run: { kinds: string; contacts: number },
  objects: readonly { name: string }[],
  contacts: readonly Contact[],
  marks: readonly Mark[],
  refused: readonly Refusal[],
): Counts {
  const before = countsOf(run);
  if (!isCounted(before, run)) return {};
  const of = <T extends { object: string }>(rows: readonly T[], name: string) =>
    rows.filter(({ object }) => object === name);
  return Object.fromEntries(
    objects.map(({ name }) => {
      const was = before[name] ?? { contacts: 0, written: 0, refused: 0, refusal: null };
      const own = of(contacts, name);
      // Of a slice without any, what was absent stays.
      const now = own.length === 0 ? was.absent : absentIn(own);
      const absent = was.contacts === 0 ? now : was.absent?.filter((field) => now?.includes(field));
      const no = of(refused, name);
      // A record under no proper id is refused without being asked to be written.
      const kept = of(marks, name).filter(({ id }) => !no.some((one) => one.id === id));
      return [
        name,
        {
          contacts: was.contacts + own.length,
          written: was.written + kept.length,
          refused: was.refused + no.length,
          refusal: no.at(-1)?.why ?? was.refusal,
          ...(absent?.length && { absent }),
        },
      ];
    }),
  );
}

/** The fields of the set-up that none of some records of a kind has. A mapped CRM can be asked for no others. */
export function absentIn(contacts: readonly Contact[]): string[] {
  const [first, ...rest] = contacts;
  return (first?.lacks ?? []).filter((field) => rest.every(({ lacks }) => lacks?.includes(field)));
}

/** Why none of a kind's numbers is read: no record has any field for them; null where one has. */
export const numberless = (kind: string, { name, numbers }: ConnectorObject, absent: readonly string[]) =>
  numbers.every((field) => absent.includes(field))
    ? `${kind}: no record of ${name} has a field ${numbers.join(", ")}`
    : null;

/** Fewer records than this are not compared with the run before. */
const SOME = 10;

/** What a whole run read and was refused, and by kind; `kinds` is empty where that is not known of each slice. */
export interface Achieved {
  contacts: number;
  refused: number;
  kinds: Counts;
}

/**
 * Why a run that came to its end achieved nothing; null where it did.
 * `unread`: it did not see what is there, so that what it did not see must not be forgotten.
 */
export function failureOf(
  kind: string,
  objects: readonly ConnectorObject[],
  now: Achieved,
  trial: boolean,
  before: Before | null,
): { words: string; unread: boolean } | null {
  if (now.contacts + now.refused === 0)
    return {
      words: `${kind}: no record was read of ${objects.map(({ name }) => name).join(", ")}`,
      unread: true,
    };
  const unread = objects.flatMap(
    (object) => numberless(kind, object, now.kinds[object.name]?.absent ?? []) ?? [],
  );
  if (unread.length > 0) return { words: unread.join("; "), unread: true };
  if (trial) return null;
  const counts = Object.entries(now.kinds);
  const was = (name: string) => before?.kinds[name]?.contacts ?? 0;
  const fewer = counts.filter(([name, { contacts }]) => was(name) >= SOME && contacts * 2 < was(name));
  if (fewer.length > 0) {
    const said = fewer.map(
      ([name, { contacts }]) => `${contacts} of ${name}, ${was(name)} at the run before`,
    );
    return { words: `${kind}: fewer records were read: ${said.join("; ")}`, unread: true };
  }
  // Of runs that were not counted by kind.
  const all = before && (counts.length === 0 || Object.keys(before.kinds).length === 0) ? before.contacts : 0;
  if (all >= SOME && now.contacts * 2 < all)
    return {
      words: `${kind}: fewer records were read: ${now.contacts}, ${all} at the run before`,
      unread: true,
    };
  // A run may have little left to write: a few locked or deleted records, or those of before, are no failure of their kind.
  const isMore = (name: string, refused: number) =>
    refused >= SOME && refused > 2 * (before?.wrote[name]?.refused ?? 0);
  const refused = counts.filter(
    ([name, { contacts, written, refused }]) =>
      written === 0 && refused > 0 && (refused * 2 > contacts || isMore(name, refused)),
  );
  if (refused.length === 0) return null;
  const said = refused.map(
    ([name, { refused, refusal }]) => `${name}: all ${refused} were refused: ${refusal}`,
  );
  return { words: `${kind}: ${said.join("; ")}`, unread: false };
}
