/** How many numbers a register's file has, and which of its lines have none. */
import { Alert, Text } from "@mantine/core";
import { listsEn } from "../../../shared/texts/registers/desk.en.ts";
import { registerFileEn } from "../../../shared/texts/registers/file.en.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import type { FileReport } from "./push-worker.ts";

const text = listsEn.push;

export function FileFound({ file, found }: { file: File; found: FileReport }) {
  const { skipped, duplicates } = found;
  return (
    <div data-found>
      <Text size="sm" fw={600}>
        {fill(text.found, {
          file: file.name,
          read: plural(texts, registerFileEn.read, found.read),
          duplicates: duplicates > 0 ? `, ${plural(texts, registerFileEn.duplicates, duplicates)}` : "",
        })}
      </Text>
      {skipped.total > 0 && (
        <Alert color="yellow" mt="xs" title={plural(texts, text.skippedTitle, skipped.total)}>
          {Object.entries(skipped.reasons).map(([why, n]) => (
            <Text key={why} size="sm">
              {plural(texts, text.skips[why as keyof typeof text.skips], n)}{" "}
              {fill(registerFileEn.skippedLines, { lines: linesOf(found, why) })}
            </Text>
          ))}
        </Alert>
      )}
    </div>
  );
}

/** The numbers of the first such lines, as the command line lists them. */
function linesOf({ skipped }: FileReport, why: string): string {
  const lines = skipped.first.filter((s) => s.why === why).map((s) => s.line);
  const more = (skipped.reasons[why as keyof typeof skipped.reasons] ?? 0) > 20;
  return lines.slice(0, 20).join(", ") + (more ? ", …" : "");
}
