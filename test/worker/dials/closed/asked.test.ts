/** What is asked of closed dials whose file is lost. Privacy requests are decided, and their letter says what is missing. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, expect, it } from "vitest";
import type { RequestAnswer } from "../../../../shared/privacy-requests/api.ts";
import type { Row } from "../../../../worker/privacy-requests/rows.ts";
import { e164Of } from "../../../../shared/registers/blocks.ts";
import { theirNumbers } from "../../../../worker/privacy-requests/numbers.ts";
import { numbersOf } from "../../../../worker/privacy-requests/export/data.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { daysLater } from "../../../../shared/core/calendar.ts";
import { aTeam, call, DAY, dump, push, today } from "../../helpers.ts";
import { act, confirmAll, done, draft, enter, read } from "../../privacy-requests/kit.ts";
import { dial, OTHER } from "../../proof/kit.ts";
import { deep } from "../../trail/kit.ts";
import { closeDials, listedNumbers } from "./closing.ts";

const tokens = aTeam();
const LATER = Date.now() + 100 * DAY;
const [FORGOTTEN, COPIED, FOUND, NEIGHBOUR, WHOLE, SECOND, SHARED] = Array.from(
  { length: 7 },
  (_, n) => `+442079460${950 + n}`,
) as [string, string, string, string, string, string, string];
const LACKS = "The copy lacks 1 record of a call, as the file of our archive that has it is lost or damaged.";

let key: string;
let bytes: ArrayBuffer;
beforeAll(async () => {
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [OTHER]);
  for (const number of [FORGOTTEN, COPIED, FOUND, WHOLE, SECOND, SHARED])
    await dial(tokens.agent, { number, e164: number, seen: null });
  // In between, of a number that is asked about: it stays in the database.
  await dial(tokens.agent, {
    number: NEIGHBOUR,
    e164: NEIGHBOUR,
    action: "held",
    verdict: "blocked",
    reasons: [{ code: "tps" }],
    seen: null,
  });
  for (const number of [FOUND, WHOLE]) await dial(tokens.agent, { number, e164: number, seen: null });
  await archiveMonths(env, LATER);
  await closeDials(env, LATER);
  expect([(await dump("dials")).length, (await listedNumbers()).length]).toEqual([1, 8]);
  [key] = ((await dump("closed_files")) as { key: string }[]).map((file) => file.key) as [string];
  bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
});
beforeEach(() => env.ARCHIVE.delete(key));

async function opened(kind: string, number: string): Promise<string> {
  const id = await enter(tokens.compliance, { kind, number, email: `of${number.slice(1)}@example.com` });
  await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
  return id;
}
const match = (id: string, own: object = {}) =>
  act(tokens.compliance, id, "match", { everything: true, ...own });
const dialsOf = ({ items }: RequestAnswer) => items.filter(({ kind }) => kind === "dial");
const numbersThere = async () => (await listedNumbers()).map(({ number }) => `+${number}`);
const send = (id: string, text: string) =>
  act(tokens.compliance, id, "letters", { kind: "decision", text, how: "post" });

it("one whose dial went is decided, though a file is lost in which a dial of that time may be", async () => {
  const id = await opened("erasure", NEIGHBOUR);
  expect((await match(id)).status).toBe(200);
  await confirmAll(tokens.compliance, id);
  // Its time is over before it is decided.
  await env.DB.exec("DELETE FROM dials");
  expect((await act(tokens.compliance, id, "decide", { decision: "comply" })).status).toBe(200);
  expect(await draft(tokens.compliance, id, "decision")).not.toContain("archive");
});

it("a copy: its search says what is lost, goes on where a person says so, and the letter names the loss", async () => {
  const id = await opened("access", COPIED);
  expect(await match(id)).toMatchObject({ status: 500, code: "archive-broken" });
  expect(await match(id, { unread: false })).toMatchObject({ code: "archive-broken" });
  // One that only cannot be read right now is not lost: nobody may go on without it.
  await env.ARCHIVE.put(key, bytes);
  const ARCHIVE = {
    get: (its: string) => (its === key ? Promise.resolve(null) : env.ARCHIVE.get(its)),
    head: (its: string) => env.ARCHIVE.head(its),
    list: (options?: R2ListOptions) => env.ARCHIVE.list(options),
  };
  const silent = { ...env, ARCHIVE: ARCHIVE as unknown as R2Bucket };
  const asked = { everything: true, unread: true };
  expect(await act(tokens.compliance, id, "match", asked, silent)).toMatchObject({ code: "archive-broken" });
  await env.ARCHIVE.delete(key);
  expect((await match(id, { unread: true })).status).toBe(200);
  await confirmAll(tokens.compliance, id);
  expect(dialsOf(await read(tokens.compliance, id))).toHaveLength(1);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  await done(tokens.compliance, id, "export");
  const text = await draft(tokens.compliance, id, "decision");
  expect(text).toContain(LACKS);
  expect(await send(id, text.replace(LACKS, ""))).toMatchObject({ code: "letter-lacks" });
  // The file is found: decided again, nothing is missing.
  await env.ARCHIVE.put(key, bytes);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  expect(await draft(tokens.compliance, id, "decision")).not.toContain("archive");
  expect(await numbersThere()).not.toContain(COPIED);
});

/** Of a request: the numbers of which a copy tells, and those that an erasure bars. */
async function numbersFor(id: string) {
  const row = { ...(await env.DB.prepare("SELECT * FROM requests WHERE id = ?").bind(id).first<Row>())! };
  return { copied: await numbersOf(env.DB, row), erased: (await theirNumbers(env.DB, row)).map(e164Of) };
}

it("a further number whose only dial is lost is the requester's where an officer says so, and nobody's else", async () => {
  const id = await opened("access", FORGOTTEN);
  const both = [FORGOTTEN, SHARED];
  await done(tokens.compliance, id, "match", { everything: true, unread: true, numbers: [SHARED] });
  const { items } = await read(tokens.compliance, id);
  expect(items).toHaveLength(2);
  const judge = async (verdict: string) => {
    const { num } = (await listedNumbers()).find(({ number }) => `+${number}` === SHARED)!;
    const reason = "her mother's line";
    await done(tokens.compliance, id, "items", { items: [{ id: `dial.${num}`, verdict }], reason });
  };
  await judge("rejected");
  expect(await numbersFor(id)).toEqual({ copied: [FORGOTTEN], erased: [FORGOTTEN] });
  await judge("confirmed");
  const { copied, erased } = await numbersFor(id);
  expect([copied.sort(), erased.sort()]).toEqual([both, both]);
});

it("an erasure bars a further number whose only dial is lost", async () => {
  const id = await opened("erasure", COPIED);
  await done(tokens.compliance, id, "match", { everything: true, unread: true, numbers: [SECOND] });
  await confirmAll(tokens.compliance, id);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  const barred = ((await dump("suppressions")) as { number: number }[]).map(({ number }) => `+${number}`);
  expect(barred).toEqual(expect.arrayContaining([COPIED, SECOND]));
  expect(await numbersThere()).not.toContain(SECOND);
});

it("a number's history, and a log that comes late, go on beside a lost file", async () => {
  const path = `/v1/numbers/${encodeURIComponent(FORGOTTEN)}/history`;
  const history = await call("GET", path, { token: tokens.compliance });
  const { at } = (await listedNumbers())
    .filter(({ number }) => `+${number}` === FORGOTTEN)
    .map(({ num }) => ({ at: new Date(Math.floor(num / 64)).toISOString() }))[0]!;
  expect(history).toMatchObject({ status: 200, data: { called: { at, by: null } } });
  const row = { provider: "3cx", providerId: "late", number: FORGOTTEN, agent: "agent@example.com" };
  const logged = await call("POST", "/v1/calls/import", {
    token: tokens.compliance,
    body: { rows: [{ ...row, startedAt: at, seconds: 9 }], dryRun: false },
  });
  expect(logged).toMatchObject({ status: 200, data: { results: [{ status: "added" }] } });
});

it("a refusal names no loss", async () => {
  const id = await opened("access", FORGOTTEN);
  await done(tokens.compliance, id, "match", { everything: true, unread: true });
  await confirmAll(tokens.compliance, id);
  const reasons = "asked for the fourth time this month";
  await done(tokens.compliance, id, "decide", { decision: "deny", ground: "unfounded", reasons });
  expect(await draft(tokens.compliance, id, "decision")).not.toContain("archive");
});

it("one that is found meanwhile is as others are", async () => {
  const id = await opened("access", FOUND);
  await done(tokens.compliance, id, "match", { everything: true, unread: true });
  await confirmAll(tokens.compliance, id);
  await env.ARCHIVE.put(key, bytes);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  expect(await draft(tokens.compliance, id, "decision")).not.toContain("archive");
  expect(((await dump("dials")) as { number: number }[]).map(({ number }) => `+${number}`)).toContain(FOUND);
});

it("an erasure: nothing finds them any more, nor once the file is found; each is accounted for", async () => {
  const id = await opened("erasure", WHOLE);
  await done(tokens.compliance, id, "match", { everything: true, unread: true });
  const items = await confirmAll(tokens.compliance, id);
  const refs = items.filter(({ kind }) => kind === "dial").map(({ id: item }) => item);
  expect(refs).toHaveLength(2);
  const denied = { ground: "protection", reasons: "the call is in dispute" };
  const keepUntil = daysLater(today(), 30);
  const kept = { decision: "partial", deny: [{ id: refs[0]!, ...denied, keepUntil }] };
  expect(await act(tokens.compliance, id, "decide", kept)).toMatchObject({ status: 422, code: "invalid" });
  await done(tokens.compliance, id, "decide", {
    decision: "partial",
    deny: [{ id: refs[0]!, ...denied }],
  });
  expect((await numbersThere()).filter((number) => number === WHOLE)).toHaveLength(1);
  await done(tokens.compliance, id, "decide", { decision: "comply" });
  expect(await numbersThere()).not.toContain(WHOLE);
  expect(await draft(tokens.compliance, id, "decision")).toContain(
    "2 records of calls are in a file of our archive that is lost or damaged.",
  );
  const unreadable = { table: "dials", key, seq: null, what: "unreadable", columns: [] };
  for (const finding of (await deep("dials", LATER)).findings) expect(finding).toEqual(unreadable);
  await env.ARCHIVE.put(key, bytes);
  const found = async () =>
    ((await call("GET", "/v1/dials?limit=500", { token: tokens.compliance })).data as { dials: object[] })
      .dials;
  expect(await found()).not.toContainEqual(expect.objectContaining({ number: WHOLE }));
  await rewriteFiles(env, 0, LATER);
  expect(await found()).not.toContainEqual(expect.objectContaining({ number: WHOLE }));
  const written = ((await dump("closed_files")) as { key: string }[])[0]!;
  const text = await new Response(
    (await env.ARCHIVE.get(written.key))!.body.pipeThrough(new DecompressionStream("gzip")),
  ).text();
  expect(text).not.toContain(WHOLE.slice(1));
  // The row of the first test went without a word of the trail.
  expect((await deep("dials", LATER)).findings).toEqual([]);
});
