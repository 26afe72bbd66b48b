/**
 * What an agent's token learns of a number without spending the hour: nothing. Each route of the API's document is asked about a
 * number that is barred everywhere and about one that is not; whatever does not count answers both alike, by the same statements.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../../worker/index.ts";
import { Noting } from "../core/noting.ts";
import { aTeam, call, push, today, under } from "../helpers.ts";
import { arrive, sample } from "../recordings/kit.ts";
import { enter } from "../privacy-requests/kit.ts";

interface Operation {
  "x-asks"?: string;
  "x-roles": string[] | "public";
  parameters?: { in: string; name: string }[];
}
const document = await (
  await app.request("/openapi.json")
).json<{ paths: Record<string, Record<string, Operation>> }>();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    ...operation,
  })),
);

const tokens = aTeam();
const [BARRED, CLEAR] = ["+442079460191", "+442079460195"];
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [BARRED]);
  const body = { number: BARRED, kind: "objection", reason: "asked", scope: "line" };
  const entered = await call("POST", "/v1/suppressions", { token: tokens.admin, body });
  expect(entered.status).toBe(201);
  await arrive(env, tokens.admin, sample({ number: BARRED }));
  await enter(tokens.admin, { number: BARRED });
  // Both are dials of somebody else.
  for (const number of [BARRED, CLEAR])
    await call("POST", "/v1/dials", {
      token: tokens.manager,
      body: {
        ...{
          number,
          e164: number,
          action: "passed",
          verdict: "clear",
          reasons: [],
          seen: [],
          host: "crm.example",
        },
        ...{ at: new Date().toISOString(), purpose: "marketing" },
      },
    });
});

/** Numbers that the agent's hour has counted. */
const asked = async (): Promise<number> =>
  (await env.DB.prepare(
    "SELECT COALESCE(SUM(numbers), 0) AS n FROM asked JOIN people ON id = person WHERE role = 'agent'",
  ).first<{ n: number }>())!.n;

const bodyOf = (number: string) => ({
  ...{ number, e164: number, numbers: [number], rows: [{ number }], add: [number], remove: [] },
  ...{ asOf: today(), reason: "x", kind: "access", name: "Dora", channel: "telephone", receivedOn: today() },
});
/** What an agent is answered, without what is new each time, and by which statements. */
async function answered(method: string, path: string, number: string) {
  const noting = new Noting();
  const hasBody = !["GET", "HEAD"].includes(method);
  const { status, text } = await under({ ...env, DB: noting.db }, method, path, {
    token: tokens.agent,
    ...(hasBody && { body: bodyOf(number) }),
  });
  const said = text
    .replaceAll(number, "N")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|R-[\w-]+|"reference":"[^"]*"|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "#");
  // The last digits are of both, too; when a token was used last is noted now and then.
  return {
    status,
    said: said.replaceAll(number.slice(-4), "E"),
    statements: [...noting.asked.keys()].filter((one) => !/^\s*UPDATE tokens\b/.test(one)).sort(),
  };
}
const filled = (path: string, number: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "e164"
      ? encodeURIComponent(number)
      : path.startsWith("/v1/lists") && name === "id"
        ? "tps"
        : "1",
  );

const asks = (path: string, query: string, number: string) =>
  filled(path, number) +
  query.replace("ENDS", number.slice(-6)).replace("=N", `=${encodeURIComponent(number)}`);
const mayAsk = ({ "x-roles": roles }: Operation) => roles !== "public" && roles.includes("agent");
const counts = operations.filter((one) => mayAsk(one) && one["x-asks"] !== undefined);
// A rotated token is no longer the one that asks.
const silent = operations.filter(
  (one) => one["x-roles"] !== "public" && !counts.includes(one) && one.path !== "/v1/tokens/rotate",
);

describe("an agent's token", () => {
  it("is counted for whatever may tell, also by HEAD", async () => {
    expect(counts.length).toBeGreaterThan(6);
    for (const { method, path } of counts)
      for (const how of method === "GET" ? ["GET", "HEAD"] : [method]) {
        const before = await asked();
        await answered(how, filled(path, BARRED), BARRED);
        expect((await asked()) - before, `${how} ${path}`).toBeGreaterThan(0);
      }
  });

  it("gets the same answer for both numbers from everything else, by the same statements", async () => {
    expect(silent.length).toBeGreaterThan(80);
    const before = await asked();
    for (const { method, path, parameters = [] } of silent) {
      const filters = parameters.filter((one) => one.in === "query" && /number/i.test(one.name));
      const queries = [
        "",
        ...filters.flatMap(({ name }) => [
          `?${name}=N`,
          `?${name}=ENDS`,
          `?%${name.charCodeAt(0).toString(16)}${name.slice(1)}=N`,
        ]),
      ];
      for (const query of queries)
        for (const how of method === "GET" ? ["GET", "HEAD"] : [method]) {
          const [one, other] = [
            await answered(how, asks(path, query, BARRED), BARRED),
            await answered(how, asks(path, query, CLEAR), CLEAR),
          ];
          expect(one, `${how} ${path}${query}`).toEqual(other);
        }
    }
    expect(await asked()).toBe(before);
  });

  it("is refused before anything is looked up, whether it is there or not", async () => {
    const forbidden = silent.filter((one) => !mayAsk(one));
    for (const { method, path } of forbidden) {
      const { status, statements } = await answered(method, filled(path, BARRED), BARRED);
      expect(status, `${method} ${path}`).toBe(403);
      const looked = statements.filter((text) => !/\b(tokens|people)\b/.test(text));
      expect(looked, `${method} ${path}`).toEqual([]);
    }
  });
});
