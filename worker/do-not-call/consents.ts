/** Consents: recorded with what was said and its proof, and withdrawn with their history; review.ts has their reviews. */
import * as z from "zod";
import { entriesEn } from "../../shared/texts/do-not-call/entries.en.ts";
import {
  type Consent,
  consentRequest,
  consentsAnswer,
  consentSchema,
  consentsQuery,
} from "../../shared/do-not-call/api-consents.ts";
import { numberOf } from "../../shared/registers/blocks.ts";
import { asks } from "../check/budget.ts";
import { changed, commit, logRead } from "../core/commit.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { Problem } from "../core/errors.ts";
import { pageOf, parseNumber } from "../core/numbers.ts";
import { currentPolicy } from "../policy/current.ts";
import { body, json, room, route } from "../core/route.ts";
import { behind } from "./back.ts";
import { storedKind, unrestricted } from "./brief.ts";
import {
  againstObjection,
  consentOf,
  insertConsents,
  objectedNumbers,
  objectsBy,
  payloadOf,
} from "./new-consent.ts";
import { entering, stands } from "./enter.ts";
import {
  changeConsent,
  consentColumns,
  consentedSince,
  type ConsentRow,
  consentWith,
  insertEntries,
  liveEntry,
  newEntry,
  stillLive,
  toConsent,
} from "./rows.ts";
import { sayReach } from "./spread.ts";
import { waitsFor } from "./waits.ts";

export const consents = room();

const withdrawal = z.object({
  because: z.enum(["subscriber", "mistake"]).default("subscriber").meta({
    description: "who wants it gone: the subscriber, or whoever recorded what was never given",
  }),
});

consents.openapi(
  route({
    method: "post",
    path: "/v1/consents",
    roles: "everyone",
    asks: asks.one,
    summary:
      "Records a consent. Of somebody who may not record consents by policy, by `basis` alone, or without `giver`, it holds for one " +
      "call back, and is reviewed; a number has one such entry at a time. Where the number has a live objection, only those who may, and no agent, record one",
    request: { body: body(consentRequest) },
    responses: { 201: json(consentSchema) },
  }),
  async (c) => {
    const { number, ...asked } = c.req.valid("json");
    const { policy } = await currentPolicy(c.env.DB);
    const e164 = parseNumber(number, policy.numbers.defaultRegion);
    const { id: by, role } = c.get("actor")!;
    return retryOnConflict(async () => {
      const consent = consentOf(asked, e164, { by, role, policy, at: new Date().toISOString() });
      const against = againstObjection(consent, role, policy);
      if (against && (await isObjected(c.env.DB, e164))) throw against;
      const waits = await waitsFor(c.env.DB, consent);
      if (waits) throw waits;
      return commit(
        c,
        { code: "consent.recorded", subject: consent.id, payload: payloadOf(consent) },
        [insertConsents([consent]), changed("number", e164)],
        { status: 201, body: consent },
      );
    });
  },
);

const isObjected = async (db: D1Database, e164: string): Promise<boolean> =>
  (await db
    .prepare(objectedNumbers)
    .bind(JSON.stringify([numberOf(e164)]))
    .first()) !== null;

consents.openapi(
  route({
    method: "get",
    path: "/v1/consents",
    roles: ["manager", "compliance", "admin"],
    asks: asks.filter,
    summary:
      "Consents with their history, newest first: all, those of one number, or those that wait for a review",
    request: { query: consentsQuery },
    responses: { 200: json(consentsAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { policy } = await currentPolicy(c.env.DB);
    const { rows, next } = await pageOf<ConsentRow>(
      c.env.DB,
      {
        ...{ table: "consents", columns: consentColumns },
        where: consentsWhere(query, new Date().toISOString().slice(0, 10)),
        before: query.to && `${query.to}U`,
      },
      query,
      policy,
    );
    await logRead(c, "consents", query);
    return c.json({ consents: rows.map(toConsent), next }, 200);
  },
);

/**
 * SQL: only the filters that were asked for, whose values the schema has read. `today` is YYYY-MM-DD in UTC. The first condition of a state
 * is an index's (migration 0117).
 */
function consentsWhere(query: z.infer<typeof consentsQuery>, today: string): string {
  const kind = storedKind("consents");
  const asked = `${kind} = 'solicited'`;
  const past = `done_at IS NOT NULL OR until < '${today}' OR (${asked} AND (COALESCE(day, date(given_at, '+7 days')) < '${today}'
    OR EXISTS (SELECT 1 FROM consent_uses u WHERE u.consent = consents.id AND u.what = 'talked')))`;
  const states = {
    live: `withdrawn_at IS NULL AND done_at IS NULL AND state = 'good' AND NOT COALESCE(${past}, 0)`,
    review: "state = 'review' AND withdrawn_at IS NULL",
    over: `(done_at IS NOT NULL OR until IS NOT NULL OR ${asked}) AND withdrawn_at IS NULL AND state <> 'refused' AND (${past})`,
    refused: "state = 'refused' AND withdrawn_at IS NULL",
    withdrawn: "withdrawn_at IS NOT NULL",
  };
  return [
    unrestricted("consent", "consents.id"),
    ...(query.state ? [states[query.state]] : []),
    ...(query.kind ? [`${kind} = '${query.kind}'`] : []),
    ...(query.from ? [`at >= '${query.from}'`] : []),
  ].join(" AND ");
}

consents.openapi(
  route({
    method: "post",
    path: "/v1/consents/{id}/withdraw",
    // Agents put a subscriber who objects on the in-house list, which overrides every earlier consent.
    roles: ["manager", "compliance", "admin"],
    summary:
      "Withdraws a consent, at once. Of one that lifts registers for general calls this is an objection of the subscriber's (PECR " +
      "2003 reg 21(5)), unless it was recorded by mistake",
    request: { params: z.object({ id: z.string() }), query: withdrawal },
    responses: { 200: json(consentSchema) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { because } = c.req.valid("query");
    return retryOnConflict(async () => {
      const consent = await consentWith(c.env.DB, id);
      if (!consent) throw new Problem("not-found");
      if (consent.withdrawnAt !== null) return c.json(consent, 200);
      const now = Date.now();
      const withdrawnAt = new Date(now).toISOString();
      const objects = because === "subscriber" && objectsBy(consent);
      const objection = objects ? await objectionBy(c.env.DB, consent, c.get("actor")!.id, now) : null;
      return commit(
        c,
        {
          code: "consent.withdrawn",
          subject: id,
          payload: {
            ...{ number: consent.number, because },
            ...(objection && { closes: objection.entry.id, ...sayReach(objection.spread) }),
          },
        },
        [
          ...(await changeConsent(c.env.DB, id, { withdrawn_at: withdrawnAt }, withdrawnAt)),
          changed("number", consent.number),
          ...(objection?.statements ?? []),
        ],
        { status: 200, body: { ...consent, withdrawnAt } },
      );
    });
  },
);

/** The objection, on that line. Where one is in force that says as much, it is behind that, and comes back should that end as a mistake. */
async function objectionBy(db: D1Database, { number }: Consent, by: string, now: number) {
  const live = await liveEntry(db, number, "objection");
  const overruled = Number(live !== null && (await consentedSince(db, live)));
  const own = { number, kind: "objection" as const, until: null, scope: "line" as const, by };
  const asked = { ...own, ...entriesEn.withdrew };
  if (!live || !stands({ ...live, overruled }, null, "line")) return entering(db, asked, { live, now });
  const at = new Date(now).toISOString();
  const entry = behind(newEntry({ ...asked, at, heardAt: at }), by);
  return { entry, spread: [], statements: [insertEntries([entry]), stillLive([live.id])] };
}
