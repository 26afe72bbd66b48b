import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { Role } from "../../shared/api-people.ts";
import { addBlock, blockDigest, emptySums, listHash, numberOf, packAll } from "../../shared/blocks.ts";

export const SETUP_CODE = "test-setup-code";
export const roles: readonly Role[] = ["agent", "manager", "compliance", "admin"];

export interface Call {
  token?: string;
  body?: unknown;
  /** Sent as it is, where a body must be wrong. */
  raw?: string;
  headers?: Record<string, string>;
}

let calls = 0;
/** As if everybody called from a network of their own, so that no test is told to wait for another's tries. */
export const anAddress = () => ({ "cf-connecting-ip": `2001:db8:${(++calls).toString(16)}::1` });

/** One request to the Worker. Tests say what they expect `data` to be. */
export async function call(method: string, path: string, { token, body, raw, headers = {} }: Call = {}) {
  const response = await exports.default.fetch(
    new Request(`https://cleardial.test${path}`, {
      method,
      headers: {
        ...anAddress(),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined && raw === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined && raw === undefined ? {} : { body: raw ?? JSON.stringify(body) }),
    }),
  );
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const data: unknown =
    text && /[/+]json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, data };
}

/** Sets the deployment up and joins one person of each role. */
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

export const today = (): string => new Date().toISOString().slice(0, 10);
export const daysAgo = (n: number): string =>
  new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);

/** All rows of a file's blocks and what a commit must name, as a client computes them. */
export function rowsOf(e164s: string[]) {
  const numbers = Float64Array.from([...new Set(e164s)].map(numberOf)).sort();
  const sums = emptySums();
  const rows = [...packAll(numbers)].map(({ block, n, data }): [number, number, number, string] => {
    const digest = blockDigest(block, data);
    addBlock(sums, n, digest);
    return [block, n, digest, data];
  });
  return { rows, sums, hash: listHash(sums) };
}

/** A whole push: against the blocks in force, in parts of `size` blocks. Returns the last answer. */
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
    body: { parts, blocks: sums.blocks, numbers: sums.numbers, hash, allowShrink },
  });
}

export const dump = async (table: string): Promise<unknown[]> =>
  (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results;
