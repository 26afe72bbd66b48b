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
import { eraseIn, heldIn, mayErase, type System, systemsOf } from "../../connectors/kinds/held/read.ts";
import { systemsEn as t } from "../../../shared/texts/privacy-requests/systems.en.ts";
import { insertBound } from "../../core/bound.ts";
import { logRead, record } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { changeBound } from "../../core/states.ts";
import { disclosed } from "../../policy/disclosed.ts";
import { systemsBound } from "../bound.ts";
import { stillToErase } from "../duties.ts";
import { theirNumbers } from "../erase-data.ts";
import { fileOf } from "../files/routes.ts";
import { momentOf, type Row, wantRequest } from "../rows.ts";
import { takeStep, wantStep } from "../take-step.ts";
import { certificateOf } from "./told.ts";
import { backupsOf, newSystems, recordsIn, statesFor, type SystemState, wantSystem } from "./rows.ts";

export const requestSystems = room();
const officers = ["compliance", "admin"] as const;

const keyOf = ({ object, id }: { object: string; id: string }): string => JSON.stringify([object, id]);

/** A system that an officer has not settled; one that a look alone found empty counts as such until the decision. */
const isToLookAt = ({ outcome, how }: SystemState, { decision }: Row): boolean =>
  outcome === null || (decision === null && outcome === "nothing" && how === "");

/** What is known of a system's records after a look: those that were erased there stay on record, unless they are there again. */
function seen(
  before: SystemState,
  found: readonly Omit<HeldRecordRow, "erasedOn" | "why">[],
): HeldRecordRow[] {
  const there = new Set(found.map(keyOf));
  const gone = recordsIn(before).filter((one) => one.erasedOn !== null && !there.has(keyOf(one)));
  return [...gone, ...found.map((one) => ({ ...one, erasedOn: null, why: null }))];
}

/** What a row becomes with these records: settled where nothing is left and nothing stayed unread. */
function becomes(
  records: readonly HeldRecordRow[],
  problem: string | null,
  { today, backups }: { today: string; backups: string | null },
) {
  const isOver = problem === null && records.every(({ erasedOn }) => erasedOn !== null);
  const outcome = !isOver ? null : records.length === 0 ? "nothing" : "erased";
  return {
    ...{ records: JSON.stringify(records), problem, outcome, done_on: isOver ? today : null },
    backups_until: outcome === "erased" ? backups : null,
  };
}

/** Whether a step that leaves so many systems open leaves nothing to erase at all. */
const leavesNothing = (row: Row, open: number): boolean =>
  row.kind === "erasure" && row.decision !== null && open === 0 && row.pending === 0;

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
    const before = await wantRequest(db, id, await momentOf(db, Date.now()));
    wantStep(before, "look", "officer", await momentOf(db, Date.now()));
    const who = {
      numbers: (await theirNumbers(db, before)).map(String),
      email: before.proved_at === null ? null : before.email,
    };
    const settled = new Set(
      (await statesFor(db, id)).flatMap((one) => (isToLookAt(one, before) ? [] : [one.connector])),
    );
    const systems = (await systemsOf(db)).filter(({ row }) => !settled.has(row.id));
    const looks = await Promise.all(
      systems.map(async (system) => [system.row.id, await heldIn(c.env, system, who)] as const),
    );
    const found = new Map(looks);
    return takeStep(c, id, "look", async (row, moment) => {
      const { at, today, now } = moment;
      const by = c.get("actor")!.id;
      const rows = await statesFor(db, id);
      const fresh = await newSystems(db, id, { by, at });
      const change = (one: SystemState) => {
        const holding = found.get(one.connector);
        const { records = [], region = one.region, problem = "removed" } = holding ?? {};
        const now = holding ? seen(one, records) : recordsIn(one);
        return {
          ...{ looked_at: at, region },
          ...becomes(now, problem, { today, backups: backupsOf(moment.policy, one.host, today) }),
        };
      };
      const looked = rows.filter((one) => isToLookAt(one, row));
      const changes = looked.map((before) => ({ before, to: change(before) }));
      const added = fresh.map((one) => ({ ...one, ...change(one as SystemState) }));
      const open = [...changes.map(({ to }) => to), ...added].filter(
        ({ outcome }) => outcome === null,
      ).length;
      const asked: System[] = who.numbers.length === 0 ? [] : systems;
      return {
        statements: [
          ...changes.map(({ before, to }) => changeBound(systemsBound, before, to, at)),
          ...(added.length === 0 ? [] : [insertBound(systemsBound, added)]),
          ...asked.map(({ host }) => disclosed("connector", host, "question", who.numbers.length, now)),
          ...(row.kind === "erasure" ? [stillToErase(id)] : []),
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
        throw wrong("backupsUntil", details.sentEarlier);
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
          ...(row.kind === "erasure" ? [stillToErase(id)] : []),
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
    if (!there || there.host !== before.host || !(await mayErase(db, there.host)))
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
    const refused = await eraseIn(c.env, there, records);
    if (typeof refused === "string") throw new Problem("store-failed", refused);
    const whyOf = new Map(refused.map((one) => [keyOf(one), one.why]));
    return takeStep(c, id, "system", async (row, { at, today, policy }) => {
      const now = await wantSystem(db, id, system);
      const left = recordsIn(now).map((one) =>
        one.erasedOn !== null || !chosen.has(keyOf(one))
          ? one
          : { ...one, erasedOn: whyOf.has(keyOf(one)) ? null : today, why: whyOf.get(keyOf(one)) ?? null },
      );
      const to = becomes(left, now.problem, { today, backups: backupsOf(policy, now.host, today) });
      const erased = records.length - refused.length;
      return {
        statements: [changeBound(systemsBound, now, to, at), stillToErase(id)],
        erased: leavesNothing(row, row.systems - Number(to.outcome !== null)),
        detail: { system: now.name, erased, refused: refused.length },
      };
    });
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
    await logRead(c, "request-certificate", null, row.id);
    const text = await certificateOf(c.env.DB, row, moment);
    if (text === null) throw new Problem("request-wants", t.refused.certificate);
    return c.json({ text }, 200);
  },
);
