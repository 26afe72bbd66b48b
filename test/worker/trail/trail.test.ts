import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { record } from "../../../worker/core/commit.ts";
import { sql } from "../../../worker/core/sql.ts";
import { faultOf, type KeptRow } from "../../../shared/trail/chain.ts";
import type { Env } from "../../../worker/env.ts";
import { aTeam, call, dump } from "../helpers.ts";

const tokens = aTeam();
const verify = async () =>
  (await call("GET", "/v1/audit/verify", { token: tokens.compliance })).data as {
    ok: boolean;
    length: number;
    brokenAt?: number;
  };
const suppress = (number: string) =>
  call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "asked" } });

it("200 writers at once leave one unbroken chain, each change with its row, and the one that binds its entry", async () => {
  const before = (await verify()).length;
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => suppress(`+44${2_079_460_000 + i}`)),
  );
  expect(answers.filter((a) => a.status !== 201)).toEqual([]);
  expect(await verify()).toMatchObject({ ok: true, length: before + 400 });
  const rows = await env.DB.prepare("SELECT subject FROM audit WHERE code = 'suppression.added'").all<{
    subject: string;
  }>();
  const entries = (await dump("suppressions")) as { id: string }[];
  expect(rows.results.map((r) => r.subject).sort()).toEqual(entries.map((e) => e.id).sort());
});

describe("reading the trail", () => {
  type Rows = {
    rows: { seq: number; code: string; actorName: string | null; payload: unknown }[];
    next: number;
  };
  const read = async (query: string) =>
    (await call("GET", `/v1/audit?${query}`, { token: tokens.admin })).data as Rows;

  it("newest first, with who by name and the payload, page by page to the first row", async () => {
    const { id } = (await suppress("+442079460990")).data as { id: string };
    const first = await read("limit=3");
    expect(first.rows[0]).toMatchObject({
      code: "opened.audit",
      actorName: "Ada Admin",
      payload: { limit: 3 },
    });
    expect(first.rows[1]).toMatchObject({
      code: "suppression.added",
      subject: id,
      actorName: "The agent",
      payload: { number: "+442079460990", kind: "objection", reason: "asked" },
    });
    let [next, seen, last] = [first.next, first.rows.length, first.rows[2]!];
    while (next !== null) {
      const page = await read(`limit=100&before=${next}`);
      for (const row of page.rows) {
        expect(row.seq).toBe(last.seq - 1);
        last = row;
      }
      seen += page.rows.length;
      next = page.next;
    }
    // The first administrator's row, which the set-up made.
    expect(last).toMatchObject({ seq: 1, code: "audit.bound" });
    expect(seen).toBe(first.rows[0]!.seq);
  });

  it("by code, beginning of a code, actor, subject and day", async () => {
    const codes = async (query: string) => [...new Set((await read(query)).rows.map((r) => r.code))];
    expect(await codes("code=suppression.added")).toEqual(["suppression.added"]);
    expect((await codes("code=opened.&limit=500")).every((code) => code.startsWith("opened."))).toBe(true);
    expect(await codes("code=suppression")).toEqual([]);
    const { rows } = await read("code=setup.done");
    const { actor, subject } = rows[0] as unknown as { actor: string; subject: string };
    expect(actor).toBe("system");
    expect(await codes("actor=system")).toEqual(["person.joined", "audit.bound", "setup.done"]);
    expect((await read(`subject=${subject}`)).rows).toHaveLength(1);
    const today = new Date().toISOString().slice(0, 10);
    expect((await read(`from=${today}&to=${today}&code=setup.done`)).rows).toHaveLength(1);
    expect((await read("to=2020-01-01")).rows).toEqual([]);
    expect((await read("from=2999-01-01")).rows).toEqual([]);
  });

  it("each opening of personal data is on the trail, with what was asked for, or nothing is given", async () => {
    const openings: [string, string, string][] = [
      ["/v1/suppressions?number=020%207946%200990", "opened.suppressions", "020 7946 0990"],
      ["/v1/consents?limit=7", "opened.consents", "7"],
      ["/v1/people", "opened.people", ""],
      ["/v1/audit?code=setup.done", "opened.audit", "setup.done"],
      ["/v1/audit/export?from=2026-01-01", "opened.audit-export", "2026-01-01"],
      ["/v1/mail?state=failed", "opened.mail", "failed"],
    ];
    for (const [path, code, asked] of openings) {
      const before = (await dump("audit")).length;
      expect((await call("GET", path, { token: tokens.compliance })).status).toBe(200);
      const [newest] = (await dump("audit")).slice(-1) as { code: string; subject: string; actor: string }[];
      expect((await dump("audit")).length, path).toBe(before + 1);
      expect(newest).toMatchObject({ code });
      const [payload] = (await dump("audit_payload")).slice(-1) as { payload: string }[];
      expect(payload!.payload).toContain(asked);
    }
    // No row, no data: this makes the trail refuse every row.
    await env.DB.prepare(
      "CREATE TRIGGER refuse BEFORE INSERT ON audit_rows BEGIN SELECT RAISE(ABORT, 'refused'); END",
    ).run();
    const quiet = vi.spyOn(console, "error").mockReturnValue();
    for (const [path] of openings) {
      const { status, data } = await call("GET", path, { token: tokens.compliance });
      expect([path, status, (data as { code: string }).code]).toEqual([path, 500, "internal"]);
    }
    quiet.mockRestore();
    await env.DB.prepare("DROP TRIGGER refuse").run();
    const before = (await dump("audit")).length;
    for (const path of ["/v1/me", "/v1/tokens", "/v1/policy", "/v1/lists", "/v1/changes?since=0"])
      expect((await call("GET", path, { token: tokens.compliance })).status).toBe(200);
    expect((await dump("audit")).length).toBe(before);
  });

  it("the export has every row with its payload and salt, and can be checked without us", async () => {
    const { data, headers } = await call("GET", "/v1/audit/export", { token: tokens.compliance });
    expect(headers.get("content-type")).toBe("application/x-ndjson");
    const rows = (data as string)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as KeptRow);
    const newest = (await dump("audit")).slice(-1)[0] as KeptRow;
    expect(rows[rows.length - 1]).toMatchObject({ seq: newest.seq, code: "opened.audit-export" });
    let [seq, hash] = [0, "genesis"];
    for (const row of rows) {
      const payload = row.salt === null ? null : JSON.stringify(row.payload);
      expect(faultOf(seq, hash, { ...row, payload })).toBeNull();
      [seq, hash] = [row.seq, row.hash];
    }
    const none = await call("GET", "/v1/audit/export?to=2020-01-01", { token: tokens.compliance });
    expect([none.status, none.data]).toEqual([200, ""]);
  });
});

it("the chain itself holds no personal data", async () => {
  const chain = JSON.stringify(await dump("audit"));
  expect(chain).not.toMatch(/@example\.com|\+44|Ada|asked/);
});

it("erasing a payload leaves the chain whole", async () => {
  await env.DB.prepare("DELETE FROM audit_payload WHERE seq = (SELECT MAX(seq) FROM audit_payload)").run();
  expect(await verify()).toMatchObject({ ok: true });
});

describe("what bends the trail is refused or found", () => {
  it("update, delete, a gap and a forged link are refused by the database", async () => {
    const run = (text: string) => env.DB.prepare(text).run();
    await expect(run("UPDATE audit SET actor = 'x' WHERE seq = 2")).rejects.toThrow("audit_append_only");
    await expect(run("DELETE FROM audit WHERE seq = 2")).rejects.toThrow("audit_append_only");
    await expect(run("INSERT INTO audit VALUES (99999, '', '', '', '', '', 'x', 'y', '')")).rejects.toThrow(
      "audit_head_moved",
    );
    await expect(
      run("INSERT INTO audit SELECT MAX(seq) + 1, '', '', '', '', '', 'forged', 'y', '' FROM audit"),
    ).rejects.toThrow("audit_head_moved");
    // REPLACE would remove a row with the same number without firing the delete trigger.
    await expect(
      run(
        `INSERT OR REPLACE INTO audit SELECT 3, '', '', '', '', '', hash, 'y', '' FROM audit ORDER BY seq DESC LIMIT 1`,
      ),
    ).rejects.toThrow("audit_head_moved");
    const { results } = await env.DB.prepare("SELECT 1 FROM audit WHERE seq = 3 AND at <> ''").all();
    expect(results).toHaveLength(1);
  });

  it("a payload that was rewritten is found", async () => {
    const { seq, payload } = (await env.DB.prepare(
      "SELECT seq, payload FROM audit_payload ORDER BY seq LIMIT 1",
    ).first<{ seq: number; payload: string }>())!;
    const rewrite = (text: string) =>
      env.DB.prepare("UPDATE audit_payload SET payload = ? WHERE seq = ?").bind(text, seq).run();
    await rewrite("{}");
    expect(await verify()).toMatchObject({ ok: false, brokenAt: seq });
    await rewrite(payload);
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("a row that the owner of the database rewrote is found", async () => {
    const trigger = (await env.DB.prepare(
      "SELECT sql FROM sqlite_master WHERE name = 'audit_no_update'",
    ).first<{ sql: string }>())!.sql;
    const { actor } = (await env.DB.prepare("SELECT actor FROM audit WHERE seq = 5").first<{
      actor: string;
    }>())!;
    const rewrite = (to: string) => env.DB.prepare("UPDATE audit SET actor = ? WHERE seq = 5").bind(to).run();
    await env.DB.prepare("DROP TRIGGER audit_no_update").run();
    await rewrite("somebody-else");
    expect(await verify()).toMatchObject({ ok: false, brokenAt: 5, length: 4 });
    await rewrite(actor);
    expect(await verify()).toMatchObject({ ok: true });
    await env.DB.prepare(trigger).run();
  });
});

describe("neither a change nor its row exists without the other", () => {
  it("a refused statement leaves no row, and those grouped with it stand", async () => {
    const before = (await dump("audit")).length;
    const write = (name: string, value: string | null) =>
      record(env, {
        actor: "system",
        event: { code: "test", subject: name, payload: null },
        statements: [sql("INSERT INTO marks (name, value) VALUES (?, ?)", name, value)],
      });
    const done = await Promise.allSettled([
      write("a", "1"),
      write("b", null),
      write("c", "3"),
      write("a", "again"),
      write("d", "4"),
    ]);
    expect(done.map((d) => d.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    const rows = (await dump("audit")) as { subject: string; code: string }[];
    expect(rows.length).toBe(before + 3);
    expect(
      rows
        .filter((r) => r.code === "test")
        .map((r) => r.subject)
        .sort(),
    ).toEqual(["a", "c", "d"]);
  });

  const change = (name: string) => ({
    actor: "system",
    event: { code: "test", subject: name, payload: null },
    statements: [sql("INSERT INTO marks (name, value) VALUES (?, '1')", name)],
  });
  /** Three concurrent commits, on a database whose `batch` is replaced, and which may refuse each `prepare` after it. */
  const through = (
    batch: (db: D1Database, s: D1PreparedStatement[]) => Promise<never>,
    deaf: boolean,
    names: string[],
  ) =>
    runInDurableObject(env.LEDGER.get(env.LEDGER.idFromName("ledger")), async (ledger) => {
      const own = ledger as unknown as { env: Env };
      const real = own.env;
      let failed = false;
      const broken = new Proxy(real.DB, {
        get: (db, name) => {
          if (name === "batch")
            return (statements: D1PreparedStatement[]) => {
              failed = true;
              return batch(db, statements);
            };
          if (name === "prepare" && deaf && failed) return () => db.prepare("SELECT * FROM no_such_table");
          return (Reflect.get(db, name) as (...a: unknown[]) => unknown).bind(db);
        },
      });
      own.env = { ...real, DB: broken };
      try {
        return await Promise.all(names.map((name) => ledger.commit(change(name))));
      } finally {
        own.env = real;
      }
    });

  it("a batch whose answer was lost is neither written twice nor called refused", async () => {
    const before = (await dump("audit")).length;
    const lose = async (db: D1Database, statements: D1PreparedStatement[]) => {
      await db.batch(statements);
      throw new Error("the network went away");
    };
    expect(await through(lose, false, ["lost-a", "lost-b", "lost-c"])).toEqual([null, null, null]);
    expect((await dump("audit")).length).toBe(before + 3);
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("a database that is away is said to be so, once each, and the writer goes on when it is back", async () => {
    const before = (await dump("audit")).length;
    let batches = 0;
    const away = () => {
      batches++;
      return Promise.reject(new Error("the database is away"));
    };
    const answers = await through(away, true, ["away-a", "away-b", "away-c"]);
    for (const answer of answers) expect(answer).toMatch(/is away|no_such_table/);
    expect(batches).toBe(2); // the first by itself, the others together: no change is tried again
    expect((await dump("audit")).length).toBe(before);
    await record(env, change("back"));
    expect((await dump("audit")).length).toBe(before + 1);
  });

  it("the writer's memory may vanish at any time", async () => {
    await evictDurableObject(env.LEDGER.get(env.LEDGER.idFromName("ledger")));
    expect((await suppress("+442079460991")).status).toBe(201);
  });
});
