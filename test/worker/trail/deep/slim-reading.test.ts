/** What has many rows on the trail under one subject, as a source of lookups or a provider of calls, is found by time without reading them all. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { DrawsAnswer } from "../../../../shared/overview/api-announced.ts";
import { fetchCalls } from "../../../../worker/call-logs/fetch.ts";
import { findRows } from "../../../../worker/proof/trail.ts";
import { aTeam, call, today, under } from "../../helpers.ts";
import { Noting } from "../../core/noting.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { newest, run } from "../kit.ts";

const tokens = aTeam();
const ROWS = 3000;
const began = Date.now();
/** The time of a row: a minute after the one before. */
const timeOf = (n: number): string => new Date(began + n * 60_000).toISOString();
let [first, draw] = [0, ""];

beforeAll(async () => {
  await arrive(env, tokens.admin, sample());
  const { data } = await call("POST", "/v1/announced/draws", {
    ...{ token: tokens.compliance, body: { from: today(), to: today(), count: 1 } },
  });
  draw = (data as DrawsAnswer).drawn[0]!.id;
  const { seq, hash } = await newest();
  first = seq + 1;
  await run(
    `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ?1 - 1)
     INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash)
     SELECT ?2 + 1 + n, strftime('%Y-%m-%dT%H:%M:%fZ', ?3, n || ' minutes'), 'somebody',
       ('["lookup.answered","call.fetched","opened.recording-audio"]' ->> (n % 3)), IIF(n % 3 = 2, 'f' || n, ('["gb-tps","aircall"]' ->> (n % 3))),
       '', IIF(n = 0, ?4, 'h' || (n - 1)), 'h' || n FROM n`,
    ...[ROWS, seq, timeOf(0), hash],
  );
});

/** What one statement read most. */
const mostOf = (noting: Noting): number => Math.max(...[...noting.asked.values()].map(({ read }) => read));

it("the rows of a proof's events: as many are read as are near them", async () => {
  const noting = new Noting();
  const claims = [300, 1500, 2700].flatMap((n) => [
    { codes: ["lookup.answered"], subjects: ["gb-tps"], from: timeOf(n), to: timeOf(n + 5) },
    { codes: ["call.fetched"], subjects: ["aircall"], from: timeOf(n), to: timeOf(n + 5) },
  ]);
  const { of } = await findRows({ ...env, DB: noting.db }, claims);
  expect(of).toEqual(
    [300, 1500, 2700].flatMap((n) => [
      [first + n, first + n + 3],
      [first + n + 1, first + n + 4],
    ]),
  );
  // Some for the time of each, and a quarter of an hour around it.
  expect(mostOf(noting)).toBeLessThan(ROWS / 3);
});

it("whether somebody was told of a list of calls that fails", async () => {
  await run(
    "INSERT INTO call_lists (provider, since, due, failures, error) VALUES ('aircall', ?, ?, 5, 'x')",
    ...[timeOf(ROWS - 60), timeOf(2 * ROWS)],
  );
  const noting = new Noting();
  const own = { ...env, DB: noting.db, AIRCALL_ID: "id", AIRCALL_TOKEN: "token" };
  await fetchCalls(own, began + ROWS * 60_000);
  expect([...noting.asked.keys()].filter((text) => text.includes("call.list-failed"))).toHaveLength(1);
  expect(mostOf(noting)).toBeLessThan(ROWS / 6);
});

it("whether who says what they heard has opened it", async () => {
  const noting = new Noting();
  const sent = { token: tokens.compliance, body: { heard: "yes" } };
  const { data } = await under({ ...env, DB: noting.db }, "POST", `/v1/announced/${draw}/heard`, sent);
  expect(data).toMatchObject({ code: "audio-unheard" });
  expect(mostOf(noting)).toBeLessThan(ROWS / 6);
});
