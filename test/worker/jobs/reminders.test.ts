import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../../shared/policy/policy.ts";
import type { Env } from "../../../worker/env.ts";
import { remind } from "../../../worker/jobs/reminders.ts";
import { aTeam, call, daysAgo, DAY, dump, integrationOfBefore, push, setPolicy, today } from "../helpers.ts";
import { arrive, sample } from "../recordings/kit.ts";

const tokens = aTeam();
beforeEach(async () => {
  await env.DB.exec("DELETE FROM outbox");
});

const save = (change: (policy: Policy) => void) =>
  setPolicy((policy) => {
    change(policy);
    return policy;
  });
const mails = async () =>
  (await dump("outbox")) as { key: string; template: string; recipient: string; vals: string }[];
/** Reminders since the last call, with recipients. A second run sends nothing. */
const said = async (now: number, own: Env = env) => {
  await remind(own, now);
  const rows = await mails();
  const audited = (await dump("audit")).length;
  await remind(own, now);
  await remind(own, now + DAY / 2);
  expect(await mails()).toEqual(rows);
  expect((await dump("audit")).length).toBe(audited);
  await env.DB.exec("DELETE FROM outbox");
  const about = new Map<string, string[]>();
  for (const { key, recipient } of rows) {
    const name = key.slice(0, key.lastIndexOf(":"));
    about.set(name, [...(about.get(name) ?? []), recipient.split("@")[0]!].sort());
  }
  return Object.fromEntries(about);
};

describe("registers", () => {
  it("admins hear of one that was never loaded, unless policy turns it off", async () => {
    expect(await said(Date.now())).toMatchObject({
      "list-age:tps:0:never": ["ada"],
      "list-age:ctps:0:never": ["ada"],
    });
    const own = { name: "Ours", regions: ["GB"], maxAgeDays: 28, daysUntilEffective: 0 };
    await call("PUT", "/v1/lists/own", { token: tokens.admin, body: own });
    expect(Object.keys(await said(Date.now()))).toContain("list-age:own:0:never");
    await env.DB.exec("DELETE FROM outbox");
    await save((p) => {
      p.registers = { own: "off" };
    });
    expect(Object.keys(await said(Date.now()))).not.toContain("list-age:own:0:never");
  });

  it("of a copy that grows old, and of one that is too old, once a version and stage", async () => {
    await push(tokens.admin, "tps", ["+442079460001", "+442079460002"]);
    const loaded = Date.parse(today());
    const tps = async (days: number) =>
      Object.keys(await said(loaded + days * DAY)).filter((k) => k.startsWith("list-age:tps"));
    expect(await tps(0)).toEqual([]);
    expect(await tps(20)).toEqual([]);
    expect(await tps(21)).toEqual(["list-age:tps:1:soon"]);
    expect(await tps(23)).toEqual(["list-age:tps:1:soon"]);
    expect(await tps(24)).toEqual(["list-age:tps:1:late"]);
    expect(await tps(26)).toEqual(["list-age:tps:1:late"]);
    // The law lets a copy of the TPS count for 27 days.
    expect(await tps(27)).toEqual(["list-age:tps:1:last"]);
    expect(await tps(28)).toEqual(["list-age:tps:1:old"]);
  });

  it("a copy that nobody renews is told of at 21, 24 and 27 days, and once it is too old", async () => {
    const loaded = Date.parse(today());
    const days: number[] = [];
    for (let day = 0; day < 35; day++) {
      const before = (await dump("outbox")).length;
      await remind(env, loaded + day * DAY + DAY / 3);
      const rows = (await dump("outbox")) as { key: string }[];
      if (rows.slice(before).some(({ key }) => key.startsWith("list-age:tps:"))) days.push(day);
    }
    expect(days).toEqual([21, 24, 27, 28]);
  });

  it("where policy grants fewer days the mails come sooner, and never before policy warns", async () => {
    const loaded = Date.parse(today());
    const stages = async () => {
      const found: Record<number, string> = {};
      for (let day = 0; day < 16; day++)
        for (const key of Object.keys(await said(loaded + day * DAY)))
          if (key.startsWith("list-age:tps:")) found[day] = key.split(":")[3]!;
      return found;
    };
    await save((p) => {
      p.screening = { ...p.screening, warnListAgeDays: 13, maxListAgeDays: 14 };
    });
    expect(await stages()).toEqual({ 13: "late", 14: "last", 15: "old" });
    await save((p) => {
      p.screening = { ...p.screening, warnListAgeDays: 21, maxListAgeDays: 28 };
    });
  });

  it("says the register, its date and its age in the mail", async () => {
    await remind(env, Date.parse(today()) + 22 * DAY);
    const [row] = ((await dump("outbox")) as { key: string; vals: string }[]).filter((r) =>
      r.key.startsWith("list-age:tps"),
    );
    expect(JSON.parse(row!.vals)).toMatchObject({ stage: "soon", list: "TPS", days: 22, max: 27 });
    expect((JSON.parse(row!.vals) as { date: string }).date).toMatch(/^\d{1,2} \w{3,4} \d{4}$/);
  });
});

describe("the policy's review", () => {
  const review = async (now: number) =>
    Object.fromEntries(Object.entries(await said(now)).filter(([k]) => k.startsWith("review")));
  it("managers and admins hear of one that was never done", async () => {
    expect(await review(Date.now())).toEqual({ "review-due:never:never": ["ada", "manager"] });
  });
  it("of the next one within 30 days, and when it is due, once a period", async () => {
    await save((p) => {
      p.review = { everyMonths: 12, lastReviewed: "2026-01-31", by: "Ada" };
    });
    const due = Date.parse("2027-01-31");
    expect(await review(due - 31 * DAY)).toEqual({});
    expect(await review(due - 30 * DAY)).toEqual({ "review-due:2027-01-31:soon": ["ada", "manager"] });
    expect(await review(due)).toEqual({ "review-due:2027-01-31:due": ["ada", "manager"] });
  });
});

it("systems without a prefix are told of from thirty days before they register no keys", async () => {
  const end = Date.parse(daysAgo(-90));
  const told = async (now: number) =>
    Object.entries(await said(now)).filter(([about]) => about.startsWith("free-keys"));
  expect(await told(end)).toEqual([]);
  await integrationOfBefore(tokens.admin, ["recordings:write"], "Legacy");
  expect(await told(end - 31 * DAY)).toEqual([]);
  expect(await told(end - 30 * DAY)).toEqual([[`free-keys:${daysAgo(-90)}:soon`, ["ada", "compliance"]]]);
  expect(await told(end)).toEqual([[`free-keys:${daysAgo(-90)}:due`, ["ada", "compliance"]]]);
  // Where the day is gone, as by a restore to before it, they register none already.
  await env.DB.exec("DELETE FROM marks WHERE name = 'free-keys-end'");
  expect(await told(Date.now())).toEqual([["free-keys::due", ["ada", "compliance"]]]);
});

describe("the database", () => {
  const sized = (bytes: number | undefined) => ({
    ...env,
    DB: {
      prepare: (text: string) => {
        const statement = env.DB.prepare(text);
        if (text !== "SELECT 1") return statement;
        return { all: async () => ({ ...(await statement.all()), meta: { size_after: bytes } }) };
      },
      batch: (statements: D1PreparedStatement[]) => env.DB.batch(statements),
    } as unknown as D1Database,
  });
  const told = async (bytes: number | undefined, now = Date.UTC(2026, 10, 30)) =>
    Object.entries(await said(now, sized(bytes))).filter(([about]) => about.startsWith("database-size"));

  it("administrators hear of it at 60, 80 and 90 per cent of what D1 takes", async () => {
    expect(await told(undefined)).toEqual([]);
    expect(await told(5_999_999_999)).toEqual([]);
    expect(await told(6_000_000_000)).toEqual([["database-size:60", ["ada"]]]);
    expect(await told(7_999_999_999)).toEqual([["database-size:60", ["ada"]]]);
    expect(await told(8_000_000_000)).toEqual([["database-size:80", ["ada"]]]);
  });
  it("from 90 per cent on each week", async () => {
    const [one, next] = [await told(9e9), await told(9.9e9, Date.UTC(2026, 11, 7))];
    expect([one, next]).toEqual([[["database-size:90:2969", ["ada"]]], [["database-size:90:2970", ["ada"]]]]);
  });
  it("the mail says how much it takes", async () => {
    await remind(sized(8_249_000_000), Date.now());
    const row = (await mails()).find(({ template }) => template === "database-size");
    expect(JSON.parse(row!.vals)).toEqual({ percent: 82, size: "8.2" });
  });
});

it("who has left hears nothing", async () => {
  await env.DB.exec("UPDATE people SET active = 0 WHERE role = 'manager'");
  expect(await said(Date.parse("2027-01-31"))).toMatchObject({ "review-due:2027-01-31:due": ["ada"] });
});

describe("legal holds", () => {
  it("however many come to their day, one mail a person tells of them, and the next day's are not forgotten", async () => {
    await arrive(env, tokens.admin, sample());
    const many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)";
    await env.DB.prepare(
      `${many} INSERT INTO recordings (id, provider, ref, provider_id, started_at, started_on, store, object, region,
         erase_after, rule, months, by, at)
       SELECT 'many-' || i, provider, ref || i, provider_id, started_at, started_on, store, object || i, region,
         erase_after, rule, months, by, at FROM recordings, n`,
    ).run();
    await env.DB.prepare(
      `INSERT INTO recording_holds (id, recording, reason, review_on, by, at)
       SELECT id, id, 'claim', iif(id = 'many-300', '2030-06-02', '2030-06-01'), by, at
       FROM recordings WHERE id LIKE 'many-%'`,
    ).run();
    const days = async (day: string) => {
      await remind(env, Date.parse(`${day}T12:00:00Z`));
      return ((await dump("outbox")) as { template: string; recipient: string; vals: string }[])
        .filter((m) => m.template === "hold-review")
        .map((m) => [m.recipient, (JSON.parse(m.vals) as { reviewOn: string }).reviewOn]);
    };
    const first = ["compliance@example.com", "1 Jun 2030"];
    expect(await days("2030-06-01")).toEqual([first]);
    // Those have not been reviewed yet.
    expect(await days("2030-06-02")).toEqual([first, ["compliance@example.com", "2 Jun 2030"]]);
  });
});
