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

/** The request's own number, and those of what an officer confirmed as the requester's. */
export async function theirNumbers(db: D1Database, { id, number }: Row): Promise<number[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT number FROM (
         SELECT number FROM recordings WHERE id IN (${confirmed("recording")})
         UNION SELECT number FROM (SELECT number FROM dials WHERE num IN (${confirmed("dial")}) AND record_number IS NULL
           UNION SELECT number FROM (${closedItems("request = ?1 AND verdict = 'confirmed'")}))
         UNION SELECT number FROM calls WHERE id IN (${confirmed("call")})
         UNION SELECT ?2
         UNION SELECT number FROM (SELECT number FROM consents WHERE id IN (${confirmed("consent")})
           UNION SELECT number FROM suppressions WHERE id IN (${confirmed("suppression")}))) WHERE number IS NOT NULL`,
    )
    .bind(id, number)
    .all<{ number: number }>();
  return results.map((row) => row.number);
}

/** Tables whose last events the database has, by the kind of their items. */
const compares = { consent: consentsBound, suppression: suppressionsBound } as const;

/**
 * Throws `request-unlike` where the request is not as the trail has it, nor an item that is not refused (`denied`), or a number is none
 * that an officer searched for it. Answers whether the request is: where only an archive has it that cannot be read, nobody can tell.
 */
export async function wantNumbers(
  env: Env,
  row: Row,
  numbers: readonly number[],
  denied: ReadonlyMap<string, unknown>,
): Promise<boolean> {
  const [items, searches] = (await env.DB.batch([
    env.DB.prepare(
      `SELECT kind, ref FROM request_items WHERE request = ? AND verdict = 'confirmed' AND kind IN ('consent', 'suppression')`,
    ).bind(row.id),
    env.DB.prepare(
      `SELECT request || '/' || ref AS key, detail -> 'also' AS also FROM request_events
       WHERE request = ? AND action = 'search' AND detail -> 'also' IS NOT NULL`,
    ).bind(row.id),
  ])) as [D1Result<{ kind: keyof typeof compares; ref: string }>, D1Result<{ key: string; also: string }>];
  const others = numbers.filter((number) => number !== row.number);
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
    ...said.map(({ key }) => `${eventsBound.name}/${key}`),
    ...items.results.flatMap(({ kind, ref }) =>
      denied.has(`${kind}.${ref}`) ? [] : [`${compares[kind].name}/${ref}`],
    ),
  ].filter(isUnlike);
  await tellUnlike(env, unlike, Date.now());
  const strange = others.map(e164Of).filter((number) => !searched.has(number));
  if (unlike.length + strange.length > 0)
    throw new Problem(
      "request-unlike",
      undefined,
      [...unlike, ...strange].map((path) => ({ path, message: details.unlikeField })),
    );
  return isSo(own);
}
