/** A screening's result in figures and as a bar: different numbers by verdict, and by reason. */
import { SimpleGrid, Text } from "@mantine/core";
import type { Verdict } from "../../../shared/check/api.ts";
import type { RegisterHead } from "../../../shared/registers/api.ts";
import type { ScreeningAnswer } from "../../../shared/screening/api.ts";
import { screeningEn } from "../../../shared/texts/screening/desk.en.ts";
import { useApi } from "../parts/api.ts";
import { fill, plural, sayCount, texts } from "../parts/texts.ts";
import { VerdictTag } from "../parts/Verdict.tsx";
import { type Column, Table } from "../tables/Table.tsx";

const text = screeningEn;
const shown = ["clear", "caution", "blocked", "unknown"] as const;
/** As the badges are. */
const colours: Record<Verdict, string> = {
  clear: "var(--desk-good)",
  caution: "var(--desk-warn)",
  blocked: "var(--desk-bad)",
  unknown: "var(--mantine-color-dimmed)",
};

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
  by: Record<Verdict, number>;
  /** Numbers by the reason's code, or by the id of the register that holds them. */
  reasons: Record<string, number>;
}

export function ScreeningCounts({ by, reasons }: ScreeningCountsProps) {
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
      <SimpleGrid cols={{ base: 2, sm: 4 }} component="dl" m={0}>
        {shown.map((verdict) => (
          <div key={verdict}>
            <Text component="dt" size="sm">
              <VerdictTag verdict={verdict} />
            </Text>
            <Text component="dd" m={0} fz={24} fw={600} data-count={verdict}>
              {sayCount(by[verdict])}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {/* The figures above say the same. */}
      <div aria-hidden="true" style={{ display: "flex", gap: 2, height: 10 }}>
        {shown.map((verdict) => (
          <span
            key={verdict}
            style={{ flex: `${by[verdict]} 0 0`, background: colours[verdict], borderRadius: 3 }}
          />
        ))}
      </div>
      {rows.length > 0 && (
        <Table label={text.reasons} columns={columns} rows={rows} idOf={({ code }) => code} />
      )}
    </>
  );
}
