/** An erasure without words says nothing on the trail that its certificate says: its readers are told by that, wherever it lies. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { AuditAnswer } from "../../../../shared/trail/api.ts";
import { commitmentOf, type KeptRow } from "../../../../shared/trail/chain.ts";
import { saltsOf } from "../../../../shared/trail/leaves.ts";
import { record } from "../../../../worker/core/commit.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { moveCertificates } from "../../../../worker/recordings/certificates/written.ts";
import { claim } from "../../../../worker/recordings/erasure.ts";
import { registeredColumns } from "../../../../worker/recordings/rows.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { asOwner, aTeam, call, dump } from "../../helpers.ts";
import { deepOf, namesColumn, run } from "../../trail/kit.ts";
import { arrive } from "../kit.ts";
import { erased, gone, here, LATER, long, objects } from "./kit.ts";

const tokens = aTeam();
let [due, byHand, before] = ["", "", ""];
/** The register's entry, as it was. */
let entry: string;
let says: object;

beforeAll(async () => {
  await adopt(env);
  due = await arrive(env, tokens.admin, long());
  entry = JSON.stringify(await registered(due));
  await gone(due);
  const { commitment } = (await certificate(due))!;
  const { salt } = (await kept(due))!;
  says = { rule: "retention", months: 12, why: "", commitment, was: "there", salt };
  byHand = await erased(tokens.admin, long(), tokens.compliance);
  // As an earlier release told it.
  before = crypto.randomUUID();
  await record(env, {
    actor: "system",
    event: { code: "recording.erased", subject: before, payload: { run: "of before", was: "there" } },
    statements: [],
  });
});

const registered = (id: string) =>
  env.DB.prepare(`SELECT ${registeredColumns} FROM recordings r WHERE r.id = ?`)
    .bind(id)
    .first<{ object: string }>();
const certificate = (id: string) =>
  env.DB.prepare('SELECT "commitment" FROM certificates WHERE recording = ?')
    .bind(id)
    .first<{ commitment: string }>();
const kept = (id: string) =>
  env.DB.prepare(
    "SELECT p.* FROM audit a JOIN audit_payload p USING (seq) WHERE a.subject = ? AND a.code = 'recording.erased'",
  )
    .bind(id)
    .first<{ seq: number; at: string; salt: string; payload: string }>();
const read = async (path: string) => (await call("GET", path, { token: tokens.compliance })).data;
/** What the trail's pages say of it, wherever its row is. */
async function paged(id: string): Promise<unknown> {
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const path = `/v1/audit?subject=${id}&code=recording.erased&before=${before}`;
    const { rows, next }: AuditAnswer = (await read(path)) as AuditAnswer;
    if (rows[0]) return rows[0].payload;
    before = next;
  }
  return undefined;
}
async function exported(id: string): Promise<KeptRow> {
  const lines = String(await read("/v1/audit/export"))
    .trimEnd()
    .split("\n");
  return lines
    .map((line) => JSON.parse(line) as KeptRow)
    .find((row) => row.code === "recording.erased" && row.subject === id)!;
}
/** On a page of the trail, and in an export. */
const told = async (id: string) => [await paged(id), (await exported(id)).said];
const both = (said: unknown) => [said, said];

it("keeps nothing apart but the salt, by which an earlier copy of the row proves that it was this one", async () => {
  const { salt, payload } = (await kept(due))!;
  expect(payload).toBe("null");
  expect(salt).toMatch(/^[0-9a-f]{32}$/);
  expect(await certificate(due)).toEqual({ commitment: commitmentOf(salt, entry) });
  expect(await exported(due)).toMatchObject({ salt, payload: null, commitment: commitmentOf(salt, "null") });
});

it("the run that claimed it says of how many alone: which they were, their own events tell", async () => {
  const { results } = await env.DB.prepare(
    "SELECT p.payload FROM audit a JOIN audit_payload p USING (seq) WHERE a.code = 'recording.erasing'",
  ).all<{ payload: string }>();
  expect(results.length).toBeGreaterThanOrEqual(2);
  for (const { payload } of results) expect(JSON.parse(payload)).toMatchObject({ recordings: 1 });
});

it("but which of them a run before had claimed: their certificates cannot tell whether audio was there", async () => {
  const id = await arrive(env, tokens.admin, long());
  const now = Date.now();
  expect(await claim(env, new Date(now).toISOString().slice(0, 10), now, [id])).toHaveLength(1);
  // The Worker dies once the store has erased it, and its lease ends.
  const { object } = (await registered(id))!;
  await env.RECORDINGS!.delete(object);
  await run("UPDATE recordings SET due = '2026-01-01' WHERE id = ?", id);
  await gone(id);
  const certified = env.DB.prepare("SELECT was FROM certificates WHERE recording = ?").bind(id);
  expect(await certified.all()).toMatchObject({ results: [{ was: null }] });
  const said = await env.DB.prepare(
    "SELECT p.payload FROM audit a JOIN audit_payload p USING (seq) WHERE a.code = 'recording.erasing' ORDER BY a.seq DESC LIMIT 1",
  ).first<string>("payload");
  expect(JSON.parse(said!)).toEqual({ recordings: 1, again: [id] });
});

it("the trail's page and export tell what the certificate says", async () => {
  expect(await told(due)).toEqual(both(says));
});

it("one with an officer's words tells them itself, where a request that quotes them finds them", async () => {
  expect(JSON.parse((await kept(byHand))!.payload)).toMatchObject({ rule: "hand", why: "She rang us" });
  expect(await told(byHand)).toEqual([expect.objectContaining({ why: "She rang us" }), null]);
});

it("whose salt follows from no key: once a request has these words erased, nobody tries numbers against its certificate", async () => {
  const { salt } = JSON.parse((await kept(byHand))!.payload) as { salt: string };
  const keys = (await dump("erasure_salts")) as { key: string }[];
  expect(keys.map(({ key }) => saltsOf(key)(due))).toContain((await kept(due))!.salt);
  expect(keys.map(({ key }) => saltsOf(key)(byHand))).not.toContain(salt);
});

it("one of before goes on telling what it said", async () => {
  expect(await told(before)).toEqual([{ run: "of before", was: "there" }, null]);
});

it("verifying names what somebody alters in the certificate, or takes away or puts in place of the salt", async () => {
  await asOwner(["recordings"], async () => {
    await run("UPDATE recordings SET months = 13 WHERE id = ?", due);
    expect(await told(due)).toEqual(both({ ...says, months: 13 }));
    expect((await deepOf(["certificates"])).found).toEqual([namesColumn(`certificates ${due}`, "months")]);
    await run("UPDATE recordings SET months = 12 WHERE id = ?", due);
  });
  const own = (await kept(due))!;
  await run("UPDATE audit_payload SET salt = 'another' WHERE seq = ?", own.seq);
  expect(await verify(env)).toMatchObject({ ok: false, brokenAt: own.seq });
  await run("DELETE FROM audit_payload WHERE seq = ?", own.seq);
  expect(await verify(env)).toMatchObject({ ok: false, brokenAt: own.seq });
  await run("INSERT INTO audit_payload VALUES (?, ?, ?, ?)", ...Object.values(own));
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("the same, once the trail's month has left the database, and that of the certificate", async () => {
  await archiveMonths(env, LATER);
  expect(await told(due)).toEqual(both(says));
  await moveCertificates(env);
  await closeCertificates(env, LATER);
  expect(await here()).toEqual([byHand]);
  expect(await told(due)).toEqual(both(says));
  expect(await told(byHand)).toEqual([expect.objectContaining({ why: "She rang us" }), null]);
  expect(await verify(env)).toMatchObject({ ok: true });
});

it("of a file that is lost it tells nothing, and the rest is told", async () => {
  const [key] = await objects();
  const file = await (await env.ARCHIVE.get(key!))!.arrayBuffer();
  await env.ARCHIVE.delete(key!);
  expect(await told(due)).toEqual(both(null));
  expect(await told(before)).toEqual([{ run: "of before", was: "there" }, null]);
  await env.ARCHIVE.put(key!, file);
  expect(await told(due)).toEqual(both(says));
});

it("without its salt, whose time is over, and the key that it follows from, it tells nothing", async () => {
  const seq = Number((await exported(due)).seq);
  await run("DELETE FROM audit_payload WHERE seq = ?", seq);
  expect(await told(due)).toEqual(both(says));
  await run("DELETE FROM erasure_salts");
  expect(await told(due)).toEqual(both(null));
});
