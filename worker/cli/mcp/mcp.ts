/** `cleardial mcp`: a server of the Model Context Protocol on stdin and stdout, for assistants and software that plans calls. */
import { mcpHelpEn as help } from "../../../shared/texts/cli/mcp.en.ts";
import type { Cli } from "../cli.ts";

/** An assistant waits for each answer: for how long a failed one is tried again. */
const PATIENCE_MS = 2_000;
/** How long for an answer, in all: 1,000 numbers that sources are asked about take some. */
const TRY_MS = 30_000;

export function addMcpCommand(cli: Cli): void {
  cli.program
    .command("mcp")
    .description(help.mcp)
    .action(async () => {
      const ask = cli.signedIn(PATIENCE_MS, TRY_MS);
      // Not at the top: no other command needs the protocol's package.
      const { serve } = await import("./server.ts");
      await serve(ask, cli.program.version() ?? "");
    });
}
