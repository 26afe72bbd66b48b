/** `cleardial consents add FILE`: consents with their evidence, from a CSV file. */
import { cliHelpEn as help } from "../../../shared/texts/cli/cli.en.ts";
import { type Command, Option } from "commander";
import { bulkEn } from "../../../shared/texts/cli/do-not-call.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { sendAndPrint } from "./bulk.ts";
import { type Ask, Refusal } from "../client.ts";
import { readRows, type FileRow } from "../rows.ts";

/** The field of the API, and the option of the command line; the column is called as either. */
const fields = [
  ["basis", "--basis"],
  ["givenBy", "--given-by"],
  ["givenAt", "--given-at"],
  ["evidence", "--evidence"],
  ["until", "--until"],
] as const;
type Field = (typeof fields)[number][0];
type Options = { column?: string } & Partial<Record<Field, string>>;

/** Adds the command. `send` is asked for when it runs: it wants a token. */
export function addConsentCommands(
  program: Command,
  send: () => Ask,
  print: (object: unknown, text: string) => void,
  date: (text: string) => string,
): void {
  const json = () => program.opts<{ json: boolean }>().json;
  program
    .command("consents")
    .description(help.consents)
    .command("add")
    .description(help.consentsAdd)
    .argument("<file>", help.consentsFile)
    .option("--column <name>", help.column)
    .addOption(new Option("--basis <basis>", help.basis).choices(["consent", "solicited", "service"]))
    .option("--given-by <who>", help.givenBy)
    .option("--given-at <time>", help.givenAt)
    .option("--evidence <text>", help.evidence)
    .option("--until <date>", help.consentUntil, date)
    .action(async (file: string, options: Options) => {
      const rows = await readRows(file, options.column);
      wantAll(rows, options);
      const bodies = rows.map((row) => ({ line: row.line, body: bodyOf(row, options) }));
      await sendAndPrint("/v1/consents/bulk", bodies, send(), { json: json(), print });
    });
}

/** What stands neither in an option nor in any row was forgotten, and is said once instead of for each line. */
function wantAll(rows: FileRow[], options: Options): void {
  for (const [name, option] of fields)
    if (name !== "until" && options[name] === undefined && !rows.some((row) => row.cell(name)))
      throw new Refusal("missing", fill(bulkEn.missing, { name, option }));
}

function bodyOf({ number, cell }: FileRow, options: Options): Record<string, unknown> {
  const of = (name: Field) => cell(name) ?? options[name];
  const givenAt = of("givenAt");
  return {
    number,
    basis: of("basis")?.toLowerCase(),
    givenBy: of("givenBy"),
    // A day without a time is its beginning: an objection of the same day then counts over it.
    givenAt: givenAt && /^\d{4}-\d\d-\d\d$/.test(givenAt) ? `${givenAt}T00:00:00Z` : givenAt,
    evidence: of("evidence"),
    until: of("until"),
  };
}
