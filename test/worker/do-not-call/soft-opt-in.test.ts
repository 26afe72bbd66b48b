/**
 * The basis `soft-opt-in`, the upgrades that brought it, and what an older reader makes of it: nothing, and never consent
 * to calls.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { CheckAnswer, Facts } from "../../../shared/check/api.ts";
import type { ConsentBasis } from "../../../shared/do-not-call/api.ts";
import type { ConsentsAnswer } from "../../../shared/do-not-call/api-consents.ts";
import type { Role } from "../../../shared/people/api.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import type { NumberProof } from "../../../shared/proof/api.ts";
import { call, daysAgo, migrationsBefore, migrationsSince, newTeam, push, today } from "../helpers.ts";
import { consentedBefore, liveConsentsBefore } from "./before-soft-opt-in.ts";

const [BEFORE, NUMBER, AT_0018, BOTH, BULK] = [1, 2, 3, 4, 5].map((n) => `+44113496000${n}`) as [
  ...[string, string, string, string, string],
];
let tokens: Record<Role, string>;

/** 0018 makes the table again: of 0045, what people need to be admitted comes first, and the rest last. */
const migrate = (until = "9999") =>
  applyD1Migrations(
    env.DB,
    (until === "9999" ? migrationsSince("0018") : migrationsBefore(until)).flatMap((one) => {
      if (!one.name.startsWith("0045")) return [one];
      const isOfPeople = (query: string) => /TABLE (people|tokens)/.test(query);
      const rest = { name: "rest", queries: one.queries.filter((query) => !isOfPeople(query)) };
      return [{ ...one, queries: one.queries.filter(isOfPeople) }, ...(until === "9999" ? [rest] : [])];
    }),
  );
const rows = async () => (await env.DB.prepare("SELECT * FROM consents ORDER BY id").all()).results;
const indexes = async () =>
  (
    await env.DB.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'consents' ORDER BY name",
    ).all()
  ).results;
const given = {
  ...{ givenBy: "Beatrix Quill", givenAt: "2026-11-01T00:00:00Z", evidence: "form 7", until: "2030-01-01" },
};
const record = (number: string, basis: ConsentBasis) =>
  call("POST", "/v1/consents", { token: tokens.manager, body: { number, basis, ...given } });
/** Writes a row as the Workers of the schemas 0001 and 0018 did. */
const insertAsBefore = (number: string, basis: ConsentBasis) =>
  env.DB.prepare(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, until, by, at)
     SELECT ?, ?, ?, ?, ?, ?, ?, id, ?5 FROM people LIMIT 1`,
  )
    .bind(
      crypto.randomUUID(),
      numberOf(number),
      basis,
      ...[given.givenBy, given.givenAt, given.evidence, given.until],
    )
    .run();
const facts = async (number: string): Promise<Facts> => {
  const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
  return (data as CheckAnswer).results[0]!.facts!;
};
const listed = async (number: string) => {
  const query = `?number=${encodeURIComponent(number)}`;
  const { data } = await call("GET", `/v1/consents${query}`, { token: tokens.manager });
  return (data as ConsentsAnswer).consents.map(({ basis }) => basis).sort();
};
/** What an older Worker took the table's rows for. */
const readBefore = async (number: string): Promise<boolean> => {
  const { results } = await env.DB.prepare(liveConsentsBefore)
    .bind(JSON.stringify([numberOf(number)]))
    .all<Facts["consents"][number]>();
  return consentedBefore({ consents: results }, Date.now());
};

beforeAll(async () => {
  await reset();
  await migrate("0018");
  tokens = await newTeam();
});

it("the upgrade keeps every consent as it was, with its indexes", async () => {
  for (const basis of ["consent", "solicited", "service"] as const) await insertAsBefore(BEFORE, basis);
  const before = { rows: await rows(), indexes: await indexes() };
  expect(before.rows).toHaveLength(3);
  await migrate("0019");
  await insertAsBefore(AT_0018, "soft-opt-in");
  await migrate("0020");
  const after = await rows();
  expect(after.filter((row) => row.number === numberOf(BEFORE))).toEqual(
    before.rows.map((row) => ({ ...row, soft_opt_in: 0 })),
  );
  expect((await indexes()).map(({ name }) => name)).toEqual(before.indexes.map(({ name }) => name));
  await migrate();
  expect(await listed(BEFORE)).toEqual(["consent", "service", "solicited"]);
  expect(await listed(AT_0018)).toEqual(["soft-opt-in"]);
});

it("is recorded, is a fact of its number, and lifts no register for a call", async () => {
  await push(tokens.admin, "tps", [NUMBER, AT_0018]);
  expect(((await record(NUMBER, "soft-opt-in")).data as { basis: string }).basis).toBe("soft-opt-in");
  for (const number of [NUMBER, AT_0018]) {
    const { data } = await call("POST", "/v1/check", { token: tokens.agent, body: { numbers: [number] } });
    expect((data as CheckAnswer).results[0]).toMatchObject({
      verdict: "blocked",
      facts: {
        consents: [{ basis: "service", kind: "soft-opt-in", givenAt: given.givenAt }],
      },
    });
  }
});

it("counts as it was recorded before; a request of today by its basis waits for its review", async () => {
  expect((await facts(AT_0018)).consents).toMatchObject([{ until: given.until, evidenced: true }]);
  expect((await facts(AT_0018)).consents[0]).not.toHaveProperty("provisional");
  expect((await facts(NUMBER)).consents).toMatchObject([{ evidenced: false, provisional: true }]);
});

it("an extension of the version before does not take it for consent to calls", async () => {
  for (const number of [NUMBER, AT_0018])
    expect(consentedBefore(await facts(number), Date.now())).toBe(false);
  // What it does read is as before.
  expect(consentedBefore(await facts(BEFORE), Date.now())).toBe(true);
});

it("nor does a Worker of the version before, put back over the new schema", async () => {
  for (const number of [NUMBER, AT_0018]) expect(await readBefore(number)).toBe(false);
  expect(await readBefore(BEFORE)).toBe(true);
  // What it writes meanwhile counts as what it is.
  await insertAsBefore(BOTH, "service");
  await insertAsBefore(BOTH, "soft-opt-in");
  expect(await listed(BOTH)).toEqual(["service", "soft-opt-in"]);
  expect((await facts(BOTH)).consents.map(({ kind, basis }) => kind ?? basis).sort()).toEqual([
    "service",
    "soft-opt-in",
  ]);
});

it("in bulk is another consent than a service relation, and is there the second time", async () => {
  const bulk = async () => {
    const rows = (["service", "soft-opt-in"] as const).map((basis) => ({ number: BULK, basis, ...given }));
    const { data } = await call("POST", "/v1/consents/bulk", { token: tokens.manager, body: { rows } });
    return (data as { results: { status: string }[] }).results.map(({ status }) => status);
  };
  expect(await bulk()).toEqual(["added", "added"]);
  expect(await bulk()).toEqual(["there", "there"]);
  expect(await listed(BULK)).toEqual(["service", "soft-opt-in"]);
  expect(await readBefore(BULK)).toBe(false);
});

it("is called so in the proof of its number", async () => {
  const path = `/v1/proof?number=${encodeURIComponent(NUMBER)}&from=${daysAgo(20)}&to=${today()}`;
  const { data, status } = await call("GET", path, { token: tokens.compliance });
  expect(status, JSON.stringify(data)).toBe(200);
  expect(JSON.stringify((data as { proof: NumberProof }).proof.events)).toContain('"basis":"soft-opt-in"');
});

it("is no basis of an override", async () => {
  const dial = {
    ...{ number: NUMBER, e164: NUMBER, action: "overridden", verdict: "blocked", seen: null },
    ...{ basis: "soft-opt-in", reason: "x", host: "crm.example", at: new Date().toISOString() },
  };
  expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dial })).status).toBe(409);
});
