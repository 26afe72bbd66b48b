/** Requests by the month in which they came, how fast they were decided, and how many too late. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { RequestFigures } from "../../../shared/privacy-requests/api.ts";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { Bars } from "../charts/Bars.tsx";
import { useApi } from "../parts/api.ts";
import { Empty, QueryState } from "../parts/QueryState.tsx";
import { fill, sayCount, texts } from "../parts/texts.ts";

const text = deskRequestsEn.figures;
const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(texts.language, { ...options, timeZone: "UTC" });
const long = format({ month: "long", year: "numeric" });
const short = format({ month: "short" });
type Month = RequestFigures["months"][number];
const sayMonth = ({ month }: Month) => long.format(Date.parse(month));

export function RequestsFigures() {
  const figures = useApi<RequestFigures>("/v1/requests/figures");
  return (
    <QueryState of={figures}>
      {({ open, overdue, medianDays, months }) => (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <Figure label={text.open} value={sayCount(open)} />
            <Figure label={text.overdue} value={sayCount(overdue)} />
            <Figure
              label={text.median}
              value={medianDays === null ? text.none : sayCount(medianDays)}
              note={text.medianNote}
            />
          </SimpleGrid>
          {months.some(({ received }) => received > 0) ? (
            <Months of={months} />
          ) : (
            <Empty title={text.empty} text={text.emptyText} />
          )}
        </>
      )}
    </QueryState>
  );
}

const Figure = ({ label, value, note }: { label: string; value: string; note?: string }) => (
  <Paper withBorder p="md">
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <Text fw={650} size="xl">
      {value}
    </Text>
    {note !== undefined && (
      <Text size="sm" c="dimmed">
        {note}
      </Text>
    )}
  </Paper>
);

function Months({ of }: { of: Month[] }) {
  const most = of.reduce((top, month) => (month.received > top.received ? month : top));
  const sum = (what: (month: Month) => number) => sayCount(of.reduce((all, month) => all + what(month), 0));
  const { columns } = text;
  return (
    <Bars
      title={text.chart}
      summary={fill(text.summary, {
        received: sum((m) => m.received),
        late: sum((m) => m.late),
        month: sayMonth(most),
        most: sayCount(most.received),
      })}
      along={columns.month}
      rows={of}
      nameOf={sayMonth}
      ticks={of.map(({ month }) => short.format(Date.parse(month)))}
      series={[
        { label: text.keys.inTime, look: "main", value: (m) => m.received - m.late },
        { label: text.keys.late, look: "bad", value: (m) => m.late },
      ]}
      columns={[
        { label: columns.received, value: (m) => m.received },
        { label: columns.decided, value: (m) => m.decided },
        { label: columns.late, value: (m) => m.late },
        { label: columns.median, value: (m) => m.medianDays ?? deskRequestsEn.nothing },
      ]}
    />
  );
}
