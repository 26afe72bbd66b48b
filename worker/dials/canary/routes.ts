/** The browsers' daily test of what holds calls: their reports, and what administrators see of them. */
import {
  canaryAnswer,
  canaryLine,
  canaryRequest,
  type CanaryRequest,
  canaryState,
  type CanaryState,
} from "../../../shared/canary/api.ts";
import { CANARY, MOST_NAMED } from "../../../shared/canary/number.ts";
import { around, dayOf, daysLater } from "../../../shared/core/calendar.ts";
import { MINUTE } from "../../../shared/core/time.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { canaryEn } from "../../../shared/texts/canary/desk.en.ts";
import { commit } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { prepare, sql, type Statement } from "../../core/sql.ts";
import type { Actor } from "../../env.ts";
import { mailOfficers, sendSoon } from "../../mail/outbox.ts";
import { currentPolicy } from "../../policy/current.ts";
import { openDay } from "../../policy/disclosed.ts";
import { dialFrom, dialTime } from "../row-number.ts";
import { LAYER } from "../rows.ts";
import { canaryOfDay, isMissing, withSaid } from "./figures.ts";

/** Most browsers that may report a day with one integration's token. */
const MOST_BROWSERS = 10_000;

/** A browser on a day: by the token that it reports with, so that none reports for another. */
type Browser = readonly [day: string, token: string, browser: string];

async function today(db: D1Database, now: number): Promise<{ day: string; until: string }> {
  const zone = zoneOfPolicy((await currentPolicy(db)).policy);
  // A day with its statement is over, wherever the policy's zone has moved to.
  const day = (await db.prepare(`SELECT ${openDay} AS day`).bind(dayOf(now, zone)).first<string>("day"))!;
  return { day, until: around(day, undefined, 0, zone)[1] };
}

/** Throws too-many-requests where a token reports more browsers than there can be. */
async function wantFew(db: D1Database, [day, token]: Browser): Promise<void> {
  const { n } = (await db
    .prepare("SELECT COUNT(*) AS n FROM (SELECT 1 FROM canary_browsers WHERE day = ? AND token = ? LIMIT ?)")
    .bind(day, token, MOST_BROWSERS)
    .first<{ n: number }>())!;
  if (n >= MOST_BROWSERS) throw new Problem("too-many-requests");
}

const inUse = (
  of: Browser,
  { version, gate }: Pick<CanaryRequest, "version" | "gate">,
  at: string,
): Statement =>
  sql(
    `INSERT INTO canary_browsers (day, token, browser, version, at, gate) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET version = excluded.version, gate = excluded.gate
       WHERE version <> excluded.version OR gate IS NOT excluded.gate`,
    ...[...of, version, at, gate === undefined ? null : Number(gate)],
  );
/** What was found to pass stays so for its day. */
const found = (of: Browser, { layer, held }: CanaryRequest["results"][number], at: string): Statement =>
  sql(
    `INSERT INTO canary_results (day, token, browser, layer, held, at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET held = 0, at = excluded.at WHERE held = 1 AND excluded.held = 0`,
    ...[...of, layer, Number(held), at],
  );

/** The layers that pass, and were not known to. */
async function news(db: D1Database, of: Browser, results: CanaryRequest["results"]) {
  const { results: known } = await db
    .prepare("SELECT layer FROM canary_results WHERE day = ? AND token = ? AND browser = ? AND held = 0")
    .bind(...of)
    .all<{ layer: string }>();
  return results.flatMap((r) => (r.held || known.some(({ layer }) => layer === r.layer) ? [] : r.layer));
}

/** One mail a day for each layer: where a version of the extension is broken, every browser reports it. */
async function alarm(
  db: D1Database,
  { name, tokenId }: Actor,
  {
    day,
    layers,
    version,
  }: { day: string; layers: CanaryRequest["results"][number]["layer"][]; version: string },
): Promise<Statement[]> {
  const token = await db
    .prepare("SELECT device FROM tokens WHERE id = ?")
    .bind(tokenId)
    .first<{ device: string }>();
  const device = token?.device || canaryEn.noDevice;
  const mails = layers.map((layer) =>
    mailOfficers(db, {
      template: "canary-passed",
      values: { layer: canaryEn.layers[layer], name, device, version },
      key: `canary-passed:${day}:${layer}`,
    }),
  );
  return (await Promise.all(mails)).flat();
}

export const canary = room();

canary.openapi(
  route({
    method: "post",
    path: "/v1/canary",
    roles: "everyone",
    scopes: ["check"],
    summary:
      "What a browser's own test found today, by layer; without results, that it is in use and will try. The same again " +
      "changes nothing. A pass stays one for its day, and administrators are told",
    request: { body: body(canaryRequest) },
    responses: { 200: json(canaryAnswer) },
  }),
  async (c) => {
    const { browser, version, gate, day: of, results: sent } = c.req.valid("json");
    const actor = c.get("actor")!;
    const db = c.env.DB;
    const now = Date.now();
    const answer = await today(db, now);
    // Yesterday's result says nothing of today, unless it is bad.
    const bad = sent.filter(({ held }) => !held);
    if (of !== answer.day && bad.length < sent.length && bad.length === 0) throw new Problem("canary-day");
    const at = new Date(now).toISOString();
    const by = [actor.tokenId, actor.kind === "integration" ? browser : ""] as const;
    const who: Browser = [answer.day, ...by];
    // One that was taken on its own day, and whose answer was lost, is no second one.
    const late = of === undefined || of === answer.day ? [] : await news(db, [of, ...by], bad);
    const results =
      of === answer.day ? sent : of === undefined ? bad : bad.filter(({ layer }) => late.includes(layer));
    if (actor.kind === "integration") await wantFew(db, who);
    const statements = [
      inUse(who, { version, gate }, at),
      ...results.map((result) => found(who, result, at)),
    ];
    const layers = await news(db, who, results);
    if (layers.length === 0) {
      await db.batch(statements.map((s) => prepare(db, s)));
      return c.json(answer, 200);
    }
    const response = await commit(
      c,
      {
        code: "canary.passed",
        subject: actor.tokenId,
        payload: { day: answer.day, browser: who[2], layers, version },
      },
      [...statements, ...(await alarm(db, actor, { day: answer.day, layers, version }))],
      { status: 200, body: answer },
    );
    sendSoon(c);
    return response;
  },
);

canary.openapi(
  route({
    method: "get",
    path: "/v1/canary",
    roles: ["compliance", "admin"],
    summary:
      "The browsers' own tests of today and yesterday: how many held, passed and are missing, and which",
    responses: { 200: json(canaryState) },
  }),
  async (c) => c.json(await stateOf(c.env.DB, Date.now()), 200),
);

/** How long ago a call still is the one that a person tries. */
const TRIED_MS = 5 * MINUTE;

canary.openapi(
  route({
    method: "get",
    path: "/v1/canary/line",
    roles: "everyone",
    scopes: ["check"],
    summary:
      "Whether a telephone system has just asked about the test number, as a person who tries their own softphone wants to know",
    responses: { 200: json(canaryLine) },
  }),
  async (c) => {
    const now = Date.now();
    const found = await c.env.DB.prepare(
      `SELECT MAX(d.num) AS num, MAX(IIF(g.person IS NULL, NULL, d.num)) AS own FROM dials d LEFT JOIN gate_calls g ON g.dial = d.num
       WHERE d.number = ? AND d.num >= ? AND d.layer = ?
         AND (g.person IS NULL OR g.person = (SELECT num FROM people WHERE id = ?))`,
    )
      .bind(
        ...[numberOf(CANARY), dialFrom(new Date(now - TRIED_MS).toISOString())],
        ...[LAYER.server, c.get("actor")!.id],
      )
      .first<{ num: number | null; own: number | null }>();
    const { num, own } = found ?? { num: null, own: null };
    const ago = num === null ? null : Math.max(0, now - dialTime(num));
    return c.json({ ago, named: num !== null && num === own }, 200);
  },
);

const named = `p.name, IIF(t.device = '', ?2, t.device) AS device, IIF(b.version = '', ?3, b.version) AS version`;

/** `now` in milliseconds. */
async function stateOf(db: D1Database, now: number): Promise<CanaryState> {
  const { day } = await today(db, now);
  const before = daysLater(day, -1);
  const [its, last, passes, missing] = await Promise.all([
    canaryOfDay(db, day),
    canaryOfDay(db, before),
    db
      .prepare(
        `SELECT r.day, r.layer, r.at, ${named} FROM canary_results r JOIN canary_browsers b USING (day, token, browser)
         JOIN tokens t ON t.id = r.token JOIN people p ON p.id = t.person
         WHERE r.day >= ?1 AND r.held = 0 ORDER BY r.at DESC LIMIT ?4`,
      )
      .bind(before, canaryEn.noDevice, canaryEn.noVersion, MOST_NAMED)
      .all<CanaryState["passes"][number]>(),
    db
      .prepare(
        `${withSaid} SELECT b.day, ${named} FROM canary_browsers b
         JOIN tokens t ON t.id = b.token JOIN people p ON p.id = t.person
         WHERE b.day = ?1 AND ${isMissing} ORDER BY p.name, b.token, b.browser LIMIT ?4`,
      )
      .bind(before, canaryEn.noDevice, canaryEn.noVersion, MOST_NAMED)
      .all<CanaryState["missing"][number]>(),
  ]);
  return {
    today: { day, ...its },
    yesterday: { day: before, ...last },
    passes: passes.results,
    missing: missing.results,
  };
}
