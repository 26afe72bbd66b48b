/** What a connected CRM holds of somebody: the records that runs saw with their numbers, and what the CRM finds itself. */
import type { Env } from "../../../env.ts";
import { currentPolicy } from "../../../policy/current.ts";
import {
  ConnectorError,
  type Holding,
  type Named,
  type Refusal,
  type Sought,
  type Waiting,
} from "../../connector.ts";
import { crmOf } from "../../crm.ts";
import { realTime } from "../../http.ts";
import { hostOf } from "../index.ts";
import { connectorColumns, type ConnectorRow, setupOf } from "../../rows.ts";
import { BY_HAND, holdingOf } from "./sought.ts";

/** A connected CRM; `host` is empty where its set-up is of no use. */
export interface System {
  row: ConnectorRow;
  host: string;
}
export async function systemsOf(db: D1Database): Promise<System[]> {
  const { results } = await db
    .prepare(`SELECT ${connectorColumns} FROM connectors c ORDER BY c.num`)
    .all<ConnectorRow>();
  return results.map((row) => {
    try {
      return { row, host: hostOf(row.kind, setupOf(row)) };
    } catch {
      return { row, host: "" };
    }
  });
}

/** Records that runs saw with one of the numbers. */
async function knownOf(db: D1Database, { num }: ConnectorRow, { numbers }: Sought): Promise<Named[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT n.object, n.record AS id FROM json_each(?1) j
       CROSS JOIN connector_numbers n ON n.number = j.value AND n.connector = ?2 ORDER BY n.object, n.record LIMIT 500`,
    )
    .bind(JSON.stringify(numbers.map(Number)), num)
    .all<Named>();
  return results;
}
/** Looks at one CRM. Never throws for what the CRM does: that is the problem that it answers. */
export async function heldIn(
  env: Env,
  { row }: System,
  who: Sought,
  waiting: Waiting = realTime,
): Promise<Holding> {
  const known = await knownOf(env.DB, row, who);
  const alone = (problem: string): Holding => ({
    ...holdingOf(known.map((one) => ({ ...one, what: ["record"], link: null }))),
    problem,
  });
  try {
    const crm = await crmOf(env, row, waiting);
    if (!crm.held) return alone("no-search");
    return await crm.held(who, known);
  } catch (error) {
    if (error instanceof ConnectorError) return alone(error.message);
    throw error;
  }
}

/** True where the policy lets officers have records erased there: its recipient says so. */
export async function mayErase(db: D1Database, host: string): Promise<boolean> {
  const { policy } = await currentPolicy(db);
  return policy.recipients.some(
    (one) => one.kind === "connector" && one.host === host && one.erases === true,
  );
}

/** Erases records of a CRM, and answers what it refused; or in its words why it cannot be asked. */
export async function eraseIn(
  env: Env,
  { row }: System,
  records: readonly Named[],
  waiting: Waiting = realTime,
): Promise<Refusal[] | string> {
  try {
    const { erase } = await crmOf(env, row, waiting);
    return erase ? await erase(records) : records.map((one) => ({ ...one, why: BY_HAND }));
  } catch (error) {
    if (error instanceof ConnectorError) return error.message;
    throw error;
  }
}
