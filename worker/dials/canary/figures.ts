/** What the browsers' own tests of a day found. */
import type { CanaryFigures } from "../../../shared/canary/api.ts";
import { canaryLayers, everyLayer } from "../../../shared/canary/number.ts";

/** SQL: how many of the layers that every browser has browser `b` has tried on its day. */
export const layersOf = `(SELECT COUNT(*) FROM canary_results r
   WHERE r.day = b.day AND r.token = b.token AND r.browser = b.browser
     AND r.layer IN (${canaryLayers.map((layer) => `'${layer}'`).join(", ")}))`;
const isOfAll = (layer: string): boolean => canaryLayers.some((one) => one === layer);

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
    layers: everyLayer.flatMap((layer) => {
      const { tried = 0, held = 0 } = found.results.find((row) => row.layer === layer) ?? {};
      if (tried === 0 && !isOfAll(layer)) return [];
      return { layer, tried, held, passed: tried - held, missing: isOfAll(layer) ? browsers - tried : 0 };
    }),
  };
}
