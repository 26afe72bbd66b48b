/** `cleardial calls import FILE`: a call log. A dry run, unless --apply is given. */
import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { Option } from "commander";
import { type CallFinding, callFinding, type CallsImported } from "../../../shared/call-logs/api.ts";
import {
  type CallField,
  callFields,
  type CallMapping,
  callOf,
  type CallsOtherwise,
  guessCalls,
  neededOfCalls,
  plainName,
} from "../../../shared/call-logs/file.ts";
import { chunks } from "../../../shared/core/chunks.ts";
import { MAX_BULK } from "../../../shared/core/limits.ts";
import { callsCliEn as t, callsHelpEn as help } from "../../../shared/texts/cli/call-logs.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { type Cli, collect } from "../cli.ts";
import { type Ask, Refusal } from "../client.ts";
import { addExport } from "../month.ts";
import { monthOfCalls } from "./month.ts";
import { progress } from "../progress.ts";
import { readTable } from "../csv.ts";

/** How many refused lines are printed; --json has all. */
const SHOWN = 20;

interface Options extends CallsOtherwise {
  column: string[];
  apply: boolean;
}
export interface CallsReport {
  applied: boolean;
  rows: number;
  added: number;
  there: number;
  /** Of those that are there. */
  learnt: number;
  objections: number;
  findings: Record<CallFinding, number>;
  refused: { line: number; code: string; why: string }[];
}

export function addCallsCommands(cli: Cli): void {
  const { program, signedIn, json, print } = cli;
  const calls = program.command("calls").description(help.calls);
  addExport(calls, cli, monthOfCalls);
  calls
    .command("import")
    .description(help.import)
    .argument("<file>", help.file)
    .requiredOption("--provider <name>", help.provider)
    .option("--column <field=heading>", help.column, collect, [])
    .addOption(
      new Option("--direction <direction>", help.direction)
        .choices(["outbound", "inbound"])
        .default("outbound"),
    )
    .addOption(new Option("--zone <zone>", help.zone).choices(["utc", "local"]).default("utc"))
    .option("--apply", help.apply, false)
    .action(async (file: string, options: Options) => {
      const [first, ...lines] = await readTable(file);
      if (!first || lines.length === 0)
        throw new Refusal("file-empty", fill(t.empty, { file: basename(file) }));
      const mapping = mappingOf(first.cells, options.column, basename(file));
      const rows = lines.map(({ line, cells }) => ({
        line,
        row: callOf(
          cells.map((cell) => cell.trim()),
          mapping,
          options,
        ),
      }));
      const report = await sendAll(signedIn(), rows, options.apply, json());
      if (report.refused.length > 0) process.exitCode = 1;
      print(report, sayReport(report, first.cells, mapping));
    });
}

/** Which column has which field: from the headings, then from the `--column` options. */
function mappingOf(headings: string[], said: readonly string[], file: string): CallMapping {
  const mapping = guessCalls(headings);
  const columns = headings.join(", ");
  for (const one of said) {
    const [, field = "", heading = ""] = /^(\w+)=(.+)$/.exec(one) ?? [];
    if (!callFields.includes(field as CallField))
      throw new Refusal("no-field", fill(t.noField, { fields: callFields.join(", ") }));
    const at = headings.findIndex((name) => plainName(name) === plainName(heading));
    if (at === -1) throw new Refusal("no-column", fill(t.noColumn, { file, column: heading, columns }));
    mapping[field as CallField] = at;
  }
  const missing = neededOfCalls.filter((field) => mapping[field] === -1);
  if (missing.length > 0)
    throw new Refusal(
      "which-column",
      fill(t.wants, { file, fields: missing.join(", "), first: missing[0], columns }),
    );
  return mapping;
}

interface Line {
  line: number;
  row: object;
}

/** Sends the parts one after another, so that of two lines with the same call the first is imported. */
async function sendAll(send: Ask, rows: Line[], apply: boolean, quiet: boolean): Promise<CallsReport> {
  const findings = { blocked: 0, unscreened: 0, off: 0, contradicted: 0 };
  const report: CallsReport = {
    applied: apply,
    rows: rows.length,
    added: 0,
    ...{ there: 0, learnt: 0, objections: 0 },
    findings,
    refused: [],
  };
  const bar = progress(t.sending, quiet);
  try {
    let done = 0;
    for (const some of chunks(rows, MAX_BULK)) {
      const body = { dryRun: !apply, rows: some.map(({ row }) => row) };
      const { results } = await send<CallsImported>("POST", "/v1/calls/import", body, randomUUID());
      results.forEach(({ status, findings: found, code = "", why = "" }, i) => {
        if (status === "refused") report.refused.push({ line: some[i]!.line, code, why });
        else report[status]++;
        report.learnt += Number(results[i]!.learnt);
        report.objections += Number(results[i]!.objection);
        for (const finding of found) findings[finding]++;
      });
      bar.update((done += some.length), rows.length);
    }
  } finally {
    bar.stop();
  }
  return report;
}

/** How the columns were read, the counts, and the first refused lines with their reasons. */
function sayReport(report: CallsReport, headings: string[], mapping: CallMapping): string {
  const { applied, added, there, learnt, objections, refused, findings } = report;
  const columns = callFields
    .filter((field) => mapping[field] !== -1)
    .map((field) => `${field}=${headings[mapping[field]]}`);
  const counts = [
    plural(english, applied ? t.added : t.would, added),
    plural(english, t.there, there),
    ...(learnt > 0 ? [plural(english, applied ? t.learnt : t.wouldLearn, learnt)] : []),
    plural(english, t.refused, refused.length),
  ];
  const more = refused.length - SHOWN;
  return [
    fill(t.read, { columns: columns.join(", ") }),
    counts.join(", "),
    ...(objections > 0 ? [plural(english, t.objections, objections)] : []),
    ...callFinding.options.filter((f) => findings[f] > 0).map((f) => plural(english, t[f], findings[f])),
    ...refused.slice(0, SHOWN).map(({ line, why }) => fill(t.line, { line, why })),
    ...(more > 0 ? [plural(english, t.more, more)] : []),
    ...(applied ? [] : [t.tried]),
  ].join("\n");
}
