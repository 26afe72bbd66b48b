/** Which hosts each connected CRM is reached at. */
import { type ConnectorKind, kinds } from "../../shared/connectors/kinds.ts";
import type { Env } from "../env.ts";
import { wantRecipient } from "../policy/egress.ts";
import type { Setup } from "./connector.ts";
import { hostOf, tokenAddressOf } from "./kinds/index.ts";
import { type ConnectorRow, setupOf } from "./rows.ts";

/** Throws unless something may be sent to the CRM's API, and to this further address of the vendor's. */
export async function wantCrm(env: Env, kind: ConnectorKind, setup: Setup, further?: string): Promise<void> {
  const vendor = hostOf(kind, setup);
  await wantRecipient(env, "connector", vendor);
  if (further !== undefined) await wantRecipient(env, "connector", new URL(further).host, vendor);
}

interface CrmHosts {
  host: string;
  /** Where it grants tokens, where that is another; null where it is not, or none is asked for. */
  grants: string | null;
}

/** By the connector's number; without those whose setup is of no use: their CRMs cannot be reached either. */
export async function crmHosts(db: D1Database): Promise<Map<number, CrmHosts>> {
  const { results } = await db.prepare("SELECT num, kind, setup, way FROM connectors").all<ConnectorRow>();
  return new Map(
    results.flatMap((row): [number, CrmHosts][] => {
      try {
        const setup = setupOf(row);
        const host = hostOf(row.kind, setup);
        const address = kinds[row.kind].ways[row.way]?.includes("clientId")
          ? tokenAddressOf(row.kind, setup)
          : null;
        const grants = address === null ? null : new URL(address).host;
        return [[row.num, { host, grants: grants === host ? null : grants }]];
      } catch {
        return [];
      }
    }),
  );
}
