/**
 * Heads of a trail that a restore of the database took away, as D1's Time Travel does: the bucket keeps them, and an officer has
 * said that these rows are gone (`evidence.restored`, whose subject names them: `57-120`). Any other head is still missed.
 */
import type { Head } from "../../../shared/trail/api.ts";
import type { LinkedRow } from "../../../shared/trail/chain.ts";
import type { Env } from "../../env.ts";
import { RESTORED } from "../../core/written.ts";
import { type Archive, archiveColumns, linked, readObject } from "../rows.ts";
import { startOf } from "../start.ts";
import { sifted } from "./sieves.ts";

/** Whether an officer has said, after it left, that the row of this head is gone. */
export async function isRestored(env: Env, { seq, at }: Pick<Head, "seq" | "at">): Promise<boolean> {
  const { originOf } = await startOf(env);
  return (await saidIn(env)).some(
    (row) =>
      // Without a key anybody who owns the database could have said it.
      originOf(row) === "ours" &&
      row.at >= at &&
      row.subject.split(" ").some((rows) => {
        const [first, last] = rows.split("-").map(Number);
        return first! <= seq && seq <= last!;
      }),
  );
}

/** In the database and in archives that may have one: these are read only where a head is missed. */
async function saidIn(env: Env): Promise<LinkedRow[]> {
  const [here, archives] = (await env.DB.batch([
    env.DB.prepare(`SELECT ${linked} FROM audit a WHERE a.code = ?`).bind(RESTORED.code),
    env.DB.prepare(`SELECT ${archiveColumns} FROM audit_archives ORDER BY first_seq`),
  ])) as [D1Result<LinkedRow>, D1Result<Archive>];
  const rows = [...here.results];
  for (const archive of await sifted(env, archives.results, { codes: [RESTORED.code] })) {
    const object = await readObject(env, archive);
    rows.push(...(object?.rows ?? []).filter(({ code }) => code === RESTORED.code));
  }
  return rows;
}
