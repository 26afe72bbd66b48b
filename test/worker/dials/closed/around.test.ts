/** What else goes by dials of closed months: late logs and browsers, sweeps, regions whose law counts, and two who ask at once. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import type { Dial, DialsAnswer } from "../../../../shared/dials/api.ts";
import type { Call, CallsAnswer } from "../../../../shared/call-logs/api.ts";
import type { Policy } from "../../../../shared/policy/policy.ts";
import { regions } from "../../../../shared/law/regions.ts";
import { countsCallsTo } from "../../../../worker/check/contacts.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../worker/env.ts";
import { scheduled } from "../../../../worker/jobs/scheduled.ts";
import { closeMonths } from "../../../../worker/jobs/archive.ts";
import { sweep } from "../../../../worker/jobs/housekeeping.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { aTeam, call, DAY, dump, MONTH, push } from "../../helpers.ts";
import { OTHER } from "../../proof/kit.ts";
import { closeDials, listedNumbers, unpackAll } from "./closing.ts";

const tokens = aTeam();
const LATER = Date.now() + 100 * DAY;
const [LOGGED, SENT, TWICE, LEFT] = [50, 51, 52, 53].map((n) => `+4420794609${n}`) as [
  string,
  string,
  string,
  string,
];
const FRENCH = "+33142685300";
const KEY = "a-key-that-was-sent-before";
const MADE = new Date().toISOString();

const send = (number: string, own: object = {}, key?: string) =>
  call("POST", "/v1/dials", {
    token: tokens.agent,
    ...(key && { headers: { "idempotency-key": key } }),
    body: {
      ...{ number, e164: number, action: "passed", verdict: "clear", seen: null, reasons: [] },
      ...{ host: "crm.example.com", at: MADE, ...own },
    },
  });
const found = async (number: string) => {
  const { data } = await call("GET", `/v1/dials?number=${encodeURIComponent(number)}`, {
    token: tokens.manager,
  });
  return (data as DialsAnswer).dials;
};
const closedNumbers = async () => (await listedNumbers()).map(({ number }) => `+${number}`);
const here = async () => ((await dump("dials")) as { number: number }[]).map(({ number }) => `+${number}`);
const killed = {
  ...env,
  LEDGER: { idFromName: () => "x", get: () => ({ commit: () => Promise.reject(new Error("killed")) }) },
} as unknown as Env;

let sent: Dial;
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [OTHER]);
  for (const number of [LOGGED, TWICE, LEFT]) expect((await send(number)).status).toBe(201);
  sent = (await send(SENT, {}, KEY)).data as Dial;
  // As plain as the others, but of a region whose law counts calls.
  const columns =
    "by, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state, salt_high, salt_low, code, written, layer, medium";
  await env.DB.prepare(
    `INSERT INTO dials (num, number, ${columns}) SELECT num + 64000, ?, ${columns} FROM dials WHERE num = ?`,
  )
    .bind(Number(FRENCH.slice(1)), Number(sent.id))
    .run();
  await archiveMonths(env, LATER);
});

it("nothing leaves for a bucket in a region that the policy does not allow, nor where a law counts the number's calls", async () => {
  const before = await dump("dials");
  await closeMonths({ ...env, LOCAL_REGION: "US" }, LATER);
  expect(await dump("dials")).toEqual(before);
  await closeMonths(env, LATER);
  expect((await closedNumbers()).sort()).toEqual([LOGGED, SENT, TWICE, LEFT].sort());
  expect(await here()).toEqual([FRENCH]);
});

it("a release that counts calls to a further region must bring its numbers' closed dials back, and name it here", () => {
  // Dials of these never close (close.ts). What closed before a law counts is not counted, unless its upgrade recalls it (closed/read.ts).
  expect(Object.keys(regions).filter(countsCallsTo)).toEqual(["FR"]);
});

it("a browser that was off for months and sends a dial once more gets the one that is there", async () => {
  vi.spyOn(Date, "now").mockReturnValue(LATER);
  await env.DB.exec("DELETE FROM idempotency");
  try {
    const { status, data } = await send(SENT, {}, KEY);
    expect([status, data]).toEqual([201, sent]);
  } finally {
    vi.restoreAllMocks();
  }
  expect(await here()).toEqual([FRENCH]);
});

it("a log that comes late finds the dial by which a call was made", async () => {
  const row = { provider: "3cx", number: LOGGED, agent: "agent@example.com", startedAt: MADE, seconds: 9 };
  const rows = [{ ...row, providerId: "late" }];
  const { data } = await call("POST", "/v1/calls/import", {
    token: tokens.manager,
    body: { rows, dryRun: false },
  });
  expect(data).toMatchObject({ results: [{ status: "added" }] });
  const { calls } = (await call("GET", "/v1/calls", { token: tokens.manager })).data as CallsAnswer;
  const one = (id: string): Call => calls.find(({ providerId }) => providerId === id)!;
  expect(one("late")).toMatchObject({ dial: { action: "passed" }, screened: "dial", extension: "on" });
  expect(await closedNumbers()).not.toContain(LOGGED);
  // It has a call now, and stays.
  await closeDials(env, LATER + 100 * DAY);
  expect(await found(LOGGED)).toHaveLength(1);
});

it("two who ask at once bring each back once", async () => {
  await Promise.all([recall(env, [TWICE]), recall(env, [TWICE])]);
  expect(await found(TWICE)).toHaveLength(1);
  const counted = (await dump("closed_calls")) as { n: number }[];
  expect(counted.reduce((sum, { n }) => sum + n, 0)).toBe(2);
});

it("a kill while a file is written once more, or comes back, halves and doubles nothing", async () => {
  const tables = ["dials", "closed_files", "closed_numbers", "closed_calls", "closed_out"];
  const all = () => Promise.all(tables.map(dump));
  await env.DB.prepare("DELETE FROM dials WHERE number = ?")
    .bind(Number(TWICE.slice(1)))
    .run();
  const before = await all();
  await expect(rewriteFiles(killed, 0, LATER)).rejects.toThrow("could not be written again");
  expect(await all()).toEqual(before);
  await unpackAll(LATER);
  const unpacked = await all();
  await expect(reopen(killed, "system", LATER)).rejects.toThrow("killed");
  expect(await all()).toEqual(unpacked);
  for (const now of [LATER, LATER + DAY]) await rewriteFiles(env, 0, now);
  expect((await env.ARCHIVE.list({ prefix: "dials/" })).objects).toHaveLength(1);
  expect(await found(TWICE)).toEqual([]);
  expect(await found(LEFT)).toHaveLength(1);
});

it("texts that closed dials share stay until the last of them is over, which goes on its day", async () => {
  await closeMonths(env, LATER);
  await sweep(env, Date.now() + DAY);
  expect((await dump("dial_texts")).length).toBeGreaterThan(0);
  const { data } = await call("GET", "/v1/policy", { token: tokens.admin });
  const { dialMonths } = (data as { policy: Policy }).policy.retention;
  const over = Date.now() + (dialMonths + 1) * MONTH + DAY;
  await closeMonths(env, over);
  expect([await dump("closed_files"), await dump("closed_numbers"), await dump("closed_calls")]).toEqual([
    [],
    [],
    [],
  ]);
  for (let n = 0; n < 2; n++) await sweep(env, over + 2 * MONTH);
  expect([await dump("dials"), await dump("dial_texts")]).toEqual([[], []]);
});

it("is the last job of the night", async () => {
  await scheduled({ cron: "17 3 * * *", scheduledTime: Date.now() }, env).catch(() => undefined);
  const { results } = await env.DB.prepare("SELECT job, ran, failing FROM clock_jobs").all<{
    job: string;
    ran: string;
  }>();
  const ran = results.map((one) => one.ran ?? "").sort();
  expect(results.find(({ job }) => job === "closing")!.ran).toBe(ran.at(-1));
});
