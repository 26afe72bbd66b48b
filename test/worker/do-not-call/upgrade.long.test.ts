/**
 * From the schema before kinds, scopes and parties (migration 0020), and from that before accounts (0023): their rows, and
 * a Worker that still writes them so.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { SuppressionsAnswer } from "../../../shared/do-not-call/api.ts";
import type { ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { Role } from "../../../shared/people/api.ts";
import { spreadAll } from "../../../worker/do-not-call/spread.ts";
import { call, daysAgo, migrationsBefore, migrationsSince, newTeam } from "../helpers.ts";

let tokens: Record<Role, string>;
const NUMBERS = { consent: "+441134960001", solicited: "+441134960002", service: "+441134960003" } as const;
const given = new Date(Date.now() - 3 * 86_400_000).toISOString();

const n = (e164: string) => Number(e164.slice(1));
/** The statements of that Worker. */
const consentAsBefore = (id: string, e164: string, basis: string) =>
  env.DB.prepare(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, until, by, at)
     SELECT ?1, ?2, ?3, 'J. Doe', ?4, 'x', NULL, id, ?4 FROM people WHERE role = 'agent'`,
  )
    .bind(id, n(e164), basis, given)
    .run();
const entryAsBefore = (id: string, e164: string, kind = "objection") =>
  env.DB.prepare(
    `INSERT INTO suppressions (id, number, kind, reason, source, until, by, at)
     VALUES (?1, ?2, ?3, 'stop', 'staff', NULL, 'somebody', '2026-10-01T00:00:00.000Z')`,
  )
    .bind(id, n(e164), kind)
    .run();
/** As the Worker of 0022 writes one. */
const scopedAsBefore = (id: string, last: number, scope: string, origin: string | null = null) =>
  env.DB.prepare(
    `INSERT INTO suppressions (id, number, kind, reason, source, by, at, scope, asks, origin)
     VALUES (?1, 441134960000 + ?2, 'objection', 'stop', 'staff', 'somebody', '2026-10-01T00:00:00.000Z', ?3, ?3 = 'unsaid', ?4)`,
  )
    .bind(id, last, scope, origin)
    .run();
const endAsBefore = (id: string) =>
  env.DB.prepare(
    `UPDATE suppressions SET ended_at = '2026-11-01T00:00:00.000Z', ended_by = 'somebody', ended_reason = 'x'
     WHERE id = ? AND ended_at IS NULL`,
  )
    .bind(id)
    .run();
const withdrawAsBefore = (id: string) =>
  env.DB.prepare("UPDATE consents SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL")
    .bind("2026-11-26T00:00:00.000Z", id)
    .run();

const factsOf = async (number: string) => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!;
};

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, migrationsBefore("0020"));
  tokens = await newTeam();
  for (const [basis, number] of Object.entries(NUMBERS)) await consentAsBefore(basis, number, basis);
  await entryAsBefore("old", "+441134960010");
  await entryAsBefore("ended", "+441134960011");
  await endAsBefore("ended");
  await applyD1Migrations(env.DB, migrationsBefore("0023"));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO connectors (num, id, kind, name, setup, way, secret, by, at)
       VALUES (1, 'hub', 'rest', 'hub', '{}', 'header', '', 'x', '2026-11-01')`,
    ),
    ...[41, 42].map((last) =>
      env.DB.prepare(
        `INSERT INTO connector_numbers (connector, object, record, field, place, number, verdict, written_at, run)
         VALUES (1, 'contacts', 'a', 'phone', ?1, 441134960000 + ?1, 'clear', '2026-11-01', 1)`,
      ).bind(last),
    ),
  ]);
  await scopedAsBefore("unsaid", 41, "unsaid");
  await scopedAsBefore("person", 43, "person");
  await scopedAsBefore("spread", 44, "person", "person");
  await applyD1Migrations(env.DB, migrationsSince("0020"));
});

it("stored consents stay, without a kind, for general calls, unreviewed by nobody", async () => {
  const { data } = await call("GET", "/v1/consents", { token: tokens.manager });
  const { consents } = data as ConsentsAnswer;
  expect(consents).toHaveLength(3);
  for (const consent of consents)
    expect(consent).toMatchObject({
      ...{ kind: null, calls: ["general"], state: "good", evidence: "x", words: "", proof: "", day: null },
      ...{ attempts: 0, talked: false, keepUntil: null },
    });
});

it("as facts they say no kind; what was asked for is over after seven days", async () => {
  expect((await factsOf(NUMBERS.consent)).consents).toEqual([
    { basis: "consent", givenAt: given, until: null },
  ]);
  expect((await factsOf(NUMBERS.solicited)).consents).toEqual([
    { basis: "solicited", givenAt: given, until: null, day: daysAgo(-4), left: 5 },
  ]);
});

it("a soft opt-in that a Worker of 0019 marks while it still runs is one", async () => {
  await consentAsBefore("marked", "+441134960030", "service");
  await env.DB.prepare("UPDATE consents SET soft_opt_in = 1 WHERE id = 'marked'").run();
  expect(await factsOf("+441134960030")).toMatchObject({
    consents: [{ basis: "service", kind: "soft-opt-in" }],
  });
  const { data } = await call("GET", "/v1/consents?number=%2B441134960030", { token: tokens.manager });
  expect((data as ConsentsAnswer).consents).toMatchObject([{ kind: "soft-opt-in", basis: "soft-opt-in" }]);
});

it("stored entries close their lines, and nobody is asked", async () => {
  const { data } = await call("GET", "/v1/suppressions", { token: tokens.manager });
  const { suppressions } = data as SuppressionsAnswer;
  for (const entry of suppressions.filter(({ id }) => id === "old" || id === "ended"))
    expect(entry).toMatchObject({ scope: "line", asks: false, origin: null, keepsLine: false });
  expect((await factsOf("+441134960010")).suppressions).toEqual([
    { kind: "objection", reason: "stop", at: "2026-10-01T00:00:00.000Z", until: null },
  ]);
});

it("a Worker of before goes on writing: consents and entries, their ends, one live entry of a kind", async () => {
  await consentAsBefore("late", "+441134960020", "consent");
  await withdrawAsBefore("late");
  await withdrawAsBefore("service");
  await entryAsBefore("late", "+441134960020");
  await expect(entryAsBefore("twice", "+441134960020")).rejects.toThrow("UNIQUE constraint failed");
  await entryAsBefore("house", "+441134960020", "house");
  await endAsBefore("late");
  await entryAsBefore("again", "+441134960020");
  expect((await factsOf("+441134960020")).suppressions).toHaveLength(2);
});

it("what was said cannot change, neither in an old row nor in a new one", async () => {
  for (const set of [
    "given_by = 'another'",
    "giver = 'subscriber'",
    "given_at = '2020-01-01T00:00:00Z'",
    "evidence = 'better'",
    "until = '2030-01-01'",
    "kind = 'prior'",
    "calls = '[\"pensions\"]'",
    "words = 'yes'",
    "number = 441134960009",
    "withdrawn_at = NULL",
  ])
    await expect(env.DB.exec(`UPDATE consents SET ${set} WHERE id = 'late'`), set).rejects.toThrow(
      "consent_fixed",
    );
});

it("scopes of before stay; what is unsaid tells on the record's other numbers from the next day on", async () => {
  expect((await factsOf("+441134960042")).suppressions).toEqual([]);
  await spreadAll(env, Date.now());
  expect((await factsOf("+441134960042")).suppressions).toMatchObject([{ scope: "unsaid", keepsLine: true }]);
  expect((await factsOf("+441134960044")).suppressions).toMatchObject([{ scope: "person" }]);
});

it("a Worker of 0022 goes on: it spreads, carries over, says a scope, and ends all with its origin", async () => {
  await scopedAsBefore("late-person", 51, "person");
  await scopedAsBefore("late-spread", 52, "person", "late-person");
  await env.DB.prepare(
    "UPDATE suppressions SET scope = 'person', asks = 0, keeps_line = 0 WHERE id = 'unsaid' AND ended_at IS NULL",
  ).run();
  await env.DB.prepare(
    "UPDATE suppressions SET scope = 'person' WHERE origin = 'unsaid' AND ended_at IS NULL",
  ).run();
  await env.DB.prepare(
    "UPDATE suppressions SET origin = 'newer', scope = 'person' WHERE origin = 'late-person' AND ended_at IS NULL",
  ).run();
  await endAsBefore("late-person");
  await scopedAsBefore("newer", 51, "person");
  expect((await factsOf("+441134960052")).suppressions).toHaveLength(1);
  await endAsBefore("newer");
  expect((await factsOf("+441134960052")).suppressions).toEqual([]);
});
