/** A number's history as the card shows it: last called, last held, objections, and which CRM has it since when. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { HistoryAnswer } from "../../../shared/check/api-history.ts";
import { aTeam, call, push } from "../helpers.ts";

const tokens = aTeam();
const [LINE, OTHER] = ["+442079460701", "+442079460702"];
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) expect((await push(tokens.admin, list, [OTHER])).status).toBe(200);
});

const history = async (number: string, token = tokens.agent) => {
  const { status, data } = await call("GET", `/v1/numbers/${encodeURIComponent(number)}/history`, { token });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as HistoryAnswer;
};
const dial = async (action: "held" | "passed", token: string, number = LINE) => {
  const body = {
    ...{ number, e164: number, action, verdict: "clear", reasons: [{ code: "not-listed" }], seen: null },
    ...{ host: "crm.example", at: new Date().toISOString() },
  };
  expect((await call("POST", "/v1/dials", { token, body })).status).toBe(201);
};
const name = async (token: string) =>
  ((await call("GET", "/v1/me", { token })).data as { person: { name: string } }).person.name;

it("of a number that nobody dealt with it is empty", async () => {
  expect(await history(LINE)).toEqual({ number: LINE, called: null, held: null, objections: [], crm: [] });
});

it("says when it was last called and held, and by whom", async () => {
  await dial("passed", tokens.agent);
  await dial("held", tokens.manager);
  await dial("held", tokens.agent, OTHER);
  const { called, held } = await history(LINE);
  expect(called).toEqual({
    at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    by: await name(tokens.agent),
  });
  expect(held).toMatchObject({ by: await name(tokens.manager) });
});

it("goes by the provider's list, where that replaced a log's row of the same call", async () => {
  const number = "+442079460703";
  const [said, was] = [20_000, 50_000].map((ms) => new Date(Date.now() - ms).toISOString());
  const row = { provider: "softphone", number, agent: await name(tokens.agent), startedAt: said };
  const body = { dryRun: false, rows: [row] };
  expect((await call("POST", "/v1/calls/import", { token: tokens.manager, body })).status).toBe(200);
  expect((await history(number)).called).toMatchObject({ at: said });
  // As a run of the provider's list writes it.
  await env.DB.prepare(
    `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, by, at, replaces)
     SELECT 'listed', 'r', 'fetch', 'twilio', number, 'outbound', ?1, 'clear', '[]', 'list:twilio', ?1, id
     FROM calls WHERE number = 442079460703`,
  )
    .bind(was)
    .run();
  expect((await history(number)).called).toEqual({ at: was, by: null });
});

it("has the objections with when and by whom, also those that have ended", async () => {
  const object = (token: string, scope: string) =>
    call("POST", "/v1/suppressions", { token, body: { number: LINE, reason: "no more", scope } });
  await object(tokens.agent, "line");
  // It takes the place of the first, which is no objection of its own.
  await object(tokens.manager, "person");
  expect((await history(LINE)).objections).toMatchObject([
    { by: await name(tokens.manager), scope: "person", endedAt: null },
  ]);
  await call("DELETE", `/v1/suppressions/${encodeURIComponent(LINE)}`, {
    token: tokens.manager,
    body: { reason: "a mistake" },
  });
  expect((await history(LINE)).objections[0]!.endedAt).not.toBeNull();
});

it("says which CRM has it, and since when a run first found it there", async () => {
  const one = `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at) VALUES (7, 'c7', 'rest', 'Our CRM', '{}', '{}', '', 'x', '2026-11-01')`;
  await env.DB.prepare(one).run();
  const row = (record: string, since: string | null) =>
    env.DB.prepare(
      `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run, since)
       VALUES (7, 'Contact', ?, 'phone', 0, 442079460701, 'clear', '2026-11-20T00:00:00.000Z', 1, ?)`,
    )
      .bind(record, since)
      .run();
  await row("a", "2026-11-20T00:00:00.000Z");
  await row("b", "2026-11-03T00:00:00.000Z");
  expect((await history(LINE)).crm).toEqual([
    { name: "Our CRM", object: "Contact", since: "2026-11-03T00:00:00.000Z" },
  ]);
  // One that was there before it was kept makes it older than is known.
  await row("c", null);
  expect((await history(LINE)).crm).toEqual([{ name: "Our CRM", object: "Contact", since: null }]);
});

it("says with each CRM where its records have the number from, since when, and what notice was given", async () => {
  const record = (id: string, source: string, since: string, notice: string) =>
    env.DB.prepare(
      `INSERT INTO connector_records (connector, run, object, record, source, since, notice) VALUES (7, 1, 'Contact', ?, ?, ?, ?)`,
    )
      .bind(id, source, since, notice)
      .run();
  await record("a", "Web form", "2026-10-01", "Privacy notice 3");
  await record("b", "Web form", "2026-10-01", "Privacy notice 3");
  await record("c", "Fair", "", "");
  await record("d", "Of another number", "", "");
  expect((await history(LINE)).crm).toEqual([
    {
      ...{ name: "Our CRM", object: "Contact", since: null },
      from: [{ source: "Fair" }, { source: "Web form", since: "2026-10-01", notice: "Privacy notice 3" }],
    },
  ]);
});

it("is on the trail, each time", async () => {
  const count = () =>
    env.DB.prepare("SELECT COUNT(*) AS n FROM audit WHERE code = 'opened.history'").first<{ n: number }>();
  const before = (await count())!.n;
  await history(LINE);
  expect((await count())!.n).toBe(before + 1);
});
