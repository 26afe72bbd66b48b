/**
 * The trail lies in smaller rows behind a view of its name (migration 0166). From the state before: each column of each row comes back
 * letter by letter, also what no Worker wrote, as hashes are over it; who alters a row is named as before; and by the step of
 * docs/deploy.md the table of before comes back as it was.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../../../shared/people/api.ts";
import { type LinkedRow, rowHash, SAYS_NOTHING } from "../../../../shared/trail/chain.ts";
import { record } from "../../../../worker/core/commit.ts";
import { auditKey } from "../../../../worker/core/audit-key.ts";
import { auditFaults } from "../../../../shared/texts/trail/faults.en.ts";
import { adopt } from "../../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../../worker/trail/archive.ts";
import { asOwner, call, dump, migrationsSince, newTeam } from "../../helpers.ts";
import { erased, long } from "../../recordings/certificates/kit.ts";
import { arrive, sample } from "../../recordings/kit.ts";
import { append, deepOf, history, newest, run, walk } from "../kit.ts";

const SLIM = "0166";
const UUID = "6f1c2d3e-4a5b-4c6d-8e7f-9a0b1c2d3e4f";
let tokens: Record<Role, string>;
let before: Awaited<ReturnType<typeof all>>;
let schema: unknown[];
let named: Awaited<ReturnType<typeof walk>>;

const columns = ["seq", "at", "actor", "code", "subject", "commitment", "prev", "hash", "mac"];
/** Also of which type each is, and its bytes: as texts, some differ by what no reader shows. */
const all = async () => ({
  rows: (
    await env.DB.prepare(
      `SELECT ${columns.map((name) => `typeof(${name}) || ' ' || COALESCE(hex(${name}), '') AS ${name}`).join(", ")}
       FROM audit ORDER BY audit.seq`,
    ).all()
  ).results,
  archives: await dump("audit_archives"),
  actors: (await env.DB.prepare("SELECT actor, COUNT(*) AS n FROM audit GROUP BY actor ORDER BY actor").all())
    .results,
});
/** Without how it is broken into lines. */
const schemaOf = async () =>
  (
    await env.DB.prepare(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB '_cf_*' ORDER BY type, name",
    ).all<{ type: string; name: string; sql: string }>()
  ).results
    .filter(({ name }) => name !== "d1_migrations")
    .map(({ sql, ...rest }) => ({ ...rest, sql: sql.replaceAll('"', "").replaceAll(/\s+/g, " ") }));

/** A row that follows the newest one, with what an owner of the database may have written; the Worker's code is over its hash. */
async function follow(own: Partial<LinkedRow>): Promise<number> {
  const { seq, hash: prev } = await newest();
  const row = {
    seq: seq + 1,
    at: "2020-11-01T10:00:00.123Z",
    actor: "system",
    code: "past.odd",
    subject: "",
  };
  const whole = { ...row, commitment: SAYS_NOTHING, prev, ...own };
  const hash = own.hash ?? rowHash(whole);
  await append({ mac: (await auditKey(env.AUDIT_KEY))!.mac(hash), ...whole, hash });
  return whole.seq;
}

const times = [
  ...[
    "",
    "x",
    "now",
    "2026-11-01",
    "2026-11-01T10:00:00Z",
    "2026-11-01 10:00:00.123",
    "2026-11-01T10:00:00.1234Z",
  ],
  ...[
    "2026-11-01T10:00:00.123+00:00",
    "2026-11-01t10:00:00.123z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
  ],
  ...[
    "2026-02-30T10:00:00.000Z",
    "2026-11-01T24:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "12026-11-01T10:00:00.000Z",
  ],
  ...["2461345.5", "1764583200", "1764583200123", " 2026-11-01T10:00:00.123Z", "2026-11-01T10:00:60.000Z"],
];
const subjects = [
  ...[
    UUID,
    UUID.toUpperCase(),
    `${UUID} `,
    ` ${UUID}`,
    `${UUID}@1`,
    `${UUID}@01`,
    `${UUID}@`,
    `${UUID}@-1`,
    `${UUID}@1.0`,
  ],
  ...[
    `${UUID}/`,
    `/${UUID}`,
    `//${UUID}`,
    `${UUID}/${UUID}`,
    `a/b/${UUID}`,
    `a/${UUID}/b/${UUID}@3`,
    `recordings/${UUID}`,
  ],
  ...[
    `recordings/${UUID}@1`,
    `recordings/${UUID}@99999999999999999999`,
    `recordings/${UUID.toUpperCase()}@1`,
  ],
  ...[
    `recordings/${UUID.replaceAll("-", "")}`,
    `recordings/${UUID.slice(0, -1)}`,
    `recordings/${UUID}0`,
    "recordings/",
  ],
  ...[
    "6f1c2d3e-4a5b-7c6d-0e7f-9a0b1c2d3e4f",
    "00000000-0000-0000-0000-000000000000",
    `${UUID.slice(0, 35)}g`,
  ],
  ...["6f1c2d3-e4a5b-4c6d-8e7f-9a0b1c2d3e4f", "------------------------------------", `erased/calls/${UUID}`],
  ...[
    `request_items/${UUID}/recording/${UUID}@2`,
    `people_held/${UUID}/${UUID}/code/2026@1`,
    "dials/17",
    "1764583200123456",
  ],
  ...["0", "-1", "-0", "007", "1e3", "1.0", " 7", "9223372036854775807", "9223372036854775808", "0x10"],
  ...["größer/ß", "💾", "a\u0000b", `\u0000${UUID}`, `a\u0000/${UUID}@1`, "'", '"', "\\"],
];
const codes = [
  "",
  "audit.bound",
  "AUDIT.BOUND",
  "audit.bound ",
  "0",
  "1",
  "list.pushed",
  "opened.x",
  "ß",
  "a\u0000b",
  "[0]",
];
const actors = [
  "",
  "system",
  "SYSTEM",
  "system ",
  "1",
  UUID,
  UUID.toUpperCase(),
  `hook:${UUID}`,
  "ß",
  "a\u0000b",
  "null",
];
const digests = [
  "",
  "0",
  "00",
  "ab",
  "AB",
  "abc",
  "xx",
  "ab ",
  "ab".repeat(32),
  "AB".repeat(32),
  "ab".repeat(33),
  "a\u0000",
  "null",
];

beforeAll(async () => {
  await reset();
  // Later ones do not touch these tables, and the Worker of now needs theirs.
  await applyD1Migrations(
    env.DB,
    env.TEST_MIGRATIONS.filter(({ name }) => !name.startsWith(SLIM)),
  );
  await history(["2020-01", "2020-02"], 40);
  await archiveMonths(env, Date.parse("2020-02-20T00:00:00.000Z"), 15);
  tokens = await newTeam();
  await adopt(env);
  for (const number of ["+442079460121", "+442079460122"])
    await call("POST", "/v1/suppressions", { token: tokens.agent, body: { number, reason: "stop" } });
  const hold = { token: tokens.compliance, body: { reason: "A claim", reviewOn: "2099-01-01" } };
  const held = await arrive(env, tokens.admin, sample());
  expect((await call("POST", `/v1/recordings/${held}/hold`, hold)).status).toBe(201);
  await erased(tokens.admin, long());
  for (const at of times) await follow({ at });
  for (const subject of subjects) await follow({ subject });
  for (const code of codes) await follow({ code });
  for (const actor of actors) await follow({ actor });
  for (const commitment of digests) await follow({ commitment });
  for (const code of codes) for (const subject of subjects.slice(0, 9)) await follow({ code, subject });
  expect(await walk()).toMatchObject({ ok: true });
  // Rows that do not hash or have another's code, each behind the one before.
  for (const mac of digests) await follow({ mac });
  for (const hash of digests.slice(1)) await follow({ hash });
  await asOwner(["audit"], async () => {
    for (const prev of digests) await follow({ prev, hash: `odd ${prev}` });
    const { seq } = await newest();
    await run("INSERT INTO audit VALUES (?, 5, 6.5, 7, 8, 9, 10, 11, 12)", seq + 9);
    await run(
      "INSERT INTO audit VALUES (-4, '', '', '', CAST(? AS BLOB), '', '', 'bytes', NULL)",
      `calls/${UUID}`,
    );
    await run("INSERT INTO audit VALUES (-3, '', x'00', x'01', x'6f', '', '', 'low', NULL)");
    await run("INSERT INTO audit VALUES (-9223372036854775808, '', '', '', '', '', '', 'lowest', NULL)");
  });
  [before, schema] = [await all(), await schemaOf()];
  named = await walk();
  expect(named.ok).toBe(false);
  expect(before.archives.length).toBeGreaterThan(1);
  await applyD1Migrations(env.DB, migrationsSince(SLIM));
});

it("each column of each row is as it was, letter by letter", async () => {
  expect(before.rows.length).toBeGreaterThan(250);
  expect(await all()).toEqual(before);
  expect((await env.DB.prepare("PRAGMA foreign_key_check").all()).results).toEqual([]);
});

it("what the Worker wrote lies in bytes and numbers, and who it was once", async () => {
  const { results } = await env.DB.prepare(
    `SELECT DISTINCT typeof(moment) AS at, typeof(word) AS code, typeof(kind) AS kind, typeof(about) AS about, typeof(more) AS more,
       length(promise) AS commitment, length(follows) AS prev, length(digest) AS hash, length(tag) AS mac
     FROM audit_rows WHERE code = 'audit.bound' AND subject GLOB 'recordings/*' AND at > '2026-11-02' AND length(subject) = 47 AND mac IS NOT NULL`,
  ).all();
  expect(results).toEqual([
    {
      ...{ at: "integer", code: "integer", kind: "integer", about: "blob", more: "null" },
      ...{ commitment: 32, prev: 32, hash: 32, mac: 16 },
    },
  ]);
  const { results: states } = await env.DB.prepare(
    "SELECT DISTINCT typeof(kind) AS kind, length(about) AS about, more FROM audit_rows WHERE subject = 'recordings/' || ?",
  )
    .bind(`${UUID}@1`)
    .all();
  expect(states).toEqual([{ kind: "integer", about: 16, more: 1 }]);
  const named = (await dump("audit_actors")) as { actor: string }[];
  expect(named.map(({ actor }) => actor).sort()).toEqual(
    [...new Set(named.map(({ actor }) => actor))].sort(),
  );
});

it("verifies as far as it did, and names the rows that it named", async () => {
  expect(await walk()).toEqual(named);
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq >= ? OR seq < -3", named.brokenAt!));
  expect(await walk()).toMatchObject({ ok: false, brokenAt: -3 });
  await asOwner(["audit"], () => run("DELETE FROM audit WHERE seq < 0"));
  expect(await walk()).toMatchObject({ ok: true, length: named.length });
  expect((await deepOf(["recordings", "certificates", "suppressions", "people"])).found).toEqual([]);
});

describe("who owns the database", () => {
  const names = "seq, moment, who, word, kind, about, more, promise, follows, digest, tag";
  /** Does something to one of the rows, hears what verifying says, and puts it back. */
  async function bent(seq: number, work: () => Promise<unknown>) {
    await run(
      `CREATE TABLE aside AS SELECT ${names} FROM audit_rows WHERE seq = ?`.replace("?", String(seq)),
    );
    await run("CREATE TABLE aside_actors AS SELECT num, actor FROM audit_actors");
    let said: Awaited<ReturnType<typeof walk>>;
    try {
      await asOwner(["audit"], work);
      said = await walk();
    } finally {
      await asOwner(["audit"], async () => {
        await run("DELETE FROM audit_rows WHERE seq = ?", seq);
        await run(`INSERT INTO audit_rows (${names}) SELECT ${names} FROM aside`);
        await run("DELETE FROM audit_actors");
        await run("INSERT INTO audit_actors (num, actor) SELECT num, actor FROM aside_actors");
      });
      await run("DROP TABLE aside");
      await run("DROP TABLE aside_actors");
    }
    return said;
  }
  const oneOf = async () =>
    (await env.DB.prepare(
      "SELECT seq FROM audit_rows WHERE kind = 1 AND about IS NOT NULL AND tag IS NOT NULL AND more IS NULL ORDER BY seq LIMIT 1",
    ).first<number>("seq"))!;

  it.each([
    ...[
      "moment = moment + 1",
      "moment = 'x'",
      "moment = -moment",
      "who = 1 + (who = 1)",
      "who = 999999",
      "who = -1",
    ],
    ...[
      "word = word + 1",
      "word = 'x'",
      "word = x'00'",
      "kind = kind + 1",
      "kind = 'recordings'",
      "kind = NULL",
    ],
    ...["about = randomblob(16)", "about = substr(about, 2)", "about = 7", "more = 1", "more = '@'"],
    ...[
      "promise = zeroblob(32)",
      "promise = 'x'",
      "follows = zeroblob(32)",
      "follows = 7",
      "digest = zeroblob(32)",
    ],
    ...["digest = substr(digest, 1, 31)", "digest = 'x'"],
  ])("alters a row: %s", async (set) => {
    const seq = await oneOf();
    const said = await bent(seq, () => run(`UPDATE audit_rows SET ${set} WHERE seq = ?`, seq));
    expect(said).toMatchObject({ ok: false, brokenAt: seq, why: auditFaults.hash });
  });

  it.each(["tag = NULL", "tag = zeroblob(16)", "tag = 'x'", "tag = hex(tag)"])(
    "takes the Worker's code from one: %s",
    async (set) => {
      const seq = await oneOf();
      const said = await bent(seq, () => run(`UPDATE audit_rows SET ${set} WHERE seq = ?`, seq));
      expect(said).toMatchObject({ ok: false, brokenAt: seq, why: auditFaults.forged });
    },
  );

  it("alters a row with its hash: the next one does not follow", async () => {
    const seq = await oneOf();
    const row = (await env.DB.prepare("SELECT * FROM audit WHERE seq = ?").bind(seq).first<LinkedRow>())!;
    const other = { ...row, actor: "somebody" };
    const hash = rowHash(other);
    const mac = (await auditKey(env.AUDIT_KEY))!.mac(hash);
    const said = await bent(seq, () =>
      run("UPDATE audit SET actor = ?, hash = ?, mac = ? WHERE seq = ?", other.actor, hash, mac, seq),
    );
    expect(said).toMatchObject({ ok: false, brokenAt: seq + 1, why: auditFaults.link });
  });

  it("names somebody else by all rows of one, or nobody", async () => {
    const seq = await oneOf();
    const first = (await env.DB.prepare(
      "SELECT MIN(seq) FROM audit_rows WHERE who = (SELECT who FROM audit_rows WHERE seq = ?)",
    )
      .bind(seq)
      .first<number>("MIN(seq)"))!;
    for (const work of [
      `UPDATE audit_actors SET actor = 'x' WHERE num = (SELECT who FROM audit_rows WHERE seq = ${seq})`,
      `DELETE FROM audit_actors WHERE num = (SELECT who FROM audit_rows WHERE seq = ${seq})`,
    ])
      expect(await bent(seq, () => run(work)), work).toMatchObject({
        ...{ ok: false, brokenAt: first, why: auditFaults.hash },
      });
  });

  it("writes what is no value of the trail: the database refuses it", async () => {
    const seq = await oneOf();
    const sets = [
      "word = 9999",
      "kind = 9999",
      ...["moment", "who", "word", "about", "digest"].map((name) => `${name} = NULL`),
    ];
    for (const set of sets)
      await bent(seq, () =>
        expect(run(`UPDATE audit_rows SET ${set} WHERE seq = ?`, seq), set).rejects.toThrow(
          "NOT NULL constraint failed",
        ),
      );
  });

  it("is refused while triggers are there", async () => {
    const before = await all();
    const seq = await oneOf();
    for (const [text, why] of [
      ["UPDATE audit_rows SET moment = 0", "audit_append_only"],
      [`UPDATE audit SET actor = 'x' WHERE seq = ${seq}`, "audit_append_only"],
      [`DELETE FROM audit_rows WHERE seq = ${seq}`, "audit_append_only"],
      [`DELETE FROM audit WHERE seq = ${seq}`, "audit_append_only"],
      [
        `INSERT OR REPLACE INTO audit_rows (${names}) SELECT ${names} FROM audit_rows WHERE seq = ${seq}`,
        "audit_head_moved",
      ],
      [`INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = ${seq}`, "audit_head_moved"],
      [
        `INSERT OR REPLACE INTO audit SELECT seq + 1, '', 'x', '', '', '', hash, '', '' FROM audit WHERE seq = ${seq}`,
        "audit_head_moved",
      ],
      ["INSERT INTO audit (seq) VALUES (NULL)", "audit_head_moved"],
      ["UPDATE audit_actors SET actor = 'x'", "audit_append_only"],
      ["DELETE FROM audit_actors WHERE num = 1", "audit_append_only"],
      ["INSERT OR REPLACE INTO audit_actors (num, actor) VALUES (1, 'x')", "audit_append_only"],
      ["INSERT OR REPLACE INTO audit_actors (actor) VALUES ('system')", "audit_append_only"],
    ] as const)
      await expect(run(text), text).rejects.toThrow(why);
    for (const column of columns.filter((name) => name !== "seq" && name !== "mac")) {
      const { seq, hash } = await newest();
      const row: Record<string, unknown> = {
        seq: seq + 1,
        at: "x",
        actor: "x",
        code: "x",
        subject: "",
        commitment: "",
        prev: hash,
      };
      await expect(append({ ...row, hash: "x", [column]: null } as never), column).rejects.toThrow(
        column === "prev" ? "audit_head_moved" : "NOT NULL constraint failed",
      );
    }
    expect(await all()).toEqual(before);
    expect(await walk()).toMatchObject({ ok: true });
  });
});

it("a name that an insider gives a number which SQLite gives to none stops nobody who acts for the first time", async () => {
  await run("INSERT INTO audit_actors (num, actor) VALUES (-1, 'nobody')");
  await record(env, {
    ...{ actor: "first-time", statements: [] },
    event: { code: "test.said", subject: "", payload: null },
  });
  expect((await dump("audit_actors")) as { actor: string }[]).toContainEqual(
    expect.objectContaining({ actor: "first-time" }),
  );
  await asOwner(["audit_actors"], () => run("DELETE FROM audit_actors WHERE num = -1"));
});

it("is found by who, what and about what, a page at a time", async () => {
  const listed = async (query: string) =>
    (
      (await call("GET", `/v1/audit?limit=5&${query}`, { token: tokens.compliance })).data as {
        rows: LinkedRow[];
      }
    ).rows;
  const some = (await env.DB.prepare(
    "SELECT * FROM audit WHERE code = 'suppression.added' ORDER BY seq DESC LIMIT 1",
  ).first<LinkedRow>())!;
  for (const query of [
    ...[
      `actor=${some.actor}&code=suppression.added`,
      "code=suppression.added",
      `subject=${some.subject}&code=suppression.`,
    ],
    `actor=${some.actor}&subject=${some.subject}`,
  ])
    expect((await listed(query))[0], query).toMatchObject({
      seq: some.seq,
      actor: some.actor,
      subject: some.subject,
    });
  expect(await listed("actor=nobody")).toEqual([]);
  expect((await listed(`actor=${some.actor}`)).every(({ actor }) => actor === some.actor)).toBe(true);
});

it("going back: the table of before is as it was, and comes into smaller rows again", async () => {
  const was = await all();
  const back = env.TEST_MIGRATIONS_BACK.find(({ name }) => name.startsWith(SLIM))!;
  await env.DB.batch(back.queries.map((query) => env.DB.prepare(query)));
  expect(await all()).toEqual(was);
  expect(await schemaOf()).toEqual(schema);
  expect(await walk()).toMatchObject({ ok: true });
  // As that Worker names indexes, and writes.
  for (const from of [
    "INDEXED BY audit_actor WHERE actor = 'system'",
    "INDEXED BY audit_code WHERE code = 'audit.bound'",
  ])
    expect(
      await env.DB.prepare(`SELECT COUNT(*) AS n FROM audit ${from}`).first<number>("n"),
    ).toBeGreaterThan(0);
  await expect(run("DELETE FROM audit WHERE seq = 0")).rejects.toThrow("audit_append_only");
  const seq = await follow({ subject: `recordings/${UUID}@7` });
  await arrive(env, tokens.admin, sample());
  const since = await all();
  await applyD1Migrations(env.DB, migrationsSince(SLIM));
  expect(await all()).toEqual(since);
  expect(since.rows.slice(0, was.rows.length)).toEqual(was.rows);
  expect(await env.DB.prepare("SELECT more FROM audit_rows WHERE seq = ?").bind(seq).first("more")).toBe(7);
  expect(await walk()).toMatchObject({ ok: true });
});

it("rows leave with a closed month, and the object has them letter by letter", async () => {
  const { rows } = await all();
  const archived = (await dump("audit_archives")).length;
  await archiveMonths(env, Date.parse("2020-12-20T00:00:00.000Z"), 40);
  expect((await dump("audit_archives")).length).toBeGreaterThan(archived);
  expect((await all()).rows.length).toBeLessThan(rows.length);
  expect(await walk()).toMatchObject({ ok: true });
});
