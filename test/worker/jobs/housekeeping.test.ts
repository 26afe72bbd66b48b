import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, call, daysAgo, dump, MONTH, push } from "../helpers.ts";

const tokens = aTeam();
beforeAll(async () => {
  await push(tokens.admin, "tps", [
    "+442079460001",
    "+442079460002",
    "+442079460003",
    "+442079460004",
    "+442079460005",
  ]);
  const changes = { add: ["+442079460006"], asOf: new Date().toISOString().slice(0, 10) };
  await call("POST", "/v1/lists/tps/changes", { token: tokens.admin, body: changes });
  for (const number of ["+442079460010", "+442079460011"])
    await call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "stop" } });
  await call("DELETE", "/v1/suppressions/+442079460010", {
    token: tokens.manager,
    body: { reason: "mistake" },
  });
  const body = {
    ...{ kind: "notification", words: "yes", how: "web", proof: "form" },
    giver: "subscriber",
    givenBy: "A",
    givenAt: "2026-01-01T00:00:00.000Z",
  };
  await call("POST", "/v1/consents", { token: tokens.manager, body: { ...body, number: "+442079460012" } });
  await call("POST", "/v1/suppressions", {
    token: tokens.manager,
    body: { number: "+442079460015", kind: "house", reason: "in dispute", until: daysAgo(-60) },
  });
  const ended = await call("POST", "/v1/consents", {
    token: tokens.agent,
    body: { ...body, number: "+442079460013" },
  });
  await call("POST", `/v1/consents/${(ended.data as { id: string }).id}/withdraw?because=mistake`, {
    token: tokens.manager,
  });
  await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number: "+442079460014", reason: "stop" },
    headers: { "idempotency-key": "a-key-of-today" },
  });
});

const counts = async () => {
  const tables = [
    "idempotency",
    "invites",
    "tokens",
    "suppressions",
    "consents",
    "audit_payload",
    "block_undo",
    "changes",
  ];
  return Object.fromEntries(await Promise.all(tables.map(async (t) => [t, (await dump(t)).length] as const)));
};

it("erases nothing before its time", async () => {
  const before = await counts();
  await sweep(env, Date.now() + 86_400_000);
  expect(await counts()).toEqual(before);
});

const swept = async () =>
  ((await dump("audit")) as { code: string }[]).filter(({ code }) => code === "retention.swept").length;

it("goes on step by step until nothing is due, each step on the trail, and no longer than it may", async () => {
  const at = "2020-01-01T00:00:00.000Z";
  const add = "INSERT INTO sso_nonces (nonce, at) VALUES (?, ?)";
  await env.DB.batch(Array.from({ length: 7 }, (_, n) => env.DB.prepare(add).bind(`old-${n}`, at)));
  const before = await swept();
  await sweep(env, Date.now(), { rows: 2, steps: 2 });
  expect(await dump("sso_nonces")).toHaveLength(3);
  await sweep(env, Date.now(), { rows: 2, steps: 9 });
  expect(await dump("sso_nonces")).toHaveLength(0);
  expect((await swept()) - before).toBe(4);
});

it("erases each kind when its time is over, keeps what is live, and says what it did", async () => {
  const after = async (months: number) => {
    await sweep(env, Date.now() + months * MONTH);
    return counts();
  };
  // As left behind when a source is removed, and when policy turns watching off.
  await env.DB.exec("INSERT INTO lookup_queue VALUES ('data8', 442079460016, '2026-11-01', 0)");
  await env.DB.exec("INSERT INTO watch_again VALUES ('2026-11-01', 442079460016)");
  expect(await after(0.2)).toMatchObject({ idempotency: 0, changes: 0, block_undo: 1, suppressions: 4 });
  expect(await dump("lookup_queue")).toEqual([]);
  expect(await after(2)).toMatchObject({ invites: 0 });
  expect(await dump("watch_again")).toEqual([]);
  expect(await after(13.5)).toMatchObject({ block_undo: 0, suppressions: 4, consents: 2 });
  expect(await after(15.5)).toMatchObject({ tokens: 0 });
  expect(await after(25)).toMatchObject({ suppressions: 3, consents: 1 });
  // An entry whose last day is over is erased as late as one that was ended that day.
  expect(await after(28)).toMatchObject({ suppressions: 2 });
  // Only the sweeps' own payloads are left; the chain still verifies.
  const kept = (await dump("audit_payload")) as { payload: string }[];
  expect(kept.every((p) => !p.payload.includes("@") && !p.payload.includes("+44"))).toBe(true);
  expect(await verify(env)).toMatchObject({ ok: true });
});
