/** An arrival's event says nothing that its recording's row says and the trail binds: its readers are told by the row. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { AuditAnswer } from "../../../../shared/trail/api.ts";
import type { KeptRow } from "../../../../shared/trail/chain.ts";
import { record } from "../../../../worker/core/commit.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { asOwner, aTeam, call } from "../../helpers.ts";
import { deepOf, namesColumn, run } from "../../trail/kit.ts";
import { arrive, sample } from "../kit.ts";
import { gone, LATER } from "./kit.ts";

const tokens = aTeam();
const BARRED = "+442079460101";
let [clear, flagged, erased] = ["", "", ""];
const says = { provider: "dialler", store: "r2", region: "GB", flagged: false };

beforeAll(async () => {
  await adopt(env);
  const objects = { token: tokens.agent, body: { number: BARRED, reason: "stop" } };
  expect((await call("POST", "/v1/suppressions", objects)).status).toBe(201);
  const startedAt = new Date().toISOString();
  [clear, flagged, erased] = (await Promise.all(
    [sample(), sample({ number: BARRED, startedAt }), sample()].map((body) =>
      arrive(env, tokens.admin, body),
    ),
  )) as [string, string, string];
  const erase = { token: tokens.compliance, body: { why: "A mistake" } };
  expect((await call("POST", `/v1/recordings/${erased}/erase`, erase)).status).toBe(202);
  await gone(erased);
});

const read = async (path: string) => (await call("GET", path, { token: tokens.compliance })).data;
/** What the trail's pages say of it, wherever its row is. */
async function paged(id: string): Promise<unknown> {
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const path = `/v1/audit?subject=${id}&code=recording.added&before=${before}`;
    const { rows, next }: AuditAnswer = (await read(path)) as AuditAnswer;
    if (rows[0]) return rows[0].payload;
    before = next;
  }
  return undefined;
}
/** On a page of the trail, and in an export. */
async function told(id: string) {
  const lines = String(await read("/v1/audit/export"))
    .trimEnd()
    .split("\n");
  const exported = lines.map((line) => JSON.parse(line) as KeptRow);
  return [
    await paged(id),
    exported.find((row) => row.code === "recording.added" && row.subject === id)!.said,
  ];
}
const both = (said: unknown) => [said, said];
const kept = (id: string) =>
  env.DB.prepare(
    "SELECT p.* FROM audit a JOIN audit_payload p USING (seq) WHERE a.subject = ? AND a.code = 'recording.added'",
  )
    .bind(id)
    .first<{ seq: number; salt: string; payload: string }>();

it("keeps nothing apart but that it says nothing, which an older Worker looks for", async () => {
  for (const id of [clear, flagged, erased])
    expect(await kept(id)).toMatchObject({ salt: "", payload: "null" });
});

it("the trail's page and export tell what its row says; once it is erased, nothing of the call", async () => {
  expect(await told(clear)).toEqual(both(says));
  expect(await told(flagged)).toEqual(both({ ...says, flagged: true }));
  expect(await told(erased)).toEqual(both({ ...says, flagged: null }));
});

it("one of before goes on telling what it said", async () => {
  const id = crypto.randomUUID();
  const payload = { provider: "of before", eraseAfter: "2027-12-01", flagged: false };
  await record(env, {
    actor: "system",
    event: { code: "recording.added", subject: id, payload },
    statements: [],
  });
  expect(await told(id)).toEqual([payload, null]);
});

it("verifying names what somebody alters in the row, or puts in its place", async () => {
  await asOwner(["recordings"], async () => {
    await run("UPDATE recordings SET provider = 'other' WHERE id = ?", clear);
    expect(await told(clear)).toEqual(both({ ...says, provider: "other" }));
    expect((await deepOf(["recordings"])).found).toEqual([namesColumn(`recordings ${clear}`, "provider")]);
    await run("UPDATE recordings SET provider = 'dialler' WHERE id = ?", clear);
  });
  const { seq } = (await kept(clear))!;
  await run("UPDATE audit_payload SET payload = '{}' WHERE seq = ?", seq);
  expect(await verify(env)).toMatchObject({ ok: false, brokenAt: seq });
  await run("UPDATE audit_payload SET payload = 'null' WHERE seq = ?", seq);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("of an event that says nothing, nothing is missing; of any other, its payload", async () => {
  const { seq } = (await kept(clear))!;
  await run("DELETE FROM audit_payload WHERE seq = ?", seq);
  expect(await verify(env)).toMatchObject({ ok: true });
  expect(await told(clear)).toEqual(both(says));
  const other = (await env.DB.prepare(
    "SELECT p.* FROM audit_payload p JOIN audit a USING (seq) WHERE a.code = 'recording.erased'",
  ).first<{ seq: number; at: string; salt: string; payload: string }>())!;
  await run("DELETE FROM audit_payload WHERE seq = ?", other.seq);
  expect(await verify(env)).toMatchObject({ ok: false, brokenAt: other.seq });
  await run("INSERT INTO audit_payload VALUES (?, ?, ?, ?)", ...Object.values(other));
});

it("the same, once the trail's month has left the database", async () => {
  await archiveMonths(env, LATER);
  expect(await env.DB.prepare("SELECT 1 FROM audit WHERE code = 'recording.added'").first()).toBeNull();
  expect(await told(clear)).toEqual(both(says));
  expect(await told(erased)).toEqual(both({ ...says, flagged: null }));
  expect(await verify(env)).toMatchObject({ ok: true });
});
