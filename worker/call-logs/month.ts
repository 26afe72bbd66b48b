/** A month of logged calls for analysts, by pages: what closed and what stays in the database, each once, newest first. */
import { monthParams } from "../../shared/api.ts";
import { monthOfCalls, monthOfCallsQuery } from "../../shared/call-logs/api.ts";
import { daysLater, monthsLater } from "../../shared/core/calendar.ts";
import { logRead } from "../core/commit.ts";
import { json, room, route } from "../core/route.ts";
import { currentPolicy } from "../policy/current.ts";
import { disclosed } from "../policy/disclosed.ts";
import { wantExport } from "../policy/egress.ts";
import { pageOfCalls } from "./find.ts";
import { toCall } from "./rows.ts";

export const monthsOfCalls = room();

monthsOfCalls.openapi(
  route({
    method: "get",
    path: "/v1/calls/months/{month}",
    roles: ["admin"],
    summary:
      "A month (UTC) of logged calls, newest first, closed or not, for analysts. Each page is logged on the trail, and counted as taken out",
    request: { params: monthParams, query: monthOfCallsQuery },
    responses: { 200: json(monthOfCalls) },
  }),
  async (c) => {
    const { month } = c.req.valid("param");
    const query = c.req.valid("query");
    await wantExport(c.env);
    const { policy } = await currentPolicy(c.env.DB);
    const from = `${month}-01`;
    const days = { from, to: daysLater(monthsLater(from, 1), -1) };
    const { rows, next } = await pageOfCalls(c.env, { ...days, ...query }, policy);
    const n = rows.length;
    await logRead(c, "calls-month", { month, ...query, calls: n }, "", [
      disclosed("export", "", "calls", n, Date.now()),
    ]);
    return c.json({ calls: rows.map(toCall), next }, 200);
  },
);
