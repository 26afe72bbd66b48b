/**
 * What is on record about a call besides the log: the dial by which it was made, whether its number was screened before, and
 * whether the caller's extension was in use.
 */
import type { Verdict } from "../../shared/check/api.ts";
import { blockOf, has, numberOf, offsetOf } from "../../shared/registers/blocks.ts";
import { dialFrom } from "../dials/row-number.ts";
import { listedOf } from "../dials/closed/packed/entries.ts";
import { withNear } from "../dials/closed/read.ts";
import { NEAR, type NearDial } from "../dials/near.ts";
import { LAYER, UNKNOWN } from "../dials/rows.ts";
import type { Env } from "../env.ts";
import { DAY, MINUTE } from "../../shared/core/time.ts";
import { type InFile, inFiles, monthIn, rowsIn, sayLost, wholly } from "../screening/closed/read.ts";
import { partOfScreened, screenedInBlock, verdictCodes, verdictOfScreened } from "../screening/screened.ts";

/**
 * The extension counts as in use if it was used within this time of the call. With a CRM's page in view it asks every 45 s,
 * and a token's last use is written once a minute.
 */
const IN_USE = 30 * MINUTE;

export interface MadeCall {
  /** E.164 */
  number: string;
  person: string | null;
  startedAt: string;
  /** By what was known at its moment. */
  verdict: Verdict | null;
  /** The dial by which it was made. */
  dial: NearDial | null;
}
/** `dial`: the id of a dial. `screened`: by what. `extension`: in use or not; null where that cannot be told. */
export interface Evidence {
  dial: string | null;
  screened: "dial" | "lookup" | "screening" | null;
  extension: "on" | "off" | null;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Looks for the further evidence of outbound calls; `days` is how long policy lets a screening count. */
export async function evidenceOf(env: Env, calls: readonly MadeCall[], days: number): Promise<Evidence[]> {
  if (calls.length === 0) return [];
  const db = env.DB;
  const asked = calls.map(({ number, person, startedAt, verdict }) => {
    const at = Date.parse(startedAt);
    return {
      number: numberOf(number),
      person,
      verdict,
      ...{ at: startedAt, since: iso(at - days * DAY), before: iso(at - IN_USE), after: iso(at + IN_USE) },
      // Dials store times in milliseconds, and their row numbers are in order of time.
      ...{ sinceMs: at - days * DAY, untilMs: at + NEAR },
      ...{ first: dialFrom(iso(at - IN_USE)), last: dialFrom(iso(at + IN_USE)) },
      // A closed dial's device was off by a day at most (`plain`).
      ...{ closedFrom: dialFrom(iso(at - (days - 1) * DAY)), closedTo: dialFrom(iso(at + NEAR - DAY)) },
    };
  });
  const select = db
    .prepare(
      `WITH call AS (SELECT key AS i, value ->> 'number' AS number, value ->> 'person' AS person, value ->> 'at' AS at,
           value ->> 'verdict' AS verdict,
           value ->> 'since' AS since, value ->> 'before' AS before, value ->> 'after' AS after,
           value ->> 'sinceMs' AS since_ms, value ->> 'untilMs' AS until_ms,
           value ->> 'first' AS first, value ->> 'last' AS last,
           (SELECT num FROM people WHERE id = value ->> 'person') AS person_num FROM json_each(?))
       SELECT
         CASE
           -- A dial whose verdict was unknown screened nothing.
           WHEN EXISTS (SELECT 1 FROM dials d
             WHERE d.number = c.number AND d.device_at BETWEEN c.since_ms AND c.until_ms
               AND d.worker_verdict <> ${UNKNOWN}) THEN 'dial'
           -- Nor did one register's answer while another register that was due had none.
           WHEN c.verdict <> 'unknown' AND EXISTS (SELECT 1 FROM lookups l
             WHERE l.number = c.number AND l.at BETWEEN c.since AND c.at) THEN 'lookup'
         END AS screened,
         CASE
           WHEN c.person IS NULL THEN NULL
           WHEN EXISTS (SELECT 1 FROM dials d WHERE d.by = c.person_num AND d.num BETWEEN c.first AND c.last)
             OR EXISTS (SELECT 1 FROM tokens t
               WHERE t.person = c.person AND t.last_used_at BETWEEN c.before AND c.after) THEN 'on'
           -- Only the last use of a browser is known: one used later may have been in use then as well.
           WHEN EXISTS (SELECT 1 FROM tokens t
             WHERE t.person = c.person AND t.last_used_at > c.after AND t.created_at <= c.after) THEN NULL
           -- Of closed months only the dials of this number were looked at.
           WHEN (SELECT f.last FROM closed_files f WHERE f.first <= c.last ORDER BY f.first DESC LIMIT 1) >= c.first THEN NULL
           ELSE 'off'
         END AS extension
       FROM call c ORDER BY c.i`,
    )
    .bind(JSON.stringify(asked));
  const near = calls.map(({ number, startedAt: at }) => ({ number, at }));
  const { results } = await withNear(env, near, days, () =>
    select.all<Pick<Evidence, "screened" | "extension">>(),
  );
  // Closed ones were clear. Those that could be read are in the table above by now.
  const closed = Map.groupBy(
    await listedOf(
      db,
      asked.map(({ number }) => number),
      [Math.min(...asked.map((one) => one.closedFrom)), Math.max(...asked.map((one) => one.closedTo))],
    ),
    ({ number }) => number,
  );
  const isClosed = ({ number, closedFrom, closedTo }: (typeof asked)[number]) =>
    (closed.get(number) ?? []).some(({ num }) => num >= closedFrom && num <= closedTo);
  const byScreening = await inScreenings(
    env,
    asked.filter((_, i) => results[i]!.screened === null),
  );
  return results.map(({ screened, extension }, i) => {
    const { dial } = calls[i]!;
    return {
      dial: dial && String(dial.dial),
      screened: isClosed(asked[i]!)
        ? "dial"
        : (screened ?? (byScreening.has(asked[i]!) ? "screening" : null)),
      // What the telephone system saw says nothing of a browser.
      extension: dial === null || dial.layer === LAYER.server ? extension : "on",
    };
  });
}

interface Asked {
  number: number;
  since: string;
  at: string;
}

/**
 * The calls whose number had a known verdict in a screening (worker/screening) between `since` and `at`. What a lost file may say of them is
 * not known. Throws the Problem `archive-broken` where the store does not answer.
 */
async function inScreenings<T extends Asked>(env: Env, asked: readonly T[]): Promise<Set<T>> {
  const found = new Set<T>();
  if (asked.length === 0) return found;
  const unknown = verdictCodes.indexOf("unknown");
  const lost = new Set<string>();
  const { here, closed } = await wholly(env, lost, async () => {
    const [inside, files] = await env.DB.batch([
      env.DB.prepare(
        `SELECT c.key AS i, d.data FROM json_each(?1) c
         JOIN screened d ON d.id BETWEEN ${screenedInBlock("c.value ->> 'block'")}
         JOIN screening_parts p ON p.num = ${partOfScreened("d.id")}
         WHERE ${verdictOfScreened("d.id")} <> ?2 AND p.at BETWEEN c.value ->> 'since' AND c.value ->> 'at'`,
      ).bind(
        JSON.stringify(asked.map(({ number, since, at }) => ({ block: blockOf(number), since, at }))),
        unknown,
      ),
      inFiles(
        env.DB,
        asked.map(({ number, since }) => ({ block: blockOf(number), since: monthIn(since) })),
      ),
    ]);
    const { rows, unread } = await rowsIn(env, files!.results as unknown as InFile[]);
    return { here: inside!.results as { i: number; data: string }[], closed: rows, unread };
  });
  for (const { i, data } of here) if (has(data, offsetOf(asked[i]!.number))) found.add(asked[i]!);
  sayLost(lost);
  const ofBlock = Map.groupBy(
    closed.filter(({ verdict }) => verdict !== unknown),
    ({ block }) => block,
  );
  const hits = asked
    .filter((one) => !found.has(one))
    .flatMap((one) =>
      (ofBlock.get(blockOf(one.number)) ?? [])
        .filter(({ data }) => has(data, offsetOf(one.number)))
        .map(({ part }) => ({ one, part })),
    );
  if (hits.length === 0) return found;
  const { results } = await env.DB.prepare(
    "SELECT p.num, p.at FROM json_each(?) j CROSS JOIN screening_parts p WHERE p.num = j.value",
  )
    .bind(JSON.stringify([...new Set(hits.map(({ part }) => part))]))
    .all<{ num: number; at: string }>();
  const at = new Map(results.map((part) => [part.num, part.at]));
  for (const { one, part } of hits) {
    const moment = at.get(part);
    if (moment !== undefined && one.since <= moment && moment <= one.at) found.add(one);
  }
  return found;
}
