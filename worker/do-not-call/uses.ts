/** Each use of a consent: it says how often a call was tried that was asked for, and how long law wants the proof kept. */
import type { Facts } from "../../shared/check/api.ts";
import { proofUntil } from "../../shared/law/law.ts";
import { regionOf } from "../../shared/phone/phone.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { changed } from "../core/commit.ts";
import { sql, type Statement } from "../core/sql.ts";
import { dialWas } from "../dials/rows.ts";
import { kindColumn, unrestricted } from "./brief.ts";

/** The last day on which a consent's proof must be there after a use, by its number's region; "" where law names none. */
const keptAfter = (e164: string, at: string): string =>
  proofUntil({ givenAt: at }, [at], regionOf(e164)) ?? "";

/** Notes that a dial rested on some of its number's consents. `ref` is the dial's id. */
export const usedBy = (
  e164: string,
  consents: Facts["consents"],
  { ref, at }: { ref: string; at: string },
): Statement[] =>
  consents.length === 0
    ? []
    : [
        ...noted(
          `SELECT c.id AS consent, j.value ->> 'number' AS number, ?2 AS ref, ?3 AS at, 'attempt' AS what, ?4 AS kept
           FROM json_each(?1) j JOIN consents c ON c.number = j.value ->> 'number' AND c.withdrawn_at IS NULL
             AND c.given_at = j.value ->> 'givenAt' AND ${unrestricted("consent", "c.id")}`,
          JSON.stringify(consents.map(({ givenAt }) => ({ number: numberOf(e164), givenAt }))),
          ...[ref, at, keptAfter(e164, at)],
        ),
        changed("number", e164),
      ];

/** A call of a log, with its row's id. */
export interface LoggedUse {
  id: string;
  /** The id of its dial, or its own. */
  ref: string;
  number: string;
  startedAt: string;
  answered: boolean;
  /** Its verdict rested on a consent. */
  consented: boolean;
}

/**
 * Notes calls of logs. An answered one is the conversation that was asked for; another is one more attempt. Other consents
 * were used only where the verdict rested on one, and none by a call that an override let through.
 */
export const usedByCalls = (calls: readonly LoggedUse[]): Statement[] => {
  if (calls.length === 0) return [];
  const list = JSON.stringify(
    calls.map(({ number, ...call }) => ({
      ...call,
      ...{ number: numberOf(number), kept: keptAfter(number, call.startedAt) },
    })),
  );
  const uses = `SELECT c.id AS consent, c.number, j.value ->> 'ref' AS ref, j.value ->> 'startedAt' AS at,
      IIF(j.value ->> 'answered', 'talked', 'attempt') AS what, j.value ->> 'kept' AS kept
    FROM json_each(?1) j JOIN calls k ON k.id = j.value ->> 'id'
    JOIN consents c ON c.number = j.value ->> 'number' AND c.given_at <= j.value ->> 'startedAt'
      AND (c.withdrawn_at IS NULL OR c.withdrawn_at > j.value ->> 'startedAt')
      AND (${kindColumn} = 'solicited' OR c.state = 'review'
        OR (j.value ->> 'consented' AND ${kindColumn} IN ('notification', 'prior')))
      AND ${unrestricted("consent", "c.id")}
    WHERE NOT EXISTS (
      SELECT 1 FROM dials d WHERE d.num = CAST(j.value ->> 'ref' AS INTEGER) AND ${dialWas.overridden} AND d.refused = 0)`;
  return [
    {
      ...sql(
        `INSERT OR IGNORE INTO changes (seq, kind, ref)
         SELECT (SELECT MAX(seq) FROM audit), 'number', '+' || number FROM (${uses})`,
        list,
      ),
      noticed: true,
    },
    ...noted(uses, list),
  ];
};

/** `uses` selects consent, ref, at, what and kept. What was an attempt may turn out to have been answered. */
const noted = (uses: string, ...params: string[]): Statement[] => [
  sql(
    `INSERT INTO consent_uses (consent, ref, at, what) SELECT consent, ref, at, what FROM (${uses}) WHERE true
     ON CONFLICT DO UPDATE SET what = excluded.what WHERE excluded.what = 'talked'`,
    ...params,
  ),
  sql(
    `WITH u AS MATERIALIZED (SELECT consent, MAX(kept) AS kept FROM (${uses}) WHERE kept <> '' GROUP BY consent)
     UPDATE consents SET keep_until = u.kept FROM u
     WHERE consents.id = u.consent AND COALESCE(consents.keep_until, '') < u.kept`,
    ...params,
  ),
];
