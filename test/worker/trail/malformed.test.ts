/**
 * Somebody who owns the database writes what is no value at all, to break a comparison off before it comes to what they altered: each
 * such row is named, and so is the other one; checks and the trail's page go on.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { callsBound } from "../../../worker/call-logs/bound.ts";
import { changeCalls } from "../../../worker/call-logs/rows.ts";
import { insertBound } from "../../../worker/core/bound.ts";
import { record } from "../../../worker/core/commit.ts";
import type { Statement } from "../../../worker/core/sql.ts";
import { eraseDue } from "../../../worker/recordings/erasure.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, DAY, dump } from "../helpers.ts";
import { arrive, sample } from "../recordings/kit.ts";
import { deepOf, run } from "./kit.ts";

const tokens = aTeam();
const [BENT, OTHER] = ["+442079460121", "+442079460122"];
const ids: Record<string, string[]> = { suppressions: [], recordings: [] };
beforeAll(async () => {
  await adopt(env);
  for (const number of [BENT, OTHER]) {
    const { data } = await call("POST", "/v1/suppressions", {
      token: tokens.agent,
      body: { number, reason: "stop" },
    });
    ids["suppressions"]!.push((data as { id: string }).id);
    ids["recordings"]!.push(await arrive(env, tokens.admin, sample()));
  }
});

/** What no leaf binds, as all comparing goes by it. */
const cases = [
  ["suppressions", "code", "x"],
  ["suppressions", "code", 1.5],
  ["suppressions", "salt_high", "x"],
  ["suppressions", "past", "x"],
  ["suppressions", "erased", "x"],
  ["suppressions", "erased", "{}"],
  ["suppressions", "erased", '{"leaves":1,"salts":{"reason":1}}'],
  ["recordings", "code", "x"],
] as const;

describe("what is no value", () => {
  it.each(cases)("in %s.%s: %s", async (table, column, value) => {
    const [bent, other] = ids[table] as [string, string];
    const what = table === "suppressions" ? "reason" : "provider";
    await run(`CREATE TABLE aside AS SELECT * FROM ${table}`);
    await asOwner([table], async () => {
      await run(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, value, bent);
      await run(`UPDATE ${table} SET ${what} = 'bent' WHERE id = ?`, other);
    });
    const { found } = await deepOf([table]);
    for (const id of [bent, other])
      expect(
        found.some((one) => one.startsWith(`${table} ${id}: altered`)),
        id,
      ).toBe(true);
    const checked = await call("POST", "/v1/check", {
      token: tokens.agent,
      body: { numbers: [BENT, OTHER] },
    });
    expect(checked.status, checked.text).toBe(200);
    const { results } = checked.data as CheckAnswer;
    expect(results.map(({ verdict }) => verdict)).not.toContain("clear");
    await asOwner([table], () =>
      run(
        `UPDATE ${table} AS r SET ${column} = (SELECT ${column} FROM aside a WHERE a.id = r.id),
           ${what} = (SELECT ${what} FROM aside a WHERE a.id = r.id)`,
      ),
    );
    await run("DROP TABLE aside");
    expect((await deepOf([table])).found).toEqual([]);
  });
});

/** Which tables may have rows of before that nothing binds, as an upgrade now says. */
async function adoptedAgain(): Promise<string[]> {
  const which = "code = 'evidence.bare-adopted'";
  const since = await env.DB.prepare(`SELECT MAX(seq) AS seq FROM audit WHERE ${which}`).first<number>("seq");
  await asOwner(["audit"], () => run("UPDATE audit SET code = 'test.was-adopted' WHERE seq = ?", since));
  await run("DELETE FROM marks WHERE name IN ('evidence-bare-adopted', 'evidence-start')");
  await adopt(env);
  const said = await env.DB.prepare(`SELECT subject FROM audit WHERE ${which}`).first<string>("subject");
  return said!.split(" ");
}

describe("which tables may have rows of before", () => {
  it("one whose first row is bound by its next change alone: those behind it may be bound by nothing", async () => {
    const at = "2026-01-05T10:00:00.000Z";
    const of = (id: string) => ({
      ...{ id, ref: id, via: "import", provider: "p", provider_id: null, number: 442079460900, agent: null },
      ...{ person: null, direction: "outbound", started_at: at, seconds: 9, verdict: "clear", reasons: "[]" },
      ...{ overridden: 0, dial: null, screened: null, extension: null, by: "x", at, replaces: null },
      ...{ campaign: null, judged_as: "general" },
    });
    const event = { code: "x", subject: "", payload: null };
    const commit = (statements: Statement[]) => record(env, { actor: "system", event, statements });
    await commit([insertBound(callsBound, [of("first"), of("second")])]);
    expect(await adoptedAgain()).not.toContain("calls");
    await asOwner(["calls"], () =>
      run("UPDATE calls SET code = NULL, salt_high = NULL, salt_low = NULL, past = NULL"),
    );
    expect(await adoptedAgain()).toContain("calls");
    await commit(await changeCalls(env.DB, ["first"], () => ({ dial: "7" })));
    expect(await adoptedAgain()).toContain("calls");
  });

  it("not recordings, where the first is erased and the others were bound as they came", async () => {
    const [first] = ids["recordings"]!;
    await eraseDue(env, Date.now() + 5 * 366 * DAY, { only: first! });
    expect(await dump("recordings")).toContainEqual(expect.objectContaining({ id: first, state: "erased" }));
    expect(await adoptedAgain()).not.toContain("recordings");
  });
});

it("the trail's page shows what is no payload as it is", async () => {
  const { seq } = (await dump("audit_payload")).at(-1) as { seq: number };
  await run("UPDATE audit_payload SET payload = 'x' WHERE seq = ?", seq);
  const { status, data } = await call("GET", "/v1/audit?limit=100", { token: tokens.compliance });
  expect(status).toBe(200);
  const rows = (data as { rows: { seq: number; payload: unknown }[] }).rows;
  expect(rows.find((row) => row.seq === seq)?.payload).toBe("x");
});
