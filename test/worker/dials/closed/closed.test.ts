/** Closed months of dials: what anyone finds, counts, proves and erases is the same as before they left the database. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dial, DialsAnswer } from "../../../../shared/dials/api.ts";
import type { FindAnswer } from "../../../../shared/check/api-find.ts";
import type { Role } from "../../../../shared/people/api.ts";
import type { AuditAnswer } from "../../../../shared/trail/api.ts";
import { recall } from "../../../../worker/dials/closed/read.ts";
import { rewriteFiles } from "../../../../worker/dials/closed/rewrite.ts";
import type { Env } from "../../../../worker/env.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { verify } from "../../../../worker/trail/verify.ts";
import { call, DAY, daysAgo, dump, newTeam, push, today, under } from "../../helpers.ts";
import { confirmAll, done } from "../../privacy-requests/kit.ts";
import { dial, eventsOf, OTHER, proofOf } from "../../proof/kit.ts";
import { deep } from "../../trail/kit.ts";
import { closeDials, listedNumbers, unpackAll } from "./closing.ts";

const LATER = Date.now() + 100 * DAY;
const numbers = Array.from({ length: 7 }, (_, n) => `+4420794609${50 + n}`);
const [, SECOND, , , OBJECTS, CALLED] = numbers as [string, string, string, string, string, string];
const SLICE = { rows: 4 };

let tokens: Record<Role, string>;
const get = async <T>(path: string, role: Role = "compliance") => {
  const { status, data } = await call("GET", path, { token: tokens[role] });
  expect(status, JSON.stringify(data)).toBe(200);
  return data as T;
};
/** All pages. */
async function found(query: string, role: Role = "compliance"): Promise<Dial[]> {
  const all: Dial[] = [];
  for (let after = ""; ;) {
    const page = await get<DialsAnswer>(`/v1/dials?${query}${after}`, role);
    all.push(...page.dials);
    if (page.next === null) return all;
    after = `&after=${page.next}`;
  }
}
const counts = async () => ({
  files: (await dump("closed_files")).length,
  numbers: (await listedNumbers()).length,
  dials: (await dump("dials")).length,
  out: (await dump("closed_out")).length,
  left: (await dump("closed_left")).length,
});
const objects = async () =>
  (await env.ARCHIVE.list({ prefix: "dials/" })).objects.map(({ key }) => key).sort();
async function trail(own: Env = env) {
  const rows: unknown[] = [];
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null;) {
    const { data } = await under(own, "GET", `/v1/audit?code=dial.&before=${before}`, {
      token: tokens.compliance,
    });
    const page = data as AuditAnswer;
    rows.push(...page.rows.map(({ subject, payload }) => ({ subject, payload })));
    before = page.next;
  }
  return rows;
}
/** What people can see of dials, whatever they ask by. */
async function seen() {
  const agent = (await get<{ people: { id: string; role: Role }[] }>("/v1/people", "admin")).people.find(
    ({ role }) => role === "agent",
  )!.id;
  const days = `from=${daysAgo(1)}&to=${daysAgo(-1)}`;
  const hours = await get<{ rows: unknown; from: unknown }>(`/v1/reports/hours?${days}&zone=UTC`);
  return {
    all: await found("limit=3"),
    own: await found("limit=2", "agent"),
    by: await found(`limit=3&by=${agent}&${days}`),
    day: await found(`limit=500&from=${today()}`),
    never: await found(`limit=500&to=${daysAgo(2)}`),
    ends: await found("limit=2&number=460951"),
    begins: await found("limit=2&number=%2B4420794609"),
    passed: await found("limit=2&action=passed&verdict=clear"),
    held: await found("limit=2&action=held"),
    // Numbers by their beginning and their ends, and one whole.
    onRecord: await Promise.all(
      ["+4420794609", "60951", "460951", SECOND].map((number) =>
        get<FindAnswer>(`/v1/find?number=${encodeURIComponent(number)}`),
      ),
    ),
    sighting: await found(`sighting=${first!.id}`),
    figures: await get(`/v1/figures?${days}&zone=UTC`),
    unseen: await get(`/v1/calls/unseen?${days}`),
    hours: { rows: hours.rows, from: hours.from },
    trail: await trail(),
  };
}
let first: Dial | undefined;

beforeAll(async () => {
  tokens = await newTeam();
  for (const list of ["tps", "ctps"]) await push(tokens.admin, list, [OTHER], { asOf: daysAgo(1) });
  for (const number of numbers)
    for (const token of [tokens.agent, tokens.manager]) {
      const one = await dial(token, { number, e164: number, seen: null });
      first ??= one;
      expect(one).toMatchObject({ workerVerdict: "clear", agrees: true });
    }
  await dial(tokens.agent, {
    action: "held",
    verdict: "blocked",
    number: OTHER,
    e164: OTHER,
    reasons: [{ code: "tps" }],
  });
  await call("POST", "/v1/suppressions", {
    token: tokens.agent,
    body: { number: OBJECTS, kind: "objection", reason: "asked us to stop" },
  });
});

describe("closing a month", () => {
  it("waits until no rule looks back, and until the trail's rows have left", async () => {
    const before = await dump("dials");
    await closeDials(env, Date.now(), SLICE);
    await closeDials(env, LATER, SLICE);
    expect(await dump("dials")).toEqual(before);
    expect(await objects()).toEqual([]);
  });

  it("a kill at any moment halves and doubles nothing", async () => {
    await archiveMonths(env, LATER);
    const before = await dump("dials");
    const killed = (own: Partial<Env>) => closeDials({ ...env, ...own }, LATER, SLICE);
    const LEDGER = {
      idFromName: () => "x",
      get: () => ({ commit: () => Promise.reject(new Error("killed")) }),
    } as unknown as Env["LEDGER"];
    await expect(killed({ LEDGER })).rejects.toThrow("killed");
    const lost = { put: () => Promise.resolve(), get: () => Promise.resolve(null) } as unknown as R2Bucket;
    await expect(killed({ ARCHIVE: lost })).rejects.toThrow("differs");
    const put = { get: () => Promise.resolve(null), put: () => Promise.reject(new Error("full")) };
    await expect(killed({ ARCHIVE: put as unknown as R2Bucket })).rejects.toThrow("full");
    expect(await dump("dials")).toEqual(before);
    expect(await counts()).toMatchObject({ files: 0, numbers: 0 });
    // What failing runs wrote goes at once, and stays listed for as long as it may arrive.
    expect([(await counts()).left, await objects()]).toEqual([3, []]);
    await rewriteFiles(env, 0, LATER + DAY);
    expect((await counts()).left).toBe(0);
    expect(await objects()).toEqual([]);
  });

  it("what comes to be named between reading and deleting stays, with all of its file", async () => {
    const before = await dump("dials");
    const named = () =>
      env.DB.prepare(
        "INSERT OR IGNORE INTO restricted (kind, ref, request, until, id) VALUES ('dial', ?, 'r', '9999', 'x')",
      )
        .bind(first!.id)
        .run();
    const ARCHIVE = {
      put: async (...args: Parameters<R2Bucket["put"]>) => {
        await named();
        return env.ARCHIVE.put(...args);
      },
      get: (...args: Parameters<R2Bucket["get"]>) => env.ARCHIVE.get(...args),
    } as unknown as R2Bucket;
    await expect(closeDials({ ...env, ARCHIVE }, LATER, SLICE)).rejects.toThrow();
    expect(await dump("dials")).toEqual(before);
    expect((await counts()).files).toBe(0);
    await env.DB.exec("DELETE FROM restricted");
    await rewriteFiles(env, 0, LATER + DAY);
  });
});

/** Of the dials: two of each of seven numbers; those of a number with an objection stay, and the one that was held. */
const CLOSED = 12;

describe("closed dials", () => {
  let before: Awaited<ReturnType<typeof seen>>;
  it("are found, counted and told as before, by whatever is asked", async () => {
    first = (await found(`number=${encodeURIComponent(SECOND)}`)).at(-1);
    before = await seen();
    expect(before.all).toHaveLength(15);
    expect(before.ends).toHaveLength(2);
    expect(before.onRecord.map(({ numbers: all }) => all.map(({ dials }) => dials))).toEqual([
      Array(7).fill(2),
      [2],
      [2],
      [2],
    ]);
    expect(before.sighting).toHaveLength(1);
    await closeDials(env, LATER, SLICE);
    expect(await counts()).toEqual({ files: 3, numbers: CLOSED, dials: 3, out: 0, left: 0 });
    expect(await objects()).toHaveLength(3);
    expect(await seen()).toEqual(before);
    // No search by person, day or part of a number brings anything back.
    expect(await counts()).toMatchObject({ dials: 3, out: 0 });
    await closeDials(env, LATER, SLICE);
    expect((await counts()).files).toBe(3);
  });

  it("prove as before, in both directions", async () => {
    const { findings, bound } = await deep("dials", LATER);
    expect(findings).toEqual([]);
    expect(bound.every).toBe(15);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("of a number come back for a search, a history and a proof, and count once", async () => {
    const n = encodeURIComponent(CALLED);
    const own = before.all.filter(({ number }) => number === CALLED);
    expect(await found(`number=${n}`)).toEqual(own);
    expect(await counts()).toMatchObject({ numbers: CLOSED - 2, dials: 5, out: 2 });
    expect(await found(`number=${n}`)).toEqual(own);
    const third = numbers[2]!;
    const history = await get<{ called: { at: string } | null }>(
      `/v1/numbers/${encodeURIComponent(third)}/history`,
    );
    expect(history.called?.at).toBe(before.all.find(({ number }) => number === third)!.at);
    const { document } = await proofOf(env, tokens.compliance, numbers[3]);
    expect(eventsOf(document).filter(({ what }) => what === "dial")).toHaveLength(2);
    expect(await counts()).toMatchObject({ numbers: CLOSED - 6, dials: 9, out: 6 });
    expect(await seen()).toEqual(before);
    expect((await deep("dials", LATER)).findings).toEqual([]);
  });

  it("are in the copy of a request, and erased by one at once, in their file the next night", async () => {
    const { id } = (
      await call("POST", "/v1/requests/entries", {
        token: tokens.compliance,
        body: {
          ...{ kind: "erasure", name: "Dora Data", email: "dora@example.com", number: SECOND },
          ...{ channel: "email", receivedOn: today() },
        },
      })
    ).data as { id: string };
    await done(tokens.compliance, id, "identity", { step: "clear", how: "known to us" });
    await done(tokens.compliance, id, "match", { everything: true });
    const items = await confirmAll(tokens.compliance, id);
    expect(items.filter(({ kind }) => kind === "dial")).toHaveLength(2);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    const gone = (dials: Dial[]) => dials.filter(({ number }) => number !== SECOND);
    const left = gone(before.all);
    expect(await found("limit=3")).toEqual(left);
    expect(await found(`number=${encodeURIComponent(SECOND)}`)).toEqual([]);
    const keys = await objects();
    await rewriteFiles(env, 0, LATER);
    const rewritten = await objects();
    expect(rewritten).toHaveLength(3);
    expect(rewritten.filter((key) => !keys.includes(key)).length).toBeGreaterThan(0);
    for (const key of rewritten) {
      const text = await new Response(
        (await env.ARCHIVE.get(key))!.body.pipeThrough(new DecompressionStream("gzip")),
      ).text();
      expect(text).not.toContain(SECOND.slice(1));
    }
    expect(await found("limit=3")).toEqual(left);
    expect((await deep("dials", LATER)).findings).toEqual([]);
    await rewriteFiles(env, 0, LATER);
    expect(await objects()).toEqual(rewritten);
  });

  it("a lost or altered file is named, and the rest works", async () => {
    const [key] = (await objects()).slice(-1);
    const bytes = await (await env.ARCHIVE.get(key!))!.arrayBuffer();
    await env.ARCHIVE.delete(key!);
    const named = [{ table: "dials", key, seq: null, what: "unreadable", columns: [] }];
    expect(new Set((await deep("dials", LATER)).findings.map((f) => JSON.stringify(f)))).toEqual(
      new Set(named.map((f) => JSON.stringify(f))),
    );
    const { status, data } = await call("GET", "/v1/dials?limit=500", { token: tokens.compliance });
    expect([status, data]).toMatchObject([500, { code: "archive-broken", detail: key }]);
    expect(await found(`number=${encodeURIComponent(CALLED)}`)).toHaveLength(2);
    const bent = new Uint8Array(bytes.slice(0));
    bent[20]! ^= 1;
    await env.ARCHIVE.put(key!, bent);
    expect((await deep("dials", LATER)).findings).toContainEqual(named[0]);
    await env.ARCHIVE.put(key!, bytes);
    expect((await deep("dials", LATER)).findings).toEqual([]);
  });

  it("a number that was taken out of the index is named", async () => {
    await unpackAll();
    const [row] = (await dump("closed_numbers")) as { number: number; num: number }[];
    await env.DB.prepare("DELETE FROM closed_numbers WHERE num = ?").bind(row!.num).run();
    expect((await deep("dials", LATER)).findings).toEqual([
      { table: "dials", key: String(row!.num), seq: null, what: "altered", columns: ["closed_numbers"] },
    ]);
    await env.DB.prepare("INSERT INTO closed_numbers (number, num) VALUES (?, ?)")
      .bind(row!.number, row!.num)
      .run();
  });

  it("come back by the command, all of them, and close again", async () => {
    const all = await found("limit=500");
    const files = (await dump("closed_files")).length;
    await unpackAll();
    for (let left = files; left > 0; left--) {
      const { status, data } = await call("POST", "/v1/dials/reopened", { token: tokens.admin, body: {} });
      expect([status, data]).toMatchObject([200, { files: left - 1 }]);
    }
    expect(await counts()).toEqual({ files: 0, numbers: 0, dials: 13, out: 0, left: 0 });
    expect([await dump("closed_calls"), await dump("closed_left"), await objects()]).toEqual([[], [], []]);
    expect(await found("limit=500")).toEqual(all);
    expect((await deep("dials", LATER)).findings).toEqual([]);
    await closeDials(env, LATER, SLICE);
    expect((await counts()).files).toBeGreaterThan(0);
    expect(await found("limit=3")).toEqual(all);
  });

  it("are on the trail with what they say, though they come back between one look and the other", async () => {
    const before = await trail();
    const [row] = await listedNumbers();
    let isDue = false;
    const prepare = (text: string) => {
      isDue ||= text.includes("closed_out WHERE num IN");
      return env.DB.prepare(text);
    };
    const batch: D1Database["batch"] = async (statements) => {
      if (isDue) await recall(env, [`+${row!.number}`]);
      return env.DB.batch(statements);
    };
    const own = { ...env, DB: { prepare, batch } } as unknown as Env;
    const { out } = await counts();
    expect(await trail(own)).toEqual(before);
    expect((await counts()).out).toBeGreaterThan(out);
  });

  it("go with their time, in their files as in the database", async () => {
    const all = await found("limit=500");
    const due = Number(all[5]!.id);
    const here = new Set(((await dump("dials")) as { num: number }[]).map(({ num }) => String(num)));
    await rewriteFiles(env, due, LATER);
    expect(await found("limit=3")).toEqual(all.filter(({ id }) => Number(id) >= due || here.has(id)));
    await rewriteFiles(env, Number.MAX_SAFE_INTEGER, LATER);
    expect(await counts()).toMatchObject({ files: 0, numbers: 0, dials: here.size });
    expect([await dump("closed_calls"), await objects()]).toEqual([[], []]);
  });
});
