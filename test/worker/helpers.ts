import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, expect } from "vitest";
import { type Role, type Scope, scopeSchema } from "../../shared/people/api.ts";
import {
  addBlock,
  blockDigest,
  emptySums,
  blocksHash,
  numberOf,
  packAll,
} from "../../shared/registers/blocks.ts";
import { changesBetween } from "../../shared/policy/clauses.ts";
import type { Policy } from "../../shared/policy/policy.ts";
import { peopleBound } from "../../worker/core/access-bound.ts";
import { record } from "../../worker/core/commit.ts";
import { sql } from "../../worker/core/sql.ts";
import { changeBound, statesOf } from "../../worker/core/states.ts";
import type { Env } from "../../worker/env.ts";
import { currentPolicy } from "../../worker/policy/current.ts";
import { newVersion } from "../../worker/policy/settle.ts";
import { stamp } from "../../worker/privacy-requests/pages/form-guard.ts";
import { sayErased } from "../../worker/trail/erased.ts";
import { app } from "../../worker/index.ts";

export const SETUP_CODE = "test-setup-code";
export const roles: readonly Role[] = ["agent", "manager", "compliance", "admin"];
export const scopes: readonly Scope[] = scopeSchema.options;

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;
/** A month, as housekeeping counts it. */
export const MONTH = 30.4375 * DAY;

export interface Call {
  token?: string;
  body?: unknown;
  /** A raw body, for invalid JSON and other types. */
  raw?: BodyInit;
  headers?: Record<string, string>;
}

let calls = 0;
/** Every request comes from a network of its own, so that no test exhausts another's rate limit. */
export const anAddress = () => ({ "cf-connecting-ip": `2001:db8:${(++calls).toString(16)}::1` });

const requestTo = (method: string, path: string, { token, body, raw, headers = {} }: Call) =>
  new Request(`https://cleardial.test${path}`, {
    method,
    headers: {
      ...anAddress(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined && typeof raw !== "string" ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: raw ?? (body === undefined ? null : JSON.stringify(body)),
  });

async function answerOf(response: Response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  const isJson = text !== "" && /[/+]json/.test(response.headers.get("content-type") ?? "");
  const data: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, data, text, bytes };
}

/** Of a public form that was opened a while ago. */
export const formAt = () => stamp(env.DB, Date.now() - 2000);

/** The public form comes back as from a page that was opened a while ago: without its time it waits for a second. */
async function formed(method: string, path: string, sent: Call): Promise<Call> {
  const { body } = sent;
  const isForm = method === "POST" && path === "/v1/requests" && typeof body === "object" && body !== null;
  if (!isForm || "formAt" in body) return sent;
  return { ...sent, body: { formAt: await formAt(), ...body } };
}

/** One request to the Worker. Tests cast `data`. */
export const call = async (method: string, path: string, sent: Call = {}) =>
  answerOf(await exports.default.fetch(requestTo(method, path, await formed(method, path, sent))));

/** One request with these bindings, including its work after the answer. */
export async function under(own: Env, method: string, path: string, sent: Call = {}) {
  const context = createExecutionContext();
  const request = requestTo(method, path, await formed(method, path, sent));
  const answer = await answerOf(await app.fetch(request, own, context));
  await waitOnExecutionContext(context);
  return answer;
}

/** Sets up the deployment and joins one person of each role. */
export async function newTeam(): Promise<Record<Role, string>> {
  const setup = await call("POST", "/v1/setup", {
    body: { code: SETUP_CODE, name: "Ada Admin", email: "ada@example.com" },
  });
  expect(setup.status, JSON.stringify(setup.data)).toBe(201);
  const admin = (setup.data as { token: string }).token;
  const others = await Promise.all(
    roles.filter((r) => r !== "admin").map(async (role) => [role, await join(admin, role)]),
  );
  return { ...(Object.fromEntries(others) as Record<Role, string>), admin };
}

/** `newTeam` before the tests of a file: tokens by role. */
export function aTeam(): Record<Role, string> {
  const tokens = {} as Record<Role, string>;
  beforeAll(async () => void Object.assign(tokens, await newTeam()));
  return tokens;
}

/**
 * Makes a policy that in force, as an approved proposal does: for tests that are about something else. Any stored policy
 * may be below the law's floor, as one of an earlier release may be. Answers its version.
 */
export async function setPolicy(edit: (policy: Policy) => object, at?: string): Promise<number> {
  const { version, policy } = await currentPolicy(env.DB);
  const by = await env.DB.prepare("SELECT id FROM people WHERE role = 'admin'").first<{ id: string }>();
  const next = { ...policy, ...edit(structuredClone(policy)) };
  const row = { at: at ?? new Date().toISOString(), by: by!.id, why: "a test" };
  await record(env, {
    actor: row.by,
    event: { code: "policy.saved", subject: String(version + 1), payload: { why: row.why } },
    statements: newVersion(version + 1, next, row, changesBetween(policy, next)),
  });
  return version + 1;
}

export async function join(admin: string, role: Role, email = `${role}@example.com`): Promise<string> {
  const invite = await call("POST", "/v1/invites", {
    token: admin,
    body: { name: `The ${role}`, email, role },
  });
  expect(invite.status, JSON.stringify(invite.data)).toBe(201);
  const joined = await call("POST", "/v1/join", { body: { code: (invite.data as { code: string }).code } });
  expect(joined.status).toBe(201);
  return (joined.data as { token: string }).token;
}

/** What these do to proposals: not there yet where they come early. */
const isOfProposals = (name: string, query: string) => /^(0049|0057)/.test(name) && /\bproposals/.test(query);

/**
 * The migrations before one, and those that today's Worker needs to admit anybody: scopes, what binds people, the codes
 * of the trail, whose code another held, where mails go, and where rows of closed months are, without what it does to proposals, which may
 * not be there yet.
 */
export const migrationsBefore = (until: string) =>
  env.TEST_MIGRATIONS.filter(
    ({ name }) =>
      name < until ||
      /^(0029_scopes|0041_access_bound|0045_states_bound|0046_keyed|0049_held|0051_coded|0052_kept_back|0057_one_person|0061_last_bound|0075_mail_service|0130_closed_dials|0142_closed_calls|0177_closed_screened)/.test(
        name,
      ),
  ).map(({ name, queries }) => ({
    name,
    queries: queries.filter((query) => name < until || !isOfProposals(name, query)),
  }));
/** All migrations, after those before one: with what was left out of these then. */
export const migrationsSince = (until: string) =>
  env.TEST_MIGRATIONS.flatMap((one) => {
    const rest = one.queries.filter((query) => one.name >= until && isOfProposals(one.name, query));
    return rest.length === 0 ? [one] : [one, { name: `${one.name} of proposals`, queries: rest }];
  });

/** The token of a new integration with these scopes. */
export async function integration(
  admin: string,
  asked: readonly Scope[],
  name = "A system",
  prefix?: string,
): Promise<string> {
  const body = { name, scopes: asked, until: daysAgo(-300), ...(prefix && { prefix }) };
  const { status, data } = await call("POST", "/v1/tokens", { token: admin, body });
  expect(status, JSON.stringify(data)).toBe(201);
  return (data as { token: string }).token;
}

/** One from before there were folders: its keys may be any that are nobody's. */
export async function integrationOfBefore(
  admin: string,
  asked: readonly Scope[],
  name = "A system",
): Promise<string> {
  const token = await integration(admin, ["check"], name);
  const { data } = await call("GET", "/v1/me", { token });
  const { id } = (data as { person: { id: string } }).person;
  const [before] = await statesOf(env.DB, peopleBound, "id = ?", id);
  const at = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: { code: "person.changed", subject: id, payload: null },
    statements: [changeBound(peopleBound, before!, { scopes: JSON.stringify(asked) }, at)],
  });
  return token;
}

export const today = (): string => new Date().toISOString().slice(0, 10);
export const daysAgo = (n: number): string => new Date(Date.now() - n * DAY).toISOString().slice(0, 10);

/** A file's blocks and the sums that a commit must name, as a client computes them. */
export function rowsOf(e164s: string[]) {
  const numbers = Float64Array.from([...new Set(e164s)].map(numberOf)).sort();
  const sums = emptySums();
  const rows = [...packAll(numbers)].map(({ block, n, data }): [number, number, number, string] => {
    const digest = blockDigest(block, data);
    addBlock(sums, n, digest);
    return [block, n, digest, data];
  });
  return { rows, sums, hash: blocksHash(sums) };
}

/** A whole push, compared with the current blocks, in parts of `size` blocks. Returns the last answer. */
export async function push(
  token: string,
  list: string,
  e164s: string[],
  {
    asOf = today(),
    size = 2,
    source = "test.txt",
    sha256 = undefined as string | undefined,
    allowShrink = false,
    attestSameFile = false,
  } = {},
) {
  const { rows, sums, hash } = rowsOf(e164s);
  const now = await call("GET", `/v1/lists/${list}/digests`, { token });
  const { version: parent, blocks } = now.data as { version: number; blocks: [number, number, number][] };
  const had = new Map(blocks.map(([block, , digest]) => [block, digest]));
  const changed = rows.filter(([block, , digest]) => had.get(block) !== digest);
  const kept = new Set(rows.map(([block]) => block));
  for (const block of had.keys()) if (!kept.has(block)) changed.push([block, 0, blockDigest(block, ""), ""]);

  const begun = await call("POST", `/v1/lists/${list}/uploads`, {
    token,
    body: { asOf, parent, source: { name: source, ...(sha256 === undefined ? {} : { sha256 }) } },
  });
  if (begun.status !== 201) return begun;
  const { version } = begun.data as { version: number };
  const parts = Math.ceil(changed.length / size);
  for (let p = 0; p < parts; p++) {
    const sent = await call("PUT", `/v1/lists/${list}/uploads/${version}/parts/${p + 1}`, {
      token,
      body: { blocks: changed.slice(p * size, (p + 1) * size) },
    });
    if (sent.status !== 200) return sent;
  }
  return call("POST", `/v1/lists/${list}/uploads/${version}/commit`, {
    token,
    body: { parts, blocks: sums.blocks, numbers: sums.numbers, hash, allowShrink, attestSameFile },
  });
}

const LIE: Readonly<Record<string, readonly string[]>> = {
  recordings: ["recording_rows"],
  audit: ["audit_rows", "audit_actors"],
};
/** Does something as the database's owner, who drops the triggers of tables and puts them back. */
export async function asOwner(tables: readonly string[], work: () => Promise<unknown>): Promise<void> {
  const { results: triggers } = await env.DB.prepare(
    // A view's own are how it is written at all.
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND sql NOT LIKE '%INSTEAD OF%' AND tbl_name IN (SELECT value FROM json_each(?))",
  )
    // Where their rows lie, their triggers are.
    .bind(JSON.stringify(tables.flatMap((name) => [name, ...(LIE[name] ?? [])])))
    .all<{ name: string; sql: string }>();
  for (const { name } of triggers) await env.DB.prepare(`DROP TRIGGER ${name}`).run();
  await work();
  for (const { sql } of triggers) await env.DB.prepare(sql).run();
}

/** Takes folders of integrations away, as of before there were any; the trail says so. `where` is of `owners`. */
export async function noFolder(where: string, ...params: string[]): Promise<void> {
  const { results } = await env.DB.prepare(`SELECT id FROM owners WHERE ${where}`)
    .bind(...params)
    .all<{ id: string }>();
  const since = new Date().toISOString();
  await record(env, {
    actor: "system",
    event: { code: "retention.swept", subject: "owners", payload: null },
    statements: [
      ...sayErased(results.map(({ id }) => ({ row: `owners/${id}`, since }))),
      sql(`DELETE FROM owners WHERE ${where}`, ...params),
    ],
  });
}

export const dump = async (table: string): Promise<unknown[]> =>
  (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results;

/** The Worker's bindings with a Ledger before whose first commit somebody else does something; `isOver` says whether they did. */
export function racing(first: () => Promise<unknown>): { env: typeof env; isOver: () => boolean } {
  const ledger = env.LEDGER.get(env.LEDGER.idFromName("ledger"));
  let meanwhile: typeof first | null = first;
  const commit = async (change: Parameters<typeof ledger.commit>[0]) => {
    const before = meanwhile;
    meanwhile = null;
    await before?.();
    return ledger.commit(change);
  };
  const LEDGER = { idFromName: () => "ledger", get: () => ({ commit }) };
  return { env: { ...env, LEDGER } as unknown as typeof env, isOver: () => meanwhile === null };
}
