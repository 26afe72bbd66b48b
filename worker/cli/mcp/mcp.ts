/** `cleardial mcp`: a server of the Model Context Protocol on stdin and stdout, for assistants and software that plans calls. */
import { mcpHelpEn as help } from "../../../shared/texts/cli/mcp.en.ts";
import type { Cli } from "../cli.ts";

/** An assistant waits for each answer: how long for a network or a Worker that does not answer. */
const PATIENCE_MS = 2_000;

export function addMcpCommand(cli: Cli): void {
  cli.program
    .command("mcp")
    .description(help.mcp)
    .action(async () => {
      const ask = cli.signedIn(PATIENCE_MS);
      // Not at the top: no other command needs the protocol's package.
      const { serve } = await import("./server.ts");
      await serve(ask, cli.program.version() ?? "");
    });
}
