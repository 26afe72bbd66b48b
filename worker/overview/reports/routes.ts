/** Reports that a manager is asked for: each as its parts, as CSV, and as a page to print. */
import * as z from "zod";
import { reportAnswer, reportName, reportQuery } from "../../../shared/overview/api-reports.ts";
import { logRead } from "../../core/commit.ts";
import { Problem } from "../../core/errors.ts";
import { room, route } from "../../core/route.ts";
import { strict } from "../../pages/layout.tsx";
import { currentPolicy } from "../../policy/current.ts";
import { answerOf, csvOf } from "./answer.ts";
import { reportPage } from "./page.tsx";

export const reports = room();

reports.use("/v1/reports/*", strict);
reports.openapi(
  route({
    method: "get",
    path: "/v1/reports/{report}",
    roles: ["manager", "compliance", "admin"],
    summary:
      "A report of a period, with what it was made from: as JSON, as CSV (its table alone) or as a page to print. Each is on the trail",
    request: { params: z.object({ report: reportName }), query: reportQuery },
    responses: {
      200: {
        description: "OK",
        content: {
          "application/json": { schema: reportAnswer },
          "text/csv": { schema: z.string() },
          "text/html": { schema: z.string() },
        },
      },
    },
  }),
  async (c) => {
    const { report } = c.req.valid("param");
    const { as, ...period } = c.req.valid("query");
    await logRead(c, "report", { report, ...period, as });
    const answer = await answerOf(c.env.DB, report, period, c.get("actor")!.name, Date.now());
    if (as === "json") return c.json(answer, 200);
    if (as === "page") {
      const { policy } = await currentPolicy(c.env.DB);
      return c.html(reportPage(answer, policy.identity.company)) as never;
    }
    // A file says nothing of rows that it lacks.
    if (answer.cut) throw new Problem("report-long");
    const name = `cleardial-${report}-${period.from}-${period.to}.csv`;
    return c.body(csvOf(answer), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
    }) as never;
  },
);
