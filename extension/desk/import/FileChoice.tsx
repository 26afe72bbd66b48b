/** Chooses a file of lines and reads it in this browser, or says why it cannot be taken. */
import { Alert } from "@mantine/core";
import { useRef, useState } from "react";
import { wholeText } from "../../../shared/screening/text.ts";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { fill } from "../parts/texts.ts";
import { FileDrop } from "./FileDrop.tsx";
import { readOrFault } from "./log-file.ts";

interface FileChoiceProps<Read extends { lines: readonly unknown[] }> {
  /** `tooMany` has the places {n} and {most}. */
  words: { file: string; none: string; tooMany: string };
  /** Lines. */
  most: number;
  /** May throw BrokenTable. */
  read: (text: string) => Read;
  chosen: (read: Read, name: string) => void;
}

export function FileChoice<Read extends { lines: readonly unknown[] }>(props: FileChoiceProps<Read>) {
  const { words, most, read, chosen } = props;
  const [fault, setFault] = useState<string | null>(null);

  /** How many files were chosen: what is read of an earlier one comes too late. */
  const files = useRef(0);

  async function choose(file: File) {
    const mine = ++files.current;
    // The bytes, of which wholeText makes text: the browser would replace what it cannot read.
    const bytes = await file.arrayBuffer().catch(() => null);
    if (mine !== files.current) return;
    if (bytes === null) return setFault(listsEn.push.failedRead);
    const found = readOrFault(() => read(wholeText(new Uint8Array(bytes))));
    if (typeof found === "string") return setFault(found);
    const n = found.lines.length;
    if (n === 0) return setFault(words.none);
    if (n > most) return setFault(fill(words.tooMany, { n, most }));
    return chosen(found, file.name);
  }
  return (
    <>
      {fault !== null && <FileFault>{fault}</FileFault>}
      <FileDrop label={words.file} onFile={(file) => void choose(file)} />
    </>
  );
}

export const FileFault = ({ children }: { children: string }) => (
  <Alert color="red" role="alert">
    {children}
  </Alert>
);
