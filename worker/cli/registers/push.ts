/** `cleardial push LIST FILE --as-of DATE`: a register's file, or changes to it, into force, or nothing. */
import { randomUUID } from "node:crypto";
import { type Command, InvalidArgumentError } from "commander";
import type { Register } from "../../../shared/registers/api.ts";
import type { ChangesFile } from "../../../shared/registers/changes-file.ts";
import type { RegisterFile } from "../../../shared/registers/file.ts";
import { push, pushChanges, type PushReport } from "../../../shared/registers/push.ts";
import type { Send } from "../../../shared/send.ts";
import { cliEn, cliHelpEn as help } from "../../../shared/texts/cli/cli.en.ts";
import { english, fill, plural, sayDate } from "../../../shared/texts/language.ts";
import { Refusal } from "../client.ts";
import { progress } from "../progress.ts";
import { fromFile, type Input, type Read, readChanges, readSides, readWhole } from "./read.ts";

export interface PushArguments {
  list: string;
  asOf: string;
  allowShrink: boolean;
  attestSameFile: boolean;
  /** No bars. */
  quiet: boolean;
}
/** What to print, for machines and for people. */
export interface Pushed {
  report: PushReport;
  json: object;
  text: string;
}

/** A whole list into force. Throws a Refusal with nothing changed. */
export async function pushWholeFile(args: PushArguments, input: Input, send: Send): Promise<Pushed> {
  const head = await headOf(args.list, send);
  const read = await readWhole(input, { region: head.regions[0] ?? "GB", quiet: args.quiet });
  return run(args, head, read, (common) => push({ ...common, numbers: read.file.numbers, send }));
}

/** Changes into force, from one file that says which is which, or from one a side. */
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
  const bar = progress(cliEn.pushing, args.quiet);
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
  // In kilobytes, of this process.
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const { lines, duplicates, skipped } = file;
  const counts = [
    plural(english, cliEn.read, numbers),
    ...(duplicates > 0 ? [plural(english, cliEn.duplicates, duplicates)] : []),
    ...(both > 0 ? [plural(english, cliEn.both, both)] : []),
    plural(english, cliEn.added, report.added),
    plural(english, cliEn.removed, report.removed),
    ...(ignored > 0 ? [plural(english, cliEn.ignored, ignored)] : []),
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
        ? [fill(cliEn.wentOn, { arrived: report.parts - report.sent, parts: report.parts })]
        : []),
      fill(report.unchanged ? cliEn.unchanged : cliEn.pushed, {
        list: head.name,
        version: report.version,
        numbers: plural(english, cliEn.numbers, report.numbers),
        date: sayDate(english, asOf),
      }),
      fill(cliEn.peak, { mb: peakMb }),
    ].join("\n"),
  };
}

/** Each kind of skipped line with its count, and the first lines by number. */
function saySkipped({ skipped }: Pick<RegisterFile, "skipped">): string[] {
  return Object.entries(skipped.reasons).flatMap(([why, n]) => {
    const lines = skipped.first.filter((s) => s.why === why).map((s) => s.line);
    const shown = lines.slice(0, 20).join(", ") + (n > 20 ? ", …" : "");
    return [
      `${plural(english, cliEn.skips[why as keyof typeof cliEn.skips], n)}. ${fill(cliEn.skippedLines, { lines: shown })}`,
    ];
  });
}

export const date = (text: string): string => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError(help.wantsDate);
  return text;
};
export const seconds = (text: string): number => {
  const n = Number(text);
  if (!Number.isFinite(n) || n < 0) throw new InvalidArgumentError(help.wantsSeconds);
  return n;
};

interface Options {
  add?: string;
  remove?: string;
  changes?: string;
  asOf: string;
  allowShrink: boolean;
  attestSameFile: boolean;
  patience: number;
}

/** Adds the command. `send` is asked for when it runs: it wants a token. */
export function addPushCommand(
  program: Command,
  send: (patienceMs: number) => Send,
  print: (object: unknown, text: string) => void,
  isJson: () => boolean,
): void {
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
        throw new Refusal("bad-arguments", cliEn.oneFile);
      const input = (path: string | undefined) => (path === undefined ? null : fromFile(path));
      const args = { list, ...rest, quiet: isJson() };
      const ask = send(patience * 1000);
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
