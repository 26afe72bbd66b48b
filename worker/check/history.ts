/** A number's history in a few lines: last called, last held, objections, which CRM has it since when, and where its records have it from. */
import * as z from "zod";
import { historyAnswer, type HistoryAnswer } from "../../shared/check/api-history.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { began } from "../call-logs/began.ts";
import { isCurrent } from "../call-logs/rows.ts";
import { logRead } from "../core/commit.ts";
import { parseNumber } from "../core/numbers.ts";
import { json, room, route } from "../core/route.ts";
import { dialsKind } from "../dials/closed/lines.ts";
import { recallReadable } from "../dials/closed/read.ts";
import { dialTime } from "../dials/row-number.ts";
import { unrestricted } from "../do-not-call/brief.ts";
import { isPast } from "../do-not-call/refusals.ts";
import { currentPolicy } from "../policy/current.ts";
import { undisturbed } from "../storage/closed/read.ts";
import { asks } from "./budget.ts";

export const histories = room();

const MOST = 5;
type Act = NonNullable<HistoryAnswer["called"]>;

/** The last dial of a number with one of some outcomes. `dials_number` has the rows in their order. */
const lastDial = (
  which: string,
) => `SELECT strftime('%Y-%m-%dT%H:%M:%fZ', d.at / 1000.0, 'unixepoch') AS at, p.name AS by
  FROM dials d LEFT JOIN people p ON p.num = d.by
  WHERE d.number = ?1 AND ${which} AND ${unrestricted("dial", "CAST(d.num AS TEXT)")} ORDER BY d.num DESC LIMIT 1`;
/** The last outbound call of a log. */
const lastLogged = `SELECT c.started_at AS at, p.name AS by FROM calls c LEFT JOIN people p ON p.id = c.person
  WHERE c.number = ?1 AND c.direction = 'outbound' AND ${unrestricted("call", "c.id")} AND ${isCurrent}
  ORDER BY ${began} DESC, c.started_at DESC LIMIT 1`;
const objections = `SELECT COALESCE(s.heard_at, s.at) AS at, p.name AS by, s.scope, s.ended_at AS endedAt
  FROM suppressions s LEFT JOIN people p ON p.id = s.by
  WHERE s.number = ?1 AND s.kind = 'objection' AND s.keeps_line = 0 AND ${isPast("s")} IS NOT 1
  ORDER BY 1 DESC LIMIT ${MOST}`;
const holders = `SELECT c.name, n.object, IIF(COUNT(*) = COUNT(n.since), MIN(n.since), NULL) AS since
  FROM connector_numbers n JOIN connectors c ON c.num = n.connector
  WHERE n.number = ?1 GROUP BY c.name, n.object ORDER BY since IS NOT NULL, since LIMIT ${MOST}`;

const origins = `SELECT DISTINCT c.name, n.object, r.source, r.since, r.notice FROM connector_numbers n
  CROSS JOIN connector_records r ON r.connector = n.connector AND r.object = n.object AND r.record = n.record
  JOIN connectors c ON c.num = n.connector
  WHERE n.number = ?1 AND r.source || r.since || r.notice <> '' ORDER BY c.name, n.object, r.since, r.source LIMIT ${MOST * MOST}`;
type Holder = HistoryAnswer["crm"][number];
type Origin = Record<"name" | "object" | "source" | "since" | "notice", string>;

/** A CRM with where its records say that they have the number from. */
function withOrigins(holder: Holder, rows: readonly Origin[]): Holder {
  const from = rows
    .filter(({ name, object }) => name === holder.name && object === holder.object)
    .map(({ source, since, notice }) => ({
      ...(source !== "" && { source }),
      ...(since !== "" && { since }),
      ...(notice !== "" && { notice }),
    }));
  return from.length === 0 ? holder : { ...holder, from };
}

histories.openapi(
  route({
    method: "get",
    path: "/v1/numbers/{e164}/history",
    roles: "everyone",
    asks: asks.one,
    summary:
      "When a number was last called and held and by whom, its objections, and the connected CRMs that have it since when, and from where. " +
      "The read is logged on the trail",
    request: { params: z.object({ e164: z.string().max(100) }) },
    responses: { 200: json(historyAnswer) },
  }),
  async (c) => {
    const db = c.env.DB;
    const { policy } = await currentPolicy(db);
    const number = parseNumber(c.req.valid("param").e164, policy.numbers.defaultRegion);
    const of = (query: string) => db.prepare(query).bind(numberOf(number));
    const all = { lower: 0, upper: Number.MAX_SAFE_INTEGER };
    const { out, found } = await undisturbed(db, dialsKind, all, async () => ({
      out: await recallReadable(c.env, [number]),
      found: await db.batch([
        of(lastDial("d.action <> 1 AND d.refused = 0")),
        of(lastLogged),
        of(lastDial("d.action = 1")),
        of(objections),
        of(holders),
        of(origins),
      ]),
    }));
    const [dialled, logged, held, objected, crm, from] = found;
    const first = (found: D1Result | undefined) => (found?.results[0] as Act | undefined) ?? null;
    // Of a dial whose file cannot be read only the time is known.
    const unread = out.dials.map(({ num }) => ({ at: new Date(dialTime(num)).toISOString(), by: null }));
    const calls = [first(dialled), first(logged), ...unread].filter((act) => act !== null);
    await logRead(c, "history", { number });
    return c.json(
      {
        number,
        called: calls.reduce<Act | null>((last, act) => (last && last.at >= act.at ? last : act), null),
        held: first(held),
        objections: objected!.results as HistoryAnswer["objections"],
        crm: (crm!.results as Holder[]).map((one) => withOrigins(one, from!.results as Origin[])),
      },
      200,
    );
  },
);
