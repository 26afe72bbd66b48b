/** `cleardial consents add FILE`: records consents with their evidence from a CSV file. */
import { Option } from "commander";
import {
  consentsHelpEn as help,
  doNotCallCliEn as t,
  doNotCallHelpEn,
} from "../../../shared/texts/cli/do-not-call.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { type Cli, date } from "../cli.ts";
import { Refusal } from "../client.ts";
import { type FileRow, readRows } from "../csv.ts";
import { sendAndPrint } from "./send.ts";

/** Fields of the API, each with its option. A column may have either name. */
const fields = [
  ["basis", "--basis"],
  ["givenBy", "--given-by"],
  ["givenAt", "--given-at"],
  ["evidence", "--evidence"],
  ["until", "--until"],
] as const;
type Field = (typeof fields)[number][0];
type Options = { column?: string } & Partial<Record<Field, string>>;

export function addConsentCommands(cli: Cli): void {
  cli.program
    .command("consents")
    .description(help.consents)
    .command("add")
    .description(help.add)
    .argument("<file>", help.file)
    .option("--column <name>", doNotCallHelpEn.column)
    .addOption(
      new Option("--basis <basis>", help.basis).choices(["consent", "solicited", "service", "soft-opt-in"]),
    )
    .option("--given-by <who>", help.givenBy)
    .option("--given-at <time>", help.givenAt)
    .option("--evidence <text>", help.evidence)
    .option("--until <date>", help.until, date)
    .action(async (file: string, options: Options) => {
      const rows = await readRows(file, options.column);
      wantAll(rows, options);
      const bodies = rows.map((row) => ({ line: row.line, body: bodyOf(row, options) }));
      await sendAndPrint("/v1/consents/bulk", bodies, cli.signedIn(), cli);
    });
}

/** A field that neither an option nor any row gives was forgotten: say so once, not for each line. */
function wantAll(rows: FileRow[], options: Options): void {
  for (const [name, option] of fields)
    if (name !== "until" && options[name] === undefined && !rows.some((row) => row.cell(name)))
      throw new Refusal("missing", fill(t.missing, { name, option }));
}

function bodyOf({ number, cell }: FileRow, options: Options): Record<string, unknown> {
  const of = (name: Field) => cell(name) ?? options[name];
  const givenAt = of("givenAt");
  return {
    number,
    basis: of("basis")?.toLowerCase(),
    givenBy: of("givenBy"),
    // A day without a time means its beginning, so that an objection on the same day prevails.
    givenAt: givenAt && /^\d{4}-\d\d-\d\d$/.test(givenAt) ? `${givenAt}T00:00:00Z` : givenAt,
    evidence: of("evidence"),
    until: of("until"),
  };
}
