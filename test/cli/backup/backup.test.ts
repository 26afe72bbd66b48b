/** A backup of a SQLite database with the Worker's own schema: what must come back exactly, and what is refused. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { at } from "../../../scripts/lib/paths.ts";
import { checkFolder, digestOf, type Manifest } from "../../../worker/cli/backup/folder.ts";
import { backUp, restore as put } from "../../../worker/cli/backup/backup.ts";
import type { Bucket, Cloud, Stored } from "../../../worker/cli/backup/cloud.ts";

const migrations = readdirSync(at("worker/migrations"))
  .sort()
  .map((file) => readFileSync(at("worker/migrations", file), "utf8"));

class FakeCloud implements Cloud {
  name = "cleardial";
  db: DatabaseSync;
  constructor(file = ":memory:") {
    this.db = new DatabaseSync(file);
  }
  objects = {
    ARCHIVE: new Map<string, Stored>(),
    RECORDINGS: new Map<string, Stored>(),
    FILES: new Map<string, Stored>(),
  };
  /** Called with each query before it runs. */
  before: (sql: string) => void = () => undefined;
  rows = {
    all: <T>(sql: string, ...params: string[]) => {
      this.before(sql);
      return Promise.resolve(this.db.prepare(sql).all(...params) as T[]);
    },
    run: (sql: string, ...params: string[]) => Promise.resolve(void this.db.prepare(sql).run(...params)),
  };
  buckets = Object.fromEntries(
    Object.entries(this.objects).map(([name, objects]): [string, Bucket] => [
      name,
      {
        keys: () => Promise.resolve([...objects.keys()].sort()),
        get: (key) => Promise.resolve(objects.get(key) ?? null),
        put: (key, object) => Promise.resolve(void objects.set(key, object)),
      },
    ]),
  );
  close = () => Promise.resolve();
  /** Everything in the database, quoted by SQLite: exact for every type. */
  all(): Record<string, unknown> {
    const list = this.db.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
    );
    return Object.fromEntries(
      (list.all() as { name: string; sql: string }[]).map(({ name, sql }) => [
        name,
        sql.startsWith("CREATE TABLE")
          ? [
              sql,
              this.db
                .prepare(
                  `SELECT quote(q) AS q FROM (SELECT ${this.#quoted(name)} AS q FROM "${name}") ORDER BY q`,
                )
                .all(),
            ]
          : sql,
      ]),
    );
  }
  #quoted(name: string): string {
    const columns = this.db.prepare(`SELECT name FROM pragma_table_info('${name}')`).all() as {
      name: string;
    }[];
    return columns.map((c) => `typeof("${c.name}") || quote("${c.name}")`).join(" || ',' || ");
  }
}

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "cleardial-backup-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};
const quiet = () => undefined;
/** Runs the backup as the command does. */
const restore = async (cloud: FakeCloud, from: string, sha256?: string) =>
  put(cloud, from, await checkFolder(from, sha256, quiet), quiet);
let full: FakeCloud;

/** Both in one text: a newline, and the two characters with which JSON writes one. */
const WORDS = `said "no",\nand it’s \\n final — 'never' \u2028 🙂`;
const BIG = 2n ** 62n + 1n;

/** The filled database, made once: all migrations take over a second. */
const made = mkdtempSync(join(tmpdir(), "cleardial-filled-"));
const database = join(made, "full.sqlite");
beforeAll(() => {
  const { db } = new FakeCloud(database);
  for (const migration of migrations) db.exec(migration);
  fill(db);
  db.close();
});
afterAll(() => rmSync(made, { recursive: true, force: true }));
beforeEach(() => {
  const copy = join(made, "copy.sqlite");
  copyFileSync(database, copy);
  full = new FakeCloud(copy);
  write(full);
  full.objects.ARCHIVE.set("audit/2026-10/1.gz", { bytes: Uint8Array.of(0, 1, 255), type: null });
  full.objects.RECORDINGS.set("call 1/ä.mp3", { bytes: Buffer.from("audio"), type: "audio/mpeg" });
});
afterEach(() => full.db.close());

function fill(db: DatabaseSync): void {
  db.exec("CREATE TABLE odd (a REAL, b TEXT, c INTEGER, PRIMARY KEY (b, c)) WITHOUT ROWID");
  db.prepare("INSERT INTO odd VALUES (?, ?, ?), (?, ?, ?)").run(0.1, "é", 1, null, "", -(2n ** 63n));
  db.exec(
    "INSERT INTO people (id, name, email, role, created_at) VALUES ('p', 'Ada', 'a@example.com', 'admin', '2026')",
  );
  const add = db.prepare(
    `INSERT INTO consents (id, number, basis, given_by, given_at, evidence, by, at)
     VALUES (?, 447700900000 + ?, 'consent', 'x', '2026', ?, 'p', '2026')`,
  );
  for (let i = 0; i < 4500; i++) add.run(`c${i}`, i, i === 7 ? WORDS : "");
  db.exec(`INSERT INTO dial_texts (month, text) VALUES ('2026-11', '{"host":"x"}');
    INSERT INTO dials (num, by, late, action, refused, verdict, worker_verdict, agrees, page, reasons, worker_reasons, state,
      key, salt_high, salt_low) VALUES (114595000000001, 1, 9, 1, 0, 2, 2, 1, 1, 1, 1, 1, ${BIG}, -${BIG}, ${BIG})`);
  db.exec(`INSERT INTO calls (id, ref, via, provider, number, agent, person, direction, started_at, verdict, reasons, by, at, code)
      VALUES ('3e5f0b7a-52c1-4d6e-8f90-a1b2c3d4e5f6', '${"8f".repeat(32)}', 'import', 'x', 447700900000, 'Ada', 'p', 'outbound',
        '2026-11-29T10:00:00.000Z', 'clear', '[]', 'p', '2026-11-29T10:00:00.000Z', ${BIG});
    INSERT INTO call_said (call, outcome, by, at) SELECT id, 'silent', 'p', '2026' FROM calls`);
  db.exec(
    "INSERT INTO closed_blocks VALUES (1, 202608, 441, 3, x'00ff80'), (1, 202608, 442, 0, x''), (2, 202608, 7, 1, x'7b7d')",
  );
  db.prepare("INSERT INTO block_undo VALUES (?, 'AA=='), (?, 'BB==')").run(BIG, BIG + 1n);
}
/** Adds one row to the trail. */
const write = ({ db }: FakeCloud) =>
  db.exec(`INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash)
    SELECT seq + 1, '2026', 'p', 'test.written', '', '', hash, hash || 'x' FROM audit ORDER BY seq DESC LIMIT 1`);

describe("a backup", () => {
  it("comes back exactly: every table, type, index, trigger and object", async () => {
    const to = folder();
    const { sha256, manifest } = await backUp(full, to, quiet);
    expect(manifest.head.seq).toBe(1);
    const empty = new FakeCloud();
    await restore(empty, to, sha256);
    expect(empty.all()).toEqual(full.all());
    const calls = ({ db }: FakeCloud) => db.prepare("SELECT id, agent, person, reasons FROM calls").all();
    expect(calls(empty)).toEqual(calls(full));
    expect(empty.objects.RECORDINGS.get("call 1/ä.mp3")!.type).toBe("audio/mpeg");
    expect(Buffer.from(empty.objects.ARCHIVE.get("audit/2026-10/1.gz")!.bytes)).toEqual(Buffer.of(0, 1, 255));
    // The triggers are back: no row can be deleted from the trail.
    expect(() => empty.db.exec("DELETE FROM audit")).toThrow("audit_append_only");
    expect(() => write(empty)).not.toThrow();
  });

  it("gives no number twice that was given before it: what has read up to one misses nothing", async () => {
    const turned = ({ db }: FakeCloud) =>
      db
        .prepare(
          `INSERT INTO turned (number, from_verdict, to_verdict, reason, seq, at)
           VALUES (1, 'clear', 'blocked', 'house', 0, '2026') RETURNING num`,
        )
        .get() as { num: number };
    expect([turned(full), turned(full)]).toMatchObject([{ num: 1 }, { num: 2 }]);
    full.db.exec("DELETE FROM turned");
    const to = folder();
    await backUp(full, to, quiet);
    const empty = new FakeCloud();
    await restore(empty, to);
    expect(turned(empty)).toMatchObject({ num: 3 });
  });

  it("is of one moment: where something is written meanwhile it begins again, and gives up where that does not end", async () => {
    let writes = 1;
    full.before = (sql) => {
      if (sql.includes('FROM "lists"') && writes-- > 0) write(full);
    };
    const { manifest } = await backUp(full, folder(), quiet);
    expect(manifest.head.seq).toBe(2);
    expect(manifest.tables.find(({ name }) => name === "audit_rows")!.rows).toBe(3);
    writes = Infinity;
    const to = folder();
    await expect(backUp(full, to, quiet)).rejects.toThrow("Back up at a quiet time");
    expect(readdirSync(to)).toEqual([]);
  });

  it("has each certificate of erasure, though they move from one table to another meanwhile, which writes no row of the trail", async () => {
    full.db
      .exec(`INSERT INTO recordings (id, provider, ref, store, region, erase_after, rule, months, why, by, at, state)
      VALUES ('r', 'p', 'r', 'r2', 'GB', '2026-01-01', 'retention', 6, '', 'p', '2025-07-01', 'erased')`);
    full.db
      .exec(`INSERT INTO certificates_apart (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, was)
      VALUES ('r', 'p', 'r2', 'GB', '2026-01-01', 'retention', 6, '', '2026-01-02T00:00:00.000Z', '${"0f".repeat(32)}', 'there')`);
    let moves = 1;
    full.before = (sql) => {
      if (!sql.includes('FROM "certificates_apart"') || moves-- <= 0) return;
      full.db.exec(`DELETE FROM certificates_apart;
        INSERT OR REPLACE INTO marks (name, value) VALUES ('certificates-moved', 'r')`);
    };
    const to = folder();
    await backUp(full, to, quiet);
    const empty = new FakeCloud();
    await restore(empty, to);
    expect(empty.db.prepare("SELECT recording FROM certificates").all()).toEqual([{ recording: "r" }]);
  });

  it("has each entry of an index, though it comes out of its block meanwhile, which writes no row of the trail", async () => {
    let moves = 1;
    full.before = (sql) => {
      if (!sql.includes('FROM "closed_blocks"') || moves-- <= 0) return;
      full.db.exec(`DELETE FROM closed_blocks;
        INSERT INTO closed_numbers (number, num) VALUES (441, 5);
        INSERT OR REPLACE INTO marks (name, value) VALUES ('dials-unpacking', '1')`);
    };
    const to = folder();
    await backUp(full, to, quiet);
    const empty = new FakeCloud();
    await restore(empty, to);
    expect(empty.db.prepare("SELECT number, num FROM closed_numbers").all()).toEqual([
      { number: 441, num: 5 },
    ]);
  });

  it("has no recording that came while others were copied: without its row nobody would ever erase it", async () => {
    const archive = full.buckets["ARCHIVE"]!;
    const { get } = archive;
    archive.get = (key) => {
      full.objects.RECORDINGS.set("call 2.mp3", { bytes: Buffer.from("late"), type: "audio/mpeg" });
      return get(key);
    };
    const { manifest } = await backUp(full, folder(), quiet);
    expect(manifest.objects.map(({ key }) => key)).toEqual(["audit/2026-10/1.gz", "call 1/ä.mp3"]);
  });

  /** A file of closed dials or certificates, as a row and its object. */
  const close = (key: string, text: string, table = "closed_files") => {
    const bytes = Buffer.from(text);
    const [names, values] =
      table === "closed_screened" ? [", month, lists, bare", ", 202608, 0, 0"] : ["", ""];
    full.db
      .prepare(
        `INSERT OR REPLACE INTO ${table} (first, last, key, rows, bytes, sha256, members, at${names})
         VALUES (1, 2, ?, 1, ?, ?, '[]', '2026'${values})`,
      )
      .run(key, bytes.length, digestOf(bytes));
    full.objects.ARCHIVE.set(key, { bytes, type: null });
  };
  /** The first object is read once `work` has run. */
  const whileRead = (times: number, work: (n: number) => void) => {
    const archive = full.buckets["ARCHIVE"]!;
    const { keys } = archive;
    let n = 0;
    archive.keys = async () => {
      const listed = await keys();
      if (n++ < times) work(n);
      return listed;
    };
  };
  const rewrite = (n: number) => {
    full.objects.ARCHIVE.delete(`dials/${n}`);
    close(`dials/${n + 1}`, `without what was erased ${n}`);
    write(full);
  };

  it("has each file of closed dials that its tables name, though one is written once more meanwhile", async () => {
    close("dials/1", "with all");
    whileRead(1, rewrite);
    const to = folder();
    const { manifest } = await backUp(full, to, quiet);
    expect(manifest.objects.map(({ key }) => key)).toEqual(["audit/2026-10/1.gz", "dials/2", "call 1/ä.mp3"]);
    expect(manifest.head.seq).toBe(2);
    expect(readdirSync(join(to, "objects")).length).toBe(3);
    const empty = new FakeCloud();
    await restore(empty, to);
    expect(empty.db.prepare("SELECT key FROM closed_files").all()).toEqual([{ key: "dials/2" }]);
    whileRead(Infinity, (n) => rewrite(n + 1));
    await expect(backUp(full, folder(), quiet)).rejects.toThrow("Back up at a quiet time");
  });

  it.each([
    ["dials/1", "closed_files"],
    ["certificates/1", "closed_certificates"],
    ["screened/1", "closed_screened"],
  ])("says that %s is lost or altered in the deployment, and has the rest", async (key, table) => {
    close("dials/0", "as it was");
    close(key, "with all", table);
    full.objects.ARCHIVE.set(key, { bytes: Buffer.from("altered"), type: null });
    const told: string[] = [];
    const tell = (text: string, name = "") => void told.push(text.replace("{name}", name));
    await backUp(full, folder(), tell);
    full.objects.ARCHIVE.delete(key);
    await backUp(full, folder(), tell);
    const lost = told.filter((text) => text.includes("lost"));
    expect(lost).toHaveLength(2);
    expect(lost.every((text) => text.includes(key))).toBe(true);
  });

  it("reads smaller slices where an answer would be too large", async () => {
    const limits: number[] = [];
    full.before = (sql) => {
      const limit = Number(/FROM "consents".*LIMIT (\d+)/s.exec(sql)?.[1] ?? 0);
      if (limit > 0) limits.push(limit);
      if (limit > 600) throw new Error("D1_ERROR: too large");
    };
    const { manifest } = await backUp(full, folder(), quiet);
    expect(manifest.tables.find(({ name }) => name === "consents")!.rows).toBe(4500);
    expect(new Set(limits)).toEqual(new Set([2000, 500]));
  });

  it("goes into no folder that holds anything, and is not made of a database without a trail", async () => {
    const to = folder();
    writeFileSync(join(to, "mine.txt"), "");
    await expect(backUp(full, to, quiet)).rejects.toThrow("is not empty");
    await expect(backUp(new FakeCloud(), folder(), quiet)).rejects.toThrow("it has no audit trail");
  });

  it("that fails leaves nothing behind, and can be taken into the same folder again", async () => {
    const to = folder();
    const { get } = full.buckets["RECORDINGS"]!;
    full.buckets["RECORDINGS"]!.get = () => Promise.reject(new Error("the network is gone"));
    await expect(backUp(full, to, quiet)).rejects.toThrow("the network is gone");
    expect(readdirSync(to)).toEqual([]);
    full.buckets["RECORDINGS"]!.get = get;
    await backUp(full, to, quiet);
  });

  it("says in words where nobody is signed in to the account", () => {
    const home = folder();
    const env = { PATH: process.env["PATH"], HOME: home, XDG_CONFIG_HOME: home, CI: "true" };
    const args = [at("worker/cli/main.ts"), "--json", "backup", join(home, "backup")];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    expect([status, JSON.parse(stdout || "null")]).toEqual([
      5,
      expect.objectContaining({ error: "no-cloud" }),
    ]);
    expect(stderr).toContain("CLOUDFLARE_API_TOKEN");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe("restoring refuses, and changes nothing,", () => {
  const damages: [string, (folder: string) => void, RegExp][] = [
    [
      "a table that was cut",
      (f) => truncateSync(join(f, "tables/people.ndjson.gz"), 20),
      /people.ndjson.gz is missing or was changed/,
    ],
    [
      "another table in its place",
      (f) =>
        writeFileSync(join(f, "tables/people.ndjson.gz"), readFileSync(join(f, "tables/marks.ndjson.gz"))),
      /people.ndjson.gz is missing or was changed/,
    ],
    [
      "an object that was changed",
      (f) => {
        const name = readdirSync(join(f, "objects"))[0]!;
        writeFileSync(join(f, "objects", name), "other");
      },
      /objects.* is missing or was changed/,
    ],
    [
      "a table that is missing",
      (f) => rmSync(join(f, "tables/audit_rows.ndjson.gz")),
      /audit_rows.ndjson.gz is missing/,
    ],
    ["no manifest", (f) => rmSync(join(f, "manifest.json")), /different backup|not a backup/],
  ];
  it.each(damages)("%s", async (_, damage, words) => {
    const to = folder();
    await backUp(full, to, quiet);
    damage(to);
    const empty = new FakeCloud();
    await expect(restore(empty, to)).rejects.toThrow(words);
    expect([empty.all(), empty.objects.ARCHIVE.size]).toEqual([{}, 0]);
  });

  it("a manifest that was rewritten to fit, where it is told what the backup is known by", async () => {
    const to = folder();
    const { sha256 } = await backUp(full, to, quiet);
    const file = join(to, "manifest.json");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace('"database": "cleardial"', '"database": "elsewhere"'),
    );
    await expect(restore(new FakeCloud(), to, sha256)).rejects.toThrow("a different backup");
  });

  it("numbers that were taken out of a register, with sums and a manifest that fit, where it is told what it is known by", async () => {
    const to = folder();
    full.db.exec("INSERT INTO blocks VALUES (1, 2, 77, 'AAA=')");
    const { sha256 } = await backUp(full, to, quiet);
    const table = join(to, "tables/blocks.ndjson.gz");
    const lines = gunzipSync(readFileSync(table)).toString().replace("AAA=", "AA==");
    writeFileSync(table, gzipSync(lines));
    const file = join(to, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    await expect(restore(new FakeCloud(), to)).rejects.toThrow("blocks.ndjson.gz is missing or was changed");
    manifest.tables.find(({ name }) => name === "blocks")!.sha256 = digestOf(lines);
    writeFileSync(file, JSON.stringify(manifest, null, 2));
    await expect(restore(new FakeCloud(), to, sha256)).rejects.toThrow("a different backup");
    // Nobody else can tell from the folder alone: `verify --deep` does, after the restore (test/worker/trail/backup-altered.test.ts).
    await restore(new FakeCloud(), to);
  });

  it("a database that holds anything, and a bucket that holds anything else", async () => {
    const to = folder();
    await backUp(full, to, quiet);
    await expect(restore(full, to)).rejects.toThrow("not empty");
    const other = new FakeCloud();
    other.objects.ARCHIVE.set("audit/2026-10/1.gz", { bytes: Uint8Array.of(9), type: null });
    await expect(restore(other, to)).rejects.toThrow("not in this backup");
    expect(other.all()).toEqual({});
    // An object that an interrupted restore put there is in this backup.
    other.objects.ARCHIVE.set("audit/2026-10/1.gz", { bytes: Uint8Array.of(0, 1, 255), type: null });
    await restore(other, to);
    expect(other.all()).toEqual(full.all());
  });
});
