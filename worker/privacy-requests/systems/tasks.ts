/** Tasks in connected systems after the end of retention (day-tasks.ts): the list, one with links, and an officer's word that it is done. */
import {
  LOOKED_AT,
  type SystemTask,
  systemTaskAnswer,
  systemTaskDone,
  systemTaskParam,
  systemTaskQuery,
  systemTaskRequest,
  systemTasksAnswer,
  systemTasksQuery,
  type TaskHeld,
} from "../../../shared/privacy-requests/api-system-tasks.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { problemDetails as details } from "../../../shared/texts/core/problems.en.ts";
import { requestsEn } from "../../../shared/texts/privacy-requests/steps.en.ts";
import { systemsEn as t } from "../../../shared/texts/privacy-requests/systems.en.ts";
import { heldIn, linksIn, type System } from "../../connectors/kinds/held/read.ts";
import { commit, logRead } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { body, json, room, route } from "../../core/route.ts";
import { sql } from "../../core/sql.ts";
import { changeRows, statesOf } from "../../core/states.ts";
import type { Env } from "../../env.ts";
import { disclosing } from "../../policy/disclosed.ts";
import { tasksBound } from "../bound.ts";
import { type Moment, momentOf } from "../rows.ts";
import { systemOf, taskRecords } from "./day-tasks.ts";
import { backupsOf, regionOf } from "./rows.ts";

export const systemTaskRoutes = room();
const officers = ["compliance", "admin"] as const;

const columns =
  "id, connector, name, kind, day, records, done_on AS doneOn, how, backups_until AS backupsUntil, by, at";
type Stored = Omit<SystemTask, "records" | "unread"> & { records: string };

/** One whose records cannot be read is named, and keeps no other from being answered. */
function shown(row: Stored): SystemTask {
  try {
    return { ...row, records: taskRecords.parse(JSON.parse(row.records)), unread: false };
  } catch {
    return { ...row, records: [], unread: true };
  }
}

/** What the system holds of some of a task's records, from a place on, by the look of a request. Its numbers are erased here. */
async function heldOf(
  env: Env,
  system: System | undefined,
  { records }: SystemTask,
  from: number,
  { policy, now }: Moment,
): Promise<TaskHeld> {
  const listed = records
    .slice(from, from + LOOKED_AT)
    .map(([object, id]) => ({ object, id, what: ["record" as const], link: null }));
  const next = from + LOOKED_AT < records.length ? from + LOOKED_AT : null;
  if (!system) return { records: listed, region: null, problem: "removed", next };
  const held = await heldIn(env, system, { numbers: [], email: null }, listed);
  if (held.asked) await disclosing(env.DB, "connector", system.host, "look", listed.length, now).run();
  return {
    records: held.records.map(({ object, id, what, link }) => ({ object, id, what, link })),
    region: held.region ?? regionOf(policy, system.host),
    ...{ problem: held.problem, next },
  };
}

/** What was done for a task that is done, in words. */
function receiptOf({ name, records, day, doneOn, how, backupsUntil }: SystemTask, host: string): string {
  const date = (of: string) => sayDate(english, of);
  return [
    fill(t.receipt.of, {
      system: host === "" ? name : fill(t.cert.noRegion, { name, host }),
      records: plural(english, t.records, records.length),
      day: date(day),
    }),
    fill(t.receipt.done, { date: date(doneOn!), how: t.receipt.how[how] ?? how }),
    backupsUntil === null ? t.cert.backupsUnsaid : fill(t.cert.backups, { date: date(backupsUntil) }),
  ].join(" ");
}
const receiptsOf = (tasks: readonly SystemTask[], host: string, { policy, today }: Moment): string =>
  [
    fill(t.receipt.head, { company: policy.identity.company || requestsEn.nameless }),
    ...tasks.map((task) => receiptOf(task, host)),
    fill(t.cert.made, { date: sayDate(english, today) }),
  ].join("\n\n");

systemTaskRoutes.openapi(
  route({
    method: "get",
    path: "/v1/system-tasks",
    roles: officers,
    summary:
      "What connected CRMs still hold of people whose last recording was erased on its day, a task a system and day: open ones, the oldest first, or done ones, the newest first",
    request: { query: systemTasksQuery },
    responses: { 200: json(systemTasksAnswer) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { show, after, limit } = query;
    await logRead(c, "system-tasks", query);
    const [from = show === "open" ? "" : "9999", id = ""] = after?.split("|") ?? [];
    const which =
      show === "open"
        ? "done_on IS NULL AND (at, id) > (?1, ?2) ORDER BY at, id"
        : "done_on IS NOT NULL AND (done_on, id) < (?1, ?2) ORDER BY done_on DESC, id DESC";
    const { results } = await c.env.DB.prepare(`SELECT ${columns} FROM system_tasks WHERE ${which} LIMIT ?3`)
      .bind(from, id, limit)
      .all<Stored>();
    const last = results[limit - 1];
    return c.json(
      {
        tasks: results.map(shown),
        next: last ? `${show === "open" ? last.at : last.doneOn}|${last.id}` : null,
      },
      200,
    );
  },
);

systemTaskRoutes.openapi(
  route({
    method: "get",
    path: "/v1/system-tasks/{id}",
    roles: officers,
    summary:
      "One of these, with where a person opens each of its records, what the system holds of some of them, and its receipt once it is done",
    request: { params: systemTaskParam, query: systemTaskQuery },
    responses: { 200: json(systemTaskAnswer) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const db = c.env.DB;
    const row = await db.prepare(`SELECT ${columns} FROM system_tasks WHERE id = ?`).bind(id).first<Stored>();
    if (!row) throw new Problem("not-found");
    const { look } = c.req.valid("query");
    await logRead(c, "system-task", null, id);
    const task = shown(row);
    const moment = await momentOf(db, Date.now());
    const system = await systemOf(db, task, moment);
    const linkOf = system && (await linksIn(c.env, system));
    return c.json(
      {
        task,
        links: task.records.map(([object, record]) => linkOf?.({ object, id: record }) ?? null),
        receipt: task.doneOn === null ? null : receiptsOf([task], system?.host ?? "", moment),
        held: look === undefined ? null : await heldOf(c.env, system, task, look, moment),
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
    summary:
      "Says what was done in the connected system, for one task or several of the same system, and until when its backups keep what " +
      "was erased; answers a receipt",
    request: { params: systemTaskParam, body: body(systemTaskRequest) },
    responses: { 200: json(systemTaskDone) },
  }),
  async (c) => {
    const { id } = c.req.valid("param");
    const db = c.env.DB;
    const moment = await momentOf(db, Date.now());
    const { today, at, policy } = moment;
    const { on = today, how, also, backupsUntil } = c.req.valid("json");
    const ids = JSON.stringify([...new Set([id, ...also])]);
    const all = await statesOf(db, tasksBound, "id IN (SELECT value FROM json_each(?)) ORDER BY at, id", ids);
    const first = all.find((one) => one["id"] === id);
    if (!first) throw new Problem("not-found");
    if (all.some((one) => one["done_on"] !== null)) throw new Problem("request-not-now", t.refused.taskDone);
    const wrong = (path: string, message: string) => new Problem("invalid", undefined, [{ path, message }]);
    const isSame = (one: (typeof all)[number]) =>
      one["connector"] === first["connector"] && one["kind"] === first["kind"];
    if (!all.every(isSame) || also.some((other) => !all.some((one) => one["id"] === other)))
      throw wrong("also", t.refused.taskOther);
    if (on > today) throw wrong("on", details.sentLater);
    if (all.some((one) => on < String(one["day"]))) throw wrong("on", t.refused.taskBefore);
    // An earlier account is another system.
    const days = [...new Set(all.map((one) => String(one["day"])))];
    const [system, ...others] = await Promise.all(
      days.map((day) => systemOf(db, { ...(first as unknown as SystemTask), day }, moment)),
    );
    if (others.some((other) => (other === undefined) !== (system === undefined)))
      throw wrong("also", t.refused.taskOther);
    const backups = backupsUntil ?? backupsOf(policy, system?.host ?? "", on);
    if (backups !== null && backups < on) throw wrong("backupsUntil", t.refused.backups);
    const to = { done_on: on, how, backups_until: backups, by: c.get("actor")!.id };
    const done = all.map((one) =>
      shown({ ...(one as unknown as Stored), doneOn: on, how, backupsUntil: backups }),
    );
    return commit(
      c,
      { code: "request.task-done", subject: id, payload: { system: first["name"], how, tasks: all.length } },
      [
        ...changeRows(
          tasksBound,
          all.map((before) => ({ before, to })),
          at,
        ),
        sql("DELETE FROM system_task_records WHERE task IN (SELECT value FROM json_each(?))", ids),
      ],
      { status: 200, body: { id, receipt: receiptsOf(done, system?.host ?? "", moment) } },
    );
  },
);
