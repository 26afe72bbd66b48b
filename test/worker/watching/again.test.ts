/** What no register's version brings: the policy, the law's own days and the life of a consent turn numbers as well. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { monthsLater } from "../../../shared/core/calendar.ts";
import { lawDays } from "../../../shared/law/changes.ts";
import { numberOf } from "../../../shared/registers/blocks.ts";
import { screenPart, openScreening } from "../../../worker/screening/record.ts";
import { type ConnectorRow, nextAt, type RunRow } from "../../../worker/connectors/rows.ts";
import { watch } from "../../../worker/watching/watch.ts";
import { aTeam, call, DAY, daysAgo, dump, push, setPolicy, today } from "../helpers.ts";

const london = (n: number) => `+44207946009${n}`;
const tokens = aTeam();
let parts = 0;
const screen = async (...numbers: string[]) =>
  screenPart(
    env,
    "system",
    await openScreening(env, "system", { source: "api", name: "test" }),
    ++parts,
    numbers,
  );
const agree = async (number: string, givenAt: string, more: object = {}) => {
  const body = {
    ...{
      number,
      kind: "notification",
      giver: "subscriber",
      givenBy: "A",
      givenAt,
      words: "yes, ring me",
      how: "web",
    },
    ...{ proof: "file 7", evidence: "file 7", ...more },
  };
  const { status, data } = await call("POST", "/v1/consents", { token: tokens.manager, body });
  expect(status, JSON.stringify(data)).toBe(201);
};
/** Numbers that have turned to blocked since the last call. */
let seen = 0;
const turned = async () => {
  const rows = ((await dump("turned")) as { num: number; number: number; to_verdict: string }[]).filter(
    ({ num }) => num > seen,
  );
  seen = Math.max(seen, ...rows.map(({ num }) => num));
  return rows
    .filter((row) => row.to_verdict === "blocked")
    .map(({ number }) => number)
    .sort();
};
/** When connected CRMs are to be read again. */
const again = async () =>
  (await env.DB.prepare("SELECT again FROM connectors").first<{ again: string | null }>())!.again;
const pass = async () =>
  (await env.DB.prepare("SELECT pass FROM watching").first<{ pass: number | null }>())!.pass;

beforeAll(async () => {
  await push(tokens.admin, "tps", [1, 2, 3, 4, 5].map(london), { asOf: daysAgo(3) });
  await push(tokens.admin, "ctps", [london(9)], { asOf: daysAgo(3) });
  await env.DB.exec(
    "INSERT INTO connectors (id, kind, name, setup, way, secret, by, at) VALUES ('c', 'hubspot', 'C', '{}', '', '', 'system', '')",
  );
});

it("a clause that decides what a consent is worth: numbers of no new version turn, and CRMs are read again", async () => {
  await agree(london(1), `${monthsLater(today(), -14)}T12:00:00.000Z`);
  await agree(london(2), `${daysAgo(30)}T12:00:00.000Z`);
  await screen(london(1), london(2));
  await watch(env, Date.now());
  expect(await turned()).toEqual([]);
  expect(await again()).toBeNull();
  const before = new Date().toISOString();
  await setPolicy((p) => ({ consents: { ...p.consents, monthsAtMost: 12 } }));
  expect((await again())! >= before).toBe(true);
  await watch(env, Date.now(), { numbers: 1 });
  expect(await turned()).toEqual([numberOf(london(1))]);
  expect(await pass()).toBeNull();
});

it("another name of the company: what was agreed with the former one counts while it is among the names", async () => {
  const named = (company: string, ...tradingNames: string[]) =>
    setPolicy(({ identity }) => ({ identity: { ...identity, company, tradingNames } }));
  await named("Example Ltd");
  await agree(london(4), `${daysAgo(30)}T12:00:00.000Z`);
  await screen(london(4));
  await watch(env, Date.now());
  await turned();
  await named("Example Group plc", "Example Ltd");
  await watch(env, Date.now());
  expect(await turned()).toEqual([]);
  await named("Example Group plc");
  await watch(env, Date.now());
  expect(await turned()).toEqual([numberOf(london(4))]);
});

it("the end of the months that policy gives a consent, on the day after it", async () => {
  const given = new Date(Date.parse(monthsLater(today(), -12)) + 10 * DAY).toISOString().slice(0, 10);
  await agree(london(3), `${given}T12:00:00.000Z`);
  await screen(london(3));
  const over = Date.parse(monthsLater(given, 12));
  await watch(env, over - DAY / 2);
  expect(await turned()).toEqual([]);
  await watch(env, over + DAY / 2);
  expect(await turned()).toEqual([numberOf(london(3))]);
});

it("a day on which a rule of law begins or ends, and the next: nothing else tells of it", async () => {
  await screen(london(6));
  await watch(env, Date.now() + 30 * DAY);
  await turned();
  // Listed without a version, as if the law had begun to name it.
  await env.DB.prepare(
    "INSERT INTO suppressions (id, number, kind, reason, source, by, at) VALUES ('s', ?, 'objection', 'stop', 'agent', 'system', ?)",
  )
    .bind(numberOf(london(6)), new Date().toISOString())
    .run();
  await watch(env, Date.now() + 31 * DAY);
  expect(await turned()).toEqual([]);
  expect(lawDays).toEqual(expect.arrayContaining(["2026-08-11", "2026-08-12"]));
  await env.DB.exec("UPDATE watching SET day = '2026-08-11'");
  await watch(env, Date.parse("2026-08-12T00:05:00Z"));
  expect(await turned()).toContain(numberOf(london(6)));
});

it("a pass that is cut short goes on where it was", async () => {
  await screen(london(7), london(8));
  await setPolicy(() => ({ parties: { from: ["officer", "register"] } }));
  expect(await pass()).toBe(0);
  await watch(env, Date.now(), { numbers: 1, steps: 2 });
  const at = await pass();
  expect(at).toBeGreaterThan(0);
  await watch(env, Date.now(), { numbers: 1 });
  expect(await pass()).toBeNull();
});

it("a connected CRM is read again on such a day and the next, and after such a change, sooner than usual", () => {
  const next = (at: string, again: string | null = null, state = "done") =>
    nextAt(
      { active: 1, triedAt: at, again, sentAgain: null } as ConnectorRow,
      { state, at, finishedAt: at } as RunRow,
      27,
    );
  expect(next("2026-08-01T10:00:00.000Z")).toBe("2026-08-11T00:00:00.000Z");
  expect(next("2026-08-11T00:00:05.000Z")).toBe("2026-08-12T00:00:00.000Z");
  const usual = "2026-09-08T00:00:05.000Z";
  expect(next("2026-08-12T00:00:05.000Z")).toBe(usual);
  expect(next("2026-08-12T00:00:05.000Z", "2026-08-12T00:00:04.000Z")).toBe(usual);
  expect(next("2026-08-12T00:00:05.000Z", "2026-08-20T09:00:00.000Z")).toBe("2026-08-20T09:00:00.000Z");
  // One that failed is tried a day later, as ever; at once where a person sends it again.
  expect(next("2026-08-12T00:00:05.000Z", "2026-08-12T09:00:00.000Z", "failed")).toBe(
    "2026-08-13T00:00:05.000Z",
  );
  const failed = {
    state: "failed",
    at: "2026-08-12T00:00:00.000Z",
    finishedAt: "2026-08-12T00:00:05.000Z",
  } as RunRow;
  const sent = (sentAgain: string) =>
    nextAt({ active: 1, again: null, sentAgain } as ConnectorRow, failed, 27);
  expect(sent("2026-08-12T09:00:00.000Z")).toBe("2026-08-12T09:00:00.000Z");
  expect(sent("2026-08-12T00:00:04.000Z")).toBe("2026-08-13T00:00:05.000Z");
});
