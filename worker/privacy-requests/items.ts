/** The items of a request: what was found of the requester, and what was decided of each (routes: search.ts). */
import type { RequestItem } from "../../shared/privacy-requests/api.ts";
import { type Proof, proofColumns, proofDay } from "../do-not-call/uses.ts";

/** True for a recording that a legal hold or another request keeps: a condition on `i`, a row of `request_items`. */
export const heldNow = `EXISTS (SELECT 1 FROM holds h WHERE h.recording = i.ref AND h.request IS NOT i.request)`;

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
         IIF(i.kind = 'recording', (SELECT state FROM recordings x WHERE x.id = i.ref), NULL) AS state
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
