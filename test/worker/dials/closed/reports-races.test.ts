/** A report that reads both what closed and what did not counts each call once, though the month closes while it reads. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { ReportAnswer } from "../../../../shared/overview/api-reports.ts";
import { effectOf } from "../../../../worker/policy/effect.ts";
import { defaultPolicy } from "../../../../shared/policy/policy.ts";
import { aTeam, DAY, daysAgo, under } from "../../helpers.ts";
import { allBack, both, closeAgain, closingBefore, here, registers } from "./calls-kit.ts";

const tokens = aTeam();
const PLAIN = [0, 1, 2];

beforeAll(async () => {
  await registers(tokens);
  for (const n of PLAIN) await both(tokens, n);
});

/** Closes before each statement in turn, and says what was read each time. */
async function closingAnywhere<T>(read: (own: typeof env) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let before = 0, isOver = false; !isOver; before++) {
    let n = 0;
    all.push(await read(closingBefore({ test: () => n++ === before }) as typeof env));
    isOver = n <= before;
    expect(await here()).toEqual(isOver ? PLAIN : []);
    await allBack();
  }
  expect(all.length).toBeGreaterThan(1);
  return all;
}

it.each(["misuse", "presented", "hours"])("%s", async (report) => {
  const path = `/v1/reports/${report}?from=${daysAgo(1)}&to=${daysAgo(-1)}&zone=UTC`;
  const read = async (own = env) => {
    const { status, data } = await under(own, "GET", path, { token: tokens.compliance });
    expect(status, JSON.stringify(data)).toBe(200);
    const { rows, made } = data as ReportAnswer;
    return { rows, from: made.from };
  };
  const before = await read();
  expect(before.from.map(({ count }) => count)).toContain(PLAIN.length);
  await closeAgain();
  expect(await read()).toEqual(before);
  await allBack();
  for (const one of await closingAnywhere(read)) expect(one).toEqual(before);
});

it("what a shorter retention of calls would erase", async () => {
  const change = { path: "retention.dialMonths", from: 24, to: 12 };
  const read = ({ DB }: typeof env) => effectOf(DB, defaultPolicy, [change], Date.now() + 500 * DAY);
  const all = [{ path: change.path, n: 2 * PLAIN.length }];
  expect(await read(env)).toEqual(all);
  await closeAgain();
  expect(await read(env)).toEqual(all);
  await allBack();
  for (const one of await closingAnywhere(read)) expect(one).toEqual(all);
});
