/** What the desk's overview draws, and what it says waits for a person. */
import { type FiguresAnswer, figuresAnswer, figuresQuery, waitingAnswer } from "../../shared/overview/api.ts";
import { zoneOfPolicy } from "../../shared/policy/zone.ts";
import { json, room, route } from "../core/route.ts";
import { listsFailing } from "../call-logs/fetch.ts";
import { waitingOf } from "../do-not-call/waiting.ts";
import { stoppedSince } from "./clock.ts";
import { currentPolicy } from "../policy/current.ts";
import { momentOf, openDuty } from "../privacy-requests/rows.ts";
import { openTasks } from "../privacy-requests/systems/expired.ts";
import { registersOf } from "../proof/registers.ts";
import { erasureWeeks } from "../recordings/erasing/counted.ts";
import { dialsByDay, heldBy, periodOf } from "./figures.ts";
import { sizeOf } from "./size.ts";

export const figures = room();

figures.openapi(
  route({
    method: "get",
    path: "/v1/figures",
    roles: ["manager", "compliance", "admin"],
    summary:
      "Calls by day, reasons for held calls, the registers' versions, requests by days left, and coming erasures by week",
    request: { query: figuresQuery },
    responses: { 200: json(figuresAnswer) },
  }),
  async (c) => c.json(await figuresOf(c.env.DB, c.req.valid("query"), Date.now()), 200),
);

figures.openapi(
  route({
    method: "get",
    path: "/v1/waiting",
    roles: ["manager", "compliance", "admin"],
    summary:
      "How many entries wait for a person: consents for their review, objections for their scope, tasks in connected CRMs; whether the clock runs, whether calls are fetched, and how full the database is",
    responses: { 200: json(waitingAnswer) },
  }),
  async (c) => {
    const [waiting, tasks, clockStopped, callsFailing, database] = await Promise.all([
      waitingOf(c.env.DB),
      openTasks(c.env.DB),
      stoppedSince(c.env.DB, Date.now()),
      listsFailing(c.env, Date.now()),
      sizeOf(c.env.DB),
    ]);
    return c.json({ ...waiting, tasks, clockStopped, callsFailing, database }, 200);
  },
);

/** `now` in milliseconds. */
export async function figuresOf(
  db: D1Database,
  { from, to, zone: asked }: { from: string; to: string; zone?: string | undefined },
  now: number,
): Promise<FiguresAnswer> {
  const zone = asked ?? zoneOfPolicy((await currentPolicy(db)).policy);
  const { start, end } = periodOf(from, to, zone);
  const at = new Date(now).toISOString();
  const { today } = await momentOf(db, now);
  const [days, reasons, { registers }, requests, erasures] = await Promise.all([
    dialsByDay(db, from, to, zone),
    heldBy(db, start, end),
    registersOf(db, null, start, end < at ? end : at),
    db
      .prepare(
        `SELECT CAST(julianday(due) - julianday(?1) AS INTEGER) AS daysLeft, COUNT(*) AS count
         FROM (SELECT MIN(due) AS due FROM duties WHERE ${openDuty} GROUP BY request) WHERE due IS NOT NULL
         GROUP BY 1 ORDER BY 1`,
      )
      .bind(today)
      .all<FiguresAnswer["requests"][number]>(),
    erasureWeeks(db),
  ]);
  return { from, to, zone, days, heldBy: reasons, registers, requests: requests.results, erasures };
}
