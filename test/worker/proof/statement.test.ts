/** The daily statement: one for each day, signed, bound to the trail, and never changed. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type StatementDocument, statementDocument } from "../../../shared/proof/statement.ts";
import { daysLater } from "../../../shared/core/calendar.ts";
import { HOUR } from "../../../shared/core/time.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { sha256Hex } from "../../../worker/core/hash.ts";
import { disclosing } from "../../../worker/policy/disclosed.ts";
import { makeStatements, statementKey } from "../../../worker/proof/statement.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { startOf } from "../../../worker/trail/start.ts";
import { verify } from "../../../worker/trail/verify.ts";
import { aTeam, asOwner, call, DAY, dump, MONTH, roles, setPolicy } from "../helpers.ts";
import { deep, namesColumn, findingsIn, newest, run } from "../trail/kit.ts";
import { keyless } from "./kit.ts";

const tokens = aTeam();
beforeAll(() => adopt(env));
beforeEach(async () => void (await env.DB.exec("DELETE FROM outbox")));

/** Future days, whatever the year: the trail began before them. */
const year = new Date().getUTCFullYear() + 1;
const day = (rest: string) => `${year}-${rest}`;
const at = (moment: string) => Date.parse(`${year}-${moment}.000Z`);
interface Row {
  day: string;
  ends_at: string;
  made_at: string;
  sha256: string;
  document: string;
}
const rows = async () => (await dump("statements")) as Row[];
const documentOf = async (of: string): Promise<StatementDocument> =>
  JSON.parse((await rows()).find((row) => row.day === of)!.document) as StatementDocument;
const events = async () =>
  (
    await env.DB.prepare("SELECT subject FROM audit WHERE code = 'statement.made' ORDER BY seq").all<{
      subject: string;
    }>()
  ).results.map(({ subject }) => subject);
const left = async (of: string) => (await env.ARCHIVE.get(statementKey(of)))?.text();

describe("the statement of a day", () => {
  it("is made after the day has ended in the company's zone, once, as one audited step", async () => {
    await makeStatements(env, at("07-01T22:59:59"));
    const [first] = await rows();
    // The deployment's first: of the day before.
    expect((await rows()).map((row) => row.day)).toEqual([day("06-30")]);
    await makeStatements(env, at("07-01T23:00:00"));
    expect((await rows()).map((row) => row.day)).toEqual([day("06-30"), day("07-01")]);
    const before = await dump("audit");
    await makeStatements(env, at("07-02T03:17:00"));
    expect(await dump("audit")).toEqual(before);

    const document = await documentOf(day("07-01"));
    expect(statementDocument.parse(document)).toEqual(document);
    const { statement, sha256 } = document;
    expect(statement).toMatchObject({
      ...{ format: "cleardial-statement v1", day: day("07-01"), zone: "Europe/London", madeLater: false },
      ...{ from: `${year}-06-30T23:00:00.000Z`, to: `${year}-07-01T23:00:00.000Z` },
      ...{ madeAt: `${year}-07-01T23:00:00.000Z`, previous: { day: day("06-30"), sha256: first!.sha256 } },
    });
    const start = await startOf(env);
    expect(statement.trail).toEqual({ boundFrom: start.rows!.seq, keyedFrom: start.keyed! });
    expect(sha256).toBe(sha256Hex(canonical(statement)));
    const row = await env.DB.prepare("SELECT hash FROM audit WHERE seq = ?").bind(statement.head.seq).first();
    expect(row).toEqual({ hash: statement.head.hash });
    expect(await events()).toEqual([`${day("06-30")}/${first!.sha256}`, `${day("07-01")}/${sha256}`]);
    expect(await verify(env)).toMatchObject({ ok: true });
  });

  it("is signed with the key of the heads, over its canonical form", async () => {
    const { statement, signature, publicKey } = await documentOf(day("07-01"));
    const key = await crypto.subtle.importKey("jwk", publicKey as JsonWebKey, "Ed25519", false, ["verify"]);
    const bytes = Uint8Array.from(atob(signature!), (c) => c.charCodeAt(0));
    const holds = (of: unknown) =>
      crypto.subtle.verify("Ed25519", key, bytes, new TextEncoder().encode(canonical(of)));
    expect(await holds(statement)).toBe(true);
    expect(await holds({ ...statement, madeLater: true })).toBe(false);
  });

  it("leaves for the bucket and, by mail, for those who watch", async () => {
    await makeStatements(env, at("07-03T03:17:00"));
    const made = (await rows()).at(-1)!;
    expect(made.day).toBe(day("07-02"));
    expect(await left(day("07-02"))).toBe(made.document);
    const mails = (await dump("outbox")) as { recipient: string; vals: string; template: string }[];
    expect(mails.map((m) => m.recipient).sort()).toEqual(["ada@example.com", "compliance@example.com"]);
    const vals = { day: day("07-02"), unerased: 0, document: made.document };
    expect(JSON.parse(mails[0]!.vals)).toMatchObject(vals);
  });

  it("is never changed afterwards: not by its owner's triggers, and not by what comes later", async () => {
    const made = await rows();
    await expect(env.DB.prepare("UPDATE statements SET document = 'x'").run()).rejects.toThrow("append_only");
    await expect(env.DB.prepare("DELETE FROM statements").run()).rejects.toThrow("append_only");
    await setPolicy((p) => ({ identity: { ...p.identity, company: "Another name" } }));
    await makeStatements(env, at("07-03T23:00:00") - 1);
    expect(await rows()).toEqual(made);
  });

  it("days that were missed are made later, each in its turn, and say so", async () => {
    await makeStatements(env, at("07-06T03:17:00"));
    const made = await rows();
    expect(made.map((row) => row.day)).toEqual(
      ["06-30", "07-01", "07-02", "07-03", "07-04", "07-05"].map(day),
    );
    const later = await Promise.all(
      made.slice(-3).map(async (row) => (await documentOf(row.day)).statement.madeLater),
    );
    expect(later).toEqual([true, true, false]);
    const chain = await Promise.all(made.map(async (row) => (await documentOf(row.day)).statement.previous));
    expect(chain).toEqual([null, ...made.slice(0, -1).map((row) => ({ day: row.day, sha256: row.sha256 }))]);
    // A long pause is made up for by several runs.
    await makeStatements(env, at("07-10T03:17:00"), 2);
    expect((await rows()).at(-1)!.day).toBe(day("07-07"));
    await makeStatements(env, at("07-10T03:17:00"), 2);
    expect((await rows()).at(-1)!.day).toBe(day("07-09"));
  });

  it("each moment belongs to one statement, whatever zone the policy moves to", async () => {
    await setPolicy((p) => ({ numbers: { ...p.numbers, defaultRegion: "JP" } }));
    await makeStatements(env, at("07-11T16:00:00"));
    await setPolicy((p) => ({ numbers: { ...p.numbers, defaultRegion: "GB" } }));
    await makeStatements(env, at("07-13T03:17:00"));
    const made = await Promise.all((await rows()).map(async (row) => (await documentOf(row.day)).statement));
    expect(made.at(-1)!.day).toBe(day("07-12"));
    expect(made.slice(1).map(({ from }) => from)).toEqual(made.slice(0, -1).map(({ to }) => to));
    expect(made.every(({ from, to, madeAt }) => from <= to && to <= madeAt)).toBe(true);
  });
});

describe("where something fails", () => {
  it("an unreadable key makes no statement: it is made, and signed, when the key is there", async () => {
    const made = (await rows()).length;
    await expect(makeStatements({ ...env, AUDIT_KEY: "AAAA" }, at("07-14T03:17:00"))).rejects.toThrow();
    expect(await rows()).toHaveLength(made);
    await makeStatements(env, at("07-14T04:00:00"));
    expect((await documentOf(day("07-13"))).signature).not.toBeNull();
  });

  it("what the bucket did not take is put there by the next run, as it was", async () => {
    const ARCHIVE = {
      put: () => Promise.reject(new Error("away")),
      head: () => Promise.resolve(null),
    } as unknown as R2Bucket;
    await expect(makeStatements({ ...env, ARCHIVE }, at("07-15T03:17:00"))).rejects.toThrow("away");
    const made = (await rows()).at(-1)!;
    expect([made.day, await left(made.day)]).toEqual([day("07-14"), undefined]);
    await makeStatements(env, at("07-15T04:00:00"));
    expect(await left(made.day)).toBe(made.document);
  });

  it("without a key it is unsigned, and says so", async () => {
    await makeStatements(keyless, at("07-16T03:17:00"));
    expect(await documentOf(day("07-15"))).toMatchObject({ signature: null, key: null, publicKey: null });
  });

  it("of two runs at once one makes it", async () => {
    const now = Date.parse(`${year}-07-17T03:17:00.000Z`);
    await Promise.allSettled([makeStatements(env, now), makeStatements(env, now + DAY / 2)]);
    expect((await rows()).filter((row) => row.day === day("07-16"))).toHaveLength(1);
    expect((await events()).filter((subject) => subject.startsWith(day("07-16")))).toHaveLength(1);
  });
});

describe("rows that are lost from the end of the trail", () => {
  const lost = async (now: number, own = env) => {
    await makeStatements(own, now);
    return (await documentOf((await rows()).at(-1)!.day)).statement.lost;
  };
  it("are named in the statement itself and its mail, until an officer says why", async () => {
    expect(await lost(at("07-18T03:17:00"))).toEqual([]);
    const { seq } = await newest();
    await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq >= ?", seq - 1));
    await run("DELETE FROM audit_payload WHERE seq >= ?", seq - 1);
    expect(await lost(at("07-19T03:17:00"))).toEqual([{ first: seq - 1, last: seq }]);
    const mails = (await dump("outbox")) as { vals: string }[];
    expect(mails.map(({ vals }) => JSON.parse(vals) as object)).toContainEqual(
      expect.objectContaining({ day: day("07-18"), lost: `${seq - 1} to ${seq}` }),
    );
    // Others in their place make it no better.
    expect(await lost(at("07-20T03:17:00"))).toEqual([{ first: seq - 1, last: seq }]);
    const { status } = await call("POST", "/v1/audit/restored", {
      ...{ token: tokens.compliance, body: { why: "put back after a mistake" } },
    });
    expect(status).toBe(201);
    expect(await lost(at("07-21T03:17:00"))).toEqual([]);
  });
});

it("one that the database's owner alters, takes away or puts there is named by verify --deep", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: at("07-22T03:17:00") });
  await makeStatements(env, Date.now());
  const of = day("07-21");
  const found = async (about = of) =>
    (await findingsIn("statements")).filter((finding) => finding.includes(about));
  expect(await found()).toEqual([]);
  await run("CREATE TABLE aside AS SELECT * FROM statements WHERE day = ?", of);
  const back = "INSERT INTO statements SELECT * FROM aside";
  const bent = async (...statements: string[]) => {
    await asOwner(["statements"], async () => {
      for (const text of statements) await run(text);
    });
    const findings = await found();
    await asOwner(["statements"], async () => {
      await run("DELETE FROM statements WHERE day = ?", of);
      await run(back);
    });
    return findings;
  };
  const set = (to: string) => `UPDATE statements SET ${to} WHERE day = '${of}'`;
  for (const [column, value] of Object.entries({
    ...{ ends_at: "'2026-01-01'", made_at: "'2026-01-01'", later: "1 - later", sha256: "'a'" },
    document: `replace(document, '"zone":"Europe/London"', '"zone":"Europe/Paris"')`,
  }))
    expect(await bent(set(`${column} = ${value}`)), column).toContainEqual(namesColumn(of, column));
  // As good a statement as any, signed by whoever: its hash is another.
  const { statement, ...rest } = await documentOf(of);
  const other = { ...statement, zone: "Europe/Paris" };
  const whole = canonical({ ...rest, statement: other, sha256: sha256Hex(canonical(other)) });
  expect(await bent(set(`document = '${whole}', sha256 = '${sha256Hex(canonical(other))}'`))).toContain(
    `altered ${of} document,sha256`,
  );
  expect(await bent(`DELETE FROM statements WHERE day = '${of}'`)).toEqual([`missing ${of}`]);
  const made = day("12-31");
  await run(`INSERT INTO statements SELECT '${made}', ends_at, made_at, later, sha256, document FROM aside`);
  expect(await found(made)).toContain(`extra ${made}`);
  await asOwner(["statements"], () => run("DELETE FROM statements WHERE day = ?", made));
  expect(await found()).toEqual([]);
  await run("DROP TABLE aside");
  vi.useRealTimers();
});

describe("GET /v1/statements", () => {
  it("says what was sent to whom on its day, and verify --deep misses what somebody takes out of that, or puts there", async () => {
    // Two days on from the last one, so that the day is over in UTC too.
    const last = (await rows()).at(-1)!;
    const of = daysLater(last.day, 1);
    await env.DB.batch(
      [
        ["connector", "crm.example.com", "marks", 2, 7],
        ["webhook", "dial.example.com", "turned", 1, 30],
      ].map((row) =>
        env.DB.prepare(
          "INSERT INTO disclosures (kind, host, what, times, items, day) VALUES (?, ?, ?, ?, ?, ?)",
        ).bind(...row, of),
      ),
    );
    const now = Date.parse(of) + DAY + 16 * HOUR;
    await makeStatements(env, now);
    const { statement } = await documentOf(of);
    expect(statement.figures.disclosures).toEqual({
      rows: 2,
      sha256: sha256Hex(
        '[["connector","crm.example.com","marks",2,7],["webhook","dial.example.com","turned",1,30]]',
      ),
    });
    const found = async (at = now) =>
      (await deep("statements", at)).findings.filter(({ key, what }) => key === of && what === "altered");
    expect(await found()).toEqual([]);
    const altered = [expect.objectContaining({ what: "altered", columns: ["disclosures"] }) as object];
    await run("UPDATE disclosures SET items = 3 WHERE day = ? AND kind = 'webhook'", of);
    expect(await found()).toEqual(altered);
    await run("DELETE FROM disclosures WHERE day = ? AND kind = 'webhook'", of);
    expect(await found()).toEqual(altered);
    // Once the day is over its time, they are gone.
    expect(await found(now + 40 * MONTH)).toEqual([]);
  });

  it("binds what was sent to whom on its day, row by row; what is said of it later counts to the next day", async () => {
    const last = (await rows()).at(-1)!;
    const of = daysLater(last.day, 1);
    const next = daysLater(of, 1);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(of) + HOUR });
    const sent = (items: number) =>
      disclosing(env.DB, "webhook", "dial.example.com", "turned", items, Date.parse(of) + HOUR).run();
    const found = async (now = Date.now()) =>
      (await deep("disclosures", now)).findings
        .filter(({ key }) => key.startsWith(of))
        .map(({ what, key, columns }) => `${what} ${key} ${columns.join()}`);
    const bound = async () => (await deep("disclosures")).bound;
    const { every } = await bound();
    for (const items of [30, 5]) await sent(items);
    await disclosing(env.DB, "export", "", "copy", 1, Date.now()).run();
    // A day that goes on counts on.
    expect(await bound()).toMatchObject({ every, none: 0 });
    vi.setSystemTime(Date.parse(next) + 3 * HOUR);
    await makeStatements(env, Date.now());
    expect(await bound()).toMatchObject({ every: every + 2, none: 0 });
    await sent(4);
    expect(
      await env.DB.prepare("SELECT day, items FROM disclosures WHERE kind = 'webhook'").all(),
    ).toMatchObject({
      results: [
        { day: of, items: 35 },
        { day: next, items: 4 },
      ],
    });
    expect(await found()).toEqual([]);

    const key = `${of}/webhook/dial.example.com/turned`;
    const where = "WHERE day = ? AND kind = 'webhook'";
    await run(`UPDATE disclosures SET items = 3 ${where}`, of);
    expect(await found()).toEqual([namesColumn(key, "items")]);
    await run(`UPDATE disclosures SET items = 35 ${where}`, of);
    // Nor is a day that is over counted once more, where somebody takes away what binds it.
    await run(`UPDATE disclosures SET times = 1, code = NULL ${where}`, of);
    const nameless = [expect.stringMatching(`^altered ${key}`) as string, `extra ${key} `];
    expect(await found()).toEqual(nameless);
    vi.setSystemTime(Date.parse(next) + DAY + 3 * HOUR);
    await makeStatements(env, Date.now());
    expect(await found()).toEqual(nameless);
    await run(`DELETE FROM disclosures ${where}`, of);
    expect(await found()).toEqual([`missing ${key} `]);
    expect(await found(Date.now() + 40 * MONTH)).toEqual([]);
    vi.useRealTimers();
  });

  it("binds the others where the database's owner puts into a row what no count is, and names that row", async () => {
    const of = daysLater((await rows()).at(-1)!.day, 1);
    const bent = {
      "real.example.com": "items = 1.5",
      "large.example.com": "times = 9007199254740993",
      "blob.example.com": "items = x'ff'",
      "bytes.example.com": "host = host || CAST(x'ff' AS TEXT)",
    };
    for (const host of ["right.example.com", ...Object.keys(bent)])
      await disclosing(env.DB, "webhook", host, "turned", 3, Date.parse(of) + HOUR).run();
    for (const [host, to] of Object.entries(bent))
      await run(`UPDATE disclosures SET ${to} WHERE host = ? AND day = ?`, host, of);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(of) + DAY + 3 * HOUR });
    await makeStatements(env, Date.now());
    expect((await rows()).at(-1)!.day).toBe(of);
    const found = (await findingsIn("disclosures")).filter((finding) => finding.includes(of));
    expect(found.map((finding) => finding.replace("\uFFFD", ""))).toEqual(
      Object.keys(bent)
        .toSorted()
        .map((host) => `extra ${of}/webhook/${host}/turned`),
    );
    expect((await findingsIn("statements")).filter((finding) => finding.includes(of))).toEqual([]);
    await run("DELETE FROM disclosures WHERE day = ? AND host <> 'right.example.com'", of);
    vi.useRealTimers();
  });

  it("a statement of a far day that somebody puts there draws no count to it", async () => {
    const far = "2999-01-01";
    await run(
      "INSERT INTO statements (day, ends_at, made_at, later, sha256, document) VALUES (?1, ?2, ?2, 0, '', '')",
      ...[far, "2999-01-02T00:00:00.000Z"],
    );
    const now = Date.parse(daysLater((await rows()).at(-2)!.day, 3));
    await disclosing(env.DB, "webhook", "far.example.com", "turned", 3, now).run();
    expect(
      await env.DB.prepare("SELECT day FROM disclosures WHERE host = 'far.example.com'").first("day"),
    ).toBe(new Date(now).toISOString().slice(0, 10));
    await run("DELETE FROM disclosures WHERE host = 'far.example.com'");
    await asOwner(["statements"], () => run("DELETE FROM statements WHERE day = ?", far));
  });

  it("answers a day's document byte for byte, and lists the days, to compliance and administrators", async () => {
    const made = (await rows()).find((row) => row.day === day("07-02"))!;
    for (const role of roles) {
      const allowed = role === "compliance" || role === "admin";
      const one = await call("GET", `/v1/statements/${made.day}`, { token: tokens[role] });
      expect(one.status).toBe(allowed ? 200 : 403);
      if (allowed) expect(one.text || JSON.stringify(one.data)).toBe(made.document);
      expect((await call("GET", "/v1/statements", { token: tokens[role] })).status).toBe(allowed ? 200 : 403);
    }
    const { data } = await call("GET", "/v1/statements", { token: tokens.compliance });
    const { statements } = data as { statements: { day: string; sha256: string; madeLater: boolean }[] };
    expect(statements[0]!.day > statements.at(-1)!.day).toBe(true);
    expect(statements.find((s) => s.day === made.day)).toEqual({
      ...{ day: made.day, sha256: made.sha256, madeAt: made.made_at, madeLater: false },
    });
    expect((await call("GET", `/v1/statements/${day("01-01")}`, { token: tokens.admin })).status).toBe(404);
  });
});
