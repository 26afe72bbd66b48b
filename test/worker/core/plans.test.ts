/**
 * No scan grows with history. Every table that grows has thousands of rows (filled.ts), and D1 itself counts the rows that each
 * statement reads: through views, aliases and triggers, by whatever index, in a range that narrows or in one that does not. What
 * reads hundreds more than it answers or changes would read all of a year.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { app } from "../../../worker/index.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import type { Env } from "../../../worker/env.ts";
import { OFTEN_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { aTeam, anAddress, integration, push, setPolicy, today } from "../helpers.ts";
import { Queues } from "../jobs/work-queue.ts";
import { arrive, diallerOf, sample } from "../recordings/kit.ts";
import { enter } from "../privacy-requests/kit.ts";
import { withDatabase } from "./faults-kit.ts";
import { fillAll, ROWS } from "./filled.ts";
import type { Operation, Schema } from "./fuzz-kit.ts";
import { known, unasked, writes } from "./plans-known.ts";
import { Noting } from "./noting.ts";

/** A statement may read so many rows for nothing: registers, people and policies are not history. */
const MOST = ROWS / 10;

const tokens = aTeam();
const noting = new Noting();
const by = new Map<string, string>();
const refused: string[] = [];

/** Values for the parameters of GET routes, by name; where the schema lists them, these are all. */
let values: Record<string, string[]>;
const days = ["2020-01-01", today(), "2099-01-01"];

const valuesOf = (path: string, name: string, { enum: all }: Schema): string[] =>
  values[`${path} ${name}`] ?? (all ? all.map(String) : (values[name] ?? []));

async function send(own: Env, method: string, path: string, token: string | null, body?: object) {
  const context = createExecutionContext();
  const before = new Set(noting.asked.keys());
  const request = new Request(`https://cleardial.test${path}`, {
    method,
    headers: {
      ...anAddress(),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
    },
    body: body ? JSON.stringify(body) : null,
  });
  const answer = await app.fetch(request, own, context);
  const text = await answer.text();
  await waitOnExecutionContext(context);
  for (const statement of noting.asked.keys())
    if (!before.has(statement)) by.set(statement, `${method} ${path}`);
  if (!answer.ok) refused.push(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
  return (
    answer.ok && answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : {}
  ) as {
    next?: unknown;
  };
}

/** One request with what the route must have, one for each value of each filter, and the second page. */
async function read(own: Env, { path, parameters = [], ...operation }: Operation): Promise<void> {
  const roles = operation["x-roles"];
  const token = roles === "public" ? null : tokens[roles.includes("admin") ? "admin" : roles[0]!];
  const at = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((p) => p.in === "path" && p.name === name)?.schema ?? {};
    return encodeURIComponent(valuesOf(path, name, schema)[0] ?? "none");
  });
  const asked = parameters.filter((p) => p.in === "query" && p.name !== "head");
  const wanted = Object.fromEntries(
    asked
      .filter(({ required, name }) => required || name === "limit" || path === "/v1/changes")
      .map(({ name, schema }) => [name, name === "limit" ? "5" : valuesOf(path, name, schema)[0]!]),
  );
  const get = (more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...wanted, ...more }).toString();
    return send(own, "GET", query === "" ? at : `${at}?${query}`, token);
  };
  const { next } = await get();
  const cursor = asked.find(({ name }) => name === "after" || name === "before")?.name;
  if (cursor && (typeof next === "string" || typeof next === "number")) await get({ [cursor]: String(next) });
  for (const { name, schema } of asked) {
    if (name === cursor || name === "limit") continue;
    const each = valuesOf(path, name, schema);
    if (each.length === 0) refused.push(`GET ${path}: no value for ${name}`);
    for (const value of each) await get({ [name]: value, ...(name === "time" && { date: today() }) });
  }
}

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await push(tokens.admin, "tps", ["+442079460958", "+442079460959"]);
  await fillAll();
  // As the clock has done before.
  await makeDuties(env, Date.now());
  const [recording, request] = [await arrive(env, tokens.admin, sample()), await enter(tokens.admin)];
  const people = await env.DB.prepare(
    "SELECT id FROM people WHERE role IN ('admin', 'manager') ORDER BY num",
  ).all<{ id: string }>();
  const newest = await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<{ seq: number }>();
  const policy = await setPolicy(() => ({}));
  const persons = people.results.map(({ id }) => id);
  values = {
    number: ["+442079460001", "79460001"],
    ...{ e164: ["+442079460001"], by: persons, person: persons, actor: persons, agent: ["bob@example.com"] },
    ...{ from: days, to: days, date: days, until: days, at: [`${today()}T00:00:00Z`], time: ["12:00"] },
    ...{
      code: ["policy.saved", "person.", "dial.", "none"],
      subject: ["f1", request],
      provider: ["aircall"],
    },
    ...{ recording: [recording], since: ["1"], zone: ["Europe/London"], limit: ["5"] },
    ...{ recipient: ["A"], wave: [`${today()}T00:00:00.000Z`], why: ["because"], purpose: ["quality"] },
    "/v1/people/{id} id": persons,
    "/v1/lists/{id} id": ["tps"],
    "/v1/lists/{id}/digests id": ["tps"],
    "/v1/lists/{id}/numbers/{e164} id": ["tps"],
    "/v1/lists/{id}/numbers/{e164} at": [today()],
    "/v1/policy/versions/{version} version": [String(policy)],
    "/v1/changes since": [String(newest!.seq - 1)],
    // The whole number: these tell of one.
    ...{ "/v1/proof number": ["+442079460001"], "/v1/watch/turned number": ["+442079460001"] },
    ...{ "/v1/disclosures number": ["+442079460001"], host: ["dial.example.com"] },
    ...{ "/v1/proof from": [today()], "/v1/proof to": [today()] },
    ...{ "/v1/figures from": [today()], "/v1/figures to": [today()] },
    "/v1/dials sighting": ["64"],
    "/v1/suppressions/{id}/scope id": ["f1"],
    "/v1/recordings/{id} id": [recording],
    "/v1/requests/{id} id": [request],
    "/v1/requests/{id}/letters/{kind} id": [request],
    "/v1/screenings/{id} id": ["f1"],
    "/v1/connectors/{id}/runs id": ["c8"],
  };
});

const operations = async (): Promise<Operation[]> => {
  const { paths } = await (
    await app.request("/openapi.json")
  ).json<{ paths: Record<string, Record<string, Omit<Operation, "method" | "path">>> }>();
  return Object.entries(paths).flatMap(([path, methods]) =>
    methods["get"] && unasked[path] === undefined ? [{ ...methods["get"], path, method: "GET" }] : [],
  );
};

it(
  "reads few rows for each filter of each route, each write and each job",
  { timeout: 180_000 },
  async () => {
    const dialler = await diallerOf(tokens.admin);
    const exchange = await integration(tokens.admin, ["gate"]);
    const queues = new Queues();
    await withDatabase(noting.db, async (own) => {
      for (const operation of await operations()) await read(own, operation);
      for (const { path, method = "POST", body, as = "admin" } of writes())
        await send(own, method, path, { ...tokens, dialler, exchange }[as], body);
      for (const cron of [OFTEN_CRON, "0 3 * * *"]) {
        const before = new Set(noting.asked.keys());
        // Once with queues, once by the clock alone.
        await scheduled({ cron, scheduledTime: Date.now() }, cron === OFTEN_CRON ? queues.on(own) : own);
        await queues.deliver(own, Date.now);
        for (const statement of noting.asked.keys())
          if (!before.has(statement)) by.set(statement, `the job ${cron}`);
      }
    });
    expect(refused).toEqual([]);
    const long = [...noting.asked].filter(([, { read: rows, due }]) => rows > MOST + 10 * due);
    const same = (text: string) =>
      text
        .replace(/\s+/g, " ")
        .replace(/'\d{4}-\d\d-\d\d'/g, "'DAY'")
        .trim();
    const keyOf = (text: string) => sha256Hex(same(text)).slice(0, 12);
    const unknown = long
      .filter(([text]) => known[keyOf(text)] === undefined)
      .map(
        ([text, { read: rows }]) =>
          `${keyOf(text)} ${rows} rows, ${by.get(text)}: ${text.replace(/\s+/g, " ")}`,
      );
    expect(unknown.sort()).toEqual([]);
    // What is known no more goes.
    expect(Object.keys(known).filter((key) => !long.some(([text]) => keyOf(text) === key))).toEqual([]);
  },
);
