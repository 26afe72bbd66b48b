/** Proposals: what waits for a second person, and its approval, refusal or withdrawal. */
import type { Context } from "hono";
import * as z from "zod";
import { announcedAnswer, proposalsAnswer, proposalSchema, proposalsQuery } from "../../shared/policy/api.ts";
import { commit } from "../core/commit.ts";
import { Problem } from "../core/errors.ts";
import { json, room, route } from "../core/route.ts";
import type { App } from "../env.ts";
import { sendSoon } from "../mail/outbox.ts";
import { areOne } from "../people/one.ts";
import {
  countsFrom,
  namesIn,
  type ProposalRow,
  rolesOf,
  selectProposals,
  toProposal,
} from "./proposal-rows.ts";
import { settle } from "./settle.ts";

async function proposalById(db: D1Database, id: string, now: number): Promise<ProposalRow> {
  const row = await db
    .prepare(`${selectProposals} WHERE r.id = ?2`)
    .bind(new Date(now).toISOString(), id)
    .first<ProposalRow>();
  if (!row) throw new Problem("not-found");
  return row;
}

export const proposals = room();

proposals.openapi(
  route({
    method: "get",
    path: "/v1/proposals",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Changes of the policy and of roles that wait for a second person, or that were settled, newest first",
    request: { query: proposalsQuery },
    responses: { 200: json(proposalsAnswer) },
  }),
  async (c) => {
    const { show, before, limit } = c.req.valid("query");
    if (show === "open") await seen(c);
    const { results } = await c.env.DB.prepare(
      `${selectProposals} WHERE (r.state = 'open') = ?2 AND r.at < ?3 ORDER BY r.at DESC LIMIT ?4`,
    )
      .bind(new Date().toISOString(), Number(show === "open"), before ?? "9", limit + 1)
      .all<ProposalRow>();
    const rows = results.slice(0, limit);
    const names = await namesIn(c.env.DB, rows);
    return c.json(
      {
        proposals: rows.map((row) => toProposal(row, names)),
        next: results.length > limit ? rows.at(-1)!.at : null,
      },
      200,
    );
  },
);

/** Records that a person was shown what counts by itself, unless they made it or had heard of it before. */
async function seen(c: Context<App>): Promise<void> {
  const { id, kind } = c.get("actor")!;
  if (kind === "integration") return;
  await c.env.DB.prepare(
    `INSERT OR IGNORE INTO proposals_told (proposal, person, how, at)
     SELECT id, ?1, 'seen', ?2 FROM proposals WHERE state = 'open' AND counts_at IS NOT NULL AND by <> ?1`,
  )
    .bind(id, new Date().toISOString())
    .run();
}

proposals.openapi(
  route({
    method: "get",
    path: "/v1/proposals/announced",
    roles: "everyone",
    summary:
      "What counts without a second person, as there is none, unless somebody in the office refuses it; and codes for another browser of the caller. Being shown it is recorded",
    responses: { 200: json(announcedAnswer) },
  }),
  async (c) => {
    await seen(c);
    const { results } = await c.env.DB.prepare(
      `${selectProposals} WHERE r.state = 'open' AND (r.counts_at IS NOT NULL OR EXISTS (
         SELECT 1 FROM json_each(r.changes) j JOIN invites i ON i.id = substr(j.value ->> 'path', 9)
         JOIN people o ON o.email = i.email WHERE o.id = ?2 AND j.value ->> 'path' LIKE 'browser.%')) ORDER BY r.at`,
    )
      .bind(new Date().toISOString(), c.get("actor")!.id)
      .all<ProposalRow>();
    const rows = results.filter(({ alone, countsAt }) => alone === 1 || countsAt === null);
    const names = await namesIn(c.env.DB, rows);
    const announced = rows.map((row) => ({
      ...{ id: row.id, byName: row.byName, why: row.why, at: row.at, countsAt: countsFrom(row) },
      own: row.alone === 0,
      changes: toProposal(row, names).changes.map(({ text }) => text),
    }));
    return c.json({ announced }, 200);
  },
);

/** Ends a proposal for the person who asks. */
async function end(c: Context<App>, id: string, state: "approved" | "refused" | "withdrawn") {
  const now = Date.now();
  const db = c.env.DB;
  const { id: by, kind, name: byName, role } = c.get("actor")!;
  const row = await proposalById(db, id, now);
  if (kind === "integration") throw new Problem("role-not-allowed");
  const own = row.by === by;
  if (state === "withdrawn" ? !own : own)
    throw new Problem(state === "withdrawn" ? "role-not-allowed" : "own-proposal");
  if (row.state !== "open" || row.expiresAt <= new Date(now).toISOString())
    throw new Problem("proposal-settled");
  if (state === "approved" && !rolesOf(row).includes(role)) throw new Problem("role-not-allowed");
  if (state === "approved" && (await areOne(c.env, row.by, by, row.at))) throw new Problem("proposal-held");
  const names = await namesIn(db, [row]);
  const { at, version, event, statements } = await settle(c.env, row, state, { by, byName, now });
  const settled = { ...row, state, settledBy: by, settledByName: byName, settledAt: at, version };
  const answer = await commit(c, event, statements, { status: 200, body: toProposal(settled, names) });
  sendSoon(c);
  return answer;
}

const byId = { params: z.object({ id: z.string() }) };

proposals.openapi(
  route({
    method: "post",
    path: "/v1/proposals/{id}/approve",
    roles: ["compliance", "admin"],
    summary: "Approves a proposal as the second person, in one of its roles: it is in force at once",
    request: byId,
    responses: { 200: json(proposalSchema) },
  }),
  (c) => end(c, c.req.valid("param").id, "approved"),
);

proposals.openapi(
  route({
    method: "post",
    path: "/v1/proposals/{id}/refuse",
    roles: ["manager", "compliance", "admin"],
    summary: "Refuses somebody else's proposal",
    request: byId,
    responses: { 200: json(proposalSchema) },
  }),
  (c) => end(c, c.req.valid("param").id, "refused"),
);

proposals.openapi(
  route({
    method: "post",
    path: "/v1/proposals/{id}/withdraw",
    roles: "everyone",
    summary: "Takes back one's own proposal",
    request: byId,
    responses: { 200: json(proposalSchema) },
  }),
  (c) => end(c, c.req.valid("param").id, "withdrawn"),
);
