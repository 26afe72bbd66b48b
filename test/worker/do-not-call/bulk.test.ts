import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ChangesAnswer, CheckAnswer } from "../../../shared/check/api.ts";
import type { BulkAnswer } from "../../../shared/do-not-call/api.ts";
import { aTeam, call, type Call } from "../helpers.ts";

const team = aTeam();

type Kind = "suppressions" | "consents";
const bulk = (what: Kind, rows: unknown[], more: Partial<Call> = {}) =>
  call("POST", `/v1/${what}/bulk`, { token: team.compliance, body: { rows }, ...more });
const add = async (what: Kind, rows: unknown[], more: Partial<Call> = {}) => {
  const { status, data } = await bulk(what, rows, more);
  expect([status, data]).toEqual([200, data]);
  return (data as BulkAnswer).results;
};
const statuses = async (...args: Parameters<typeof add>) =>
  (await add(...args)).map(({ status, code }) => code ?? status);
const count = async (sql: string): Promise<number> =>
  (await env.DB.prepare(`SELECT COUNT(*) AS n FROM ${sql}`).first<{ n: number }>())!.n;
const number = (n: number) => `+44163296${String(n).padStart(4, "0")}`;
const row = (n: number, over: object = {}) => ({ number: number(n), reason: "they asked", ...over });
const given = (n: number, over: object = {}) => ({
  number: number(n),
  basis: "consent",
  givenBy: "Ann Archer",
  givenAt: "2026-05-01T10:00:00Z",
  evidence: "the form",
  ...over,
});
/** With words and their proof: what counts against an objection. */
const worded = (n: number, over: object = {}) => ({
  ...given(n),
  ...{ basis: undefined, evidence: undefined },
  ...{ kind: "notification", giver: "subscriber", words: "yes", how: "web", proof: "form 7", ...over },
});
const reasons = async (...numbers: number[]) => {
  const { data } = await call("POST", "/v1/check", {
    token: team.agent,
    body: { numbers: numbers.map(number) },
  });
  return (data as CheckAnswer).results.map((r) => r.reasons[0]!.code);
};
const verified = async () =>
  ((await call("GET", "/v1/audit/verify", { token: team.admin })).data as { ok: boolean }).ok;

describe("do-not-call in bulk", () => {
  it("adds many in one change, that every check and every open page sees at once", async () => {
    const { data } = await call("GET", "/v1/changes?since=0", { token: team.agent });
    const before = await count("audit");
    expect(await statuses("suppressions", [row(0), row(1), row(2, { kind: "house" })])).toEqual(
      Array(3).fill("added"),
    );
    // One for the change, and one for each entry, that binds it.
    expect(await count("audit")).toBe(before + 1 + 3);
    expect(await reasons(0, 1, 2, 3)).toEqual(["objection", "objection", "house", "not-screened"]);
    const since = (data as ChangesAnswer).seq;
    const changes = await call("GET", `/v1/changes?since=${since}`, { token: team.agent });
    expect((changes.data as ChangesAnswer).numbers.sort()).toEqual([number(0), number(1), number(2)]);
    expect(await verified()).toBe(true);
  });

  it("what is there stays: the same rows again write nothing, not even in the trail", async () => {
    const [entries, trail] = [await count("suppressions"), await count("audit")];
    expect(await statuses("suppressions", [row(0), row(1), row(2, { kind: "house" })])).toEqual(
      Array(3).fill("there"),
    );
    expect([await count("suppressions"), await count("audit")]).toEqual([entries, trail]);
  });

  it("each bad row is refused alone, in its place, with a reason", async () => {
    const results = await add("suppressions", [
      { number: "nonsense", reason: "x" },
      { number: "7700900123", reason: "x" },
      row(10, { reason: "" }),
      row(11),
      row(12, { until: "2027-01-01" }),
      row(13, { kind: "house", until: "soon" }),
      row(14, { kind: "maybe" }),
      {},
      row(11),
    ]);
    expect(results.map(({ status, code }) => code ?? status)).toEqual([
      "not-a-number",
      "country-unclear",
      "invalid",
      "added",
      "invalid",
      "invalid",
      "invalid",
      "invalid",
      "there",
    ]);
    expect(results[1]!.why).toContain("+447700900123");
    expect(results[2]!.why).toContain("reason:");
    expect(results[4]).toMatchObject({
      number: number(12),
      why: expect.stringContaining("no end date") as string,
    });
    expect(await count(`suppressions WHERE number = ${number(11).slice(1)}`)).toBe(1);
  });

  it("a longer house entry takes the place of a shorter one, which stays as history", async () => {
    const until = (date?: string) => row(20, { kind: "house", ...(date && { until: date }) });
    expect(await statuses("suppressions", [until("2030-01-01")])).toEqual(["added"]);
    expect(await statuses("suppressions", [until("2029-01-01")])).toEqual(["there"]);
    expect(await statuses("suppressions", [until("2031-01-01"), until()])).toEqual(["added", "there"]);
    const { results } = await env.DB.prepare(
      "SELECT until, ended_at IS NULL AS live FROM suppressions WHERE number = ? ORDER BY live",
    )
      .bind(Number(number(20).slice(1)))
      .all();
    expect(results).toEqual([
      { until: "2030-01-01", live: 0 },
      { until: null, live: 1 },
    ]);
  });

  it("an objection that is made again after a consent counts over it", async () => {
    expect(await statuses("suppressions", [row(30)])).toEqual(["added"]);
    const later = worded(30, { givenAt: new Date().toISOString() });
    expect(await statuses("consents", [later], { token: team.manager })).toEqual(["added"]);
    expect(await reasons(30)).not.toContain("objection");
    expect(await statuses("suppressions", [row(30)])).toEqual(["added"]);
    expect(await reasons(30)).toEqual(["objection"]);
  });

  it("the same numbers from many at once: each is entered once, and nobody is refused", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => row(100 + i));
    const answers = await Promise.all(Array.from({ length: 5 }, () => statuses("suppressions", rows)));
    expect(answers.flat().filter((s) => s === "added")).toHaveLength(40);
    expect(answers.flat().filter((s) => s === "there")).toHaveLength(160);
    expect(
      await count(
        `suppressions WHERE number BETWEEN ${number(100).slice(1)} AND ${number(139).slice(1)} AND ended_at IS NULL`,
      ),
    ).toBe(40);
    expect(await verified()).toBe(true);
  });

  it("the same key gives the same answer and writes once", async () => {
    const headers = { "idempotency-key": "bulk-key-1" };
    const first = await add("suppressions", [row(200)], { headers });
    expect(first[0]!.status).toBe("added");
    expect(await add("suppressions", [row(200)], { headers })).toEqual(first);
  });

  it("more than 500 rows, or none, are refused as a whole", async () => {
    expect((await bulk("suppressions", Array(501).fill(row(300)))).status).toBe(422);
    expect((await bulk("suppressions", [])).status).toBe(422);
    expect(await reasons(300)).toEqual(["not-screened"]);
  });
});

describe("consents in bulk", () => {
  it("are recorded once, whenever the same rows come again", async () => {
    const rows = [given(400), given(401, { basis: "solicited", until: "2030-01-01" })];
    expect(await statuses("consents", rows)).toEqual(["added", "added"]);
    expect(await statuses("consents", [...rows, worded(400)])).toEqual(["there", "there", "added"]);
    expect(await statuses("consents", [given(402), given(402)])).toEqual(["added", "there"]);
    // The same moment in another notation.
    expect(await statuses("consents", [given(402, { givenAt: "2026-05-01T10:00:00.000Z" })])).toEqual([
      "there",
    ]);
    expect(await verified()).toBe(true);
  });

  it("what was withdrawn does not come back", async () => {
    await statuses("consents", [given(410)]);
    const { data } = await call("GET", `/v1/consents?number=${encodeURIComponent(number(410))}`, {
      token: team.manager,
    });
    const { id } = (data as { consents: { id: string }[] }).consents[0]!;
    await call("POST", `/v1/consents/${id}/withdraw`, { token: team.manager });
    const [again] = await add("consents", [given(410)]);
    expect(again).toMatchObject({ status: "refused", code: "consent-withdrawn", number: number(410) });
    expect(await count(`consents WHERE number = ${number(410).slice(1)}`)).toBe(1);
  });

  it("over an objection only those count who may record consents; none of the future, none without evidence", async () => {
    await statuses("suppressions", [row(420)]);
    const rows = [
      given(420),
      given(421, { givenAt: "2999-01-01T00:00:00Z" }),
      given(422, { evidence: " " }),
      given(423, { givenAt: "1 May" }),
      given(424),
    ];
    expect(await statuses("consents", rows, { token: team.admin })).toEqual([
      "role-not-allowed",
      "invalid",
      "invalid",
      "invalid",
      "added",
    ]);
    expect(await statuses("consents", [given(420), worded(420)], { token: team.manager })).toEqual([
      "invalid",
      "added",
    ]);
  });
});
