/** What the database holds about a requester, for their copy, by section: the confirmed items, and what is kept for a number alone. */
import { e164Of, numberOf } from "../../../shared/registers/blocks.ts";
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { saidIn } from "../../call-logs/said.ts";
import { closedItems, listedFor, searchedFor } from "../../dials/closed/read.ts";
import { storedKind } from "../../do-not-call/brief.ts";
import { basisColumn } from "../../do-not-call/rows.ts";
import type { Env } from "../../env.ts";
import { mappedHost } from "../../lookups/sources/mapped.ts";
import { registersOf } from "../../proof/registers.ts";
import { sayLost } from "../../screening/closed/read.ts";
import { pastScreenings } from "../../screening/past.ts";
import { recordedCalls } from "../items.ts";
import type { Row } from "../rows.ts";
import type { Without } from "./others.ts";
import { byKeys, few, type Fields, type Pages, readable, type Sections } from "./sections.ts";
import { idIs, idOf } from "../../core/sql.ts";

/**
 * True for an item of the copy: a condition on `request_items`. `?1` is the request. Before its decision, from which on copies are
 * made, each confirmed one: names are looked for in all that a copy may have.
 */
export const given = `request = ?1 AND verdict = 'confirmed' AND (decision = 'comply'
  OR (decision IS NULL AND EXISTS (SELECT 1 FROM requests u WHERE u.id = ?1 AND u.decision IS NULL)))`;

/**
 * The numbers (E.164) that are the requester's: the request's own, those of what an officer confirmed, and others that the
 * newest search was for, unless something found there is somebody else's, or they asked for less. A slip is put right by
 * another search.
 */
export async function numbersOf(db: D1Database, row: Row): Promise<string[]> {
  const closed = await listedFor(db, row.id);
  const numbersIn = (which: string) => {
    const refs = (kind: string) =>
      `(SELECT ref AS value FROM request_items WHERE ${which} AND kind = '${kind}')`;
    return `SELECT number FROM calls WHERE ${idOf("id", refs("call"))}
       UNION SELECT number FROM (SELECT number FROM dials WHERE num IN (SELECT CAST(value AS INTEGER) FROM ${refs("dial")})
           AND record_number IS NULL
         UNION SELECT number FROM (${closedItems(which, "?2")}))
       UNION SELECT number FROM recordings WHERE ${idOf("id", refs("recording"))}
       UNION SELECT number FROM consents WHERE id IN ${refs("consent")}
       UNION SELECT number FROM suppressions WHERE id IN ${refs("suppression")}`;
  };
  const rejected = "request = ?1 AND verdict <> 'confirmed'";
  const [confirmed, searched, dialled] = await db.batch<{ number: number | null }>([
    db.prepare(numbersIn(given)).bind(row.id, closed),
    db
      .prepare(
        `SELECT CAST(substr(j.value, 2) AS INTEGER) AS number FROM request_events e, json_each(e.detail -> 'also') j
         WHERE e.id = (SELECT MAX(id) FROM request_events WHERE request = ?1 AND action = 'search') AND ?3
         EXCEPT SELECT * FROM (${numbersIn(rejected)})`,
      )
      .bind(row.id, closed, row.narrowed === null ? 1 : 0),
    // Of dials that ring another number than the page has, both.
    db
      .prepare(
        `SELECT j.value AS number FROM dials d, json_each(json_array(d.number, d.record_number)) j
         WHERE d.num IN (SELECT CAST(ref AS INTEGER) FROM request_items WHERE ${rejected} AND kind = 'dial')`,
      )
      .bind(row.id),
  ]);
  const others = new Set(dialled!.results.map(({ number }) => number));
  const all = new Set([
    row.number,
    ...confirmed!.results.map(({ number }) => number),
    ...searched!.results.map(({ number }) => number).filter((number) => !others.has(number)),
  ]);
  return [...all].flatMap((number) => (number === null ? [] : [e164Of(number)]));
}

/** Further calls: those of some recordings, as which they are found. `which`: a condition on `request_items`, of recordings. */
export const recordedIn = (which: string): string =>
  `UNION SELECT id, at FROM (${recordedCalls(which, searchedFor)})`;

/** A copy tells of a call also where its recording is refused or lost. */
const recorded = recordedIn("request = ?1 AND verdict = 'confirmed'");

/** Ids of a kind that are in the copy, oldest first. */
export async function refsOf(db: D1Database, request: string, kind: string): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT ref, at FROM request_items WHERE ${given} AND kind = ?2 ${kind === "call" ? recorded : ""} ORDER BY at, ref`,
    )
    .bind(request, kind)
    .all<{ ref: string }>();
  return results.map(({ ref }) => ref);
}

/** A dial that was meant for one number and rings another is of both, so neither counts as the requester's. */
const twoNumbers = ({ number, recordNumber, ...row }: Fields): Fields =>
  recordNumber === null || recordNumber === undefined
    ? { number, ...row }
    : { rings: number, recordNumber: e164Of(recordNumber as number), ...row };

/** Until when an erasure keeps it as a proof alone. */
const kept = (kind: string, ref: string) =>
  `(SELECT until FROM restricted x WHERE x.kind = '${kind}' AND x.ref = ${ref}) AS keptUntil`;

/** What a telephone system said of a call before it was set up. Who of the staff it was is left out. */
const atGate = (column: string) => `(SELECT ${column} FROM gate_calls g WHERE g.dial = n.num)`;

/** What logs say of a call besides, as far as it counts. */
const inLog = (kind: "outcome" | "presentation" | "campaign") =>
  `(SELECT ${saidIn(kind, "n.id")} FROM (SELECT n.id AS id) LEFT JOIN call_said s ON s.call = n.id)`;

/** What an officer confirmed, but for recordings. */
export async function itemSections(db: D1Database, row: Row, { roleOf, line }: Without): Promise<Sections> {
  const own = new Set(await refsOf(db, row.id, "suppression"));
  const byId = "n.id = i.value";
  const of = async (kind: string, table: string, columns: string, isIts = byId): Promise<Pages> =>
    byKeys(await refsOf(db, row.id, kind), async (refs) => {
      const { results } = await db
        .prepare(
          `SELECT ${columns}, ${kept(kind, `i.value`)} FROM json_each(?) i JOIN ${table} n ON ${isIts}
           ORDER BY i.key`,
        )
        .bind(JSON.stringify(refs))
        .all<Fields>();
      return results.map(({ origin = null, ...one }) => {
        const said = twoNumbers(readable(one));
        // Another's objection may close their number, too: its words are that person's (UK GDPR art 15(4)).
        if (origin !== null && !own.has(origin as string)) said["reason"] = said["endedReason"] = null;
        for (const field of ["reason", "evidence", "review", "endedReason", "proof", "source"])
          if (typeof said[field] === "string") said[field] = line(said[field]);
        for (const field of ["by", "reviewedBy", "endedBy"])
          if (typeof said[field] === "string") said[field] = roleOf(said[field]);
        return said;
      });
    });
  const [dials, calls, consents, suppressions] = await Promise.all([
    of(
      "dial",
      "dials_in_words",
      `n.number, n.record_number AS recordNumber, n.written, n.medium, n.layer, n.via, n.action, n.refused, n.worker_verdict AS verdict,
       n.worker_reasons AS reasons, n.state ->> '$.arrival.verdict' AS arrivalVerdict, n.state -> '$.arrival.reasons' AS arrivalReasons, n.basis, n.reason, n.purpose, n.host AS page, n.by, n.device_at AS deviceAt, n.at,
       ${atGate("g.caller")} AS shown, ${atGate("g.call")} AS providerId`,
      "n.num = CAST(i.value AS INTEGER)",
    ),
    of(
      "call",
      "calls",
      `n.number, n.direction, n.provider, n.provider_id AS providerId, n.via, n.started_at AS startedAt, n.seconds, n.verdict, n.campaign, n.judged_as AS judgedAs, n.reasons, n.overridden, n.screened, n.extension,
       ${inLog("outcome")} AS outcome, ${inLog("presentation")} AS shown, ${inLog("campaign")} AS campaignName,
       (SELECT NULLIF(json_group_array(json_object('outcome', m.outcome, 'shown', m.presentation, 'campaignName', m.campaign, 'at', m.at)), '[]')
         FROM call_said_more m WHERE m.call = n.id) AS furtherLogs,
       (SELECT d.action FROM dials_in_words d WHERE d.num = CAST(n.dial AS INTEGER)) AS dial, n.person AS "by", n.at`,
      idIs("n.id", "i.value"),
    ),
    of(
      "consent",
      "consents",
      `n.number, ${storedKind("n")} AS kind, ${basisColumn("n")} AS basis, n.given_by AS givenBy, n.giver, n.given_at AS givenAt, n.caller, n.calls, n.medium,
       n.product, n.words, n.how, n.proof, n.evidence, n.day, n.until, n.lasting, n.keep_until AS proofUntil, n.state, n.review,
       n.reviewed_by AS reviewedBy, n.reviewed_at AS reviewedAt, n.done_at AS doneAt, n.withdrawn_at AS withdrawnAt,
       (SELECT json_group_array(json_object('at', u.at, 'what', u.what)) FROM consent_uses u WHERE u.consent = n.id) AS uses,
       n.by, n.at`,
    ),
    of(
      "suppression",
      "suppressions",
      `n.origin, n.number, n.kind, n.scope, n.unverified, n.asks, n.keeps_line AS keepsLine, n.reason, n.source, n.until, n.heard_at AS heardAt, n.at, n.by, n.ended_at AS endedAt,
       n.ended_by AS endedBy, n.ended_reason AS endedReason,
       IIF(n.scope = 'person', (SELECT json_group_array(c.name || ' ' || r.object || ' ' || r.record) FROM suppression_records r
         JOIN connectors c ON c.num = r.connector WHERE r.suppression = n.id), NULL) AS records`,
    ),
  ]);
  return { dials, calls, consents, suppressions };
}

/** The service that was given the number, by a name that means something to its subscriber. */
const serviceOf = (env: Env, source: string): string =>
  (source === "mapped" ? mappedHost(env) : t.services[source]) ?? source;

/** The services that were asked about these numbers. */
export async function askedOf(env: Env, numbers: readonly string[]): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT DISTINCT source FROM lookups WHERE number IN (SELECT value FROM json_each(?)) ORDER BY source",
  )
    .bind(JSON.stringify(numbers.map(numberOf)))
    .all<{ source: string }>();
  return results.map(({ source }) => serviceOf(env, source));
}

/** What is kept for a number alone. It names nobody else, so that no officer has to confirm it. */
export async function numberSections(
  env: Env,
  numbers: readonly string[],
  { roleOf, line }: Without,
): Promise<Sections> {
  const of = async (columns: string, from: string, order = "n.number"): Promise<Fields[]> => {
    const { results } = await env.DB.prepare(
      `SELECT n.number, ${columns} FROM ${from} WHERE n.number IN (SELECT value FROM json_each(?)) ORDER BY ${order}`,
    )
      .bind(JSON.stringify(numbers.map(numberOf)))
      .all<Fields>();
    return results.map((row) => ({
      ...readable(row),
      ...("listed" in row ? { listed: row["listed"] === 1 } : {}),
      ...(typeof row["askedOf"] === "string" ? { askedOf: serviceOf(env, row["askedOf"]) } : {}),
      ...(typeof row["detail"] === "string" ? { detail: line(row["detail"]) } : {}),
      ...(typeof row["by"] === "string" ? { by: roleOf(row["by"]) } : {}),
    }));
  };
  const [lookups, asking, watched, turned, told, records, parties] = await Promise.all([
    of(
      "n.at, l.name AS list, n.listed, n.source AS askedOf",
      "lookups n JOIN lists l ON l.num = n.list",
      "n.at",
    ),
    of("n.due AS at, n.source AS askedOf", "lookup_queue n", "n.due"),
    of(
      "n.on_day AS screenedOn, (SELECT MIN(a.day) FROM watch_again a WHERE a.number = n.number) AS nextOn",
      "watched n",
    ),
    of(
      'n.at, n.from_verdict AS "from", n.to_verdict AS "to", n.reason, n.as_of AS asOf, n.seen_at AS seenAt, n.seen_by AS "by"',
      "turned n",
      "n.num",
    ),
    of(
      // Deliveries are kept for less long than what they told.
      "n.at, (SELECT MAX(d.tried_at) FROM webhook_deliveries d WHERE d.webhook = w.id AND n.num BETWEEN d.first AND d.last) AS sentAt, w.url AS host",
      `turned n JOIN webhooks w ON (n.num > w.since AND n.num <= w.told) OR EXISTS (SELECT 1 FROM webhook_deliveries d
         WHERE d.webhook = w.id AND d.kind = 'turned' AND d.tries > 0 AND n.num BETWEEN d.first AND d.last)`,
      "n.num, w.at",
    ),
    of(
      `c.name AS crm, n.object || ' ' || n.record AS record, n.field, n.verdict, n.written_at AS at,
       (SELECT a.account FROM connector_accounts a WHERE a.connector = n.connector AND a.object = n.object AND a.record = n.record) AS account,
       NULLIF(k.source, '') AS source, NULLIF(k.since, '') AS since, NULLIF(k.notice, '') AS notice`,
      "connector_numbers n JOIN connectors c ON c.num = n.connector LEFT JOIN connector_records k ON k.connector = n.connector AND k.object = n.object AND k.record = n.record",
      "n.written_at",
    ),
    of("n.party, n.source, n.detail, n.at, n.by, n.ended_at AS endedAt", "parties n", "n.at"),
  ]);
  const [screenings, registers] = await Promise.all([
    Promise.all(numbers.map((number) => screeningsOf(env, number))),
    Promise.all(numbers.map((number) => listings(env.DB, number))),
  ]);
  return {
    screenings: few(screenings.flat()),
    registers: few(registers.flat()),
    lookups: few(lookups),
    asking: few(asking),
    watched: few(watched),
    turned: few(turned),
    // Its path may be a secret of the receiver's.
    told: few(told.map((row) => ({ ...row, host: URL.parse(String(row["host"]))?.host ?? "" }))),
    records: few(records),
    parties: few(parties),
  };
}

async function screeningsOf(env: Env, number: string): Promise<Fields[]> {
  const lost = new Set<string>();
  const all = await pastScreenings(env, number, lost);
  sayLost(lost);
  return all.map(({ at, verdict, lists, source, name }) => ({
    ...{ number, at, verdict },
    lists: lists.map(({ id, asOf }) => `${id} ${asOf ?? ""}`.trim()),
    ...{ source, file: name },
  }));
}

const EVER = "1970-01-01T00:00:00.000Z";
/** Since when each register and list has had a number, or not, in the versions that are kept. */
async function listings(db: D1Database, number: string): Promise<Fields[]> {
  const { registers } = await registersOf(db, number, EVER, "9999");
  return registers.flatMap(({ name: list, versions }) => {
    const runs: Fields[] = [];
    for (const { listed, asOf, from: since } of versions) {
      const last = runs.at(-1);
      if (listed === null) continue;
      if (last?.["listed"] === listed) last["asOf"] = asOf;
      else runs.push({ number, list, since, asOf, listed });
    }
    return runs;
  });
}
