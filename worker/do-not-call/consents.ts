/** Consents: recorded with their evidence, and withdrawn with their history. */
import { problemDetails as details } from "../../shared/texts/problems.en.ts";
import * as z from "zod";
import {
  type Consent,
  consentRequest,
  consentsAnswer,
  consentSchema,
  pageQuery,
} from "../../shared/do-not-call/api.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { changed, commit, logRead } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import { Problem } from "../core/errors.ts";
import { pageOf, parseNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { consentColumns, type ConsentRow, storedBasis, toConsent } from "./rows.ts";

export const consents = room();

consents.openapi(
  route({
    method: "post",
    path: "/v1/consents",
    roles: "everyone",
    summary: "Records a consent; where the number has a live objection, only a manager may",
    request: { body: body(consentRequest) },
    responses: { 201: json(consentSchema) },
  }),
  async (c) => {
    const { number, basis, givenBy, givenAt, evidence, until = null } = c.req.valid("json");
    const now = new Date();
    if (Date.parse(givenAt) > now.getTime())
      throw new Problem("invalid", undefined, [{ path: "givenAt", message: details.consentLater }]);
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(number, policy.numbers.defaultRegion);
    const actor = c.get("actor")!;
    const objection = await c.env.DB.prepare(
      "SELECT 1 FROM suppressions WHERE number = ? AND kind = 'objection' AND ended_at IS NULL",
    )
      .bind(numberOf(e164))
      .first();
    if (objection && actor.role !== "manager" && actor.role !== "admin")
      throw new Problem("role-not-allowed", details.objected);
    const consent: Consent = {
      id: crypto.randomUUID(),
      number: e164,
      basis,
      givenBy,
      givenAt,
      evidence,
      until,
      by: actor.id,
      at: now.toISOString(),
      withdrawnAt: null,
    };
    return commit(
      c,
      {
        code: "consent.recorded",
        subject: consent.id,
        payload: { number: e164, basis, givenBy, givenAt, evidence, until },
      },
      [
        sql(
          `INSERT INTO consents (id, number, basis, soft_opt_in, given_by, given_at, evidence, until, by, at)
           VALUES (?1, ?2, ${storedBasis("?3")}, ?4, ?5, ?6, ?7, ?8, ?9)`,
          consent.id,
          numberOf(e164),
          basis,
          givenBy,
          givenAt,
          evidence,
          until,
          actor.id,
          consent.at,
        ),
        changed("number", e164),
      ],
      { status: 201, body: consent },
    );
  },
);

consents.openapi(
  route({
    method: "get",
    path: "/v1/consents",
    roles: ["manager", "compliance", "admin"],
    summary: "Consents with their history, newest first, or all of one number",
    request: { query: pageQuery },
    responses: { 200: json(consentsAnswer) },
  }),
  async (c) => {
    const { policy } = await currentPolicy(c.env.DB);
    const { rows, next } = await pageOf<ConsentRow>(
      c.env.DB,
      "consents",
      consentColumns,
      c.req.valid("query"),
      policy,
    );
    await logRead(c, "consents", c.req.valid("query"));
    return c.json({ consents: rows.map(toConsent), next }, 200);
  },
);

consents.openapi(
  route({
    method: "post",
    path: "/v1/consents/{id}/withdraw",
    // Agents put a subscriber who objects on the in-house list, which overrides every earlier consent.
    roles: ["manager", "compliance", "admin"],
    summary: "Withdraws a consent, at once",
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(consentSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const row = await c.env.DB.prepare(`SELECT ${consentColumns} FROM consents WHERE id = ?`)
      .bind(id)
      .first<ConsentRow>();
    if (!row) throw new Problem("not-found");
    const consent = toConsent(row);
    if (consent.withdrawnAt !== null) return c.json(consent, 200);
    const withdrawnAt = new Date().toISOString();
    return commit(
      c,
      { code: "consent.withdrawn", subject: id, payload: { number: consent.number } },
      [
        sql("UPDATE consents SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL", withdrawnAt, id),
        changed("number", consent.number),
      ],
      { status: 200, body: { ...consent, withdrawnAt } },
    );
  },
);
