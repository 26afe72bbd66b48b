/** The result of a screening: its figures, and the file with verdicts to download. */
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { fill } from "../parts/texts.ts";
import { downloadBlob } from "../tables/csv.ts";
import { sayRows, ScreeningCounts, verdictsOf } from "./Counts.tsx";
import type { ScreenReport } from "./screen-worker.ts";

const text = screeningEn;

interface ScreeningDoneProps {
  file: File;
  report: ScreenReport;
  other: () => void;
}

export function ScreeningDone({ file, report, other }: ScreeningDoneProps) {
  const { rows, blank, invalid, duplicates, verdicts, summary } = report;
  return (
    <Stack gap="md">
      <div role="status">
        <Title order={2} size="h3">
          {fill(text.doneTitle, { file: file.name })}
        </Title>
        <Text size="sm" c="dimmed">
          {sayRows({ rows, invalid, duplicates, numbers: summary.numbers })}
        </Text>
      </div>
      <ScreeningCounts counts={[...verdictsOf(verdicts), [text.blank, blank]]} reasons={summary.reasons} />
      <Group gap="xs">
        <Button onClick={() => downloadBlob(file.name.replace(/(\.[^.]+)?$/, "-screened$1"), report.file)}>
          {text.download}
        </Button>
        <Button variant="default" onClick={other}>
          {text.other}
        </Button>
      </Group>
    </Stack>
  );
}
