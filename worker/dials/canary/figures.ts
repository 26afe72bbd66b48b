/** What the browsers' own tests of a day found. */
import type { CanaryFigures } from "../../../shared/canary/api.ts";
import { canaryLayers, everyLayer } from "../../../shared/canary/number.ts";

/** A browser that tried on one of so many days before is missed where it says nothing. */
export const TRIED_DAYS = 7;

/**
 * SQL: the passes of day `?1` that the trail has. One of an earlier release does not name its browser, and is any of its token. A
 * payload that is no JSON, as somebody altered it, says none.
 */
const payload = "IIF(json_valid(p.payload), p.payload, '{}')";
const said = `SELECT DISTINCT a.subject AS token, ${payload} ->> 'browser' AS browser, l.value AS layer
  FROM audit a CROSS JOIN audit_payload p ON p.seq = a.seq CROSS JOIN json_each(${payload}, '$.layers') l
  WHERE a.code = 'canary.passed' AND ${payload} ->> 'day' = ?1`;
/** Before a statement with `isMissing` of browsers `b` of day `?1`. */
export const withSaid = `WITH said AS MATERIALIZED (${said})`;
const saidOfB =
  "SELECT s.layer FROM said s WHERE s.token = b.token AND (s.browser IS NULL OR s.browser = b.browser)";

/** SQL: how many of the layers that every browser has browser `b` has tried on its day; what passed by the trail, it has. */
const layersOf = `(SELECT COUNT(*) FROM (SELECT r.layer FROM canary_results r
   WHERE r.day = b.day AND r.token = b.token AND r.browser = b.browser UNION ${saidOfB})
   WHERE layer IN (${canaryLayers.map((layer) => `'${layer}'`).join(", ")}))`;
const gateTried = (of: string) =>
  `EXISTS (SELECT 1 FROM canary_results r WHERE r.day = ${of}.day AND r.token = ${of}.token AND r.browser = ${of}.browser AND r.layer = 'browser')`;
const daysBefore = JSON.stringify(Array.from({ length: TRIED_DAYS }, (_, n) => n + 1));
/**
 * SQL: the gate of browser `b` was on, and not tried on its day. What does not say so, as an older extension or a browser of which
 * nothing is heard, is taken as it was on the last of the days before that tells.
 */
const gateMissing = `(NOT ${gateTried("b")} AND NOT EXISTS (${saidOfB} AND s.layer = 'browser') AND COALESCE(b.gate, (
   SELECT COALESCE(k.gate, 1) FROM json_each('${daysBefore}') n
   CROSS JOIN canary_browsers k ON k.day = date(b.day, '-' || n.value || ' days') AND k.token = b.token AND k.browser = b.browser
   WHERE k.gate IS NOT NULL OR ${gateTried("k")} ORDER BY n.value LIMIT 1), 0))`;
/** SQL: whether of browser `b` a layer is missing that it has. */
export const isMissing = `(${layersOf} < ${canaryLayers.length} OR ${gateMissing})`;
const isOfAll = (layer: string): boolean => canaryLayers.some((one) => one === layer);

/** A pass is one that is stored or that the trail has: who owns the database can take a result away, but not its event unseen. */
export async function canaryOfDay(db: D1Database, day: string): Promise<CanaryFigures> {
  const [used, found] = (await db.batch([
    db
      .prepare(
        `${withSaid} SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE ${gateMissing}) AS gates
         FROM canary_browsers b WHERE b.day = ?1`,
      )
      .bind(day),
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
  ])) as [D1Result<{ n: number; gates: number }>, D1Result<{ layer: string; tried: number; held: number }>];
  const { n: browsers, gates } = used.results[0]!;
  return {
    browsers,
    layers: everyLayer.flatMap((layer) => {
      const { tried = 0, held = 0 } = found.results.find((row) => row.layer === layer) ?? {};
      const missing = isOfAll(layer) ? Math.max(0, browsers - tried) : gates;
      if (tried === 0 && missing === 0 && !isOfAll(layer)) return [];
      return { layer, tried, held, passed: tried - held, missing };
    }),
  };
}
