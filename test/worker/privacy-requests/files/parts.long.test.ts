/** A copy of more recordings than one file can have: made part by part, come as one, and told as what it is. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { RequestAnswer } from "../../../../shared/privacy-requests/api.ts";
import type { CopyPart } from "../../../../shared/privacy-requests/api-copy.ts";
import { HOUR, MINUTE } from "../../../../shared/core/time.ts";
import { eraseFiles } from "../../../../worker/privacy-requests/files/erasure.ts";
import { makeParts, sendParts } from "../../../../worker/privacy-requests/files/parts/making.ts";
import type { Env } from "../../../../worker/env.ts";
import { call, DAY, dump, under } from "../../helpers.ts";
import { Queues } from "../../jobs/work-queue.ts";
import { act, done, draft, officer, open, read, tokens, withTeam } from "../kit.ts";
import { BIG, granted, pageOf, recorded, restore } from "./many.ts";
import { type CopyData, unzip } from "../export/zip.ts";

withTeam();
const NUMBER = "+442079460300";
/** Three recordings that are too large for one file together. */
let ids: string[];
beforeAll(async () => {
  ids = await recorded(tokens.admin, NUMBER, 3, { bytes: BIG });
});

const partsOf = async (id: string): Promise<CopyPart[]> => (await read(officer, id)).parts ?? [];
const statesOf = async (id: string) => (await partsOf(id)).map(({ state }) => state);
interface Line {
  actor: string;
  part?: number;
  parts?: number;
  recordings?: number;
  over?: boolean;
}
const line = async (code: string, subject: string): Promise<Line[]> =>
  (
    await env.DB.prepare(
      `SELECT a.actor, p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.code = ? AND a.subject = ? ORDER BY a.seq`,
    )
      .bind(code, subject)
      .all<{ actor: string; payload: string }>()
  ).results.map(({ actor, payload }) => ({ actor, ...(JSON.parse(payload) as object) }));

/** Asks for a copy with queues of its own. */
async function asked(id: string) {
  const queues = new Queues();
  const own = queues.on(env);
  const answer = await act(officer, id, "export", {}, own);
  await vi.waitFor(() => expect(queues.sent).toHaveLength(3));
  return { queues, own, answer };
}
/** Asks for it, and has all parts made. */
async function made(id: string) {
  const { queues, own } = await asked(id);
  await queues.deliver(own, Date.now);
  expect(await statesOf(id)).toEqual(["came", "came", "came"]);
}

/** Counts what one message asks of the stores and the database. */
function counted(own: Env) {
  const calls = { all: 0 };
  const counting = <T extends object>(one: T, names: readonly string[]): T =>
    new Proxy(one, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (names.includes(String(name))) calls.all++;
          return (value as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  return {
    calls,
    own: {
      ...own,
      DB: counting(own.DB, ["prepare"]),
      RECORDINGS: counting(own.RECORDINGS!, ["get", "head"]),
      COPIES: counting(own.COPIES!, ["put", "get", "head"]),
    },
  };
}

describe("1,001 recordings", () => {
  const OF_ALL = "+442079460301";
  let all: string[];
  let id: string;
  beforeAll(async () => {
    all = await recorded(tokens.admin, OF_ALL, 1001, { prefix: "all" });
  });
  // It makes two thousand calls.
  it("make three parts, which come together once all are there", async () => {
    id = await granted(OF_ALL, all);
    const { queues, own, answer } = await asked(id);
    expect(answer.status).toBe(202);
    expect(answer.step).toMatchObject({ id, state: "decided", parts: 3 });
    expect((await partsOf(id)).map(({ part, recordings }) => [part, recordings])).toEqual([
      [1, 400],
      [2, 400],
      [3, 201],
    ]);
    for (let n = 0; n < 3; n++) {
      // Nobody has a part of it before.
      expect((await read(officer, id)).files).toEqual([]);
      expect((await pageOf()).html).not.toContain("/copy");
      expect(await act(officer, id, "letters", { kind: "decision", text: "x", how: "post" })).toMatchObject({
        code: "request-wants",
      });
      const one = counted(own);
      await makeParts(one.own, queues.sent.shift()!.ids, Date.now);
      // Cloudflare allows a thousand.
      expect(one.calls.all).toBeLessThan(1000);
    }
    const { files, parts, events } = await read(officer, id);
    expect(parts!.map(({ state }) => state)).toEqual(["came", "came", "came"]);
    expect(files.map((file) => file.purpose)).toEqual(["export", "export", "export"]);
    expect(new Set(files.map(({ eraseAfter }) => eraseAfter)).size).toBe(1);
    expect(events.filter(({ action }) => action === "export")).toMatchObject([{ detail: { parts: 3 } }]);
    expect(
      (await line("request.copy-part", id)).map(({ part, parts: of, recordings }) => [part, of, recordings]),
    ).toEqual([
      [1, 3, 400],
      [2, 3, 400],
      [3, 3, 201],
    ]);
  });

  it("each part has its recordings, the first all else, and each says which it is", async () => {
    const { path, html } = await pageOf();
    const copies = [];
    for (const part of [1, 2, 3]) {
      expect(html).toContain(`href="${path}/copy/${part}"`);
      const { bytes, headers, status } = await open(`${path}/copy/${part}`);
      expect(status).toBe(200);
      expect(headers.get("content-disposition")).toBe(`attachment; filename="export-${part}-of-3.zip"`);
      const zip = unzip(bytes);
      const json = JSON.parse(new TextDecoder().decode(zip.get("data.json"))) as CopyData & { part: string };
      copies.push({ names: [...zip.keys()].filter((name) => name.startsWith("recordings/")), ...json });
    }
    expect(copies.map(({ names }) => names.length)).toEqual([400, 400, 201]);
    // None is in two, and they go into one folder.
    expect(new Set(copies.flatMap(({ names }) => names)).size).toBe(1001);
    expect(copies.flatMap(({ data }) => data["recordings"]!.map(({ providerId }) => providerId))).toEqual(
      all,
    );
    expect(Object.keys(copies[0]!.data)).toContain("trail");
    expect(Object.keys(copies[1]!.data)).toEqual(["recordings"]);
    expect(copies[1]!.part).toMatch(
      /^This is one of several files. Part 2 of 3: 400 recordings, .* The others: Part 1 of 3: all/,
    );
    expect((await open(`${path}/copy/4`)).status).toBe(404);
    for (const none of ["0", "-1", "1.5", "x", "1e9"])
      expect((await open(`${path}/copy/${none}`)).status, none).toBe(404);
    // The address of a copy in one file is the first part's.
    expect((await open(`${path}/copy`)).headers.get("content-disposition")).toContain("export-1-of-3");
    const opened = await line("opened.request-file", id);
    expect(opened.map(({ actor, part, parts }) => [actor, part, parts])).toEqual(
      [1, 2, 3, 1].map((part) => ["requester", part, 3]),
    );
  });

  it("are told as parts in the letter; without one of them it does not go", async () => {
    const text = await draft(officer, id, "decision");
    const parts = text.split("\n").filter((said) => said.startsWith("Part "));
    expect(text).toContain("The copy is in 3 files:");
    expect(parts[1]).toMatch(/^Part 2 of 3: 400 recordings, \d+ \w+ \d{4} to \d+ \w+ \d{4}\.$/);
    const lacking = await act(officer, id, "letters", {
      ...{ kind: "decision", how: "post", text: text.replace(parts[1]!, "") },
    });
    expect(lacking).toMatchObject({ status: 422, code: "letter-lacks" });
    expect(lacking.why).toContain("Part 2 of 3");
    await done(officer, id, "letters", { kind: "decision", how: "post", text });
    await done(officer, id, "close");
  });

  it("are all erased when the copy's time is over", async () => {
    await eraseFiles(env, Date.now() + 29 * DAY);
    expect((await env.COPIES!.list()).objects).toHaveLength(3);
    await eraseFiles(env, Date.now() + 31 * DAY);
    expect((await env.COPIES!.list()).objects).toEqual([]);
    expect((await read(officer, id)).files.every(({ erasedAt }) => erasedAt !== null)).toBe(true);
    const { path, html } = await pageOf();
    expect(html).not.toContain("/copy");
    expect((await open(`${path}/copy/2`)).status).toBe(404);
  });
});

describe("what is killed", () => {
  it("between two parts goes on by the clock, and no part is made twice", async () => {
    const id = await granted(NUMBER, ids, { email: "killed@example.com" });
    const { queues, own } = await asked(id);
    let now = Date.now();
    await makeParts(own, queues.sent.shift()!.ids, () => now);
    expect(await statesOf(id)).toEqual(["made", "waiting", "waiting"]);
    // The other messages are lost, and one more comes twice.
    queues.sent = [];
    await sendParts(own, now + 5 * MINUTE);
    expect(queues.sent).toEqual([]);
    now += HOUR + MINUTE;
    await sendParts(own, now);
    expect(queues.sent).toHaveLength(2);
    queues.sent.push(...queues.sent);
    await queues.deliver(own, () => now);
    expect(await statesOf(id)).toEqual(["came", "came", "came"]);
    expect((await line("request.copy-part", id)).map(({ part }) => part)).toEqual([1, 2, 3]);
    expect((await env.COPIES!.list()).objects).toHaveLength(3);
  });

  it("in the middle of a part is made again, and what it left goes", async () => {
    const id = await granted(NUMBER, ids, { email: "middle@example.com" });
    const { queues, own } = await asked(id);
    const [first, ...rest] = queues.sent.splice(0);
    let now = Date.now();
    // The store never answers, and the Worker is stopped.
    const stuck = { ...own, COPIES: { ...env.COPIES, put: () => new Promise(() => {}) } } as unknown as Env;
    void makeParts(stuck, first!.ids, () => now);
    await vi.waitFor(async () =>
      expect(
        await env.DB.prepare("SELECT due FROM copy_parts WHERE id = ?").bind(first!.ids[0]).first("due"),
      ).toBe(new Date(now + 20 * MINUTE).toISOString()),
    );
    queues.sent = rest;
    await queues.deliver(own, () => now);
    // Nobody else takes it meanwhile.
    await makeParts(own, first!.ids, () => now);
    expect(await statesOf(id)).toEqual(["waiting", "made", "made"]);
    now += 21 * MINUTE;
    await sendParts(own, now);
    await queues.deliver(own, () => now);
    expect(await statesOf(id)).toEqual(["came", "came", "came"]);
    // Stopped three times, it waits for a person.
    expect(
      await env.DB.prepare("SELECT tries FROM copy_parts WHERE id = ?").bind(first!.ids[0]).first("tries"),
    ).toBe(2);
  });

  it("after the last part, before the copy came, comes by the clock", async () => {
    const id = await granted(NUMBER, ids, { email: "last@example.com" });
    const { queues, own } = await asked(id);
    // Another officer's step is in between each time.
    await env.DB.exec(
      "CREATE TRIGGER busy BEFORE UPDATE OF came_at ON copy_parts BEGIN SELECT RAISE(ABORT, 'request_moved'); END",
    );
    await queues.deliver(own, Date.now);
    expect(await statesOf(id)).toEqual(["made", "made", "made"]);
    await env.DB.exec("DROP TRIGGER busy");
    await sendParts(own, Date.now());
    expect(await statesOf(id)).toEqual(["came", "came", "came"]);
  });
});

describe("a part that fails", () => {
  it("says which, and at which recording; made again, the copy comes", async () => {
    const id = await granted(NUMBER, ids, { email: "fails@example.com" });
    await env.RECORDINGS!.delete("recordings/many-2");
    const { queues, own } = await asked(id);
    let now = Date.now();
    for (let tries = 0; tries < 4; tries++) {
      await queues.deliver(own, () => now);
      now += HOUR + MINUTE;
      await sendParts(own, now);
    }
    expect(queues.sent).toEqual([]);
    expect(await partsOf(id)).toMatchObject([
      { state: "made" },
      { state: "failed", part: 2, error: { code: "audio-missing", recording: "many-2" } },
      { state: "made" },
    ]);
    expect((await line("request.copy-part-failed", id)).map(({ part, over }) => [part, over])).toEqual([
      [2, false],
      [2, false],
      [2, true],
    ]);
    const list = await call("GET", "/v1/work/copies/failed", { token: officer });
    const { failed } = list.data as { failed: { id: string; what: string; error: string }[] };
    expect(failed).toMatchObject([
      { what: expect.stringMatching(/ 2\/3$/) as string, error: "audio-missing" },
    ]);
    await restore("many-2");
    // Asked for again: what is made stays, and only what failed is made.
    const again = await act(officer, id, "export", {}, own);
    expect(again).toMatchObject({ status: 202, step: { parts: 3 } });
    await vi.waitFor(() => expect(queues.sent).toHaveLength(1));
    await queues.deliver(own, () => now + MINUTE);
    expect(await statesOf(id)).toEqual(["came", "came", "came"]);
    // Also by the list of work, and by nobody else.
    const body = { ids: [failed[0]!.id] };
    for (const token of [tokens.agent, tokens.manager])
      expect((await call("POST", "/v1/work/copies/again", { token, body })).status).toBe(403);
    expect((await call("POST", "/v1/work/copies/again", { token: officer, body })).status).toBe(404);
  });
});

describe("what changes meanwhile", () => {
  it("ends the parts that have not come, and what is made of them is erased", async () => {
    const id = await granted(NUMBER, ids, { email: "changes@example.com" });
    const { queues, own } = await asked(id);
    const before = (await env.COPIES!.list()).objects.length;
    await makeParts(own, queues.sent.shift()!.ids, Date.now);
    await done(officer, id, "items", {
      items: [{ id: "recording.many-1", verdict: "rejected" }],
      reason: "her mother's",
    });
    expect(await partsOf(id)).toEqual([]);
    await queues.deliver(own, Date.now);
    // What may be on its way still is left for an hour.
    await eraseFiles(env, Date.now() + HOUR + MINUTE);
    expect((await env.COPIES!.list()).objects).toHaveLength(before);
    expect((await read(officer, id)).files).toEqual([]);
  });

  it("and of a copy that came the requester has none", async () => {
    const id = await granted(NUMBER, ids, { email: "came@example.com" });
    await made(id);
    const { path } = await pageOf("came@example.com");
    await done(officer, id, "decide", { decision: "comply" });
    expect((await open(path)).html).not.toContain("/copy");
    expect((await open(`${path}/copy/1`)).status).toBe(404);
    expect(await partsOf(id)).toEqual([]);
  });
});

describe("a part that went to nobody", () => {
  const post = { email: undefined, address: "1 High Street" };
  /** Decided, made, and the letter sent by post, as the requester has no e-mail address. */
  async function told() {
    const id = await granted(NUMBER, ids, post);
    await made(id);
    await done(officer, id, "letters", {
      kind: "decision",
      how: "post",
      text: await draft(officer, id, "decision"),
    });
    return id;
  }
  const close = (id: string) => act(officer, id, "close");
  const download = (id: string, file: string | null) =>
    under(env, "GET", `/v1/requests/${id}/files/${file}`, { token: officer });

  it("keeps the request open until an officer downloaded each; the database says so, too", async () => {
    const id = await told();
    expect((await read(officer, id)).request.actions).toContainEqual({ action: "close", wants: "parts" });
    const files = (await partsOf(id)).map(({ file }) => file);
    for (const file of files.slice(1)) expect((await download(id, file)).status).toBe(200);
    expect(await close(id)).toMatchObject({ status: 409, code: "request-wants" });
    await expect(
      env.DB.prepare("UPDATE requests SET state = 'closed', rev = rev + 1 WHERE id = ?").bind(id).run(),
    ).rejects.toThrow("request_unmet");
    // Its store fails: then nobody has it.
    const failing = {
      ...env,
      COPIES: { ...env.COPIES, head: () => Promise.reject(new Error("500")) },
    } as unknown as Env;
    expect(
      (await under(failing, "GET", `/v1/requests/${id}/files/${files[0]}`, { token: officer })).status,
    ).toBeGreaterThanOrEqual(500);
    expect(await close(id)).toMatchObject({ code: "request-wants" });
    expect((await download(id, files[0]!)).headers.get("content-disposition")).toContain("export-1-of-3.zip");
    expect((await line("opened.request-file", id)).map(({ part }) => part)).toEqual([2, 3, 1, 1]);
    expect((await close(id)).status).toBe(200);
  });

  it("went to whom a link was handed", async () => {
    const id = await told();
    expect((await call("POST", `/v1/requests/${id}/link`, { token: officer })).status).toBe(201);
    expect((await close(id)).status).toBe(200);
  });

  it("went by the letter by mail, once that was sent", async () => {
    const id = await granted(NUMBER, ids, { email: "mailed@example.com" });
    await made(id);
    await done(officer, id, "letters", {
      kind: "decision",
      how: "mail",
      text: await draft(officer, id, "decision"),
    });
    expect((await close(id)).status).toBe(409);
    await env.DB.prepare("UPDATE outbox SET state = 'sent', sent_at = ? WHERE key LIKE 'letter:%'")
      .bind(new Date().toISOString())
      .run();
    expect((await close(id)).status).toBe(200);
  });
});

it("without a queue the clock makes one part a run", async () => {
  const id = await granted(NUMBER, ids, { email: "clock@example.com" });
  expect(await act(officer, id, "export")).toMatchObject({ status: 202, step: { parts: 3 } });
  for (const states of [
    ["made", "waiting", "waiting"],
    ["made", "made", "waiting"],
    ["came", "came", "came"],
  ]) {
    await sendParts(env, Date.now());
    expect(await statesOf(id)).toEqual(states);
  }
});

it("a copy in one file is answered as before, and has no parts", async () => {
  const id = await granted(NUMBER, ids.slice(0, 1), { email: "one@example.com" });
  const { status, step } = await act(officer, id, "export");
  expect(status).toBe(200);
  expect(Object.keys(step).sort()).toEqual(["id", "reference", "rev", "state"]);
  const answer: RequestAnswer = await read(officer, id);
  expect(answer.parts).toEqual([]);
  expect(answer.files).toMatchObject([{ purpose: "export" }]);
  const { path, html } = await pageOf("one@example.com");
  expect(html).toContain(`href="${path}/copy"`);
  expect((await open(`${path}/copy`)).headers.get("content-disposition")).toBe(
    'attachment; filename="export.zip"',
  );
  expect((await open(`${path}/copy/2`)).status).toBe(404);
  expect(
    await dump("copy_parts").then((rows) =>
      rows.filter((row) => (row as { request: string }).request === id),
    ),
  ).toEqual([]);
});
