/** `cleardial`: the administrators' command line. Answers go to stdout, progress and refusals to stderr. */
import { Command } from "commander";
import { cliEn, cliHelpEn as help } from "../../shared/texts/cli/cli.en.ts";
import { addBackupCommands } from "./backup/backup.ts";
import { addBenchCommand } from "./bench/bench.ts";
import { addCallsCommands } from "./call-logs/import.ts";
import { addExplainCommand } from "./check/explain.ts";
import type { Cli } from "./cli.ts";
import { client, Refusal } from "./client.ts";
import { addConsentCommands } from "./do-not-call/consents.ts";
import { addPartyCommands } from "./do-not-call/parties.ts";
import { addDncCommands } from "./do-not-call/dnc.ts";
import { addPeopleCommands } from "./people/people.ts";
import { addStatementCommand } from "./proof/statement.ts";
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

const program = new Command("cleardial")
  .description(help.program)
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
    if (!token) throw new Refusal("no-token", cliEn.noToken);
    return token;
  },
  json: () => options().json,
  signedIn: (patienceMs) => client(options().url, cli.token(), patienceMs),
  signedOut: () => client(options().url, undefined),
  print: (object, text) => void process.stdout.write(`${options().json ? JSON.stringify(object) : text}\n`),
};

addPushCommand(cli);
addSyncCommand(cli);
addScreenCommand(cli);
addExplainCommand(cli);
addListCommands(cli);
addDncCommands(cli);
addConsentCommands(cli);
addPartyCommands(cli);
addBackupCommands(cli);
addCallsCommands(cli);
addPeopleCommands(cli);
addTrailCommands(cli);
addDisclosuresCommand(cli);
addBenchCommand(cli);
addStatementCommand(cli);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  if (options().json)
    process.stdout.write(`${JSON.stringify({ error: error.code, message: error.message })}\n`);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
