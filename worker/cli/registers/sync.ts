/** `cleardial sync CONFIG`: made to run where nobody watches. The work stands in sync-run.ts. */
import { cliHelpEn as help } from "../../../shared/texts/cli/cli.en.ts";
import type { Command } from "commander";
import type { Send } from "../../../shared/send.ts";
import { seconds } from "./push.ts";

export function addSyncCommand(
  program: Command,
  send: (patienceMs: number) => Send,
  print: (object: unknown, text: string) => void,
): void {
  program
    .command("sync")
    .description(help.sync)
    .argument("<config>", help.syncConfig)
    .option("--patience <seconds>", help.patience, seconds, 600)
    .action(async (file: string, { patience }: { patience: number }) => {
      const ask = send(patience * 1000);
      // What only this command needs takes a quarter of a second to load.
      const { runSync } = await import("./sync-run.ts");
      await runSync(file, ask, print);
    });
}
