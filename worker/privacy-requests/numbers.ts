/** The numbers that are a requester's: an erasure goes by them, and so by no record that somebody altered. */
import { e164Of } from "../../shared/registers/blocks.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { Problem } from "../core/errors.ts";
import { closedItems } from "../dials/closed/read.ts";
import { consentsBound, suppressionsBound } from "../do-not-call/bound.ts";
import type { Env } from "../env.ts";
import { compared } from "../trail/agreed.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { eventsBound, requestsBound } from "./bound.ts";
import type { Row } from "./rows.ts";

/** SQL: ids of the items of a kind that are the requester's, whatever was decided of them. `?1` is the request. */
export const confirmed = (kind: string): string =>
  `SELECT ref FROM request_items WHERE request = ?1 AND kind = '${kind}' AND verdict = 'confirmed'`;

/** The request's own number, and those of what an officer confirmed as the requester's, but for what only these items (kind.ref) have. */
export async function theirNumbers(
  db: D1Database,
  { id, number }: Row,
  without: readonly string[] = [],
): Promise<number[]> {
  const left = "kind || '.' || ref NOT IN (SELECT value FROM json_each(?3))";
  const of = (kind: string) => `${confirmed(kind)} AND ${left}`;
  const { results } = await db
    .prepare(
      `SELECT DISTINCT number FROM (
         SELECT number FROM recordings WHERE id IN (${of("recording")})
         UNION SELECT number FROM (SELECT number FROM dials WHERE num IN (${of("dial")}) AND record_number IS NULL
           UNION SELECT number FROM (${closedItems(`request = ?1 AND verdict = 'confirmed' AND ${left}`)}))
         UNION SELECT number FROM calls WHERE id IN (${of("call")})
         UNION SELECT ?2
         UNION SELECT number FROM (SELECT number FROM consents WHERE id IN (${of("consent")})
           UNION SELECT number FROM suppressions WHERE id IN (${of("suppression")}))) WHERE number IS NOT NULL`,
    )
    .bind(id, number, JSON.stringify(without))
    .all<{ number: number }>();
  return results.map((row) => row.number);
}

/** Tables whose last events the database has, by the kind of their items. */
const compares = { consent: consentsBound, suppression: suppressionsBound } as const;

/**
 * Their numbers, for an erasure. Throws `request-unlike` where the request is not as the trail has it, nor an item that is not refused
 * (`denied`), or such an item has a number that no officer searched for. `isSaid`: the trail has the request so; where only an archive
 * does that cannot be read, nobody can tell.
 */
export async function wantNumbers(
  env: Env,
  row: Row,
  denied: ReadonlyMap<string, unknown>,
): Promise<{ numbers: number[]; isSaid: boolean }> {
  const all = await theirNumbers(env.DB, row);
  const unrefused = await theirNumbers(env.DB, row, [...denied.keys()]);
  const [items, searches] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT kind, ref FROM request_items WHERE request = ? AND verdict = 'confirmed' AND kind IN ('consent', 'suppression')`,
    ).bind(row.id),
    env.DB.prepare(
      `SELECT request || '/' || ref AS key, detail -> 'also' AS also FROM request_events
       WHERE request = ? AND action = 'search' AND detail -> 'also' IS NOT NULL`,
    ).bind(row.id),
  ])) as [D1Result<{ kind: keyof typeof compares; ref: string }>, D1Result<{ key: string; also: string }>];
  const others = all.filter((number) => number !== row.number);
  const said = others.length === 0 ? [] : searches.results;
  const own = `${requestsBound.name}/${row.id}`;
  const { rows } = await compared(env, [
    { table: requestsBound, keys: [row.id] },
    { table: eventsBound, keys: said.map(({ key }) => key) },
    ...Object.entries(compares).map(([kind, table]) => ({
      table,
      keys: items.results.flatMap((item) => (item.kind === kind ? [item.ref] : [])),
    })),
  ]);
  const isSo = (name: string) => typeof rows.get(name)?.is === "number" || rows.get(name)?.is === "unbound";
  const isUnlike = (name: string) => rows.get(name)?.is === "not" && !rows.get(name)!.isUnread;
  const searched = new Set(
    said.flatMap(({ key, also }) =>
      isSo(`${eventsBound.name}/${key}`) ? (JSON.parse(also) as string[]) : [],
    ),
  );
  const unlike = [
    own,
    ...items.results.flatMap(({ kind, ref }) =>
      denied.has(`${kind}.${ref}`) ? [] : [`${compares[kind].name}/${ref}`],
    ),
  ].filter(isUnlike);
  // An altered search counts for nothing: another one may say it again.
  const altered = said.map(({ key }) => `${eventsBound.name}/${key}`).filter(isUnlike);
  await tellUnlike(env, [...unlike, ...altered], Date.now());
  const isTheirs = (number: number) => number === row.number || searched.has(e164Of(number));
  const strange = unrefused.filter((number) => !isTheirs(number)).map(e164Of);
  if (unlike.length + strange.length > 0)
    throw new Problem(
      "request-unlike",
      undefined,
      [...unlike, ...strange].map((path) => ({ path, message: details.unlikeField })),
    );
  return { numbers: all.filter(isTheirs), isSaid: isSo(own) };
}
