/** How much the database takes, as D1 says with each answer. */
import { MOST_BYTES, type Size } from "../../shared/overview/database.ts";

/** Null where it does not say. */
export async function sizeOf(db: D1Database): Promise<Size | null> {
  const { meta } = await db.prepare("SELECT 1").all();
  const bytes = meta.size_after as number | undefined;
  return bytes === undefined ? null : { bytes, most: MOST_BYTES };
}
