/** Tasks in connected systems after the end of retention (expired.ts): the list, and an officer's word that one is done. */
import {
  type SystemTask,
  systemTaskParam,
  systemTaskRequest,
  systemTasksAnswer,
  systemTasksQuery,
} from "../../../shared/privacy-requests/api-system-tasks.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { systemsEn as t } from "../../../shared/texts/privacy-requests/systems.en.ts";
import { commit, logRead } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { sql } from "../../core/sql.ts";
import { changeBound, statesOf } from "../../core/states.ts";
import { tasksBound } from "../bound.ts";
import { momentOf } from "../rows.ts";

export const systemTaskRoutes = room();
const officers = ["compliance", "admin"] as const;

systemTaskRoutes.openapi(
  route({
    method: "get",
    path: "/v1/system-tasks",
    roles: officers,
    summary:
      "What connected CRMs still hold of people whose last recording was erased on its day, oldest first: open, or done",
    request: { query: systemTasksQuery },
    responses: { 200: json(systemTasksAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { show, after, limit } = query;
    await logRead(c, "system-tasks", query);
    const [from = "", id = ""] = after?.split("|") ?? [];
    const [column, where] = show === "open" ? ["at", "done_on IS NULL"] : ["done_on", "done_on IS NOT NULL"];
    const { results } = await c.env.DB.prepare(
      `SELECT id, connector, name, kind, day, records, done_on AS doneOn, how, backups_until AS backupsUntil, at
         FROM system_tasks WHERE ${where} AND (${column}, id) > (?1, ?2) ORDER BY ${column}, id LIMIT ?3`,
    )
      .bind(from, id, limit)
      .all<Omit<SystemTask, "records"> & { records: string }>();
    const last = results[limit - 1];
    return c.json(
      {
        tasks: results.map((one) => ({ ...one, records: JSON.parse(one.records) as [string, string][] })),
        next: last ? `${show === "open" ? last.at : last.doneOn}|${last.id}` : null,
      },
      200,
    );
  },
);

systemTaskRoutes.openapi(
  route({
    method: "post",
    path: "/v1/system-tasks/{id}",
    roles: officers,
    summary: "Says what was done in the connected system, and until when its backups keep what was erased",
    request: { params: systemTaskParam, body: body(systemTaskRequest) },
    responses: { 200: json(systemTaskParam) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const { today, at } = await momentOf(c.env.DB, Date.now());
    const { on = today, how, backupsUntil = null } = c.req.valid("json");
    const [before] = await statesOf(c.env.DB, tasksBound, "id = ?", id);
    if (!before) throw new Problem("not-found");
    if (before["done_on"] !== null) throw new Problem("request-not-now", t.refused.taskDone);
    const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);
    if (on > today) throw wrong("on", details.sentLater);
    if (on < String(before["day"])) throw wrong("on", t.refused.taskBefore);
    if (backupsUntil !== null && backupsUntil < on) throw wrong("backupsUntil", t.refused.backups);
    return commit(
      c,
      { code: "request.task-done", subject: id, payload: { system: before["name"], how } },
      [
        changeBound(
          tasksBound,
          before,
          { done_on: on, how, backups_until: backupsUntil, by: c.get("actor")!.id },
          at,
        ),
        sql("DELETE FROM system_task_records WHERE task = ?", id),
      ],
      { status: 200, body: { id } },
    );
  },
);
