/** Opens a file of contacts: finds its format and its SHA-256, and reports progress while it is read. */
import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  csvTable,
  encodingOfAll,
  headOf,
  kindOf,
  ndjsonTable,
  NotATable,
  type Source,
  type Table,
} from "../../../shared/screening/table.ts";
import { startOf } from "../../../shared/screening/text.ts";
import { MAX_XLSX } from "../../../shared/core/limits.ts";
import { xlsxTable } from "../../../shared/screening/xlsx.ts";
import { fill } from "../../../shared/texts/language.ts";
import { screenEn } from "../../../shared/texts/screening/files.en.ts";
import { Refusal } from "../client.ts";

export interface OpenFile {
  table: Table;
  sha256: string;
  size: number;
  /** Calls `tell` with the bytes that the current pass has read, until the returned function is called. */
  read: (tell: (done: number) => void) => () => void;
}

export async function openFile(path: string): Promise<OpenFile> {
  const file = basename(path);
  const size = await stat(path).then(
    (s) => (s.isFile() ? s.size : null),
    () => null,
  );
  if (size === null) throw new Refusal("no-file", fill(screenEn.noFile, { file }));
  let tell: ((done: number) => void) | null = null;
  const bytes = async function* () {
    let done = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      yield chunk;
      tell?.((done += chunk.length));
    }
  };
  const source: Source = { name: file, bytes };
  const hash = createHash("sha256");
  for await (const chunk of bytes()) hash.update(chunk);
  const table = await tableOf(path, source, size);
  return {
    table,
    sha256: hash.digest("hex"),
    size,
    read(told) {
      tell = told;
      return () => (tell = null);
    },
  };
}

async function tableOf(path: string, source: Source, size: number): Promise<Table> {
  const file = source.name;
  const head = await headOf(source);
  try {
    const kind = kindOf(head);
    if (kind === "xlsx") {
      if (size > MAX_XLSX)
        throw new Refusal("file-large", fill(screenEn.largeXlsx, { mb: MAX_XLSX / 1_000_000 }));
      return await xlsxTable(await openAsBlob(path)).catch(() => {
        throw new Refusal("file-broken", fill(screenEn.badXlsx, { file }));
      });
    }
    const encoding = await encodingOfAll(source, head);
    if (kind === "ndjson") return ndjsonTable(source, encoding);
    return csvTable(source, encoding, startOf(head, encoding));
  } catch (error) {
    if (!(error instanceof NotATable)) throw error;
    const { fault } = error;
    const said = {
      empty: screenEn.empty,
      "not-text": screenEn.notText,
      "not-unicode": screenEn.notUnicode,
      "old-excel": screenEn.oldExcel,
    }[fault];
    throw new Refusal(`file-${fault}`, fill(said, { file }));
  }
}
