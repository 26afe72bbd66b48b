/** `cleardial`: the administrators' command line. Answers go to stdout, progress and refusals to stderr. */
import { CommanderError } from "commander";
import { Refusal } from "./client.ts";
import { exits } from "./exits.ts";
import { program } from "./program.ts";

const isJson = process.argv.includes("--json");
const tell = (error: string, message: string) =>
  isJson && process.stdout.write(`${JSON.stringify({ error, message })}\n`);

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof Refusal) {
    tell(error.code, error.message);
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exit;
  } else if (error instanceof CommanderError) {
    // It has said on stderr what is wrong. Help and version end here, too, with 0.
    if (error.exitCode !== 0) tell("usage", error.message);
    process.exitCode = error.exitCode === 0 ? 0 : exits.usage;
  } else {
    // A fault of ours: none of the codes that a script may act upon.
    console.error(error);
    process.exitCode = exits.fault;
  }
}
