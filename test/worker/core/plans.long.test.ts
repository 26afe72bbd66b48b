/**
 * No scan grows with history. Every table that grows has thousands of rows (filled.ts), and D1 itself counts the rows that each
 * statement reads: through views, aliases and triggers, by whatever index, in a range that narrows or in one that does not. What
 * reads hundreds more than it answers or changes would read all of a year. Every route of the API's document is asked, and every
 * page, job and queue: a new one has a case, or fails here.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it, vi } from "vitest";
import { app } from "../../../worker/index.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { READ } from "../../../worker/core/newest.ts";
import type { Env } from "../../../worker/env.ts";
import { MINUTE_CRON, OFTEN_CRON, scheduled } from "../../../worker/jobs/scheduled.ts";
import { makeDuties } from "../../../worker/privacy-requests/duties.ts";
import { aTeam, anAddress, daysAgo, integration, push, scopes, setPolicy, today } from "../helpers.ts";
import { Queues } from "../jobs/work-queue.ts";
import { arrive, sample } from "../recordings/kit.ts";
import { enter } from "../privacy-requests/kit.ts";
import { giveLedger, withDatabase } from "./faults-kit.ts";
import { fillAll, ROWS, small } from "./filled.ts";
import type { Operation, Schema } from "./fuzz-kit.ts";
import { type Cases, giveWork, type Sent, workCases, type World } from "./plans-kit.ts";
import { known, scanning, unpaired, unwritten } from "./plans-known.ts";
import { listCases } from "./plans-lists.ts";
import { lateCases, officeCases } from "./plans-office.ts";
import { pageCases, requestCases } from "./plans-requests.ts";
import { vendorCases } from "./plans-vendors.ts";
import { Noting, pagesOf, scannedBy, WORTH } from "./noting.ts";

/** A statement may read so many rows for nothing: registers, people and policies are not history. */
const MOST = ROWS / 5;

/** By `METHOD path`. */
const first = { ...listCases, ...officeCases, ...requestCases, ...pageCases, ...vendorCases, ...workCases };
const cases: Cases = { ...first, ...lateCases };
/** What each route answered last. */
const made = new Map<string, unknown>();
const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

const tokens = aTeam();
const noting = new Noting();
const by = new Map<string, string>();
const refused: string[] = [];

/** Values for the parameters of GET routes, by name; where the schema lists them, these are all. */
let values: Record<string, string[]>;
const days = ["2020-01-01", today(), "2099-01-01"];

const valuesOf = (path: string, name: string, { enum: all }: Schema): string[] =>
  values[`${path} ${name}`] ?? (all ? all.map(String) : (values[name] ?? []));

/** What is asked meanwhile is asked by `who`. */
async function noted<T>(who: string, work: () => Promise<T>): Promise<T> {
  const before = new Set(noting.asked.keys());
  // Another one may run by now.
  await giveLedger(noting.db);
  const done = await work();
  for (const statement of noting.asked.keys()) if (!before.has(statement)) by.set(statement, who);
  return done;
}

async function send(own: Env, method: string, { path, token, body, raw, headers, vars }: Sent) {
  const context = createExecutionContext();
  const request = new Request(`https://cleardial.test${path}`, {
    method,
    headers: {
      ...anAddress(),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
      ...headers,
    },
    body: raw ?? (body ? JSON.stringify(body) : null),
  });
  const { answer, text } = await noted(`${method} ${path}`, async () => {
    const answer = await app.fetch(request, { ...own, ...vars }, context);
    const text = await answer.text();
    await waitOnExecutionContext(context);
    return { answer, text };
  });
  if (answer.status >= 400) refused.push(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
  return (
    answer.ok && answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : {}
  ) as {
    next?: unknown;
  };
}

/** As an administrator where they may, and as an agent, who may see their own alone, and not ask all of it. */
async function read(own: Env, operation: Operation): Promise<void> {
  const roles = operation["x-roles"];
  if (roles === "public") return readAs(own, operation, "");
  await readAs(own, operation, tokens[roles.includes("admin") ? "admin" : roles[0]!]);
  const before = refused.length;
  if (roles.includes("admin") && roles.includes("agent")) await readAs(own, operation, tokens.agent);
  refused.length = before;
}

/** One request with what the route must have, one for each value of each filter and of each two filters, and the second page. */
async function readAs(own: Env, { path, parameters = [] }: Operation, token: string): Promise<void> {
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
    return send(own, "GET", { path: query === "" ? at : `${at}?${query}`, token });
  };
  const { next } = await get();
  const cursor = asked.find(({ name }) => name === "after" || name === "before")?.name;
  if (cursor && (typeof next === "string" || typeof next === "number")) await get({ [cursor]: String(next) });
  const filters = asked
    .filter(({ name }) => name !== cursor && name !== "limit")
    .map(({ name, schema }) => {
      const each = valuesOf(path, name, schema);
      if (each.length === 0) refused.push(`GET ${path}: no value for ${name}`);
      return each.map((value) => ({ [name]: value, ...(name === "time" && { date: today() }) }));
    });
  for (const one of filters.flat()) await get(one);
  if (unpaired[path] !== undefined) return;
  const before = refused.length;
  for (const [n, each] of filters.entries())
    for (const one of each) for (const other of filters.slice(n + 1).flat()) await get({ ...other, ...one });
  // Two need not go together.
  refused.length = before;
}

let systems: World["systems"];
beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  READ.most = MOST / 3;
  await push(tokens.admin, "tps", ["+442079460958", "+442079460959"]);
  await fillAll();
  const made = scopes.map(async (scope) => [scope, await integration(tokens.admin, [scope], `Of ${scope}`)]);
  systems = Object.fromEntries(await Promise.all(made)) as World["systems"];
  // As the clock has done before.
  await makeDuties(env, Date.now());
  const [recording, request] = [await arrive(env, tokens.admin, sample()), await enter(tokens.admin)];
  const people = await env.DB.prepare(
    "SELECT id FROM people WHERE role IN ('admin', 'manager') ORDER BY num",
  ).all<{ id: string }>();
  const newest = await env.DB.prepare("SELECT MAX(seq) AS seq FROM audit").first<{ seq: number }>();
  const policy = await setPolicy(() => ({}));
  const persons = people.results.map(({ id }) => id);
  const agents = await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").all<{ id: string }>();
  values = {
    number: ["+442079460001", "79460001"],
    ...{
      e164: ["+442079460001"],
      by: [...persons, agents.results[0]!.id],
      person: [...persons, agents.results[0]!.id],
      actor: persons,
      agent: ["bob@example.com", "ann@example.com"],
    },
    ...{ from: days, to: days, date: days, until: days, at: [`${today()}T00:00:00Z`], time: ["12:00"] },
    ...{
      code: ["policy.saved", "person.", "dial.", "none"],
      subject: ["f1", request],
      provider: ["aircall", "dialler"],
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
    // The second one has a call of yesterday that was recorded.
    "/v1/proof number": ["+442079460001", "+441632960476"],
    "/v1/watch/turned number": ["+442079460001"],
    ...{ "/v1/disclosures number": ["+442079460001"], host: ["dial.example.com"] },
    ...{ "/v1/proof from": [daysAgo(1)], "/v1/proof to": [today()] },
    ...{ "/v1/figures from": [today()], "/v1/figures to": [today()] },
    "/v1/dials sighting": ["64"],
    "/v1/dials/months/{month} month": [today().slice(0, 7)],
    "/v1/calls/months/{month} month": [today().slice(0, 7)],
    "/v1/recordings/months/{month} month": [today().slice(0, 7)],
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
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  );
};

/** Each of these cases, in their order. */
async function write(own: Env, these: Cases): Promise<void> {
  const world: World = { tokens, systems, made: <T>(route: string) => made.get(route) as T };
  for (const [route, one] of Object.entries(these))
    for (const make of [one].flat()) {
      try {
        made.set(route, await send(own, route.split(" ")[0]!, await make(world)));
      } catch (error) {
        refused.push(`${route}: ${String(error)}`);
      }
    }
}

const same = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .replace(/'\d{4}-\d\d-\d\d'/g, "'DAY'")
    .trim();
const keyOf = (text: string) => sha256Hex(same(text)).slice(0, 12);

it("reads few rows for each filter of each route, each write and each job", async () => {
  const queues = new Queues();
  const all = await operations();
  // But for scripts and other files, which read nothing.
  const pages = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.startsWith("/v1/") && !/\*|\.\w+$/.test(path))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const names = [...all.map(nameOf), ...pages];
  // A page or a route that writes has a case; a route that reads is asked by its parameters where it has none.
  const asked = names.filter((name) => !name.startsWith("GET /v1/") && !unwritten[name]);
  expect(asked.filter((name) => !cases[name])).toEqual([]);
  expect(Object.keys({ ...cases, ...unwritten }).filter((name) => !names.includes(name))).toEqual([]);
  await withDatabase(noting.db, async (own) => {
    for (const operation of all)
      if (operation.method === "GET" && !cases[nameOf(operation)]) await read(own, operation);
    await write(own, first);
    await giveWork();
    // The jobs ask vendors that are not there.
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    for (const cron of [MINUTE_CRON, OFTEN_CRON, "0 3 * * *"])
      await noted(`the job ${cron}`, async () => {
        // Once with queues, once by the clock alone.
        await scheduled({ cron, scheduledTime: Date.now() }, cron === OFTEN_CRON ? queues.on(own) : own);
        await queues.deliver(own, Date.now);
      });
    await write(own, lateCases);
  });
  expect(refused).toEqual([]);
  const long = [...noting.asked].filter(([, { read: rows, due }]) => rows > MOST + WORTH * due);
  const unknown = long
    .filter(([text]) => known[keyOf(text)] === undefined)
    .map(
      ([text, { read: rows }]) =>
        `${keyOf(text)} ${rows} rows, ${by.get(text)}: ${text.replace(/\s+/g, " ")}`,
    );
  expect(unknown.sort()).toEqual([]);
  // What is known no more goes.
  expect(Object.keys(known).filter((key) => !long.some(([text]) => keyOf(text) === key))).toEqual([]);
});

it("plans no scan of a table that grows, whatever is in it", async () => {
  const pages = await pagesOf((table) => !small.has(table) && !table.startsWith("sqlite_"));
  const scans = new Map<string, string>();
  for (const text of noting.asked.keys()) {
    const tables = await scannedBy(text, pages);
    if (tables.length > 0 && known[keyOf(text)] === undefined)
      scans.set(keyOf(text), `${tables.join(" ")}, ${by.get(text)}: ${text.replace(/\s+/g, " ")}`);
  }
  const unknown = [...scans].filter(([key]) => scanning[key] === undefined);
  expect(unknown.map(([key, text]) => `${key} ${text}`).sort()).toEqual([]);
  expect(Object.keys(scanning).filter((key) => !scans.has(key))).toEqual([]);
});
