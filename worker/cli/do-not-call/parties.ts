/** `cleardial parties add FILE`: says whose lines the numbers in a CSV file are. */
import { basename } from "node:path";
import { Option } from "commander";
import {
  doNotCallCliEn as t,
  doNotCallHelpEn,
  partiesHelpEn as help,
} from "../../../shared/texts/cli/do-not-call.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import type { Cli } from "../cli.ts";
import { Refusal } from "../client.ts";
import { readRows } from "../csv.ts";
import { sendAndPrint } from "./send.ts";

interface AddOptions {
  column?: string;
  party?: string;
  detail?: string;
  source: string;
}

/** `Sole trader` and `sole-trader` are the same. */
const nameOf = (text: string | undefined): string | undefined => text?.toLowerCase().replace(/[\s_]+/g, "-");

export function addPartyCommands(cli: Cli): void {
  cli.program
    .command("parties")
    .description(help.parties)
    .command("add")
    .description(help.add)
    .argument("<file>", help.file)
    .option("--column <name>", doNotCallHelpEn.column)
    .addOption(
      new Option("--party <party>", help.party).choices([
        "consumer",
        "sole-trader",
        "partnership",
        "company",
      ]),
    )
    .option("--detail <text>", help.detail)
    .addOption(
      new Option("--source <source>", help.source)
        .choices(["officer", "register", "import"])
        .default("import"),
    )
    .action(async (file: string, options: AddOptions) => {
      const detail = options.detail ?? fill(t.reason, { file: basename(file) });
      const rows = (await readRows(file, options.column)).map(({ line, number, cell }) => ({
        line,
        body: {
          number,
          party: nameOf(cell("party")) ?? options.party,
          detail: cell("detail") ?? detail,
          source: cell("source")?.toLowerCase() ?? options.source,
        },
      }));
      if (rows.every(({ body: { party } }) => party === undefined))
        throw new Refusal("missing", fill(t.missing, { name: "party", option: "--party" }));
      await sendAndPrint("/v1/parties/bulk", rows, cli.signedIn(), cli);
    });
}
