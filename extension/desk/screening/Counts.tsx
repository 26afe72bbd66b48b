/** A screening's result in figures: numbers by verdict, and by reason. */
import { SimpleGrid, Text } from "@mantine/core";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import type { ScreeningAnswer } from "../../../shared/screening/api.ts";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { fill, plural, sayCount, texts } from "../parts/texts.ts";
import { type Column, Table } from "../tables/Table.tsx";

const text = screeningEn;
const shown = ["clear", "caution", "blocked", "unknown"] as const;

export const verdictsOf = (by: Record<(typeof shown)[number], number>): [label: string, n: number][] =>
  shown.map((verdict) => [text.verdicts[verdict], by[verdict]]);

/** How many rows and different numbers there were, how many were invalid, and how many were repeated. */
export const sayRows = ({
  rows,
  numbers,
  invalid,
  duplicates,
}: Pick<ScreeningAnswer, "rows" | "numbers" | "invalid" | "duplicates">): string =>
  [
    `${rows > 0 ? `${plural(texts, text.rows, rows)}, ` : ""}${plural(texts, text.numbers, numbers)}.`,
    ...(invalid > 0 ? [plural(texts, text.invalid, invalid)] : []),
    ...(duplicates > 0 ? [plural(texts, text.duplicates, duplicates)] : []),
  ].join(" ");

interface ScreeningCountsProps {
  counts: [label: string, n: number][];
  /** Numbers by the reason's code, or by the id of the register that holds them. */
  reasons: Record<string, number>;
}

export function ScreeningCounts({ counts, reasons }: ScreeningCountsProps) {
  const lists = useApi<{ lists: RegisterHead[] }>("/v1/lists").data?.lists ?? [];
  const sayReason = (code: string) => {
    const name = lists.find(({ id }) => id === code)?.name ?? code.toUpperCase();
    return text.reasonNames[code] ?? fill(text.onList, { list: name });
  };
  const rows = Object.entries(reasons).map(([code, n]) => ({ code, n }));
  const columns: Column<(typeof rows)[number]>[] = [
    { id: "reason", header: text.reasonColumns.reason, value: ({ code }) => sayReason(code) },
    { id: "n", header: text.reasonColumns.n, value: ({ n }) => n, align: "right", width: 140 },
  ];
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 5 }} component="dl" m={0}>
        {counts.map(([label, n]) => (
          <div key={label}>
            <Text component="dt" size="sm" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} fz={24} fw={600} data-count={label}>
              {sayCount(n)}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {rows.length > 0 && (
        <Table label={text.reasons} columns={columns} rows={rows} idOf={({ code }) => code} />
      )}
    </>
  );
}
