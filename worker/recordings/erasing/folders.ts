/**
 * Whose the folders of the company's stores are. Who owns the database can move one to another integration, take its row away or put one
 * there: what concerns a folder that is not as the trail has it is neither registered nor erased by its day.
 */
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { ownersBound } from "../../core/access-bound.ts";
import { Problem } from "../../core/errors.ts";
import type { Env } from "../../env.ts";
import { compared } from "../../trail/agreed.ts";
import { erasedOf } from "../../trail/erased.ts";
import { eventsIn } from "../../trail/events.ts";
import { tellUnlike } from "../../trail/kept-back.ts";
import { startOf } from "../../trail/start.ts";
import { nameIn } from "../../trail/states.ts";

const OF = `${ownersBound.name}/`;
/** "0" comes after the slash. */
const ALL = [OF, `${ownersBound.name}0`] as const;

export interface Folders {
  /** By their owners: the beginnings of keys, as the rows have them. */
  prefixes: ReadonlyMap<string, string>;
  /** Owners whose row is another than the trail has, is gone, or is known to no event. */
  bent: ReadonlySet<string>;
}

export async function foldersOf(env: Env): Promise<Folders> {
  const [rows, events] = (await env.DB.batch([
    env.DB.prepare("SELECT id, prefix FROM owners"),
    eventsIn(env.DB, [ALL]),
  ])) as [D1Result<{ id: string; prefix: string }>, D1Result<{ subject: string }>];
  const prefixes = new Map(rows.results.map(({ id, prefix }) => [id, prefix]));
  const said = events.results.map(({ subject }) => nameIn(subject).slice(OF.length));
  const keys = [...new Set([...prefixes.keys(), ...said])];
  const { rows: found, gone } = await compared(env, [{ table: ownersBound, keys }]);
  const bent = [...found.values()]
    .filter(({ is }) => typeof is !== "number" && is !== "unbound")
    .map(({ key }) => key);
  if (gone.length > 0) {
    // An older Worker put another in its place, as an officer says.
    const { found: said } = await erasedOf(env, await startOf(env), gone, new Date().toISOString());
    bent.push(...gone.filter((name) => !said.has(name)).map((name) => name.slice(OF.length)));
  }
  return { prefixes, bent: new Set(bent) };
}

/** The owner below whose prefix a key is: no prefix is within another's. */
export const ownerOf = ({ prefixes }: Folders, key: string): string | undefined =>
  [...prefixes].find(([, prefix]) => key.startsWith(prefix))?.[0];

/** What concerns one that is bent. `by`: whose it is, or who has no folder of their own: that may be anybody's, where one is gone. */
export function isBent({ prefixes, bent }: Folders, by: string | undefined, key: string): boolean {
  if (bent.size === 0) return false;
  if (by === undefined || !prefixes.has(by)) return true;
  const owner = ownerOf({ prefixes, bent }, key);
  return bent.has(by) || (owner !== undefined && bent.has(owner));
}

/** The problem, with a mail to officers and a row of the trail: once of each. */
export async function bentProblem(env: Env, { bent }: Folders): Promise<Problem> {
  await tellUnlike(
    env,
    [...bent].map((id) => `${OF}${id}`),
    Date.now(),
  );
  return new Problem("key-not-yours", details.foldersUnlike);
}
