/** Whom an objection closes: the line, the person with all their numbers, or the company. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { ChangesAnswer, CheckAnswer } from "../../../shared/check/api.ts";
import type {
  ScopeAnswer,
  ScopeCandidates,
  Suppression,
  SuppressionsAnswer,
} from "../../../shared/do-not-call/api.ts";
import type { RequestsAnswer } from "../../../shared/privacy-requests/api.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, call, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const LINE = "+441134960001";
const MOBILE = "+447700900001";
const HOME = "+441134960002";
const COLLEAGUE = "+447700900002";
const SWITCHBOARD = "+441134960100";

/** What the last runs of two CRMs left. */
type Held = [connector: number, object: string, record: string, ...numbers: string[]];
const hold = (...rows: Held[]) =>
  env.DB.batch(
    rows.flatMap(([connector, object, record, ...numbers]) =>
      numbers.map((number, place) =>
        env.DB.prepare(
          `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
           VALUES (?, ?, ?, 'phone', ?, ?, 'clear', '2026-11-01', 1)`,
        ).bind(connector, object, record, place, Number(number.slice(1))),
      ),
    ),
  );
beforeAll(async () => {
  for (const [num, id] of [
    [1, "hub"],
    [2, "sales"],
  ])
    await env.DB.prepare(
      `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
       VALUES (?1, ?2, 'rest', ?2, '{}', 'header', '', 'x', '2026-11-01')`,
    )
      .bind(num, id)
      .run();
});
afterEach(async () => {
  for (const table of ["suppressions", "connector_numbers", "connector_accounts", "consents"])
    await env.DB.exec(`DELETE FROM ${table}`);
});

const object = (number: string, more: object = {}, token = tokens.agent) =>
  call("POST", "/v1/suppressions", { token, body: { number, reason: "do not call me", ...more } });
const objected = async (number: string, more: object = {}) =>
  (await object(number, more)).data as Suppression;
const say = (id: string, body: object, token = tokens.compliance) =>
  call("POST", `/v1/suppressions/${id}/scope`, { token, body: { reason: "asked them", ...body } });
const said = async (id: string, body: object) => {
  const { status, data } = await say(id, body);
  expect(status, JSON.stringify(data)).toBe(200);
  return data as ScopeAnswer;
};
const end = (number: string, body: object = {}) =>
  call("DELETE", `/v1/suppressions/${number}`, {
    token: tokens.manager,
    body: { reason: "mistake", ...body },
  });
/** The numbers that an objection closes. */
const closed = async (...numbers: string[]) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers } });
  return (data as CheckAnswer).results
    .filter(({ facts }) => facts!.suppressions.some(({ keepsLine }) => !keepsLine))
    .map(({ e164 }) => e164);
};
const waiting = async () =>
  (
    (await call("GET", "/v1/suppressions?asks=yes", { token: tokens.compliance })).data as SuppressionsAnswer
  ).suppressions.map(({ number }) => number);
const code = ({ data }: { data: unknown }) => (data as Problem).code;
const changes = async (since = 0) =>
  (await call("GET", `/v1/changes?since=${since}`, { token: tokens.agent })).data as ChangesAnswer;

const factsOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!;
};
const cautioned = async (...numbers: string[]) => {
  const found = await Promise.all(numbers.map(factsOf));
  return found
    .filter(({ reasons }) => reasons.some(({ code }) => code === "scope-unsaid"))
    .map(({ e164 }) => e164);
};

/** A consent of LINE, a moment after another. */
const consentAfter = (at: string) =>
  env.DB.prepare(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, by, at)
     SELECT 'c', ?1, 'consent', 'x', ?2, 'x', id, ?2 FROM people LIMIT 1`,
  )
    .bind(Number(LINE.slice(1)), new Date(Date.parse(at) + 1).toISOString())
    .run();

describe("an objection", () => {
  it("that says no more closes the number at once, and compliance is asked until it is said", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const entry = await objected(LINE);
    expect(entry).toMatchObject({ scope: "unsaid", asks: true });
    expect(await closed(LINE, MOBILE)).toEqual([LINE]);
    expect(await waiting()).toEqual([LINE]);
    expect((await say(entry.id, { scope: "line" }, tokens.manager)).status).toBe(403);
    expect(await said(entry.id, { scope: "line" })).toMatchObject({
      entry: { scope: "line", asks: false },
      closed: [],
    });
    expect(await waiting()).toEqual([]);
    expect(await closed(LINE, MOBILE)).toEqual([LINE]);
  });

  it("of a line closes that one; a house entry has no other scope", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    expect(await objected(LINE, { scope: "line" })).toMatchObject({ scope: "line", asks: false });
    expect(await closed(LINE, MOBILE)).toEqual([LINE]);
    expect((await object(HOME, { kind: "house", scope: "person" })).status).toBe(422);
    expect((await object(HOME, { kind: "house" })).data).toMatchObject({ scope: "line", asks: false });
  });

  it("of a person closes all their numbers, in every connected system, and open pages hear of each", async () => {
    await hold(
      [1, "contacts", "a", LINE, MOBILE],
      [2, "Contact", "b", MOBILE, HOME],
      [2, "Contact", "c", COLLEAGUE],
    );
    const { seq } = await changes();
    expect(await objected(LINE, { scope: "person" })).toMatchObject({ scope: "person", asks: false });
    expect(await closed(LINE, MOBILE, HOME, COLLEAGUE)).toEqual([LINE, MOBILE, HOME]);
    expect((await changes(seq)).numbers.sort()).toEqual([LINE, MOBILE, HOME].sort());
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("of a person closes no line that others share, and nobody is reached through one", async () => {
    await hold([1, "contacts", "a", MOBILE, SWITCHBOARD], [1, "contacts", "b", COLLEAGUE, SWITCHBOARD]);
    await objected(MOBILE, { scope: "person" });
    expect(await closed(MOBILE, SWITCHBOARD, COLLEAGUE)).toEqual([MOBILE]);
  });

  it("of an employee leaves a switchboard open that their company's own record holds", async () => {
    await hold([1, "contacts", "a", MOBILE, SWITCHBOARD], [1, "companies", "7", SWITCHBOARD, HOME]);
    await objected(MOBILE, { scope: "person" });
    expect(await closed(MOBILE, SWITCHBOARD, HOME)).toEqual([MOBILE]);
    // Said of the switchboard itself, it closes that, and compliance is asked whose record it is.
    expect(await objected(SWITCHBOARD, { scope: "person" })).toMatchObject({ asks: true });
    expect(await closed(SWITCHBOARD, HOME)).toEqual([SWITCHBOARD]);
  });

  it("of a person closes their mobile on a lead and a contact, and is not followed from there", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE], [1, "leads", "l", MOBILE, HOME]);
    await objected(LINE, { scope: "person" });
    expect(await closed(LINE, MOBILE, HOME)).toEqual([LINE, MOBILE]);
    // Nobody knows whether the lead is the same person, or that the fixed line is theirs.
    await hold([1, "contacts", "b", COLLEAGUE, SWITCHBOARD], [1, "leads", "m", SWITCHBOARD]);
    await objected(COLLEAGUE, { scope: "person" });
    expect(await closed(COLLEAGUE, SWITCHBOARD)).toEqual([COLLEAGUE]);
  });

  it("of a person closes no mobile that two contacts hold", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE], [1, "contacts", "b", MOBILE], [1, "leads", "l", MOBILE]);
    await objected(LINE, { scope: "person" });
    expect(await closed(LINE, MOBILE)).toEqual([LINE]);
  });

  it("of a company closes all numbers of the records that hold it, and those that the officer lists", async () => {
    await hold([1, "contacts", "a", MOBILE, SWITCHBOARD], [1, "contacts", "b", COLLEAGUE, SWITCHBOARD]);
    const entry = await objected(SWITCHBOARD, { scope: "company" });
    expect(entry.asks).toBe(true);
    expect(await closed(MOBILE, SWITCHBOARD, COLLEAGUE)).toEqual([MOBILE, SWITCHBOARD, COLLEAGUE]);
    await said(entry.id, { scope: "company", numbers: ["0113 496 0002"] });
    expect(await closed(HOME, SWITCHBOARD, COLLEAGUE)).toEqual([HOME, SWITCHBOARD, COLLEAGUE]);
    expect(await waiting()).toEqual([]);
  });
});

describe("a person's objection, on numbers that others share or that are twice in a CRM", () => {
  const [HER, DUPLICATE] = [[1, "contacts", "a", LINE, MOBILE] as Held, [1, "contacts", "b", MOBILE] as Held];
  const person = { scope: "person" };

  it("tells on a mobile that two contacts hold, and compliance is asked whose it is", async () => {
    await hold(HER, DUPLICATE);
    const { seq } = await changes();
    const entry = await objected(LINE, person);
    expect(entry).toMatchObject({ scope: "person", asks: true });
    expect([await closed(LINE, MOBILE), await cautioned(LINE, MOBILE)]).toEqual([[LINE], [MOBILE]]);
    expect((await changes(seq)).numbers.sort()).toEqual([LINE, MOBILE].sort());
    const [told] = (await factsOf(MOBILE)).facts!.suppressions;
    expect(told!.reason).not.toContain("do not call me");
    expect(await waiting()).toEqual([LINE]);
    const { data } = await call("GET", "/v1/waiting", { token: tokens.compliance });
    expect(data).toMatchObject({ scopes: 1 });
    // It is a question about another number: the one that objected is not opened by it.
    expect((await say(entry.id, { ...person, keepsLine: true })).status).toBe(409);
    await said(entry.id, { ...person, numbers: [MOBILE] });
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE), await waiting()]).toEqual([
      [LINE, MOBILE],
      [],
      [],
    ]);
  });

  it("is answered by naming both records: what nobody else holds closes", async () => {
    await hold(HER, DUPLICATE);
    const { id } = await objected(LINE, person);
    const { data } = await call("GET", `/v1/suppressions/${id}/scope`, { token: tokens.compliance });
    expect(data).toMatchObject({ closed: [], told: [MOBILE] });
    const records = ["a", "b"].map((record) => ({ connector: "hub", object: "contacts", record }));
    await said(id, { ...person, records });
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE)]).toEqual([[LINE, MOBILE], []]);
  });

  it.each(["unsaid", "person"])(
    "is not answered by who it was alone, where it was %s: each number is theirs, or said to be somebody else's",
    async (scope) => {
      await hold([1, "contacts", "a", LINE, MOBILE], [1, "contacts", "b", LINE, MOBILE]);
      const { id } = await objected(LINE, { scope });
      expect(await cautioned(MOBILE)).toEqual([MOBILE]);
      const one = [{ connector: "hub", object: "contacts", record: "a" }];
      for (const answer of [person, { ...person, records: one }]) {
        const { status, data } = await say(id, answer);
        expect([status, (data as Problem).errors?.map(({ path }) => path)]).toEqual([422, ["notTheirs"]]);
        expect((data as Problem).errors![0]!.message).toContain(MOBILE);
        expect([await closed(MOBILE), await cautioned(MOBILE)]).toEqual([[], [MOBILE]]);
      }
      // A company's answer closes what all its records hold.
      await said(id, { scope: "company" });
      expect(await closed(MOBILE)).toEqual([MOBILE]);
      await env.DB.exec("DELETE FROM suppressions");
      await said((await objected(LINE, { scope })).id, { ...person, notTheirs: [MOBILE] });
      expect([await closed(MOBILE), await cautioned(MOBILE), await waiting()]).toEqual([[], [], []]);
    },
  );

  it("what their own records say is theirs closes, whatever is said", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const { id } = await objected(LINE);
    await said(id, { ...person, notTheirs: [MOBILE] });
    expect(await closed(MOBILE)).toEqual([MOBILE]);
  });

  it("tells on both where each contact is there twice, whichever of them was called", async () => {
    await hold(HER, [1, "contacts", "b", LINE, MOBILE]);
    await objected(MOBILE, person);
    expect([await closed(LINE, MOBILE), await cautioned(LINE)]).toEqual([[MOBILE], [LINE]]);
    await end(MOBILE);
    expect(await cautioned(LINE)).toEqual([]);
    await env.DB.exec("DELETE FROM suppressions");
    await objected(LINE, person);
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE)]).toEqual([[LINE], [MOBILE]]);
  });

  it("leaves a switchboard callable without a question; a sole trader's line tells", async () => {
    await hold(
      [1, "contacts", "a", MOBILE, SWITCHBOARD],
      [1, "companies", "7", SWITCHBOARD],
      [1, "contacts", "c", COLLEAGUE, HOME],
      [1, "companies", "8", HOME],
    );
    const party = { number: HOME, party: "sole-trader", detail: "their website" };
    const { data } = await call("POST", "/v1/parties", { token: tokens.compliance, body: party });
    expect(await objected(MOBILE, person)).toMatchObject({ asks: false });
    expect(await objected(COLLEAGUE, person)).toMatchObject({ asks: true });
    expect(await closed(SWITCHBOARD, HOME)).toEqual([]);
    expect(await cautioned(SWITCHBOARD, HOME)).toEqual([HOME]);
    expect((await factsOf(SWITCHBOARD)).facts!.suppressions).toEqual([]);
    expect(await waiting()).toEqual([COLLEAGUE]);
    await call("DELETE", `/v1/parties/${(data as { id: string }).id}`, { token: tokens.compliance });
  });

  it("tells on what later runs bring, once, and closes it when it turns out to be theirs alone", async () => {
    await hold(HER, DUPLICATE);
    const { id } = await objected(LINE, person);
    await said(id, { ...person, notTheirs: [MOBILE] });
    const third: Held = [1, "contacts", "a2", LINE, COLLEAGUE];
    await env.DB.exec("DELETE FROM connector_numbers WHERE record = 'a'");
    await hold(third, [1, "contacts", "c", COLLEAGUE]);
    const run = async () => {
      await spreadAll(env, Date.now());
      return [await closed(LINE, MOBILE, COLLEAGUE), await cautioned(MOBILE, COLLEAGUE), await waiting()];
    };
    expect(await run()).toEqual([[LINE], [COLLEAGUE], [LINE]]);
    await said(id, { ...person, notTheirs: [COLLEAGUE] });
    expect(await run()).toEqual([[LINE], [], []]);
    await env.DB.exec("DELETE FROM connector_numbers WHERE record = 'c'");
    expect(await run()).toEqual([[LINE, COLLEAGUE], [], []]);
    await env.DB.exec("DELETE FROM suppressions");
    await hold([1, "contacts", "d", COLLEAGUE]);
    await objected(LINE, person);
    expect(await cautioned(COLLEAGUE)).toEqual([COLLEAGUE]);
    await env.DB.exec("DELETE FROM connector_numbers WHERE record = 'd'");
    expect(await run()).toEqual([[LINE, COLLEAGUE], [], []]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });
});

describe("an objection that does not say whom it closes", () => {
  const team: Held[] = [
    [1, "contacts", "a", LINE, MOBILE, SWITCHBOARD],
    [1, "contacts", "b", COLLEAGUE, SWITCHBOARD],
  ];

  it("tells on the other numbers of the records that hold it, until compliance says whom", async () => {
    await hold(...team);
    const { seq } = await changes();
    const { id, at } = await objected(LINE);
    expect(await cautioned(LINE, MOBILE, SWITCHBOARD, COLLEAGUE)).toEqual([MOBILE, SWITCHBOARD]);
    expect(await closed(LINE, MOBILE, SWITCHBOARD)).toEqual([LINE]);
    expect((await changes(seq)).numbers.sort()).toEqual([LINE, MOBILE, SWITCHBOARD].sort());
    const [told] = (await factsOf(MOBILE)).facts!.suppressions;
    expect(told).toMatchObject({ at, scope: "unsaid", keepsLine: true });
    // Their words are not told to whoever else is in the record.
    expect(told!.reason).not.toContain("do not call me");
    const { seq: then } = await changes();
    expect((await said(id, { scope: "line" })).closed).toEqual([]);
    expect(await cautioned(MOBILE, SWITCHBOARD)).toEqual([]);
    expect((await changes(then)).numbers.sort()).toEqual([LINE, MOBILE, SWITCHBOARD].sort());
  });

  it("closes them once it is said of the person, also what a later run finds", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const { id } = await objected(LINE);
    expect((await said(id, { scope: "person" })).closed).toEqual([MOBILE]);
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE)]).toEqual([[LINE, MOBILE], []]);
    await hold([2, "Contact", "b", LINE, HOME]);
    await spreadAll(env, Date.now());
    expect(await closed(LINE, MOBILE, HOME)).toEqual([LINE, MOBILE, HOME]);
  });

  it("a number that told once, and was not meant, closes where a person is said later to have it", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const { id } = await objected(LINE);
    await said(id, { scope: "line" });
    await said(id, { scope: "person" });
    expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
  });

  it("tells on a switchboard's other records, of which nobody knows whose it is", async () => {
    await hold(...team);
    await objected(SWITCHBOARD);
    expect(await cautioned(LINE, MOBILE, COLLEAGUE)).toEqual([LINE, MOBILE, COLLEAGUE]);
  });

  it("tells on what later runs bring, and no more once somebody says that it is not meant", async () => {
    const { id } = await objected(LINE);
    await hold(...team);
    await spreadAll(env, Date.now());
    expect(await cautioned(MOBILE, SWITCHBOARD, COLLEAGUE)).toEqual([MOBILE, SWITCHBOARD]);
    expect((await end(SWITCHBOARD)).data).toEqual({ ended: 1 });
    await spreadAll(env, Date.now());
    expect(await cautioned(MOBILE, SWITCHBOARD)).toEqual([MOBILE]);
    await said(id, { scope: "company" });
    expect(await closed(LINE, MOBILE, SWITCHBOARD)).toEqual([LINE, MOBILE, SWITCHBOARD]);
  });

  it("of the public form tells too, and ends where the form was abused", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const body = { kind: "objection", name: "J. Doe", number: LINE };
    expect((await call("POST", "/v1/requests", { body })).status).toBe(201);
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE)]).toEqual([[LINE], [MOBILE]]);
    const { data } = await call("GET", "/v1/requests", { token: tokens.compliance });
    const [request] = (data as RequestsAnswer).requests;
    await call("POST", "/v1/requests/objections", {
      token: tokens.compliance,
      body: { requests: [request!.id], action: "take-back", reason: "a prank" },
    });
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE)]).toEqual([[], []]);
  });

  it("is borne out in the proof of a number that it told on, and by what ended it", async () => {
    const events = async () => {
      const day = new Date().toISOString().slice(0, 10);
      const path = `/v1/proof?number=${encodeURIComponent(MOBILE)}&from=${day}&to=${day}`;
      const { data } = await call("GET", path, { token: tokens.compliance });
      const { proof } = data as { proof: NumberProof };
      return proof.events
        .filter(({ what }) => what.startsWith("suppression"))
        .map((event) => [event.what, "keepsLine" in event && event.keepsLine, event.rows.length > 0]);
    };
    await hold([1, "contacts", "a", LINE, MOBILE]);
    await call("POST", "/v1/requests", { body: { kind: "objection", name: "J. Doe", number: LINE } });
    expect(await events()).toEqual([["suppression", true, true]]);
    await object(LINE, { scope: "person" });
    expect((await events()).sort()).toEqual(
      [
        ["suppression", true, true],
        ["suppression", false, true],
        ["suppression-ended", false, true],
      ].sort(),
    );
    await env.DB.exec("DELETE FROM suppressions");
    const { id } = await objected(LINE);
    await said(id, { scope: "line" });
    expect(await events()).toEqual([
      ["suppression", true, true],
      ["suppression-ended", false, true],
    ]);
  });

  it("is answered by compliance alone: neither an agent's word nor a list narrows it to its line", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    await objected(LINE);
    expect((await object(LINE, { scope: "line" })).data).toMatchObject({ scope: "unsaid", asks: true });
    await call("POST", "/v1/suppressions/bulk", {
      token: tokens.compliance,
      body: { rows: [{ number: LINE, reason: "an old list" }] },
    });
    expect(await waiting()).toEqual([LINE]);
    expect(await cautioned(MOBILE)).toEqual([MOBILE]);
    // Somebody who hears more from them says more.
    expect((await object(LINE, { scope: "person" })).data).toMatchObject({ scope: "person" });
    expect([await closed(LINE, MOBILE), await cautioned(MOBILE)]).toEqual([[LINE, MOBILE], []]);
  });

  it("two officers at once, or a run in between, narrow nothing and leave nothing behind", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const { id } = await objected(LINE);
    const answers = await Promise.all([
      say(id, { scope: "person" }),
      say(id, { scope: "line" }),
      spreadAll(env, Date.now()),
    ]);
    expect(answers.slice(0, 2).map((answer) => (answer as { status: number }).status)).toContain(200);
    const scope = (await closed(MOBILE)).length === 1 ? "person" : "line";
    const { results } = await env.DB.prepare(
      "SELECT scope, keeps_line FROM suppressions WHERE origin = ? AND ended_at IS NULL",
    )
      .bind(id)
      .all();
    expect(results).toEqual(scope === "person" ? [{ scope: "person", keeps_line: 0 }] : []);
    const own = env.DB.prepare("SELECT scope FROM suppressions WHERE id = ?").bind(id);
    expect(await own.first("scope")).toBe(scope);
    await said(id, { scope: "person" });
    const narrow = env.DB.prepare("UPDATE suppressions SET scope = 'line' WHERE id = ?").bind(id);
    await expect(narrow.run()).rejects.toThrow("suppression_moved");
    await end(LINE);
    const late = env.DB.prepare(
      `INSERT INTO suppressions (id, number, kind, reason, source, by, at, scope, origin)
       VALUES ('late', 1, 'objection', 'x', 'spread', 'system', '2026-11-01', 'person', ?)`,
    ).bind(id);
    await expect(late.run()).rejects.toThrow("suppression_moved");
  });
});

describe("a company's accounts", () => {
  const belong = (...rows: [connector: number, object: string, record: string, account: string][]) =>
    env.DB.batch(
      rows.map((row) =>
        env.DB.prepare(
          "INSERT INTO connector_accounts (connector, object, record, account, run) VALUES (?, ?, ?, ?, 1)",
        ).bind(...row),
      ),
    );

  it("close with all of their records, and no other company's", async () => {
    await hold(
      [1, "companies", "7", SWITCHBOARD],
      [1, "contacts", "a", MOBILE],
      [1, "contacts", "b", COLLEAGUE],
      [2, "Contact", "c", HOME],
    );
    await belong(
      [1, "companies", "7", "7"],
      [1, "contacts", "a", "7"],
      [1, "contacts", "b", "8"],
      [2, "Contact", "c", "7"],
    );
    const { id } = await objected(SWITCHBOARD, { scope: "company" });
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE, HOME)).toEqual([SWITCHBOARD, MOBILE]);
    await said(id, { scope: "company", numbers: [HOME] });
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE, HOME)).toEqual([SWITCHBOARD, MOBILE, HOME]);
    // A contact who joins the company, at the next run.
    await hold([1, "contacts", "d", LINE]);
    await belong([1, "contacts", "d", "7"]);
    await spreadAll(env, Date.now());
    expect(await closed(LINE, COLLEAGUE)).toEqual([LINE]);
  });

  it("close however many numbers they have: more than one statement takes", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
       INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
       SELECT 1, 'contacts', 'r' || i, 'phone', p, IIF(p = 0, 441134960100, 447700100000 + i), 'clear', '2026-11-01', 1
       FROM n, (SELECT 0 AS p UNION SELECT 1)`,
    ).run();
    await objected(SWITCHBOARD, { scope: "company", reason: "\u{1f4de}".repeat(250) });
    const of = env.DB.prepare(
      "SELECT COUNT(*) AS n FROM suppressions WHERE origin IS NOT NULL AND ended_at IS NULL",
    );
    expect(await of.first("n")).toBe(1200);
  });

  it("are not a person's, and a contact's word may be their company's", async () => {
    await hold(
      [1, "companies", "7", SWITCHBOARD],
      [1, "contacts", "a", MOBILE],
      [1, "contacts", "b", COLLEAGUE],
    );
    await belong([1, "companies", "7", "7"], [1, "contacts", "a", "7"], [1, "contacts", "b", "7"]);
    const { id } = await objected(MOBILE, { scope: "person" });
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([MOBILE]);
    await end(MOBILE);
    const again = await objected(MOBILE);
    expect(again.id).not.toBe(id);
    expect((await say(again.id, { scope: "company" })).status).toBe(200);
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([SWITCHBOARD, MOBILE, COLLEAGUE]);
  });
});

describe("a person on a switchboard", () => {
  const team: Held[] = [
    [1, "contacts", "a", MOBILE, SWITCHBOARD],
    [1, "contacts", "b", COLLEAGUE, SWITCHBOARD],
  ];

  it("is found by compliance: their mobile closes, the switchboard need not", async () => {
    await hold(...team);
    const entry = await objected(SWITCHBOARD, { scope: "person" });
    // Nobody knows yet which of the two: the line is closed, and compliance is asked.
    expect(entry).toMatchObject({ scope: "person", asks: true });
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([SWITCHBOARD]);
    const { data } = await call("GET", `/v1/suppressions/${entry.id}/scope`, { token: tokens.compliance });
    expect(data as ScopeCandidates).toMatchObject({
      shared: true,
      records: [
        { connector: "hub", record: "a", numbers: expect.arrayContaining([MOBILE]) as string[] },
        { connector: "hub", record: "b" },
      ],
      closed: [],
    });
    const answer = await said(entry.id, {
      scope: "person",
      keepsLine: true,
      records: [{ connector: "hub", object: "contacts", record: "a" }],
      notTheirs: [COLLEAGUE],
    });
    expect(answer.closed).toEqual([MOBILE]);
    expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([MOBILE]);
    // The line says so to whoever rings it, and somebody else's objection still closes it.
    const check = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [SWITCHBOARD] } });
    expect((check.data as CheckAnswer).results[0]!.facts!.suppressions).toMatchObject([
      { scope: "person", keepsLine: true },
    ]);
    expect((await object(SWITCHBOARD, { scope: "line" })).status).toBe(201);
    expect(await closed(SWITCHBOARD, MOBILE)).toEqual([SWITCHBOARD, MOBILE]);
  });

  it("only a person's objection leaves a line open, and only what exists is named", async () => {
    await hold(...team);
    const { id } = await objected(SWITCHBOARD);
    expect((await say(id, { scope: "company", keepsLine: true })).status).toBe(422);
    expect((await say(id, { scope: "line", keepsLine: true })).status).toBe(422);
    const records = [{ connector: "hub", object: "contacts", record: "z" }];
    expect((await say(id, { scope: "person", records })).status).toBe(422);
    expect(await waiting()).toEqual([SWITCHBOARD]);
  });
});

describe("a line that stays open", () => {
  const open = { scope: "person", keepsLine: true };
  const refused = async (number: string) => {
    const { id } = await objected(number);
    const { status, data } = await say(id, open);
    return [status, (data as Problem).errors?.map(({ path }) => path)];
  };
  it("is one that others share by what is on record: not a private mobile, of no record or of one", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE], [1, "leads", "l", MOBILE]);
    // A lead and a contact are most likely one person, as everywhere.
    for (const number of [COLLEAGUE, LINE, MOBILE]) {
      expect(await refused(number)).toEqual([422, ["keepsLine"]]);
      expect(await closed(number)).toEqual([number]);
    }
    const { data } = await call("GET", `/v1/suppressions/${(await objected(LINE)).id}/scope`, {
      token: tokens.compliance,
    });
    expect(data).toMatchObject({ mayStayOpen: false });
  });

  it("is a company's by what is said of it, though no record holds it", async () => {
    const { data } = await call("POST", "/v1/parties", {
      token: tokens.compliance,
      body: { number: HOME, party: "company", detail: "their letterhead" },
    });
    const { id } = await objected(HOME);
    await said(id, open);
    expect(await closed(HOME)).toEqual([]);
    await call("DELETE", `/v1/parties/${(data as { id: string }).id}`, { token: tokens.compliance });
    expect(await refused(HOME)).toEqual([422, ["keepsLine"]]);
  });

  it.each([
    ["a partnership, whose partners are its subscribers", [["officer", "partnership"]]],
    ["by a source that the policy does not name", [["connector", "company"]]],
    [
      "where somebody else says that it is a consumer's",
      [
        ["officer", "company"],
        ["register", "consumer"],
      ],
    ],
  ] as [string, [string, string][]][])("but is none as %s", async (_, words) => {
    await setPolicy((policy) => ({ parties: { ...policy.parties, from: ["officer", "register"] } }));
    for (const [i, [source, party]] of words.entries())
      await env.DB.prepare(
        "INSERT INTO parties (id, number, party, source, detail, by, at) VALUES (?1, ?2, ?3, ?4, 'x', 'x', ?5)",
      )
        .bind(`p${i}`, Number(HOME.slice(1)), party, source, `2026-11-0${i + 1}`)
        .run();
    expect(await refused(HOME)).toEqual([422, ["keepsLine"]]);
    await env.DB.exec("DELETE FROM parties");
  });

  it.each(["line", "person"])(
    "and whoever says %s: every officer gets a mail with who, what and how",
    async (scope) => {
      await env.DB.exec("DELETE FROM outbox");
      await hold([1, "contacts", "a", LINE], [1, "contacts", "b", LINE]);
      await said((await objected(LINE)).id, { scope, keepsLine: scope === "person" });
      const { results } = await env.DB.prepare(
        "SELECT vals FROM outbox WHERE template = 'objection-scoped' ORDER BY recipient",
      ).all<{ vals: string }>();
      expect(results.length).toBeGreaterThan(1);
      const [{ what, ...vals }] = results.map((row) => JSON.parse(row.vals) as Record<string, string>) as [
        Record<string, string>,
      ];
      expect(vals).toMatchObject({ why: "asked them" });
      expect(what!.includes("stays open")).toBe(scope === "person");
    },
  );
});

it("an objection is ended by one person, and every officer gets a mail with who and why", async () => {
  const mails = async () =>
    (
      await env.DB.prepare(
        "SELECT recipient, vals FROM outbox WHERE template = 'objection-ended' ORDER BY recipient",
      ).all<{ recipient: string; vals: string }>()
    ).results;
  await env.DB.exec("DELETE FROM outbox");
  await object(HOME, { kind: "house" });
  await end(HOME);
  expect(await mails()).toEqual([]);
  await objected(LINE);
  await end(LINE);
  const { results: officers } = await env.DB.prepare(
    "SELECT email AS recipient, (SELECT name FROM people WHERE role = 'manager') AS by FROM people WHERE role IN ('compliance', 'admin') ORDER BY email",
  ).all<{ recipient: string; by: string }>();
  expect(officers.length).toBeGreaterThan(1);
  const vals = JSON.stringify({ by: officers[0]!.by, why: "mistake" });
  expect(await mails()).toEqual(officers.map(({ recipient }) => ({ recipient, vals })));
});

describe("what spreads", () => {
  it("ends with its origin, by whichever way that ends, and open pages hear of it", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    await objected(LINE, { scope: "person" });
    const { seq } = await changes();
    expect((await end(LINE)).data).toEqual({ ended: 1 });
    expect(await closed(LINE, MOBILE)).toEqual([]);
    expect((await changes(seq)).numbers.sort()).toEqual([LINE, MOBILE].sort());
  });

  it("is borne out by the row that closed it, without the other numbers of that row", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const { id } = await objected(LINE, { scope: "company" });
    await hold([2, "Contact", "b", LINE, HOME]);
    await spreadAll(env, Date.now());
    const day = new Date().toISOString().slice(0, 10);
    for (const [number, code] of [
      [MOBILE, "suppression.added"],
      [HOME, "suppression.spread"],
    ] as const) {
      const path = `/v1/proof?number=${encodeURIComponent(number)}&from=${day}&to=${day}`;
      const { data } = await call("GET", path, { token: tokens.compliance });
      const { proof } = data as { proof: NumberProof };
      const event = proof.events.find(({ what }) => what === "suppression")!;
      expect(event).toMatchObject({ scope: "company", origin: id });
      const rows = proof.trail.rows.filter(({ seq }) => event.rows.includes(seq));
      expect(rows.map((row) => row.code)).toContain(code);
      expect(rows.every(({ withheld }) => withheld)).toBe(true);
    }
  });

  it("follows what later runs of a connector bring, once", async () => {
    await hold([1, "contacts", "a", LINE]);
    await objected(LINE, { scope: "person" });
    await hold([2, "Contact", "b", LINE, MOBILE]);
    await spreadAll(env, Date.now());
    expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
    const rows = async () => (await env.DB.prepare("SELECT * FROM suppressions").all()).results.length;
    const before = await rows();
    await spreadAll(env, Date.now());
    expect(await rows()).toBe(before);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("a single number that was closed by mistake is opened alone, and stays open", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE, HOME]);
    await objected(LINE, { scope: "person" });
    expect((await end(MOBILE)).data).toEqual({ ended: 1 });
    await spreadAll(env, Date.now());
    expect(await closed(LINE, MOBILE, HOME)).toEqual([LINE, HOME]);
  });

  it("counts from when it was said: a consent given since stands, one from before does not", async () => {
    await hold([1, "contacts", "a", LINE]);
    const { at } = await objected(LINE, { scope: "person" });
    await hold([1, "contacts", "b2", LINE], [2, "Contact", "b", LINE, MOBILE]);
    await env.DB.exec("DELETE FROM connector_numbers WHERE record = 'b2'");
    await spreadAll(env, Date.now() + 86_400_000);
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [MOBILE] } });
    expect((data as CheckAnswer).results[0]!.facts!.suppressions).toMatchObject([{ at, scope: "person" }]);
  });

  it("goes on where a later objection replaces its origin", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const entry = await objected(LINE);
    await said(entry.id, { scope: "person", numbers: [HOME] });
    // They agreed, and then objected again, without a word on whom it closes.
    await consentAfter(entry.at);
    const again = await objected(LINE);
    expect(again).toMatchObject({ scope: "person", asks: false });
    expect(again.id).not.toBe(entry.id);
    expect(await closed(LINE, MOBILE, HOME)).toEqual([LINE, MOBILE, HOME]);
    await end(LINE);
    expect(await closed(LINE, MOBILE, HOME)).toEqual([]);
  });
});

describe("an objection that was heard before it arrived", () => {
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
  const HOUR = 3_600_000;
  const factsOf = async (number: string) => {
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
    return (data as CheckAnswer).results[0]!.facts!.suppressions[0]!;
  };

  it("counts from when it was heard, on each number that it closes: what they agreed to since stands", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const heardAt = ago(2 * HOUR);
    await consentAfter(ago(HOUR));
    const entry = await objected(LINE, { scope: "person", heardAt });
    expect(entry).toMatchObject({ heardAt });
    expect([await factsOf(LINE), await factsOf(MOBILE)]).toMatchObject([{ at: heardAt }, { at: heardAt }]);
    // So a new one is a new entry, as after any later consent; and it says when it came.
    const again = await objected(LINE);
    expect(again).toMatchObject({ scope: "person", heardAt: null });
    expect(again.id).not.toBe(entry.id);
    await expect(
      env.DB.prepare("UPDATE suppressions SET heard_at = NULL WHERE id = ?").bind(entry.id).run(),
    ).rejects.toThrow("entry_fixed");
  });

  it.each([
    ["in the future", -HOUR],
    ["more than a week ago", 8 * 24 * HOUR],
  ])("%s: it counts from now, and is not lost", async (_, ms) => {
    expect(await objected(LINE, { heardAt: ago(ms) })).toMatchObject({ heardAt: null, number: LINE });
  });

  it("counts no earlier than the one that it widens", async () => {
    const first = await objected(LINE);
    const wider = await objected(LINE, { scope: "person", heardAt: ago(HOUR) });
    expect(wider.heardAt).toBe(first.at);
  });
});

describe("what was said", () => {
  it("is widened, and never narrowed", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const { id } = await objected(LINE, { scope: "line" });
    await said(id, { scope: "person" });
    expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
    expect(code(await say(id, { scope: "line" }))).toBe("scope-said");
    expect(code(await say(id, { scope: "person", keepsLine: true }))).toBe("scope-said");
    await said(id, { scope: "person", numbers: [HOME] });
    expect(await closed(LINE, MOBILE, HOME)).toEqual([LINE, MOBILE, HOME]);
  });

  it("by another agent, of whom it closes besides, is not lost", async () => {
    await objected(LINE);
    expect((await object(LINE)).status).toBe(200);
    const wider = await object(LINE, { scope: "person" });
    expect([wider.status, (wider.data as Suppression).scope]).toEqual([201, "person"]);
    expect((await object(LINE, { scope: "line" })).data).toMatchObject({ scope: "person" });
    expect((await object(LINE, { scope: "company" })).data).toMatchObject({ scope: "company", asks: true });
    expect(await waiting()).toEqual([LINE]);
  });

  describe("in several steps", () => {
    const bulk = (row: object) =>
      call("POST", "/v1/suppressions/bulk", {
        token: tokens.compliance,
        body: { rows: [{ reason: "a list", ...row }] },
      });
    /** What the public form brought. */
    const settle = async (action: "confirm-objection" | "take-back") => {
      const { data } = await call("GET", "/v1/requests", { token: tokens.compliance });
      const requests = (data as RequestsAnswer).requests
        .filter(({ state }) => state === "held")
        .map(({ id }) => id);
      expect(requests).not.toEqual([]);
      const body = { requests, action, reason: "rang them" };
      await call("POST", "/v1/requests/objections", { token: tokens.compliance, body });
    };
    const idOf = async (number: string) =>
      (
        (
          await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
            token: tokens.compliance,
          })
        ).data as SuppressionsAnswer
      ).suppressions.find(({ endedAt, origin }) => endedAt === null && origin === null)!.id;
    const wider: [string, () => Promise<unknown>][] = [
      ["an officer", () => object(LINE, { scope: "company" }, tokens.compliance)],
      ["an agent", () => object(LINE, { scope: "company" })],
      ["a list", () => bulk({ number: LINE, scope: "company" })],
    ];

    it.each(wider)("is not narrowed by whoever answers what %s widened", async (_, widen) => {
      await hold([1, "contacts", "a", LINE, MOBILE]);
      const { id } = await objected(LINE);
      await said(id, { scope: "person", numbers: [HOME] });
      await widen();
      const now = await idOf(LINE);
      for (const narrower of [{ scope: "line" }, { scope: "person" }, { scope: "person", keepsLine: true }])
        expect(code(await say(now, narrower)), JSON.stringify(narrower)).toBe("scope-said");
      await object(LINE, { scope: "line" }, tokens.compliance);
      await bulk({ number: LINE, scope: "line" });
      expect((await said(now, { scope: "company" })).closed.sort()).toEqual([HOME, MOBILE].sort());
      expect(code(await say(now, { scope: "person" }))).toBe("scope-said");
      expect(await closed(LINE, MOBILE, HOME)).toEqual([LINE, MOBILE, HOME]);
    });

    it("is not narrowed past the routes either", async () => {
      const { id } = await objected(LINE, { scope: "person" });
      for (const change of ["scope = 'line'", "scope = 'unsaid'", "asks = 1", "keeps_line = 1"])
        await expect(
          env.DB.prepare(`UPDATE suppressions SET ${change} WHERE id = ?`).bind(id).run(),
          change,
        ).rejects.toThrow("suppression_moved");
      const { id: asked } = await objected(HOME, { scope: "company" });
      await expect(
        env.DB.prepare("UPDATE suppressions SET scope = 'person', keeps_line = 1, asks = 0 WHERE id = ?")
          .bind(asked)
          .run(),
      ).rejects.toThrow("suppression_moved");
    });

    it.each(["entered", "listed"])("ended and %s again within a day, it closes as much", async (how) => {
      await hold([1, "contacts", "a", LINE, MOBILE], [1, "contacts", "b", LINE, COLLEAGUE]);
      const { id } = await objected(LINE, { scope: "person" });
      await said(id, { scope: "person", numbers: [MOBILE, HOME], notTheirs: [COLLEAGUE] });
      await end(HOME);
      await end(LINE);
      await (how === "listed" ? bulk({ number: LINE }) : object(LINE, { scope: "line" }, tokens.compliance));
      expect(await closed(LINE, MOBILE, HOME, COLLEAGUE)).toEqual([LINE, MOBILE]);
      const again = await idOf(LINE);
      expect(code(await say(again, { scope: "line" }))).toBe("scope-said");
      expect(code(await say(again, { scope: "person", keepsLine: true }))).toBe("scope-said");
    });

    it.each(["entered", "listed"])(
      "ended where the line was left open, and %s again: no less closes",
      async (how) => {
        await hold([1, "contacts", "a", MOBILE, SWITCHBOARD], [1, "contacts", "b", COLLEAGUE, SWITCHBOARD]);
        const { id } = await objected(SWITCHBOARD);
        const records = [{ connector: "hub", object: "contacts", record: "a" }];
        await said(id, { scope: "person", keepsLine: true, records, notTheirs: [COLLEAGUE] });
        await end(SWITCHBOARD);
        await (how === "listed" ? bulk({ number: SWITCHBOARD }) : object(SWITCHBOARD, { scope: "line" }));
        expect(await closed(SWITCHBOARD, MOBILE, COLLEAGUE)).toEqual([SWITCHBOARD, MOBILE]);
      },
    );

    it("ended, and confirmed by the public form's request: no less closes", async () => {
      await hold([1, "contacts", "a", LINE, MOBILE]);
      await call("POST", "/v1/requests", { body: { kind: "objection", name: "J. Doe", number: LINE } });
      await object(LINE, { scope: "person" });
      await end(LINE);
      expect(await closed(LINE, MOBILE)).toEqual([]);
      await settle("confirm-objection");
      expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
      expect(code(await say(await idOf(LINE), { scope: "line" }))).toBe("scope-said");
    });

    it("taking back the public form's brings back the verified one, with what it closed and when", async () => {
      await hold([1, "contacts", "a", LINE, MOBILE]);
      const { at } = await objected(LINE, { scope: "person" });
      await consentAfter(at);
      const form = () =>
        call("POST", "/v1/requests", { body: { kind: "objection", name: "J. Doe", number: LINE } });
      const saidAt = async (number: string) =>
        (await factsOf(number)).facts!.suppressions.map(({ at, reason }) => [at, reason]);
      await form();
      expect(await saidAt(LINE)).not.toEqual([[at, "do not call me"]]);
      await settle("take-back");
      for (const number of [LINE, MOBILE]) expect(await saidAt(number)).toEqual([[at, "do not call me"]]);
      // A second one in the same way, and then it is confirmed.
      await form();
      await settle("confirm-objection");
      expect(await saidAt(LINE)).not.toEqual([[at, "do not call me"]]);
      expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
      await end(LINE);
      expect(await closed(LINE, MOBILE)).toEqual([]);
      expect(await verify(env)).toMatchObject({ ok: true });
    });

    it("the form's, which compliance widened, closes as much where it is ended and entered again", async () => {
      await hold([1, "contacts", "a", LINE, MOBILE]);
      await call("POST", "/v1/requests", { body: { kind: "objection", name: "J. Doe", number: LINE } });
      await said(await idOf(LINE), { scope: "person" });
      await end(LINE);
      await object(LINE, { scope: "line" });
      expect(await closed(LINE, MOBILE)).toEqual([LINE, MOBILE]);
      await settle("take-back");
    });

    it("ended more than a day ago, it says nothing of a later one", async () => {
      await objected(LINE, { scope: "person" });
      await env.DB.exec(
        "UPDATE suppressions SET ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-25 hours'), ended_by = 'x'",
      );
      expect(await objected(LINE, { scope: "line" })).toMatchObject({ scope: "line" });
    });

    it("nobody said whom, and a line alone is entered after it was ended: compliance is asked", async () => {
      await objected(LINE);
      await end(LINE);
      expect(await objected(LINE, { scope: "line" })).toMatchObject({ scope: "unsaid", asks: true });
    });
  });

  it("in bulk: a list closes lines, unless a row says whom", async () => {
    await hold(
      [1, "contacts", "a", LINE, MOBILE],
      [1, "contacts", "b", HOME, SWITCHBOARD],
      [1, "contacts", "c", SWITCHBOARD],
    );
    const rows = [
      { number: LINE, reason: "x", scope: "person" },
      { number: HOME, reason: "x" },
      { number: SWITCHBOARD, reason: "x", scope: "person" },
      { number: COLLEAGUE, reason: "x", kind: "house", scope: "company" },
    ];
    const { data } = await call("POST", "/v1/suppressions/bulk", {
      token: tokens.compliance,
      body: { rows },
    });
    expect((data as { results: { status: string }[] }).results.map(({ status }) => status)).toEqual([
      ...["added", "added", "added", "refused"],
    ]);
    expect(await closed(LINE, MOBILE, HOME, SWITCHBOARD)).toEqual([LINE, MOBILE, HOME, SWITCHBOARD]);
    expect(await waiting()).toEqual([SWITCHBOARD]);
  });
});
