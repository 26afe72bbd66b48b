/** What is known of a number besides registers and entries: its line, and the calls that its law counts. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { ChangesAnswer, CheckAnswer, Facts } from "../../../shared/check/api.ts";
import { knownAt } from "../../../worker/check/facts-at.ts";
import { factsOf } from "../../../worker/check/facts.ts";
import { adoptRecipients } from "../../../worker/jobs/recipients.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, MINUTE, push } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const tokens = aTeam();
const GB = "+442079460001";
const PARIS = "+33199000001";

async function factsFor(...numbers: string[]): Promise<Facts[]> {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers } });
  return (data as CheckAnswer).results.map(({ facts }) => facts!);
}
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

it("a line is fixed or mobile where its range says so, and neither where it does not", async () => {
  const lines = {
    [GB]: "fixed",
    "+447700900123": "mobile",
    "+353851234567": "mobile",
    "+35312345678": "fixed",
    "+393331234567": "mobile",
    // North America's ranges do not tell; nor does a law say what a freephone or a personal number is.
    "+12025550123": undefined,
    "+448081570000": undefined,
    "+447011234567": undefined,
  };
  const facts = await factsFor(...Object.keys(lines));
  expect(facts.map(({ line }) => line)).toEqual(Object.values(lines));
});

describe("calls to a number whose law counts them", () => {
  beforeEach(() => env.DB.exec("DELETE FROM dials; DELETE FROM calls; DELETE FROM calls_erased"));
  const dial = async (number: string, over: object = {}) => {
    const { status, data } = await call("POST", "/v1/dials", {
      token: tokens.agent,
      body: {
        ...{ number, e164: number, action: "passed", verdict: "clear", reasons: [], seen: null },
        ...{ host: "crm.example", at: ago(60 * MINUTE), ...over },
      },
    });
    expect(status, JSON.stringify(data)).toBe(201);
  };
  const log = (startedAt: string, number = PARIS) =>
    call("POST", "/v1/calls/import", {
      token: tokens.manager,
      body: {
        dryRun: false,
        rows: [{ provider: "softphone", number, agent: "agent@example.com", startedAt, seconds: 0 }],
      },
    });
  /** The last dial, as if it had come so many days earlier. */
  const arrived = (days: number) =>
    asOwner(["dials"], () =>
      run("UPDATE dials SET num = num - ? * 64 WHERE num = (SELECT MAX(num) FROM dials)", days * DAY),
    );
  const attempts = async () => (await factsFor(PARIS))[0]!.contacts?.attempts.length;

  it("are dials that went on, and logged calls that no dial began", async () => {
    await dial(PARIS, { action: "held", verdict: "unknown", at: ago(65 * MINUTE) });
    await dial(PARIS);
    await dial(PARIS, { via: "sms:" });
    expect(await attempts()).toBe(1);
    // The same call, in the telephone system's log.
    await log(ago(60 * MINUTE - 5000));
    expect(await attempts()).toBe(1);
    await log(ago(3 * DAY));
    expect(await attempts()).toBe(2);
  });

  it("a logged call beside a dial that was held was made all the same", async () => {
    await dial(PARIS, { action: "held", verdict: "unknown" });
    await log(ago(60 * MINUTE - 5000));
    expect(await attempts()).toBe(1);
  });

  it("a dial tells open pages, as the next one may be too many", async () => {
    const { data } = await call("GET", "/v1/changes?since=0", { token: tokens.agent });
    const { seq } = data as ChangesAnswer;
    await dial(PARIS);
    await dial(GB);
    const { data: later } = await call("GET", `/v1/changes?since=${seq}`, { token: tokens.agent });
    expect((later as ChangesAnswer).numbers).toEqual([PARIS]);
  });

  it("a refusal is the last objection; refusals.test.ts has those that ended", async () => {
    expect((await factsFor(PARIS))[0]!.contacts?.refusedAt).toBeNull();
    const { data } = await call("POST", "/v1/suppressions", {
      token: tokens.manager,
      body: { number: PARIS, reason: "refused", scope: "line" },
    });
    const [{ contacts }] = (await factsFor(PARIS)) as [Facts];
    expect(contacts?.refusedAt).toBe((data as { at: string }).at);
  });

  it("a law that counts none has none of them in its facts", async () => {
    await dial(GB);
    expect((await factsFor(GB))[0]!.contacts).toBeUndefined();
  });

  it("count for a past call as far as they came before it, without itself", async () => {
    for (const days of [5, 4, 3, 2]) {
      await dial(PARIS);
      await arrived(days);
    }
    const before = async (days: number) => {
      const { facts } = await knownAt(env.DB, PARIS, Date.now() - days * DAY);
      return facts.contacts?.attempts.length;
    };
    expect([await before(2.5), await before(1)]).toEqual([3, 4]);
  });

  it("a clock that is put back gains no further call: a dial counts as a day old at most when it arrives", async () => {
    for (const days of [31, 400, 4000]) await dial(PARIS, { at: ago(days * DAY) });
    const [{ contacts }] = (await factsFor(PARIS)) as [Facts];
    expect(contacts?.attempts).toHaveLength(3);
    for (const at of contacts!.attempts) expect(Date.now() - Date.parse(at)).toBeLessThan(1.01 * DAY);
    // Honest ones keep their own moment: they leave the period when their days are over.
    await dial(PARIS, { at: ago(20 * 60 * MINUTE) });
    const [{ contacts: later }] = (await factsFor(PARIS)) as [Facts];
    expect(later!.attempts.map((at) => Math.round((Date.now() - Date.parse(at)) / (60 * MINUTE)))).toContain(
      20,
    );
  });
});

it("facts of many numbers are one round trip whatever their law counts", async () => {
  let batches = 0;
  const db = new Proxy(env.DB, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name);
      if (name === "batch") batches++;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(of) : value;
    },
  });
  // As the clock's first runs leave it; and a policy is compared once.
  await adoptRecipients(env);
  await adopt(env);
  await factsOf(env, []);
  await factsOf({ ...env, DB: db }, [GB, "+33142685399", "+4915112345678"]);
  expect(batches).toBe(1);
  // Paris has an entry, which is compared with the trail.
  await factsOf({ ...env, DB: db }, [GB, PARIS, "+4915112345678"]);
  expect(batches).toBe(1 + 2);
});

it("where a listing ends earlier consents, the facts say when the number was listed", async () => {
  const [old, fresh, bare] = ["+32479000001", "+32479000002", "+32479000003"];
  const declared = await call("PUT", "/v1/lists/dncm", {
    token: tokens.admin,
    body: { name: "DNCM", regions: ["BE"], maxAgeDays: 31, daysUntilEffective: 0, covers: "both" },
  });
  expect(declared.status, JSON.stringify(declared.data)).toBeLessThan(300);
  const day = (n: number) => ago(n * DAY).slice(0, 10);
  await push(tokens.admin, "dncm", ["+32479000009", old], { asOf: day(20) });
  await push(tokens.admin, "dncm", ["+32479000009", old, fresh, bare], { asOf: day(10) });
  await push(tokens.admin, "dncm", ["+32479000009", old, fresh, bare, "+32479000008"], { asOf: day(1) });
  for (const number of [old, fresh])
    await call("POST", "/v1/consents", {
      token: tokens.manager,
      body: {
        ...{
          number,
          kind: "notification",
          giver: "subscriber",
          givenBy: "Jo",
          givenAt: ago(5 * DAY),
          words: "do ring",
        },
        ...{ how: "web", proof: "form 7" },
      },
    });
  const lists = (await factsFor(old, fresh, bare)).map((facts) => facts.lists[0]!);
  // What the first version holds was listed by its day, at some time before; without a consent nobody needs to know.
  expect(lists.map(({ asOf, first }) => [asOf, first])).toEqual([
    [day(1), day(20)],
    [day(1), day(10)],
    [day(1), undefined],
  ]);
  const [of, ever] = [
    async (number: string) => (await factsFor(number))[0]!.lists[0]!.first,
    Date.now() + MINUTE,
  ];
  const past = async (number: string) => (await knownAt(env.DB, number, ever)).facts.lists[0]!.first;
  expect([await past(old), await past(fresh)]).toEqual([day(20), day(10)]);

  // Taken off and put back, it is listed anew: on that day, now and in the past.
  const change = (body: object) =>
    call("POST", "/v1/lists/dncm/changes", { token: tokens.admin, body: { asOf: day(0), ...body } });
  expect((await change({ remove: [fresh] })).status).toBe(200);
  expect((await change({ add: [fresh] })).status).toBe(200);
  expect([await of(fresh), await past(fresh)]).toEqual([day(0), day(0)]);

  // Where the history is erased, it was listed by the day of the oldest version whose content is known.
  await asOwner(["lists"], () =>
    run(
      "UPDATE lists SET history_from = (SELECT MIN(ver) + 1 FROM versions v WHERE v.list = num) WHERE id = 'dncm'",
    ),
  );
  expect([await of(old), await past(old)]).toEqual([day(10), day(10)]);
});
