import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import { consentsBound, suppressionsBound } from "../../../worker/do-not-call/bound.ts";
import { changeConsent } from "../../../worker/do-not-call/rows.ts";
import { closeWithdrawn } from "../../../worker/jobs/withdrawn.ts";
import { aTeam, call, daysAgo, push } from "../helpers.ts";
import { ask } from "../privacy-requests/kit.ts";
import { eventsOf, proofOf } from "../proof/kit.ts";
import { dated, deepOf } from "../trail/kit.ts";

const tokens = aTeam();
beforeAll(async () => {
  for (const list of ["tps", "ctps"])
    expect((await push(tokens.admin, list, ["+442079460000"])).status).toBe(200);
});

const add = (body: object, token = tokens.agent) => call("POST", "/v1/suppressions", { token, body });
const verdict = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  const { verdict, reasons } = (data as { results: { verdict: string; reasons: { code: string }[] }[] })
    .results[0]!;
  return [verdict, reasons[0]!.code];
};
const changes = async (since: number) =>
  (await call("GET", `/v1/changes?since=${since}`, { token: tokens.agent })).data as {
    seq: number;
    numbers: string[];
    reset: boolean;
  };

describe("in-house do-not-call", () => {
  it("counts at once, is named to open pages, and is taken back with its history", async () => {
    const before = (await changes(0)).seq;
    expect(await verdict("020 7946 0100")).toEqual(["clear", "not-listed"]);
    const made = await add({ number: "020 7946 0100", reason: "asked us to stop" });
    expect(made.data).toMatchObject({
      number: "+442079460100",
      kind: "objection",
      until: null,
      endedAt: null,
    });
    expect(await verdict("020 7946 0100")).toEqual(["blocked", "objection"]);
    expect(await changes(before)).toMatchObject({ numbers: ["+442079460100"], reset: false });

    const path = "/v1/suppressions/+442079460100";
    expect((await call("DELETE", path, { token: tokens.agent, body: { reason: "x" } })).status).toBe(403);
    expect((await call("DELETE", path, { token: tokens.manager, body: {} })).status).toBe(422);
    expect(
      (await call("DELETE", path, { token: tokens.manager, body: { reason: "wrong person" } })).data,
    ).toEqual({ ended: 1 });
    expect(await verdict("020 7946 0100")).toEqual(["clear", "not-listed"]);
    expect(
      (await call("DELETE", path, { token: tokens.manager, body: { reason: "again" } })).data,
    ).toMatchObject({ code: "not-listed" });
    const { data } = await call("GET", "/v1/suppressions?number=02079460100", { token: tokens.manager });
    expect(data).toMatchObject({
      suppressions: [{ reason: "asked us to stop", endedReason: "wrong person" }],
      next: null,
    });
  });

  it("is filtered by kind, by state and by the days on which entries were made", async () => {
    const numbers = ["+442079460180", "+442079460181", "+442079460182", "+442079460183"] as const;
    const [objected, ours, over, ended] = numbers;
    await add({ number: objected, reason: "stop" });
    await add({ number: ours, kind: "house", reason: "a supplier" }, tokens.manager);
    await add({ number: over, kind: "house", reason: "for a day", until: daysAgo(-1) }, tokens.manager);
    await dated(suppressionsBound, "number = 442079460182", { until: daysAgo(1) });
    await add({ number: ended, reason: "stop" });
    await call("DELETE", `/v1/suppressions/${ended}`, { token: tokens.manager, body: { reason: "wrong" } });
    await dated(suppressionsBound, "number = 442079460181", { at: "2026-01-05T10:00:00.000Z" });
    const listed = async (query: string) => {
      const { data } = await call("GET", `/v1/suppressions?${query}`, { token: tokens.manager });
      const { suppressions } = data as { suppressions: { number: string }[] };
      return suppressions
        .map(({ number }) => number)
        .filter((number) => (numbers as readonly string[]).includes(number));
    };
    expect((await listed("kind=house")).sort()).toEqual([ours, over]);
    expect((await listed("kind=objection")).sort()).toEqual([objected, ended]);
    expect((await listed("state=live")).sort()).toEqual([objected, ours]);
    expect((await listed("state=over")).sort()).toEqual([over, ended]);
    expect(await listed("kind=house&state=over")).toEqual([over]);
    expect(await listed("from=2026-01-05&to=2026-01-05")).toEqual([ours]);
    expect(await listed("to=2026-01-04")).toEqual([]);
    const wrong = await call("GET", "/v1/suppressions?to=2026-01-04'--", { token: tokens.manager });
    expect(wrong.status).toBe(422);
  });

  it("added twice it is one entry", async () => {
    const [a, b] = [
      await add({ number: "+442079460101", reason: "one" }),
      await add({ number: "+442079460101", reason: "two" }),
    ];
    expect([a.status, b.status]).toEqual([201, 200]);
    expect((b.data as { id: string }).id).toBe((a.data as { id: string }).id);
  });

  it("an end date is for house entries only, and they end", async () => {
    expect((await add({ number: "+442079460102", reason: "x", until: "2030-01-01" })).status).toBe(422);
    await add({ number: "+442079460102", reason: "supplier", kind: "house", until: daysAgo(1) });
    expect(await verdict("+442079460102")).toEqual(["clear", "not-listed"]);
    await add({ number: "+442079460102", reason: "supplier", kind: "house", until: daysAgo(0) });
    expect(await verdict("+442079460102")).toEqual(["blocked", "house"]);
    expect(
      (await add({ number: "+442079460102", reason: "supplier", kind: "house", until: daysAgo(1) })).status,
    ).toBe(200);
    expect(await verdict("+442079460102")).toEqual(["blocked", "house"]);
  });

  it("a mistaken house entry does not take an objection with it", async () => {
    const number = "+442079460103";
    await add({ number, reason: "stop" });
    await add({ number, reason: "mistake", kind: "house" });
    const end = (body: object) =>
      call("DELETE", `/v1/suppressions/${number}`, { token: tokens.manager, body });
    expect((await end({ reason: "oops" })).data).toMatchObject({ status: 409, code: "kind-needed" });
    expect((await end({ reason: "oops", kind: "house" })).data).toEqual({ ended: 1 });
    expect(await verdict(number)).toEqual(["blocked", "objection"]);
  });

  it("entered by several at once it is one entry, and all are told so", async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() => add({ number: "+442079460104", reason: "stop" })),
    );
    expect(new Set(answers.map((a) => (a.data as { id: string }).id)).size).toBe(1);
    expect(answers.filter((a) => a.status === 201)).toHaveLength(1);
    expect(answers.filter((a) => a.status === 200)).toHaveLength(5);
  });

  it("of two at once the one that holds longer stands, whoever comes first", async () => {
    const number = "+442079460105";
    const entry = { number, reason: "supplier", kind: "house" };
    const answers = await Promise.all([{ until: daysAgo(-1) }, {}].map((more) => add({ ...entry, ...more })));
    expect((answers[1]!.data as { until: string | null }).until).toBeNull();
    const { data } = await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
      token: tokens.manager,
    });
    const entries = (data as { suppressions: { until: string | null; endedAt: string | null }[] })
      .suppressions;
    expect(entries.filter(({ endedAt }) => endedAt === null).map(({ until }) => until)).toEqual([null]);
  });

  it("refuses what is no number, or has no certain country", async () => {
    expect((await add({ number: "hello", reason: "x" })).data).toMatchObject({
      status: 422,
      code: "not-a-number",
    });
    expect((await add({ number: "(415) 555-0134", reason: "x" })).data).toMatchObject({
      status: 422,
      code: "country-unclear",
    });
  });

  it("pages through all entries, newest first, each once", async () => {
    for (let i = 0; i < 7; i++) await add({ number: `+44207946050${i}`, reason: "page" });
    const seen: string[] = [];
    let after = "";
    do {
      const { data } = await call(
        "GET",
        `/v1/suppressions?limit=3${after && `&after=${encodeURIComponent(after)}`}`,
        { token: tokens.manager },
      );
      const page = data as { suppressions: { id: string; at: string }[]; next: string | null };
      seen.push(...page.suppressions.map((s) => `${s.at} ${s.id}`));
      after = page.next ?? "";
    } while (after);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(10);
  });
});

describe("consents", () => {
  const consent = (number: string, more: object = {}, token = tokens.manager) =>
    call("POST", "/v1/consents", {
      token,
      body: {
        number,
        ...{
          kind: "notification",
          giver: "subscriber",
          givenBy: "J. Doe",
          givenAt: new Date().toISOString(),
        },
        ...{ words: "you may ring me", how: "web", proof: "form 7" },
        ...more,
      },
    });

  const unsaid = { kind: undefined, giver: undefined, words: undefined, how: undefined, proof: undefined };

  it("over a register entry gives caution, until it is withdrawn", async () => {
    expect(await verdict("+442079460000")).toEqual(["blocked", "tps"]);
    const made = await consent("+442079460000");
    expect(made.status).toBe(201);
    expect(await verdict("+442079460000")).toEqual(["caution", "agreed"]);
    const path = `/v1/consents/${(made.data as { id: string }).id}/withdraw`;
    const withdrawn = await call("POST", path, { token: tokens.manager });
    expect(withdrawn.data).toMatchObject({ withdrawnAt: expect.any(String) as string });
    expect((await call("POST", path, { token: tokens.manager })).data).toEqual(withdrawn.data);
    expect(await verdict("+442079460000")).toEqual(["blocked", "objection"]);
    const ended = { token: tokens.manager, body: { reason: "another number was meant" } };
    expect((await call("DELETE", "/v1/suppressions/+442079460000", ended)).status).toBe(200);
    expect(await verdict("+442079460000")).toEqual(["blocked", "tps"]);
  });

  it("withdrawn, closes the line that no register lists: who withdraws it wants no calls (reg 21(5))", async () => {
    const withdraw = async (number: string, own: object, because = "subscriber") => {
      const { id } = (await consent(number, own)).data as { id: string };
      const path = `/v1/consents/${id}/withdraw?because=${because}`;
      expect((await call("POST", path, { token: tokens.manager })).status).toBe(200);
      return verdict(number);
    };
    const general = { kind: "prior", calls: ["general", "automated"] };
    expect(await withdraw("+442079460301", {})).toEqual(["blocked", "objection"]);
    expect(await withdraw("+442079460302", general)).toEqual(["blocked", "objection"]);
    // Recorded by mistake, nobody withdrew anything; nor anything that is of live calls.
    const clear = ["clear", "not-listed"];
    expect(await withdraw("+442079460303", {}, "mistake")).toEqual(clear);
    expect(await withdraw("+442079460304", { kind: "prior", calls: ["automated"] })).toEqual(clear);
    expect(await withdraw("+442079460305", { ...general, medium: "message" })).toEqual(clear);
    expect(await withdraw("+442079460306", { giver: "other" })).toEqual(clear);
    const entries = async (number: string) => {
      const { data } = await call("GET", `/v1/suppressions?number=${encodeURIComponent(number)}`, {
        token: tokens.manager,
      });
      return (data as SuppressionsAnswer).suppressions.filter(({ endedAt }) => endedAt === null);
    };
    const entered = { kind: "objection", scope: "line", source: "withdrawal of a consent" };
    expect(await entries("+442079460301")).toMatchObject([entered]);
    // Later words stand, and their withdrawal is later still; one objection is in force at a time.
    await consent("+442079460301");
    expect(await verdict("+442079460301")).toEqual(["caution", "agreed"]);
    expect(await withdraw("+442079460301", {})).toEqual(["blocked", "objection"]);
    await add({ number: "+442079460307", reason: "no more", scope: "person" });
    expect(await withdraw("+442079460307", {})).toEqual(["blocked", "objection"]);
    expect(await entries("+442079460307")).toMatchObject([{ scope: "person" }]);
  });

  it("withdrawn under a Worker of before, which closed nothing, closes the line once, after each upgrade", async () => {
    const numberOf = (n: number) => `+4420794604${String(n).padStart(2, "0")}`;
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const given = async (n: number, own: object = {}) =>
      ((await consent(numberOf(n), { givenAt: at(9), ...own })).data as { id: string }).id;
    /** As that Worker did, four days ago. */
    const withdraw = async (id: string, days = 4) => {
      const statements = await changeConsent(env.DB, id, { withdrawn_at: at(days) }, at(days));
      const event = { code: "consent.withdrawn", subject: id, payload: { number: "x" } };
      await record(env, { actor: "system", event, statements });
    };
    const general = { kind: "prior", calls: ["general", "automated"] };
    await withdraw(await given(1));
    await withdraw(await given(2, general));
    // What was never of live calls, or never counted; and what this Worker was told is a mistake, or was one of.
    await withdraw(await given(3, { kind: "prior", calls: ["automated"] }));
    await withdraw(await given(4, { ...general, medium: "message" }));
    await withdraw(await given(5, { giver: "other" }));
    const mistaken = await given(6);
    await call("POST", `/v1/consents/${mistaken}/withdraw?because=mistake`, { token: tokens.manager });
    const ended = await given(7);
    await call("POST", `/v1/consents/${ended}/withdraw`, { token: tokens.manager });
    const why = { token: tokens.manager, body: { reason: "another number was meant" } };
    expect((await call("DELETE", `/v1/suppressions/${numberOf(7)}`, why)).status).toBe(200);
    // Later words of the subscriber's with their proof stand, earlier ones do not, nor do any that nobody proved.
    await withdraw(await given(8));
    await given(8, { givenAt: at(2), words: "Ring me again" });
    await given(9, { givenAt: at(5), words: "Ring me" });
    await withdraw(await given(9));
    await withdraw(await given(10));
    await given(10, { ...unsaid, basis: "consent", evidence: "x", givenAt: at(2) });
    // One of before kinds, of whose withdrawal no row of the trail is left.
    const by = await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<string>("id");
    const row = {
      ...{
        id: "of-before",
        number: Number(numberOf(11).slice(1)),
        kind: null,
        basis: "consent",
        given_by: "J",
      },
      ...{ given_at: at(9), evidence: "x", by, at: at(9), withdrawn_at: at(4) },
    };
    const event = { code: "test.made", subject: "", payload: null };
    await record(env, { actor: "system", event, statements: [insertBound(consentsBound, [row])] });
    // An objection of since says as much; whom it closes stays.
    await withdraw(await given(12));
    await add({ number: numberOf(12), reason: "no more", scope: "person" });

    const clear = ["clear", "not-listed"];
    const closed = ["blocked", "objection"];
    expect(await Promise.all([1, 2, 11].map((n) => verdict(numberOf(n))))).toEqual([clear, clear, clear]);
    for (let n = 0; n < 2; n++) await closeWithdrawn(env, { most: 3, slices: 20 });
    for (const n of [1, 2, 9, 10, 11, 12]) expect(await verdict(numberOf(n)), String(n)).toEqual(closed);
    for (const n of [3, 4, 5, 6, 7]) expect(await verdict(numberOf(n)), String(n)).toEqual(clear);
    expect(await verdict(numberOf(8))).toEqual(["caution", "agreed"]);
    const entered = await env.DB.prepare(
      `SELECT number, scope, heard_at AS heardAt, COUNT(*) AS n FROM suppressions
       WHERE source = 'withdrawal of a consent' AND number BETWEEN 442079460400 AND 442079460499 AND ended_at IS NULL
       GROUP BY number ORDER BY number`,
    ).all();
    expect(entered.results).toEqual(
      [1, 2, 8, 9, 10, 11].map((n) => ({
        ...{ number: Number(numberOf(n).slice(1)), scope: "line", n: 1 },
        heardAt: expect.stringContaining(at(4).slice(0, 10)) as string,
      })),
    );
    expect((await deepOf(["suppressions"])).found).toEqual([]);
    const { document } = await proofOf(env, tokens.compliance, numberOf(1));
    const proved = eventsOf(document).filter(({ what }) => what === "suppression");
    expect(proved.map(({ rows }) => rows.length)).toEqual([2]);
    // It is done once: who ends one that was a mistake is not contradicted.
    await call("DELETE", `/v1/suppressions/${numberOf(1)}`, why);
    await closeWithdrawn(env);
    expect(await verdict(numberOf(1))).toEqual(clear);
    // Going back to that Worker, it withdraws others.
    await withdraw(await given(13), 2);
    await closeWithdrawn(env);
    expect(await verdict(numberOf(13))).toEqual(closed);
    // A Worker that did it once had come to its end; one that remembers nothing looks at all again.
    await withdraw(await given(14), 0);
    const marks = "marks WHERE name LIKE 'withdrawals-%'";
    for (const value of ["VALUES ('withdrawals-closed', '~')", "SELECT '', '' WHERE FALSE"]) {
      await env.DB.exec(`DELETE FROM ${marks}`);
      await env.DB.exec(`INSERT INTO marks (name, value) ${value}`);
      const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 3_600_000);
      await closeWithdrawn(env, { most: 3, slices: 20 });
      clock.mockRestore();
      for (const n of [13, 14]) expect(await verdict(numberOf(n)), String(n)).toEqual(closed);
      for (const n of [1, 6, 7]) expect(await verdict(numberOf(n)), String(n)).toEqual(clear);
    }
  });

  it("withdrawn there and given again with its proof, it stands against nobody's unverified word once that is taken back", async () => {
    const number = "+442079460415";
    const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const { id } = (await consent(number, { givenAt: at(9) })).data as { id: string };
    const statements = await changeConsent(env.DB, id, { withdrawn_at: at(4) }, at(4));
    const event = { code: "consent.withdrawn", subject: id, payload: { number } };
    await record(env, { actor: "system", event, statements });
    await consent(number, { givenAt: at(2), words: "Ring me again" });
    const asked = await ask({ kind: "objection", name: "A stranger", number, email: "x@example.com" });
    // What an earlier run looked at.
    await env.DB.exec("DELETE FROM marks WHERE name LIKE 'withdrawals-%'");
    await closeWithdrawn(env);
    expect(await verdict(number)).toEqual(["blocked", "objection"]);
    const body = { requests: [asked.id], action: "take-back", reason: "a flood" };
    await call("POST", "/v1/requests/objections", { token: tokens.compliance, body });
    // What they agreed to later counts over what they had withdrawn.
    expect(await verdict(number)).toEqual(["caution", "agreed"]);
  });

  it("a withdrawal that an agent is told of is an objection, and counts over it", async () => {
    await consent("+442079460202");
    expect((await add({ number: "+442079460202", reason: "withdrew" })).status).toBe(201);
    expect(await verdict("+442079460202")).toEqual(["blocked", "objection"]);
  });

  it("an ended one does not count, nor does a service relation", async () => {
    await consent("+442079460000", { until: daysAgo(1) });
    await consent("+442079460000", { kind: "service" });
    expect(await verdict("+442079460000")).toEqual(["blocked", "tps"]);
  });

  it("over an objection only those record it who may, with its proof, and the later dated one stands", async () => {
    await add({ number: "+442079460200", reason: "stop" });
    expect((await consent("+442079460200", {}, tokens.agent)).data).toMatchObject({
      code: "role-not-allowed",
    });
    expect((await consent("+442079460200", { proof: undefined })).status).toBe(422);
    const alone = { ...unsaid, basis: "consent", evidence: "x" };
    expect((await consent("+442079460200", alone)).status).toBe(422);
    await consent("+442079460200", { givenAt: "2020-01-01T00:00:00.000Z" });
    expect(await verdict("+442079460200")).toEqual(["blocked", "objection"]);
    expect((await consent("+442079460200", {}, tokens.manager)).status).toBe(201);
    expect(await verdict("+442079460200")).toEqual(["caution", "agreed"]);
  });

  it("an objection that is made again stands over the consent between", async () => {
    const consented = new Date(Date.now() - 1000).toISOString();
    await add({ number: "+442079460210", reason: "stop" });
    await dated(suppressionsBound, "number = 442079460210", { at: "2026-01-01T00:00:00.000Z" });
    await consent("+442079460210", { givenAt: consented }, tokens.manager);
    expect(await verdict("+442079460210")).toEqual(["caution", "agreed"]);
    expect((await add({ number: "+442079460210", reason: "stop, again" })).status).toBe(201);
    expect(await verdict("+442079460210")).toEqual(["blocked", "objection"]);
    const { data } = await call("GET", "/v1/suppressions?number=%2B442079460210", { token: tokens.manager });
    expect(data).toMatchObject({
      suppressions: [
        { reason: "stop, again", endedAt: null },
        { reason: "stop", endedAt: expect.any(String) as string },
      ],
    });
  });

  it("cannot lie in the future, and lists with history", async () => {
    expect((await consent("+442079460201", { givenAt: "2999-01-01T00:00:00.000Z" })).status).toBe(422);
    const { data } = await call("GET", "/v1/consents?number=%2B442079460000", { token: tokens.manager });
    expect((data as { consents: unknown[] }).consents).toHaveLength(3);
    expect((await call("POST", "/v1/consents/none/withdraw", { token: tokens.manager })).status).toBe(404);
  });
});
