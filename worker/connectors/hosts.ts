/** Which host each connected CRM is reached at. */
import { hostOf } from "./kinds/index.ts";
import { type ConnectorRow, setupOf } from "./rows.ts";

/** By the connector's number; without those whose setup is of no use: their CRMs cannot be reached either. */
export async function crmHosts(db: D1Database): Promise<Map<number, string>> {
  const { results } = await db.prepare("SELECT num, kind, setup FROM connectors").all<ConnectorRow>();
  return new Map(
    results.flatMap((row): [number, string][] => {
      try {
        return [[row.num, hostOf(row.kind, setupOf(row))]];
      } catch {
        return [];
      }
    }),
  );
}
