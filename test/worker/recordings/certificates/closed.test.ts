/**
 * Closed months of certificates: UK GDPR art 5(2) has the company show for good that it erased; and nothing that was erased may come in
 * again, in whatever place its row lies.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { CertificatesAnswer, RecordingRequest } from "../../../../shared/recordings/api.ts";
import { reopen } from "../../../../worker/jobs/reopen.ts";
import { companyFigures } from "../../../../worker/proof/company.ts";
import { certificatesBound } from "../../../../worker/recordings/bound.ts";
import { closeCertificates } from "../../../../worker/recordings/certificates/close.ts";
import { certificatesKind } from "../../../../worker/recordings/certificates/lines.ts";
import { closedRefs } from "../../../../worker/recordings/certificates/read.ts";
import { moveCertificates } from "../../../../worker/recordings/certificates/written.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { verifyDeep } from "../../../../worker/trail/deep.ts";
import { aTeam, call, DAY, dump, integration } from "../../helpers.ts";
import { deepOf } from "../../trail/kit.ts";
import { aged, arrive, broughtForward, diallerOf, imported, laid, sample } from "../kit.ts";
import { erased, gone, here, kept, killed, LATER, long, named, objects, slow } from "./kit.ts";

const tokens = aTeam();
/** As they were reported, in the order of their erasure; what stays, as something names it. */
const reports = new Map<string, RecordingRequest>();
const stays: string[] = [];
/** What an officer imported, the last of them. */
let brought: RecordingRequest;
let ids: string[];
let before: Awaited<ReturnType<typeof told>>;
let rows: string[];

beforeAll(async () => {
  for (let n = 0; n < 4; n++) {
    const body = long();
    reports.set(await erased(tokens.admin, body), body);
  }
  brought = await laid(env, long());
  const { data } = await imported(aged(env), tokens.admin, [brought]);
  const { id } = (data as { results: { id: string }[] }).results[0]!;
  await broughtForward(id, "2026-01-01", ", waits_until = NULL");
  reports.set(await gone(id), brought);
  ids = [...reports.keys()];
  // An officer's words lie apart, as a request may have them erased.
  stays.push(
    await erased(
      tokens.admin,
      sample({ storage: { kind: "r2", key: "folder/words.mp3" } }),
      tokens.compliance,
    ),
  );
  // A hold was on it.
  const held = await arrive(env, tokens.admin, sample());
  const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
  expect((await call("POST", `/v1/recordings/${held}/hold`, hold)).status).toBe(201);
  stays.push(held);
  await moveCertificates(env);
  rows = await kept();
  before = await told();
});

const get = async (path: string) => {
  const { status, data } = await call("GET", path, { token: tokens.compliance });
  return { status, data };
};
/** The list, page by page. */
async function listed(limit = 2): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let after: string | null = ""; after !== null;) {
    const query: string = after && `&after=${encodeURIComponent(after)}`;
    const { status, data } = await get(`/v1/recordings/certificates?limit=${limit}${query}`);
    expect(status, JSON.stringify(data)).toBe(200);
    const page = data as CertificatesAnswer;
    all.push(...page.certificates);
    after = page.next;
  }
  return all;
}
const period = () => {
  const days = [-1, 1].map((n) => new Date(Date.now() + n * DAY).toISOString().slice(0, 10)) as [
    string,
    string,
  ];
  const [start, end] = days.map((day) => `${day}T00:00:00.000Z`) as [string, string];
  return { from: days[0], to: days[1], zone: "UTC", start, end };
};
const told = async () => ({
  pages: [await listed(2), await listed(100)],
  one: await Promise.all([...reports.keys()].map((id) => get(`/v1/recordings/${id}`))),
  its: await Promise.all([...reports.keys()].map((id) => get(`/v1/recordings/certificates?recording=${id}`))),
  figures: (await companyFigures(env.DB, period(), "2026-11-30")).recordings,
});
const deep = async () => (await deepOf(["recordings", "certificates", "audio"], LATER)).found;
const again = (body: RecordingRequest, token: string) =>
  call("POST", "/v1/recordings", { token, body: { ...body, startedAt: new Date().toISOString() } });

it("a line has every column of the row", async () => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
  ).all<{
    name: string;
  }>();
  expect([...certificatesKind.columns].sort()).toEqual(results.map(({ name }) => name).sort());
});

describe("closing a month", () => {
  it("waits for its time, and for the trail's rows", async () => {
    await archiveMonths(env, Date.now());
    for (const now of [Date.now(), LATER]) await closeCertificates(env, now);
    expect([await named(), (await kept()).length]).toEqual([[], rows.length]);
    await archiveMonths(env, LATER);
  });

  it("a kill before the commit changes nothing, and leaves no object", async () => {
    await expect(closeCertificates(killed, LATER, { rows: 2 })).rejects.toThrow("killed");
    expect([await kept(), await named(), await objects()]).toEqual([rows, [], []]);
    expect([await dump("closed_recordings"), await dump("closed_erasures")]).toEqual([[], []]);
  });

  it("an object that is not what was written closes nothing", async () => {
    const ARCHIVE = {
      put: (key: string) => env.ARCHIVE.put(key, "other"),
      get: (...params: Parameters<R2Bucket["get"]>) => env.ARCHIVE.get(...params),
      delete: (key: string) => env.ARCHIVE.delete(key),
    } as unknown as R2Bucket;
    await expect(closeCertificates({ ...env, ARCHIVE }, LATER)).rejects.toThrow(
      "differs from what was written",
    );
    expect([await kept(), await named(), await objects()]).toEqual([rows, [], []]);
  });

  it("in slices: what closed and what did not is told as before", async () => {
    await closeCertificates(env, LATER, { rows: 2, clock: slow() });
    expect(await named()).toHaveLength(1);
    expect(await here()).toEqual([...ids.slice(2), ...stays].sort());
    expect(await told()).toEqual(before);
    expect(await deep()).toEqual([]);
  });

  it("to its end: what something names stays", async () => {
    await Promise.all([1, 2].map(() => closeCertificates(env, LATER, { rows: 2 }).catch(() => undefined)));
    await closeCertificates(env, LATER, { rows: 2 });
    expect(await here()).toEqual([...stays].sort());
    expect(await objects()).toEqual(await named());
    expect(await named()).toHaveLength(3);
    expect(await dump("closed_recordings")).toHaveLength(ids.length * 2);
  });
});

describe("closed certificates", () => {
  it("are found, listed and counted as before, and prove in both directions", async () => {
    expect(await told()).toEqual(before);
    expect(await deep()).toEqual([]);
  });

  it("are compared some at a time, each once", async () => {
    const { bound } = await deepOf(["certificates"], LATER, 1);
    expect(bound.every).toBe(ids.length + 1);
  });

  it("a recording that was erased does not come in again, by whatever way", async () => {
    const body = reports.get(ids[0]!)!;
    const token = await diallerOf(tokens.admin);
    const answered = await again(body, token);
    expect([answered.status, answered.data]).toMatchObject([200, { id: ids[0], flag: null }]);
    const one = { token: tokens.admin, body: { rows: [brought], dryRun: true } };
    expect((await call("POST", "/v1/recordings/import", one)).data).toMatchObject({
      results: [{ status: "there" }],
    });
    expect(await here()).toEqual([...stays].sort());
    // Nor where two are at it at once, and neither found it.
    const ref = await env.DB.prepare("SELECT ref FROM recordings WHERE id = ?").bind(stays[1]!).first("ref");
    expect(ref).toMatch(/^[0-9a-f]{64}$/);
    const { results } = await env.DB.prepare(
      "SELECT name FROM pragma_table_info('recordings') WHERE name NOT IN ('rowid', 'source', 'agent_num')",
    ).all<{
      name: string;
    }>();
    const columns = results.map(({ name }) => name).filter((name) => !["id", "ref", "object"].includes(name));
    const closedRef = await refOf(ids[0]!);
    const copied = env.DB.prepare(
      `INSERT INTO recordings (id, ref, object, ${columns.join(", ")}) SELECT 'x', ?, 'folder/x', ${columns.join(", ")}
       FROM recordings WHERE id = ?`,
    ).bind(closedRef, stays[1]!);
    await expect(copied.run()).rejects.toThrow("recordings.ref");
  });

  it("what an officer imported is told of only where its system names a key under which something lies", async () => {
    const token = await integration(tokens.admin, ["recordings:write"], "Another", "another/");
    const tries = async () => {
      expect((await again(brought, token)).data).toMatchObject({ code: "key-not-yours" });
      return (await dump("keys_refused")).length;
    };
    expect(await tries()).toBe(0);
    await laid(env, brought);
    expect(await tries()).toBe(1);
    await env.RECORDINGS!.delete(brought.storage.key!);
    await env.DB.exec("DELETE FROM keys_refused");
  });

  it("take no hold, and no erasure, as an erased recording takes none", async () => {
    const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
    const refused = await call("POST", `/v1/recordings/${stays[0]}/hold`, hold);
    expect(refused).toMatchObject({ status: 410, data: { code: "recording-erased" } });
    expect((await call("POST", `/v1/recordings/${ids[0]}/hold`, hold)).data).toEqual(refused.data);
    const erase = { token: tokens.compliance, body: { why: "once more" } };
    expect(await call("POST", `/v1/recordings/${ids[0]}/erase`, erase)).toMatchObject({
      status: 200,
      data: { state: "erased" },
    });
    const audio = await call("GET", `/v1/recordings/${ids[0]}/audio?purpose=quality`, {
      token: tokens.compliance,
    });
    expect(audio.data).toMatchObject({ code: "recording-erased" });
  });

  it("no row goes but one with its certificate that the index has", async () => {
    for (const id of stays)
      await expect(env.DB.prepare("DELETE FROM recordings WHERE id = ?").bind(id).run()).rejects.toThrow();
  });
});

/** The ref of a closed recording, as its file has it. */
async function refOf(id: string): Promise<string> {
  for (const key of await objects()) {
    const body = (await env.ARCHIVE.get(key))!.body.pipeThrough(new DecompressionStream("gzip"));
    for (const line of (await new Response(body).text()).trim().split("\n")) {
      const row = JSON.parse(line) as string[];
      if (row[1] === id) return row[2]!;
    }
  }
  throw new Error(`no file has ${id}`);
}

describe("going back", () => {
  it("a kill while a file comes back halves and doubles nothing", async () => {
    await expect(reopen(killed, "system", LATER)).rejects.toThrow("killed");
    expect(await named()).toHaveLength(3);
    expect(await here()).toEqual([...stays].sort());
  });

  it("all come back letter by letter, nothing closes for a day, and then they close again", async () => {
    let sum = 0;
    for (let files = 1; files > 0;) {
      const answer = await reopen(env, "system", LATER);
      sum += answer.certificates;
      files = answer.files;
    }
    expect(sum).toBe(ids.length);
    expect(await kept()).toEqual(rows);
    expect([await named(), await objects(), await dump("closed_recordings")]).toEqual([[], [], []]);
    const counts = (await dump("closed_erasures")) as { arrived: number; erased: number }[];
    expect(counts.every(({ arrived, erased: gone }) => arrived === 0 && gone === 0)).toBe(true);
    expect(await told()).toEqual(before);
    await closeCertificates(env, LATER, { rows: 2 });
    expect(await named()).toEqual([]);
    await closeCertificates(env, LATER + 2 * DAY, { rows: 2 });
    expect(await here()).toEqual([...stays].sort());
    expect(await told()).toEqual(before);
  });
});

describe("what is lost or altered", () => {
  it("from the events, a step reads a bounded number of members, and each certificate is compared once", async () => {
    const reads: number[] = [];
    const get = (key: string, options: R2GetOptions) => {
      if (key.startsWith("certificates/")) reads[reads.length - 1]!++;
      return env.ARCHIVE.get(key, options);
    };
    const list = (options: R2ListOptions) => env.ARCHIVE.list(options);
    const own = { ...env, ARCHIVE: { get, list } as unknown as R2Bucket };
    let checked = 0;
    for (let after: string | undefined = "0"; after !== undefined;) {
      reads.push(0);
      const query = { table: "certificates", pass: "events", after } as const;
      const step = await verifyDeep(own, query, { most: 10_000, objects: 20, members: 1 }, LATER);
      expect(step.findings).toEqual([]);
      checked += step.checked;
      after = step.next ?? undefined;
    }
    expect(Math.max(...reads)).toBe(1);
    expect(reads.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(3);
    const all = await env.DB.prepare("SELECT COUNT(*) AS n FROM certificates").first<number>("n");
    expect(checked).toBe(all! + ids.length);
  });

  it("an entry that somebody put into the index, by which a new recording counts as there, is named", async () => {
    const [{ num }] = (await dump("closed_recordings")) as [{ num: number }];
    await env.DB.prepare("INSERT INTO closed_recordings (name, num) VALUES (42, ?)").bind(num).run();
    expect(await deep()).toEqual(["certificates closed_recordings: extra"]);
    const counted = async (meanwhile?: () => Promise<unknown>) => {
      const { counted: count } = certificatesBound.closed!;
      for (let place = "", n = 0; ; n++) {
        const { extra, next } = await count!(env, place, 3);
        if (n === 0) await meanwhile?.();
        if (next === null) return extra;
        expect(next).toMatch(/^~/);
        place = next;
      }
    };
    expect(await counted()).toBe(true);
    await env.DB.exec("DELETE FROM closed_recordings WHERE name = 42");
    expect(await counted()).toBe(false);
    expect(await deep()).toEqual([]);
    // A month that closes meanwhile is no finding: then it is counted from the beginning.
    const more = () =>
      env.DB.batch([
        env.DB.prepare(
          "INSERT INTO closed_certificates (first, last, key, rows, bytes, sha256, members, at) VALUES (1, 1, 'k', 1, 1, 'x', '[]', 'x')",
        ),
        env.DB.prepare("INSERT INTO closed_recordings (name, num) VALUES (-1, 1), (-2, 1)"),
      ]);
    expect(await counted(more)).toBe(false);
    await env.DB.exec("DELETE FROM closed_recordings WHERE num = 1");
    await env.DB.exec("DELETE FROM closed_certificates WHERE first = 1");
  });

  it("a recording that was taken out of the index is named", async () => {
    const names = (await dump("closed_recordings")) as { name: number; num: number }[];
    const { num } = names[0]!;
    const its = await env.DB.prepare(
      "SELECT CAST(name AS TEXT) AS name, num FROM closed_recordings WHERE num = ?",
    )
      .bind(num)
      .all<{ name: string; num: number }>();
    await env.DB.prepare("DELETE FROM closed_recordings WHERE num = ?").bind(num).run();
    const found = await deep();
    expect(found.some((one) => /^certificates \S+: altered closed_recordings$/.test(one))).toBe(true);
    expect(found.some((one) => /^certificates \S+: missing$/.test(one))).toBe(true);
    for (const { name } of its.results)
      await env.DB.prepare("INSERT INTO closed_recordings (name, num) VALUES (CAST(? AS INTEGER), ?)")
        .bind(name, num)
        .run();
    expect(await deep()).toEqual([]);
  });

  it("a lost file is named; the rest works, and its recordings do not come in again", async () => {
    const [file] = (await dump("closed_certificates")) as { key: string; first: number; last: number }[];
    const bytes = await (await env.ARCHIVE.get(file!.key))!.arrayBuffer();
    const lost = ids.slice(0, 2);
    const refs = await Promise.all(lost.map(refOf));
    await env.ARCHIVE.delete(file!.key);
    expect(await deep()).toEqual(
      ["recordings", "certificates", "certificates"].map((table) => `${table} ${file!.key}: unreadable`),
    );
    for (const id of lost) {
      const its = await get(`/v1/recordings/certificates?recording=${id}`);
      expect(its).toMatchObject({ status: 500, data: { code: "archive-broken", detail: file!.key } });
      expect(await get(`/v1/recordings/${id}`)).toMatchObject({
        status: 500,
        data: { code: "archive-broken" },
      });
    }
    const newest = await get("/v1/recordings/certificates?limit=2");
    expect(newest).toMatchObject({ status: 200 });
    expect((newest.data as CertificatesAnswer).certificates).toEqual(before.pages[0]!.slice(0, 2));
    expect(await get(`/v1/recordings/${ids[4]}`)).toEqual(before.one[4]);
    expect((await companyFigures(env.DB, period(), "2026-11-30")).recordings).toEqual(before.figures);
    expect(await closedRefs(env, [...refs, "0".repeat(64)])).toEqual(refs);
    const body = reports.get(lost[0]!)!;
    expect(await again(body, await diallerOf(tokens.admin))).toMatchObject({
      status: 500,
      data: { code: "archive-broken" },
    });
    expect(await here()).toEqual([...stays].sort());
    await env.ARCHIVE.put(file!.key, bytes);
    expect(await told()).toEqual(before);
  });

  it("an altered file is named, letter for letter", async () => {
    const [file] = (await dump("closed_certificates")) as { key: string }[];
    const bytes = new Uint8Array(await (await env.ARCHIVE.get(file!.key))!.arrayBuffer());
    const other = bytes.slice();
    other[other.length >> 1]! ^= 1;
    await env.ARCHIVE.put(file!.key, other);
    expect(await deep()).toContain(`certificates ${file!.key}: unreadable`);
    await env.ARCHIVE.put(file!.key, bytes);
    expect(await deep()).toEqual([]);
  });
});
