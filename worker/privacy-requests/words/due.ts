/** What a decision has erased of the requester's words, as a row that erase.ts works off; and what a later one keeps. */
import { insertBound, type NewRow } from "../../core/bound.ts";
import { idIs, refuseWhere, sql, type Statement } from "../../core/sql.ts";
import { changeBound } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { wordsBound } from "../bound.ts";
import type { Item } from "../numbers.ts";
import type { Row } from "../rows.ts";
import { soughtOf, wordsOf } from "./namer.ts";
import { jobOf, untilOf } from "./next.ts";

/**
 * SQL: the items of a request (?1), and those that somebody took away (?2). A dial of before is named on the trail by its older id, which
 * is no recording's.
 */
const items = `(SELECT kind, ref, verdict, decision FROM request_items WHERE request = ?1
    UNION ALL SELECT value ->> 0, value ->> 1, NULL, NULL FROM json_each(?2)) i
  LEFT JOIN dials d ON d.num = IIF(i.kind = 'dial', CAST(i.ref AS INTEGER), NULL) AND NOT EXISTS (SELECT 1 FROM recordings r WHERE ${idIs("r.id", "d.id")})`;
const itemRef = "COALESCE(d.id, i.ref)";

interface Now {
  item: string;
  ref: string;
  verdict: string | null;
  decision: string | null;
}
/** `lost` as wantNumbers has them. */
const itemsNow = (db: D1Database, request: string, lost: readonly string[] = []): D1PreparedStatement =>
  db
    .prepare(`SELECT i.kind || '.' || i.ref AS item, ${itemRef} AS ref, i.verdict, i.decision FROM ${items}`)
    .bind(request, JSON.stringify(lost.map((item) => [kindOf(item), item.slice(kindOf(item).length + 1)])));
const kindOf = (item: string): string => item.split(".")[0]!;

const idsIn = (json: unknown): string[] => JSON.parse(String(json)) as string[];
const idsOf = (...ids: readonly string[][]): string => JSON.stringify([...new Set(ids.flat())]);

/**
 * The statements that have a request's words erased: its numbers (E.164), the requester's address and name; unless `whole`, only
 * where what is erased is quoted. Bound with the decision, and refused (conflict) where a job goes on or ends meanwhile. `denied`: the items (kind.ref) that this decision, of the moment
 * `at`, does not erase; `items` as they were compared, and `lost`, those that somebody took away. What goes and what stays is in the row itself: the items may be altered before the job is through.
 */
export async function wordsDue(
  env: Env,
  row: Pick<Row, "id" | "email" | "name">,
  more: {
    whole: boolean;
    numbers: readonly string[];
    items: readonly Item[];
    lost: readonly string[];
    at: string;
    denied: ReadonlyMap<string, unknown>;
  },
): Promise<Statement[]> {
  const { whole, numbers, items: compared, lost, at, denied } = more;
  const { before, job, isBack } = await jobOf(env, row.id);
  const [found, last] = (await env.DB.batch([
    itemsNow(env.DB, row.id, lost),
    env.DB.prepare("SELECT MAX(seq) AS seq FROM audit"),
  ])) as [D1Result<Now>, D1Result<{ seq: number }>];
  const refOf = new Map(found.results.map(({ item, ref }) => [item, ref]));
  const isDenied = ({ item, decision, isOpen }: Item) => (isOpen ? denied.has(item) : decision === "deny");
  const refs = (its: (item: Item) => boolean) =>
    compared.filter(its).map(({ item, ref }) => refOf.get(item) ?? ref);
  const gone = refs(
    (item) =>
      item.is === "so" &&
      item.verdict === "confirmed" &&
      !isDenied(item) &&
      (item.isOpen || item.decision === "comply"),
  );
  const stays = [
    // One that somebody put there keeps nothing: its id may be any word.
    ...refs((item) => (item.is === "not" ? item.isKnown : item.verdict === "rejected" || isDenied(item))),
    ...lost.flatMap((item) => refOf.get(item) ?? []),
  ];
  const earlier = (column: string) => (job ? idsIn(job.due[column]) : []);
  const to = {
    whole: Number(whole),
    words: idsOf(wordsOf(soughtOf(row, numbers)), earlier("words")),
    gone: idsOf([...gone, ...earlier("gone")].filter((ref) => !stays.includes(ref))),
    stays: idsOf(stays),
    ...{ after: 0, until: last.results[0]!.seq, at, waits: null },
  };
  if (before && !isBack) return [changeBound(wordsBound, before, to, at), refuseWhere("changes() <> 1")];
  return [
    // One that came back after its end, which is on the trail, is over for good.
    ...(before ? [sql("DELETE FROM words_due WHERE job = ?", String(before["job"]))] : []),
    insertBound(wordsBound, [{ job: crypto.randomUUID(), request: row.id, ...to }]),
  ];
}

/**
 * The statements by which a job that goes on keeps what quotes items (kind.ref) that were refused since, or found to be somebody
 * else's. `isOver`: all was refused, so that nothing goes but what quotes what is erased already. One that is not as the trail has it
 * takes nothing as it is.
 */
export async function wordsStay(
  env: Env,
  request: string,
  { kept, isOver = false, at }: { kept: ReadonlySet<string>; isOver?: boolean; at: string },
): Promise<Statement[]> {
  if (kept.size === 0 && !isOver) return [];
  const { job } = await jobOf(env, request);
  if (!job) return [];
  const { results } = await itemsNow(env.DB, request).all<Now>();
  const refs = results.flatMap(({ item, ref }) => (kept.has(item) ? [ref] : []));
  const to = {
    ...(isOver && { whole: 0 }),
    gone: idsOf(idsIn(job.due["gone"]).filter((ref) => !refs.includes(ref))),
    stays: idsOf(idsIn(await staysOf(env.DB, job.due)), refs),
    until: await untilOf(env, job),
  };
  return [changeBound(wordsBound, job.due, to, at), refuseWhere("changes() <> 1")];
}

/** JSON: what stays, by a job's row; an older Worker left it to the items as they are. */
export async function staysOf(db: D1Database, due: NewRow): Promise<string> {
  if (due["stays"] !== null) return String(due["stays"]);
  const { results } = await itemsNow(db, String(due["request"])).all<Now>();
  return idsOf(
    results.flatMap(({ verdict, decision, ref }) =>
      verdict === "rejected" || decision === "deny" ? [ref] : [],
    ),
  );
}
