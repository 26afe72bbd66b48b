/** A number whose dial, logged call and recording have closed is explained, proved and told of as before. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { aTeam, DAY, dump, MINUTE } from "../../helpers.ts";
import { both, made, numberOf, registers } from "../../dials/closed/calls-kit.ts";
import { closeDials } from "../../dials/closed/closing.ts";
import { deepOf } from "../../trail/kit.ts";
import { arrive, sample } from "../kit.ts";
import { askedOf, passed } from "./asked.ts";
import { close, LATER } from "./kit.ts";

const tokens = aTeam();
const NUMBER = numberOf(0);
let before: Record<string, unknown>;

const rows = async () =>
  Promise.all(["dials", "calls", "recordings"].map(async (table) => (await dump(table)).length));
/** A moment that is a minute ago is a past one. */
async function asked(): Promise<Record<string, unknown>> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * MINUTE });
  try {
    return await askedOf(tokens, NUMBER);
  } finally {
    vi.useRealTimers();
  }
}

beforeAll(async () => {
  await registers(tokens);
  await both(tokens, 0);
  const audio = { storage: { kind: "r2" as const, key: "dialler/0.mp3" }, startedAt: made.at };
  await arrive(env, tokens.admin, sample({ number: NUMBER, agent: "agent@example.com", ...audio }));
  passed(Date.now());
  await close(Date.now());
  // What asking itself leaves on record is told by then.
  await asked();
  before = await asked();
  expect(await rows()).toEqual([1, 1, 1]);
});

it("what is asked says something of each", () => {
  const text = JSON.stringify(before);
  for (const kind of ["dial", "call", "recording"]) expect(text).toContain(`"what":"${kind}"`);
  expect(Object.values(before).map((one) => (one as { status: number }).status)).not.toContain(404);
});

it("closed, the same; and once it came back for that", async () => {
  await close();
  await closeDials(env, LATER);
  expect(await rows()).toEqual([0, 0, 0]);
  expect(await asked()).toEqual(before);
  expect(await asked()).toEqual(before);
  for (let files = 1; files > 0;) ({ files } = await reopen(env, "system", LATER + DAY));
  expect(await rows()).toEqual([1, 1, 1]);
  expect(await asked()).toEqual(before);
  expect((await deepOf(["dials", "calls", "recordings"], LATER)).found).toEqual([]);
});
