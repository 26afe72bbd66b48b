/** What the owner of the database can do to a register, with the triggers dropped and put back: verify --deep names it. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { blockDigest, blockOf, numberOf, offsetOf, pack, unpack } from "../../../shared/registers/blocks.ts";
import type { ExplainAnswer } from "../../../shared/check/api-explain.ts";
import { BOUND } from "../../../worker/core/bound.ts";
import { countContents } from "../../../worker/registers/content.ts";
import { sweep } from "../../../worker/jobs/housekeeping.ts";
import { adopt } from "../../../worker/trail/adopt.ts";
import { archiveMonths } from "../../../worker/trail/archive.ts";
import { openingBy } from "../../../shared/proof/bound-row.ts";
import { versionFaults } from "../../../shared/proof/bound-version.ts";
import { commitmentOf } from "../../../shared/trail/chain.ts";
import { aTeam, asOwner, call, daysAgo, MONTH, push, rowsOf, today } from "../helpers.ts";
import { namesColumn, run, writeAs } from "../trail/kit.ts";
import { deep } from "./kit.ts";
import { dial, NUMBER, OTHER, proofOf } from "../proof/kit.ts";
import { ofParts } from "./parts.ts";

const tokens = aTeam();
const first = <T>(text: string, ...params: (string | number)[]) =>
  env.DB.prepare(text)
    .bind(...params)
    .first<T>() as Promise<T>;

const found = async (now?: number) => (await deep(now)).found;

const change = async (body: object) =>
  expect(
    (
      await call("POST", "/v1/lists/tps/changes", {
        token: tokens.admin,
        body: { asOf: today(), allowShrink: true, attestSameFile: true, ...body },
      })
    ).status,
  ).toBe(200);

/** Takes a number out of its block as somebody would who knows how blocks are made. */
async function takeOut(number: string): Promise<void> {
  const n = numberOf(number);
  const id = blockOf(n) * 64 + 1;
  const { data } = await first<{ data: string }>("SELECT data FROM blocks WHERE id = ?", id);
  const packed = pack(unpack(data).filter((offset) => offset !== offsetOf(n)));
  await run(
    "UPDATE blocks SET data = ?, n = n - 1, digest = ? WHERE id = ?",
    ...[packed, blockDigest(blockOf(n), packed), id],
  );
}
/** And has the version in force say what the blocks come to. */
async function fit(): Promise<void> {
  await asOwner(["versions"], () =>
    run(
      `UPDATE versions SET (numbers, high, low) = (SELECT SUM(n), SUM(digest >> 24), SUM(digest & 16777215) FROM blocks WHERE id % 64 = 1)
       WHERE list = 1 AND ver = (SELECT head FROM lists WHERE num = 1)`,
    ),
  );
}
/** Does something, and puts a table's rows back as they were. */
async function during<T>(tables: readonly string[], work: () => Promise<T>): Promise<T> {
  for (const table of tables) await run(`CREATE TABLE aside_${table} AS SELECT * FROM ${table}`);
  try {
    return await work();
  } finally {
    await asOwner(tables, async () => {
      for (const table of [...tables].reverse()) await run(`DELETE FROM ${table}`).catch(() => null);
      for (const table of tables) await run(`INSERT OR REPLACE INTO ${table} SELECT * FROM aside_${table}`);
    });
    for (const table of tables) await run(`DROP TABLE aside_${table}`);
  }
}

const ANOTHER = "+442079560001";
beforeEach(async () => {
  if ((await first<{ head: number }>("SELECT head FROM lists WHERE num = 1")).head > 0) return;
  await adopt(env);
  await push(tokens.admin, "tps", [NUMBER, OTHER, ANOTHER], { asOf: daysAgo(9), sha256: "ab".repeat(32) });
  await push(tokens.admin, "tps", [NUMBER, OTHER, ANOTHER, "+442079660001"], { asOf: daysAgo(3) });
  await push(tokens.admin, "ctps", [OTHER], { asOf: daysAgo(3) });
});

it("finds nothing where nothing was altered, and says that all of it is bound", async () => {
  const { found: nothing, bound } = await deep();
  expect(nothing).toEqual([]);
  expect(bound.none).toBe(0);
  expect(bound.every).toBeGreaterThan(10);
});

it("the event of a new version has its date, its counts and its file", async () => {
  const { payload } = await first<{ payload: string }>(
    "SELECT payload FROM audit JOIN audit_payload USING (seq) WHERE code = 'list.pushed' AND subject = 'tps/1'",
  );
  expect(JSON.parse(payload)).toMatchObject({
    ...{ asOf: daysAgo(9), numbers: 3, blocks: 2, sha256: "ab".repeat(32) },
  });
});

describe("a number that is taken out of its block", () => {
  it("the data alone", async () => {
    await during(["blocks"], async () => {
      await run("UPDATE blocks SET data = ? WHERE id = ?", pack([1]), blockOf(numberOf(NUMBER)) * 64 + 1);
      expect(await found()).toEqual([
        `blocks tps/${blockOf(numberOf(NUMBER))}: altered n,data,digest`,
        "blocks tps: altered",
      ]);
    });
  });
  it("with its count and its digest", async () => {
    await during(["blocks"], async () => {
      await takeOut(NUMBER);
      expect(await found()).toEqual(["blocks tps: altered numbers,high,low", "blocks tps: altered"]);
    });
  });
  it("with the version's own sums", async () => {
    await during(["blocks", "versions"], async () => {
      await takeOut(NUMBER);
      await fit();
      const now = await found();
      expect(now.some((line) => line.startsWith("versions tps/2: altered"))).toBe(true);
      expect(now).toContain("blocks tps: altered");
    });
  });
  it("a block that is deleted, or one more of a register that is not there", async () => {
    await during(["blocks"], async () => {
      await run("DELETE FROM blocks WHERE id = ?", blockOf(numberOf(ANOTHER)) * 64 + 1);
      await run("INSERT INTO blocks SELECT id - id % 64 + 9, n, digest, data FROM blocks WHERE id % 64 = 2");
      expect(await found()).toEqual([
        "blocks 9: extra",
        "blocks tps: altered blocks,numbers,high,low",
        "blocks tps: altered",
      ]);
    });
  });
  it("two blocks whose digests come to the same", async () => {
    // As after a search through some 2^24 fillings of blocks that nobody rings: here the digests are just written over.
    await during(["blocks"], async () => {
      await takeOut(NUMBER);
      await run("UPDATE blocks SET n = n + 1 WHERE id = ?", blockOf(numberOf(NUMBER)) * 64 + 1);
      const sums = "SELECT high, low FROM versions WHERE list = 1 AND ver = 2";
      const wanted = await first<{ high: number; low: number }>(sums);
      const real = await first<{ high: number; low: number }>(
        "SELECT SUM(digest >> 24) AS high, SUM(digest & 16777215) AS low FROM blocks WHERE id % 64 = 1",
      );
      await run(
        "UPDATE blocks SET digest = digest + (? << 24) + ? WHERE id = ?",
        ...[wanted.high - real.high, wanted.low - real.low, blockOf(numberOf(ANOTHER)) * 64 + 1],
      );
      expect(await found()).toContain("blocks tps: altered");
    });
  });
});

describe("a version", () => {
  it("whose date is changed, so that a copy of forty days looks fresh", async () => {
    await during(["versions"], async () => {
      await asOwner(["versions"], () =>
        run("UPDATE versions SET as_of = ? WHERE list = 1 AND ver = 2", today()),
      );
      expect(await found()).toEqual([namesColumn("versions tps/2", "as_of")]);
    });
  });
  it("that is deleted, one more that nothing tells of, and an older one put in force", async () => {
    await during(["versions"], async () => {
      await asOwner(["versions"], () => run("DELETE FROM versions WHERE list = 1 AND ver = 1"));
      expect(await found()).toEqual(["versions tps/1: missing"]);
    });
    await during(["versions"], async () => {
      for (const code of ["code", "NULL"]) {
        await run(
          `INSERT OR REPLACE INTO versions (list, ver, upload, parent, state, as_of, blocks, numbers, high, low, source, by, at, committed_at, code)
           SELECT list, 9, 99, 2, state, as_of, blocks, numbers, high, low, source, by, '2026-01-01', '2026-01-01', ${code} FROM versions WHERE list = 1 AND ver = 2`,
        );
        expect(await found()).toContain("versions tps/9: extra");
      }
    });
    await during(["lists"], async () => {
      await asOwner(["lists"], () => run("UPDATE lists SET head = 1 WHERE num = 1"));
      expect((await found())[0]).toMatch(/^blocks tps: altered head,/);
    });
  });
  it("that is said to be abandoned", async () => {
    await during(["versions"], async () => {
      await asOwner(["versions"], () =>
        run("UPDATE versions SET state = 'abandoned' WHERE list = 1 AND ver = 1"),
      );
      expect(await found()).toContainEqual(namesColumn("versions tps/1", "state"));
    });
  });
});

describe("an upload that is open", () => {
  const source = { name: "ctps.txt", sha256: "cd".repeat(32) };
  const post = (path: string, body: object) =>
    call("POST", `/v1/lists/ctps/${path}`, { token: tokens.admin, body });
  const ctps = async () =>
    (await call("GET", "/v1/lists/ctps", { token: tokens.admin })).data as { version: number; asOf: string };
  /** Adds a number to those that are listed. */
  async function upload(kind: "whole" | "changes", listed: string[], number: string) {
    const { version: parent } = await ctps();
    const begun = await post("uploads", { asOf: daysAgo(2), parent, kind, source });
    const { version, parts } = begun.data as { version: number; parts: unknown[] };
    const { rows, sums, hash } = rowsOf([...listed, number]);
    const changes = rowsOf([number]).rows.map(([block, , , data]) => [block, data, ""]);
    await call("PUT", `/v1/lists/ctps/uploads/${version}/parts/1`, {
      token: tokens.admin,
      body: kind === "whole" ? { blocks: rows } : { changes },
    });
    const whole = kind === "whole" && { blocks: sums.blocks, numbers: sums.numbers, hash };
    return { version, parts, commit: () => post(`uploads/${version}/commit`, { parts: 1, ...whole }) };
  }

  it.each([
    ["whole", [OTHER], ANOTHER],
    ["changes", [OTHER, ANOTHER], "+442079660001"],
  ] as const)(
    "and that somebody alters is not made live, %s: pushed again, it has its own day",
    async (kind, had, one) => {
      const before = await ctps();
      for (const [set, value] of [
        ["as_of", today()],
        ["source", "another.txt"],
      ] as const) {
        const { version, commit } = await upload(kind, [...had], one);
        await run(`UPDATE versions SET ${set} = ? WHERE list = 2 AND ver = ?`, value, version);
        const refused = await commit();
        expect([refused.status, refused.data], set).toMatchObject([409, { code: "list-version-closed" }]);
        expect(refused.text).toContain("not as the audit trail has it");
        expect(await ctps(), set).toMatchObject({ version: before.version, asOf: before.asOf });
        const resumed = await upload(kind, [...had], one);
        expect(resumed, set).toMatchObject({ version: version + 1, parts: [] });
        await run("UPDATE versions SET state = 'abandoned' WHERE list = 2 AND ver = ?", resumed.version);
      }
      const { commit } = await upload(kind, [...had], one);
      const done = await commit();
      expect(done.status, done.text).toBe(200);
      expect((await ctps()).asOf).toBe(daysAgo(2));
      expect(await found()).toEqual([]);
    },
  );

  it("brings no version back whose day somebody altered: its day would then be bound", async () => {
    const { version: parent } = await ctps();
    await during(["versions"], async () => {
      await asOwner(["versions"], () =>
        run("UPDATE versions SET as_of = ? WHERE list = 2 AND ver = 1", today()),
      );
      const back = await post("rollback", { to: 1, parent, why: "a mistake" });
      expect([back.status, back.data]).toMatchObject([404, { code: "list-version-unknown" }]);
    });
    expect((await ctps()).version).toBe(parent);
  });
});

it("what a register is for: its regions, and how old a copy may be", async () => {
  for (const set of ["regions = '[]'", "max_age_days = 300", "days_until_effective = 300"])
    await during(["lists"], async () => {
      await run(`UPDATE lists SET ${set} WHERE num = 1`);
      expect(await found()).toEqual([namesColumn("lists tps", set.split(" ")[0]!)]);
    });
  const facts = { name: "Own list", regions: ["GB"], maxAgeDays: 28 };
  for (const maxAgeDays of [28, 20])
    expect(
      (await call("PUT", "/v1/lists/own", { token: tokens.admin, body: { ...facts, maxAgeDays } })).status,
    ).toBeLessThan(300);
  expect(await found()).toEqual([]);
  await run("UPDATE lists SET max_age_days = 28 WHERE id = 'own'");
  expect(await found()).toEqual([namesColumn("lists own", "max_age_days")]);
  await run("UPDATE lists SET max_age_days = 20 WHERE id = 'own'");
});

describe("an administrator who takes a number out for an afternoon", () => {
  it("is on the trail: what the register was then is told, by the number", async () => {
    await change({ remove: [NUMBER] });
    await change({ add: [NUMBER] });
    expect(await found()).toEqual([]);
    const hours = ["08:00", "14:00", "16:00"].map((time) => `${daysAgo(1)}T${time}:00.000Z`);
    // Their commits are of this minute: they are put back to yesterday afternoon.
    await during(["versions"], async () => {
      for (const [n, at] of hours.entries())
        await asOwner(["versions"], () =>
          run("UPDATE versions SET committed_at = ? WHERE list = 1 AND ver = ?", at, n + 2),
        );
      const listedAt = async (time: string) => {
        const { data } = await call(
          "GET",
          `/v1/explain/${encodeURIComponent(NUMBER)}?at=${daysAgo(1)}T${time}:00.000Z`,
          { token: tokens.compliance },
        );
        return (data as ExplainAnswer).facts.lists.map(({ id }) => id);
      };
      expect([await listedAt("13:55"), await listedAt("14:05"), await listedAt("16:05")]).toEqual([
        ["tps"],
        [],
        ["tps"],
      ]);
    });
    const { document } = await proofOf(env, tokens.compliance);
    const tps = document.proof.registers.find(({ list }) => list === "tps")!;
    expect(tps.versions.map(({ version, listed }) => [version, listed])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, true],
    ]);
    const cited = (version: number) =>
      document.proof.trail.rows.filter(({ seq }) =>
        tps.versions.find((v) => v.version === version)!.rows.includes(seq),
      );
    expect(cited(3).map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      "audit.bound versions/tps/3",
      "list.changed tps/3",
    ]);
    expect(new Set(cited(3).map(({ actor }) => actor)).size).toBe(1);
  });

  it("and whoever alters or deletes what it says then is found", async () => {
    const [undo] = (
      await env.DB.prepare("SELECT CAST(id AS TEXT) AS id FROM block_undo WHERE id & 1048575 = 3").all<{
        id: string;
      }>()
    ).results;
    await during(["block_undo", "lists"], async () => {
      await run("UPDATE block_undo SET data = ? WHERE id = CAST(? AS INTEGER)", pack([7]), undo!.id);
      expect(await found()).toEqual(["block_undo tps: altered"]);
    });
    await during(["block_undo", "lists"], async () => {
      await asOwner(["block_undo"], () =>
        run("DELETE FROM block_undo WHERE id = CAST(? AS INTEGER)", undo!.id),
      );
      expect(await found()).toEqual(["block_undo tps: altered"]);
    });
    await during(["block_undo", "lists"], async () => {
      // Its trigger says that nobody can tell any more, three years too early.
      await run("DELETE FROM block_undo WHERE id = CAST(? AS INTEGER)", undo!.id);
      expect(await found()).toEqual([
        "block_undo tps/1: missing",
        "block_undo tps/2: missing",
        "block_undo tps/3: missing",
      ]);
    });
    await during(["block_undo"], async () => {
      await run(
        "INSERT INTO block_undo SELECT id | 1048575, data FROM block_undo WHERE id = CAST(? AS INTEGER)",
        undo!.id,
      );
      expect(await found()).toEqual(["block_undo tps: altered"]);
    });
    expect(await found()).toEqual([]);
  });
});

/** What `cleardial verify` finds wrong with what a proof says of registers. */
async function faultsOf(own: typeof env) {
  const { proof } = (await proofOf(own, tokens.compliance)).document;
  const rows = proof.trail.rows.filter(
    ({ bound, payload, salt, commitment }) =>
      bound && (openingBy(bound) !== payload || commitment !== commitmentOf(salt ?? "", payload)),
  );
  return [...versionFaults(proof).map(({ what }) => what), ...rows.map(({ subject }) => `row ${subject}`)];
}

describe("a proof", () => {
  it("of a dial fails where the version that it quotes was altered, or is gone", async () => {
    const own = env;
    const version = (await first<{ head: number }>("SELECT head FROM lists WHERE num = 1")).head;
    const { asOf } = await first<{ asOf: string }>(
      "SELECT as_of AS asOf FROM versions WHERE list = 1 AND ver = ?",
      version,
    );
    await dial(tokens.agent, { seen: { seq: 1, policy: 1, lists: [{ id: "tps", version, asOf }] } });
    expect(await faultsOf(own)).toEqual([]);
    // Payloads go with time; what binds the rows stays.
    await run("DELETE FROM audit_payload");
    expect(await faultsOf(own)).toEqual([]);
    const altered = [
      "UPDATE versions SET as_of = '2026-01-01' WHERE list = 1 AND ver = ?",
      "UPDATE versions SET as_of = '2026-01-01', code = NULL, salt_high = NULL WHERE list = 1 AND ver = ?",
      "UPDATE versions SET committed_at = '2026-01-01T00:00:00.000Z' WHERE list = 1 AND ver = ?",
      "DELETE FROM versions WHERE list = 1 AND ver = ?",
    ];
    for (const text of altered)
      await during(["versions"], async () => {
        await asOwner(["versions"], () => run(text, version));
        expect(await faultsOf(own), text).not.toEqual([]);
      });
    expect(await faultsOf(own)).toEqual([]);
  });
});

it("a roll-back, and what the register was before, hold after their months left for the archive", async () => {
  const parent = (await first<{ head: number }>("SELECT head FROM lists WHERE num = 1")).head;
  await archiveMonths(env, Date.now() + 2 * MONTH);
  const back = await call("POST", "/v1/lists/tps/rollback", {
    token: tokens.admin,
    body: { to: 1, parent, why: "a mistake" },
  });
  expect(back.status, JSON.stringify(back.data)).toBe(201);
  expect(await found()).toEqual([]);
  const history = (await call("GET", "/v1/lists/tps", { token: tokens.admin })).data as {
    history: { version: number }[];
  };
  expect(history.history.map(({ version }) => version)).toEqual([
    parent + 1,
    parent,
    ...Array.from({ length: parent - 1 }, (_, i) => parent - 1 - i),
  ]);
  await archiveMonths(env, Date.now() + 2 * MONTH);
  expect(await found()).toEqual([]);
  expect(await faultsOf(env)).toEqual([]);
  await during(["versions"], async () => {
    await asOwner(["versions"], () =>
      run("UPDATE versions SET as_of = ? WHERE list = 1 AND ver = 1", today()),
    );
    expect(await found()).toEqual([namesColumn("versions tps/1", "as_of")]);
  });
});

ofParts(tokens);

describe("a version in force that somebody altered", () => {
  const post = (path: string, body: object) =>
    call("POST", `/v1/lists/tps/${path}`, { token: tokens.admin, body });
  const NEW = "+442079760001";
  const source = { name: "tps.txt", sha256: "ef".repeat(32) };
  const head = async () => (await first<{ head: number }>("SELECT head FROM lists WHERE num = 1")).head;

  it("is the beginning of no other one: not of changes, a file, one that waits, nor a roll-back", async () => {
    const parent = await head();
    const begun = await post("uploads", { asOf: today(), parent, kind: "changes", source });
    const { version } = begun.data as { version: number };
    const changes = rowsOf([NEW]).rows.map(([block, , , data]) => [block, data, ""]);
    await call("PUT", `/v1/lists/tps/uploads/${version}/parts/1`, { token: tokens.admin, body: { changes } });
    const tries = {
      changes: () => post("changes", { asOf: today(), add: [NEW], remove: [] }),
      begin: () => post("uploads", { asOf: today(), parent, kind: "whole", source: { name: "x" } }),
      commit: () => post(`uploads/${version}/commit`, { parts: 1 }),
      back: () => post("rollback", { to: 1, parent, why: "a mistake" }),
    };
    const newest = "WHERE list = 1 AND ver = (SELECT head FROM lists WHERE num = 1)";
    const bends: [tables: string[], bend: () => Promise<unknown>][] = [
      [
        ["versions"],
        () => asOwner(["versions"], () => run(`UPDATE versions SET as_of = ? ${newest}`, daysAgo(2))),
      ],
      [["blocks", "versions"], () => takeOut(OTHER).then(fit)],
      [["contents"], () => run(`UPDATE contents SET content = undone ${newest}`)],
      [["contents"], () => run(`DELETE FROM contents ${newest}`)],
    ];
    for (const [tables, bend] of bends)
      await during(tables, async () => {
        await bend();
        for (const [name, ask] of Object.entries(tries)) {
          const refused = await ask();
          expect([refused.status, refused.data], `${tables.join()}: ${name}`).toMatchObject([
            409,
            { code: "list-unlike" },
          ]);
        }
      });
    // Nor is an earlier one that somebody put in force: the later one would be passed over.
    await during(["lists"], async () => {
      await asOwner(["lists"], () => run("UPDATE lists SET head = 1 WHERE num = 1"));
      expect((await tries.changes()).data).toMatchObject({ code: "list-unlike" });
    });
    expect(await head()).toBe(parent);
    const done = await tries.commit();
    expect(done.status, done.text).toBe(200);
    expect((await found()).filter((line) => line.includes(" tps"))).toEqual([]);
  });
});

describe("a register that somebody puts back for a moment, with what tells of its newest version", () => {
  const post = (path: string, body: object) =>
    call("POST", `/v1/lists/tps/${path}`, { token: tokens.admin, body });
  const tables = ["blocks", "block_undo", "versions", "contents", "lists"];

  it("is the beginning of no other version, which would lack what that one brought", async () => {
    await change({ asOf: today(), add: ["+442079860001"], remove: [] });
    const { head } = await first<{ head: number }>("SELECT head FROM lists WHERE num = 1");
    for (const table of tables) await run(`CREATE TABLE then_${table} AS SELECT * FROM ${table}`);
    await change({ asOf: today(), add: ["+442079860002"], remove: [] });
    const push = { asOf: today(), parent: head, kind: "whole", source: { name: "x" } };
    const refused = async () => {
      const changes = await post("changes", { asOf: today(), add: ["+442079860003"], remove: [] });
      for (const { status, data } of [changes, await post("uploads", push)])
        expect([status, data]).toMatchObject([409, { code: "list-unlike" }]);
    };
    await during(tables, async () => {
      await asOwner(tables, async () => {
        await run("UPDATE versions SET state = 'abandoned' WHERE list = 1 AND ver = ?", head + 1);
        await run("UPDATE lists SET head = ? WHERE num = 1", head);
        for (const table of ["blocks", "block_undo"]) {
          await run(`DELETE FROM ${table}`);
          await run(`INSERT INTO ${table} SELECT * FROM then_${table}`);
        }
      });
      await refused();
      await asOwner(["versions"], () => run("DELETE FROM versions WHERE list = 1 AND ver = ?", head + 1));
      await refused();
      // Also once what tells of it is in the archive.
      await archiveMonths(env, Date.now() + 2 * MONTH);
      await refused();
    });
    for (const table of tables) await run(`DROP TABLE then_${table}`);
    // Where nothing compared it, as in an earlier release, the version itself says what it starts from.
    await during(["versions"], async () => {
      await asOwner(["versions"], () =>
        run("UPDATE versions SET parent = ? WHERE list = 1 AND ver = ?", head - 1, head + 1),
      );
      expect(await found()).toContainEqual(namesColumn(`versions tps/${head + 1}`, "parent"));
    });
    expect((await found()).filter((line) => line.includes(" tps"))).toEqual([]);
  });
});

it("a hundred forged words of later versions hide none of the trail's: then no version starts", async () => {
  const { head } = await first<{ head: number }>("SELECT head FROM lists WHERE num = 1");
  const begin = async () => {
    const body = { asOf: today(), parent: head, kind: "whole", source: { name: "x" } };
    const { status, data } = await call("POST", "/v1/lists/tps/uploads", { token: tokens.admin, body });
    return status < 300 ? "begun" : (data as { code: string }).code;
  };
  await during(["audit", "audit_payload"], () =>
    asOwner(["audit"], async () => {
      for (let n = 1; n < 100; n++) await writeAs(BOUND, false, `versions/tps/${head + n}`);
      expect(await begin()).toBe("begun");
      await writeAs(BOUND, false, `versions/tps/${head + 100}`);
      expect(await begin()).toBe("list-unlike");
    }),
  );
});

it("blocks that are altered are bound by no second look: sums that are gone are missed, and new ones are no old ones", async () => {
  const { head } = await first<{ head: number }>("SELECT head FROM lists WHERE num = 1");
  await takeOut(OTHER);
  await run("DELETE FROM contents WHERE list = 1 AND ver = ?", head);
  expect(await found()).toContain(`contents tps/${head}: missing`);
  // Nor does the job count them as blocks of before.
  await countContents(env, Date.now());
  expect(await found()).toContain(`contents tps/${head}: missing`);
});

it("undo that is erased when its time is over is not missed", async () => {
  const later = Date.now() + 120 * MONTH;
  await during(["block_undo", "lists"], async () => {
    await sweep(env, later);
    expect((await first<{ n: number }>("SELECT COUNT(*) AS n FROM block_undo")).n).toBe(0);
    expect((await found(later)).filter((line) => line.startsWith("block_undo"))).toEqual([]);
  });
});
