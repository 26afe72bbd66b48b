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
import { changed, commit, logRead } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { pageOf, parseNumber } from "../core/numbers.ts";
import { body, json, room, route } from "../core/route.ts";
import { sql, type Statement } from "../core/sql.ts";
import { currentPolicy } from "../policy/current.ts";

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
export const saidStatements = (
  said: readonly Party[],
  { by, at }: { by: string; at: string },
): Statement[] => {
  const list = JSON.stringify(said.map((one) => ({ ...one, n: numberOf(one.number) })));
  return [
    sql(
      `UPDATE parties SET ended_at = ?2, ended_by = ?3 WHERE ended_at IS NULL
         AND (number, source) IN (SELECT value ->> 'n', value ->> 'source' FROM json_each(?1))`,
      ...[list, at, by],
    ),
    sql(
      `INSERT INTO parties (id, number, party, source, detail, by, at)
       SELECT value ->> 'id', value ->> 'n', value ->> 'party', value ->> 'source', value ->> 'detail', ?3, ?2
       FROM json_each(?1)`,
      ...[list, at, by],
    ),
  ];
};

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
    const at = new Date().toISOString();
    const said = newParty({ number: e164, party, source, detail, by, at });
    return commit(
      c,
      { code: "party.said", subject: said.id, payload: { number: e164, party, source, detail } },
      [...saidStatements([said], { by, at }), changed("number", e164)],
      { status: 201, body: said },
    );
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
        sql(
          "UPDATE parties SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL",
          ...[endedAt, c.get("actor")!.id, row.id],
        ),
        changed("number", number),
      ],
      { status: 200, body: { ...toParty(row), endedAt } },
    );
  },
);
