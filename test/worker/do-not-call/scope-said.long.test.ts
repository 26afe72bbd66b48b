/** What is said of an objection after it arrived: whom it closes, that it goes further, or that it was a mistake. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression, SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import type { RequestsAnswer } from "../../../shared/privacy-requests/api.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call } from "../helpers.ts";
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
  code,
  changes,
  factsOf,
  cautioned,
  consentAfter,
  type Held,
  withCrms,
} from "./scope-kit.ts";

withCrms();

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
    "SELECT email AS recipient, (SELECT name FROM people WHERE role = 'admin') AS by FROM people WHERE role IN ('compliance', 'admin') ORDER BY email",
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
      // What binds the number's own row is quoted; the event of the whole is not.
      expect(rows.every((row) => row.withheld === (row.code !== "audit.bound"))).toBe(true);
      for (const other of [LINE, MOBILE, HOME].filter((its) => its !== number))
        expect(JSON.stringify(rows)).not.toContain(other);
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
    // The first one may have been meant.
    await end(LINE);
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

    it("ended, and confirmed by the public form's request: what the form closed, and compliance is asked", async () => {
      await hold([1, "contacts", "a", LINE, MOBILE]);
      await call("POST", "/v1/requests", { body: { kind: "objection", name: "J. Doe", number: LINE } });
      await object(LINE, { scope: "person" });
      await end(LINE);
      expect(await closed(LINE, MOBILE)).toEqual([LINE]);
      await settle("confirm-objection");
      expect(await closed(LINE, MOBILE)).toEqual([LINE]);
      expect(await waiting()).toContain(LINE);
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

  it("in bulk: a list closes lines, unless a row says whom, or a CRM holds the number beside another", async () => {
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
      { number: COLLEAGUE, reason: "x" },
    ];
    const { data } = await call("POST", "/v1/suppressions/bulk", {
      token: tokens.compliance,
      body: { rows },
    });
    expect((data as { results: { status: string }[] }).results.map(({ status }) => status)).toEqual([
      ...["added", "added", "added", "refused", "added"],
    ]);
    expect(await closed(LINE, MOBILE, HOME, SWITCHBOARD)).toEqual([LINE, MOBILE, HOME, SWITCHBOARD]);
    // Of a number that no CRM knows, or knows alone, the line is all there is.
    expect((await waiting()).toSorted()).toEqual([SWITCHBOARD, HOME].toSorted());
    const again = (scope: string) =>
      call("POST", "/v1/suppressions/bulk", {
        token: tokens.compliance,
        body: { rows: [{ number: HOME, reason: "x", scope }] },
      });
    await again("person");
    expect(await waiting()).toEqual([SWITCHBOARD]);
  });

  it("in bulk where nobody says whom: the other numbers of the records are amber, and a row that says the line asks nothing", async () => {
    await hold([1, "contacts", "a", LINE, MOBILE], [1, "contacts", "b", HOME, COLLEAGUE]);
    const rows = [
      { number: LINE, reason: "x" },
      { number: HOME, reason: "x", scope: "line" },
    ];
    await call("POST", "/v1/suppressions/bulk", { token: tokens.compliance, body: { rows } });
    expect(await closed(LINE, MOBILE, HOME, COLLEAGUE)).toEqual([LINE, HOME]);
    expect(await waiting()).toEqual([LINE]);
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [MOBILE] } });
    expect((data as CheckAnswer).results[0]!.facts!.suppressions).toMatchObject([
      { keepsLine: true, scope: "unsaid" },
    ]);
  });
});
