/** What loosens a verdict, written straight into the database by its owner: no check goes by it, and officers are told once. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import type { Dial } from "../../../shared/dials/api.ts";
import type { Party, Suppression } from "../../../shared/do-not-call/api.ts";
import { factsOf } from "../../../worker/check/facts.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { partiesBound } from "../../../worker/do-not-call/bound.ts";
import { restedOn } from "../../../worker/do-not-call/brief.ts";
import { usedBy } from "../../../worker/do-not-call/uses.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { keepLast } from "../../../worker/trail/events.ts";
import { asOwner, aTeam, call, DAY, daysAgo, dump, MONTH, push, setPolicy } from "../helpers.ts";
import { run } from "../trail/kit.ts";

const tokens = aTeam();
const LISTED = 442079460700;
let last = LISTED;
/** A new number that TPS lists. */
const listed = () => `+${++last}`;
const check = async (number: string, medium: "call" | "message" = "call") => {
  const { status, data } = await call("POST", "/v1/check", {
    token: tokens.agent,
    body: { numbers: [number], medium },
  });
  expect(status).toBe(200);
  const [found] = (data as CheckAnswer).results;
  return { verdict: found!.verdict, facts: found!.facts!, policy: (data as CheckAnswer).stamp.policy };
};
const verdictOn = async (number: string) => (await check(number)).verdict;
/** PECR reg 22 wants a consent to messages to anybody but a company. */
const toText = async (number: string) => (await check(number, "message")).verdict;
const made = async <T>(method: string, path: string, token: string, body: unknown = {}): Promise<T> => {
  const { status, data } = await call(method, path, { token, body });
  expect(status, `${path}: ${JSON.stringify(data)}`).toBeLessThan(300);
  return data as T;
};
const say = (number: string, party: string, detail = "their page") =>
  made<Party>("POST", "/v1/parties", tokens.compliance, { number, party, detail });
const consent = (number: string, more: object = {}) =>
  made<Consent>("POST", "/v1/consents", tokens.manager, {
    ...{
      number,
      kind: "notification",
      giver: "subscriber",
      givenBy: "J. Doe",
      givenAt: `${daysAgo(20)}T10:00:00.000Z`,
    },
    ...{ words: "Do ring me", how: "web", proof: "form 12" },
    ...more,
  });
const bend = (table: string, set: string, id: string) =>
  asOwner([table], () => run(`UPDATE ${table} SET ${set} WHERE id = ?`, id));
const mails = async () =>
  ((await dump("outbox")) as { template: string; vals: string; recipient: string }[]).filter(
    ({ template }) => template === "rows-unlike",
  );
/** A row as the Worker writes it, seed and code included, but no event: whoever reads the source can. */
async function forge(number: string, at = new Date().toISOString()): Promise<string> {
  const id = crypto.randomUUID();
  const { sql, params } = insertBound(partiesBound, [
    {
      ...{ id, number: Number(number), party: "company", source: "officer", detail: "their page" },
      ...{ by: "x", at, ended_at: null, ended_by: null },
    },
  ]);
  await run(sql, ...params);
  return id;
}

beforeAll(async () => {
  const all = Array.from({ length: 60 }, (_, n) => `+${LISTED + n}`);
  await push(tokens.admin, "tps", all);
  await push(tokens.admin, "ctps", ["+442079460699"]);
  await adopt(env);
});
beforeEach(async () => {
  await run("DELETE FROM outbox");
  await run("DELETE FROM kept_back");
});

describe("whose line a number is", () => {
  it("as an officer says it, a company may be sent a message", async () => {
    const number = listed();
    expect(await toText(number)).toBe("blocked");
    await say(number, "company");
    expect(await toText(number)).toBe("caution");
    expect(await mails()).toEqual([]);
  });

  it("as the database's owner wrote it, it may not, and officers are told once", async () => {
    const number = listed();
    const id = await forge(number);
    const { verdict, facts } = await check(number, "message");
    expect(verdict).toBe("blocked");
    expect(facts.party).toBeUndefined();
    const told = await mails();
    expect(told.map(({ recipient }) => recipient).sort()).toEqual([
      "ada@example.com",
      "compliance@example.com",
    ]);
    expect(told[0]!.vals).toContain(`parties/${id}`);
    await toText(number);
    expect(await mails()).toHaveLength(2);
    // Nor after the night's sweep.
    await sweep(env, Date.now());
    await run("DELETE FROM outbox");
    await toText(number);
    expect(await mails()).toEqual([]);
  });

  it.each([
    ["that says nothing binds it", ", code = NULL, past = NULL, salt_high = NULL, salt_low = NULL, rev = 0"],
    ["of another number", ", number = number + 1"],
    ["that was made a company's", ""],
  ])("a row %s says nothing", async (_, set) => {
    const [first, second] = [listed(), listed()];
    const { id } = await say(first, "consumer");
    await bend("parties", `party = 'company'${set}`, id);
    expect([await toText(first), await toText(second)]).toEqual(["blocked", "blocked"]);
    expect((await mails()).length).toBeGreaterThan(0);
  });

  it("one that was ended is not revived, and one that contradicts is not taken away", async () => {
    const number = listed();
    const { id } = await say(number, "company");
    const consumer = await say(number, "consumer");
    await bend("parties", "ended_at = at, ended_by = 'x'", consumer.id);
    await bend("parties", "ended_at = NULL, ended_by = NULL", id);
    expect(await toText(number)).toBe("blocked");
    const other = listed();
    await setPolicy(() => ({ parties: { from: ["officer", "import"] } }));
    const against = await made<Party>("POST", "/v1/parties", tokens.compliance, {
      ...{ number: other, party: "consumer", detail: "a list", source: "import" },
    });
    await say(other, "company");
    expect(await toText(other)).toBe("blocked");
    await bend("parties", "party = 'company'", against.id);
    expect(await toText(other)).toBe("blocked");
    await bend("parties", "ended_at = at, ended_by = 'x'", against.id);
    expect(await toText(other)).toBe("blocked");
  });
});

describe("a consent", () => {
  it("counts as it was given, and not as it was written", async () => {
    const number = listed();
    const { id } = await consent(number, { until: daysAgo(-3) });
    expect(await verdictOn(number)).toBe("caution");
    await bend("consents", "until = '2031-01-01'", id);
    expect(await verdictOn(number)).toBe("blocked");
    expect((await mails())[0]!.vals).toContain(`consents/${id}`);
  });

  it("that was withdrawn is not given again", async () => {
    const number = listed();
    const { id } = await consent(number);
    await made("POST", `/v1/consents/${id}/withdraw`, tokens.manager);
    await bend("consents", "withdrawn_at = NULL", id);
    expect(await verdictOn(number)).toBe("blocked");
  });

  it("of which nobody said who gave it, and which was made the subscriber's, counts for nothing, and nobody finds it good", async () => {
    const number = listed();
    const { id, state } = await consent(number, { giver: undefined, givenAt: new Date().toISOString() });
    expect([state, await verdictOn(number)]).toEqual(["review", "caution"]);
    await bend("consents", "giver = 'subscriber'", id);
    expect(await verdictOn(number)).toBe("blocked");
    expect((await mails())[0]!.vals).toContain(`consents/${id}`);
    const review = (verdict: "good" | "refused") =>
      call("POST", `/v1/consents/${id}/review`, {
        token: tokens.compliance,
        body: { verdict, review: "the form is in the folder" },
      });
    expect(await review("good")).toMatchObject({ status: 409, data: { code: "consent-unlike" } });
    expect((await review("refused")).status).toBe(200);
    expect(await verdictOn(number)).toBe("blocked");
  });

  it("to be rung back is used up, also where somebody took its uses away", async () => {
    const number = listed();
    const { id } = await consent(number, {
      kind: "solicited",
      givenAt: new Date(Date.now() - DAY).toISOString(),
    });
    const consents = async () => (await check(number)).facts.consents;
    for (const ref of ["d1", "d2"]) {
      const rested = (await factsOf(env, [number])).facts(number).consents.map(restedOn);
      const at = new Date().toISOString();
      await record(env, {
        actor: "system",
        event: { code: "dial.passed", subject: ref, payload: {} },
        statements: usedBy(number, rested, { ref, at, notedAt: at }),
      });
    }
    expect(await consents()).toMatchObject([{ left: 3 }]);
    await asOwner(["consent_uses"], () =>
      run("DELETE FROM consent_uses WHERE consent = ? AND ref = 'd1'", id),
    );
    expect(await consents()).toEqual([]);
  });
});

describe("an entry", () => {
  const objection = (number: string) =>
    made<Suppression>("POST", "/v1/suppressions", tokens.agent, { number, reason: "stop" });

  it.each([
    ["was ended", "ended_at = '2026-11-01T00:00:00.000Z', ended_by = 'x'"],
    ["was made to be over", "until = '2026-11-01', kind = 'house'"],
    ["was dated before a consent", "at = '2026-01-01T00:00:00.000Z', heard_at = NULL"],
  ])("that %s closes its number", async (_, set) => {
    const number = listed();
    await consent(number);
    const { id } = await objection(number);
    expect(await verdictOn(number)).toBe("blocked");
    await bend("suppressions", set, id);
    expect(await verdictOn(number)).toBe("blocked");
    expect((await mails())[0]!.vals).toContain(`suppressions/${id}`);
  });

  it("that was ended by a person closes nothing", async () => {
    const number = "+442079460799";
    await objection(number);
    expect(await verdictOn(number)).toBe("blocked");
    await made("DELETE", `/v1/suppressions/${encodeURIComponent(number)}`, tokens.compliance, {
      reason: "entered by mistake",
    });
    expect(await verdictOn(number)).toBe("clear");
    expect(await mails()).toEqual([]);
  });
});

describe("a dial that arrives late", () => {
  const late = (number: string) =>
    made<Dial>("POST", "/v1/dials", tokens.agent, {
      ...{ number, e164: number, action: "passed", verdict: "caution", reasons: [], seen: null },
      ...{ host: "crm.example.com", at: new Date(Date.now() - 10 * 60_000).toISOString() },
    });

  it("is judged as it arrives where the past that it calls upon was written by the database's owner", async () => {
    await run("UPDATE versions SET committed_at = ?", `${daysAgo(5)}T00:00:00.000Z`);
    expect(await late(listed())).toMatchObject({ workerVerdict: "blocked", arrival: { verdict: "blocked" } });
    const number = listed();
    const { id } = await consent(number);
    // Neither when it was entered, nor that it was withdrawn since, can be made up.
    await bend("consents", `at = '${daysAgo(3)}T00:00:00.000Z'`, id);
    const one = await late(number);
    expect(one.workerVerdict).toBe("blocked");
    expect(one).not.toHaveProperty("arrival");
    await bend("consents", `withdrawn_at = '${new Date().toISOString()}'`, id);
    expect((await late(number)).workerVerdict).toBe("blocked");
    const version = await setPolicy(({ parties }) => ({ parties: { ...parties, from: ["officer"] } }));
    await run(
      `INSERT INTO policies (version, doc, at, by, why)
       SELECT version + 1, json_set(doc, '$.outOfHours', 'warn'), '${daysAgo(2)}T00:00:00.000Z', by, why
       FROM policies WHERE version = ?`,
      version,
    );
    const other = await late(listed());
    expect(other.policy).toBe(version);
    expect(other).not.toHaveProperty("arrival");
    await asOwner(["policies"], () => run("DELETE FROM policies WHERE version > ?", version));
  });
});

describe("the policy", () => {
  it("that somebody wrote is none: the one before counts", async () => {
    const version = await setPolicy(({ parties }) => ({ parties: { ...parties, from: ["officer"] } }));
    const number = listed();
    await run(
      `INSERT INTO policies (version, doc, at, by, why, salt_high, salt_low, code)
       SELECT version + 1, json_set(doc, '$.registers.tps', 'off'), at, by, why, salt_high, salt_low, code
       FROM policies WHERE version = ?`,
      version,
    );
    const { verdict, policy } = await check(number);
    expect([verdict, policy]).toEqual(["blocked", version]);
    expect((await mails())[0]!.vals).toContain(`policies/${version + 1}`);
    await asOwner(["policies"], () => run("DELETE FROM policies WHERE version > ?", version));
  });

  it("that says nothing binds it is none, whatever its age", async () => {
    const version = await setPolicy(({ parties }) => ({ parties: { ...parties, from: ["officer"] } }));
    await run(
      `INSERT INTO policies (version, doc, at, by, why)
       SELECT version + 1, json_set(doc, '$.registers.tps', 'off'), '2026-01-01T00:00:00.000Z', by, why
       FROM policies WHERE version = ?`,
      version,
    );
    expect(await check(listed())).toMatchObject({ verdict: "blocked", policy: version });
    await asOwner(["policies"], () => run("DELETE FROM policies WHERE version > ?", version));
  });

  it("whose text was altered is none", async () => {
    const version = await setPolicy(({ parties }) => ({ parties: { ...parties, from: ["officer"] } }));
    await asOwner(["policies"], () =>
      run("UPDATE policies SET doc = json_set(doc, '$.registers.tps', 'off') WHERE version = ?", version),
    );
    expect((await check(listed())).verdict).toBe("blocked");
  });
});

describe("once its month has left the database", () => {
  it("what people said counts as before, at once and for good; what they did not, does not", async () => {
    const [good, revived, consented] = [listed(), listed(), listed()];
    await setPolicy(({ parties }) => ({ parties: { ...parties, from: ["officer"] } }));
    await say(good, "company");
    const { id } = await say(revived, "company");
    await run("CREATE TABLE aside AS SELECT * FROM parties WHERE id = ?", id);
    await made("DELETE", `/v1/parties/${id}`, tokens.compliance);
    await consent(consented);
    const before = await Promise.all([toText(good), toText(revived), verdictOn(consented)]);
    expect(before).toEqual(["caution", "blocked", "caution"]);
    await archiveMonths(env, Date.now() + 3 * MONTH);
    expect(
      await env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE subject LIKE 'parties/%'").first("n"),
    ).toBe(0);
    const forged = listed();
    await forge(forged, new Date(Date.now() - DAY).toISOString());
    for (const step of [() => Promise.resolve(), () => keepLast(env)]) {
      await step();
      expect(await Promise.all([toText(good), toText(forged), verdictOn(consented)])).toEqual([
        ...["caution", "blocked", "caution"],
      ]);
    }
    // Also where it was put back to a state that it was in.
    const columns = ["ended_at", "ended_by", "rev", "changed_at", "past", "salt_high", "salt_low", "code"];
    await bend("parties", columns.map((name) => `${name} = (SELECT ${name} FROM aside)`).join(", "), id);
    expect(await toText(revived)).toBe("blocked");
  });
});
