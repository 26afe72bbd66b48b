/** What the browsers' own tests of a day found. */
import type { CanaryFigures } from "../../../shared/canary/api.ts";
import { canaryLayers } from "../../../shared/canary/number.ts";

/** SQL: the layers that browser `b` has tried on its day. */
export const layersOf = `(SELECT COUNT(*) FROM canary_results r
   WHERE r.day = b.day AND r.token = b.token AND r.browser = b.browser)`;

export async function canaryOfDay(db: D1Database, day: string): Promise<CanaryFigures> {
  const [used, found] = (await db.batch([
    db.prepare("SELECT COUNT(*) AS n FROM canary_browsers WHERE day = ?").bind(day),
    db
      .prepare(
        "SELECT layer, COUNT(*) AS tried, SUM(held) AS held FROM canary_results WHERE day = ? GROUP BY layer",
      )
      .bind(day),
  ])) as [D1Result<{ n: number }>, D1Result<{ layer: string; tried: number; held: number }>];
  const browsers = used.results[0]!.n;
  return {
    browsers,
    layers: canaryLayers.map((layer) => {
      const { tried = 0, held = 0 } = found.results.find((row) => row.layer === layer) ?? {};
      return { layer, tried, held, passed: tried - held, missing: browsers - tried };
    }),
  };
}
