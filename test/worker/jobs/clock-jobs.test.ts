/** The clock's jobs: when each ended well, which fail or do not run, and a clock that has stopped; who hears of that. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type ClockJob, clockJobs, jobNames } from "../../../shared/jobs/clock.ts";
import type { WorkAnswer } from "../../../shared/jobs/api.ts";
import type { WaitingAnswer } from "../../../shared/overview/api.ts";
import type { Env } from "../../../worker/env.ts";
import { workEn } from "../../../shared/texts/jobs/desk.en.ts";
import { tellJobs } from "../../../worker/jobs/late.ts";
import { MINUTE_CRON, OFTEN_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { aTeam, call, DAY, dump, MINUTE } from "../helpers.ts";

const DAILY = "17 3 * * *";
const HOUR = 60 * MINUTE;
const tokens = aTeam();
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await env.DB.exec(
    "DELETE FROM clock_jobs; DELETE FROM outbox; DELETE FROM marks WHERE name LIKE 'clock_jobs.%'",
  );
});
afterEach(() => vi.useRealTimers());

/** A Worker whose database refuses each statement that names this. */
const failing = (named: string, words = "D1_ERROR: out of order"): Env => {
  const prepare = (text: string) => {
    if (text.includes(named)) throw new Error(words);
    return env.DB.prepare(text);
  };
  const DB = new Proxy(env.DB, {
    get: (db, key) => {
      const own: unknown = Reflect.get(db, key);
      return key === "prepare" ? prepare : typeof own === "function" ? (own.bind(db) as unknown) : own;
    },
  });
  return { ...env, DB };
};
/** One in which a run is stopped amid its work, at the first statement that names this: nothing comes after it, no note either. */
const killing = (named: string): Env => {
  let killed = false;
  const DB = new Proxy(env.DB, {
    get: (db, key) => {
      const own: unknown = Reflect.get(db, key);
      if (typeof own !== "function") return own;
      return (...args: unknown[]) => {
        killed ||= typeof args[0] === "string" && args[0].includes(named);
        if (killed) throw new Error("killed");
        return own.apply(db, args) as unknown;
      };
    },
  });
  return { ...env, DB };
};
const run = (own: Env = env, cron = OFTEN_CRON) => scheduled({ cron, scheduledTime: Date.now() }, own);
/** A run of five minutes, and one of a minute before it. */
const both = async (own?: Env) => {
  await run(env, MINUTE_CRON);
  await run(own).catch(() => undefined);
};
const clock = async (token = tokens.admin) =>
  ((await call("GET", "/v1/work", { token })).data as WorkAnswer).clock;
const jobOf = async (name: ClockJob) => (await clock()).jobs.find(({ job }) => job === name)!;
const stopped = async () =>
  ((await call("GET", "/v1/waiting", { token: tokens.manager })).data as WaitingAnswer).clockStopped;
/** As if all that is noted had been earlier. */
const longAgo = async (ms: number, which = "1") => {
  const earlier = (name: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${name}, '-${ms / 1000} seconds')`;
  await env.DB.exec(
    `UPDATE marks SET value = ${earlier("substr(value, 1, 24)")} || substr(value, 25) WHERE name LIKE 'clock_jobs.%'`,
  );
  await env.DB.prepare(
    `UPDATE clock_jobs SET ${["known", "ran", "ended", "failing"]
      .map((name) => `${name} = ${earlier(name)}`)
      .join(", ")} WHERE ${which}`,
  ).run();
};
const jobs = (of: string) => `job IN ('${of}')`;
const mails = async () =>
  ((await dump("outbox")) as { template: string; recipient: string; vals: string }[])
    .filter(({ template }) => template === "clock-jobs")
    .map(({ recipient, vals }) => ({
      recipient,
      ...(JSON.parse(vals) as { stage: string; what: string; error: string }),
    }));

it("each is noted as it ended: a failure with its words, and the others go on", async () => {
  const before = Date.now();
  await expect(run(failing("lookup_queue"))).rejects.toThrow("failed: lookups");
  expect(await jobOf("lookups")).toMatchObject({ ended: null, error: "D1_ERROR: out of order", late: null });
  expect(Date.parse((await jobOf("lookups")).failing!)).toBeGreaterThanOrEqual(before);
  const { jobs } = await clock();
  const often = jobs.filter(({ every, job }) => every === "often" && job !== "lookups");
  expect(often.filter(({ ended, failing }) => ended === null || failing !== null)).toEqual([]);
  // Those behind it too, and none of another trigger.
  expect((await jobOf("walk")).ended).not.toBeNull();
  expect((await jobOf("sweep")).ended).toBeNull();
  expect(jobs.map(({ job }) => job)).toEqual(Object.keys(clockJobs));

  const since = (await jobOf("lookups")).failing;
  await expect(run(failing("lookup_queue", "D1_ERROR: again"))).rejects.toThrow();
  expect(await jobOf("lookups")).toMatchObject({ failing: since, error: "D1_ERROR: again" });
  await run();
  expect(await jobOf("lookups")).toMatchObject({ failing: null, error: null, late: null });
  expect((await jobOf("lookups")).ended).not.toBeNull();
});

it("a failure's words name nobody", async () => {
  const words = `no such row: +442079460958 of dora@example.com, ${"x".repeat(500)}`;
  await expect(run(failing("lookup_queue", words))).rejects.toThrow();
  const { error } = await jobOf("lookups");
  expect(error).not.toMatch(/7946|dora|example/);
  expect(error!.length).toBeLessThanOrEqual(200);
});

it.each([
  [`Unexpected token 'D', "Dora Lark,"... is not valid JSON`, "Unexpected token …, …... is not valid JSON"],
  [`no such person: 'Dora O'Lark', it's so`, "no such person: …, it's so"],
  ["of “Dora”, ‘Dora’, „Dora“, «Dora» or `Dora`: 404", "of …, …, …, … or …: 404"],
  [String.raw`of {"name":"Dora \"Lark\" Dora"} and "Dora Lar`, "of {…:…} and …"],
  ["born 14.03.1980 or 14/3/1980, rings 020.7946.0958, 020/7946/0958", "born … or …, rings …, …"],
  ["rings (020) 7946-0958 from 192.0.2.17", "rings (… from …"],
  [
    "UNIQUE constraint failed: calls.id (19) after 3 of 500",
    "UNIQUE constraint failed: calls.id (19) after 3 of 500",
  ],
])("of a failure are no quoted texts and no numbers in any writing: %s", async (words, kept) => {
  await expect(run(failing("lookup_queue", words))).rejects.toThrow();
  expect((await jobOf("lookups")).error).toBe(kept);
});

it("what cannot be noted stops no job", async () => {
  await expect(run(failing("clock_jobs"), MINUTE_CRON)).rejects.toThrow("failed: jobs");
  await expect(run(failing("clock_jobs"))).rejects.toThrow(/^failed: jobsOften$/);
  expect((await dump("heads")).length).toBe(0);
  await run(failing("INSERT INTO clock_jobs"), DAILY).catch(() => undefined);
  expect((await dump("heads")).length).toBe(1);
});

it("one that has failed for longer than its kind may is mailed to administrators, once, and once when it is over", async () => {
  await both();
  await both(failing("lookup_queue"));
  for (const minutes of [25, 25]) {
    await longAgo(minutes * MINUTE);
    await both(failing("lookup_queue"));
  }
  expect(await mails()).toEqual([]);
  expect(await jobOf("lookups")).toMatchObject({ late: null });
  await longAgo(20 * MINUTE);
  for (let n = 0; n < 3; n++) await both(failing("lookup_queue"));
  expect(await mails()).toMatchObject([
    { recipient: "ada@example.com", stage: "late", error: "D1_ERROR: out of order" },
  ]);
  expect((await jobOf("lookups")).late).toBe((await jobOf("lookups")).ended);
  await longAgo(DAY, jobs("lookups"));
  // Of the others, which ran just before, nobody is told.
  await both(failing("lookup_queue"));
  expect(await mails()).toHaveLength(1);
  await both();
  await both();
  expect((await mails()).map(({ stage }) => stage)).toEqual(["late", "well"]);
  expect(await jobOf("lookups")).toMatchObject({ late: null, failing: null });
  const codes = ((await dump("audit")) as { code: string }[]).map(({ code }) => code);
  expect(codes.filter((code) => code.startsWith("clock."))).toEqual(["clock.late", "clock.well"]);
});

it("a daily one may be late by hours; one that was killed each time, and noted nothing, is late too", async () => {
  await run(env, DAILY);
  await run(env, MINUTE_CRON);
  const daily = jobNames.filter((job) => clockJobs[job] === "day").join("', '");
  await longAgo(25 * HOUR, jobs(daily));
  await both();
  expect((await jobOf("archive")).late).toBeNull();
  await longAgo(2 * HOUR, jobs(daily));
  await both();
  expect((await jobOf("archive")).late).not.toBeNull();
  // One mail names all of them.
  expect(await mails()).toHaveLength(1);
  // What is new with an upgrade is waited for from then on.
  await env.DB.exec("DELETE FROM clock_jobs WHERE job = 'archive'");
  await tellJobs(env, Date.now());
  expect((await jobOf("archive")).late).toBeNull();
});

it("a clock that has stopped is said by what people ask, also where it has never run since the upgrade", async () => {
  for (const cron of [MINUTE_CRON, OFTEN_CRON, DAILY]) await run(env, cron);
  expect(await stopped()).toBeNull();
  await longAgo(40 * MINUTE);
  const since = (await clock()).triggers;
  expect(since.map(({ every, stopped }) => [every, stopped])).toEqual([
    ["minute", since[0]!.ran],
    ["often", since[1]!.ran],
    ["day", null],
  ]);
  expect(await stopped()).toBe([since[0]!.ran!, since[1]!.ran!].sort()[0]);
  // One trigger alone may be missing.
  await run();
  expect((await clock()).triggers.filter(({ stopped }) => stopped)).toMatchObject([{ every: "minute" }]);
  await run(env, MINUTE_CRON);
  expect(await stopped()).toBeNull();
  await longAgo(27 * HOUR);
  await run(env, MINUTE_CRON);
  await run();
  expect((await clock()).triggers.filter(({ stopped }) => stopped)).toMatchObject([{ every: "day" }]);
});

it("one of a run that is killed each time is told, as are those behind it: by the minute, with the mail", async () => {
  await both();
  await longAgo(50 * MINUTE, jobs("words', 'mails"));
  await longAgo(20 * MINUTE, jobs("words', 'mails"));
  // No run of five minutes comes to its end.
  await run({ ...env, MAIL_FROM: "ClearDial <dial@example.com>" }, MINUTE_CRON);
  expect(await mails()).toMatchObject([{ stage: "late" }]);
  // It was tried at once: this policy names no mail service.
  expect(await dump("outbox")).toMatchObject([{ tries: 1 }]);
});

it("a trigger whose first job kills its run has not stopped", async () => {
  await both();
  await run(env, DAILY);
  const minutely = jobNames.filter((job) => clockJobs[job] === "minute").join("', '");
  await longAgo(35 * MINUTE, jobs(minutely));
  for (let n = 0; n < 2; n++)
    await expect(run(killing("SELECT job, known"), MINUTE_CRON)).rejects.toThrow("jobs");
  expect((await clock()).triggers.map(({ stopped }) => stopped)).toEqual([null, null, null]);
  expect(await stopped()).toBeNull();
  expect(await jobOf("jobs")).toMatchObject({ error: workEn.amid });
  expect((await jobOf("changes")).failing).toBeNull();
});

/** What the adoption asks first. */
const ADOPTS = "IIF(json_valid(value)";
it("the mail names the job that kills its run, and those behind it that were not run", async () => {
  await both();
  await run(env, DAILY);
  const often = jobNames.filter((job) => clockJobs[job] === "often").join("', '");
  await longAgo(70 * MINUTE, jobs(often));
  // It is still at its work, as far as one knows.
  await expect(run(killing(ADOPTS))).rejects.toThrow("evidence");
  expect(await jobOf("evidence")).toMatchObject({ failing: null });
  await expect(run(killing(ADOPTS))).rejects.toThrow("evidence");
  await run(env, MINUTE_CRON);
  expect((await clock()).triggers.map(({ stopped }) => stopped)).toEqual([null, null, null]);
  expect(await stopped()).toBeNull();
  expect(await jobOf("evidence")).toMatchObject({ error: workEn.amid });
  expect((await jobOf("evidence")).failing).not.toBeNull();
  expect(await jobOf("last")).toMatchObject({ error: null, failing: null });
  for (const job of ["evidence", "last", "walk"] as const) expect((await jobOf(job)).late).not.toBeNull();
  const [mail] = await mails();
  expect(mail).toMatchObject({ stage: "late", error: workEn.amid });
  expect(mail!.what.startsWith(`${workEn.jobs.evidence}; ${workEn.jobs.last}; `)).toBe(true);
  await both();
  expect(await jobOf("evidence")).toMatchObject({ error: null, failing: null, late: null });
});

it("a job in the midst of a run that kills it each time is named, also behind one that failed before", async () => {
  await both();
  await longAgo(70 * MINUTE, jobs("withdrawn', 'lookups', 'mails', 'walk"));
  for (let n = 0; n < 2; n++) await expect(run(killing("lookup_queue"))).rejects.toThrow("lookups");
  await env.DB.exec("UPDATE clock_jobs SET failing = known, error = 'r2: 500' WHERE job = 'withdrawn'");
  await longAgo(70 * MINUTE, jobs("withdrawn"));
  await run(env, MINUTE_CRON);
  expect(await jobOf("lookups")).toMatchObject({ error: workEn.amid });
  expect(await mails()).toMatchObject([{ error: "r2: 500" }]);
  expect((await mails())[0]!.what).toContain(`${workEn.jobs.lookups} (${workEn.amid})`);
});

it("the mail says of the first what it said, and no other's words", async () => {
  await both();
  await longAgo(70 * MINUTE, jobs("words', 'lookups"));
  await run(failing("lookup_queue")).catch(() => undefined);
  await longAgo(70 * MINUTE, jobs("words"));
  await run(env, MINUTE_CRON);
  const [mail] = await mails();
  expect(mail).toMatchObject({ stage: "late", error: workEn.noError });
  expect(mail!.what).toContain(workEn.jobs.lookups);
});

it("where the minute's teller does not end well for half an hour, the five minutes' run tells", async () => {
  await both();
  await longAgo(70 * MINUTE, jobs("changes"));
  await run();
  // The minute's own is there to tell.
  expect(await mails()).toEqual([]);
  await longAgo(35 * MINUTE, jobs("jobs"));
  await run();
  expect((await mails()).map(({ stage, what }) => [stage, what])).toEqual([["late", workEn.jobs.changes]]);
  await longAgo(35 * MINUTE, jobs("jobs"));
  await run();
  expect((await mails()).map(({ what }) => what)).toEqual([workEn.jobs.changes, workEn.jobs.jobs]);
  for (let n = 0; n < 3; n++) await both();
  expect((await mails()).map(({ stage }) => stage).sort()).toEqual(["late", "late", "well"]);
  expect((await jobOf("jobs")).late).toBeNull();
});

it("a mail that hangs, or kills its run, keeps no change in a CRM from being read: these mails come last", async () => {
  await both();
  await longAgo(70 * MINUTE, jobs("words"));
  let end: (why: Error) => void = () => undefined;
  const hanging = new Promise<never>((_, no) => (end = no));
  const sent: string[] = [];
  const DB = new Proxy(env.DB, {
    get: (db, key) => {
      const own: unknown = Reflect.get(db, key);
      if (key !== "prepare") return typeof own === "function" ? (own.bind(db) as unknown) : own;
      return (text: string) => {
        if (!text.includes("UPDATE outbox")) return env.DB.prepare(text);
        sent.push(text);
        return { bind: () => ({ run: () => hanging }) };
      };
    },
  });
  await env.DB.exec("UPDATE clock_jobs SET ended = NULL WHERE job IN ('jobs', 'changes')");
  const going = run({ ...env, DB }, MINUTE_CRON);
  try {
    await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 10_000 });
    for (const job of ["jobs", "changes"] as const) expect((await jobOf(job)).ended).not.toBeNull();
  } finally {
    end(new Error("too late"));
    await expect(going).rejects.toThrow("failed: jobMails");
  }
});

it("pauses of the clock hide no job that fails, and none that people were told of", async () => {
  await both();
  await both(failing("lookup_queue"));
  await longAgo(40 * MINUTE);
  await both(failing("lookup_queue"));
  expect(await mails()).toEqual([]);
  await longAgo(40 * MINUTE);
  await run(env, MINUTE_CRON);
  expect((await mails()).map(({ stage }) => stage)).toEqual(["late"]);
  await longAgo(40 * MINUTE);
  await run(env, MINUTE_CRON);
  expect((await jobOf("lookups")).late).not.toBeNull();
});

it("a pause that is shorter than a day and two hours hides no daily job", async () => {
  await both();
  await run(env, DAILY);
  await longAgo(25 * HOUR, jobs("sweep"));
  await longAgo(2 * HOUR);
  await both();
  expect((await jobOf("sweep")).late).not.toBeNull();
  expect((await mails()).map(({ stage }) => stage)).toEqual(["late"]);
});

it("after an earlier Worker, which notes nothing, patience begins with what runs now", async () => {
  await both();
  await run(env, DAILY);
  await longAgo(3 * DAY);
  expect(await stopped()).not.toBeNull();
  await both();
  expect((await mails()).map(({ stage }) => stage)).toEqual([]);
  expect((await clock()).jobs.filter(({ late }) => late !== null)).toEqual([]);
});

it("a Worker of before, which is put back, notes ends alone: a run of it is no stop amid a job's work", async () => {
  await both();
  await run(killing("lookup_queue")).catch(() => undefined);
  // It ends what was not ended here, and knows of no mark.
  await env.DB.prepare("UPDATE clock_jobs SET ran = ?1, ended = ?1")
    .bind(new Date(Date.now() + 5).toISOString())
    .run();
  await run();
  expect(await jobOf("lookups")).toMatchObject({ failing: null, error: null, late: null });
});

it("says of a trigger that never ran that it did not, and hides none that has stopped behind a job that is new", async () => {
  await run();
  expect((await clock()).triggers.map(({ every, ran }) => [every, ran === null])).toEqual([
    ["minute", true],
    ["often", false],
    ["day", true],
  ]);
  await run(env, DAILY);
  await longAgo(27 * HOUR, "job <> 'changes'");
  await run(env, MINUTE_CRON);
  // A release brings a daily job.
  await env.DB.prepare("UPDATE clock_jobs SET known = ?, ran = NULL, ended = NULL WHERE job = 'told'")
    .bind(new Date().toISOString())
    .run();
  expect((await clock()).triggers.find(({ every }) => every === "day")!.stopped).not.toBeNull();
});

it("jobs that fail are no stopped clock", async () => {
  await expect(run(failing("lookup_queue"))).rejects.toThrow();
  await run(env, MINUTE_CRON);
  expect((await clock()).triggers.map(({ stopped }) => stopped)).toEqual([null, null, null]);
});

it("compliance officers see them too, and agents nothing", async () => {
  await run();
  expect((await clock(tokens.compliance)).jobs.length).toBe(Object.keys(clockJobs).length);
  expect((await call("GET", "/v1/work", { token: tokens.agent })).status).toBe(403);
});
