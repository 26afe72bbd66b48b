/** The items of a request: what was found of the requester, and what was decided of each (routes: search.ts). */
import type { RequestItem } from "../../shared/privacy-requests/api.ts";
import { began } from "../call-logs/began.ts";
import { type Proof, proofColumns, proofDay } from "../do-not-call/uses.ts";
import { idIs } from "../core/sql.ts";

/** True for a recording that a legal hold or another request keeps: a condition on `i`, a row of `request_items`. */
export const heldNow = `EXISTS (SELECT 1 FROM holds h WHERE h.recording = i.ref AND h.request IS NOT i.request)`;

/**
 * SQL: the logged calls (`id`, `at`) of recordings (`ref`) that are items of a request (`?1`): what was recorded is found as its recording, by
 * number and time. One that has gone since has no number any more: then it is the call to one of `numbers` (SQL) that began at its time, and that no
 * other recording is of. A call that is an item by itself goes by that. `which`: a condition on `request_items`.
 */
export const recordedCalls = (which: string, numbers: string): string => {
  const items = `(SELECT ref, at FROM request_items WHERE ${which} AND kind = 'recording') i`;
  const alone =
    "NOT EXISTS (SELECT 1 FROM request_items x WHERE x.request = ?1 AND x.kind = 'call' AND x.ref = c.id)";
  return `SELECT i.ref, c.id, c.started_at AS at FROM ${items} CROSS JOIN recordings r ON ${idIs("r.id", "i.ref")}
    CROSS JOIN calls c ON c.number = r.number AND ${began} = unixepoch(r.started_at) AND c.started_at = r.started_at
    WHERE ${alone}
  UNION ALL SELECT i.ref, c.id, c.started_at FROM ${items} CROSS JOIN (${numbers}) n
    CROSS JOIN calls c ON c.number = n.number AND ${began} = unixepoch(i.at) AND c.started_at = i.at
    WHERE ${alone} AND NOT EXISTS (SELECT 1 FROM recordings r WHERE ${idIs("r.id", "i.ref")} AND r.state <> 'erased')
      AND NOT EXISTS (SELECT 1 FROM recordings o WHERE o.number = c.number AND ${began} = unixepoch(o.started_at)
        AND o.started_at = c.started_at AND o.state <> 'erased')`;
};

type ItemRow = Omit<RequestItem, "id" | "mute" | "held" | "proofUntil"> & {
  mute: string;
  held: number;
  /** JSON: `Proof`. */
  proof: string | null;
};

/** The items of a request, or those of one kind, oldest first. */
export async function itemsOf(
  db: D1Database,
  id: string,
  kind: RequestItem["kind"] | null = null,
): Promise<RequestItem[]> {
  const { results } = await db
    .prepare(
      `SELECT i.kind, i.ref, i.at, i.verdict, i.mute, i.decision, i.ground, i.other, i.reasons, i.kept_until AS keptUntil,
         i.done_at AS doneAt,
         i.kind = 'recording' AND ${heldNow} AS held,
         IIF(i.kind = 'consent', (SELECT json_object('number', number, 'givenAt', givenAt, 'keepUntil', keepUntil, 'used', used)
           FROM (SELECT ${proofColumns} FROM consents c WHERE c.id = i.ref)), NULL) AS proof,
         IIF(i.kind = 'recording', (SELECT state FROM recordings x WHERE ${idIs("x.id", "i.ref")}), NULL) AS state
       FROM request_items i WHERE i.request = ?1 AND (?2 IS NULL OR i.kind = ?2)
       ORDER BY i.at, i.kind, i.ref`,
    )
    .bind(id, kind)
    .all<ItemRow>();
  return results.map(({ mute, held, proof, ...row }) => ({
    ...row,
    proofUntil: proof === null ? null : proofDay(JSON.parse(proof) as Proof),
    id: `${row.kind}.${row.ref}`,
    mute: JSON.parse(mute) as RequestItem["mute"],
    held: held === 1,
  }));
}
