/** The numbers that are a requester's: an erasure goes by them, and so by no record that somebody altered. */
import type { ItemDoubt } from "../../shared/privacy-requests/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { fill } from "../../shared/texts/language.ts";
import type { BoundTable } from "../core/bound.ts";
import { Problem } from "../core/errors.ts";
import type { Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { closedItems, listedFor } from "../dials/closed/read.ts";
import { consentsBound, suppressionsBound } from "../do-not-call/bound.ts";
import type { Env } from "../env.ts";
import { compared, isAsCompared } from "../trail/agreed.ts";
import { tellUnlike } from "../trail/kept-back.ts";
import { eventsBound, itemsBound, requestsBound } from "./bound.ts";
import type { Row } from "./rows.ts";
import { idOf } from "../core/sql.ts";

/** SQL: ids of the items of a kind that are the requester's, whatever was decided of them. `?1` is the request. */
export const confirmed = (kind: string): string =>
  `SELECT ref AS value FROM request_items WHERE request = ?1 AND kind = '${kind}' AND verdict = 'confirmed'`;

interface Brought {
  /** The item that has it (kind.ref); null: the request itself. */
  item: string | null;
  number: number;
}
/** D1 takes five terms in one compound SELECT. */
async function broughtBy(db: D1Database, { id, number }: Row): Promise<Brought[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT item, number FROM (
         SELECT 'recording.' || id AS item, number FROM recordings WHERE ${idOf("id", `(${confirmed("recording")})`)}
         UNION SELECT 'dial.' || num, number FROM (
           SELECT num, number FROM dials WHERE num IN (${confirmed("dial")}) AND record_number IS NULL
           UNION SELECT num, number FROM (${closedItems("request = ?1 AND verdict = 'confirmed'", "?3")}))
         UNION SELECT 'call.' || id, number FROM calls WHERE ${idOf("id", `(${confirmed("call")})`)}
         UNION SELECT NULL, ?2
         UNION SELECT item, number FROM (
           SELECT 'consent.' || id AS item, number FROM consents WHERE id IN (${confirmed("consent")})
           UNION SELECT 'suppression.' || id, number FROM suppressions WHERE id IN (${confirmed("suppression")}))) WHERE number IS NOT NULL`,
    )
    .bind(id, number, await listedFor(db, id))
    .all<Brought>();
  return results;
}
const numbersIn = (all: readonly Brought[]): number[] => [...new Set(all.map(({ number }) => number))];

/** The request's own number, and those of what an officer confirmed as the requester's. */
export const theirNumbers = async (db: D1Database, row: Row): Promise<number[]> =>
  numbersIn(await broughtBy(db, row));

/** An item as it was compared with the trail; `unread`: only an archive knows that cannot be read. */
export interface Item {
  item: string;
  kind: string;
  ref: string;
  verdict: string;
  decision: string | null;
  isOpen: boolean;
  is: "so" | "not" | "unread";
  /** The trail has some state of it: nobody put it there. */
  isKnown: boolean;
}

/** Tables whose last events the database has, by the kind of their items. */
const compares = { consent: consentsBound, suppression: suppressionsBound } as const;

interface Wanted {
  numbers: number[];
  searched: number[];
  isSaid: boolean;
  items: Item[];
  lost: string[];
  unlike: string[];
}
/**
 * Their numbers, for an erasure, and the items as they were compared. Throws `request-unlike` where the request is not as the trail has
 * it, nor an open item that is not refused (`denied`), or only an archive knows of that item that cannot be read, or it has a number that
 * no officer searched for: an officer can judge or refuse it; a record of its that nobody can read once more (`recordsSeen`). What they cannot, as it is done, is no reason: such items, and those that
 * somebody took away (`lost`, kind.ref), are erased no further; officers are to be told of them (`unlike`) with the decision. `searched`:
 * the request's own number, and those that the trail says it was searched for. `isSaid`: the trail has the request so; where only an archive does that cannot be read, nobody can tell.
 */
export async function wantNumbers(env: Env, row: Row, denied: ReadonlyMap<string, unknown>): Promise<Wanted> {
  const all = await broughtBy(env.DB, row);
  const states = await statesOf(env.DB, itemsBound, "request = ?", row.id);
  const { results: searches } = await env.DB.prepare(
    `SELECT request || '/' || ref AS key, detail -> 'also' AS also FROM request_events
     WHERE request = ? AND action = 'search' AND detail -> 'also' IS NOT NULL`,
  )
    .bind(row.id)
    .all<{ key: string; also: string }>();
  const there = new Set(all.map(({ item }) => item));
  // Whose a recording was that has gone is known by its search alone.
  const isGone = states.some(
    ({ kind, ref, verdict }) =>
      kind === "recording" && verdict === "confirmed" && !there.has(`recording.${String(ref)}`),
  );
  const said = isGone || all.some(({ number }) => number !== row.number) ? searches : [];
  const own = `${requestsBound.name}/${row.id}`;
  const ofItems = `${itemsBound.name}/${row.id}/`;
  const { rows, gone } = await compared(env, [
    { table: requestsBound, keys: [row.id] },
    { table: itemsBound, keys: [row.id], by: "first" },
    { table: eventsBound, keys: said.map(({ key }) => key) },
    ...Object.entries(compares)
      .map(([kind, table]) => ({
        table,
        keys: states.flatMap((one) => (one["kind"] === kind ? [String(one["ref"])] : [])),
      }))
      .filter(({ keys }) => keys.length > 0),
  ]);
  const isSo = (name: string) => typeof rows.get(name)?.is === "number" || rows.get(name)?.is === "unbound";
  const isUnlike = (name: string) => rows.get(name)?.is === "not" && !rows.get(name)!.isUnread;
  // Who owns the database can have any archive be one that cannot be read: what only that knows is as what is not so.
  const isUnsaid = (name: string) => rows.has(name) && !isSo(name);
  const records = new Set(states.flatMap((one) => namesOfRecord(one as unknown as Item)));
  const isRecordUnread = (name: string) => records.has(name) && isUnread(rows.get(name));
  const items = states.map((one): Item => {
    const { kind, ref, verdict, decision } = one as Record<string, string>;
    const name = `${ofItems}${kind!}/${ref!}`;
    const its = rows.get(name);
    const is =
      isAsCompared(itemsBound, one, its) || its?.is === "unbound" ? "so" : isUnread(its) ? "unread" : "not";
    const isOpen = one["done_at"] === null;
    return {
      item: `${kind!}.${ref!}`,
      kind: kind!,
      ref: ref!,
      verdict: verdict!,
      decision: decision!,
      isOpen,
      is,
      isKnown: its !== undefined && its.isKnown(),
    };
  });
  const searched = new Set(
    said.flatMap(({ key, also }) =>
      isSo(`${eventsBound.name}/${key}`) ? (JSON.parse(also) as string[]) : [],
    ),
  );
  const isErased = ({ item, verdict, isOpen }: Item) =>
    isOpen && verdict === "confirmed" && !denied.has(item);
  const isJudged = ({ verdict, isOpen, decision }: Item) =>
    isOpen && verdict !== "confirmed" && decision === null;
  const nameOf = ({ kind, ref }: Item) => `${ofItems}${kind}/${ref}`;
  const bent = items.filter(({ is }) => is !== "so");
  const barring = [
    ...[own].filter(isUnlike),
    ...items.filter(isErased).flatMap(namesOfRecord).filter(isUnsaid),
    ...bent.filter((item) => isErased(item) || isJudged(item)).map(nameOf),
  ];
  const lost = gone.filter((name) => name.startsWith(ofItems));
  // An altered search counts for nothing: another one may say it again.
  const altered = said.map(({ key }) => `${eventsBound.name}/${key}`).filter(isUnlike);
  const unlike = [...new Set([...barring, ...bent.map(nameOf), ...lost, ...altered])];
  const isTheirs = ({ number }: Brought) => number === row.number || searched.has(e164Of(number));
  const erased = new Set(items.filter(isErased).map(({ item }) => item));
  const strange = all.filter((one) => one.item !== null && erased.has(one.item) && !isTheirs(one));
  if (barring.length + strange.length > 0) {
    await tellUnlike(env, unlike, Date.now(), row.id);
    throw new Problem("request-unlike", undefined, [
      ...barring.map((path) => ({
        path,
        message: details[isRecordUnread(path) ? "unreadRecord" : "unlikeField"],
      })),
      ...strange.map(({ item, number }) => ({
        path: item!,
        message: fill(details.strangeNumber, { number: e164Of(number) }),
      })),
    ]);
  }
  return {
    numbers: numbersIn(all.filter(isTheirs)),
    searched: [row.number ?? [], [...searched].map(numberOf)].flat(),
    isSaid: isSo(own),
    items,
    lost: lost.map((name) => name.slice(ofItems.length).replace("/", ".")),
    unlike,
  };
}
const namesOfRecord = ({ kind, ref }: Pick<Item, "kind" | "ref">): string[] =>
  kind === "consent" || kind === "suppression" ? [`${compares[kind].name}/${ref}`] : [];
const isUnread = (its: { is: unknown; isUnread: boolean } | undefined): boolean =>
  its !== undefined && (its.is === "later" || its.isUnread);

/**
 * By the open items (kind.ref) of an erasure: `item`, where officers were told that the trail does not have its verdict so; `record`, where
 * they were told of its record, and only an archive tells of that which cannot be read. Whoever judges such an item once more has looked.
 */
export async function doubtsOf(env: Env, request: string): Promise<Map<string, ItemDoubt>> {
  const ofItems = `${itemsBound.name}/${request}/`;
  const names = Object.entries(compares).map(([kind, table]) => [kind, table.name]);
  const { results } = await env.DB.prepare(
    `SELECT i.kind || '.' || i.ref AS item, k.row FROM request_items i CROSS JOIN kept_back k ON k.row = ?2 || i.kind || '/' || i.ref
       WHERE i.request = ?1 AND i.done_at IS NULL
     UNION ALL SELECT i.kind || '.' || i.ref, k.row FROM json_each(?3) j CROSS JOIN request_items i ON i.kind = j.value ->> 0
       CROSS JOIN kept_back k ON k.row = (j.value ->> 1) || '/' || i.ref WHERE i.request = ?1 AND i.done_at IS NULL`,
  )
    .bind(request, ofItems, JSON.stringify(names))
    .all<{ item: string; row: string }>();
  const keysOf = ({ name }: BoundTable) =>
    results.flatMap(({ row }) => (row.startsWith(`${name}/`) ? [row.slice(name.length + 1)] : []));
  const asked = [itemsBound, ...Object.values(compares)].map((table) => ({ table, keys: keysOf(table) }));
  const { rows } = await compared(
    env,
    asked.filter(({ keys }) => keys.length > 0),
  );
  const doubtOf = (name: string): ItemDoubt | null => {
    const its = rows.get(name);
    if (name.startsWith(ofItems)) return typeof its?.is === "number" || its?.is === "unbound" ? null : "item";
    return isUnread(its) ? "record" : null;
  };
  const doubts = results.map(({ item, row }) => [item, doubtOf(row)] as const);
  return new Map(doubts.filter((one): one is [string, ItemDoubt] => one[1] !== null));
}

/**
 * The statements that bind consents and entries as they are, of which only an archive tells that cannot be read, and officers were told:
 * an officer judged such an item (kind.ref) once more, and confirmed it. Else a requester's own could never be erased.
 */
export async function recordsSeen(
  env: Env,
  request: string,
  items: readonly string[],
  at: string,
): Promise<Statement[]> {
  const doubts = items.length === 0 ? new Map<string, ItemDoubt>() : await doubtsOf(env, request);
  const seen = items.filter((item) => doubts.get(item) === "record");
  const all = await Promise.all(
    Object.entries(compares).map(async ([kind, table]) => {
      const refs = seen.flatMap((item) => (item.startsWith(`${kind}.`) ? [item.slice(kind.length + 1)] : []));
      if (refs.length === 0) return [];
      const states = await statesOf(
        env.DB,
        table,
        "id IN (SELECT value FROM json_each(?1))",
        JSON.stringify(refs),
      );
      return changeRows(
        table,
        states.map((before) => ({ before, to: {} })),
        at,
      );
    }),
  );
  return all.flat();
}
