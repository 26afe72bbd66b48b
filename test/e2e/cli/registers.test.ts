import { describe, expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { exits } from "../../../worker/cli/exits.ts";
import { register, today, withTps, yesterday } from "./registers-kit.ts";

const { own, push, changes, state, listed } = withTps("cli");

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

  it("--allow-shrink means it", async () => {
    expect((await push("small.txt", register(0, 20), ["--allow-shrink"])).code).toBe(0);
    expect(await state()).toMatchObject({ version: 3, numbers: 20 });
  });
});

describe("going back", () => {
  it("lists the versions, and brings one into force again with its date", async () => {
    expect((await push("r1.txt", register(0, 30), ["--allow-shrink"], yesterday)).code).toBe(exits.refused); // it is older
    const before = await state();
    expect((await push("r2.txt", register(5, 30), ["--allow-shrink"])).code).toBe(0);
    const history = await own.cli(["history", "tps"]);
    expect(history.stdout.split("\n")[0]).toMatch(/^\d+: 30 numbers as of .*; r2\.txt; Ada, \d{4}/);
    const back = ["rollback", "tps", "--to", String(before.version), "--why", "the wrong file"];
    const rolled = await own.cli(back);
    expect([rolled.code, rolled.stderr]).toEqual([0, ""]);
    expect(rolled.stdout).toContain(
      `The numbers and the date of version ${before.version} are in force again.`,
    );
    expect(await state()).toMatchObject({ numbers: before.numbers, asOf: before.asOf });
    expect((await own.cli(["lists"])).stdout).toMatch(
      /^TPS is now at version \d+: .*\nCTPS has never been loaded\.\n$/,
    );
    expect((await own.cli(["rollback", "tps", "--to", "x", "--why", "y"])).code).toBe(exits.usage);
    const unknown = await own.cli(["rollback", "tps", "--to", "999", "--why", "y"]);
    expect([unknown.code, unknown.stderr]).toEqual([
      exits.refused,
      expect.stringContaining("no version 999") as string,
    ]);
  });
});

describe("changes", () => {
  it("by two files: what is there, or gone, already is counted and no error", async () => {
    const before = await state();
    const add = own.file("add.txt", "01632 960500\r\n01632 960501\r\n01632 960000\r\n");
    const remove = own.file("remove.txt", "01632 960001\r\n01632 960777\r\n");
    const { code, stdout } = await changes(["--add", add, "--remove", remove]);
    expect(code).toBe(0);
    expect(stdout).toContain("5 numbers read, 2 added, 1 removed, 2 needed no change");
    expect(await state()).toMatchObject({ version: before.version + 1, numbers: before.numbers + 1 });
    expect(await listed("01632 960500", "01632 960001", "01632 960000")).toEqual([true, false, true]);
    // No number was removed on that day, so the register's file is empty.
    const none = own.file("none.txt", "");
    expect((await changes(["--add", own.file("more.txt", "01632 960502\n"), "--remove", none])).code).toBe(0);
    expect(await listed("01632 960502")).toEqual([true]);
  });

  it("by a Changes Since file", async () => {
    const since = own.file(
      "changes.csv",
      "Number,Action\n01632960503,Added\n01632960500,Removed\n01632960502,D\n",
    );
    const { code, stdout } = await own.cli(["--json", "push", "tps", "--changes", since, "--as-of", today]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ read: 3, added: 1, removed: 2, ignored: 0, unchanged: false });
    expect(await listed("01632 960503", "01632 960500", "01632 960502")).toEqual([true, false, false]);
  });
});

describe("registers", () => {
  it("one that the rules know is declared by its id alone, and its files are read in its own way", async () => {
    expect((await own.cli(["lists", "declare", "ndd"])).stdout).toMatch(
      /^NDD is declared for IE\. .* not known/,
    );
    const irish = own.file("ndd.txt", "01 2345678\n087 123 4567\n");
    expect((await own.cli(["push", "ndd", irish, "--as-of", today])).code).toBe(0);
    // By the rules of Ireland a mobile wants prior consent, listed or not: only a fixed line is free after the register.
    const { results } = await call<CheckAnswer>(own.worker.url, own.token, "POST", "/v1/check", {
      numbers: ["+35312345678", "+35312345679", "+353871234568"],
    });
    expect(results.map((r) => r.verdict)).toEqual(["blocked", "clear", "blocked"]);
    const changed = await own.cli(["lists", "declare", "ndd", "--max-age", "7", "--source", "ComReg"]);
    expect(changed.stdout).toBe("The declaration of NDD was changed.\n");
    expect(await call(own.worker.url, own.token, "GET", "/v1/lists/ndd")).toMatchObject({
      ...{ maxAgeDays: 7, daysUntilEffective: 0, source: "ComReg", numbers: 2 },
    });
    const unknown = await own.cli(["lists", "declare", "mystery"]);
    expect([unknown.code, unknown.stderr]).toEqual([exits.usage, expect.stringContaining("--max-age")]);
  });

  it("says whether a number was listed on a day, and what it knows of each region's rules", async () => {
    const yes = await own.cli(["lists", "listed", "ndd", "087 1234567", "--at", today]);
    expect(yes.stdout).toMatch(/^\+353871234567 was on ndd on .* \(version 1, list of .*\)\.\n$/);
    expect((await own.cli(["lists", "listed", "ndd", "087 1234568"])).stdout).toContain("was not on ndd");
    const before = await own.cli(["lists", "listed", "ndd", "087 1234568", "--at", "2020-01-01"]);
    expect([before.code, before.stderr]).toEqual([
      exits.refused,
      expect.stringContaining("in force on that day"),
    ]);
    expect((await own.cli(["lists", "rules"])).stdout).toMatch(
      /not legal advice[^]*\nDE:\n {2}no register\n(?: {2}.*\n)* {2}DE-consumer: UWG .*; seen as .*, looked up on /,
    );
  });
});

describe("people by command line", () => {
  it("invite prints a link, join makes a token of it, once", async () => {
    const invited = await own.cli([
      "--json",
      "invite",
      "agent",
      "--name",
      "Ann",
      "--email",
      "ann@example.com",
    ]);
    const { link, code } = JSON.parse(invited.stdout) as { link: string; code: string };
    expect(link).toBe(`${own.worker.url}/join#code=${code}`);
    const joined = await own.cli(["join", code], { CLEARDIAL_TOKEN: "" });
    expect(joined.stdout).toMatch(/^cdt_\S+\n$/);
    expect((await own.cli(["join", code], { CLEARDIAL_TOKEN: "" })).stderr).toContain("already been used");
    const human = await own.cli(["invite", "boss", "--name", "Ann", "--email", "ann@example.com"]);
    expect([human.code, human.stderr]).toEqual([exits.refused, expect.stringContaining("role") as string]);
  });

  it("verify says that the trail is whole", async () => {
    expect((await own.cli(["verify"])).stdout).toMatch(/^The audit trail is intact: \d+ rows\.\n/);
  });
});
