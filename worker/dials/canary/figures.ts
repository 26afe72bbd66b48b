/** What the browsers' own tests of a day found. */
import type { CanaryFigures } from "../../../shared/canary/api.ts";
import { canaryLayers, everyLayer } from "../../../shared/canary/number.ts";

/** SQL: how many of the layers that every browser has browser `b` has tried on its day. */
export const layersOf = `(SELECT COUNT(*) FROM canary_results r
   WHERE r.day = b.day AND r.token = b.token AND r.browser = b.browser
     AND r.layer IN (${canaryLayers.map((layer) => `'${layer}'`).join(", ")}))`;
const isOfAll = (layer: string): boolean => canaryLayers.some((one) => one === layer);

/**
 * SQL: the passes of day `?1` that the trail has. One of an earlier release does not name its browser, and is any of its token. A
 * payload that is no JSON, as somebody altered it, says none.
 */
const payload = "IIF(json_valid(p.payload), p.payload, '{}')";
const said = `SELECT DISTINCT a.subject AS token, ${payload} ->> 'browser' AS browser, l.value AS layer
  FROM audit a CROSS JOIN audit_payload p ON p.seq = a.seq CROSS JOIN json_each(${payload}, '$.layers') l
  WHERE a.code = 'canary.passed' AND ${payload} ->> 'day' = ?1`;

/** A pass is one that is stored or that the trail has: who owns the database can take a result away, but not its event unseen. */
export async function canaryOfDay(db: D1Database, day: string): Promise<CanaryFigures> {
  const [used, found] = (await db.batch([
    db.prepare("SELECT COUNT(*) AS n FROM canary_browsers WHERE day = ?").bind(day),
    db
      .prepare(
        `SELECT layer, SUM(tried) AS tried, SUM(held) AS held FROM (
           SELECT layer, 1 AS tried, held FROM canary_results WHERE day = ?1
           UNION ALL SELECT layer, IIF(held IS NULL, 1, 0), IIF(held = 1, -1, 0) FROM (
             SELECT s.layer, (SELECT MIN(r.held) FROM canary_results r WHERE r.day = ?1 AND r.token = s.token AND r.layer = s.layer
                 AND (s.browser IS NULL OR r.browser = s.browser)) AS held
             FROM (${said}) s)) GROUP BY layer`,
      )
      .bind(day),
  ])) as [D1Result<{ n: number }>, D1Result<{ layer: string; tried: number; held: number }>];
  const browsers = used.results[0]!.n;
  return {
    browsers,
    layers: everyLayer.flatMap((layer) => {
      const { tried = 0, held = 0 } = found.results.find((row) => row.layer === layer) ?? {};
      if (tried === 0 && !isOfAll(layer)) return [];
      return {
        layer,
        tried,
        held,
        passed: tried - held,
        missing: isOfAll(layer) ? Math.max(0, browsers - tried) : 0,
      };
    }),
  };
}
