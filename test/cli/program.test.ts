/** What every command has: examples that work, exit codes by kind, completion, and files that are not overwritten. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../scripts/lib/paths.ts";
import { examplesEn } from "../../shared/texts/cli/examples.en.ts";
import { exits } from "../../worker/cli/exits.ts";
import { program } from "../../worker/cli/program.ts";
import { table } from "../../worker/cli/table.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-program-"));
let status = 200;
const server = createServer((_, response) => {
  response.statusCode = status;
  response.setHeader("content-type", "application/json").end(JSON.stringify({ lists: [] }));
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Each command that does something, by its path. */
const commands = (of: Command, path = ""): [string, Command][] =>
  of.commands
    .filter((command) => !["help", "complete"].includes(command.name()))
    .flatMap((command): [string, Command][] => {
      const name = `${path} ${command.name()}`.trim();
      const own = command.commands.length === 0 || command.name() === "lists";
      return [...(own ? [[name, command] as [string, Command]] : []), ...commands(command, name)];
    });
/** As a shell splits it: spaces, and quotation marks. */
const words = (line: string) => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));

describe("help", () => {
  it("has examples for each command, which the command takes", async () => {
    const all = commands(program());
    expect(all.length).toBeGreaterThan(25);
    expect(all.map(([path]) => path).sort()).toEqual(Object.keys(examplesEn).sort());
    for (const [path, examples] of Object.entries(examplesEn))
      for (const example of examples) {
        const fresh = program().configureOutput({ writeErr: () => undefined });
        let done = "";
        for (const [name, command] of commands(fresh)) command.action(() => void (done = name));
        const shell = words(example.split(" >")[0]!);
        await fresh.parseAsync(shell, { from: "user" }).catch((error: unknown) => {
          throw new Error(`${example}: ${String(error)}`);
        });
        expect(done, example).toBe(path);
      }
  });

  it("shows them, and the root the exit codes", () => {
    const help = (...args: string[]) => {
      let said = "";
      const fresh = program();
      const command = args.reduce((of, name) => of.commands.find((one) => one.name() === name)!, fresh);
      command.configureOutput({ writeOut: (text) => (said += text) }).outputHelp();
      return said;
    };
    expect(help("audit", "export")).toContain("  cleardial audit export -o trail.ndjson");
    for (const code of Object.values(exits)) expect(help()).toMatch(new RegExp(`^  ${code}  `, "m"));
  });
});

const run = (args: string[], env: Record<string, string> = {}) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    const {
      status: code,
      stdout,
      stderr,
    } = spawnSync(process.execPath, [at("worker/cli/main.ts"), ...args], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", ...env },
    });
    done({ code: code ?? -1, stdout, stderr });
  });

describe("what it ends with", () => {
  it("a release, a wrong command, no token, and nobody who answers", async () => {
    const { version } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { version: string };
    expect(await run(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const wrong = await run(["--json", "push", "tps"]);
    expect([wrong.code, JSON.parse(wrong.stdout)]).toEqual([
      exits.usage,
      { error: "usage", message: expect.stringContaining("--as-of") as string },
    ]);
    expect((await run(["lists"])).code).toBe(exits.access);
    const away = { CLEARDIAL_URL: "http://127.0.0.1:9", CLEARDIAL_TOKEN: "cdt_x" };
    expect((await run(["audit", "export", "-o", join(dir, "x")], away)).code).toBe(exits.away);
    const kept = join(dir, "kept.ndjson");
    writeFileSync(kept, "mine");
    const held = await run(["--json", "audit", "export", "-o", kept], away);
    expect([held.code, JSON.parse(held.stdout)]).toMatchObject([exits.usage, { error: "file-exists" }]);
    expect((await run(["audit", "export", "-o", kept, "--force"], away)).code).toBe(exits.away);
    expect(readFileSync(kept, "utf8")).toBe("mine");
  });

  it.each([
    [401, exits.access],
    [403, exits.access],
    [404, exits.refused],
    [409, exits.refused],
    [422, exits.refused],
  ])("after a %i with %i", async (answer, code) => {
    status = answer;
    const ask = program().parseAsync(["--url", url, "--token", "cdt_x", "lists"], { from: "user" });
    await expect(ask).rejects.toMatchObject({ exit: code });
  });
});

describe("completion", () => {
  it("names commands and their options", () => {
    const said = (...typed: string[]) => {
      const { stdout } = spawnSync(process.execPath, [at("worker/cli/main.ts"), "complete", "--", ...typed], {
        encoding: "utf8",
      });
      return stdout.split("\n").map((line) => line.split("\t")[0]);
    };
    expect(said("pu")).toContain("push");
    expect(said("lists", "de")).toContain("declare");
    expect(said("screen", "--pur")).toContain("--purpose");
  });

  it("bash asks for it", () => {
    const script = spawnSync(process.execPath, [at("worker/cli/main.ts"), "completion", "bash"], {
      encoding: "utf8",
    }).stdout;
    const name = /complete -F (\w+) cleardial/.exec(script)?.[1];
    expect(name).toBeDefined();
    const bash = `${script}
cleardial() { "${process.execPath}" "${at("worker/cli/main.ts")}" "$@"; }
_get_comp_words_by_ref() { cur=explai; prev=cleardial; words=(cleardial explai); cword=1; }
COMP_WORDS=(cleardial explai); COMP_CWORD=1; COMP_LINE="cleardial explai"; COMP_POINT=16
${name} 2>/dev/null; echo "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync("bash", ["--norc", "-c", bash], { encoding: "utf8" });
    expect(stdout).toContain("explain");
  });
});

/** What a shell runs, where it is installed, says that the script is one of its own. */
it.each([
  ["zsh", /^#compdef cleardial$/m, /^compdef _cleardial cleardial$/m, /cleardial complete --/],
  [
    "fish",
    /^complete -c cleardial .*-a /m,
    /^function __cleardial_perform_completion$/m,
    /cleardial complete --/,
  ],
])("%s is told which command to complete, and asks for it", (shell, ...has) => {
  const { status: code, stdout: script } = spawnSync(
    process.execPath,
    [at("worker/cli/main.ts"), "completion", shell],
    { encoding: "utf8" },
  );
  expect(code).toBe(0);
  for (const line of has) expect(script).toMatch(line);
  const read = spawnSync(shell, ["-n", "-c", script], { encoding: "utf8" });
  if (read.error === undefined) expect([read.status, read.stderr]).toEqual([0, ""]);
});

it("a table is as wide as the terminal at most, and cut nowhere else", () => {
  const rows = [
    ["day", "who", "times"],
    ["2026-11-20", "a recipient with a very long name indeed", "3"],
  ];
  expect(
    Math.max(
      ...table(rows, Infinity)
        .split("\n")
        .map((line) => line.length),
    ),
  ).toBe(59);
  const narrow = table(rows, 40).split("\n");
  expect(narrow.map((line) => line.length)).toEqual([40, 40]);
  expect(narrow[1]).toContain("…");
  expect(narrow[1]).toMatch(/^2026-11-20 .* {2}3$/);
});
