import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ArchivesAnswer, AuditAnswer } from "../../../shared/trail/api.ts";
import type { Role } from "../../../shared/people/api.ts";
import { auditFaults } from "../../../shared/texts/trail/faults.en.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { record } from "../../../worker/core/commit.ts";
import { faultOf, type KeptRow, rowHash } from "../../../shared/trail/chain.ts";
import type { Env } from "../../../worker/env.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { call, dump, MONTH, newTeam } from "../helpers.ts";
import { history, walk } from "./kit.ts";

/** Some days into next month, so that the test's own month is closed. */
const nextMonth = (): number => {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 5);
};

let tokens: Record<Role, string>;
beforeAll(async () => {
  await history(["2026-01", "2026-02"], 25);
  tokens = await newTeam();
});
const get = async <T>(path: string) => (await call("GET", path, { token: tokens.compliance })).data as T;
const archives = async () => (await get<ArchivesAnswer>("/v1/audit/archives")).archives;
const seqs = async () => ((await dump("audit")) as { seq: number }[]).map((r) => r.seq);
const write = (subject: string) =>
  record(env, { actor: "system", event: { code: "test", subject, payload: { subject } }, statements: [] });
describe("closed months leave the database", () => {
  it("a crash between the object and the batch is harmless: it is the same object again", async () => {
    const before = await dump("audit");
    const crash = {
      ...env,
      LEDGER: { idFromName: () => "x", get: () => ({ commit: () => Promise.reject(new Error("killed")) }) },
    } as unknown as Env;
    await expect(archiveMonths(crash, Date.now(), 20)).rejects.toThrow("killed");
    expect(await dump("audit")).toEqual(before);
    expect((await env.ARCHIVE.list()).objects.map((o) => o.key)).toEqual([
      "audit/2026-01/0000000001.ndjson.gz",
    ]);
    // If the bucket forbids overwriting, the existing object is accepted.
    const locked = {
      get: (key: string) => env.ARCHIVE.get(key),
      put: () => Promise.reject(new Error("locked")),
    } as unknown as R2Bucket;
    await expect(archiveMonths({ ...crash, ARCHIVE: locked }, Date.now(), 20)).rejects.toThrow("killed");
  });

  it("an object that was not stored as it was written takes nothing along", async () => {
    const before = await dump("audit");
    const ARCHIVE = { put: () => Promise.resolve(), get: () => Promise.resolve(null) } as unknown as R2Bucket;
    await expect(archiveMonths({ ...env, ARCHIVE }, Date.now(), 20)).rejects.toThrow(
      "differs from what was written",
    );
    expect(await dump("audit")).toEqual(before);
  });

  it("all of them, in objects of some rows, each in one audited step; the open month stays", async () => {
    const { length } = await walk();
    await archiveMonths(env, Date.now(), 20);
    const list = await archives();
    expect(list.map((a) => [a.month, a.firstSeq, a.lastSeq])).toEqual([
      ["2026-01", 1, 20],
      ["2026-01", 21, 25],
      ["2026-02", 26, 45],
      ["2026-02", 46, 50],
    ]);
    for (const a of list) {
      const object = (await env.ARCHIVE.get(a.key))!;
      const bytes = await object.arrayBuffer();
      expect(bytes.byteLength).toBe(a.bytes);
      const text = await new Response(
        new Response(bytes).body!.pipeThrough(new DecompressionStream("gzip")),
      ).text();
      const rows = text.trimEnd().split("\n");
      expect(rows).toHaveLength(a.lastSeq - a.firstSeq + 1);
      expect(text).not.toContain("+44"); // payloads stay behind
      expect(JSON.parse(rows[rows.length - 1]!)).toMatchObject({ seq: a.lastSeq, hash: a.lastHash });
    }
    const left = await seqs();
    expect(left.slice(0, 2)).toEqual([0, 51]);
    const steps = (await dump("audit")) as { code: string; subject: string }[];
    expect(steps.filter((s) => s.code === "audit.archived").map((s) => s.subject)).toEqual(
      list.map((a) => a.key),
    );
    expect(await walk()).toMatchObject({ ok: true, length: length + 4 });
    await archiveMonths(env, Date.now(), 20); // nothing is due any more
    expect(await seqs()).toEqual(left);
  });

  it("the database refuses what does not continue the chain, and any change of what was noted", async () => {
    const run = (text: string) => env.DB.prepare(text).run();
    const add = (first: number, last: number, hash: string) =>
      run(`INSERT INTO audit_archives VALUES (${first}, ${last}, '${hash}', 'k', '', '', '', 1, '', '', 1)`);
    await expect(run("DELETE FROM audit WHERE seq = 51")).rejects.toThrow("audit_append_only");
    await expect(run("DELETE FROM audit WHERE seq = 0")).rejects.toThrow("audit_append_only");
    await expect(run("DELETE FROM audit_archives")).rejects.toThrow("audit_append_only");
    await expect(run("UPDATE audit_archives SET sha256 = ''")).rejects.toThrow("audit_append_only");
    const { hash } = (await env.DB.prepare("SELECT hash FROM audit WHERE seq = 52").first<{
      hash: string;
    }>())!;
    await expect(add(51, 52, hash)).rejects.toThrow("audit_archive_chain"); // without its audit row
    const step = (first: number, last: number, lastHash: string, key = "k") =>
      record(env, {
        actor: "system",
        event: { code: "audit.archived", subject: "k", payload: null },
        statements: [
          {
            sql: "INSERT INTO audit_archives VALUES (?, ?, ?, ?, '', '', '', 1, '', '', 1)",
            params: [first, last, lastHash, key],
          },
        ],
      });
    await expect(step(52, 52, hash)).rejects.toThrow("audit_archive_chain"); // a gap
    await expect(step(51, 52, "x")).rejects.toThrow("audit_archive_chain"); // another hash
    await expect(step(51, 52, hash, "other")).rejects.toThrow("audit_archive_chain"); // another object
    expect(await archives()).toHaveLength(4);
  });

  it("a broken chain is not archived", async () => {
    const { sql, actor } = await loosen("audit_no_update", "UPDATE audit SET actor = 'x' WHERE seq = 53");
    await expect(archiveMonths(env, nextMonth())).rejects.toThrow("broken at row 53 (hash)");
    await env.DB.prepare("UPDATE audit SET actor = ? WHERE seq = 53").bind(actor).run();
    await env.DB.prepare(sql).run();
    expect(await archives()).toHaveLength(4);
  });

  it("among concurrent writers it leaves one unbroken chain", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => write(`before${i}`)));
    const { length } = await walk();
    const writing = Promise.all(Array.from({ length: 60 }, (_, i) => write(`w${i}`)));
    const reading = Promise.all(Array.from({ length: 10 }, () => walk(7)));
    await Promise.all([archiveMonths(env, nextMonth(), 15), writing]);
    for (const answer of await reading) expect(answer).toMatchObject({ ok: true });
    const answer = await walk();
    const steps = (await archives()).length - 4;
    expect(steps).toBeGreaterThan(1);
    expect(answer).toMatchObject({ ok: true, length: length + 60 + steps });
  });
});

/** Tampers as the database's owner can: drops a trigger and changes a row. Returns the trigger's SQL, to restore it. */
async function loosen(trigger: string, change: string) {
  const { sql } = (await env.DB.prepare("SELECT sql FROM sqlite_master WHERE name = ?")
    .bind(trigger)
    .first<{ sql: string }>())!;
  const row = await env.DB.prepare("SELECT actor FROM audit WHERE seq = 53").first<{ actor: string }>();
  await env.DB.prepare(`DROP TRIGGER ${trigger}`).run();
  await env.DB.prepare(change).run();
  return { sql, actor: row?.actor ?? "" };
}

describe("across the seam", () => {
  it("the trail is read newest first without a gap, at most one object a request", async () => {
    const seen: number[] = [];
    let next: number | null = Number.MAX_SAFE_INTEGER;
    let requests = 0;
    while (next !== null) {
      const page: AuditAnswer = await get(`/v1/audit?limit=9&before=${next}`);
      expect(page.rows.length).toBeLessThanOrEqual(9);
      seen.push(...page.rows.map((r) => r.seq));
      next = page.next;
      requests++;
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => seen.length - i));
    expect(requests).toBeGreaterThan((await archives()).length);
    const one = await get<AuditAnswer>("/v1/audit?limit=1&before=6");
    expect(one.rows[0]).toMatchObject({
      seq: 5,
      code: "past.even",
      payload: { number: "+44207946004", month: "2026-01" },
    });
  });

  it("the filters hold for what was archived", async () => {
    const all = async (query: string) => {
      const seen: { seq: number; at: string; code: string }[] = [];
      let next: number | null = Number.MAX_SAFE_INTEGER;
      while (next !== null) {
        const page: AuditAnswer = await get(`/v1/audit?${query}&before=${next}`);
        seen.push(...page.rows);
        next = page.next;
      }
      return seen;
    };
    expect((await all("code=past.odd")).length).toBe(24);
    expect((await all("code=past.")).length).toBe(50);
    expect((await all("code=past.&from=2026-01-10&to=2026-01-12")).map((r) => r.seq)).toEqual([12, 11, 10]);
    expect((await all("subject=s3&to=2026-02-28")).map((r) => r.seq)).toEqual([29, 4]);
    expect((await all("actor=somebody&limit=10")).length).toBe(50);
  });

  it("the export has all rows with the payloads that are kept", async () => {
    const read = async (query: string) =>
      (await get<string>(`/v1/audit/export?${query}`))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as KeptRow);
    const rows = await read("");
    let [seq, hash] = [0, "genesis"];
    for (const row of rows) {
      const payload = row.salt === null ? null : JSON.stringify(row.payload);
      expect(faultOf(seq, hash, { ...row, payload })).toBeNull();
      [seq, hash] = [row.seq, row.hash];
    }
    expect((await read("from=2026-01-20&to=2026-02-02")).map((r) => r.seq)).toEqual([
      20, 21, 22, 23, 24, 25, 26, 27,
    ]);
  });

  it("payloads of archived rows are erased when their time is over, and the chain still verifies", async () => {
    await sweep(env, Date.parse("2026-02-01") + 24 * MONTH);
    const { rows } = await get<AuditAnswer>("/v1/audit?before=11&limit=1");
    expect(rows).toMatchObject([{ seq: 10, payload: null }]);
    expect((await get<AuditAnswer>("/v1/audit?before=51&limit=1")).rows[0]?.payload).not.toBeNull();
    expect(await walk()).toMatchObject({ ok: true });
  });

  it("it is verified in steps, from any row on whose hash is known", async () => {
    const { hash } = (await get<AuditAnswer>("/v1/audit?before=11&limit=1")).rows[0]!;
    const whole = await walk();
    for (const most of [1, 7, 20, 1000]) expect(await walk(most)).toEqual(whole);
    expect(await verify(env, 10, hash)).toMatchObject({ ok: true, length: whole.length });
    expect(await verify(env, 10, "a".repeat(64))).toMatchObject({
      ok: false,
      brokenAt: 10,
      why: auditFaults.start,
    });
    expect(await verify(env, whole.length, whole.head)).toMatchObject({ ok: true, length: whole.length });
    expect(await verify(env, whole.length, "a".repeat(64))).toMatchObject({ ok: false });
    expect(await verify(env, whole.length + 1, whole.head)).toMatchObject({
      ok: false,
      why: auditFaults.missing,
    });
    expect(await get("/v1/audit/verify")).toMatchObject({ ok: true, next: null });
    expect(await verify(env, 0, "b")).toMatchObject({ ok: false, brokenAt: 0, why: auditFaults.genesis });
  });
});

describe("what was bent is found at the first broken link", () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const u of undo.splice(0).reverse()) await u();
    expect(await walk()).toMatchObject({ ok: true });
  });
  const at = async (n: number, why: keyof typeof auditFaults) => {
    expect(await walk()).toMatchObject({ ok: false, brokenAt: n, why: auditFaults[why], length: n - 1 });
    expect(await walk(7)).toMatchObject({ ok: false, brokenAt: n, why: auditFaults[why] });
  };
  const newest = async () => (await seqs()).slice(-1)[0]!;
  const bend = async (trigger: string, change: string, back: () => Promise<unknown>) => {
    const { sql } = await loosen(trigger, change);
    undo.push(() => env.DB.prepare(sql).run(), back);
  };
  /** Rewrites the object with row 30 by `change`. */
  const rewrite = async (change: (text: string) => string | Uint8Array) => {
    const { key } = (await archives()).find((a) => a.firstSeq === 26)!;
    const old = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    const through = (bytes: BodyInit, pair: ReadableWritablePair<Uint8Array, BufferSource>) =>
      new Response(new Response(bytes).body!.pipeThrough(pair));
    const text = await through(old, new DecompressionStream("gzip")).text();
    const changed = change(text);
    await env.ARCHIVE.put(
      key,
      typeof changed === "string"
        ? await through(changed, new CompressionStream("gzip")).arrayBuffer()
        : changed,
    );
    undo.push(() => env.ARCHIVE.put(key, old));
    return { key, old };
  };

  it("a row that the database's owner altered, with the trigger taken away and put back", async () => {
    const n = await newest();
    const { subject } = (await env.DB.prepare("SELECT subject FROM audit WHERE seq = ?").bind(n).first<{
      subject: string;
    }>())!;
    const set = (to: string) =>
      env.DB.prepare("UPDATE audit SET subject = ? WHERE seq = ?").bind(to, n).run();
    await bend("audit_no_update", `UPDATE audit SET subject = 'bent' WHERE seq = ${n}`, () => set(subject));
    await at(n, "hash");
  });

  it("a row that was altered with a hash that fits it", async () => {
    await write("one more");
    const n = (await newest()) - 1;
    const row = (await env.DB.prepare("SELECT * FROM audit WHERE seq = ?").bind(n).first<KeptRow>())!;
    const hash = rowHash({ ...row, actor: "x" });
    const set = (actor: string, h: string) =>
      env.DB.prepare("UPDATE audit SET actor = ?, hash = ? WHERE seq = ?").bind(actor, h, n).run();
    await bend("audit_no_update", "SELECT 1", () => set(row.actor, row.hash));
    await set("x", hash);
    await at(n + 1, "link");
  });

  it("a row that was deleted", async () => {
    await write("one more");
    const n = (await newest()) - 1;
    const row = (await env.DB.prepare("SELECT * FROM audit WHERE seq = ?").bind(n).first())!;
    await bend("audit_no_delete", `DELETE FROM audit WHERE seq = ${n}`, async () => {
      const head = (await env.DB.prepare("SELECT sql FROM sqlite_master WHERE name = 'audit_head'").first<{
        sql: string;
      }>())!.sql;
      await env.DB.prepare("DROP TRIGGER audit_head").run();
      await env.DB.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(...Object.values(row))
        .run();
      await env.DB.prepare(head).run();
    });
    await at(n, "missing");
  });

  it("a payload, in the database and of an archived row", async () => {
    for (const n of [await newest(), 30]) {
      const { payload } = (await env.DB.prepare("SELECT payload FROM audit_payload WHERE seq = ?")
        .bind(n)
        .first<{ payload: string }>())!;
      const set = (to: string) =>
        env.DB.prepare("UPDATE audit_payload SET payload = ? WHERE seq = ?").bind(to, n).run();
      await set('{"number":"+442079460999"}');
      await at(n, "payload");
      await set(payload);
    }
  });

  it("a row in an archived object", async () => {
    const { key } = await rewrite((text) =>
      text.replace('"seq":30,', '"seq":30,"x":1,').replace('"s4"', '"s9"'),
    );
    await at(30, "hash");
    const read = await call("GET", "/v1/audit?before=40", { token: tokens.compliance });
    expect(read.data).toMatchObject({ status: 500, code: "archive-broken", detail: key });
  });

  it("a row that is missing in an archived object, in the middle and at its end", async () => {
    const without = (seq: number) => (text: string) =>
      text
        .split("\n")
        .filter((line) => !line.startsWith(`{"seq":${seq},`))
        .join("\n");
    await rewrite(without(30));
    await at(30, "missing");
    await undo.pop()!();
    await rewrite(without(45));
    await at(45, "missing");
  });

  it("bytes of an object that say the same, bytes that say nothing, and no object", async () => {
    await rewrite((text) => `${text}\n`);
    expect(await walk()).toMatchObject({ ok: false, brokenAt: 26, why: auditFaults["object-altered"] });
    await undo.pop()!();
    await rewrite(() => new Uint8Array([1, 2, 3]));
    await at(26, "object-altered");
    await undo.pop()!();
    const { key, old } = await rewrite((text) => text);
    await env.ARCHIVE.delete(key);
    await at(26, "object-missing");
    // An export that has started is interrupted; one that would start there is refused.
    await expect(call("GET", "/v1/audit/export", { token: tokens.compliance })).rejects.toThrow();
    const from = await call("GET", "/v1/audit/export?from=2026-02-01", { token: tokens.compliance });
    expect(from.data).toMatchObject({ status: 500, code: "archive-broken" });
    await env.ARCHIVE.put(key, old);
  });

  it("a note of an archive that was taken away", async () => {
    const row = (await env.DB.prepare("SELECT * FROM audit_archives WHERE first_seq = 26").first())!;
    const { sql } = (await env.DB.prepare(
      "SELECT sql FROM sqlite_master WHERE name = 'audit_archives_chain'",
    ).first<{ sql: string }>())!;
    await bend("audit_archives_no_delete", "DELETE FROM audit_archives WHERE first_seq = 26", async () => {
      await env.DB.prepare("DROP TRIGGER audit_archives_chain").run();
      await env.DB.prepare("INSERT INTO audit_archives VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(...Object.values(row))
        .run();
      await env.DB.prepare(sql).run();
    });
    await at(26, "missing");
  });

  it("the first row of all", async () => {
    await bend("audit_no_update", "UPDATE audit SET code = 'x' WHERE seq = 0", () =>
      env.DB.prepare("UPDATE audit SET code = 'genesis' WHERE seq = 0").run(),
    );
    expect(await walk()).toMatchObject({ ok: false, brokenAt: 0, why: auditFaults.genesis });
  });

  it("rows cut off at the end, by the head that was published", async () => {
    const row = (await env.DB.prepare("SELECT * FROM audit ORDER BY seq DESC LIMIT 1").first<KeptRow>())!;
    const heads = env.DB.prepare("INSERT INTO heads (day, seq, hash, at, signed) VALUES (?, ?, ?, '', '')");
    await heads.bind("2026-01-01", row.seq, row.hash).run();
    expect(await walk()).toMatchObject({ ok: true });
    await heads.bind("2026-01-02", row.seq + 1, "x").run();
    expect(await walk()).toMatchObject({ ok: false, brokenAt: row.seq + 1, why: auditFaults.cut });
    await write("another");
    expect(await walk()).toMatchObject({ ok: false, brokenAt: row.seq + 1, why: auditFaults.head });
    await expect(env.DB.exec("DELETE FROM heads")).rejects.toThrow("audit_append_only");
    await expect(env.DB.exec("UPDATE heads SET hash = 'y'")).rejects.toThrow("audit_append_only");
    await env.DB.exec("DROP TRIGGER heads_no_delete");
    await env.DB.exec("DELETE FROM heads");
  });
});
