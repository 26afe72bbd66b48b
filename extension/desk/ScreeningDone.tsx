/** What a screening came to, and the file with it. */
import { Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { ListHead } from "../../shared/api-lists.ts";
import { screeningEn } from "../../shared/texts/desk-screening.en.ts";
import { useApi } from "./parts/api.ts";
import { downloadBlob } from "./parts/csv.ts";
import { type Column, Table } from "./parts/Table.tsx";
import { fill, plural, texts } from "./parts/words.ts";
import type { ScreenReport } from "./screen-worker.ts";

const text = screeningEn;

interface ScreeningDoneProps {
  file: File;
  report: ScreenReport;
  other: () => void;
}

export function ScreeningDone({ file, report, other }: ScreeningDoneProps) {
  const { rows, blank, invalid, duplicates, verdicts, summary } = report;
  const lists = useApi<{ lists: ListHead[] }>("/v1/lists").data?.lists ?? [];
  const sayReason = (code: string) => {
    const name = lists.find(({ id }) => id === code)?.name ?? code.toUpperCase();
    return text.reasonNames[code] ?? fill(text.onList, { list: name });
  };
  const counts = [
    ...(["clear", "caution", "blocked", "unknown"] as const).map((verdict): [string, number] => [
      text.verdicts[verdict],
      verdicts[verdict],
    ]),
    [text.blank, blank] as [string, number],
  ];
  const reasons = Object.entries(summary.reasons).map(([code, n]) => ({ code, n }));
  const columns: Column<(typeof reasons)[number]>[] = [
    { id: "reason", header: text.reasonColumns.reason, value: ({ code }) => sayReason(code) },
    { id: "n", header: text.reasonColumns.n, value: ({ n }) => n, align: "right", width: 140 },
  ];
  return (
    <Stack gap="md">
      <div role="status">
        <Title order={2} size="h3">
          {fill(text.doneTitle, { file: file.name })}
        </Title>
        <Text size="sm" c="dimmed">
          {plural(texts, text.rows, rows)}, {plural(texts, text.numbers, summary.numbers)}.{" "}
          {invalid > 0 && plural(texts, text.invalid, invalid)}{" "}
          {duplicates > 0 && plural(texts, text.duplicates, duplicates)}
        </Text>
      </div>
      <SimpleGrid cols={{ base: 2, sm: 5 }} component="dl" m={0}>
        {counts.map(([label, n]) => (
          <div key={label}>
            <Text component="dt" size="sm" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} fz={24} fw={600} data-count={label}>
              {n.toLocaleString(texts.language)}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {reasons.length > 0 && (
        <Table label={text.reasons} columns={columns} rows={reasons} idOf={({ code }) => code} />
      )}
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
