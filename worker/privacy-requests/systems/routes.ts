/**
 * What the connected systems hold of a requester: an officer has the Worker look there, has records erased there where the policy
 * lets it, and says of each system what became of the data. What could not be read is never taken for nothing.
 */
import { requestStep } from "../../../shared/privacy-requests/api.ts";
import { requestIdParam as idParam } from "../../../shared/privacy-requests/api-steps.ts";
import {
  certificateAnswer,
  type HeldRecordRow,
  systemErase,
  systemParam,
  systemRequest,
} from "../../../shared/privacy-requests/api-systems.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { openKinds } from "../../../shared/privacy-requests/duties.ts";
import { eraseIn, heldIn, mayErase, type System, systemsOf } from "../../connectors/kinds/held/read.ts";
import { systemsEn as t } from "../../../shared/texts/privacy-requests/systems.en.ts";
import { insertBound } from "../../core/bound.ts";
import { logRead, record } from "../../core/commit.ts";
import { Problem, problemOf } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { retryOnConflict } from "../../core/bulk.ts";
import { changeBound, changeRows } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { systemsBound } from "../bound.ts";
import { dutiesOf } from "../duties.ts";
import { fileOf } from "../files/routes.ts";
import { type Moment, momentOf, type Row, wantRequest } from "../rows.ts";
import { takeStep, wantStep } from "../take-step.ts";
import { countAsked } from "./asked.ts";
import { settled } from "./own-copy.ts";
import { becomes, keyOf, seen } from "./records.ts";
import { certificateOf } from "./told.ts";
import {
  backupsOf,
  covers,
  decisionsOf,
  freshRows,
  hasAsked,
  isByLook,
  isOf,
  recordsFor,
  recordsIn,
  soughtIn,
  statesFor,
  systemsBeside,
  type SystemState,
  wantSystem,
  type Who,
  whoOf,
} from "./rows.ts";

export const requestSystems = room();
const officers = ["compliance", "admin"] as const;

/** A system that a look is to ask: open, or settled by an earlier look before the decision, or by less than is known now. */
const isToLookAt = (one: SystemState, { decision }: Row, who: Who): boolean =>
  one.outcome === null || (isByLook(one) && (decision === null || !hasAsked(one, who)));

/** Whether something is owed of systems: one that is connected later is asked as long as it is. */
const owes = (row: Row, moment: Moment): boolean =>
  row.decision === null ||
  (row.decision !== "deny" &&
    openKinds(dutiesOf(row, moment).duties).includes(row.kind === "erasure" ? "erase" : "tell"));

/** Whether a step that leaves so many systems open leaves nothing to erase at all. */
const leavesNothing = (row: Row, open: number): boolean =>
  row.kind === "erasure" && row.decision !== null && open === 0 && row.pending === 0;

const lookAt = async (env: Env, system: System, who: Who, left: readonly HeldRecordRow[] = []) => ({
  system,
  holding: await heldIn(
    ...([env, system, who] as const),
    left.map(({ object, id, what, link }) => ({ object, id, what, link })),
  ),
});

requestSystems.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/systems",
    roles: officers,
    summary:
      "Looks in the connected systems for what they hold of the requester: by the numbers of the request and of what was confirmed, and " +
      "by a confirmed address. A system that cannot be read, or not all of it, stays a task. Those that were settled are left",
    request: { params: idParam },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const db = c.env.DB;
    const then = await momentOf(db, Date.now());
    const before = await wantRequest(db, id, then);
    wantStep(before, "look", "officer", then);
    const earlier = await statesFor(db, id);
    const who = await whoOf(db, before, earlier);
    const beside = owes(before, then) ? await systemsBeside(db, earlier) : [];
    const decisions = await decisionsOf(db, id);
    const there = await systemsOf(db);
    const looks = await Promise.all([
      ...earlier.flatMap((one) => {
        const system = isToLookAt(one, before, who) ? there.find((other) => isOf(one, other)) : undefined;
        const left = recordsFor(one, who).filter(({ erasedOn, goneOn }) => (erasedOn ?? goneOn) === null);
        return system ? [lookAt(c.env, system, who, left)] : [];
      }),
      ...beside.map((system) => lookAt(c.env, system, who)),
    ]);
    // Whatever becomes of the step, it was asked.
    const asked = looks.flatMap(({ system, holding }) => (holding.asked ? [system.host] : []));
    const items = who.numbers.length + Number(who.email !== null);
    await countAsked(db, "look", asked, { request: id, numbers: who.numbers, items, now: then.now });
    return takeStep(c, id, "look", async (row, moment) => {
      const { at, today, policy } = moment;
      const rows = await statesFor(db, id);
      const since = await decisionsOf(db, id);
      // What was read before a decision tells nothing of what that decision asks.
      if (
        row.decision !== before.decision ||
        row.decided_on !== before.decided_on ||
        since.length > decisions.length ||
        !covers(who, await whoOf(db, row, rows))
      )
        throw new Problem("request-moved");
      // A decision that listed no system has kept none of the numbers that it erased here, however often one is looked at since.
      const isForgotten = row.kind === "erasure" && since.some((systems) => !systems);
      const change = (one: SystemState) => {
        const look = looks.find(({ system }) => isOf(one, system));
        const holding = look?.holding;
        const records = holding ? seen(recordsFor(one, who), holding, today) : recordsIn(one);
        const problem = holding ? (isForgotten ? "forgotten" : holding.problem) : "removed";
        const isAlso = ({ connector, kind, host }: SystemState) =>
          connector === one.connector && kind === one.kind && host === look?.system.host;
        const backups = backupsOf(policy, one.host, today);
        return {
          ...{ looked_at: at, region: holding?.region ?? one.region },
          ...(look && { sought: JSON.stringify(who) }),
          host: look && one.host === "" && !rows.some(isAlso) ? look.system.host : one.host,
          ...becomes(records, problem, { kind: row.kind, today, backups }),
        };
      };
      const changes = rows
        .filter((one) => isToLookAt(one, row, who))
        .map((before) => ({ before, to: change(before) }));
      const by = c.get("actor")!.id;
      const added = freshRows(
        (await systemsBeside(db, rows)).filter((one) => beside.some(({ row }) => row.id === one.row.id)),
        { request: id, by, at },
      ).map((one) => ({ ...one, ...change(one) }));
      const open = [...changes.map(({ to }) => to), ...added].filter(
        ({ outcome }) => outcome === null,
      ).length;
      return {
        statements: [
          ...changeRows(systemsBound, changes, at),
          ...(added.length === 0 ? [] : [insertBound(systemsBound, added)]),
          ...settled(row),
        ],
        erased: leavesNothing(row, open),
        detail: { systems: changes.length + added.length, left: open },
      };
    });
  },
);

requestSystems.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/systems/{system}",
    roles: officers,
    summary:
      "Says what became of the data in a connected system: erased there, given to the requester (with the file, or how), nothing held, " +
      "or kept, where that part was refused; and until when its backups keep what was erased",
    request: { params: systemParam, body: body(systemRequest) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { id, system } = c.req.valid("param");
    const asked = c.req.valid("json");
    const db = c.env.DB;
    return takeStep(c, id, "system", async (row, moment) => {
      const { at, today, policy } = moment;
      const before = await wantSystem(db, id, system);
      const { outcome, how, file = null, on = today } = asked;
      const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);
      if (on > today) throw wrong("on", details.sentLater);
      if (on < row.received_on) throw wrong("on", details.sentEarlier);
      const fits = { erased: row.kind === "erasure", given: row.kind === "access", nothing: true }[
        outcome as "erased"
      ];
      if (!(fits ?? row.decision === "partial")) throw wrong("outcome", t.refused.outcome);
      if (file !== null && !(await fileOf(db, id, "f.id = ?2 AND f.purpose = 'scan'", file)))
        throw wrong("file", t.refused.file);
      const backups = asked.backupsUntil ?? backupsOf(policy, before.host, on);
      if (backups !== null && outcome === "erased" && backups < on)
        throw wrong("backupsUntil", t.refused.backups);
      const open = row.systems - Number(before.outcome === null);
      return {
        statements: [
          changeBound(
            systemsBound,
            before,
            {
              ...{ outcome, how, file, done_on: on, by: c.get("actor")!.id },
              backups_until: outcome === "erased" ? backups : null,
            },
            at,
          ),
          ...settled(row),
        ],
        erased: leavesNothing(row, open),
        detail: { system: before.name, outcome, how },
      };
    });
  },
);

requestSystems.openapi(
  route({
    method: "post",
    path: "/v1/requests/{id}/systems/{system}/erase",
    roles: officers,
    summary:
      "Has records erased in a connected system by its API, of a complied erasure, where the policy's recipient lets it (`erases`). What " +
      "the system refuses stays a task, with its words",
    request: { params: systemParam, body: body(systemErase) },
    responses: { 200: json(requestStep) },
  }),
  async (c) => {
    const { id, system } = c.req.valid("param");
    const chosen = new Set(c.req.valid("json").records.map(keyOf));
    const db = c.env.DB;
    const moment = await momentOf(db, Date.now());
    const row = await wantRequest(db, id, moment);
    wantStep(row, "system", "officer", moment);
    // A part that was refused, or was never asked for, may be in any record there.
    if (row.kind !== "erasure" || row.decision !== "comply" || row.narrowed !== null)
      throw new Problem("request-not-now", t.refused.whole);
    const before = await wantSystem(db, id, system);
    const records = recordsIn(before).filter((one) => one.erasedOn === null && chosen.has(keyOf(one)));
    if (before.outcome !== null || records.length < chosen.size)
      throw new Problem("invalid", undefined, [{ path: "records", message: t.refused.records }]);
    const there = (await systemsOf(db)).find((one) => one.row.id === before.connector);
    if (!there || !isOf(before, there) || !(await mayErase(db, before.host)))
      throw new Problem("request-wants", t.refused.erases);
    await record(c.env, {
      actor: c.get("actor")!.id,
      event: {
        code: "request.system-erasing",
        subject: id,
        payload: { system, records: records.map(({ object, id }) => [object, id]) },
      },
      statements: [],
    });
    const done = await eraseIn(c.env, there, records);
    // Behind what was done there, which no count that fails may lose.
    const of = { request: id, numbers: soughtIn(before).numbers, items: records.length, now: Date.now() };
    const count = () => countAsked(db, "erase", done.asked ? [there.host] : [], of).catch(console.error);
    const erased = new Set(done.erased.map(keyOf));
    const whyOf = new Map(done.refused.map((one) => [keyOf(one), one.why]));
    const after = (one: HeldRecordRow, today: string): HeldRecordRow =>
      erased.has(keyOf(one))
        ? { ...one, erasedOn: today, goneOn: null, why: null }
        : one.erasedOn !== null || !chosen.has(keyOf(one))
          ? one
          : { ...one, why: whyOf.get(keyOf(one)) ?? done.stopped };
    // What was done there is written, also where the system failed halfway, or somebody was quicker here.
    const take = () =>
      takeStep(c, id, "system", async (row, { at, today, policy }) => {
        const now = await wantSystem(db, id, system);
        const left = recordsIn(now).map((one) => after(one, today));
        const backups = backupsOf(policy, now.host, today);
        const isOpen = now.outcome === null;
        const to = isOpen
          ? becomes(left, now.problem, { kind: row.kind, today, backups })
          : { records: JSON.stringify(left), outcome: now.outcome };
        return {
          statements: [changeBound(systemsBound, now, to, at), ...settled(row)],
          erased: leavesNothing(row, row.systems - Number(isOpen && to.outcome !== null)),
          detail: {
            ...{ system: now.name, erased: erased.size, refused: whyOf.size },
            ...(done.stopped !== null && { stopped: done.stopped }),
          },
        };
      });
    const again = ["conflict", "request-moved"];
    try {
      return await retryOnConflict(take, again).catch(async (error: unknown) => {
        // The step is not possible any more: the records alone say what is gone there.
        if (erased.size > 0 && error instanceof Problem)
          await retryOnConflict(async () => {
            const { at, today } = await momentOf(db, Date.now());
            const now = await wantSystem(db, id, system);
            const records = JSON.stringify(recordsIn(now).map((one) => after(one, today)));
            await record(c.env, {
              actor: c.get("actor")!.id,
              event: { code: "request.system-erased", subject: id, payload: { system, erased: erased.size } },
              statements: [changeBound(systemsBound, now, { records }, at)],
            }).catch((failed: unknown) => {
              throw problemOf(failed) ?? failed;
            });
          }, again);
        throw error;
      });
    } finally {
      await count();
    }
  },
);

requestSystems.openapi(
  route({
    method: "get",
    path: "/v1/requests/{id}/certificate",
    roles: officers,
    summary:
      "The certificate of a finished erasure: what was erased here and in each connected system, and until when backups keep it. It " +
      "names no person",
    request: { params: idParam },
    responses: { 200: json(certificateAnswer) },
  }),
  async (c) => {
    const moment = await momentOf(c.env.DB, Date.now());
    const row = await wantRequest(c.env.DB, c.req.valid("param").id, moment);
    const text = await certificateOf(c.env.DB, row, moment);
    if (text === null) throw new Problem("request-wants", t.refused.certificate);
    await logRead(c, "request-certificate", null, row.id);
    return c.json({ text }, 200);
  },
);
