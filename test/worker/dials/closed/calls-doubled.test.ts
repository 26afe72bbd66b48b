/** A closed call, or its dial, that somebody puts into the database besides. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { dialsKind } from "../../../../worker/dials/closed/lines.ts";
import { putBack } from "../../../../worker/storage/closed/kind.ts";
import { aTeam } from "../../helpers.ts";
import { deepOf, run } from "../../trail/kit.ts";
import { both, closeAgain, LATER, registers, text } from "./calls-kit.ts";

const tokens = aTeam();
beforeAll(async () => {
  await registers(tokens);
  await both(tokens, 0);
  await closeAgain();
});

it("verifying names a row that is in a file and in the database", async () => {
  expect((await deepOf(["calls", "dials"], LATER)).found).toEqual([]);
  const line = dialsKind.readLine((await text()).trimEnd());
  const { sql: trigger } = (await env.DB.prepare(
    "SELECT sql FROM sqlite_schema WHERE name = 'calls_once'",
  ).first<{
    sql: string;
  }>())!;
  await env.DB.exec("DROP TRIGGER calls_once");
  for (const [n, name] of [
    [0, "dials"],
    [1, "calls"],
  ] as const) {
    const { sql: put, params } = putBack(dialsKind, [line])[n]!;
    await run(put, ...params);
    expect((await deepOf([name], LATER)).found).toHaveLength(1);
    await run(`DELETE FROM ${name} WHERE number = ?`, line.number);
  }
  await env.DB.prepare(trigger).run();
  expect((await deepOf(["calls", "dials"], LATER)).found).toEqual([]);
});
