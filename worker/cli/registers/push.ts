/** `cleardial push LIST FILE --as-of DATE`: uploads a register's file, or changes to it. All of it takes effect, or nothing. */
import { randomUUID } from "node:crypto";
import type { Register } from "../../../shared/registers/api.ts";
import type { ChangesFile } from "../../../shared/registers/changes-file.ts";
import type { RegisterFile } from "../../../shared/registers/file.ts";
import { push, pushChanges, type PushReport } from "../../../shared/registers/push.ts";
import type { Send } from "../../../shared/core/send.ts";
import { registersCliEn as t, registersHelpEn as help } from "../../../shared/texts/cli/registers.en.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { registerFileEn } from "../../../shared/texts/registers/file.en.ts";
import { type Cli, date, seconds } from "../cli.ts";
import { Refusal } from "../client.ts";
import { progress } from "../progress.ts";
import { fromFile, type Input, type Read, readChanges, readSides, readWhole } from "./file.ts";

export interface PushArguments {
  list: string;
  asOf: string;
  allowShrink: boolean;
  attestSameFile: boolean;
  /** No progress bars. */
  quiet: boolean;
}
/** What to print, for machines and for people. */
export interface Pushed {
  report: PushReport;
  json: object;
  text: string;
}

/** Uploads a complete register. Throws a Refusal, with nothing changed. */
export async function pushWholeFile(args: PushArguments, input: Input, send: Send): Promise<Pushed> {
  const head = await headOf(args.list, send);
  const read = await readWhole(input, { region: head.regions[0] ?? "GB", quiet: args.quiet });
  return run(args, head, read, (common) => push({ ...common, numbers: read.file.numbers, send }));
}

/** Uploads changes: one file that marks each line, or a file of additions and one of removals. Throws as above. */
export async function pushChangesFile(
  args: PushArguments,
  files: { changes: Input } | { add: Input | null; remove: Input | null },
  send: Send,
): Promise<Pushed> {
  const head = await headOf(args.list, send);
  const how = { region: head.regions[0] ?? "GB", quiet: args.quiet };
  const read =
    "changes" in files
      ? await readChanges(files.changes, how)
      : await readSides(files.add, files.remove, how);
  const { add, remove } = read.file;
  return run(args, head, read, (common) => pushChanges({ ...common, add, remove, send }));
}

const headOf = (list: string, send: Send) => send<Register>("GET", `/v1/lists/${encodeURIComponent(list)}`);

type Common = Omit<Parameters<typeof push>[0], "numbers" | "send">;

async function run(
  args: PushArguments,
  head: Register,
  read: Read<RegisterFile | ChangesFile>,
  work: (common: Common) => Promise<PushReport>,
): Promise<Pushed> {
  const { list, asOf, allowShrink, attestSameFile } = args;
  const bar = progress(t.pushing, args.quiet);
  const source = { name: read.name, sha256: read.sha256 };
  const common = {
    list,
    asOf,
    allowShrink,
    attestSameFile,
    source,
    pushId: randomUUID(),
    onProgress: bar.update,
  };
  const report = await work(common).finally(bar.stop);

  const { file } = read;
  const numbers = "numbers" in file ? file.numbers.length : file.add.length + file.remove.length;
  const both = "both" in file ? file.both : 0;
  const ignored = "numbers" in file ? 0 : numbers - report.added - report.removed;
  // maxRSS is in kilobytes.
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const { lines, duplicates, skipped } = file;
  const counts = [
    plural(english, registerFileEn.read, numbers),
    ...(duplicates > 0 ? [plural(english, registerFileEn.duplicates, duplicates)] : []),
    ...(both > 0 ? [plural(english, t.both, both)] : []),
    plural(english, t.added, report.added),
    plural(english, t.removed, report.removed),
    ...(ignored > 0 ? [plural(english, t.ignored, ignored)] : []),
  ];
  return {
    report,
    json: {
      list,
      asOf,
      file: read.name,
      read: numbers,
      lines,
      duplicates,
      skipped,
      ignored,
      ...report,
      peakMb,
    },
    text: [
      counts.join(", "),
      ...saySkipped(file),
      ...(report.parts > report.sent
        ? [fill(t.resumed, { arrived: report.parts - report.sent, parts: report.parts })]
        : []),
      fill(report.unchanged ? t.unchanged : t.pushed, {
        list: head.name,
        version: report.version,
        numbers: plural(english, t.numbers, report.numbers),
        date: sayDate(english, asOf),
      }),
      fill(t.peak, { mb: peakMb }),
    ].join("\n"),
  };
}

/** Each kind of skipped line: its count, and the numbers of the first such lines. */
function saySkipped({ skipped }: Pick<RegisterFile, "skipped">): string[] {
  return Object.entries(skipped.reasons).flatMap(([why, n]) => {
    const lines = skipped.first.filter((s) => s.why === why).map((s) => s.line);
    const shown = lines.slice(0, 20).join(", ") + (n > 20 ? ", …" : "");
    return [
      `${plural(english, registerFileEn.skips[why as keyof typeof registerFileEn.skips], n)}. ${fill(registerFileEn.skippedLines, { lines: shown })}`,
    ];
  });
}

interface Options {
  add?: string;
  remove?: string;
  changes?: string;
  asOf: string;
  allowShrink: boolean;
  attestSameFile: boolean;
  patience: number;
}

export function addPushCommand({ program, signedIn, json: isJson, print }: Cli): void {
  program
    .command("push")
    .description(help.push)
    .argument("<list>", help.listId)
    .argument("[file]", help.pushFile)
    .option("--add <file>", help.pushAdd)
    .option("--remove <file>", help.pushRemove)
    .option("--changes <file>", help.pushChanges)
    .requiredOption("--as-of <date>", help.asOf, date)
    .option("--allow-shrink", help.allowShrink, false)
    .option("--attest-same-file", help.attest, false)
    .option("--patience <seconds>", help.patience, seconds, 120)
    .action(async (list: string, file: string | undefined, options: Options) => {
      const { add, remove, changes, patience, ...rest } = options;
      if ([file, changes, add ?? remove].filter((given) => given !== undefined).length !== 1)
        throw new Refusal("bad-arguments", t.oneFile);
      const input = (path: string | undefined) => (path === undefined ? null : fromFile(path));
      const args = { list, ...rest, quiet: isJson() };
      const ask = signedIn(patience * 1000);
      const { json, text } =
        file !== undefined
          ? await pushWholeFile(args, await fromFile(file), ask)
          : await pushChangesFile(
              args,
              changes !== undefined
                ? { changes: await fromFile(changes) }
                : { add: await input(add), remove: await input(remove) },
              ask,
            );
      print(json, text);
    });
}
