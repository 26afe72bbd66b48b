/**
 * The database fails once, at each statement in turn: it refuses the statement or loses the answer. Nothing is ever half
 * written, and repeating the request with its Idempotency-Key completes it exactly once.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Role } from "../../../shared/people/api.ts";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { Env } from "../../../worker/env.ts";
import { call, DAY, formAt, join, newTeam, push, rowsOf, today, under } from "../helpers.ts";
import { Failing, type How, withDatabase } from "./faults-kit.ts";
import { verified } from "../privacy-requests/kit.ts";
import { aged, arrive, diallerOf, laid, sample } from "../recordings/kit.ts";

let tokens: Record<Role, string>;
beforeAll(async () => {
  // Each fault is logged where it ends as an internal error.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  tokens = await newTeam();
  await push(tokens.admin, "tps", ["+441134960001"]);
});

interface Sent {
  method: string;
  path: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
interface Flow {
  name: string;
  /** The rows (as SQL after FROM) whose count rises by one when the request was done; and its code in the trail. */
  rows: string;
  code: string;
  /** A fresh request each time. */
  make: (nth: number) => Sent | Promise<Sent>;
  /** The answer to the repeated request, where the first one contains a secret. */
  again?: string;
  /** Bindings of its own. */
  with?: (own: Env) => Env;
}

const numberOf = (nth: number) => `+44${2_079_460_000 + nth}`;
const flows: Flow[] = [
  {
    name: "a do-not-call entry",
    ...{ rows: "suppressions", code: "suppression.added" },
    make: (n) => ({
      ...{ method: "POST", path: "/v1/suppressions", token: tokens.agent },
      body: { number: numberOf(n), reason: "asked" },
    }),
  },
  {
    name: "a dial",
    ...{ rows: "dials", code: "dial.passed" },
    make: (n) => ({
      ...{ method: "POST", path: "/v1/dials", token: tokens.agent },
      body: {
        ...{ number: numberOf(n), e164: numberOf(n), action: "passed", verdict: "clear", seen: null },
        ...{ host: "crm.example", at: new Date().toISOString() },
      },
    }),
  },
  {
    name: "a policy",
    ...{ rows: "policies", code: "policy.saved" },
    make: async (n) => {
      const { data } = await call("GET", "/v1/policy", { token: tokens.admin });
      const { policy, version } = data as PolicyAnswer;
      const watching = { ...policy.watching, mail: policy.watching.mail === "daily" ? "none" : "daily" };
      return {
        ...{
          method: "PUT",
          path: "/v1/policy",
          token: tokens.admin,
          headers: { "if-match": `"${version}"` },
        },
        body: { policy: { ...policy, watching }, why: `try ${n}` },
      };
    },
  },
  {
    name: "joining",
    ...{ rows: "invites WHERE used_at IS NOT NULL", code: "person.joined", again: "not-replayable" },
    make: async (n) => {
      const body = { name: "Joins", email: `joins-${n}@example.com`, role: "agent" };
      const { data } = await call("POST", "/v1/invites", { token: tokens.admin, body });
      return { method: "POST", path: "/v1/join", body: { code: (data as { code: string }).code } };
    },
  },
  {
    name: "a register's commit",
    ...{ rows: "versions WHERE state = 'committed'", code: "list.pushed" },
    make: async (n) => {
      const { rows, sums, hash } = rowsOf([`+44${1_134_960_000 + n}`, "+442079460958", numberOf(n)]);
      const { data } = await call("GET", "/v1/lists/ctps", { token: tokens.admin });
      const { version: parent } = data as { version: number };
      const begun = await call("POST", "/v1/lists/ctps/uploads", {
        token: tokens.admin,
        body: { asOf: today(), parent, source: { name: `${n}.txt` } },
      });
      const { version } = begun.data as { version: number };
      const upload = `/v1/lists/ctps/uploads/${version}`;
      const now = await call("GET", "/v1/lists/ctps/digests", { token: tokens.admin });
      const { blocks } = now.data as { blocks: [number, number, number][] };
      const had = new Map(blocks.map(([block, , digest]) => [block, digest]));
      const part = { blocks: rows.filter(([block, , digest]) => had.get(block) !== digest) };
      const sent = await call("PUT", `${upload}/parts/1`, { token: tokens.admin, body: part });
      expect(sent.status, JSON.stringify(sent.data)).toBe(200);
      const body = { parts: 1, blocks: sums.blocks, numbers: sums.numbers, hash, allowShrink: true };
      return { method: "POST", path: `${upload}/commit`, token: tokens.admin, body };
    },
  },
  {
    name: "a request of a data subject",
    ...{ rows: "requests", code: "request.created", again: "not-replayable" },
    make: async (n) => {
      // So many of these would be a flood.
      await env.DB.exec("DELETE FROM form_networks");
      const email = `dora-${n}@example.com`;
      // What is sent again is the same form.
      const body = { kind: "access", name: "Dora", email, number: numberOf(n), formAt: await formAt() };
      return { method: "POST", path: "/v1/requests", body };
    },
  },
  {
    name: "a decision",
    ...{ rows: "requests WHERE state = 'decided'", code: "request.comply" },
    make: async (n) => {
      const id = await verified(tokens.compliance, `+44${1_134_960_000 + n}`);
      const path = `/v1/requests/${id}/decide`;
      return { method: "POST", path, token: tokens.compliance, body: { decision: "comply" } };
    },
  },
  {
    name: "a recording",
    ...{ rows: "recordings", code: "recording.added" },
    make: async () => ({
      ...{ method: "POST", path: "/v1/recordings", token: await diallerOf(tokens.admin) },
      body: sample(),
    }),
  },
  {
    name: "a legal hold",
    ...{ rows: "recording_holds", code: "recording.held" },
    make: async () => ({
      ...{ method: "POST", path: `/v1/recordings/${await arrive(env, tokens.admin, sample())}/hold` },
      ...{ token: tokens.compliance, body: { reason: "a claim", reviewOn: "2099-01-01" } },
    }),
  },
  {
    name: "an import of recordings",
    ...{ rows: "recordings", code: "recording.imported" },
    with: aged,
    make: async (n) => {
      const startedAt = new Date(Date.now() - 3 * DAY).toISOString();
      const row = await laid(env, sample({ startedAt, storage: { kind: "r2", key: `imported-${n}.mp3` } }));
      const body = { rows: [row], dryRun: true };
      const path = "/v1/recordings/import";
      await under(aged(env), "POST", path, { token: tokens.compliance, body });
      return { method: "POST", path, token: tokens.compliance, body: { ...body, dryRun: false } };
    },
  },
  {
    name: "a token that is revoked",
    ...{ rows: "tokens WHERE revoked_at IS NOT NULL", code: "token.revoked", again: "not-signed-in" },
    make: async (n) => {
      const token = await join(tokens.admin, "agent", `gone-${n}@example.com`);
      return { method: "DELETE", path: "/v1/tokens/current", token };
    },
  },
];

const standing = async ({ rows, code }: Flow) => {
  const { n, events } = (await env.DB.prepare(
    `SELECT (SELECT COUNT(*) FROM ${rows}) AS n, (SELECT COUNT(*) FROM audit WHERE code = ?) AS events`,
  )
    .bind(code)
    .first<{ n: number; events: number }>())!;
  return { rows: n, events };
};

let nth = 0;
/** One request under a database that fails at statement `at`. The next statement to fail, or null if the request needed fewer. */
async function fails(flow: Flow, at: number, how: How): Promise<number | null> {
  const { method, path, ...sent } = await flow.make(++nth);
  const key = { ...sent.headers, "idempotency-key": `fault-${nth}-${at}` };
  const before = await standing(flow);
  const since = async () => {
    const { rows, events } = await standing(flow);
    return { rows: rows - before.rows, events: events - before.events };
  };
  const failing = new Failing(at, how);
  const { with: bound = (own) => own } = flow;
  const first = await withDatabase(failing.db, (own) =>
    under(bound(own), method, path, { ...sent, headers: key }),
  );
  const name = `statement ${at} ${how}`;
  const what = JSON.stringify(first.data);
  if (!failing.failed) {
    expect(first.status, `${name}: ${what}`).toBeLessThan(300);
    return null;
  }
  const once = await since();
  expect([0, 1], name).toContain(once.rows);
  expect(once.events, `${name}: the change and its row in the trail`).toBe(once.rows);
  // A success was written; a failure is an error without details.
  if (first.status < 300) expect(once.rows, name).toBe(1);
  else expect(first.data, `${name}: ${what}`).toMatchObject({ status: 500, code: "internal" });

  const again = await under(bound(env), method, path, { ...sent, headers: key });
  const { code } = again.data as { code?: string };
  if (again.status >= 300) expect([code, once.rows], name).toEqual([flow.again, 1]);
  expect(await since(), `${name}, and once more`).toEqual({ rows: 1, events: 1 });
  return failing.next;
}

describe.each(flows)("$name", (flow) => {
  it.each(["refused", "lost"] as const)("each statement %s once", async (how) => {
    let last = 0;
    for (let at: number | null = 1; at !== null; at = await fails(flow, at, how)) last = at;
    // Authentication, current rows, the trail's head, and the batch.
    expect(last).toBeGreaterThan(4);
  });
});

it("and the trail is whole", async () => {
  const { data } = await call("GET", "/v1/audit/verify", { token: tokens.compliance });
  expect(data).toMatchObject({ ok: true, next: null });
});
