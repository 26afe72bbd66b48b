/** The decision, item by item if it is partial, and the recipients that are told of an erasure. Erasing is erase-data.ts. */
import type * as z from "zod";
import { chunks } from "../../shared/core/chunks.ts";
import { dayOf, monthsLater } from "../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { type RequestItem, requestStep } from "../../shared/privacy-requests/api.ts";
import {
  decideRequest,
  recipientRequest,
  requestIdParam as idParam,
} from "../../shared/privacy-requests/api-steps.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { Problem } from "../core/errors.ts";
import type { Env } from "../env.ts";
import { eraseLost, type IndexedItem, newestClosed, recallItems, wantNewest } from "../dials/closed/read.ts";
import { body, json, room, route } from "../core/route.ts";
import { insertBound } from "../core/bound.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { changeBound, changeRows, type RowChange, statesOf } from "../core/states.ts";
import { itemsBound, recipientsBound } from "./bound.ts";
import { endPauses } from "./clocks.ts";
import { stillToErase } from "./duties.ts";
import { daysBack, eraseNow, erasures } from "./erase-data.ts";
import { endCopies } from "./files/store.ts";
import { itemsOf } from "./items.ts";
import { isRecipient, type Moment, type Row, untold, widened } from "./rows.ts";
import { systemsDecided } from "./systems/rows.ts";
import { type Plan, takeStep } from "./take-step.ts";
import { lostFor } from "./export/lost-recordings.ts";
import { wordsStay } from "./words/due.ts";
import { idIn } from "../core/sql.ts";

export const requestDecide = room();
const officers = ["compliance", "admin"] as const;
/** Refused items in one statement: with their reasons no more than a parameter may have. */
const TOGETHER = 250;
type Decision = z.infer<typeof decideRequest>;

requestDecide.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/decide",
    roles: officers,
    summary:
      "Complies, refuses with ground and reasons, or refuses some items. Data to be erased is erased after the answer, but " +
      "nothing under a hold. May be decided again until the request is closed",
    request: { params: idParam, body: body(decideRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const decision = c.req.valid("json");
    const { id } = c.req.valid("param");
    const step = () =>
      takeStep(c, id, decision.decision, async (row, moment) => {
        // None has closed, as it is an item: only one of a lost file, which a search took in unread, is not there.
        const newest = await newestClosed(c.env.DB);
        const { dials } = await recallItems(c.env, id);
        const lostAudio = row.kind === "access" || row.kind === "erasure" ? await lostFor(c.env, id) : 0;
        return planDecision(c.env, row, moment, decision, {
          ...{ by: c.get("actor")!.id, unread: dials, lostAudio, newest },
        });
      });
    // The job of an earlier decision may go on meanwhile.
    const answer = await retryOnConflict(step);
    c.executionCtx.waitUntil(eraseNow(c.env, id).catch((error: unknown) => console.error(error)));
    return answer;
  },
);

async function planDecision(
  env: Env,
  row: Row,
  moment: Moment,
  asked: Decision,
  {
    by,
    unread,
    lostAudio,
    newest,
  }: { by: string; unread: readonly IndexedItem[]; lostAudio: number; newest: number },
): Promise<Plan> {
  const db = env.DB;
  const { at, today } = moment;
  const { decision } = asked;
  const denied = asked.decision === "partial" ? asked.deny : [];
  if (asked.decision === "partial") await wantPartial(db, row, moment, asked);
  if (row.kind === "erasure" && decision !== "deny") await wantProofs(db, row, today, denied);
  const isUnread = new Set(unread.map(({ item }) => item));
  if (denied.some(({ id, keepUntil }) => keepUntil !== undefined && isUnread.has(id)))
    throw new Problem("invalid", undefined, [{ path: "deny", message: details.keepLost }]);
  const whole = asked.decision === "deny" ? asked : null;
  const erases = row.kind === "erasure" && decision !== "deny";
  const items = await decidedOf(db, row, asked, at);
  const granted = new Set(items.flatMap((one) => (one.to["decision"] === "comply" ? [idOf(one)] : [])));
  const lost = [
    ...new Map(unread.flatMap((one) => (granted.has(one.item) ? [[one.num, one] as const] : []))).values(),
  ];
  const unfound = decision === "deny" ? 0 : lostAudio;
  // An erasure erases nothing of these, not even what leads to them: it says so apart.
  const lacks = lost.length + (erases ? 0 : unfound);
  const systems = decision === "deny" ? null : await systemsDecided(db, row, decision, { by, at });
  return {
    set: {
      decision,
      ground: whole?.ground ?? null,
      other: whole?.other ?? null,
      reasons: whole?.reasons ?? null,
      decided_on: today,
      ...endPauses(row, today),
      told_at: null,
      noticed_at: null,
    },
    statements: [
      ...[...chunks(items, TOGETHER)].flatMap((some) => changeRows(itemsBound, some, at)),
      endCopies(row.id, today),
      ...(systems?.statements ?? []),
      ...(row.kind === "erasure" ? await daysBack(db, row, at) : []),
      ...(erases ? await erasures(env, row, { at, today }, { by, denied: keptOf(denied) }) : []),
      ...(row.kind === "erasure" && !erases
        ? await wordsStay(env, row.id, { kept: new Set(items.map(idOf)), isOver: true, at })
        : []),
      // The call of a recording that went is no item: it may have closed meanwhile.
      ...(erases ? [wantNewest(newest)] : []),
      ...(erases && lost.length > 0 ? await eraseLost(db, lost) : []),
      ...(erases ? [stillToErase(row.id)] : []),
    ],
    erased: erases && systems?.open === 0 && (await isErased(db, items)),
    more:
      erases &&
      items.some(({ before, to }) => to["decision"] === "comply" && before["decision"] !== "comply"),
    detail: {
      ...{ decision, ground: whole?.ground ?? null, denied: denied.length, systems: systems?.all ?? 0 },
      // The letter says so.
      ...(lacks === 0 ? {} : { unread: lacks }),
      ...(erases && unfound > 0 ? { unfound } : {}),
    },
  };
}

const idOf = ({ before: { kind, ref } }: RowChange): string => `${kind}.${ref}`;

/** What is decided of each item. Those that are done keep their decision. */
async function decidedOf(db: D1Database, row: Row, asked: Decision, at: string): Promise<RowChange[]> {
  const denied = new Map(asked.decision === "partial" ? asked.deny.map((one) => [one.id, one]) : []);
  const open = "request = ? AND verdict = 'confirmed' AND done_at IS NULL";
  return (await statesOf(db, itemsBound, open, row.id)).map((before) => {
    const { kind, ref } = before;
    const {
      ground = null,
      other = null,
      reasons = null,
      keepUntil = null,
    } = denied.get(`${kind}.${ref}`) ?? {};
    const complies = asked.decision !== "deny" && !denied.has(`${kind}.${ref}`);
    // A recording is erased later, by its own time.
    const done = row.kind === "erasure" && complies && kind !== "recording";
    return {
      before,
      to: {
        ...{ decision: complies ? "comply" : "deny", ground, other, reasons, kept_until: keepUntil },
        done_at: done ? at : null,
      },
    };
  });
}

/** No recording is left to erase. */
async function isErased(db: D1Database, items: readonly RowChange[]): Promise<boolean> {
  const due = items.filter(({ before, to }) => before["kind"] === "recording" && to["decision"] === "comply");
  const left = await db
    .prepare(`SELECT 1 FROM recordings WHERE state <> 'erased' AND ${idIn("id", "?1")}`)
    .bind(JSON.stringify(due.map(({ before }) => before["ref"])))
    .first();
  return left === null;
}

const keptOf = (denied: readonly { id: string; keepUntil?: string | undefined }[]) =>
  new Map(denied.map(({ id, keepUntil }) => [id, keepUntil]));

/** Throws unless a partial decision refuses items that exist, leaves others, and refuses all that a hold keeps from erasure. */
async function wantPartial(
  db: D1Database,
  row: Row,
  moment: Moment,
  { deny }: Extract<Decision, { decision: "partial" }>,
): Promise<void> {
  const found = (await itemsOf(db, row.id)).filter((item) => item.verdict === "confirmed");
  const refused = new Set(deny.map(({ id }) => id));
  if ([...refused].some((id) => !found.some((item) => item.id === id && item.doneAt === null)))
    throw new Problem("invalid", undefined, [{ path: "deny", message: details.notAnItem }]);
  const left = found.filter((item) => !refused.has(item.id));
  // All of it may be kept as proof alone: that is no plain refusal.
  if (left.length === 0 && deny.some(({ keepUntil }) => keepUntil === undefined))
    throw new Problem("invalid", details.nothingLeft);
  if (row.kind === "erasure" && left.some((item) => item.held)) throw new Problem("recording-held");
  for (const { id, ground, keepUntil } of deny)
    if (keepUntil !== undefined)
      wantProof(
        row,
        moment,
        { ground, keepUntil },
        found.find((item) => item.id === id)!,
      );
}

/** Throws `proof-wanted` where an erasure would delete a consent whose proof law still wants. */
async function wantProofs(
  db: D1Database,
  row: Row,
  today: string,
  denied: readonly { id: string }[],
): Promise<void> {
  const stays = new Set(denied.map(({ id }) => id));
  const wanted = (await itemsOf(db, row.id)).filter(
    ({ id, verdict, doneAt, proofUntil }) =>
      verdict === "confirmed" && doneAt === null && (proofUntil ?? "") >= today && !stays.has(id),
  );
  if (wanted.length === 0) return;
  const errors = wanted.map(({ id, proofUntil }) => ({
    path: "deny",
    message: fill(details.proofWanted, { item: id, until: proofUntil! }),
  }));
  throw new Problem("proof-wanted", undefined, errors);
}

const mayProve = new Set(["protection", "legal-obligation"]);

/**
 * Throws unless an item may be kept as proof that a call was lawful: of an erasure, for legal claims or as law wants it (UK
 * GDPR art 17(3)(e), (b)), no longer than it would have been kept, and no shorter than law wants.
 */
function wantProof(
  row: Row,
  { today, policy }: Moment,
  { ground, keepUntil }: { ground: string; keepUntil: string },
  { kind, at, proofUntil }: RequestItem,
): void {
  const wrong = (message: string) => new Problem("invalid", undefined, [{ path: "deny", message }]);
  const provesCall = kind === "dial" || kind === "call" || kind === "consent";
  if (row.kind !== "erasure" || !mayProve.has(ground) || !provesCall) throw wrong(details.keepWhat);
  // A consent is kept until it ends and as long again as a call.
  const from = kind === "consent" ? today : (at ?? today).slice(0, 10);
  const months = monthsLater(from, policy.retention.dialMonths);
  const last = proofUntil !== null && proofUntil > months ? proofUntil : months;
  if (proofUntil !== null && proofUntil >= today && keepUntil < proofUntil)
    throw wrong(fill(details.keepLaw, { until: proofUntil }));
  if (keepUntil <= today || keepUntil > last)
    throw wrong(fill(details.keepUntil, { from: today, until: last }));
}

/** All have been told once the last of them was: the day that counts. */
const toldOf = (untold: number, ...days: (string | null)[]): Pick<Plan, "untold" | "on"> => {
  const last = days
    .flatMap((day) => day ?? [])
    .sort()
    .at(-1);
  return { untold, ...(untold === 0 && last !== undefined && { on: last }) };
};

requestDecide.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/recipients",
    roles: officers,
    summary:
      "Records a recipient of the erased data and when they were told, that there was no recipient, or that one who was never " +
      "told was entered by mistake (UK GDPR art 19)",
    request: { params: idParam, body: body(recipientRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const asked = c.req.valid("json");
    const by = c.get("actor")!.id;
    return takeStep(c, c.req.valid("param").id, "recipient", async (row, { policy, at, today }) => {
      const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);
      if ("none" in asked) {
        if (row.listed > 0) throw wrong("none", details.recipientsListed);
        return { set: { recipients: "none" as const } };
      }
      const others = (await c.env.DB.prepare(
        // Where nothing was erased further, they hear of the first decision that erased.
        `SELECT COUNT(*) FILTER (WHERE ${untold}) AS n, COUNT(*) AS listed, MAX(p.told_on) AS told,
           COALESCE(${widened("?1")}, (SELECT MIN(e.at) FROM request_events e
             WHERE e.request = ?1 AND e.action IN ('comply', 'partial'))) AS since
         FROM request_recipients p WHERE p.request = ?1 AND p.name <> ?2 AND ${isRecipient}`,
      )
        .bind(row.id, asked.name)
        .first<{ n: number; listed: number; told: string | null; since: string | null }>())!;
      const [before] = await statesOf(
        c.env.DB,
        recipientsBound,
        "request = ? AND name = ?",
        row.id,
        asked.name,
      );
      if ("mistake" in asked) {
        if (!before || before["told_on"] !== null || before["mistaken"] !== null)
          throw wrong("name", details.recipientTold);
        const mistaken = { mistaken: 1, how: asked.mistake, by, at };
        return {
          // Where no other is named, it is still to be said that there was none.
          ...toldOf(others.listed === 0 ? 1 : others.n, others.told),
          statements: [changeBound(recipientsBound, before, mistaken, at)],
          detail: { mistaken: asked.name, reason: asked.mistake },
        };
      }
      const since = others.since && dayOf(Date.parse(others.since), zoneOfPolicy(policy));
      if (asked.toldOn !== null && asked.toldOn > today) throw wrong("toldOn", details.sentLater);
      // They cannot have heard of what was not yet decided.
      if (asked.toldOn !== null && since && asked.toldOn < since) throw wrong("toldOn", details.sentEarlier);
      // The same name again: they were told since, or it is a recipient after all.
      const told = { told_on: asked.toldOn, how: asked.how, by, at, mistaken: null };
      return {
        ...toldOf(others.n + Number(asked.toldOn === null), asked.toldOn, others.told),
        statements: [
          before
            ? changeBound(recipientsBound, before, told, at)
            : insertBound(recipientsBound, [
                { id: crypto.randomUUID(), request: row.id, name: asked.name, ...told },
              ]),
        ],
        detail: { told: asked.toldOn },
      };
    });
  },
);
