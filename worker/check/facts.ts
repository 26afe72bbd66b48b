/**
 * The facts of numbers as they are now: what the registers, the in-house list, the consents and the sources say of
 * each.
 */
import type { Facts, Stamp } from "../../shared/check/api.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { blockOf, holder, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { DAY } from "../../shared/core/time.ts";
import { type Asking, type Query, query, runBatch } from "../core/batch.ts";
import {
  allEntriesOf,
  allPartiesOf,
  consentFact,
  entryFact,
  liveConsentsOf,
  partyFact,
} from "../do-not-call/brief.ts";
import type { Env } from "../env.ts";
import type { Wanted } from "../lookups/queue.ts";
import {
  blockKey,
  blockOfNumber,
  blockOfUndo,
  listOfUndo,
  undoOfList,
  versionOfUndo,
} from "../registers/block-ids.ts";
import type { HeadRow } from "../registers/heads.ts";
import { broughtBy, changesTo, decoded, listedBy, type Undo } from "../registers/undo.ts";
import { blocksOf, isCurrent, listingEnds, lookedUpFor, lookupsOf, type LookupRow, placeOf } from "./rows.ts";
import { originFact, originsOf } from "../connectors/origins.ts";
import { inForce } from "../policy/in-force.ts";
import { countedOf } from "./compared.ts";
import { contactsFact, contactsOf } from "./contacts.ts";
import { stampOf, stampQueries } from "./stamp.ts";

export interface FactsRead {
  stamp: Stamp;
  policy: Policy;
  /** The facts of one of the numbers; of its entries and consents those alone whose id counts, by default all. */
  facts: (e164: string, counts?: (id: string) => boolean) => Facts;
  /** About which of the numbers a source must be asked, as there is no current answer. */
  wanted: () => Wanted[];
}

/**
 * Reads the facts of any numbers (E.164) and the state they belong to: in one D1 round trip, and then at once what days of grace
 * take, and what entries, consents and parties are compared with. `same`: the dials by which other layers saw the very call that
 * is judged. It must not be held against itself, so they count as no call, and as no use of a consent.
 */
export const factsOf = async (
  env: Env,
  numbers: readonly string[],
  same: readonly number[] = [],
): Promise<FactsRead> => (await factsWith(env, numbers, { found: () => ({ same }) })).read;

/** `factsOf`, where a query tells which dials are of the very call: it is asked in the same round trip. */
export async function factsWith<Row, Found extends { same: readonly number[] }>(
  env: Env,
  numbers: readonly string[],
  asking: Partial<Asking<Row, Found>> & Pick<Asking<Row, Found>, "found">,
): Promise<{ read: FactsRead; found: Found }> {
  const ids = JSON.stringify([...new Set(numbers)].map(numberOf));
  const now = Date.now();
  const rows = await runBatch(env.DB, {
    ...stampQueries,
    ...(asking.query ? { asked: asking.query } : ({} as { asked: Query<Row> })),
    blocks: blocksOf(ids),
    entries: allEntriesOf(ids),
    consents: liveConsentsOf(ids),
    parties: allPartiesOf(ids),
    contacts: contactsOf(numbers, now),
    origins: originsOf(ids),
    answers: query<LookupRow>(
      `SELECT number, list, listed, MAX(at) AS at FROM lookups
       WHERE number IN (SELECT value FROM json_each(?)) GROUP BY number, list`,
      ids,
    ),
    queue: query<{ source: string; number: number; tries: number }>(
      `SELECT source, number, tries FROM lookup_queue
       WHERE source IN (SELECT source FROM lookup_turns) AND number IN (SELECT value FROM json_each(?))`,
      ids,
    ),
    days: query<{ source: string; asked: number }>(
      "SELECT source, asked FROM lookup_days WHERE day = ?",
      new Date(now).toISOString().slice(0, 10),
    ),
  });
  const found = asking.found(((rows as { asked?: unknown[] }).asked ?? []) as Row[]);
  const { stamp, policy } = stampOf({ ...rows, policy: [await inForce(env, rows.policy[0]!, now)] });
  const { heads } = rows;
  const { lists } = stamp;

  const blocks = new Map(rows.blocks.map((b) => [blockKey(b.block, b.list), holder(b.data)]));
  const answers = new Map(rows.answers.map((a) => [`${a.number} ${a.list}`, a]));
  const answerOf = (n: number, list: number) => answers.get(`${n} ${list}`);
  /** The registers that list a number. */
  const holding = (n: number): HeadRow[] =>
    heads.filter((h) =>
      h.lookup === null
        ? blocks.get(blockKey(blockOf(n), h.num))?.(offsetOf(n))
        : answerOf(n, h.num)?.listed === 1,
    );
  const { graceDays, lookupsPerDay } = policy.screening;
  const listings = (of: readonly string[]) =>
    of.map(numberOf).flatMap((n) => holding(n).map((h): Listing => [n, h.num]));
  const graced = graceDays === 0 ? [] : listings(numbers);
  // Rarely any: numbers of such regions that are listed and have a consent.
  const agreed = new Set(rows.consents.map(({ number }) => number));
  const revoking = listings(numbers.filter((e164) => agreed.has(numberOf(e164)) && listingEnds(e164)));
  const from = new Date(now - (graceDays + 1) * DAY).toISOString().slice(0, 10);
  const [changes, oldest, counted] = await Promise.all([
    changesOf(env.DB, [...graced, ...revoking], revoking.length === 0 ? from : ""),
    revoking.length === 0 ? new Map<number, OldestRow>() : oldestOf(env.DB),
    countedOf(env, rows, now),
  ]);
  const since = newlyListed(graced, changes, from);
  const first = listedOn(revoking, changes, oldest);
  const entries = Map.groupBy(counted.entries, (entry) => entry.number);
  const consents = Map.groupBy(counted.consents, (consent) => consent.number);
  const parties = Map.groupBy(counted.parties, (said) => said.number);
  const origins = Map.groupBy(rows.origins, ({ number }) => number);
  const others = rows.contacts.filter(({ dial }) => dial === null || !found.same.includes(dial));
  const contacts = Map.groupBy(others, (contact) => contact.number);
  const own = new Set(found.same.map(String));
  const tries = new Map(rows.queue.map((q) => [`${q.source} ${q.number}`, q.tries]));
  const spent = new Set(rows.days.filter((d) => d.asked >= lookupsPerDay).map((d) => d.source));
  /** When each register's source last answered about a number, by the register's id. */
  const answeredAt = (n: number) =>
    new Map(
      heads.flatMap(({ id, num }) => {
        const answer = answerOf(n, num);
        return answer ? [[id, answer.at] as const] : [];
      }),
    );
  const facts = (e164: string, counts: (id: string) => boolean = () => true): Facts => {
    const n = numberOf(e164);
    const place = placeOf(e164);
    return {
      e164,
      ...place,
      ...contactsFact(e164, contacts.get(n) ?? [], Infinity),
      lists: holding(n).map((h) => {
        const from = since.get(`${n} ${h.num}`);
        const asOf = h.lookup === null ? h.asOf : answerOf(n, h.num)?.at.slice(0, 10);
        const on = h.lookup === null ? first.get(`${n} ${h.num}`) : undefined;
        return {
          ...{ id: h.id, asOf: asOf ?? "" },
          ...(from === undefined ? {} : { since: from }),
          ...(on === undefined ? {} : { first: on }),
        };
      }),
      ...lookupsOf(
        lookedUpFor(place.region, lists, policy),
        answeredAt(n),
        ({ lookup }) => {
          const failures = tries.get(`${lookup} ${n}`);
          if (failures !== undefined) return failures > 0 ? "failed" : "asking";
          return spent.has(lookup!) ? "budget" : undefined;
        },
        policy,
        now,
      ),
      suppressions: (entries.get(n) ?? []).filter(({ id }) => counts(id)).map((entry) => entryFact(entry)),
      consents: (consents.get(n) ?? [])
        .filter(({ id }) => counts(id))
        .flatMap((consent) => consentFact(consent, now, now, own)),
      ...partyFact(parties.get(n) ?? [], policy),
      ...originFact(origins.get(n) ?? []),
    };
  };
  const wanted = (): Wanted[] =>
    lists.every((l) => l.lookup === undefined)
      ? []
      : [...new Set(numbers)].flatMap((e164) => {
          const at = answeredAt(numberOf(e164));
          return lookedUpFor(placeOf(e164).region, lists, policy)
            .filter((l) => !at.has(l.id) || !isCurrent(at.get(l.id)!, l, policy, now))
            .map((l) => ({ number: e164, list: l.id, source: l.lookup! }));
        });
  return { read: { stamp, policy, facts, wanted }, found };
}

type Listing = [number: number, list: number];

/**
 * Of some listings, the new ones: by `number list`, the date of the version before the one that added the number, where
 * that date is `from` (YYYY-MM-DD) or later. What a register's first version holds is not new: no version came before
 * it.
 */
function newlyListed(listings: readonly Listing[], changes: Changes, from: string): Map<string, string> {
  const since = new Map<string, string>();
  for (const [n, list] of listings) {
    const recent = changes(n, list).filter((change) => change.asOf >= from || change.since >= from);
    const added = broughtBy(recent);
    if (added && added.since >= from) since.set(`${n} ${list}`, added.since);
  }
  return since;
}

interface OldestRow {
  list: number;
  asOf: string;
}

/** By register, its oldest version whose content is known. */
async function oldestOf(db: D1Database): Promise<Map<number, OldestRow>> {
  const { results } = await db
    .prepare(
      `SELECT l.num AS list, v.as_of AS asOf FROM lists l JOIN versions v ON v.list = l.num AND v.ver =
         (SELECT MIN(o.ver) FROM versions o WHERE o.list = l.num AND o.ver >= l.history_from AND o.state = 'committed')`,
    )
    .all<OldestRow>();
  return new Map(results.map((row) => [row.list, row]));
}

/**
 * By `number list`, the date of the version since which it is listed, at the latest: one that was there before the register's history
 * goes back was listed by then. A number that was taken off and put back is listed anew. A register by lookup has no such date.
 */
const listedOn = (
  listings: readonly Listing[],
  changes: Changes,
  oldest: ReadonlyMap<number, OldestRow>,
): Map<string, string> =>
  new Map(
    listings.flatMap(([n, list]) => {
      const added = listedBy<{ asOf: string }>(changes(n, list), oldest.get(list));
      return added ? [[`${n} ${list}`, added.asOf] as const] : [];
    }),
  );

interface ListChange {
  block: number;
  list: number;
  ver: number;
  data: string;
  /** The date of the version, and of the one before it. */
  asOf: string;
  since: string;
}

/** The versions that changed a number on a list, newest first. */
type Changes = (n: number, list: number) => (ListChange & Undo)[];

/** The versions of `from` or later that changed each of some listings. */
async function changesOf(db: D1Database, listings: readonly Listing[], from: string): Promise<Changes> {
  if (listings.length === 0) return () => [];
  const { results } = await db
    .prepare(
      `SELECT ${blockOfUndo("u.id")} AS block, v.list, v.ver, u.data, v.as_of AS asOf, p.as_of AS since
       FROM (SELECT DISTINCT ${blockOfNumber("value ->> 0")} AS block, value ->> 1 AS list FROM json_each(?1)) k
       JOIN block_undo u ON u.id BETWEEN ${undoOfList("k.block", "k.list")}
       JOIN versions v ON v.list = ${listOfUndo("u.id")} AND v.ver = ${versionOfUndo("u.id")}
       JOIN versions p ON p.list = v.list AND p.ver = v.parent
       WHERE MAX(v.as_of, p.as_of) >= ?2 ORDER BY v.ver DESC`,
    )
    .bind(JSON.stringify(listings), from)
    .all<ListChange>();
  const undo = Map.groupBy(results.map(decoded), (row) => blockKey(row.block, row.list));
  return (n, list) => changesTo(n, undo.get(blockKey(blockOf(n), list)) ?? []);
}
