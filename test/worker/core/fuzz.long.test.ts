/**
 * Fuzzing: odd requests to every route of the OpenAPI document, by every role. Each gets an answer other than an internal
 * error, and no refused one leaves a trace. A few here; `npm run fuzz` sends 100,000 (or FUZZ).
 */
import { applyD1Migrations, createExecutionContext, reset, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import { app } from "../../../worker/index.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { type Operation, requestOf } from "./fuzz-kit.ts";
import { anAddress, newTeam, push, roles } from "../helpers.ts";
import { arrive, diallerOf, sample } from "../recordings/kit.ts";
import { called, enter } from "../privacy-requests/kit.ts";

const REQUESTS = Number(env.FUZZ || 300);
const SEED = Number(env.SEED || 20_261_125);
/** Requests after which a fresh deployment replaces a full one. */
const ROUND = 5000;
const PATIENCE_MS = 20_000;

/**
 * Refusals that leave a trace on purpose: an exceeded budget, a refused override and a refused version of a register are
 * on the trail, and so is a read that was logged before its store failed. Of a flood of the public form officers get a mail.
 */
const LEAVES = new Set([
  ...["too-many-numbers", "override-not-allowed", "store-failed", "sso-provider"],
  ...["same-file", "list-shrinks", "list-mismatch", "challenge-unsolved"],
]);

interface Document {
  paths: Record<string, Record<string, Omit<Operation, "method" | "path">>>;
}
const document = await (await app.request("/openapi.json")).json<Document>();
const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    ...operation,
    path,
    method: method.toUpperCase(),
  })),
);
/** Public pages, which the document does not contain. */
const pages: Operation[] = [
  ...["/join", "/dial", "/dial/on", "/policy", "/docs", "/openapi.json"].map((path) => ({
    method: "GET",
    path,
  })),
  ...["GET", "POST"].flatMap((method) =>
    ["/privacy-request", "/privacy-request/{secret}"].map((path) => ({ method, path })),
  ),
  { method: "GET", path: "/privacy-request/{secret}/copy" },
].map((page) => ({
  ...page,
  "x-roles": "public" as const,
  "x-scopes": [],
  parameters: [{ name: "secret", in: "path" as const, schema: { type: "string" } }],
}));

/** All rows of a table, without tokens' last uses, which any request may change. */
const mutable =
  "people invites tokens policies lists versions blocks suppressions consents recordings recording_holds requests request_items request_files request_letters request_recipients request_systems request_links letter_templates outbox marks " +
  "screenings screening_parts screened calls call_agents connectors connector_runs webhooks lookup_turns turned";
const whole = async (): Promise<string> => {
  const all = await env.DB.batch(mutable.split(" ").map((table) => env.DB.prepare(`SELECT * FROM ${table}`)));
  return sha256Hex(
    JSON.stringify(
      all.map(({ results }) => results),
      (key, value: unknown) => (key === "last_used_at" ? null : value),
    ),
  );
};

async function counting(): Promise<() => Promise<string>> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_cf_*' AND name NOT IN ('asked', 'd1_migrations') AND name NOT GLOB 'sqlite_*'",
  ).all<{ name: string }>();
  // A row each: D1 answers a hundred columns at most.
  const counts = results.map(({ name }) => `SELECT '${name}' AS name, COUNT(*) AS n FROM ${name}`);
  const statements = ["SELECT 'seq' AS name, MAX(seq) AS n FROM audit", ...counts].map((one) =>
    env.DB.prepare(one),
  );
  return async () => {
    const all = await env.DB.batch<{ name: string; n: number }>(statements);
    return JSON.stringify(Object.fromEntries(all.map(({ results: [row] }) => [row!.name, row!.n])));
  };
}

const differing = (before: string, after: string): string => {
  const [was, is] = [before, after].map((said) => JSON.parse(said) as Record<string, number>);
  return Object.keys(is!)
    .filter((table) => is![table] !== was![table])
    .join(", ");
};

class World {
  tokens!: Record<Role, string>;
  readonly pool = new Map<string, string[]>();
  #hashes = "";

  async begin(): Promise<void> {
    await reset();
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
    this.tokens = await newTeam();
    await diallerOf(this.tokens.admin);
    this.#hashes = JSON.stringify(
      Object.fromEntries(roles.map((role) => [sha256Hex(this.tokens[role]), role])),
    );
    this.pool.clear();
    this.learn("lists.id", "tps", "ctps");
    this.learn("suppressions.e164", "+442079460958");
    await push(this.tokens.admin, "tps", ["+442079460958", "+442079460959"]);
    const { recording } = await called(this.tokens.admin);
    this.learn("recordings.id", recording, await arrive(env, this.tokens.admin, sample()));
    this.learn(
      "requests.id",
      await enter(this.tokens.admin),
      await enter(this.tokens.admin, { kind: "erasure" }),
    );
  }

  learn(name: string, ...values: string[]): void {
    const known = this.pool.get(name) ?? [];
    this.pool.set(name, [...new Set([...values, ...known])].slice(0, 40));
  }

  /** Collects existing values from an answer. */
  read(path: string, answer: unknown, depth = 0): void {
    if (Array.isArray(answer)) return void answer.slice(0, 5).forEach((one) => this.read(path, one, depth));
    if (typeof answer !== "object" || answer === null || depth > 4) return;
    const room = path.split(/[/?]/)[2] ?? "";
    for (const [key, value] of Object.entries(answer)) {
      if (
        typeof value === "string" &&
        /^(id|reference|recording|person|number|e164)$/.test(key) &&
        value.length < 60
      )
        this.learn(key === "id" ? `${room}.id` : key, value);
      if (typeof value === "number" && /^(version|rev)$/.test(key)) this.learn(`${room}.ver`, String(value));
      this.read(path, value, depth + 1);
    }
  }

  /** Restores the access of people whom a legitimate request locked out. */
  async restore(): Promise<void> {
    await env.DB.batch([
      env.DB.prepare(
        `UPDATE tokens SET revoked_at = NULL, until = NULL, next_hash = NULL, next_at = NULL, last_used_at = created_at
         WHERE hash IN (SELECT key FROM json_each(?))`,
      ).bind(this.#hashes),
      env.DB.prepare(
        `UPDATE people SET active = 1, role = j.value FROM tokens t, json_each(?) j
         WHERE t.person = people.id AND t.hash = j.key`,
      ).bind(this.#hashes),
    ]);
  }
}

/** The answer's status and code; null if it took too long. */
async function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array | null,
) {
  const context = createExecutionContext();
  const work = async () => {
    const request = new Request(`https://cleardial.test${path}`, { method, headers, body: body as BodyInit });
    const response = await app.fetch(request, env, context);
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
    const answer = isJson ? (JSON.parse(text) as unknown) : null;
    await waitOnExecutionContext(context);
    return { status: response.status, answer, code: (answer as { code?: string } | null)?.code };
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)));
  return Promise.race([work(), late]).finally(() => timer === undefined || clearTimeout(timer));
}

it(
  `${REQUESTS} requests of every kind: no error of ours, no hang, and no trace of what was refused`,
  { timeout: 1_200_000 + REQUESTS * 100 },
  async () => {
    const said: unknown[] = [];
    vi.spyOn(console, "error").mockImplementation((error: unknown) => void said.push(error));
    const world = new World();
    const faults = new Map<string, string>();
    const figures: Record<string, number> = {};
    const all = [...operations, ...pages];
    const made = all.map((operation) => requestOf(operation));
    let digest = "";
    let count!: () => Promise<string>;

    for (let sent = 0; sent < REQUESTS;) {
      if (sent % ROUND === 0) {
        if (sent > 0) console.log(sent, JSON.stringify(figures), [...faults.keys()].join("\n"));
        await world.begin();
        count = await counting();
      }
      // In a new order each round, so that every request meets what every other one leaves.
      const order = fc.sample(
        fc.shuffledSubarray(
          all.map((_, i) => i),
          { minLength: all.length },
        ),
        {
          numRuns: 1,
          seed: SEED + sent,
        },
      )[0]!;
      await world.restore();
      digest = await count();
      for (const i of order) {
        if (sent >= REQUESTS || (sent % ROUND === 0 && sent > 0 && i !== order[0])) break;
        sent++;
        const operation = all[i]!;
        const [make] = fc.sample(made[i]!, { numRuns: 1, seed: SEED + sent });
        const { path, headers, body } = make!(world.pool);
        // Mostly a role that is admitted, so that requests reach the handlers.
        const { "x-roles": admitted } = operation;
        const who =
          sent % 8 === 0 || admitted === "public" ? roles[sent % 5] : admitted[sent % admitted.length];
        const byIntegration = operation["x-scopes"].includes("recordings:write") && sent % 8 !== 0;
        const own = byIntegration ? await diallerOf(world.tokens.admin) : who && world.tokens[who];
        const bearer = sent % 50 === 0 ? "cdt_nobody" : own;
        const name = `${operation.method} ${operation.path}`;
        const before = sent % 40 === 0 ? await whole() : null;
        said.length = 0;
        const answer = await send(
          operation.method,
          path,
          {
            ...anAddress(),
            ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
            ...headers,
          },
          body,
        ).catch((error: unknown) => ({ status: 599, code: String(error), answer: null }));
        const fault = (what: string) =>
          faults.has(`${name}: ${what}`) ||
          faults.set(
            `${name}: ${what}`,
            `${path.slice(0, 300)} ${String(body).slice(0, 500)} ${JSON.stringify(headers)} ${String(said[0])}`,
          );
        if (!answer) fault("no answer");
        else {
          const { status, code } = answer;
          figures[status] = (figures[status] ?? 0) + 1;
          if (status >= 500 && !LEAVES.has(code ?? "")) fault(`${status} ${code}`);
          if (status < 400) world.read(path, answer.answer);
          const now = await count();
          if (status >= 400 && !LEAVES.has(code ?? "")) {
            if (now !== digest) fault(`${status} ${code} left a trace in ${differing(digest, now)}`);
            if (before !== null && before !== (await whole())) fault(`${status} ${code} changed something`);
          }
          digest = now;
        }
      }
    }
    console.log(REQUESTS, JSON.stringify(figures));
    expect(Object.fromEntries(faults)).toEqual({});
    // Enough requests succeeded.
    expect(figures["200"]! + (figures["201"] ?? 0)).toBeGreaterThan(REQUESTS / 10);
  },
);
