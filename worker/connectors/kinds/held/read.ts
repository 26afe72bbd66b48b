/** What a connected CRM holds of somebody: the records that runs saw with their numbers, and what the CRM finds itself. */
import { e164Of } from "../../../../shared/registers/blocks.ts";
import type { Policy } from "../../../../shared/policy/policy.ts";
import { recipientAt } from "../../../../shared/policy/recipients.ts";
import type { Env } from "../../../env.ts";
import { currentPolicy } from "../../../policy/current.ts";
import {
  ConnectorError,
  type Erasing,
  type HeldRecord,
  type Holding,
  type LinkOf,
  type Named,
  type Sought,
  type Waiting,
} from "../../connector.ts";
import { crmOf } from "../../crm.ts";
import { realTime } from "../../http.ts";
import { numbersIn } from "../../judge.ts";
import { hostOf } from "../index.ts";
import { connectorColumns, type ConnectorRow, setupOf } from "../../rows.ts";
import { BY_HAND, holdingOf, MOST } from "./sought.ts";

export type { Holding };

/** A connected CRM; `host` is empty where its set-up is of no use. `since`: when it began to lead to this account (ISO 8601). */
export interface System {
  row: ConnectorRow;
  host: string;
  since: string;
}
export async function systemsOf(db: D1Database): Promise<System[]> {
  const { results } = await db
    .prepare(`SELECT ${connectorColumns} FROM connectors c ORDER BY c.num`)
    .all<ConnectorRow>();
  return results.map((row) => {
    const since = row.accountSince ?? row.at;
    try {
      return { row, host: hostOf(row.kind, setupOf(row)), since };
    } catch {
      return { row, host: "", since };
    }
  });
}

type Who = Pick<Sought, "numbers" | "email">;

/** Records that runs saw with one of the numbers: of each kind no more than tell that there are too many. */
async function knownOf(db: D1Database, { num }: ConnectorRow, { numbers }: Who): Promise<HeldRecord[]> {
  const { results } = await db
    .prepare(
      `SELECT object, id FROM (
         SELECT n.object, n.record AS id, ROW_NUMBER() OVER (PARTITION BY n.object ORDER BY n.record) AS place FROM json_each(?1) j
         CROSS JOIN connector_numbers n ON n.number = j.value AND n.connector = ?2 GROUP BY n.object, n.record)
       WHERE place <= ${MOST + 1} ORDER BY object, id`,
    )
    .bind(JSON.stringify(numbers.map(Number)), num)
    .all<Named>();
  return results.map((one) => ({ ...one, what: ["record"], link: null }));
}

/** Whether a text may be a number, read as a run would read it; what cannot be read may be any. */
const readerBy =
  (policy: Policy): Sought["reads"] =>
  (text, country, number) =>
    numbersIn({ numbers: { text: [text] }, country, whole: true }, policy).some(
      ({ numbers }) => numbers.length === 0 || numbers.includes(e164Of(Number(number))),
    );

/**
 * Looks at one CRM, also for records that an earlier look found (`listed`). Never throws for what the CRM does: that is the problem
 * that it answers.
 */
export async function heldIn(
  env: Env,
  { row }: System,
  who: Who,
  listed: readonly HeldRecord[] = [],
  waiting: Waiting = realTime,
): Promise<Holding> {
  // Those that are listed first: each that is not among these would be taken for gone.
  const seen = [...listed, ...(await knownOf(env.DB, row, who))];
  const each = new Map(seen.toReversed().map((one) => [`${one.object} ${one.id}`, one])).values();
  const known = [...Map.groupBy([...each].toReversed(), ({ object }) => object).values()].flatMap((some) =>
    some.slice(0, MOST + 1),
  );
  let asked = false;
  const alone = (problem: string): Holding => ({
    ...holdingOf(known.map((one) => ({ ...one, unsure: true }))),
    ...{ problem, asked },
  });
  try {
    const crm = await crmOf(env, row, waiting);
    if (!crm.held) return alone("no-search");
    const { policy } = await currentPolicy(env.DB);
    asked = who.numbers.length > 0 || who.email !== null || known.length > 0;
    return { ...(await crm.held({ ...who, reads: readerBy(policy) }, known)), asked };
  } catch (error) {
    if (error instanceof ConnectorError) return alone(error.message);
    throw error;
  }
}

/** Where a person opens records of a CRM; null where nothing tells, or the CRM does not answer now. */
export async function linksIn(
  env: Env,
  { row }: System,
  waiting: Waiting = realTime,
): Promise<LinkOf | null> {
  try {
    return (await (await crmOf(env, row, waiting)).links?.()) ?? null;
  } catch (error) {
    if (error instanceof ConnectorError) return null;
    throw error;
  }
}

/** True where the policy lets officers have records erased there: its recipient says so. */
export async function mayErase(db: D1Database, host: string): Promise<boolean> {
  const { policy } = await currentPolicy(db);
  return recipientAt(policy.recipients, "connector", host)?.erases === true;
}

/** Erases records of a CRM, as far as it gets. `asked`: the CRM was sent them. */
export async function eraseIn(
  env: Env,
  { row }: System,
  records: readonly Named[],
  waiting: Waiting = realTime,
): Promise<Erasing & { asked: boolean }> {
  const none: Erasing = { erased: [], refused: [], stopped: null };
  let asked = false;
  try {
    const { erase } = await crmOf(env, row, waiting);
    if (!erase) return { ...none, asked, refused: records.map((one) => ({ ...one, why: BY_HAND })) };
    asked = true;
    return { ...(await erase(records)), asked };
  } catch (error) {
    if (error instanceof ConnectorError) return { ...none, asked, stopped: error.message };
    throw error;
  }
}
