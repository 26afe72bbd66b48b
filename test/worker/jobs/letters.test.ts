/** Which entries of the do-not-call list are answered as letters. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { answerLetters } from "../../../worker/jobs/letters.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { call } from "../helpers.ts";
import { tokens, withTeam } from "../privacy-requests/kit.ts";
import { dated } from "../trail/kit.ts";

withTeam();
const source = "in a letter or an e-mail";
const list = async (number: string) =>
  expect(
    (
      await call("POST", "/v1/suppressions", {
        token: tokens.agent,
        body: { number, reason: "not again", source },
      })
    ).status,
  ).toBe(201);
/** The last digits of the numbers of which there are requests, each request once. */
const made = async () =>
  (
    await env.DB.prepare("SELECT number % 100 AS last FROM requests ORDER BY number").all<{ last: number }>()
  ).results.map(({ last }) => last);
const later = () => Date.now() + 300_000;

beforeAll(() => env.DB.exec("DELETE FROM marks WHERE name = 'letters-listed'"));

it("also one that was entered after the upgrade, before the first run; runs at once make each once", async () => {
  await list("+442079460861");
  await answerLetters(env, later());
  expect(await made()).toEqual([]);
  await list("+442079460862");
  const runs = await Promise.allSettled([1, 2, 3].map(() => answerLetters(env, later())));
  expect(runs.some(({ status }) => status === "fulfilled")).toBe(true);
  await answerLetters(env, later());
  expect(await made()).toEqual([61, 62]);
});

it("none that is imported, whatever its source says", async () => {
  const rows = [3, 4].map((n) => ({ number: `+44207946086${n}`, reason: "of 2019", source }));
  const sent = await call("POST", "/v1/suppressions/bulk", { token: tokens.admin, body: { rows } });
  expect(sent.status, JSON.stringify(sent.data)).toBe(200);
  await list("+442079460865");
  await answerLetters(env, later());
  expect(await made()).toEqual([61, 62, 65]);
});

it("one whose hour somebody altered in the database, by the day on which it was made, and those after it", async () => {
  await list("+442079460866");
  await list("+442079460867");
  await dated(suppressionsBound, "number = 442079460866", { heard_at: "soon" });
  await answerLetters(env, later());
  expect(await made()).toEqual([61, 62, 65, 66, 67]);
});
