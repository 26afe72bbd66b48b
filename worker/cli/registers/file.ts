/** Reads a register's file from any source: shows progress, hashes it, and explains what is wrong with it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { type ChangesFile, ChangesReader, changesOf } from "../../../shared/registers/changes-file.ts";
import { type RegisterFile, RegisterReader, NotARegister } from "../../../shared/registers/file.ts";
import { registersCliEn as t } from "../../../shared/texts/cli/registers.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { registerFileEn } from "../../../shared/texts/registers/file.en.ts";
import { Refusal } from "../client.ts";
import { progress } from "../progress.ts";

/** A file, on this machine or at a source. `size` is in bytes, null if unknown. */
export interface Input {
  name: string;
  size: number | null;
  open: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}
export interface Read<File> {
  file: File;
  name: string;
  sha256: string;
}
interface How {
  region: string;
  quiet: boolean;
}

export async function fromFile(path: string): Promise<Input> {
  const size = await stat(path).then(
    (s) => (s.isFile() ? s.size : null),
    () => null,
  );
  if (size === null) throw new Refusal("no-file", `${fill(t.notRead, { file: path })} ${t.nothingChanged}`);
  const open = () => createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  return { name: basename(path), size, open };
}

export const readWhole = (input: Input, how: How): Promise<Read<RegisterFile>> =>
  read(input, new RegisterReader(how.region), how);

export const readChanges = (input: Input, how: How): Promise<Read<ChangesFile>> =>
  read(input, new ChangesReader(how.region), how);

/** Additions and removals from two files. One of them may be empty: on some days no number is removed. */
export async function readSides(
  add: Input | null,
  remove: Input | null,
  how: How,
): Promise<Read<ChangesFile>> {
  const sides = [];
  let empty: unknown;
  for (const input of [add, remove])
    sides.push(
      input &&
        (await readWhole(input, how).catch((error: unknown) => {
          if (!(error instanceof Refusal && error.code === "file-empty")) throw error;
          empty = error;
          return null;
        })),
    );
  const [added = null, removed = null] = sides;
  if (!added && !removed) throw empty;
  const hashes = `+${added?.sha256 ?? ""}-${removed?.sha256 ?? ""}`;
  return {
    file: changesOf(added?.file ?? null, removed?.file ?? null),
    name: [add, remove].flatMap((input) => input?.name ?? []).join(", "),
    sha256: createHash("sha256").update(hashes).digest("hex"),
  };
}

async function read<File>(
  input: Input,
  reader: { feed: (chunk: Uint8Array) => void; end: () => File },
  { quiet }: How,
): Promise<Read<File>> {
  const bar = progress(t.reading, quiet);
  const hash = createHash("sha256");
  let done = 0;
  try {
    for await (const chunk of await input.open()) {
      hash.update(chunk);
      reader.feed(chunk);
      bar.update((done += chunk.length), input.size ?? done);
    }
    if (input.size !== null && done !== input.size)
      throw new Refusal(
        "file-truncated",
        `${fill(t.incomplete, { done, size: input.size })} ${t.nothingChanged}`,
      );
    return { file: reader.end(), name: input.name, sha256: hash.digest("hex") };
  } catch (error) {
    if (error instanceof NotARegister)
      throw new Refusal(`file-${error.fault}`, `${registerFileEn.faults[error.fault]} ${t.nothingChanged}`);
    throw error;
  } finally {
    bar.stop();
  }
}
