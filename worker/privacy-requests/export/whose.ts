/** Whose copy it is: the numbers and requests that are the requester's, and what the trail is asked about. */
import type { Row } from "../rows.ts";
import { numbersOf, refsOf } from "./data.ts";
import { isShared, notedOf, theirRequests } from "./requests.ts";

/** What the trail is asked about; of a request that its requester narrowed, what was found alone. */
export interface About {
  /** Ids of what is theirs: findings, and requests. */
  subjects: ReadonlySet<string>;
  /** Their requests, among `subjects`, and when each came (ISO 8601). */
  requests: ReadonlyMap<string, string>;
  /** Ids of what was found and is about somebody else. */
  others: ReadonlySet<string>;
  /** Their numbers (E.164) and their confirmed address, unless others have it, too: rows that quote one of them. */
  words: readonly string[];
  /** From when on there can be any (ISO 8601). */
  since: string;
}

export interface Requester {
  numbers: string[];
  /** Their confirmed address. */
  email: string | null;
  /** The ids of their requests, this one first. */
  ids: string[];
  about: About;
  /** Names of other people that an officer found in free texts. Nothing that the requester sends afterwards brings one back. */
  others: string[];
}

export async function requesterOf(db: D1Database, row: Row): Promise<Requester> {
  const numbers = await numbersOf(db, row);
  const email = row.proved_at === null ? null : row.email;
  const { same, others } = await notedOf(db, row.id);
  const ids = await theirRequests(db, row, same, numbers);
  const words = email === null || (await isShared(db, email, ids)) ? numbers : [...numbers, email];
  return { numbers, email, ids, about: await aboutOf(db, row, ids, words), others };
}

async function aboutOf(
  db: D1Database,
  row: Row,
  ids: readonly string[],
  words: readonly string[],
): Promise<About> {
  const list = JSON.stringify(ids);
  const [refs, [rejected, first, came]] = await Promise.all([
    Promise.all(["recording", "call", "consent", "suppression"].map((kind) => refsOf(db, row.id, kind))),
    db.batch([
      db
        .prepare(
          // Dials are told by no row of the trail, and their numbers are other things' too.
          // What this request's search found to be theirs counts, whatever an earlier one said.
          `SELECT ref FROM request_items WHERE request IN (SELECT value FROM json_each(?1)) AND verdict = 'rejected' AND kind <> 'dial'
           EXCEPT SELECT ref FROM request_items WHERE request = ?2 AND verdict = 'confirmed'`,
        )
        .bind(list, row.id),
      db
        .prepare(
          `SELECT MIN(at) AS at FROM (SELECT at FROM requests WHERE id IN (SELECT value FROM json_each(?1))
             UNION ALL SELECT MIN(at) FROM request_items WHERE request IN (SELECT value FROM json_each(?1)))`,
        )
        .bind(list),
      db.prepare("SELECT id, at FROM requests WHERE id IN (SELECT value FROM json_each(?))").bind(list),
    ]),
  ]);
  return {
    subjects: new Set([...refs.flat(), ...ids]),
    requests: new Map((came!.results as { id: string; at: string }[]).map(({ id, at }) => [id, at])),
    others: new Set((rejected!.results as { ref: string }[]).map(({ ref }) => ref)),
    words: row.narrowed === null ? words : [],
    since: (first!.results[0] as { at: string | null }).at ?? "",
  };
}
