/**
 * The report of what was sent to whom: counted by day, recipient and kind of message (disclosed.ts); and of one number, from
 * the tables that record of which numbers it was: answers of lookups, status changes that webhooks were told, CRMs' records,
 * looks and erasures in CRMs for requests, audio in a store of the company, and requesters' copies.
 */
import { type Disclosure, disclosuresAnswer, disclosuresQuery } from "../../shared/policy/api-disclosures.ts";
import { type Disclosed, fieldsOf } from "../../shared/policy/disclosed.ts";
import { recipientAt, type RecipientKind } from "../../shared/policy/recipients.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { asks } from "../check/budget.ts";
import { crmHosts } from "../connectors/hosts.ts";
import { logRead } from "../core/commit.ts";
import { parseNumber } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { sourceOf } from "../lookups/sources/index.ts";
import { withKept } from "../recordings/closed/recalled.ts";
import { currentPolicy } from "./current.ts";

/** `ref`: the host; of a number, what names it: a source, an address, a CRM's number, a store. */
interface Row {
  day: string;
  kind: RecipientKind;
  ref: string;
  what: Disclosed;
  times: number;
  items: number;
}

const counted = "SELECT day, kind, host AS ref, what, times, items FROM disclosures";
/** A lookup asks about a number once, whatever registers answer; a CRM's record is written once, whatever its fields. `?7` is the number. */
const ofNumber = `SELECT substr(at, 1, 10) AS day, kind, ref, what, COUNT(DISTINCT at) AS times, COUNT(DISTINCT at) AS items FROM (
    SELECT at, 'lookup' AS kind, source AS ref, 'question' AS what FROM lookups WHERE number = ?7
    UNION ALL SELECT t.at, 'webhook', w.url, 'turned' FROM turned t
      JOIN webhooks w ON t.num > w.since AND t.num <= w.told WHERE t.number = ?7
    UNION ALL SELECT written_at, 'connector', CAST(connector AS TEXT), 'marks' FROM connector_numbers
      WHERE number = ?7 AND written_at IS NOT NULL
    UNION ALL SELECT at, 'store', store, 'recording' FROM recordings
      WHERE number = ?7 AND store = 's3' AND state <> 'erased'
    UNION ALL SELECT f.at, 'export', '', 'copy' FROM requests r JOIN request_files f ON f.request = r.id
      WHERE r.number = ?7 AND f.purpose = 'export')
  GROUP BY 1, 2, 3, 4
  UNION ALL SELECT day, 'connector', host, what, SUM(times), SUM(items) FROM request_asked WHERE number = ?7 GROUP BY 1, 3, 4`;

export const disclosures = room();

disclosures.openapi(
  route({
    method: "get",
    path: "/v1/disclosures",
    roles: ["compliance", "admin"],
    asks: asks.filter,
    summary:
      "What was sent to whom, by day, recipient and kind of message, newest first; with `number`, what of it was of that " +
      "number. Each query is on the trail",
    request: { query: disclosuresQuery },
    responses: { 200: json(disclosuresAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { from = "", to = "9999-12-31", kind = null, host, after, limit } = query;
    const { policy } = await currentPolicy(c.env.DB);
    const number =
      query.number === undefined ? null : numberOf(parseNumber(query.number, policy.numbers.defaultRegion));
    await logRead(c, "disclosures", query);
    const [day = "9999", ...rest] = after?.split("|") ?? [];
    const rows = () =>
      c.env.DB.prepare(
        `SELECT * FROM (${number === null ? counted : ofNumber})
         WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR kind = ?3)
           AND (day < ?4 OR (day = ?4 AND kind || '|' || what || '|' || ref > ?5))
         ORDER BY day DESC, kind || '|' || what || '|' || ref LIMIT ?6`,
      )
        .bind(...[from, to, kind, day, rest.join("|"), limit], ...(number === null ? [] : [number]))
        .all<Row>();
    const [first, { results }] = await Promise.all([
      c.env.DB.prepare("SELECT MIN(day) AS since FROM disclosures").first<{ since: string | null }>(),
      number === null ? rows() : withKept(c.env, { numbers: [number] }, rows),
    ]);
    const hosts = number === null ? (row: Row) => row.ref : await hostsOf(c.env);
    const all = together(
      results.map((row): Disclosure => ({
        ...{ day: row.day, kind: row.kind, host: hosts(row), what: row.what },
        name: recipientAt(policy.recipients, row.kind, hosts(row))?.name ?? null,
        fields: [...fieldsOf(row.kind, row.what)],
        ...{ times: row.times, items: row.items },
      })),
    );
    const last = results[limit - 1];
    return c.json(
      {
        since: first!.since,
        disclosures: host === undefined ? all : all.filter((row) => row.host === host),
        next: last ? [last.day, last.kind, last.what, last.ref].join("|") : null,
      },
      200,
    );
  },
);

/** Two addresses at one host, told of one number on one day, are one row. */
function together(rows: readonly Disclosure[]): Disclosure[] {
  const groups = Map.groupBy(rows, ({ day, kind, host, what }) => [day, kind, host, what].join("|"));
  const sum = (some: readonly Disclosure[], of: "times" | "items") => some.reduce((n, row) => n + row[of], 0);
  return [...groups.values()].map((some) => ({
    ...some[0]!,
    ...{ times: sum(some, "times"), items: sum(some, "items") },
  }));
}

/** The host of a row of a number. Of what is connected or configured no more, its name. */
async function hostsOf(env: Env): Promise<(row: Row) => string> {
  const crms = await crmHosts(env.DB);
  return ({ kind, ref }) =>
    ({
      lookup: sourceOf(env, ref)?.host,
      webhook: URL.parse(ref)?.host,
      connector: crms.get(Number(ref))?.host,
      store: URL.parse(env.S3_ENDPOINT ?? "")?.host,
    })[kind as string] ?? ref;
}
