/**
 * Says of many numbers whose lines they are. A source's later word on a number ends its earlier one, as the route for one
 * does; what is on record already stays, so that the same rows sent again add nothing.
 */
import type * as z from "zod";
import { bulkAnswer, bulkRequest, type Party, partyRequest } from "../../shared/do-not-call/api.ts";
import { e164Of } from "../../shared/registers/blocks.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { numbersIn, readRows, refused, type Result, retryOnConflict, type Row } from "../core/bulk.ts";
import { changedNumbers, commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";
import { currentPolicy } from "../policy/current.ts";
import { newParty, partyColumns, type PartyRow, saidStatements } from "./parties.ts";

type Request = z.output<typeof partyRequest>;

export const partiesBulk = room();

partiesBulk.openapi(
  route({
    method: "post",
    path: "/v1/parties/bulk",
    roles: ["compliance", "admin"],
    summary: "Says of up to 500 numbers whose lines they are; each row is answered by itself, in order",
    request: { body: body(bulkRequest) },
    responses: { 200: json(bulkAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const rows = readRows<Request>(c.req.valid("json").rows, partyRequest, policy.numbers.defaultRegion);
    const by = c.get("actor")!.id;
    return retryOnConflict(async () => {
      const at = new Date().toISOString();
      const { results, parties } = plan(rows, await onRecord(c.env.DB, rows), { by, at });
      if (parties.length === 0) return c.json({ results }, 200);
      return commit(
        c,
        {
          code: "party.imported",
          subject: crypto.randomUUID(),
          payload: {
            entries: parties.map(({ id, number, party, source, detail }) => ({
              ...{ id, number, party, source, detail },
            })),
          },
        },
        [
          ...(await saidStatements(c.env.DB, parties, { by, at })),
          changedNumbers(parties.map((p) => ({ e164: p.number }))),
        ],
        { status: 200, body: { results } },
      );
    });
  },
);

/** What each source says of the numbers now, by `number source`. */
async function onRecord(db: D1Database, rows: Row<Request>[]): Promise<Map<string, PartyRow>> {
  const { results } = await db
    .prepare(
      `SELECT ${partyColumns} FROM parties
       WHERE ended_at IS NULL AND source <> 'connector' AND number IN (SELECT value FROM json_each(?))`,
    )
    .bind(numbersIn(rows))
    .all<PartyRow>();
  return new Map(results.map((said) => [`${e164Of(said.number)} ${said.source}`, said]));
}

/** Each row's answer, and what to write. */
function plan(
  rows: Row<Request>[],
  known: Map<string, PartyRow>,
  made: { by: string; at: string },
): { results: Result[]; parties: Party[] } {
  const planned = new Map<string, Party>();
  const results = rows.map((row): Result => {
    if ("result" in row) return row.result;
    const { number, party, source, detail } = row.value;
    const key = `${number} ${source}`;
    const twin = planned.get(key);
    // Two rows that disagree: which of them is right is for a person.
    if (twin && twin.party !== party)
      return refused(
        new Problem("invalid", undefined, [{ path: "party", message: details.partyTwice }]),
        number,
      );
    const said = known.get(key);
    const same = said?.party === party && said.detail === detail;
    planned.set(key, twin ?? newParty({ number, party, source, detail, ...made }));
    return { status: twin || same ? "there" : "added", number };
  });
  const isNew = ({ number, party, source, detail }: Party) => {
    const said = known.get(`${number} ${source}`);
    return said?.party !== party || said.detail !== detail;
  };
  return { results, parties: [...planned.values()].filter(isNew) };
}
