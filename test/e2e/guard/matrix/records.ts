/**
 * A server before the Worker that takes the records of dials itself: a record costs the Worker more than its dial costs
 * the browser, and the matrix makes thousands. What becomes of records is seen where the table's rows dial. All else is
 * asked of the Worker, by the pace of the test.
 */
import { request, type RequestListener } from "node:http";

export const takesRecords =
  (worker: string, pace: { until: Promise<unknown> }): RequestListener =>
  async (from, to) => {
    await pace.until;
    const { method = "GET", headers, url = "/" } = from;
    if (method === "POST" && url === "/v1/dials") {
      let body = "";
      from.setEncoding("utf8");
      from.on("data", (piece: string) => (body += piece));
      from.on("end", () => {
        const { verdict } = JSON.parse(body) as { verdict: string };
        to.writeHead(201, { "content-type": "application/json", "access-control-allow-origin": "*" });
        to.end(JSON.stringify({ agrees: true, number: null, workerVerdict: verdict }));
      });
      return;
    }
    const onward = request(new URL(url, worker), { method, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  };
