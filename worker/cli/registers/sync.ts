/** `cleardial sync CONFIG`: fetches and uploads registers unattended. sync-run.ts does the work. */
import { registersHelpEn } from "../../../shared/texts/cli/registers.en.ts";
import { syncHelpEn as help } from "../../../shared/texts/cli/sync.en.ts";
import { type Cli, seconds } from "../cli.ts";

export function addSyncCommand({ program, signedIn, print }: Cli): void {
  program
    .command("sync")
    .description(help.sync)
    .argument("<config>", help.config)
    .option("--patience <seconds>", registersHelpEn.patience, seconds, 600)
    .action(async (file: string, { patience }: { patience: number }) => {
      const ask = signedIn(patience * 1000);
      // Loading its SFTP client takes a quarter of a second: other commands do without.
      const { runSync } = await import("./sync-run.ts");
      await runSync(file, ask, print);
    });
}
