import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { at } from "../../../scripts/lib/paths.ts";
import { freePort } from "../../../scripts/lib/ports.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { type RunningWorker, startWorker } from "../../../scripts/lib/worker.ts";
import { exits } from "../../../worker/cli/exits.ts";

// A Worker of its own, as these tests push to it and kill it.
const dir = mkdtempSync(join(tmpdir(), "cleardial-cli-"));
let worker: RunningWorker;
let token: string;
const today = new Date().toISOString().slice(0, 10);
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

const start = async (port: number) =>
  startWorker({ port, stateDir: join(dir, "state"), setupCode: "the-code" });
beforeAll(async () => {
  worker = await start(await freePort());
  const setup = await cli(["setup", "--code", "the-code", "--name", "Ada", "--email", "ada@example.com"], {
    token: "",
  });
  expect(setup.code).toBe(0);
  token = setup.stdout.trim();
});
afterAll(async () => {
  await worker.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}
function cli(args: string[], env: { token?: string; url?: string } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [at("worker/cli/main.ts"), ...args], {
    env: { ...process.env, CLEARDIAL_URL: env.url ?? worker.url, CLEARDIAL_TOKEN: env.token ?? token },
  });
  const out: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (d: Buffer) => (out.stdout += d.toString()));
  child.stderr.on("data", (d: Buffer) => (out.stderr += d.toString()));
  return new Promise((done) =>
    child.on("close", (code) => {
      out.code = code;
      done(out);
    }),
  );
}
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const push = (name: string, content: string | Uint8Array, more: string[] = [], asOf = today) =>
  cli(["push", "tps", file(name, content), "--as-of", asOf, ...more]);
const state = () =>
  call<{ version: number; numbers: number; asOf: string }>(worker.url, token, "GET", "/v1/lists/tps");
const listed = async (...numbers: string[]) => {
  const { results } = await call<CheckAnswer>(worker.url, token, "POST", "/v1/check", { numbers });
  return results.map((r) => r.facts?.lists.some((l) => l.id === "tps"));
};
/** A list in the first published layout: 5-character code, 7-character remainder, CRLF. */
const register = (from: number, n: number) =>
  Array.from({ length: n }, (_, i) => `01632 ${960_000 + from + i}\r\n`).join("");

describe("push", () => {
  it("says how many numbers were read, added, removed and skipped, with line numbers", async () => {
    const first = await push(
      "tps.txt",
      `${register(0, 50)}nonsense\r\n12\r\n01632 960000\r\n`,
      [],
      yesterday,
    );
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain("50 numbers read, 1 duplicate, 50 added, 0 removed");
    expect(first.stdout).toContain("2 lines are not telephone numbers. Lines: 51, 52");
    expect(first.stdout).toMatch(/Peak memory: \d+ MB\./);
    expect(first.stdout).toMatch(/TPS is now at version 1: 50 numbers as of \d/);
    expect(first.stderr).toContain("Reading 100%"); // plain lines where there is no terminal
    expect(await listed("01632 960000", "01632 960049", "01632 960050")).toEqual([true, true, false]);
  });

  it("--json is one object on stdout, with nothing beside it", async () => {
    const { code, stdout, stderr } = await push(
      "tps.csv",
      `\uFEFFid,phone\n${Array.from({ length: 50 }, (_, i) => `${i},+44 1632 ${960_010 + i}`).join("\n")}`,
      ["--json"],
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      list: "tps",
      asOf: today,
      read: 50,
      lines: 50,
      added: 10,
      removed: 10,
      version: 2,
      skipped: { total: 0 },
      unchanged: false,
    });
    expect(await listed("01632 960000", "01632 960059")).toEqual([false, true]);
  });

  it("the same list of the same date writes nothing", async () => {
    const { stdout } = await push("again.txt", register(10, 50));
    expect(stdout).toContain("TPS is unchanged: version 2");
    expect(await state()).toMatchObject({ version: 2 });
  });

  it("what is no list is refused with nothing changed and a non-zero exit", async () => {
    const before = await state();
    const cases: [string, string | Uint8Array, string][] = [
      ["empty.txt", "", "The file contains no telephone number."],
      ["binary.txt", new Uint8Array([1, 2, 0, 3]), "The file is not text."],
      ["book.xlsx", new Uint8Array([0x50, 0x4b, 3, 4, 20, 0]), "compressed"],
      ["utf16.txt", new Uint8Array([0xff, 0xfe, 0x30, 0]), "UTF-16"],
      ["spreadsheet.csv", "1.61496E+09\n".repeat(9), "turned the numbers into 1.6E+09"],
      ["packed.txt.gz", new Uint8Array([0x1f, 0x8b, 8, 0]), "compressed"],
      ["one-in-nine.txt", `${"02079460000\n".repeat(178)}${"x\n".repeat(22)}`, "Too many lines"],
      ["prose.txt", "a\nb\nc\nd\ne\nf\ng\nh\n02079460000\n", "Too many lines"],
    ];
    for (const [name, content, words] of cases) {
      const { code, stderr, stdout } = await push(name, content);
      expect([name, code], name).toEqual([name, exits.usage]);
      expect(stderr).toContain(words);
      expect(stderr).toContain("Nothing was changed.");
      expect(stdout).toBe("");
    }
    expect(await state()).toEqual(before);
  });

  it("refusals of the Worker and of the arguments are plain", async () => {
    const cases: [Promise<Ran>, string, number?][] = [
      [push("x.txt", register(0, 5)), "would lose more numbers than the policy allows", exits.refused],
      [push("x.txt", register(0, 5), [], "2999-01-01"), "cannot be in the future", exits.refused],
      [push("x.txt", register(0, 5), [], "20261120"), "YYYY-MM-DD"],
      [
        cli(["push", "nothing", file("x.txt", register(0, 5)), "--as-of", today]),
        "There is no register nothing.",
        exits.refused,
      ],
      [cli(["push", "tps", join(dir, "absent.txt"), "--as-of", today]), "cannot be read"],
      [
        cli(["push", "tps", file("x.txt", register(0, 5)), "--as-of", today], { token: "" }),
        "No token.",
        exits.access,
      ],
      [
        cli(["push", "tps", file("x.txt", register(0, 5)), "--as-of", today], { token: "cdt_wrong" }),
        "A valid token is required.",
        exits.access,
      ],
    ];
    const before = await state();
    for (const [ran, words, ends = exits.usage] of cases) {
      const { code, stderr } = await ran;
      expect(code, words).toBe(ends);
      expect(stderr).toContain(words);
    }
    expect(await state()).toEqual(before);
    const json = await push("x.txt", register(0, 5), ["--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: "list-shrinks" });
  });

  it("--allow-shrink means it; of two pushes at once one wins", async () => {
    expect((await push("small.txt", register(0, 20), ["--allow-shrink"])).code).toBe(0);
    const before = await state();
    const both = await Promise.all([push("a.txt", register(0, 21)), push("b.txt", register(0, 22))]);
    // If one came after the other, both succeed. The result is never half of each.
    const won = both.filter((b) => b.code === 0);
    expect(won.length).toBeGreaterThan(0);
    for (const { stderr } of both.filter((b) => b.code !== 0))
      expect(stderr).toMatch(/newer version|no longer open/);
    const { numbers, version } = await state();
    expect(version).toBe(before.version + won.length);
    const [first, second] = await listed("01632 960020", "01632 960021");
    expect([numbers, first, second]).toEqual(numbers === 21 ? [21, true, false] : [22, true, true]);
  });
});

describe("going back", () => {
  it("lists the versions, and brings one into force again with its date", async () => {
    expect((await push("r1.txt", register(0, 30), ["--allow-shrink"], yesterday)).code).toBe(exits.refused); // it is older
    const before = await state();
    expect((await push("r2.txt", register(5, 30), ["--allow-shrink"])).code).toBe(0);
    const history = await cli(["history", "tps"]);
    expect(history.stdout.split("\n")[0]).toMatch(/^\d+: 30 numbers as of .*; r2\.txt; Ada, \d{4}/);
    const back = ["rollback", "tps", "--to", String(before.version), "--why", "the wrong file"];
    const rolled = await cli(back);
    expect([rolled.code, rolled.stderr]).toEqual([0, ""]);
    expect(rolled.stdout).toContain(
      `The numbers and the date of version ${before.version} are in force again.`,
    );
    expect(await state()).toMatchObject({ numbers: before.numbers, asOf: before.asOf });
    expect((await cli(["lists"])).stdout).toMatch(
      /^TPS is now at version \d+: .*\nCTPS has never been loaded\.\n$/,
    );
    expect((await cli(["rollback", "tps", "--to", "x", "--why", "y"])).code).toBe(exits.usage);
    const unknown = await cli(["rollback", "tps", "--to", "999", "--why", "y"]);
    expect([unknown.code, unknown.stderr]).toEqual([
      exits.refused,
      expect.stringContaining("no version 999") as string,
    ]);
  });
});

describe("changes", () => {
  const changes = (args: string[], asOf = today) => cli(["push", "tps", ...args, "--as-of", asOf]);

  it("by two files: what is there, or gone, already is counted and no error", async () => {
    const before = await state();
    const add = file("add.txt", "01632 960500\r\n01632 960501\r\n01632 960000\r\n");
    const remove = file("remove.txt", "01632 960001\r\n01632 960777\r\n");
    const { code, stdout } = await changes(["--add", add, "--remove", remove]);
    expect(code).toBe(0);
    expect(stdout).toContain("5 numbers read, 2 added, 1 removed, 2 needed no change");
    expect(await state()).toMatchObject({ version: before.version + 1, numbers: before.numbers + 1 });
    expect(await listed("01632 960500", "01632 960001", "01632 960000")).toEqual([true, false, true]);
    // No number was removed on that day, so the register's file is empty.
    const none = file("none.txt", "");
    expect((await changes(["--add", file("more.txt", "01632 960502\n"), "--remove", none])).code).toBe(0);
    expect(await listed("01632 960502")).toEqual([true]);
  });

  it("by a Changes Since file", async () => {
    const since = file(
      "changes.csv",
      "Number,Action\n01632960503,Added\n01632960500,Removed\n01632960502,D\n",
    );
    const { code, stdout } = await cli(["--json", "push", "tps", "--changes", since, "--as-of", today]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ read: 3, added: 1, removed: 2, ignored: 0, unchanged: false });
    expect(await listed("01632 960503", "01632 960500", "01632 960502")).toEqual([true, false, false]);
  });

  it("are refused where they are older, say no side, change nothing, or have no list to change", async () => {
    const before = await state();
    const one = file("one.txt", "01632 960600\n");
    const cases: [Promise<Ran>, string, number?][] = [
      [changes(["--add", one], "2020-01-01"), "The version in force has a later date.", exits.refused],
      [changes(["--changes", one]), "does not say whether its number is added or removed"],
      [changes(["--changes", file("none.csv", "number,action\n")]), "no telephone number"],
      [changes(["--add", file("none.txt", ""), "--remove", file("none.txt", "")]), "no telephone number"],
      [
        cli(["push", "ctps", "--add", one, "--as-of", today]),
        "upload its complete file first",
        exits.refused,
      ],
      [changes([one, "--add", one]), "Name one file with the complete register"],
      [changes([]), "Name one file with the complete register"],
    ];
    for (const [ran, words, ends = exits.usage] of cases) {
      const { code, stderr } = await ran;
      expect([code, stderr]).toEqual([ends, expect.stringContaining(words)]);
    }
    expect(await state()).toEqual(before);
  });
});

describe("registers", () => {
  it("one that the rules know is declared by its id alone, and its files are read in its own way", async () => {
    expect((await cli(["lists", "declare", "ndd"])).stdout).toMatch(/^NDD is declared for IE\. .* not known/);
    const irish = file("ndd.txt", "01 2345678\n087 123 4567\n");
    expect((await cli(["push", "ndd", irish, "--as-of", today])).code).toBe(0);
    // By the rules of Ireland a mobile wants prior consent, listed or not: only a fixed line is free after the register.
    const { results } = await call<CheckAnswer>(worker.url, token, "POST", "/v1/check", {
      numbers: ["+35312345678", "+35312345679", "+353871234568"],
    });
    expect(results.map((r) => r.verdict)).toEqual(["blocked", "clear", "blocked"]);
    const changed = await cli(["lists", "declare", "ndd", "--max-age", "7", "--source", "ComReg"]);
    expect(changed.stdout).toBe("The declaration of NDD was changed.\n");
    expect(await call(worker.url, token, "GET", "/v1/lists/ndd")).toMatchObject({
      ...{ maxAgeDays: 7, daysUntilEffective: 0, source: "ComReg", numbers: 2 },
    });
    const unknown = await cli(["lists", "declare", "mystery"]);
    expect([unknown.code, unknown.stderr]).toEqual([exits.usage, expect.stringContaining("--max-age")]);
  });

  it("says whether a number was listed on a day, and what it knows of each region's rules", async () => {
    const yes = await cli(["lists", "listed", "ndd", "087 1234567", "--at", today]);
    expect(yes.stdout).toMatch(/^\+353871234567 was on ndd on .* \(version 1, list of .*\)\.\n$/);
    expect((await cli(["lists", "listed", "ndd", "087 1234568"])).stdout).toContain("was not on ndd");
    const before = await cli(["lists", "listed", "ndd", "087 1234568", "--at", "2020-01-01"]);
    expect([before.code, before.stderr]).toEqual([
      exits.refused,
      expect.stringContaining("in force on that day"),
    ]);
    expect((await cli(["lists", "rules"])).stdout).toMatch(
      /not legal advice[^]*\nDE:\n {2}no register\n(?: {2}.*\n)* {2}DE-consumer: UWG .*; seen as .*, looked up on /,
    );
  });
});

it("a Worker that is away for a moment is waited for", async () => {
  const port = Number(new URL(worker.url).port);
  await worker.stop();
  const pushing = push("later.txt", register(10, 50), ["--allow-shrink"]);
  worker = await start(port);
  expect(await pushing).toMatchObject({ code: 0 });
  await worker.stop();
  const gone = await push("later.txt", register(10, 50), ["--patience", "0"]);
  expect([gone.code, gone.stderr]).toEqual([exits.away, expect.stringContaining("does not answer")]);
  worker = await start(port);
}, 120_000);

describe("people by command line", () => {
  it("invite prints a link, join makes a token of it, once", async () => {
    const invited = await cli(["--json", "invite", "agent", "--name", "Ann", "--email", "ann@example.com"]);
    const { link, code } = JSON.parse(invited.stdout) as { link: string; code: string };
    expect(link).toBe(`${worker.url}/join#code=${code}`);
    const joined = await cli(["join", code], { token: "" });
    expect(joined.stdout).toMatch(/^cdt_\S+\n$/);
    expect((await cli(["join", code], { token: "" })).stderr).toContain("already been used");
    const human = await cli(["invite", "boss", "--name", "Ann", "--email", "ann@example.com"]);
    expect([human.code, human.stderr]).toEqual([exits.refused, expect.stringContaining("role") as string]);
  });

  it("verify says that the trail is whole", async () => {
    expect((await cli(["verify"])).stdout).toMatch(/^The audit trail is intact: \d+ rows\.\n/);
  });
});
