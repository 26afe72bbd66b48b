/** What a run achieved, by kind of record; and whether that is a failure although each request was answered. */
import * as z from "zod";
import { connectorKindCount, type ConnectorKindCount } from "../../../shared/connectors/api.ts";
import type { Contact, Mark, Refusal } from "../connector.ts";

/** By the kind's name. */
export type Counts = Record<string, Omit<ConnectorKindCount, "name">>;

const stored = z.record(z.string(), connectorKindCount.omit({ name: true }));
export const countsOf = ({ kinds }: { kinds: string }): Counts => stored.parse(JSON.parse(kinds));

/** The newest run before this one that came to its end; a trial run too, but no reading of flags alone, which fails by nothing less. */
export async function doneBefore(
  db: D1Database,
  { connector, num }: { connector: number; num: number },
): Promise<{ kinds: Counts; contacts: number } | null> {
  const done = await db
    .prepare(
      `SELECT kinds, contacts FROM connector_runs WHERE connector = ? AND num < ? AND state = 'done' AND reads = 0
       ORDER BY num DESC LIMIT 1`,
    )
    .bind(connector, num)
    .first<{ kinds: string; contacts: number }>();
  return done && { contacts: done.contacts, kinds: countsOf(done) };
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
      const no = of(refused, name);
      // A record under no proper id is refused without being asked to be written.
      const kept = of(marks, name).filter(({ id }) => !no.some((one) => one.id === id));
      return [
        name,
        {
          contacts: was.contacts + of(contacts, name).length,
          written: was.written + kept.length,
          refused: was.refused + no.length,
          refusal: no.at(-1)?.why ?? was.refusal,
        },
      ];
    }),
  );
}

/** Fewer records than this are not compared with the run before. */
const SOME = 10;

/** What a whole run read and was refused, and by kind; `kinds` is empty where that is not known of each slice. */
export interface Achieved {
  contacts: number;
  refused: number;
  kinds: Counts;
}

/**
 * Why a run that came to its end achieved nothing; null where it did. `before`: the run before it that came to its end, or null.
 * `unread`: it did not see what is there, so that what it did not see must not be forgotten.
 */
export function failureOf(
  kind: string,
  objects: readonly { name: string }[],
  now: Achieved,
  trial: boolean,
  before: { kinds: Counts; contacts: number } | null,
): { words: string; unread: boolean } | null {
  if (now.contacts + now.refused === 0)
    return {
      words: `${kind}: no record was read of ${objects.map(({ name }) => name).join(", ")}`,
      unread: true,
    };
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
  // A run may have little left to write: a few locked or deleted records are no failure of their kind.
  const refused = counts.filter(
    ([, { contacts, written, refused }]) => written === 0 && refused > 0 && refused * 2 > contacts,
  );
  if (refused.length === 0) return null;
  const said = refused.map(
    ([name, { refused, refusal }]) => `${name}: all ${refused} were refused: ${refusal}`,
  );
  return { words: `${kind}: ${said.join("; ")}`, unread: false };
}
