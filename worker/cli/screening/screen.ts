/** `cleardial screen FILE -o OUTPUT`: screens every number in a file. Only the numbers leave this machine. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { Option } from "commander";
import type { PolicyAnswer } from "../../../shared/policy/api.ts";
import type { ScreeningAnswer, ScreeningDetail } from "../../../shared/screening/api.ts";
import { type Campaign, campaignSchema } from "../../../shared/policy/policy.ts";
import { type Columns, nameOf } from "../../../shared/screening/columns.ts";
import { BrokenTable } from "../../../shared/screening/csv.ts";
import { Run } from "../../../shared/screening/run.ts";
import { finish, open as openScreening, sendParts } from "../../../shared/screening/send.ts";
import type { Table } from "../../../shared/screening/table.ts";
import { cliHelpEn } from "../../../shared/texts/cli/cli.en.ts";
import { registersHelpEn } from "../../../shared/texts/cli/registers.en.ts";
import { screenHelpEn as help } from "../../../shared/texts/cli/screening.en.ts";
import { english, fill, plural } from "../../../shared/texts/language.ts";
import { screenEn } from "../../../shared/texts/screening/files.en.ts";
import { type Cli, collect, seconds, wantFree } from "../cli.ts";
import { type Ask, Refusal } from "../client.ts";
import { progress } from "../progress.ts";
import { openFile } from "./file.ts";
import { forget, remember, remembered, type State } from "./resume.ts";

interface Options {
  output: string;
  force: boolean;
  column: string[];
  country: string[];
  region?: string;
  purpose?: Campaign;
  patience: number;
}

export async function screenFile(path: string, options: Options, ask: Ask, url: string, quiet: boolean) {
  const { output, purpose } = options;
  const file = basename(path);
  if (resolve(output) === resolve(path)) throw new Refusal("same-file", fill(screenEn.sameFile, { file }));
  wantFree(output, options.force);
  const { table, sha256, size, read } = await openFile(path);
  if ((table.kind === "xlsx") !== (extname(output).toLowerCase() === ".xlsx"))
    throw new Refusal("wrong-kind", fill(screenEn.kinds, { ending: extname(path) || ".csv" }));
  const { policy } = await ask<PolicyAnswer>("GET", "/v1/policy");
  const { defaultRegion, alsoRegions } = policy.numbers;
  const region = options.region ?? defaultRegion;
  const columns = await columnsOf(table, file, region, options);
  const say = (text: string) => quiet || process.stderr.write(`${text}\n`);
  const named = (places: number[]) => places.map((at) => nameAt(columns, at)).join(", ");
  say(fill(screenEn.columnsFound, { columns: named(columns.phones) }));
  if (columns.places.length > 0) say(fill(screenEn.countryBy, { columns: named(columns.places) }));

  const work = new Run(table, columns, region, alsoRegions);
  const reading = progress(screenEn.reading, quiet);
  const stopTelling = read((done) => reading.update(Math.min(done, size), size));
  await work.read().finally(() => {
    stopTelling();
    reading.stop();
  });
  if (work.rows === 0) throw new Refusal("file-empty", fill(screenEn.empty, { file }));

  // A difference in any of these makes different parts, or a different screening, of the same file.
  const job = { sha256, url, region, alsoRegions, phones: columns.phones, places: columns.places, purpose };
  const before = await remembered(output, job);
  const fresh = (): State => ({ job, key: randomUUID(), at: new Date().toISOString() });
  const send = (state: State) => sendAll(work, state, { file, output, purpose, ask, quiet });
  let screening: ScreeningAnswer;
  if (before === null) screening = await send(fresh());
  else {
    say(screenEn.resumed);
    screening = await send(before).catch((error: unknown) => {
      // It was cancelled meanwhile, or the Worker has erased it.
      const gone =
        error instanceof Refusal && ["screening-over", "not-found", "part-differs"].includes(error.code);
      if (!gone) throw error;
      return send(fresh());
    });
  }
  const summary = await writeAll(work, screening.id, { output, ask, quiet });
  await forget(output);
  return report(work, summary, output);
}

interface How {
  output: string;
  ask: Ask;
  quiet: boolean;
}

async function sendAll(
  work: Run,
  state: State,
  { file, output, purpose, ask, quiet }: How & { file: string; purpose: Campaign | undefined },
): Promise<ScreeningAnswer> {
  // First: a run that is interrupted right after opening the screening then opens the same one again.
  await remember(output, state);
  const wanted = { source: "cli" as const, name: file.slice(0, 200), ...(purpose && { purpose }) };
  const screening = await openScreening(ask, wanted, state.key);
  const bar = progress(screenEn.sending, quiet);
  await sendParts(ask, screening.id, work.numbers, bar.update).finally(bar.stop);
  return screening;
}

/** Writes the complete output file, or none. */
async function writeAll(work: Run, id: string, { output, ask, quiet }: How): Promise<ScreeningDetail> {
  const unfinished = `${output}.unfinished`;
  const bar = progress(screenEn.writing, quiet);
  const handle = await open(unfinished, "w").catch(() => {
    throw new Refusal("not-written", fill(screenEn.notWritten, { file: output }));
  });
  try {
    for await (const bytes of work.write(bar.update)) await handle.write(bytes);
    await handle.sync();
    await handle.close();
    const summary = await finish(ask, id, work.tally.sent);
    await rename(unfinished, output);
    return summary;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    bar.stop();
  }
}

async function columnsOf(
  table: Table,
  file: string,
  region: string,
  { column, country }: Options,
): Promise<Columns> {
  const found = await table.columns(region);
  const columns = found.names.map((_, at) => nameAt(found, at)).join(", ");
  const named = (wanted: string) => {
    const at = found.names.flatMap((_, i) => (nameOf(nameAt(found, i)) === nameOf(wanted) ? [i] : []));
    if (at.length === 0)
      throw new Refusal("no-column", fill(screenEn.noColumn, { file, column: wanted, columns }));
    return at;
  };
  const phones = column.length > 0 ? [...new Set(column.flatMap(named))] : found.phones;
  const places =
    country.length > 0 ? country.flatMap(named) : found.places.filter((at) => !phones.includes(at));
  if (phones.length === 0) throw new Refusal("which-column", fill(screenEn.noPhones, { file, columns }));
  return { ...found, phones, places };
}

/** A column's heading, or its position if it has none. */
const nameAt = ({ names }: Columns, at: number): string => names[at] || fill(screenEn.column, { n: at + 1 });

function report({ tally, numbers }: Run, { id, ...summary }: ScreeningDetail, output: string) {
  const { rows, blank, invalid, duplicates, verdicts } = tally;
  // maxRSS is in kilobytes.
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const { reasons, clear, caution, blocked, unknown } = summary;
  const counts = Object.entries(reasons).map(([code, n]) => fill(screenEn.reason, { code, n }));
  const said = (["clear", "caution", "blocked", "unknown"] as const)
    .filter((verdict) => verdict === "clear" || verdicts[verdict] > 0)
    .map((verdict) => plural(english, screenEn.verdicts[verdict], verdicts[verdict]));
  return {
    json: {
      screening: id,
      output,
      rows: { all: rows, blank, invalid, ...verdicts },
      numbers: { all: numbers.size, duplicates, clear, caution, blocked, unknown },
      reasons,
      peakMb,
    },
    text: [
      `${plural(english, screenEn.rows, rows)}, ${plural(english, screenEn.numbers, numbers.size)}.`,
      [...said, ...(blank > 0 ? [plural(english, screenEn.blank, blank)] : [])].join(", ") + ".",
      ...(invalid > 0 ? [`${plural(english, screenEn.invalid, invalid)}.`] : []),
      ...(duplicates > 0 ? [`${plural(english, screenEn.duplicates, duplicates)}.`] : []),
      ...(counts.length > 0 ? [fill(screenEn.byReason, { counts: counts.join(", ") })] : []),
      fill(screenEn.written, { file: output }),
      fill(screenEn.peak, { mb: peakMb }),
    ].join("\n"),
  };
}

export function addScreenCommand({ program, signedIn, url, json, print }: Cli): void {
  program
    .command("screen")
    .description(help.screen)
    .argument("<file>", help.file)
    .requiredOption("-o, --output <file>", help.output)
    .option("--force", cliHelpEn.force, false)
    .option("--column <name>", help.column, collect, [])
    .option("--country <name>", help.country, collect, [])
    .option("--region <code>", help.region)
    .addOption(new Option("--purpose <kind>", help.purpose).choices(campaignSchema.options))
    .option("--patience <seconds>", registersHelpEn.patience, seconds, 120)
    .action(async (file: string, options: Options) => {
      const ask = signedIn(options.patience * 1000);
      const done = await screenFile(file, options, ask, url(), json()).catch((error: unknown) => {
        if (!(error instanceof BrokenTable)) throw error;
        throw new Refusal(
          "row-broken",
          fill(screenEn.brokenRow, { row: error.row ?? "?", file: basename(file) }),
        );
      });
      print(done.json, done.text);
    });
}
