/** The command line's program: its global options and all commands. */
import { readFileSync } from "node:fs";
import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { cliEn, cliHelpEn as help } from "../../shared/texts/cli/cli.en.ts";
import { speakPlainly } from "../../shared/core/plain.ts";
import { examplesEn } from "../../shared/texts/cli/examples.en.ts";
import { addBackupCommands } from "./backup/backup.ts";
import { addBenchCommand } from "./bench/bench.ts";
import { addCallsCommands } from "./call-logs/import.ts";
import { addExplainCommand } from "./check/explain.ts";
import type { Cli } from "./cli.ts";
import { client, Refusal } from "./client.ts";
import { addConnectorCommands } from "./connectors/fields.ts";
import { exits } from "./exits.ts";
import { addDialsCommands } from "./dials/month.ts";
import { addConsentCommands } from "./do-not-call/consents.ts";
import { addPartyCommands } from "./do-not-call/parties.ts";
import { addDncCommands } from "./do-not-call/dnc.ts";
import { addMcpCommand } from "./mcp/mcp.ts";
import { addPeopleCommands } from "./people/people.ts";
import { addStatementCommand } from "./proof/statement.ts";
import { addRecordingsCommands } from "./recordings/month.ts";
import { addListCommands } from "./registers/lists.ts";
import { addPushCommand } from "./registers/push.ts";
import { addSyncCommand } from "./registers/sync.ts";
import { addScreenCommand } from "./screening/screen.ts";
import { addTrailCommands } from "./trail/commands.ts";
import { addDisclosuresCommand } from "./trail/disclosures.ts";

interface Global {
  url: string;
  token?: string;
  json: boolean;
}

/** The release, as package.json has it. */
const version = (): string =>
  (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string })
    .version;

/** `program.parseAsync()` throws a Refusal, or commander's own error where the command is wrong. */
export function program(): Command {
  speakPlainly();
  const program = new Command("cleardial")
    .description(help.program)
    .version(version(), "-V, --version", help.version)
    .helpOption("-h, --help", help.help)
    .addHelpText("after", `\n${help.exits}`)
    // Before any command is made: each takes it over.
    .exitOverride()
    .option("--url <url>", help.url, process.env["CLEARDIAL_URL"] ?? "http://localhost:8787")
    .option("--token <token>", help.token)
    .option("--json", help.json, false);
  const options = () => program.opts<Global>();

  const cli: Cli = {
    program,
    url: () => options().url,
    token: () => {
      // Not as the option's default: --help would print it.
      const token = options().token ?? process.env["CLEARDIAL_TOKEN"];
      if (!token) throw new Refusal("no-token", cliEn.noToken, exits.access);
      return token;
    },
    json: () => options().json,
    signedIn: (patienceMs, tryMs) => client(options().url, cli.token(), patienceMs, tryMs),
    signedOut: () => client(options().url, undefined),
    print: (object, text) => void process.stdout.write(`${options().json ? JSON.stringify(object) : text}\n`),
  };

  addPushCommand(cli);
  addSyncCommand(cli);
  addScreenCommand(cli);
  addExplainCommand(cli);
  addMcpCommand(cli);
  addListCommands(cli);
  addDncCommands(cli);
  addConsentCommands(cli);
  addPartyCommands(cli);
  addBackupCommands(cli);
  addCallsCommands(cli);
  addConnectorCommands(cli);
  addPeopleCommands(cli);
  addDialsCommands(cli);
  addRecordingsCommands(cli);
  addTrailCommands(cli);
  addDisclosuresCommand(cli);
  addBenchCommand(cli);
  addStatementCommand(cli);

  tab(program, { completionCommandName: "completion" });
  for (const [path, examples] of Object.entries(examplesEn)) {
    const lines = examples.map((example) => `  cleardial ${example}`);
    commandOf(program, path).addHelpText("after", `\n${[help.examples, ...lines].join("\n")}`);
  }
  return program;
}

/** The command at a path such as "lists declare". */
const commandOf = (program: Command, path: string): Command =>
  path.split(" ").reduce((at, name) => at.commands.find((command) => command.name() === name)!, program);
