/** A filter by number finds the whole number and half a number, by an index. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Recording } from "../../../shared/recordings/api.ts";
import { numberFilter } from "../../../worker/core/numbers.ts";
import { aTeam, call } from "../helpers.ts";
import { enter } from "../privacy-requests/kit.ts";
import { arrive, sample } from "../recordings/kit.ts";

const tokens = aTeam();
const OURS = ["+442079460958", "+441614960958", "+442079460959"];

beforeAll(async () => {
  for (const number of OURS) {
    await arrive(env, tokens.admin, sample({ number }));
    const body = { number, reason: "asked" };
    expect((await call("POST", "/v1/suppressions", { token: tokens.agent, body })).status).toBe(201);
    const dial = {
      ...{ number, e164: number, action: "passed", verdict: "clear", reasons: [], seen: null },
      ...{ host: "crm.example", at: new Date().toISOString() },
    };
    expect((await call("POST", "/v1/dials", { token: tokens.agent, body: dial })).status).toBe(201);
    await enter(tokens.compliance, { number });
  }
});

const find = async (path: string, number: string) => {
  const { status, data } = await call("GET", `${path}?number=${encodeURIComponent(number)}`, {
    token: tokens.compliance,
  });
  const { code, ...rows } = data as { code?: string } & Record<string, Pick<Recording, "number">[]>;
  const found = rows[path.slice("/v1/".length)]!;
  return status === 200 ? [...new Set(found.map((row) => row.number))].sort() : code;
};

describe.each(["/v1/recordings", "/v1/suppressions", "/v1/dials", "/v1/calls", "/v1/requests"])(
  "%s",
  (path) => {
    it.each([
      ["7946 0958", [OURS[0]]],
      ["79460958", [OURS[0]]],
      ["946-0958", [OURS[0]]],
      ["60958", [OURS[1], OURS[0]]],
      ["4960958", [OURS[1]]],
      ["020 7946 0958", [OURS[0]]],
      ["+44 20 7946 0959", [OURS[2]]],
      ["60957", []],
      // The first half of one.
      ["020 7946", [OURS[0], OURS[2]]],
      ["+44 20 79", [OURS[0], OURS[2]]],
      ["0044 161", [OURS[1]]],
      ["44 161 4", [OURS[1]]],
      ["0161 4960", [OURS[1]]],
      ["020 7947", []],
      // Zeros within a number are digits of it.
      ["00958", []],
      ["000958", []],
      ["60 0958", []],
    ])("finds by %s", async (written, found) => {
      expect(await find(path, written)).toEqual(found);
    });

    it.each(["0958", "hello", "", "call 60958 now", "123456789012345678"])(
      "and refuses %j, which could be anybody's",
      async (written) => {
        expect(await find(path, written)).toMatch(/not-a-number|invalid/);
      },
    );
  },
);

it("reads no other rows: each table has an index on the last five digits", async () => {
  for (const table of ["recordings", "suppressions", "consents", "parties"]) {
    const indexed = table === "recordings" ? "state <> 'erased'" : "TRUE";
    const [condition, ...params] = numberFilter("7946 0958", "GB", "number", [table, indexed]);
    const own = `${indexed} AND `;
    const at = table === "recordings" ? "started_at" : "at";
    const { results } = await env.DB.prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM ${table} WHERE ${own}${condition} ORDER BY ${at} DESC, id DESC LIMIT 50`,
    )
      .bind(...params)
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail).join("; ");
    const rows = table === "recordings" ? "recording_rows" : table;
    expect(plan).toMatch(new RegExp(`USING (COVERING )?INDEX ${rows}_ends`));
    expect(plan).not.toMatch(/SCAN (recording_rows|suppressions|consents|parties)/);
  }
});
