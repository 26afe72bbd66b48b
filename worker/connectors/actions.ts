/** Actions on a connected CRM: test it, start a run or a trial run, list runs, stop one, switch on or off. */
import {
  connectorFieldsAnswer,
  connectorFieldsRequest,
  connectorRun,
  connectorRunRequest,
  connectorRunsAnswer,
  connectorRunsQuery,
  connectorSchema,
  connectorSwitch,
  connectorTest,
} from "../../shared/connectors/api.ts";
import { commit, record } from "../core/commit.ts";
import { sql } from "../core/sql.ts";
import type { Env } from "../env.ts";
import { type ConnectorRow, oneConnector, rowOf, runColumns, runningOf, runOf, type RunRow } from "./rows.ts";
import { holdOff, letGo } from "./changes/rows.ts";
import { flagsOf, lastReads } from "./flags/read-at.ts";
import { beginning, closeStopped, stopping, whileRunning } from "./run.ts";
import { keysOf, ourFields } from "./checks/fields.ts";
import { wantOnce } from "./checks/setup.ts";
import { tested } from "./checks/tested.ts";
import { realTime } from "./http.ts";
import { provedBy, runAgain } from "./slice-rows.ts";
import { dueAtOnce, leasedUntil } from "./turned.ts";
import { idParam } from "./routes.ts";
import { Problem } from "../core/errors.ts";
import { body, json, room, route } from "../core/route.ts";

export const connectorActions = room();

connectorActions.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/test",
    roles: ["admin"],
    summary:
      "Reads one page of each kind of record and counts its numbers. Then tries our fields on a record of each kind where all " +
      "of them are empty, that for consents too: writes the longest text, reads it back, and empties them again. Not while a run goes on",
    request: { params: idParam },
    responses: { 200: json(connectorTest) },
  }),
  async (c) => {
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    if ((await runningOf(c.env.DB, row))?.reads === 0) throw new Problem("connector-running");
    const from = Date.now();
    if (!(await holdOff(c.env.DB, row.num, from))) throw new Problem("connector-running");
    const answer = await testedAlone(c.env, row);
    const proved = answer.ok && answer.kinds.every((kind) => kind.proved);
    await record(c.env, {
      actor: c.get("actor")!.id,
      event: { code: "connector.tested", subject: row.id, payload: answer },
      statements: [runAgain(row, from, Date.now()), ...(proved ? [provedBy(row)] : [])],
    });
    return c.json(answer, 200);
  },
);

async function testedAlone(env: Env, row: ConnectorRow) {
  try {
    return await tested(env, row);
  } finally {
    await letGo(env.DB, row.num);
  }
}

connectorActions.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/fields",
    roles: ["admin"],
    summary:
      "Looks for our three fields on each kind of record, and makes those that are missing, where the CRM's API allows it. What is " +
      "there is left as it is. Not while a run goes on",
    request: { params: idParam, body: body(connectorFieldsRequest) },
    responses: { 200: json(connectorFieldsAnswer) },
  }),
  async (c) => {
    const { make, secret } = c.req.valid("json");
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    wantOnce(row.kind, secret);
    if ((await runningOf(c.env.DB, row))?.reads === 0) throw new Problem("connector-running");
    const { keys, ...answer } = await ourFields(c.env, row, { make, secret }, realTime);
    await record(c.env, {
      actor: c.get("actor")!.id,
      event: { code: "connector.fields", subject: row.id, payload: { make, ...answer } },
      statements: keysOf(row, keys),
    });
    return c.json(answer, 200);
  },
);

connectorActions.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/runs",
    roles: ["admin"],
    summary:
      "Screens all contacts now. A `trial` writes nothing and counts the contacts that it would write to",
    request: { params: idParam, body: body(connectorRunRequest) },
    responses: { 201: json(connectorRun) },
  }),
  async (c) => {
    const { trial } = c.req.valid("json");
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    if (!trial && row.triedAt === null) throw new Problem("connector-not-tried");
    const actor = c.get("actor")!;
    const now = Date.now();
    const { id, event, statements } = beginning(actor.id, row, trial ? "trial" : "run", now);
    const zero = { contacts: 0, numbers: 0, clear: 0, caution: 0, blocked: 0, unknown: 0, none: 0 };
    const answer = await whileRunning(c.env, row, (running) => {
      if (running?.reads === 0) throw new Problem("connector-running");
      // A run reads all that a reading of flags alone does; a trial is followed by another.
      const stopped = running ? stopping(running, now) : [];
      return commit(c, event, [...stopped, ...statements], {
        status: 201,
        body: {
          ...{ id, trial, state: "running" as const, screening: event.payload.screening },
          ...{ ...zero, invalid: 0, written: 0, refused: 0, failures: 0 },
          ...{ refusal: null, kinds: [], error: null, due: null, finishedAt: null },
          ...{ by: actor.id, byName: actor.name, at: new Date(now).toISOString() },
        },
      });
    });
    await c.env.SLICES.send({ run: id, slice: 0 });
    return answer;
  },
);

connectorActions.openapi(
  route({
    method: "get",
    path: "/v1/connectors/{id}/runs",
    roles: ["admin"],
    summary: "A connector's runs, newest first",
    request: { params: idParam, query: connectorRunsQuery },
    responses: { 200: json(connectorRunsAnswer) },
  }),
  async (c) => {
    const { before = Number.MAX_SAFE_INTEGER, limit } = c.req.valid("query");
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    const { results } = await c.env.DB.prepare(
      `SELECT ${runColumns} WHERE r.connector = ? AND r.num < ? AND r.reads = 0 ORDER BY r.num DESC LIMIT ?`,
    )
      .bind(row.num, before, limit)
      .all<RunRow>();
    return c.json({ runs: results.map(runOf), next: results[limit - 1]?.num ?? null }, 200);
  },
);

connectorActions.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/stop",
    roles: ["admin"],
    summary: "Stops the current run. What it wrote stays",
    request: { params: idParam },
    responses: { 200: json(connectorSchema) },
  }),
  async (c) => {
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    const now = Date.now();
    const before = await oneConnector(c.env, row.id);
    return whileRunning(c.env, row, async (run) => {
      if (!run) throw new Problem("connector-idle");
      const last = { ...runOf(run), state: "stopped" as const, finishedAt: new Date(now).toISOString() };
      const answer = await commit(
        c,
        { code: "connector.run-stopped", subject: row.id, payload: { run: run.id } },
        stopping(run, now),
        { status: 200, body: { ...before, last: { ...last, due: null } } },
      );
      await closeStopped(c.env, run);
      return answer;
    });
  },
);

connectorActions.openapi(
  route({
    method: "post",
    path: "/v1/connectors/{id}/switch",
    roles: ["admin"],
    summary:
      "On: all contacts are screened regularly, and a number whose verdict changes is marked. Only after a trial run",
    request: { params: idParam, body: body(connectorSwitch) },
    responses: { 200: json(connectorSchema) },
  }),
  async (c) => {
    const { active } = c.req.valid("json");
    const row = await rowOf(c.env.DB, c.req.valid("param").id);
    if (active && row.triedAt === null) throw new Problem("connector-not-tried");
    const before = await oneConnector(c.env, row.id);
    const flags = flagsOf({ ...row, active: active ? 1 : 0 }, (await lastReads(c.env.DB)).get(row.num));
    return commit(
      c,
      { code: active ? "connector.switched-on" : "connector.switched-off", subject: row.id, payload: null },
      [
        sql(
          `UPDATE connectors SET active = ?2, failures = 0, error = NULL, due = ${dueAtOnce("?3")} WHERE id = ?1`,
          ...[row.id, active ? 1 : 0, leasedUntil(Date.now())],
        ),
      ],
      { status: 200, body: { ...before, active, error: null, nextAt: active ? before.nextAt : null, flags } },
    );
  },
);
