/** For tests of reports: calls, dials and objections of days that were worked out by hand. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Dial } from "../../../../shared/dials/api.ts";
import type { Cell, ReportAnswer, ReportName } from "../../../../shared/overview/api-reports.ts";
import { insertCalls, type NewCall } from "../../../../worker/call-logs/rows.ts";
import type { Said } from "../../../../worker/call-logs/said.ts";
import { newSalt } from "../../../../worker/core/change.ts";
import { record } from "../../../../worker/core/commit.ts";
import { prepare, type Statement } from "../../../../worker/core/sql.ts";
import { dialFrom } from "../../../../worker/dials/row-number.ts";
import { insertDial } from "../../../../worker/dials/rows.ts";
import { call, under } from "../../helpers.ts";

export const NUMBER = "+441632960001";
let n = 0;

export const written = (...statements: Statement[]) =>
  record(env, { actor: "system", event: { code: "call.imported", subject: "", payload: null }, statements });

/** A call of a log, and what its log says besides; any number may have been called at any time. */
export async function logged(
  startedAt: string,
  said: Partial<Said> | null,
  own: Partial<NewCall> = {},
): Promise<string> {
  const id = `call-${++n}`;
  const row: NewCall = {
    ...{ id, ref: id, via: "import", provider: "dialler", providerId: null, number: NUMBER, agent: null },
    ...{ person: null, direction: "outbound", startedAt, seconds: 3, verdict: "clear", reasons: [] },
    ...{
      overridden: false,
      rests: [],
      dial: null,
      screened: null,
      extension: null,
      replaces: null,
      judgedAs: null,
    },
    ...(own.direction === "inbound" && { verdict: null }),
    words: said ? [{ outcome: null, presentation: null, campaign: null, by: null, at: null, ...said }] : [],
    ...own,
  };
  await written(...(await insertCalls(env.DB, [row], "system", startedAt)));
  return id;
}

/** A dial that arrived when it was made. Answers its row number. */
export async function dialled(at: string, by: string, own: Partial<Dial> = {}): Promise<string> {
  const id = String(dialFrom(at) + (++n % 64));
  const dial: Dial = {
    ...{
      id,
      number: NUMBER,
      written: NUMBER,
      recordNumber: null,
      layer: "page",
      sighting: null,
      medium: "call",
    },
    ...{ via: null, action: "passed", verdict: "clear", reasons: [], seen: null, workerVerdict: "clear" },
    ...{ workerReasons: [], agrees: true, refused: false, policy: 1, lists: [], basis: null, reason: null },
    ...{ purpose: "general", host: "crm.example", by, byName: null, deviceAt: at, at, ...own },
  };
  await env.DB.batch(insertDial(dial, newSalt(), null).statements.map((one) => prepare(env.DB, one)));
  return id;
}

export const period = (from: string, to: string) => `from=${from}&to=${to}`;

/** Its rows, by column. */
export async function reported(report: ReportName, query: string, token: string) {
  const answer = await call("GET", `/v1/reports/${report}?${query}`, { token });
  expect([answer.status, answer.data]).toMatchObject([200, { report }]);
  const data = answer.data as ReportAnswer;
  const rows = data.rows.map((row) =>
    Object.fromEntries(data.columns.map(({ id }, i): [string, Cell] => [id, row[i]!])),
  );
  return { ...data, rows };
}

/** The same as a file or a page. */
export async function textOf(report: ReportName, query: string, token: string) {
  const { status, headers, bytes } = await under(env, "GET", `/v1/reports/${report}?${query}`, { token });
  expect(status).toBe(200);
  return { headers, text: new TextDecoder().decode(bytes) };
}
