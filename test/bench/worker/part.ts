/** What makes an N-th of a company like the whole, besides its files' sizes. */
import { e164Of } from "../../../shared/registers/blocks.ts";
import { CHARACTERS, ID_BITS, NAME_BITS, PART, ROWS } from "./sizes.ts";

/** London's: so many that each is called again after some months, whatever part of a company this is. */
const [ENDS, FRONTS] = [100_000, 100];
/**
 * Of the last digits an N-th, each with all that numbers begin with: so they lie as close to each other as those of the whole company. None comes
 * again before all have: two calls of a minute would be one.
 */
export function numberOf(n: number): string {
  const ends = Math.max(1, Math.round(ENDS / PART));
  const which = scattered(n % (ends * FRONTS), ends * FRONTS);
  return e164Of(442_070_000_000 + Math.floor(which / ends) * ENDS + (which % ends));
}
/** The numbers below one in an order as by chance, the same each time. */
function scattered(n: number, below: number): number {
  const bits = Math.ceil(Math.log2(below));
  const mask = 2 ** bits - 1;
  let x = n;
  do {
    for (const odd of [0x85_eb_ca_6b, 0xc2_b2_ae_35]) {
      x = Math.imul(x, odd) & mask;
      x ^= x >>> (bits >> 1);
    }
  } while (x >= below);
  return x;
}

/** Throws where a file has more rows, or a packed name more bits, than those of a part of a company: then something took the whole company's. */
export async function wantSizes(db: D1Database): Promise<void> {
  const most = await db
    .prepare(
      `SELECT MAX(rows) AS rows, (SELECT MAX(last_seq - first_seq + 1) FROM audit_archives) AS trail,
         (SELECT MAX(first) FROM closed_blocks WHERE kind IN (3, 21, 22)) AS name,
         (SELECT MAX(first) FROM closed_blocks WHERE kind = 4) AS id
       FROM (SELECT rows FROM closed_files UNION ALL SELECT rows FROM closed_kept_files UNION ALL SELECT rows FROM closed_certificates)`,
    )
    .first<Record<"rows" | "trail" | "name" | "id", number | null>>();
  const is = (n: number | null, limit: number) => (n ?? 0) <= limit;
  if (
    !is(most!.rows, ROWS) ||
    !is(most!.trail, ROWS) ||
    !is(most!.name, 2 ** NAME_BITS) ||
    !is(most!.id, 2 ** ID_BITS)
  )
    throw new Error(
      `not of a part of ${PART} (${ROWS} rows, ${CHARACTERS} characters): ${JSON.stringify(most)}`,
    );
}
