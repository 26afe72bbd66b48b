/** `cleardial push LIST FILE --as-of DATE`: a register's file into force, or nothing. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { z } from "zod";
import type { listSchema } from "../../shared/api.ts";
import { type ListFile, ListReader, NotAList } from "../../shared/listfile.ts";
import { push } from "../../shared/push.ts";
import { cliEn } from "../../shared/texts/cli.en.ts";
import { fill, plural, sayDate, texts } from "../../shared/texts/index.ts";
import type { Send } from "../../shared/push.ts";
import { Refusal } from "./client.ts";
import { progress } from "./progress.ts";

const en = texts["en"]!;

export interface PushArguments {
  list: string;
  file: string;
  asOf: string;
  json: boolean;
  allowShrink: boolean;
  attestSameFile: boolean;
}

/** Returns what to print. Throws a Refusal with nothing changed. */
export async function pushFile(args: PushArguments, send: Send): Promise<string> {
  const head = await send<z.infer<typeof listSchema>>("GET", `/v1/lists/${encodeURIComponent(args.list)}`);
  const { file, sha256 } = await readFile(args, head.regions[0] ?? "GB");
  const bar = progress(cliEn.pushing, args.json);
  const report = await push({
    ...args,
    numbers: file.numbers,
    source: { name: basename(args.file), sha256 },
    pushId: randomUUID(),
    send,
    onProgress: bar.update,
  }).finally(bar.stop);

  if (args.json) {
    const { numbers: _, ...counts } = file;
    return JSON.stringify({
      list: args.list,
      asOf: args.asOf,
      read: file.numbers.length,
      ...counts,
      ...report,
    });
  }
  const line = report.unchanged ? cliEn.unchanged : cliEn.pushed;
  return [
    [
      plural(en, cliEn.read, file.numbers.length),
      ...(file.duplicates > 0 ? [plural(en, cliEn.duplicates, file.duplicates)] : []),
      plural(en, cliEn.added, report.added),
      plural(en, cliEn.removed, report.removed),
    ].join(", "),
    ...saySkipped(file),
    fill(line, {
      list: head.name,
      version: report.version,
      numbers: plural(en, cliEn.numbers, report.numbers),
      date: sayDate(en, args.asOf),
    }),
  ].join("\n");
}

async function readFile(args: PushArguments, region: string): Promise<{ file: ListFile; sha256: string }> {
  const size = await stat(args.file).then(
    (s) => (s.isFile() ? s.size : null),
    () => null,
  );
  if (size === null) throw new Refusal("no-file", `${args.file} cannot be read. ${cliEn.nothingChanged}`);
  const bar = progress(cliEn.reading, args.json);
  const hash = createHash("sha256");
  let done = 0;
  try {
    const reader = new ListReader(region);
    for await (const chunk of createReadStream(args.file, {
      highWaterMark: 1 << 20,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      reader.feed(chunk);
      bar.update((done += chunk.length), size);
    }
    return { file: reader.end(), sha256: hash.digest("hex") };
  } catch (error) {
    if (error instanceof NotAList)
      throw new Refusal(`file-${error.fault}`, `${cliEn.faults[error.fault]} ${cliEn.nothingChanged}`);
    throw error;
  } finally {
    bar.stop();
  }
}

/** Each kind of skipped line with its count, and the first lines by number. */
function saySkipped({ skipped }: ListFile): string[] {
  return Object.entries(skipped.reasons).flatMap(([why, n]) => {
    const lines = skipped.first.filter((s) => s.why === why).map((s) => s.line);
    const shown = lines.slice(0, 20).join(", ") + (n > 20 ? ", …" : "");
    return [
      `${plural(en, cliEn.skips[why as keyof typeof cliEn.skips], n)}. ${fill(cliEn.skippedLines, { lines: shown })}`,
    ];
  });
}
