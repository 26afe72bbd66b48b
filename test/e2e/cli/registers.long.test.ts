/** Registers by the command line: what is refused, two pushes at once, and a Worker that is away. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { exits } from "../../../worker/cli/exits.ts";
import type { Ran } from "./kit.ts";
import { register, today, withTps } from "./registers-kit.ts";

const { own, push, changes, state, listed } = withTps("cli-long");
beforeAll(async () => {
  expect((await push("tps.txt", register(10, 50))).code).toBe(0);
});

describe("push", () => {
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
        own.cli(["push", "nothing", own.file("x.txt", register(0, 5)), "--as-of", today]),
        "There is no register nothing.",
        exits.refused,
      ],
      [own.cli(["push", "tps", join(own.dir, "absent.txt"), "--as-of", today]), "cannot be read"],
      [
        own.cli(["push", "tps", own.file("x.txt", register(0, 5)), "--as-of", today], {
          CLEARDIAL_TOKEN: "",
        }),
        "No token.",
        exits.access,
      ],
      [
        own.cli(["push", "tps", own.file("x.txt", register(0, 5)), "--as-of", today], {
          CLEARDIAL_TOKEN: "cdt_wrong",
        }),
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

  it("of two pushes at once one wins", async () => {
    expect((await push("small.txt", register(0, 20), ["--allow-shrink"])).code).toBe(0);
    const before = await state();
    const both = await Promise.all([push("a.txt", register(0, 21)), push("b.txt", register(0, 22))]);
    // If one came after the other, both succeed. The result is never half of each.
    const won = both.filter((b) => b.code === 0);
    expect(won.length).toBeGreaterThan(0);
    for (const { stderr } of both.filter((b) => b.code !== 0))
      expect(stderr).toMatch(/newer version|no longer open/);
    const { numbers, version, history } = await state();
    // An upload takes its number when it is opened, so one that lost may leave a gap.
    const since = history.filter((one) => one.version > before.version);
    expect(since).toHaveLength(won.length);
    expect(version).toBe(since[0]?.version);
    const [first, second] = await listed("01632 960020", "01632 960021");
    expect([numbers, first, second]).toEqual(numbers === 21 ? [21, true, false] : [22, true, true]);
  });
});

describe("changes", () => {
  it("are refused where they are older, say no side, change nothing, or have no list to change", async () => {
    const before = await state();
    const one = own.file("one.txt", "01632 960600\n");
    const cases: [Promise<Ran>, string, number?][] = [
      [changes(["--add", one], "2020-01-01"), "The version in force has a later date.", exits.refused],
      [changes(["--changes", one]), "does not say whether its number is added or removed"],
      [changes(["--changes", own.file("none.csv", "number,action\n")]), "no telephone number"],
      [
        changes(["--add", own.file("none.txt", ""), "--remove", own.file("none.txt", "")]),
        "no telephone number",
      ],
      [
        own.cli(["push", "ctps", "--add", one, "--as-of", today]),
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

it("a Worker that is away for a moment is waited for", async () => {
  await own.worker.stop();
  const pushing = push("later.txt", register(10, 50), ["--allow-shrink"]);
  await own.start();
  expect(await pushing).toMatchObject({ code: 0 });
  await own.worker.stop();
  const gone = await push("later.txt", register(10, 50), ["--patience", "0"]);
  expect([gone.code, gone.stderr]).toEqual([exits.away, expect.stringContaining("does not answer")]);
  await own.start();
});
