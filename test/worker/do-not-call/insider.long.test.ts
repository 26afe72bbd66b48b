/** A hostile insider: what somebody who wants calls, and no trouble, tries by the API and in the database itself. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/api.ts";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import type { Consent } from "../../../shared/do-not-call/api-consents.ts";
import { aTeam, call, DAY, daysAgo, integration, join, push, scopes, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const NUMBERS = Array.from({ length: 20 }, (_, n) => `+4420794605${String(n).padStart(2, "0")}`);
let number: string;
let colleague: string;
/** An integration with every scope. */
let system: string;
beforeAll(async () => {
  await push(tokens.admin, "tps", NUMBERS);
  await push(tokens.admin, "ctps", ["+442079460999"]);
  await setPolicy(() => ({ holidays: [], outOfHours: "warn" }));
  colleague = await join(tokens.admin, "agent", "colleague@example.com");
  system = await integration(tokens.admin, scopes);
});
beforeEach(() => {
  number = NUMBERS.shift()!;
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const consent = (own: object, token = tokens.agent, key?: string) =>
  call("POST", "/v1/consents", {
    token,
    body: {
      ...{ number, kind: "notification", giver: "subscriber", givenBy: "J. Doe", givenAt: ago(DAY) },
      ...{ words: "Do ring", how: "telephone", proof: "recording 7", ...own },
    },
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });
const consented = async (own: object, token = tokens.agent) => {
  const { status, data } = await consent(own, token);
  expect(status, JSON.stringify(data)).toBe(201);
  return data as Consent;
};
const review = (id: string, verdict: "good" | "refused", token = tokens.manager) =>
  call("POST", `/v1/consents/${id}/review`, {
    token,
    body: {
      verdict,
      review: "listened to it",
      ...(verdict === "good" && { giver: "subscriber", how: "telephone", proof: "call 12" }),
    },
  });
const object = (own: object = {}, token = tokens.agent) =>
  call("POST", "/v1/suppressions", { token, body: { number, reason: "stop", scope: "line", ...own } });
const callBack = (token = tokens.agent, key?: string) =>
  call("POST", "/v1/call-backs", {
    token,
    body: { number, on: daysAgo(0), givenBy: "J. Doe", words: "today, please" },
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });
const dial = async () => {
  const { status } = await call("POST", "/v1/dials", {
    token: tokens.agent,
    body: {
      ...{ number, e164: number, action: "passed", verdict: "caution", reasons: [], seen: null },
      ...{ host: "crm.example", at: new Date().toISOString() },
    },
  });
  expect(status).toBe(201);
};
const verdict = async () => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.verdict;
};
const codeOf = ({ data }: { data: unknown }) => (data as Problem).code;
const count = async (table: string, where: string) =>
  env.DB.prepare(`SELECT COUNT(*) AS n FROM ${table} WHERE number = ? AND ${where}`)
    .bind(Number(number.slice(1)))
    .first<number>("n");

/** How many calls they hold for: waits.test.ts. */
describe("consents by an agent", () => {
  it("are dated neither in the future nor, to outlive their week, in another's", async () => {
    expect(codeOf(await consent({ givenAt: new Date(Date.now() + DAY).toISOString() }))).toBe("invalid");
    for (const own of [{}, { kind: "solicited", day: "2099-01-01" }]) {
      number = NUMBERS.shift()!;
      await consented({ ...own, givenAt: ago(8 * DAY) });
      expect(await verdict()).toBe("blocked");
    }
  });

  it("are not reviewed by agents, by who entered them, or by a system", async () => {
    const { id } = await consented({});
    for (const token of [tokens.agent, colleague])
      expect(codeOf(await review(id, "good", token))).toBe("role-not-allowed");
    expect(codeOf(await review(id, "good", system))).toBe("scope-missing");
    await setPolicy(({ consents }) => ({ consents: { ...consents, recordedBy: ["compliance"] } }));
    number = NUMBERS.shift()!;
    const own = await consented({}, tokens.manager);
    expect(own.state).toBe("review");
    expect(codeOf(await review(own.id, "good"))).toBe("role-not-allowed");
    await setPolicy(({ consents }) => ({ consents: { ...consents, recordedBy: ["manager", "compliance"] } }));
    expect(codeOf(await review(own.id, "good"))).toBe("own-entry");
    expect((await review(own.id, "good", tokens.compliance)).status).toBe(200);
  });

  it("are reviewed by managers and compliance where a policy of before lets agents alone record", async () => {
    await setPolicy(({ consents }) => ({ consents: { ...consents, recordedBy: ["agent"] } }));
    const own = await consented({}, tokens.manager);
    expect(own.state).toBe("review");
    for (const token of [tokens.agent, tokens.admin])
      expect(codeOf(await review(own.id, "good", token))).toBe("role-not-allowed");
    expect(codeOf(await review(own.id, "good"))).toBe("own-entry");
    expect((await review(own.id, "good", tokens.compliance)).status).toBe(200);
    await setPolicy(({ consents }) => ({ consents: { ...consents, recordedBy: ["manager", "compliance"] } }));
  });

  it("are reviewed once, also by two at once", async () => {
    const { id } = await consented({});
    const answers = await Promise.all([review(id, "good"), review(id, "refused", tokens.compliance)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.map(codeOf)).toContain("consent-reviewed");
  });

  it("do not stand against an objection, however they are dated", async () => {
    await object({}, tokens.manager);
    expect(codeOf(await consent({ givenAt: ago(0) }))).toBe("role-not-allowed");
    expect(codeOf(await callBack())).toBe("role-not-allowed");
    expect((await consent({ givenAt: ago(0), words: undefined }, tokens.manager)).status).toBe(422);
    await consented({ givenAt: ago(DAY) }, tokens.manager);
    expect(await verdict()).toBe("blocked");
  });
});

describe("a request for a call", () => {
  const body = { kind: "solicited", givenAt: ago(DAY) };
  it("is used up whatever row says it again, also after the first was withdrawn", async () => {
    const { id } = await consented(body, tokens.manager);
    for (let n = 0; n < 5; n++) await dial();
    expect(await verdict()).toBe("blocked");
    await consented(body, tokens.manager);
    await consented({ ...body, givenAt: ago(2 * DAY) }, tokens.compliance);
    expect(await verdict()).toBe("blocked");
    await call("POST", `/v1/consents/${id}/withdraw`, { token: tokens.manager });
    await consented(body, tokens.manager);
    expect(await verdict()).toBe("blocked");
    // They asked once more, after those calls.
    await consented({ ...body, givenAt: ago(0) }, tokens.manager);
    expect(await verdict()).toBe("caution");
  });

  it("that has happened has happened in every row; what was asked for in that talk has not", async () => {
    const { id } = await consented(body, tokens.manager);
    await consented({ ...body, givenAt: ago(60_000) }, tokens.manager);
    await call("POST", `/v1/consents/${id}/done`, { token: tokens.agent });
    expect(await verdict()).toBe("caution");
    await object({ kind: "house", scope: undefined });
    await call("DELETE", `/v1/suppressions/${number}`, { token: tokens.manager, body: { reason: "x" } });
    const { results } = await env.DB.prepare("SELECT id FROM consents WHERE number = ? AND done_at IS NULL")
      .bind(Number(number.slice(1)))
      .all<{ id: string }>();
    for (const left of results)
      await call("POST", `/v1/consents/${left.id}/withdraw`, { token: tokens.manager });
    await consented(body, tokens.manager);
    expect(await verdict()).toBe("blocked");
  });

  it("is not made whole by an agent's call logs", async () => {
    const row = { provider: "x", number, direction: "outbound", seconds: 0, startedAt: ago(0) };
    const sent = await call("POST", "/v1/calls/import", {
      token: tokens.agent,
      body: { rows: [row], dryRun: false },
    });
    expect(sent.status).toBe(403);
  });
});

describe("an objection", () => {
  it("is ended by no agent, and by nothing that an agent enters beside it", async () => {
    const { data } = await object({}, tokens.compliance);
    for (const token of [tokens.agent, system])
      expect(
        (await call("DELETE", `/v1/suppressions/${number}`, { token, body: { reason: "x" } })).status,
      ).toBe(403);
    await object({ kind: "house", scope: undefined, until: daysAgo(-1) });
    await object();
    expect(await verdict()).toBe("blocked");
    expect(await count("suppressions", "kind = 'objection' AND ended_at IS NULL")).toBe(1);
    for (const token of [tokens.agent, tokens.manager, system]) {
      const path = `/v1/suppressions/${(data as Suppression).id}/scope`;
      const body = { scope: "line", reason: "x" };
      expect((await call("POST", path, { token, body })).status).toBe(403);
    }
  });

  it("of two at once, or sent again, is one", async () => {
    const answers = await Promise.all([object(), object({}, colleague), object({}, tokens.manager)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await count("suppressions", "ended_at IS NULL")).toBe(1);
    // Each of the others says again that they object, and when.
    expect(await count("suppressions", "1")).toBe(3);
  });
});

describe("sent again under its key", () => {
  it("a consent or a call back is entered once, also by two at once", async () => {
    const [key, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const same = { givenAt: ago(DAY) };
    const send = () => consent(same, tokens.manager, key);
    const answers = [...(await Promise.all([send(), send()])), await send()];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ data }) => (data as Consent).id)).size).toBe(1);
    // Under the same key nothing else is sent, and nobody else's answer is got.
    expect((await consent({ ...same, words: "other" }, tokens.manager, key)).status).toBe(409);
    expect((await consent(same, tokens.compliance, key)).status).toBe(201);
    expect(await count("consents", "1")).toBe(2);
    await Promise.all([callBack(tokens.agent, other), callBack(tokens.agent, other)]);
    expect(await count("consents", "1")).toBe(3);
  });
});

describe("in the database itself", () => {
  const refused = async (statement: string, why: string) =>
    expect(env.DB.prepare(statement).run(), statement).rejects.toThrow(why);

  it("no consent is found good by who entered it, by a system, or before it is there", async () => {
    const { id, by } = await consented({});
    const good = (who: string) =>
      `UPDATE consents SET state = 'good', reviewed_by = ${who}, reviewed_at = '2026-11-01', review = 'x' WHERE id = '${id}'`;
    await refused(good(`'${by}'`), "own_entry");
    await refused(good("(SELECT id FROM people WHERE kind = 'integration' LIMIT 1)"), "consent_reviewer");
    await refused(`UPDATE consents SET state = 'good' WHERE id = '${id}'`, "consent_review");
    await refused(
      `INSERT INTO consents (id, number, basis, kind, given_by, given_at, evidence, by, at, words, state, reviewed_by, reviewed_at)
       SELECT 'mine', 1, 'service', 'notification', 'x', '2026-11-01', 'x', id, '2026-11-01', 'x', 'good', id, '2026-11-01'
       FROM people LIMIT 1`,
      "consent_reviewed",
    );
  });

  it("no use is undone, and no entry is another's, another kind, or live again", async () => {
    await consented({ kind: "solicited" }, tokens.manager);
    await dial();
    await refused("DELETE FROM consent_uses", "consent_use_fixed");
    await refused("UPDATE consent_uses SET ref = 'other'", "consent_use_fixed");
    const { data } = await object();
    const { id } = data as Suppression;
    for (const set of ["number = 1", "kind = 'house'", "id = 'x'"])
      await refused(`UPDATE suppressions SET ${set} WHERE id = '${id}'`, "suppression_fixed");
    await call("DELETE", `/v1/suppressions/${number}`, {
      token: tokens.manager,
      body: { reason: "mistake" },
    });
    await refused(`UPDATE suppressions SET ended_at = NULL WHERE id = '${id}'`, "suppression_fixed");
  });
});
