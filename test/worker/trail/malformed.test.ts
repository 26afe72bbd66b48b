/**
 * Somebody who owns the database writes what is no value at all, to break a comparison off before it comes to what they altered: each
 * such row is named, and so is the other one; checks and the trail's page go on.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { asOwner, aTeam, call, dump } from "../helpers.ts";
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

it("the trail's page shows what is no payload as it is", async () => {
  const { seq } = (await dump("audit_payload")).at(-1) as { seq: number };
  await run("UPDATE audit_payload SET payload = 'x' WHERE seq = ?", seq);
  const { status, data } = await call("GET", "/v1/audit?limit=100", { token: tokens.compliance });
  expect(status).toBe(200);
  const rows = (data as { rows: { seq: number; payload: unknown }[] }).rows;
  expect(rows.find((row) => row.seq === seq)?.payload).toBe("x");
});
