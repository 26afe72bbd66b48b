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
  ["kind", "--kind"],
  ["basis", "--basis"],
  ["givenBy", "--given-by"],
  ["giver", "--giver"],
  ["givenAt", "--given-at"],
  ["calls", "--calls"],
  ["product", "--product"],
  ["words", "--words"],
  ["how", "--how"],
  ["proof", "--proof"],
  ["caller", "--caller"],
  ["day", "--day"],
  ["evidence", "--evidence"],
  ["until", "--until"],
] as const;
/** What every consent has: a kind and whose words they are, or a basis with its evidence; from whom and when. */
const wanted = [["kind", "basis"], ["giver", "basis"], ["givenBy"], ["givenAt"]] as const;
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
      new Option("--kind <kind>", help.kind).choices([
        "notification",
        "prior",
        "solicited",
        "service",
        "soft-opt-in",
      ]),
    )
    .option("--calls <kinds>", help.calls)
    .option("--product <text>", help.product)
    .option("--words <text>", help.words)
    .addOption(
      new Option("--how <how>", help.how).choices(["web", "email", "post", "telephone", "person", "message"]),
    )
    .option("--proof <text>", help.proof)
    .option("--caller <name>", help.caller)
    .option("--day <date>", help.day, date)
    .addOption(
      new Option("--basis <basis>", help.basis).choices(["consent", "solicited", "service", "soft-opt-in"]),
    )
    .option("--given-by <who>", help.givenBy)
    .addOption(new Option("--giver <who>", help.giver).choices(["subscriber", "other"]))
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
  for (const names of wanted)
    if (!names.some((name) => options[name] !== undefined || rows.some((row) => row.cell(name)))) {
      const [name] = names;
      const option = fields.find(([field]) => field === name)![1];
      throw new Refusal("missing", fill(t.missing, { name, option }));
    }
}

function bodyOf({ number, cell }: FileRow, options: Options): Record<string, unknown> {
  const of = (name: Field) => cell(name) ?? options[name];
  const givenAt = of("givenAt");
  return {
    number,
    kind: of("kind")?.toLowerCase(),
    basis: of("basis")?.toLowerCase(),
    calls: of("calls")
      ?.split(/[,;\s]+/)
      .filter((call) => call !== "")
      .map((call) => call.toLowerCase()),
    ...Object.fromEntries(
      (["product", "words", "proof", "caller", "day"] as const).map((name) => [name, of(name)]),
    ),
    how: of("how")?.toLowerCase(),
    givenBy: of("givenBy"),
    giver: of("giver")?.toLowerCase(),
    // A day without a time means its beginning, so that an objection on the same day prevails.
    givenAt: givenAt && /^\d{4}-\d\d-\d\d$/.test(givenAt) ? `${givenAt}T00:00:00Z` : givenAt,
    evidence: of("evidence"),
    until: of("until"),
  };
}
