/** What a check costs the database: one round trip, then two at once at most, and no look at the rows of other numbers. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { factsOf } from "../../../worker/check/facts.ts";
import { reachOf } from "../../../worker/do-not-call/reach.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { aTeam, call, daysAgo, push, setPolicy } from "../helpers.ts";

const tokens = aTeam();
const LISTED = "+390669840001";
const NUMBERS = [LISTED, "+441134960001", "+33199000001", "+493023125001"];

interface Asked {
  text: string;
  params: unknown[];
}
/** The database, which notes what it is asked, and in how many round trips. */
function noting() {
  const asked: Asked[] = [];
  let trips = 0;
  const statement = (text: string, params: unknown[] = []) => {
    const own = env.DB.prepare(text).bind(...params);
    const alone = <T>(answer: () => T): T => {
      trips++;
      asked.push({ text, params });
      return answer();
    };
    return {
      ...{ text, params, own },
      bind: (...values: unknown[]) => statement(text, values),
      all: () => alone(() => own.all()),
      first: (column: string) => alone(() => own.first(column)),
    };
  };
  const db = {
    prepare: statement,
    batch: (statements: ReturnType<typeof statement>[]) => {
      trips++;
      asked.push(...statements);
      return env.DB.batch(statements.map(({ own }) => own));
    },
  };
  return { db: db as unknown as D1Database, asked, trips: () => trips };
}

/** Small, whatever the deployment: the numbers asked about (b, n), registers (l) with their sources, the policy. */
const small = new Set(["CONSTANT", "b", "n", "l", "lists", "lookup_turns", "lookup_days", "policies"]);

beforeAll(async () => {
  await call("PUT", "/v1/lists/rpo-it", {
    token: tokens.admin,
    body: { name: "RPO", regions: ["IT"], maxAgeDays: 15, daysUntilEffective: 15 },
  });
  await push(tokens.admin, "rpo-it", [LISTED]);
  const given = `${daysAgo(400)}T10:00:00Z`;
  await call("POST", "/v1/consents", {
    token: tokens.manager,
    body: {
      number: LISTED,
      kind: "notification",
      giver: "subscriber",
      givenBy: "J. Doe",
      givenAt: given,
      words: "yes",
    },
  });
});

it("reads facts in one round trip, each row by an index", async () => {
  const { db, asked, trips } = noting();
  const { facts } = await factsOf({ ...env, DB: db }, NUMBERS.slice(1));
  for (const number of NUMBERS.slice(1)) facts(number);
  expect(trips()).toBe(1);
  expect(await scansOf(asked, small)).toEqual([]);
});

it("finds what an objection reaches without a look at other records", async () => {
  const { db, asked, trips } = noting();
  const scopes = ["person", "company", "unsaid"] as const;
  await reachOf(
    db,
    scopes.map((scope) => ({ id: scope, number: 441134960001, scope, records: [], lost: true })),
  );
  expect(trips()).toBe(1);
  // The objections (o), and what is found step by step.
  const found = new Set([
    "o",
    "p",
    "d",
    "c",
    "r",
    "named",
    "direct",
    "person",
    "beside",
    "lost",
    "own",
    "picked",
    "k",
    "f",
    "w",
    "company",
    "CONSTANT",
  ]);
  expect(await scansOf(asked, found)).toEqual([]);
});

/** The steps of some statements that look at whole tables. */
async function scansOf(asked: readonly Asked[], but: ReadonlySet<string>): Promise<string[]> {
  const scans: string[] = [];
  for (const { text, params } of asked) {
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...params)
      .all<{ detail: string }>();
    for (const { detail } of results) {
      const table = /^SCAN (\w+)/.exec(detail)?.[1];
      if (table === undefined || but.has(table)) continue;
      if (!detail.includes("VIRTUAL TABLE")) scans.push(`${detail}: ${text}`);
    }
  }
  return scans;
}

it("reads the history of listings beside what consents are compared with, for grace and for consents that a listing ends", async () => {
  await adopt(env);
  await setPolicy(({ screening }) => ({ screening: { ...screening, graceDays: 10 } }));
  // A policy is compared once.
  await factsOf(env, NUMBERS);
  const { db, asked, trips } = noting();
  const { facts } = await factsOf({ ...env, DB: db }, NUMBERS);
  expect(facts(LISTED)).toMatchObject({ lists: [{ id: "rpo-it" }], consents: [{}] });
  expect(trips()).toBe(3);
  expect(await scansOf(asked, new Set([...small, "j", "k"]))).toEqual([]);
});
