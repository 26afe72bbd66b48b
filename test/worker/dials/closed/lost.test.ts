/** Files of closed dials that a store lost or altered: nothing goes for them before its time, and nothing waits for them for ever. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { HistoryAnswer } from "../../../../shared/check/api-history.ts";
import { evidenceOf } from "../../../../worker/call-logs/evidence.ts";
import type { Change } from "../../../../worker/core/change.ts";
import { ledgerOf } from "../../../../worker/core/commit.ts";
import { unlist } from "../../../../worker/dials/closed/unlist.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import { closedByKey } from "../../../../worker/dials/closed/words.ts";
import { keyOf } from "../../../../worker/dials/rows.ts";
import type { Env } from "../../../../worker/env.ts";
import { call, DAY, dump, under } from "../../helpers.ts";
import { august, byDay, compliance, day, erase, FIRST, keyed, LATER, named, objects, SLICE } from "./kit.ts";
import { closeDials, listedNumbers, packs } from "./closing.ts";

august();

const indexed = async () => (await listedNumbers()).map(({ number }) => number - FIRST);
/** The changes that come to the Ledger. */
function watched(): { own: Env; changes: Change[] } {
  const changes: Change[] = [];
  const get = () => ({
    commit: (change: Change) => {
      changes.push(change);
      return ledgerOf(env).commit(change);
    },
  });
  return { own: { ...env, LEDGER: { idFromName: () => "x", get } } as unknown as Env, changes };
}
const KEY = "sent-before-it-closed";
const MANY = 1502;
/** A file of two members: the first has its 1,500 lines still, the second was altered. */
async function twoMembers(): Promise<void> {
  await env.DB.exec("DELETE FROM dials");
  await env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?3 - 1)
     INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons,
       state, salt_high, salt_low, code, written, layer, medium, key)
     SELECT ?1 + i, p.num, ?2 + i, 0, 0, 0, 0, 0, 1, 2, 1, 1, 3, 7, 8, 9, '', 0, 0, IIF(i = 7, CAST(?4 AS INTEGER), NULL)
     FROM n, people p WHERE p.role = 'agent'`,
  )
    .bind(day(0) * 64, FIRST, MANY, keyOf(KEY))
    .run();
  await closeDials(env, LATER);
  const [key] = await named();
  const bytes = new Uint8Array(await (await env.ARCHIVE.get(key!))!.arrayBuffer());
  bytes[bytes.length - 9]! ^= 1;
  await env.ARCHIVE.put(key!, bytes);
}
/** Of which the store erases nothing. */
const locked = {
  ...env,
  ARCHIVE: {
    put: (...args: Parameters<R2Bucket["put"]>) => env.ARCHIVE.put(...args),
    get: (...args: Parameters<R2Bucket["get"]>) => env.ARCHIVE.get(...args),
    head: (key: string) => env.ARCHIVE.head(key),
    delete: () => Promise.reject(new Error("locked")),
  } as unknown as R2Bucket,
};
const payloads = (changes: readonly Change[]) => changes.map(({ event }) => event.payload);

it("a file whose time is over goes though it is lost, with its index and its counts, and others stay", async () => {
  await closeDials(env, LATER, SLICE);
  const [first] = await named();
  await env.ARCHIVE.delete(first!);
  // One of its dials has its time yet.
  await expect(rewriteFiles(env, day(1) * 64, LATER)).rejects.toThrow(first);
  await rewriteFiles(env, day(2) * 64, LATER);
  expect(await named()).toHaveLength(2);
  const left = [2, 3, 4, 5];
  expect(await indexed()).toEqual(left);
  expect((await dump("closed_calls")) as { n: number }[]).toHaveLength(4);
  expect([await byDay(), await dump("closed_left")]).toEqual([left, []]);
});

it("its index goes outside the Ledger's batch, which walks through no table that grows", async () => {
  await closeDials(env, LATER, SLICE);
  await recall(env, [`+${FIRST}`]);
  await env.ARCHIVE.delete((await named())[0]!);
  const { own, changes } = watched();
  await rewriteFiles(own, day(2) * 64, LATER);
  // One of two was in the database again.
  expect(payloads(changes)).toEqual([{ gone: 1, kept: 0 }]);
  for (const { sql: text, params } of changes.flatMap(({ statements }) => statements)) {
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...params)
      .all<{ detail: string }>();
    expect(
      plan.results.filter(({ detail }) => /SCAN (c|closed_numbers|dials|d)\b/.test(detail)),
      text,
    ).toEqual([]);
  }
  expect(await indexed()).toEqual([2, 3, 4, 5]);
  expect(await dump("marks")).not.toContainEqual(expect.objectContaining({ name: "dials-unlisted" }));
});

it("a kill before its index is gone leaves that to the next run, which takes no row of a file that is there", async () => {
  await closeDials(env, LATER, SLICE);
  await env.ARCHIVE.delete((await named())[0]!);
  const prepare = (text: string) => {
    if (text.includes("FROM closed_numbers i WHERE")) throw new Error("killed");
    return env.DB.prepare(text);
  };
  const batch: D1Database["batch"] = (statements) => env.DB.batch(statements);
  await expect(
    rewriteFiles({ ...env, DB: { prepare, batch } as unknown as D1Database }, day(2) * 64, LATER),
  ).rejects.toThrow("killed");
  // What is packed counts no more without its file.
  const packed = [2, 3, 4, 5];
  expect([(await named()).length, await indexed()]).toEqual([2, packs.isOn ? packed : [0, 1, ...packed]]);
  // Slice after slice, with a stop between.
  let slices = 0;
  await unlist(env, () => slices++ < 1, 1);
  expect(await indexed()).toEqual(packs.isOn ? packed : [1, ...packed]);
  await unlist(env, () => true, 2);
  expect(await indexed()).toEqual([2, 3, 4, 5]);
  expect(await dump("marks")).not.toContainEqual(expect.objectContaining({ name: "dials-unlisted" }));
  expect(await byDay()).toEqual([2, 3, 4, 5]);
});

it("a file that only cannot be read right now is not dropped, though its time is over", async () => {
  await closeDials(env, LATER, SLICE);
  const before = [await named(), await indexed(), await objects()];
  const without = (ARCHIVE: object) => ({ ...env, ARCHIVE: ARCHIVE as R2Bucket });
  const head = (key: string) => env.ARCHIVE.head(key);
  const fails = () => Promise.reject(new Error("503"));
  const remove = (key: string) => env.ARCHIVE.delete(key);
  let isSilent = true;
  for (const ARCHIVE of [
    { get: fails, head, delete: remove },
    { get: () => Promise.resolve(null), head, delete: remove },
    { get: fails, head: fails, delete: remove },
    // It answers again by when it is asked for the whole.
    {
      get: (key: string, options?: R2GetOptions) => {
        const wasSilent = isSilent;
        isSilent = !isSilent;
        return wasSilent ? fails() : env.ARCHIVE.get(key, options);
      },
      head,
      delete: remove,
    },
  ])
    await expect(rewriteFiles(without(ARCHIVE), day(2) * 64, LATER)).rejects.toThrow("dials/");
  expect([await named(), await indexed(), await objects()]).toEqual(before);
});

it("of a file that was altered, what can be read goes from the index by key, and is counted no more", async () => {
  await twoMembers();
  const { own, changes } = watched();
  await rewriteFiles(own, day(2) * 64, LATER);
  expect(payloads(changes)).toEqual([{ gone: MANY, kept: 0 }]);
  const unnumbered = changes[0]!.statements.find(({ sql: text }) =>
    text.includes("DELETE FROM closed_numbers"),
  )!;
  expect(JSON.parse(String(unnumbered.params[0]))).toHaveLength(1500);
  expect([await named(), await indexed(), await dump("closed_calls"), await objects()]).toEqual([
    [],
    [],
    [],
    [],
  ]);
});

it("an object that the store does not erase keeps no other file from being written without what was erased", async () => {
  await closeDials(env, LATER, SLICE);
  for (const n of [0, 2]) {
    await recall(env, [`+${FIRST + n}`]);
    await erase(n);
    await expect(rewriteFiles(locked, 0, LATER)).rejects.toThrow("could not be erased");
    expect(await dump("closed_out")).toEqual([]);
  }
  expect(await objects()).toHaveLength(5);
  await rewriteFiles(env, 0, LATER);
  expect(await objects()).toEqual(await named());
  expect(await byDay()).toEqual([1, 3, 4, 5]);
});

it("keeps no browser from sending a dial again: one of another file is found, one of a lost file is taken as new", async () => {
  await keyed(KEY);
  await closeDials(env, LATER, SLICE);
  const { id } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<{
    id: string;
  }>())!;
  const sent = (own: Pick<Env, "DB" | "ARCHIVE"> = env) => closedByKey(own, id, KEY, day(1));
  expect(await sent()).toMatchObject({ number: `+${FIRST}` });
  const ARCHIVE = {
    get: () => Promise.resolve(null),
    head: (key: string) => env.ARCHIVE.head(key),
  } as unknown as R2Bucket;
  await expect(sent({ ...env, ARCHIVE })).rejects.toMatchObject({ code: "archive-broken" });
  const [first, second] = ((await dump("closed_files")) as { key: string }[]).map(({ key }) => key);
  await env.ARCHIVE.delete(second!);
  expect(await sent()).toMatchObject({ number: `+${FIRST}` });
  await env.ARCHIVE.delete(first!);
  expect(await sent()).toBeNull();
});

it("of a file that was altered, a dial in a part that can be read is found for the browser that sends it once more", async () => {
  await twoMembers();
  const { id } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<{
    id: string;
  }>())!;
  expect(await closedByKey(env, id, KEY, day(0))).toMatchObject({ number: `+${FIRST + 7}` });
  await env.DB.prepare("INSERT INTO closed_out (num) VALUES (?)")
    .bind(day(0) * 64 + 7)
    .run();
  expect(await closedByKey(env, id, KEY, day(0))).toBeNull();
});

it("who an agent is, said beside a lost file, takes no evidence from their calls", async () => {
  const number = `+${FIRST}`;
  const startedAt = new Date(day(0) + DAY / 24).toISOString();
  const rows = [{ provider: "3cx", providerId: "1", number, agent: "ext 7", startedAt, seconds: 9 }];
  const imported = await call("POST", "/v1/calls/import", {
    token: compliance,
    body: { rows, dryRun: false },
  });
  expect(imported.data).toMatchObject({ results: [{ status: "added" }] });
  const stored = async () =>
    env.DB.prepare("SELECT screened, dial, person FROM calls WHERE number = ?").bind(FIRST).first();
  expect(await stored()).toEqual({ screened: "dial", dial: null, person: null });
  await closeDials(env, LATER, SLICE);
  for (const key of await objects()) await env.ARCHIVE.delete(key);
  const { id: person } = (await env.DB.prepare("SELECT id FROM people WHERE role = 'agent'").first<{
    id: string;
  }>())!;
  const said = await call("PUT", "/v1/calls/agents", { token: compliance, body: { agent: "ext 7", person } });
  expect([said.status, await stored()]).toEqual([200, { screened: "dial", dial: null, person }]);
});

it("a dial that was surely there screened a call also where its file is lost, which is logged", async () => {
  await closeDials(env, LATER, SLICE);
  const [key] = await named();
  await env.ARCHIVE.delete(key!);
  const said = vi.spyOn(console, "error").mockReturnValue();
  const screened = async (own: Partial<{ startedAt: string; number: string }>) => {
    const made = { number: `+${FIRST}`, startedAt: "", person: null, verdict: null, dial: null, ...own };
    return (await evidenceOf(env, [made], 28))[0]!.screened;
  };
  const on = (n: number) => screened({ startedAt: new Date(day(0) + n * DAY).toISOString() });
  expect(await on(3)).toBe("dial");
  expect(said.mock.calls).toEqual([[key, expect.anything()]]);
  said.mockRestore();
  // A device's clock may be off by a day: this call may have been before it, and of that one it may be too old.
  expect([await on(0), await on(26), await on(27.5), await on(40)]).toEqual([null, "dial", null, null]);
  expect(await screened({ startedAt: new Date(day(3)).toISOString(), number: "+442079460999" })).toBeNull();
});

it("a number's history has a dial's time also where the store does not answer", async () => {
  await closeDials(env, LATER, SLICE);
  const at = new Date(day(1)).toISOString();
  const fails = () => Promise.reject(new Error("503"));
  const head = (key: string) => env.ARCHIVE.head(key);
  // The second breaks off within its answer.
  const breaks = () => Promise.resolve({ arrayBuffer: fails });
  for (const store of [
    { get: fails, head: fails },
    { get: breaks, head },
  ]) {
    const own = { ...env, ARCHIVE: store as unknown as R2Bucket };
    const { status, data } = await under(own, "GET", `/v1/numbers/+${FIRST + 1}/history`, {
      token: compliance,
    });
    expect([status, (data as HistoryAnswer).called]).toEqual([200, { at, by: null }]);
  }
  const { data } = await call("GET", `/v1/numbers/+${FIRST + 1}/history`, { token: compliance });
  const { called } = data as HistoryAnswer;
  expect(called?.at).toBe(at);
  expect(called?.by).not.toBeNull();
});

it("a night that can neither write a file nor erase an object says both", async () => {
  await closeDials(env, LATER, SLICE);
  const [first, second] = await named();
  await recall(env, [`+${FIRST + 2}`]);
  await erase(2);
  await expect(rewriteFiles(locked, 0, LATER)).rejects.toThrow(`could not be erased: ${second}`);
  await env.ARCHIVE.delete(first!);
  const error = await rewriteFiles(locked, day(1) * 64, LATER).catch(String);
  expect(error).toContain(`could not be written again: ${first}`);
  expect(error).toContain(`could not be erased: ${second}`);
});
