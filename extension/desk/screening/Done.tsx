/** The result of a screening: its figures, and the file with verdicts to download. */
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { fill, plural, texts } from "../parts/texts.ts";
import { downloadBlob } from "../tables/csv.ts";
import { sayRows, ScreeningCounts } from "./Counts.tsx";
import type { ScreenReport } from "./screen-worker.ts";

const text = screeningEn;

interface ScreeningDoneProps {
  file: File;
  report: ScreenReport;
  other: () => void;
}

export function ScreeningDone({ file, report, other }: ScreeningDoneProps) {
  const { rows, blank, invalid, duplicates, verdicts, summary } = report;
  const named = (as: string) => file.name.replace(/(\.[^.]+)?$/, `-${as}$1`);
  return (
    <Stack gap="md">
      <div role="status">
        <Title order={2} size="h3">
          {fill(text.doneTitle, { file: file.name })}
        </Title>
        <Text size="sm" c="dimmed">
          {sayRows({ rows, invalid, duplicates, numbers: summary.numbers })}
          {blank > 0 && ` ${plural(texts, text.blank, blank)}`}
        </Text>
      </div>
      <ScreeningCounts by={summary} reasons={summary.reasons} />
      <Group gap="xs">
        {verdicts.clear > 0 && (
          <Button onClick={() => downloadBlob(named("no-bar-found"), report.clear)}>
            {plural(texts, text.downloadClear, verdicts.clear)}
          </Button>
        )}
        <Button variant="default" onClick={() => downloadBlob(named("screened"), report.file)}>
          {text.download}
        </Button>
        <Button variant="default" onClick={other}>
          {text.other}
        </Button>
      </Group>
    </Stack>
  );
}
