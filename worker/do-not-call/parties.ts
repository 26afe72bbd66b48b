/** Whose line a number is: said by an officer, a register or an import, with how it is known; connectors say it by themselves. */
import * as z from "zod";
import {
  partiesAnswer,
  partiesQuery,
  type Party,
  partyRequest,
  partySchema,
} from "../../shared/do-not-call/api.ts";
import { e164Of, numberOf } from "../../shared/registers/blocks.ts";
import { insertBound, type NewRow } from "../core/bound.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changed, commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { pageOf, parseNumber } from "../core/numbers.ts";
import { body, json, room, route } from "../core/route.ts";
import { sql, type Statement } from "../core/sql.ts";
import { changeRows, statesOf } from "../core/states.ts";
import { currentPolicy } from "../policy/current.ts";
import { partiesBound } from "./bound.ts";

export const parties = room();
const officers = ["compliance", "admin"] as const;

export type PartyRow = Omit<Party, "number"> & { number: number };
export const partyColumns = 'id, number, party, source, detail, "by", at, ended_at AS endedAt';
const toParty = (row: PartyRow): Party => ({ ...row, number: e164Of(row.number) });

export const newParty = (said: Omit<Party, "id" | "endedAt">): Party => ({
  id: crypto.randomUUID(),
  ...said,
  endedAt: null,
});

/** The statements by which something is said, and each source's earlier word on the number ends. */
export async function saidStatements(
  db: D1Database,
  said: readonly Party[],
  { by, at }: { by: string; at: string },
): Promise<Statement[]> {
  const list = JSON.stringify(said.map(({ number, source }) => [numberOf(number), source]));
  const before = `ended_at IS NULL
    AND (number, source) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))`;
  return [
    ...endedBy(await statesOf(db, partiesBound, before, list), by, at),
    // One that was said meanwhile would go on beside these, and no event would bind its end: plan again.
    sql(`UPDATE parties SET rev = NULL WHERE ${before}`, list),
    insertBound(
      partiesBound,
      said.map(({ id, number, party, source, detail }) => ({
        ...{ id, number: numberOf(number), party, source, detail, by, at, ended_at: null, ended_by: null },
      })),
    ),
  ];
}
const endedBy = (rows: readonly NewRow[], by: string, at: string): Statement[] =>
  changeRows(
    partiesBound,
    rows.map((before) => ({ before, to: { ended_at: at, ended_by: by } })),
    at,
  );

parties.openapi(
  route({
    method: "post",
    path: "/v1/parties",
    roles: officers,
    summary:
      "Says whose line a number is, and how it is known. The same source's earlier word on the number ends",
    request: { body: body(partyRequest) },
    responses: { 201: json(partySchema) },
  }),
  async (c) => {
    const { number, party, detail, source } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(number, policy.numbers.defaultRegion);
    const by = c.get("actor")!.id;
    return retryOnConflict(async () => {
      const at = new Date().toISOString();
      const said = newParty({ number: e164, party, source, detail, by, at });
      return commit(
        c,
        { code: "party.said", subject: said.id, payload: { number: e164, party, source, detail } },
        [...(await saidStatements(c.env.DB, [said], { by, at })), changed("number", e164)],
        { status: 201, body: said },
      );
    });
  },
);

parties.openapi(
  route({
    method: "get",
    path: "/v1/parties",
    roles: officers,
    summary: "Whose line numbers are, with their history, newest first, or of one number",
    request: { query: partiesQuery },
    responses: { 200: json(partiesAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { policy } = await currentPolicy(c.env.DB);
    const { rows, next } = await pageOf<PartyRow>(
      c.env.DB,
      { table: "parties", columns: partyColumns, where: "1" },
      query,
      policy,
    );
    await logRead(c, "parties", query);
    return c.json({ parties: rows.map(toParty), next }, 200);
  },
);

parties.openapi(
  route({
    method: "delete",
    path: "/v1/parties/{id}",
    roles: officers,
    summary: "Ends a mistaken entry; the history stays",
    request: { params: z.object({ id: z.string().max(60) }) },
    responses: { 200: json(partySchema) },
  }),
  async (c) => {
    const row = await c.env.DB.prepare(`SELECT ${partyColumns} FROM parties WHERE id = ?`)
      .bind(c.req.valid("param").id)
      .first<PartyRow>();
    if (!row) throw new Problem("not-found");
    if (row.endedAt !== null) throw new Problem("party-ended");
    const endedAt = new Date().toISOString();
    const { number } = toParty(row);
    return commit(
      c,
      { code: "party.ended", subject: row.id, payload: { number } },
      [
        ...endedBy(
          await statesOf(c.env.DB, partiesBound, "id = ? AND ended_at IS NULL", row.id),
          c.get("actor")!.id,
          endedAt,
        ),
        changed("number", number),
      ],
      { status: 200, body: { ...toParty(row), endedAt } },
    );
  },
);
