/** By which dial a logged call was made. */
import type { Campaign } from "../../shared/policy/policy.ts";
import { MINUTE } from "../../shared/core/time.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { query } from "../core/batch.ts";
import { whoOf } from "./sightings.ts";

/** The longest time between a dial and its call: the provider's clock and the device's may differ. */
export const NEAR = 15 * MINUTE;

/** A call as a log tells of it: its number in E.164, who made it (an id; null where nobody knows), and when (ISO 8601). */
export interface Logged {
  number: string;
  person?: string | null;
  at: string;
}
export interface NearDial {
  /** Which of the calls it is of. */
  i: number;
  dial: number;
  layer: number;
  purpose: Campaign;
}

/**
 * The dial nearest to each call, of its number and person, as far as there is one: a message's is of no call. A telephone system
 * may not say whose a call is.
 */
export const dialsNear = (calls: readonly Logged[]) =>
  query<NearDial>(
    `WITH call AS (SELECT key AS i, value ->> 'number' AS number, value ->> 'person' AS person, value ->> 'ms' AS ms,
         (SELECT num FROM people WHERE id = value ->> 'person') AS num FROM json_each(?))
     SELECT c.i, d.num AS dial, COALESCE(d.layer, 0) AS layer,
       (SELECT t.text ->> '$.purpose' FROM dial_texts t WHERE t.num = d.page) AS purpose
     FROM call c JOIN dials d ON d.num = (
       SELECT n.num FROM dials n
       WHERE n.number = c.number AND n.device_at BETWEEN c.ms - ${NEAR} AND c.ms + ${NEAR}
         AND COALESCE(n.medium, 0) = 0
         AND (c.person IS NULL OR COALESCE(${whoOf("n")}, c.num) = c.num)
       ORDER BY abs(n.device_at - c.ms) LIMIT 1)`,
    JSON.stringify(
      calls.map(({ number, person, at }) => ({ number: numberOf(number), person, ms: Date.parse(at) })),
    ),
  );

/** Of what was found: the dial of a call by its place, or null. */
export function dialOf(near: readonly NearDial[]): (i: number) => NearDial | null {
  const by = new Map(near.map((one) => [one.i, one]));
  return (i) => by.get(i) ?? null;
}
