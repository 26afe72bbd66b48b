/** The Worker compares its own records with the trail, some at each run of the clock: what was bent is told by itself, once. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { comparedTableNames } from "../../../../shared/trail/bound-tables.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { consentsBound } from "../../../../worker/do-not-call/bound.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { walkOn } from "../../../../worker/trail/deep/walk.ts";
import { asOwner, aTeam, call, DAY, dump, MINUTE } from "../../helpers.ts";
import { run } from "../kit.ts";

const tokens = aTeam();
const STEPS = 1 + 2 * comparedTableNames.length + 1;
let now = Date.now();
const BOUNDS = { chain: 5, most: 2, objects: 1, steps: 4, files: 20 };

/** The clock's runs, until one round is over. */
async function around(
  bounds = { ...BOUNDS, chain: 5000, most: 1_000_000, steps: STEPS },
  own = env,
): Promise<void> {
  now += DAY;
  for (;;) {
    await walkOn(own, now, bounds);
    const { step } = (await ledgerOf(env).walked())!;
    if (step === STEPS) return;
    now += 5 * MINUTE;
  }
}
/** What each mail to the compliance officer names, the newest last. */
const told = async () =>
  ((await dump("outbox")) as { template: string; vals: string; recipient: string }[])
    .filter(({ template, recipient }) => template === "trail-found" && recipient.startsWith("compliance"))
    .map(({ vals }) => (JSON.parse(vals) as { rows: string }).rows);

const consent = async (number: string) => {
  const { data } = await call("POST", "/v1/consents", {
    token: tokens.manager,
    body: {
      ...{
        number,
        kind: "notification",
        giver: "subscriber",
        givenBy: "Dora Data",
        givenAt: new Date().toISOString(),
      },
      ...{ words: "Do ring me", how: "web", proof: "form 12" },
    },
  });
  return (data as { id: string }).id;
};
beforeAll(async () => {
  await adopt(env);
});

it("finds nothing where nothing was bent, in small steps as in large ones, and rests until the next day", async () => {
  await consent("+442079460958");
  await around(BOUNDS);
  const { began } = (await ledgerOf(env).walked())!;
  await walkOn(env, now);
  expect((await ledgerOf(env).walked())!.began).toBe(began);
  await around();
  expect((await ledgerOf(env).walked())!.began).not.toBe(began);
  // A walk along the trail for all tables is one from the events alone.
  const asked = (pass: string) =>
    call("GET", `/v1/audit/deep?table=all&pass=${pass}`, { token: tokens.compliance });
  expect((await asked("events")).data).toMatchObject({ findings: [], next: null });
  expect((await asked("rows")).data).toMatchObject({ code: "invalid" });
  expect(await told()).toEqual([]);
});

/** Bends the database as its owner can, and puts it back. `tables`: what it writes to. */
async function bent(tables: readonly string[], bend: () => Promise<unknown>): Promise<string[]> {
  const before = (await told()).length;
  for (const table of tables) await run(`CREATE TABLE aside_${table} AS SELECT * FROM ${table}`);
  await asOwner(tables, bend);
  await around();
  const news = (await told()).slice(before);
  // Not again each day.
  await around();
  expect((await told()).slice(before)).toEqual(news);
  await asOwner(tables, async () => {
    for (const table of tables) {
      const there = table === "audit" ? `WHERE seq <= (SELECT MAX(seq) FROM aside_${table})` : "";
      await run(`DELETE FROM ${table} ${there}`);
      await run(`INSERT INTO ${table} SELECT * FROM aside_${table}`);
      await run(`DROP TABLE aside_${table}`);
    }
  });
  return news;
}

describe("what somebody with the database does, and puts the triggers back, is told", () => {
  it("a consent that was withdrawn is given again, and the row of the trail that says it is gone", async () => {
    const id = await consent("+442079460111");
    await run("CREATE TABLE given AS SELECT * FROM consents WHERE id = ?", id);
    const path = `/v1/consents/${id}/withdraw`;
    const withdrawn = await call("POST", path, { token: tokens.manager, body: {} });
    expect(withdrawn.status, withdrawn.text).toBe(200);
    // Others write on: the end of the trail is whole.
    await consent("+442079460112");
    const seq = (await env.DB.prepare("SELECT seq FROM audit WHERE subject = ?")
      .bind(`consents/${id}@2`)
      .first<number>("seq"))!;
    const news = await bent(["consents", "audit"], async () => {
      await run("DELETE FROM consents WHERE id = ?", id);
      await run("INSERT INTO consents SELECT * FROM given");
      await run("DELETE FROM audit WHERE seq = ?", seq);
    });
    expect(news).toEqual([`audit/${seq}`]);
  });

  it("an objection is taken away, and an answer of a source is put there", async () => {
    const body = { number: "+442079460113", reason: "stop" };
    const { data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
    const { id } = data as { id: string };
    const news = await bent(["suppressions", "lookups"], async () => {
      await run("DELETE FROM suppressions WHERE id = ?", id);
      await run(
        "INSERT INTO lookups (number, list, at, listed, source) VALUES (442079460113, 1, ?, 0, 'data8')",
        new Date().toISOString(),
      );
    });
    expect(news).toEqual([expect.stringMatching(/^lookups\/.* \(extra\), suppressions\//)]);
    expect(news[0]).toContain(`suppressions/${id} (missing)`);
  });

  it("an objection is taken away, and rows of another table break the comparing off", async () => {
    const body = { number: "+442079460114", reason: "stop" };
    const { data } = await call("POST", "/v1/suppressions", { token: tokens.agent, body });
    const { id } = data as { id: string };
    await run("CREATE TABLE aside AS SELECT * FROM suppressions");
    await asOwner(["suppressions"], () => run("DELETE FROM suppressions WHERE id = ?", id));
    const broken = `${consentsBound.select} WHERE ${consentsBound.named}`;
    const prepare = (text: string) => {
      if (text === broken) throw new Error("malformed JSON");
      return env.DB.prepare(text);
    };
    const DB = { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database;
    const before = (await told()).length;
    await around(undefined, { ...env, DB });
    await asOwner(["suppressions"], () => run("INSERT OR IGNORE INTO suppressions SELECT * FROM aside"));
    expect((await told()).slice(before).join(", ")).toBe(
      `suppressions/${id} (missing), consents (cannot be compared)`,
    );
  });

  it("and the trail has the names of what each run found", async () => {
    const { results } = await env.DB.prepare(
      "SELECT payload FROM audit_payload JOIN audit USING (seq) WHERE code = 'evidence.found'",
    ).all<{ payload: string }>();
    expect(results.map(({ payload }) => (JSON.parse(payload) as { rows: string[] }).rows.length)).toEqual([
      ...[1, 2],
      ...[1, 1],
    ]);
  });
});
