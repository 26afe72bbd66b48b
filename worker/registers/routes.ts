/** Reading the registers: all of them, one with its history, and the digests of its blocks. */
import * as z from "zod";
import { registersAnswer, registerSchema } from "../../shared/registers/api.ts";
import { digestsAnswer, digestsQuery } from "../../shared/registers/api-upload.ts";
import { RANGE } from "../../shared/registers/blocks.ts";
import { grouped, rangeOf } from "../../shared/registers/groups.ts";
import { chargeReadings } from "../check/budget.ts";
import { logRead } from "../core/commit.ts";
import { json, room, route } from "../core/route.ts";
import { blockId, blockOfId, listOfId, MOST_REGISTERS, undoId } from "./block-ids.ts";
import { registerHead, registerHeads, toHead } from "./heads.ts";
import { committedVersions } from "./versions.ts";

const DIGEST_PAGE = 20_000;

/**
 * SQL: whether changes touched a block of register `?2` since its last whole file. Only who has such a file can load it: its commit
 * wants sums over all blocks.
 */
const TOUCHED = `EXISTS (SELECT 1 FROM block_undo u WHERE u.id > ${undoId("blocks.id / 64", "?2", "?4")}
  AND u.id <= ${undoId("blocks.id / 64", "?2", "?5")})`;
const lastWhole = async (db: D1Database, list: number): Promise<number> =>
  (await db
    .prepare(
      `SELECT MAX(ver) AS ver FROM versions WHERE list = ? AND state = 'committed' AND kind = 'whole' AND sha256 IS NOT NULL`,
    )
    .bind(list)
    .first<number | null>("ver")) ?? 0;

export const idParam = z.object({ id: z.string().max(40) });

export const registers = room();

registers.openapi(
  route({
    method: "get",
    path: "/v1/lists",
    roles: "everyone",
    scopes: ["check", "screen"],
    summary: "The registers: version, date and count in force",
    responses: { 200: json(registersAnswer) },
  }),
  async (c) => c.json({ lists: (await registerHeads(c.env.DB)).map(toHead) }, 200),
);

registers.openapi(
  route({
    method: "get",
    path: "/v1/lists/{id}",
    roles: "everyone",
    scopes: ["check", "screen"],
    summary: "One register with the history of its committed versions, newest first",
    request: { params: idParam },
    responses: { 200: json(registerSchema) },
  }),
  async (c) => {
    const head = await registerHead(c.env.DB, c.req.valid("param").id);
    const { covers, source } = head;
    const history = await committedVersions(c.env.DB, head.num);
    return c.json({ ...toHead(head), covers, source, history }, 200);
  },
);

registers.openapi(
  route({
    method: "get",
    path: "/v1/lists/{id}/digests",
    roles: ["admin"],
    summary:
      "Digests of the blocks in force, to compare a file with: over sixteen numbers or more; those of a register with fewer count against the asker's hour",
    request: { params: idParam, query: digestsQuery },
    responses: { 200: json(digestsAnswer) },
  }),
  async (c) => {
    const { after } = c.req.valid("query");
    const head = await registerHead(c.env.DB, c.req.valid("param").id);
    const { results } = await c.env.DB.prepare(
      `SELECT ${blockOfId} AS block, n, digest, ${TOUCHED} AS known FROM blocks
       WHERE id > ${blockId("?1", String(MOST_REGISTERS))} AND ${listOfId} = ?2 ORDER BY id LIMIT ?3`,
    )
      .bind(after, head.num, DIGEST_PAGE, await lastWhole(c.env.DB, head.num), head.version)
      .all<{ block: number; n: number; digest: number; known: number }>();
    // The last range of a full page may go on: the next page begins with it.
    const next = results.length === DIGEST_PAGE ? rangeOf(results[DIGEST_PAGE - 1]!.block) * RANGE - 1 : null;
    const page = next === null ? results : results.filter(({ block }) => block <= next);
    const { blocks, numbers } = grouped(
      page.map(({ known, ...row }) => ({ ...row, isKnown: known === 1 })),
      head.numbers ?? 0,
    );
    await chargeReadings(c, numbers);
    await logRead(c, "digests", { list: head.id, after });
    return c.json({ version: head.version, blocks, next }, 200);
  },
);
