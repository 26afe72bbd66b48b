/** What is counted and listed of closed calls goes with them, also where their file was lost, and so does what a file has of them. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallDays } from "../../../../shared/call-logs/api.ts";
import { changeCalls } from "../../../../worker/call-logs/rows.ts";
import { type ClosedCall } from "../../../../worker/dials/closed/calls.ts";
import { dialsKind } from "../../../../worker/dials/closed/lines.ts";
import { eraseLost, recall, recallSome } from "../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import { aTeam, DAY, dump } from "../../helpers.ts";
import {
  allBack,
  both,
  callOf,
  closeAgain,
  files,
  here,
  imported,
  LATER,
  listed,
  made,
  numberOf,
  read,
  registers,
  row,
  text,
  write,
} from "./calls-kit.ts";

const COUNTS = ["closed_logged", "closed_logged_quarters", "closed_logged_days"];
const tokens = aTeam();
/** The number of the test's own call. */
let mine = -1;
let number: string;

beforeAll(() => registers(tokens));
beforeEach(async () => {
  number = numberOf(++mine);
  await both(tokens, mine);
  await closeAgain();
  expect(await here()).not.toContain(mine);
});

/** The test's own call, as its file has it. */
const inFile = async (): Promise<ClosedCall> =>
  (await text())
    .trimEnd()
    .split("\n")
    .flatMap((line) => dialsKind.readLine(line).call ?? [])
    .find((one) => `+${one.number}` === number)!;
/** Its dial's file is lost, and an erasure goes on without it; then the file is found. */
async function erasedWhileLost(): Promise<void> {
  const [{ key }] = (await files()).slice(-1) as [{ key: string }];
  const file = await (await env.ARCHIVE.get(key))!.arrayBuffer();
  await env.ARCHIVE.delete(key);
  const { dials } = await recallSome(env, [number]);
  await write(await eraseLost(env.DB, dials));
  await env.ARCHIVE.put(key, file);
}

describe("what is counted", () => {
  it("goes with a call that was erased while its file was lost", async () => {
    await erasedWhileLost();
    await rewriteFiles(env, 0, LATER);
    const { days } = (await read(tokens.manager, "/v1/calls/days")) as CallDays;
    expect(days.reduce((sum, { calls }) => sum + calls, 0)).toBe((await listed(tokens.manager, "")).length);
    expect(await imported(tokens, row(mine))).toEqual(["there"]);
  });

  it("goes with a lost file whose time is over", async () => {
    for (const { key } of await files()) await env.ARCHIVE.delete(key);
    await rewriteFiles(env, (Date.parse(made.at) + 2 * DAY) * 64, LATER);
    for (const table of COUNTS) expect(await dump(table), table).toEqual([]);
  });

  it("and what is listed goes before an older Worker, whose log brings such a call back no more", async () => {
    await erasedWhileLost();
    const { ref } = await inFile();
    await allBack();
    for (const table of COUNTS) expect(await dump(table), table).toEqual([]);
    expect(await dump("calls_erased")).toContainEqual(expect.objectContaining({ ref }));
    expect(await here()).not.toContain(mine);
    expect(await imported(tokens, row(mine))).toEqual(["there"]);
  });
});

it("a call that another dial is found for, and that is erased then, is in no file from the next night on", async () => {
  const { ref } = await inFile();
  await recall(env, [number]);
  const { id } = await callOf(number);
  await write(await changeCalls(env.DB, [id], () => ({ dial: null })));
  await env.DB.prepare("DELETE FROM calls WHERE id = ?").bind(id).run();
  expect(await text()).toContain(ref);
  await rewriteFiles(env, 0, LATER);
  expect(await text()).not.toContain(ref);
});
