/** What goes by logged calls of closed months: logs that are read again, proofs, copies, erasures, verifying, and a file that is lost. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProofEvent } from "../../../../shared/proof/api-events.ts";
import { changeCalls } from "../../../../worker/call-logs/rows.ts";
import { record } from "../../../../worker/core/commit.ts";
import { sha256OfBytes } from "../../../../worker/core/hash.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { verifyDeep } from "../../../../worker/trail/deep.ts";
import { aTeam, call, dump } from "../../helpers.ts";
import { confirmAll, done, draft, enter, read as requestOf } from "../../privacy-requests/kit.ts";
import { dial, eventsOf, proofOf } from "../../proof/kit.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { deepOf, namesColumn, run } from "../../trail/kit.ts";
import {
  both,
  close,
  files,
  here,
  imported,
  LATER,
  listed,
  made,
  numberOf,
  read,
  registers,
  row,
} from "./calls-kit.ts";
import { closeDials, inTables, unpackAll } from "./closing.ts";

const tokens = aTeam();
const [AGAIN, NEAR, PROVED, COPIED, ERASED, RECORDED, LOST, KEPT] = [0, 1, 2, 3, 4, 5, 6, 7];
let facts: ProofEvent[];
let lines: string;

const proved = async () => eventsOf((await proofOf(env, tokens.compliance, numberOf(PROVED))).document);
const deep = async () => (await deepOf(["calls", "dials"], LATER)).found;
const text = async () => {
  const all = await Promise.all(
    (await files()).map(async ({ key }) =>
      new Response((await env.ARCHIVE.get(key))!.body.pipeThrough(new DecompressionStream("gzip"))).text(),
    ),
  );
  return all.join("");
};

beforeAll(async () => {
  await registers(tokens);
  // Of more than one step, with no call.
  for (let n = 25; n < 49; n++)
    await dial(tokens.agent, { number: numberOf(n), e164: numberOf(n), seen: null, at: made.at });
  for (const n of [AGAIN, NEAR, PROVED, COPIED, ERASED, LOST, KEPT]) await both(tokens, n);
  await dial(tokens.agent, { number: numberOf(RECORDED), e164: numberOf(RECORDED), seen: null, at: made.at });
  await arrive(
    env,
    tokens.admin,
    sample({ number: numberOf(RECORDED), agent: "agent@example.com", startedAt: made.at }),
  );
  facts = await proved();
  const [{ id }] = (await dump("calls")) as [{ id: string }];
  const statements = await changeCalls(env.DB, [id], () => ({ extension: null }));
  await close();
  // What was planned on one that closed since is refused, and planned again.
  const event = { code: "call.matched", subject: "", payload: null };
  await expect(record(env, { actor: "system", event, statements })).rejects.toThrow("audit_payload");
  expect(await here()).toEqual([]);
  lines = await text();
  expect(lines).toContain("call-0");
});

async function opened(kind: string, n: number): Promise<string> {
  const number = numberOf(n);
  const id = await enter(tokens.compliance, { kind, number, email: `of${number.slice(1)}@example.com` });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true });
  return id;
}

it("verifying finds nothing wrong, from either side, some at a time too", async () => {
  expect(await deep()).toEqual([]);
  let checked = 0;
  for (let after: string | null | undefined; after !== null;) {
    const step = await verifyDeep(
      env,
      { table: "calls", pass: "rows", after },
      { most: 1, objects: 20 },
      LATER,
    );
    expect(step.findings).toEqual([]);
    checked += step.checked;
    after = step.next;
  }
  expect(checked).toBe(8);
});

describe("a log that is read again", () => {
  it("brings no call a second time, by its id or beside a log without ids", async () => {
    expect(await imported(tokens, row(AGAIN))).toEqual(["there"]);
    const { providerId: _, ...other } = row(NEAR, { provider: "dialler" });
    expect(await imported(tokens, other)).toEqual(["there"]);
    // The same id, of another number.
    expect(await imported(tokens, row(AGAIN, { number: "+442079460999" }))).toEqual(["there"]);
    expect(await here()).toEqual([AGAIN, NEAR]);
  });

  it("no statement brings one a second time", async () => {
    const ref = lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown[])
      .find((line) => line[2] === Number(numberOf(KEPT).slice(1)))!
      .at(-1) as string[];
    const insert = () =>
      run(
        `INSERT INTO calls (id, ref, via, provider, number, direction, started_at, verdict, reasons, overridden, by, at)
         VALUES ('11111111-1111-4111-8111-111111111111', ?, 'import', '3cx', 1, 'outbound', '2026-11-01T00:00:00.000Z', 'clear', '[]', 0, 'x', '2026-11-01T00:00:00.000Z')`,
        ref[2]!,
      );
    await inTables(LATER, () => expect(insert()).rejects.toThrow("UNIQUE constraint failed: calls.ref"));
  });
});

it("a number's proof has the same facts, and its history the same last call", async () => {
  expect(await proved()).toEqual(facts);
  const path = `/v1/numbers/${encodeURIComponent(numberOf(KEPT))}/history`;
  expect(await read(tokens.compliance, path)).toMatchObject({ called: { by: expect.any(String) as string } });
});

describe("a request", () => {
  it("of access: its search finds the call, and the copy has it", async () => {
    const id = await opened("access", COPIED);
    const items = await confirmAll(tokens.compliance, id);
    expect(items.map(({ kind }) => kind).sort()).toEqual(["call", "dial"]);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    await done(tokens.compliance, id, "export");
    expect(await draft(tokens.compliance, id, "decision")).not.toContain("archive");
    expect((await requestOf(tokens.compliance, id)).items).toHaveLength(2);
  });

  it("of erasure: the call goes with its dial, from the file the next night, and its log brings it back no more", async () => {
    const id = await opened("erasure", ERASED);
    await confirmAll(tokens.compliance, id);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    expect(await here()).not.toContain(ERASED);
    expect(await listed(tokens.manager, `number=${encodeURIComponent(numberOf(ERASED))}`)).toEqual([]);
    await rewriteFiles(env, 0, LATER);
    expect(await text()).not.toContain(numberOf(ERASED).slice(1));
    expect(await imported(tokens, row(ERASED))).toEqual(["there"]);
    expect(await here()).not.toContain(ERASED);
    expect(await deep()).toEqual([]);
  });

  it("of erasure of a recording: its call goes with it, though it had closed", async () => {
    const id = await opened("erasure", RECORDED);
    const items = await confirmAll(tokens.compliance, id);
    expect(items.map(({ kind }) => kind).sort()).toEqual(["dial", "recording"]);
    expect(await here()).toContain(RECORDED);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    expect(await here()).not.toContain(RECORDED);
    await rewriteFiles(env, 0, LATER);
    expect(await text()).not.toContain(numberOf(RECORDED).slice(1));
    expect(await deep()).toEqual([]);
  });
});

describe("verifying names", () => {
  it("what somebody altered of a call, in its file and in what the database has of that", async () => {
    const [file] = (await dump("closed_files")) as [{ key: string; first: number; last: number }];
    const before = await (await env.ARCHIVE.get(file.key))!.arrayBuffer();
    const { members } = (await env.DB.prepare("SELECT members FROM closed_files").first<{
      members: string;
    }>())!;
    const altered = (await text()).replace('"call-6"', '"call-9"');
    const bytes = await new Response(
      new Response(altered).body!.pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer();
    await env.ARCHIVE.put(file.key, bytes);
    const member = [file.first, file.last, 0, bytes.byteLength, await sha256OfBytes(bytes)];
    await run("UPDATE closed_files SET members = ?", JSON.stringify([member]));
    const found = (await deepOf(["calls", "dials"], LATER)).found;
    expect(found).toEqual([namesColumn("calls [0-9a-f-]+", "provider_id")]);
    await env.ARCHIVE.put(file.key, before);
    await run("UPDATE closed_files SET members = ?", members);
    expect(await deep()).toEqual([]);
  });

  it("a call that no log finds", () =>
    inTables(LATER, async () => {
      const rows = (await dump("closed_logged")) as { name: string; num: number }[];
      const { num } = rows[0]!;
      const names = await env.DB.prepare("SELECT CAST(name AS TEXT) AS name FROM closed_logged WHERE num = ?")
        .bind(num)
        .all<{ name: string }>();
      await run("DELETE FROM closed_logged WHERE num = ?", num);
      const found = (await deepOf(["calls"], LATER)).found;
      expect(JSON.stringify(found)).toContain("closed_logged");
      for (const { name } of names.results)
        await run("INSERT INTO closed_logged (name, num) VALUES (CAST(? AS INTEGER), ?)", name, num);
      expect((await deepOf(["calls"], LATER)).found).toEqual([]);
    }));

  it("a lost file, and what needs it says so; others go on, and no log brings its calls a second time", async () => {
    const [{ key }] = (await files()) as [{ key: string }];
    const file = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    for (const pass of ["rows", "events"] as const) {
      const { findings } = await verifyDeep(env, { table: "calls", pass }, { most: 100, objects: 20 }, LATER);
      expect(findings).toEqual([{ table: "calls", key, seq: null, what: "unreadable", columns: [] }]);
    }
    const query = `/v1/calls?number=${encodeURIComponent(numberOf(LOST))}`;
    expect(await call("GET", query, { token: tokens.manager })).toMatchObject({
      status: 500,
      data: { code: "archive-broken" },
    });
    expect(await listed(tokens.manager, `number=${encodeURIComponent(numberOf(AGAIN))}`)).toHaveLength(1);
    expect(await imported(tokens, row(LOST))).toEqual(["there"]);
    expect(await here()).not.toContain(LOST);
    await env.ARCHIVE.put(key, file);
    expect(await listed(tokens.manager, `number=${encodeURIComponent(numberOf(LOST))}`)).toHaveLength(1);
  });
});

it("an erasure that goes on without a lost file leaves nothing of the call once it is found", async () => {
  await unpackAll();
  await reopen(env, "system", Date.now());
  await env.DB.exec("DELETE FROM marks WHERE name LIKE 'dials-%'");
  await closeDials(env, LATER);
  expect(await here()).not.toContain(KEPT);
  const [{ key }] = (await files()) as [{ key: string }];
  const file = await (await env.ARCHIVE.get(key))!.arrayBuffer();
  await env.ARCHIVE.delete(key);
  const number = numberOf(KEPT);
  const id = await enter(tokens.compliance, { kind: "erasure", number, email: "kept@example.com" });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  await done(tokens.compliance, id, "match", { everything: true, unread: true });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  await env.ARCHIVE.put(key, file);
  expect(await imported(tokens, row(KEPT))).toEqual(["there"]);
  await rewriteFiles(env, 0, LATER);
  expect(await text()).not.toContain(number.slice(1));
  expect(await imported(tokens, row(KEPT))).toEqual(["there"]);
  expect(await here()).not.toContain(KEPT);
});
