/** Whom an objection closes: the line, the person with all their numbers, or the company. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { ScopeCandidates } from "../../../shared/do-not-call/api.ts";
import { record } from "../../../worker/core/commit.ts";
import { suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { changeConsent } from "../../../worker/do-not-call/rows.ts";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { closeWithdrawn } from "../../../worker/jobs/withdrawn.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, setPolicy } from "../helpers.ts";
import { dated } from "../trail/kit.ts";
import {
  LINE,
  MOBILE,
  HOME,
  COLLEAGUE,
  SWITCHBOARD,
  tokens,
  hold,
  object,
  objected,
  say,
  said,
  end,
  closed,
  waiting,
  changes,
  factsOf,
  cautioned,
  type Held,
  withCrms,
} from "./scope-kit.ts";

withCrms();

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

  it("in whose place a withdrawal of before comes: its event names the numbers on which that tells", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE]);
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const given = { kind: "notification", giver: "subscriber", givenBy: "J. Doe", givenAt: at(9) };
    const body = { number: LINE, ...given, words: "you may ring me", how: "web", proof: "form 7" };
    const { data } = await call("POST", "/v1/consents", { token: tokens.manager, body });
    const { id } = data as { id: string };
    const statements = await changeConsent(env.DB, id, { withdrawn_at: at(4) }, at(4));
    const event = { code: "consent.withdrawn", subject: id, payload: { number: LINE } };
    await record(env, { actor: "system", event, statements });
    await objected(LINE);
    // Before the withdrawal: a later one would stay, with what it tells on.
    await dated(suppressionsBound, "origin IS NULL", { unverified: 1, at: at(6) });
    await closeWithdrawn(env);
    const told = await env.DB.prepare(
      `SELECT p.payload ->> '$.spread[0].number' AS told FROM audit a JOIN audit_payload p USING (seq)
       WHERE a.code = 'suppression.imported'`,
    ).first<string>("told");
    expect(told).toBe(MOBILE);
    expect(await cautioned(MOBILE)).toEqual([MOBILE]);
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
